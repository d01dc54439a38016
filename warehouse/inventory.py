"""What is last known of every source file: the clip it became, or why it did not become one.

Clips and rejects are only ever appended, so a file may have several rows; the latest one counts.
dbt's staging model `stg_files` follows the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.store import Store


@dataclass(frozen=True)
class Entry:
    """The latest row of one source file."""

    is_clip: bool
    row: dict[str, Any]


def inventory(
    store: Store,
    clip_columns: Sequence[str] = (),
    reject_columns: Sequence[str] = (),
    folder: str = "",
) -> dict[tuple[str, str], Entry]:
    """Return (dataset, original path) → latest entry, in the order in which files came in.

    Args:
        store: where to look.
        clip_columns: columns of `utterances` to put into the rows of clips.
        reject_columns: columns of `rejects` to put into the rows of rejects.
        folder: only the parts below this folder, the corpus' slug.
    """
    latest: dict[tuple[str, str], Entry] = {}
    stamps: dict[tuple[str, str], object] = {}
    # Rejects first: should both carry the same time, the clip counts.
    for table, stamp, chosen in (
        ("rejects", "rejected_at", reject_columns),
        ("utterances", "ingested_at", clip_columns),
    ):
        columns = list(dict.fromkeys(("dataset", "original_path", stamp, *chosen)))
        for row in store.read(table, columns, folder).to_pylist():
            key = (row["dataset"], row["original_path"])
            if key not in latest or row[stamp] >= stamps[key]:
                latest[key], stamps[key] = Entry(table == "utterances", row), row[stamp]
    return latest
