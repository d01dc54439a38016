"""The ingest job: find files, skip what is stored, normalise in parallel, append to the store."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ingest.audio import INGEST_VERSION, Normalised, normalise
from ingest.corpus import AUDIO_SUFFIXES, Corpus, Label, Problem, read_tables
from ingest.workers import Workers
from warehouse.progress import bar
from warehouse.store import Store

PART_ROWS = 512
"""Clips per part; a killed job redoes at most this many per corpus."""

Fingerprint = tuple[str, int, int]
"""Path below the corpus folder, size in bytes, modification time in ns: a file we have seen."""


@dataclass(frozen=True)
class Source:
    """A corpus and the folder that holds its original layout."""

    corpus: Corpus
    root: Path


@dataclass(frozen=True)
class Candidate:
    """An audio file that the layout describes."""

    fingerprint: Fingerprint
    label: Label


@dataclass(frozen=True)
class Task:
    """What a worker needs to know of one file."""

    path: str
    downmix: str
    rates_hz: tuple[int, ...]


@dataclass
class Tally:
    """What became of one corpus in one job."""

    source: Source
    stored: int = 0
    known: int = 0
    known_rejects: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def reject(self, path: str, problem: Problem) -> None:
        """Count a reject and keep the first lines of each kind for the report."""
        self.rejects[problem.reason] += 1
        lines = self.examples.setdefault(problem.reason, [])
        if len(lines) < 3:
            lines.append(f"{self.source.root / path}: {problem.detail}; {problem.remedy}")


def ingest(
    store: Store,
    source: Source,
    workers: Workers[Task, Normalised | Problem],
    again: bool = False,
) -> Tally:
    """Bring one corpus into the store; files stored earlier and unchanged are not even opened.

    Args:
        store: where to append.
        source: the corpus and its folder.
        workers: the processes that decode and encode.
        again: ingest files anew although they are stored.

    Raises:
        SerError: the corpus' label table is missing or damaged.
    """
    corpus = source.corpus
    tally = Tally(source)
    store.replace("corpora", corpus.slug, _corpus_row(corpus))
    stored, rejected = (set(), set()) if again else _seen(store, corpus)
    candidates: list[Candidate] = []
    rejects: list[dict[str, object]] = []
    tables = read_tables(corpus, source.root)
    for fingerprint in audio_files(source.root):
        if fingerprint in stored:
            tally.known += 1
        elif fingerprint in rejected:
            tally.known_rejects += 1
        else:
            described = corpus.describe(fingerprint[0], tables)
            if isinstance(described, Label):
                candidates.append(Candidate(fingerprint, described))
            else:
                tally.reject(fingerprint[0], described)
                rejects.append(_reject_row(corpus, fingerprint, described))
    tasks = [
        Task(str(source.root / c.fingerprint[0]), corpus.downmix, corpus.published_rates_hz)
        for c in candidates
    ]
    rows: list[dict[str, object]] = []
    progress = bar(len(candidates), f"ingest {corpus.name}")
    try:
        for candidate, (_, outcome) in zip(candidates, workers.map(tasks), strict=True):
            progress.update()
            if isinstance(outcome, Normalised):
                rows.append(_utterance_row(corpus, candidate, outcome))
                tally.stored += 1
            else:
                tally.reject(candidate.fingerprint[0], outcome)
                rejects.append(_reject_row(corpus, candidate.fingerprint, outcome))
            if len(rows) >= PART_ROWS:
                store.append("utterances", rows, corpus.slug)
                rows = []
    finally:
        progress.close()
        # Also on Ctrl-C: what is finished is kept.
        if rows:
            store.append("utterances", rows, corpus.slug)
        if rejects:
            store.append("rejects", rejects, corpus.slug)
    return tally


def audio_files(root: Path) -> Iterator[Fingerprint]:
    """Yield the fingerprint of every audio file below `root`, by suffix, in path order."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith(".") or Path(name).suffix.lower() not in AUDIO_SUFFIXES:
                continue
            path = Path(folder, name)
            try:
                stat = path.stat()
            except OSError:  # a dangling link: opened later, and rejected there with its cause
                yield (path.relative_to(root).as_posix(), -1, -1)
                continue
            yield (path.relative_to(root).as_posix(), stat.st_size, stat.st_mtime_ns)


