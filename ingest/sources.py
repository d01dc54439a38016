"""Which corpus lies in which folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.corpus import Clip, Corpus, registry
from ingest.files import LeftOut, SourceFile, source_files
from warehouse.errors import SerError
from warehouse.registry import choose, nearest, slug

EMBEDDED = Path(__file__).resolve().parent / "embedded"
"""The folder of the corpus that comes with the project."""


ORIGINAL = "original"
"""The collection of corpora in their own layouts."""

Listing = Callable[[LeftOut], Iterator[tuple[SourceFile, Clip]]]
"""Lists the clips of a corpus anew each time it is called; what it leaves out, it takes note of."""


@dataclass(frozen=True)
class Source:
    """A corpus and the folder that holds it."""

    corpus: Corpus
    root: Path
    collection: str = ORIGINAL
    listing: Listing | None = None
    """What lists its clips; by default its original layout below `root`."""
    embedded: bool = False
    """Whether the audio lies inside other files, and is in memory while clips wait their turn."""


def find_sources(folder: Path, names: Sequence[str]) -> list[Source]:
    """Return the corpora in `folder`, which holds one folder per corpus named as in the registry.

    Upper and lower case, `-` and `_` make no difference. Without `names` every folder with a
    known name is taken and the others are mentioned; with `names` each one must be there.

    Raises:
        SerError: the folder is missing, a name is unknown, or nothing in it can be ingested.
    """
    present = _folders(folder)
    if names:
        return [_wanted(corpus, present, folder) for corpus in choose("corpus", names, registry())]
    known = {corpus.slug: corpus for corpus in registry().values()}
    sources = [
        Source(known[name], _only(paths)) for name, paths in present.items() if name in known
    ]
    if not sources:
        own = known.get(slug(folder.resolve().name))
        hint = (
            f"to ingest {own.name} alone say SOURCES={folder.resolve().parent} "
            f"CORPORA={own.name.lower()}"
            if own
            else f"known: {', '.join(registry())} (python -m ingest list)"
        )
        raise SerError(f"{folder}: holds no folder named like a corpus; {hint}")
    for name, paths in present.items():
        if name not in known and any(source_files(paths[0], LeftOut())):
            guess = nearest(paths[0].name, registry())
            hint = f" (nearest: {guess})" if guess else ""
            print(
                f"note: {paths[0]}: no corpus of this name{hint}; left out. "
                "`python -m ingest list` shows the names",
                file=sys.stderr,
            )
    return sources


def _folders(folder: Path) -> dict[str, list[Path]]:
    """Return the folders in `folder` by slug."""
    present: dict[str, list[Path]] = {}
    try:
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                present.setdefault(slug(path.name), []).append(path)
    except FileNotFoundError:
        raise SerError(
            f"{folder}: no such folder; give SOURCES=FOLDER (or --sources), "
            "a folder with one folder per corpus"
        ) from None
    except OSError as error:
        raise SerError(
            f"{folder}: cannot be listed ({error.strerror}); give SOURCES=FOLDER (or --sources), "
            "a folder with one folder per corpus"
        ) from None
    return present


def _wanted(corpus: Corpus, present: dict[str, list[Path]], folder: Path) -> Source:
    if corpus.slug not in present:
        raise SerError(
            f"{folder}: no folder '{corpus.name.lower()}' for {corpus.name}; "
            f"get the corpus from {corpus.url} and put it there"
        )
    return Source(corpus, _only(present[corpus.slug]))


def _only(paths: Sequence[Path]) -> Path:
    if len(paths) > 1:
        raise SerError(
            f"{' and '.join(map(str, paths))}: two folders for one corpus; "
            "merge them, or move one elsewhere"
        )
    return paths[0]
