"""Which corpus lies in which folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ingest.corpus import Corpus, registry
from ingest.pipeline import Source, audio_files
from warehouse.errors import SerError
from warehouse.registry import choose, nearest

EMBEDDED = Path(__file__).resolve().parent / "embedded"
"""The folder of the corpus that comes with the project."""


def find_sources(folder: Path, names: Sequence[str]) -> list[Source]:
    """Return the corpora in `folder`, which holds one folder per corpus named as in the registry.

    Upper and lower case, `-` and `_` make no difference. Without `names` every folder with a
    known name is taken and the others are mentioned; with `names` each one must be there.

    Raises:
        SerError: the folder is missing, a name is unknown, or nothing in it can be ingested.
    """
    if not folder.is_dir():
        raise SerError(
            f"{folder}: no such folder; give SOURCES=FOLDER (or --sources), "
            "a folder with one folder per corpus"
        )
    known = {corpus.slug: corpus for corpus in registry().values()}
    present = {_slug(path.name): path for path in sorted(folder.iterdir()) if path.is_dir()}
    if names:
        return [_wanted(corpus, present, folder) for corpus in choose("corpus", names, registry())]
    sources = [Source(known[slug], present[slug]) for slug in present if slug in known]
    for slug, path in present.items():
        if slug not in known and any(audio_files(path)):
            guess = nearest(path.name, registry())
            hint = f" (nearest: {guess})" if guess else ""
            print(
                f"note: {path}: no corpus of this name{hint}; left out. "
                "`python -m ingest list` shows the names",
                file=sys.stderr,
            )
    if not sources:
        raise SerError(
            f"{folder}: holds no folder named like a corpus; "
            f"known: {', '.join(registry())} (python -m ingest list)"
        )
    return sources


def _wanted(corpus: Corpus, present: dict[str, Path], folder: Path) -> Source:
    if corpus.slug not in present:
        raise SerError(
            f"{folder}: no folder '{corpus.name.lower()}' for {corpus.name}; "
            f"get the corpus from {corpus.url} and put it there"
        )
    return Source(corpus, present[corpus.slug])


def _slug(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")
