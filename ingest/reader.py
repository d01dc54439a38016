"""What reads a collection: corpora that someone has brought together, with labels of their own."""

from __future__ import annotations

import csv
import functools
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ingest.corpus import GENDERS, Clip, Corpus, Problem, registry
from ingest.files import SourceFile
from ingest.sources import Source
from warehouse.emotions import EMOTIONS_CSV, canonical_emotions
from warehouse.registry import nearest
from warehouse.store import Store


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    folder: Path
    """Folder or file of the collection (`--sources`)."""
    names: Sequence[str] = ()
    """Only these corpora of it."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our name of a column → the manifest's."""
    dataset: str | None = None
    """Name of the corpus, where the manifest does not say."""
    language: str | None = None
    """English name of the language, where the manifest does not say."""


@dataclass(frozen=True)
class Reader:
    """A collection that `ingest run --from NAME` reads."""

    name: str
    help: str
    """What it reads, in a few words."""
    sources: Callable[[Request, Store], list[Source]]
    """Returns its corpora; stores what belongs to none of their clips (folds). Raises SerError."""


@functools.cache
def readers() -> dict[str, Reader]:
    """Return every reader by name."""
    import ingest.readers
    from warehouse.registry import discover

    return discover(ingest.readers, "READER")


def corpus_called(name: str) -> Corpus | None:
    """Return the corpus that a collection calls `name`: case, accents, `-` and `_` aside."""
    return _by_letters().get(letters(name))


@functools.cache
def _by_letters() -> dict[str, Corpus]:
    return {letters(corpus.name): corpus for corpus in registry().values()}


def letters(name: str) -> str:
    """Return the letters and digits of `name` without accents, in lower case."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(character for character in plain.lower() if character.isalnum())


@functools.cache
def canonical_words() -> Mapping[str, str]:
    """Return word → canonical emotion, for the nouns and their adjectives."""
    words = {emotion: emotion for emotion in canonical_emotions()}
    with EMOTIONS_CSV.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            for word in (row["adjective"], *(row.get("adjective_forms") or "").split("|")):
                words.setdefault(word, row["emotion"])
    return words


def own_label(corpus: Corpus, raw: str) -> str | Problem | None:
    """Return what a raw label stands for in the corpus' own table; None if it is not in there."""
    for labels in (corpus.unlabelled, corpus.emotions):
        folded = {label.casefold(): meaning for label, meaning in labels.items()}
        if (meaning := labels.get(raw) or folded.get(raw.casefold())) is None:
            continue
        if labels is corpus.emotions:
            return meaning
        detail = f"labelled '{raw}': {meaning}"
        return Problem("no_label", detail, "nothing to be done: it shows no one emotion")
    return None


def known_gender(text: str | None) -> str | None:
    """Return female or male, as every table spells them here, or None for whatever else is said."""
    return GENDERS.get((text or "").strip().lower())


def unknown_label(raw: str, known: Mapping[str, str]) -> Problem:
    """Return the problem of a raw label that stands for no emotion we know."""
    guess = nearest(raw, known)
    return Problem(
        "unknown_label",
        f"label '{raw}' is no known emotion",
        f"correct it (nearest: {guess})" if guess else "correct it, or leave the clip out",
    )


def inside(path: str) -> bool:
    """Tell whether a path that someone wrote into a table stays below the folder it is in."""
    pure = PurePosixPath(path)
    drive = len(path) > 1 and path[1] == ":"
    return bool(pure.parts) and not (pure.is_absolute() or drive or ".." in pure.parts)


def storable(text: str) -> str:
    """Return `text` as UTF-8 can hold it: half characters, as JSON may have them, are escaped."""
    return text.encode("utf-8", "backslashreplace").decode()


OUTSIDE = Problem(
    "outside",
    "its path is absolute or leads out of the collection's folder",
    "write paths below that folder, without ..",
)


def nowhere(path: str, problem: Problem, location: Path) -> tuple[SourceFile, Clip]:
    """Return what stands for a row that is no clip: it is known as `path`, found at `location`."""
    return SourceFile(path, location, -1, -1), Clip(problem)


def once(clips: Iterator[tuple[SourceFile, Clip]], row: str) -> Iterator[tuple[SourceFile, Clip]]:
    """Yield the clips; a second row of a clip is a problem of its own and leaves the first alone.

    Args:
        clips: as listed.
        row: what a row is called in the message: `line of the manifest`.
    """
    seen: set[str] = set()
    for file, clip in clips:
        if file.path in seen:
            problem = Problem(
                "duplicate_row", f"a second {row} for {file.path}", "remove one of the two"
            )
            yield nowhere(f"{file.path} (again)", problem, file.location)
            continue
        seen.add(file.path)
        yield file, clip
