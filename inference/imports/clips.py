"""Clips without audio: what an import must say of them, so that its answers can be scored.

They are rows of `utterances` like any other, with `ingest_version` `import` and without audio. When
the corpus itself is ingested later, its clips take their place, and the answers are imported again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from inference.imports.tables import (
    BadValueError,
    Problem,
    Row,
    Source,
    as_list,
    as_number,
    as_text,
    as_truth,
    needed,
)
from warehouse.emotions import EMOTIONS_CSV, canonical_emotions
from warehouse.inventory import Entry, inventory
from warehouse.registry import nearest, slug
from warehouse.schema import CORPORA, LABEL_SEPARATOR
from warehouse.store import Store

VERSION = "import"
"""`ingest_version` of clips that came with an import."""
UNSTATED = "unstated"
GENDERS = ("female", "male")
COLUMNS = (
    "dataset",
    "original_path",
    "emotion",
    "language",
    "synthetic",
    "labels",
    "speaker_id",
    "gender",
    "age",
    "transcription",
    "duration_s",
    "license",
    "raw_label",
)


@dataclass
class ClipImport:
    """What became of a list of clips."""

    stored: int = 0
    known: int = 0
    rejected: int = 0
    ignored: set[str] = field(default_factory=set)
    """Columns that mean nothing here."""
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Listed:
    line: int
    dataset: str
    path: str
    emotion: str
    row: Row
    """The row of `utterances`, but for what all of them share."""
    labels: tuple[str, ...]
    """Labels of the corpus, if the list names them."""
    is_synthetic: bool


def file_id(dataset: str, original_path: str) -> str:
    """Return the id of a clip without audio, which has no bytes to make one of."""
    return hashlib.sha256("\0".join((VERSION, dataset, original_path)).encode()).hexdigest()


def import_clips(store: Store, source: Source) -> ClipImport:
    """Store the clips of a list that are not there, and describe their corpora.

    Columns: dataset, original_path, emotion (a noun of the seed `emotions`), language, synthetic;
    and, where known, labels (of the corpus; else the emotions that occur), speaker_id, gender, age,
    transcription, duration_s, license, raw_label. An emotion that is none is a reject, kept with
    the reason: answers to such clips are stored, and count when the seed has the noun.

    Raises:
        SerError: the file cannot be read, or the store not be written.
    """
    done = ClipImport()
    listed: dict[tuple[str, str], _Listed] = {}
    for line, row in source.rows():
        if isinstance(row, Problem):
            done.problems.append(row)
            continue
        # What the command line sets is for the answers, too.
        done.ignored |= set(row) - set(COLUMNS) - set(source.constants)
        try:
            clip = _listed(line, row)
            _must_agree(listed.setdefault((clip.dataset, clip.path), clip), clip)
        except BadValueError as error:
            done.problems.append(Problem(source.file, line, error.cause, error.remedy))
    entries = inventory(store, ("ingest_version", "emotion"), ("ingest_version", "detail"))
    for dataset in sorted({clip.dataset for clip in listed.values()}):
        mine = [clip for clip in listed.values() if clip.dataset == dataset]
        labels = _register(store, dataset, mine, entries)
        _store(store, dataset, mine, labels, entries, source.file, done)
    return done


def _listed(line: int, row: Row) -> _Listed:
    dataset, path = str(needed(row, "dataset")), str(needed(row, "original_path"))
    emotion = str(needed(row, "emotion"))
    gender = as_text(row, "gender")
    if gender is not None and gender not in GENDERS:
        raise BadValueError(f"gender is '{gender}'", f"it must be {' or '.join(GENDERS)}, or empty")
    speaker = as_text(row, "speaker_id")
    if speaker is not None and not speaker.startswith(f"{slug(dataset)}_"):
        speaker = f"{slug(dataset)}_{speaker}"
    labels = as_list(row, "labels", LABEL_SEPARATOR) or ()
    return _Listed(
        line,
        dataset,
        path,
        emotion,
        {
            "speaker_id": speaker,
            "gender": gender,
            "age": as_text(row, "age"),
            "transcription": as_text(row, "transcription"),
            "language": str(needed(row, "language")),
            "license": as_text(row, "license") or UNSTATED,
            "raw_label": as_text(row, "raw_label") or emotion,
            "duration_s": as_number(row, "duration_s"),
        },
        tuple(sorted(str(label) for label in labels)),
        as_truth(row, "synthetic"),
    )


def _must_agree(first: _Listed, clip: _Listed) -> None:
    if (first.emotion, first.row) != (clip.emotion, clip.row):
        raise BadValueError(
            f"{clip.dataset}/{clip.path} is described otherwise in line {first.line}",
            "a clip has one description; give the versions of a corpus different paths",
        )


def _register(
    store: Store,
    dataset: str,
    listed: list[_Listed],
    entries: dict[tuple[str, str], Entry],
) -> list[str]:
    """Store what is known of a corpus, unless ingest has described it; return its labels."""
    rows = store.read("corpora", CORPORA.names).to_pylist()
    row = next((row for row in rows if row["dataset"] == dataset), None)
    if row is not None and row["license_source"] != VERSION:
        return row["labels"]
    labels = {label for clip in listed for label in clip.labels or (clip.emotion,)}
    paths = {clip.path for clip in listed}
    paths |= {path for name, path in entries if name == dataset}
    languages = {clip.row["language"] for clip in listed}
    if row is not None:
        labels |= set(row["labels"])
        languages |= set(row["language"].split(", "))
    new = {
        "dataset": dataset,
        "language": ", ".join(sorted(languages)),
        "labels": sorted(labels),
        "synthetic": listed[0].is_synthetic,
        "published_clips": len(paths),
        "published_speakers": None,
        "license": listed[0].row["license"],
        "license_source": VERSION,
        "url": UNSTATED,
        "citation": UNSTATED,
        "registered_at": datetime.now(UTC),
    }
    if row is None or any(row[name] != new[name] for name in new if name != "registered_at"):
        store.replace("corpora", slug(dataset), new)
    return new["labels"]


def _store(
    store: Store,
    dataset: str,
    listed: Iterable[_Listed],
    labels: list[str],
    entries: dict[tuple[str, str], Entry],
    file: Path,
    done: ClipImport,
) -> None:
    now = datetime.now(UTC)
    clips, rejects = [], []
    for clip in listed:
        entry = entries.get((dataset, clip.path))
        wrong = _wrong_label(clip.emotion, labels)
        if wrong is not None:
            done.rejected += 1
            done.problems.append(Problem(file, clip.line, wrong.cause, wrong.remedy))
            if entry is None or (not entry.is_clip and entry.row["detail"] != wrong.cause):
                rejects.append(_reject(clip, wrong, now))
        elif entry is not None and entry.is_clip:
            # Whoever has the audio knows better.
            if entry.row["ingest_version"] == VERSION and entry.row["emotion"] != clip.emotion:
                cause = f"{dataset}/{clip.path} is stored with the emotion {entry.row['emotion']}"
                done.problems.append(Problem(file, clip.line, cause, "one of both is wrong"))
            else:
                done.known += 1
        else:
            done.stored += 1
            clips.append(
                {
                    **clip.row,
                    "file_id": file_id(dataset, clip.path),
                    "emotion": clip.emotion,
                    "dataset": dataset,
                    "original_path": clip.path,
                    "ingest_version": VERSION,
                    "ingested_at": now,
                }
            )
    for table, rows in (("utterances", clips), ("rejects", rejects)):
        if rows:
            store.append(table, rows, slug(dataset))


def _wrong_label(emotion: str, labels: list[str]) -> BadValueError | None:
    """Return why a clip cannot be scored: its truth or a label beside it is no known emotion."""
    unknown = sorted({emotion, *labels} - canonical_emotions())
    if unknown:
        guess = nearest(unknown[0], canonical_emotions())
        hint = f"did you mean {guess}? " if guess else ""
        return BadValueError(
            f"'{unknown[0]}' is no known emotion",
            f"{hint}write a noun of {EMOTIONS_CSV.name}, or add a row there",
        )
    if emotion not in labels:
        return BadValueError(
            f"'{emotion}' is none of the corpus' labels {', '.join(labels)}", "mend one of both"
        )
    return None


def _reject(clip: _Listed, wrong: BadValueError, now: datetime) -> dict[str, object]:
    return {
        "dataset": clip.dataset,
        "original_path": clip.path,
        "reason": "unknown_label",
        "detail": wrong.cause,
        "remedy": wrong.remedy,
        "source_bytes": -1,
        "ingest_version": VERSION,
        "rejected_at": now,
    }