def _seen(store: Store, corpus: Corpus) -> tuple[set[Fingerprint], set[Fingerprint]]:
    """Return the fingerprints of the clips and of the rejects that this version has stored."""

    def fingerprints(table: str) -> set[Fingerprint]:
        columns = ("original_path", "source_bytes", "source_mtime_ns", "ingest_version")
        read = store.read(table, columns, corpus.slug).to_pydict()
        rows = zip(*(read[column] for column in columns), strict=True)
        return {(p, b, m) for p, b, m, version in rows if version == INGEST_VERSION}

    return fingerprints("utterances"), fingerprints("rejects")


def make_workers(processes: int) -> Workers[Task, Normalised | Problem]:
    """Return `processes` processes that read and normalise files."""
    return Workers(_normalise_file, _crashed, processes)


def _normalise_file(task: Task) -> Normalised | Problem:
    """Run in a worker: read and normalise one file."""
    try:
        data = Path(task.path).read_bytes()
    except OSError as error:
        return Problem("unreadable", f"cannot be read ({error.strerror})", "check it and its disk")
    return normalise(data, task.downmix, task.rates_hz)


def _crashed(task: Task) -> Problem:
    return Problem("decoder_crashed", "the decoder crashed on this file", "get the file again")


def file_id(corpus: Corpus, path: str, source_sha256: str) -> str:
    """Return the clip's identity: 64 hex digits and `.flac`, as in CAMEO.

    It depends on corpus, path, source bytes and ingest version, so a prediction always belongs to
    exactly the audio that was heard. Paths are composed first: macOS stores them decomposed.
    """
    name = unicodedata.normalize("NFC", path)
    key = "\0".join((corpus.name, name, source_sha256, INGEST_VERSION))
    return hashlib.sha256(key.encode()).hexdigest() + ".flac"


def _utterance_row(corpus: Corpus, candidate: Candidate, clip: Normalised) -> dict[str, object]:
    path, size, mtime = candidate.fingerprint
    label = candidate.label
    identity = file_id(corpus, path, clip.source_sha256)
    return {
        "file_id": identity,
        "audio": {"bytes": clip.flac, "path": identity},
        "emotion": label.emotion,
        "transcription": label.transcription,
        "speaker_id": label.speaker_id,
        "gender": label.gender,
        "age": label.age,
        "dataset": corpus.name,
        "language": label.language,
        "license": corpus.license,
        "original_path": path,
        "raw_label": label.raw_label,
        "source_sha256": clip.source_sha256,
        "source_bytes": size,
        "source_mtime_ns": mtime,
        "source_format": clip.source_format,
        "source_rate_hz": clip.source_rate_hz,
        "source_channels": clip.source_channels,
        "source_frames": clip.source_frames,
        "downmix": clip.downmix,
        "pcm_sha256": clip.pcm_sha256,
        "frames": clip.frames,
        "duration_s": clip.source_frames / clip.source_rate_hz,
        "peak": clip.peak,
        "ingest_version": INGEST_VERSION,
        "ingested_at": datetime.now(UTC),
    }


def _reject_row(corpus: Corpus, fingerprint: Fingerprint, problem: Problem) -> dict[str, object]:
    path, size, mtime = fingerprint
    return {
        "dataset": corpus.name,
        "original_path": path,
        "reason": problem.reason,
        "detail": problem.detail,
        "remedy": problem.remedy,
        "source_bytes": size,
        "source_mtime_ns": mtime,
        "ingest_version": INGEST_VERSION,
        "rejected_at": datetime.now(UTC),
    }


def _corpus_row(corpus: Corpus) -> dict[str, object]:
    return {
        "dataset": corpus.name,
        "language": ", ".join(corpus.languages.values()) or corpus.language,
        "labels": corpus.labels,
        "synthetic": corpus.synthetic,
        "published_clips": corpus.published_clips,
        "published_speakers": corpus.published_speakers,
        "license": corpus.license,
        "license_source": corpus.license_source,
        "url": corpus.url,
        "citation": corpus.citation,
        "registered_at": datetime.now(UTC),
    }
