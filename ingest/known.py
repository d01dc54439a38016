"""What is stored of a corpus, as little of it as resuming needs: a hundred bytes per file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from ingest.audio import INGEST_VERSION
from ingest.corpus import Corpus, Label
from warehouse.store import Store

_LABEL = tuple(item.name for item in fields(Label))
_facts_of = attrgetter(*_LABEL)  # `astuple` copies deeply, which takes a fifth of a second run


@dataclass(frozen=True, slots=True)
class Known:
    """The latest row of a source file, as this version of ingest has stored it."""

    is_clip: bool
    size: int
    mtime_ns: int
    facts: bytes
    """Of a clip, what stands for its label and ratings; of a reject, for why it is one."""
    sha256: bytes | None
    """Of a clip: the hash of its source, packed."""


def known_files(store: Store, corpus: Corpus) -> dict[str, Known]:
    """Return what is last known of every file of the corpus, by path, oldest first.

    Raises:
        SerError: a part of the store cannot be read.
    """
    latest: dict[str, Known | None] = {}
    stamps: dict[str, int] = {}
    # Rejects first: should both carry the same time, the clip counts (as in `warehouse.inventory`).
    for table, stamp, facts in (
        ("rejects", "rejected_at", ("reason", "detail", "source_bytes")),
        ("utterances", "ingested_at", (*_LABEL, "ratings_sha256", "source_sha256")),
    ):
        columns = ("original_path", stamp, "source_bytes", "source_mtime_ns", "ingest_version")
        wanted = list(dict.fromkeys((*columns, *facts)))
        is_clip = table == "utterances"
        for batch in store.batches(table, wanted, corpus.slug):
            times = batch.column(stamp).cast("int64").to_pylist()
            for time, row in zip(times, batch.to_pylist(), strict=True):
                path = row["original_path"]
                if time >= stamps.get(path, time):
                    stamps[path] = time
                    latest[path] = _known(row, is_clip)
    return {path: known for path, known in latest.items() if known is not None}


def _known(row: Mapping[str, Any], is_clip: bool) -> Known | None:
    """Return what counts of a row; None if it is of another version and counts for nothing."""
    if row["ingest_version"] != INGEST_VERSION:
        return None
    size, mtime_ns = row["source_bytes"], row["source_mtime_ns"]
    if not is_clip:
        return Known(False, size, mtime_ns, reject_facts(row), None)
    facts = _digest([*(row[name] for name in _LABEL), row["ratings_sha256"]])
    return Known(True, size, mtime_ns, facts, bytes.fromhex(row["source_sha256"]))


def clip_facts(label: Label, ratings_sha256: str | None) -> bytes:
    """Return what stands for the label and the ratings of a clip, to be compared."""
    return _digest([*_facts_of(label), ratings_sha256])


def reject_facts(row: Mapping[str, Any]) -> bytes:
    """Return what stands for the reason of a row of `rejects`, to be compared."""
    return _digest([row["reason"], row["detail"], row["source_bytes"]])


def _digest(values: Sequence[object]) -> bytes:
    return hashlib.blake2b(repr(values).encode(), digest_size=16).digest()
