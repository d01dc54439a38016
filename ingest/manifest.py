"""Corpora that are read through a manifest: a table of clips with a class and with ratings."""

from __future__ import annotations

from ingest.tables import Table

AUDIO_PATTERN = r".+\.\w+"
"""Any file: which of them are clips, and of what, the manifest says."""


def manifest(path: str = "manifest.csv") -> Table:
    """Return the table of a corpus whose distribution is turned into a manifest by its user.

    One row per clip with the columns `path` (below the corpus folder) and `label`; where known
    `speaker`, `gender`, `age`, `text`, and `start` and `end` (seconds or h:m:s) of a clip that is
    a part of its file; and a column `rating_<name>` for every rating.
    """
    return Table(
        path=path,
        key="path",
        match="{path}",
        columns={"emotion": "label"},
        optional={name: name for name in ("speaker", "gender", "age", "text", "start", "end")},
        rating_prefix="rating_",
        delimiter=",",
    )
