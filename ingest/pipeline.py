"""The ingest job: find files, skip what is stored, normalise in parallel, append to the store."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ingest.audio import INGEST_VERSION, Normalised, normalise
from ingest.corpus import AUDIO_SUFFIXES, Corpus, Label, Problem, read_tables
from warehouse.progress import bar
from warehouse.store import Store

CHUNK = 16
"""Files per task: large enough to hide the hand-over, small enough to spread and to show."""

IN_FLIGHT = 64
"""Tasks handed out ahead: work for all processes while a part is written, and a bound on memory."""

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


def ingest(store: Store, source: Source, pool: ProcessPoolExecutor, again: bool = False) -> Tally:
    """Bring one corpus into the store; files stored earlier and unchanged are not even opened.

    Args:
        store: where to append.
        source: the corpus and its folder.
        pool: the processes that decode and encode.
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
    rows: list[dict[str, object]] = []
    try:
        for candidate, outcome in _normalised(source, candidates, pool):
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


def make_pool(workers: int) -> ProcessPoolExecutor:
    """Return `workers` processes that have the audio code loaded.

    Fork servers, because a plain fork would copy Arrow's threads in an unknown state.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ingest.audio"])
    return ProcessPoolExecutor(workers, mp_context=context)


def _seen(store: Store, corpus: Corpus) -> tuple[set[Fingerprint], set[Fingerprint]]:
    """Return the fingerprints of the clips and of the rejects that this version has stored."""

    def fingerprints(table: str) -> set[Fingerprint]:
        columns = ("original_path", "source_bytes", "source_mtime_ns", "ingest_version")
        read = store.read(table, columns, corpus.slug).to_pydict()
        rows = zip(*(read[column] for column in columns), strict=True)
        return {(p, b, m) for p, b, m, version in rows if version == INGEST_VERSION}

    return fingerprints("utterances"), fingerprints("rejects")


def _normalised(
    source: Source, candidates: Sequence[Candidate], pool: ProcessPoolExecutor
) -> Iterator[tuple[Candidate, Normalised | Problem]]:
    """Normalise `candidates` in order; only a few chunks are ever in flight or in memory."""
    corpus, flying = source.corpus, deque[tuple[Sequence[Candidate], Future]]()
    chunks = iter([candidates[i : i + CHUNK] for i in range(0, len(candidates), CHUNK)])

    def launch() -> None:
        if (chunk := next(chunks, None)) is not None:
            paths = [str(source.root / c.fingerprint[0]) for c in chunk]
            job = pool.submit(_normalise_files, paths, corpus.downmix, corpus.published_rates_hz)
            flying.append((chunk, job))

    with bar(len(candidates), f"ingest {corpus.name}") as progress:
        for _ in range(IN_FLIGHT):
            launch()
        while flying:
            chunk, job = flying.popleft()
            outcomes = job.result()
            launch()
            yield from zip(chunk, outcomes, strict=True)
            progress.update(len(chunk))


def _normalise_files(
    paths: Iterable[str], downmix: str, rates_hz: tuple[int, ...]
) -> list[Normalised | Problem]:
    """Run in a worker: normalise whole files, one outcome per path."""
    outcomes: list[Normalised | Problem] = []
    for path in paths:
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            outcomes.append(
                Problem("unreadable", f"cannot be read ({error.strerror})", "check it and its disk")
            )
            continue
        outcomes.append(normalise(data, downmix, rates_hz))
    return outcomes


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
