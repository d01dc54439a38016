"""The ingest job: find files, skip what is stored, normalise in parallel, append to the store."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ingest.audio import INGEST_VERSION, Normalised, normalise
from ingest.corpus import Corpus, Label, Problem, Tables, read_tables
from ingest.files import LeftOut, SourceFile, cannot_be_read, source_files
from ingest.quality import QUALITY_VERSION, Quality
from ingest.rows import corpus_row, file_id, quality_row, reject_row, utterance_row
from ingest.sources import Source
from ingest.tally import Tally
from ingest.workers import Workers
from warehouse.errors import one_line
from warehouse.inventory import Entry, inventory
from warehouse.progress import bar
from warehouse.store import Store

PART_ROWS = 512
"""Clips per part; a killed job redoes at most this many per corpus."""

NO_VERDICT = frozenset({"unreadable", "decoder_crashed"})
"""Reasons that say something of today's disk or memory, and nothing of a clip that is stored."""


@dataclass(frozen=True)
class Candidate:
    """An audio file that the layout describes."""

    file: SourceFile
    label: Label
    known_sha256: str | None
    """Hash of the source bytes that are stored, under this very label, for this path."""
    unmeasured: bool = False
    """Whether the clip is stored without its row of `quality`."""


@dataclass(frozen=True)
class Task:
    """What a worker needs to know of one file."""

    location: str
    downmix: str
    rates_hz: tuple[int, ...]
    known_sha256: str | None
    unmeasured: bool = False


@dataclass(frozen=True)
class Unchanged:
    """The outcome of a file that was touched or copied, but holds the bytes that are stored."""

    quality: Quality | None = None
    """What was measured of it, if that was asked for."""


def ingest(
    store: Store,
    source: Source,
    workers: Workers[Task, Normalised | Problem | Unchanged],
    again: bool = False,
    drop_missing: bool = False,
) -> Tally:
    """Bring one corpus into the store.

    A clip that is stored under the label that the layout gives it today is not even opened, unless
    its file has another size or time. A file that was rejected is tried again each time: what was
    wrong may have been a table, a pattern or a disk.

    Args:
        store: where to append.
        source: the corpus and its folder.
        workers: the processes that decode and encode.
        again: ingest clips anew although they are stored.
        drop_missing: reject stored clips whose files are no longer in the folder.

    Raises:
        SerError: the corpus' label table is missing or damaged.
    """
    corpus = source.corpus
    tables = read_tables(corpus, source.root)
    _register(store, corpus)
    known = _known(store, corpus)
    left_out = LeftOut()
    files = list(source_files(source.root, left_out))
    gone = _gone(known, {file.path for file in files}, left_out)
    dropped, missing = (gone, []) if drop_missing else ([], gone)
    measured = _measured(store, corpus)
    writer = _Writer(store, Tally(source, notes=left_out.lines), known, measured, dropped)
    try:
        candidates = list(_candidates(files, tables, writer, {} if again else known, measured))
        tasks = [
            Task(
                str(c.file.location),
                corpus.downmix,
                corpus.published_rates_hz,
                c.known_sha256,
                c.unmeasured,
            )
            for c in candidates
        ]
        with bar(len(candidates), f"ingest {corpus.name}") as progress:
            for candidate, (_, outcome) in zip(candidates, workers.map(tasks), strict=True):
                writer.take(candidate, outcome)
                progress.update()
        _drop(writer, dropped)
    finally:  # also on Ctrl-C: what is finished is kept
        writer.flush()
    writer.tally.explain(bool(files), missing)
    return writer.tally


def _candidates(
    files: Iterable[SourceFile],
    tables: Tables,
    writer: _Writer,
    known: Mapping[str, Entry],
    measured: Collection[str],
) -> Iterator[Candidate]:
    """Yield the files that a worker must look at; settle the others."""
    corpus = writer.tally.source.corpus
    for file in files:
        described = file.problem or corpus.describe(file.path, tables)
        if isinstance(described, Problem):
            writer.reject(file, described)
            continue
        stored = known.get(file.path)
        if not (stored and stored.is_clip and _label(stored.row) == described):
            yield Candidate(file, described, None)
            continue
        unmeasured = stored.row["file_id"] not in measured
        if unmeasured or _stamp(stored.row) != (file.size, file.mtime_ns):
            yield Candidate(file, described, stored.row["source_sha256"], unmeasured)
        else:
            writer.tally.known += 1


class _Writer:
    """Turns outcomes into rows, counts them, and appends them part by part."""

    def __init__(
        self,
        store: Store,
        tally: Tally,
        known: Mapping[str, Entry],
        measured: Collection[str],
        dropped: Collection[str],
    ) -> None:
        self.tally = tally
        # The first path of every file, by its name and its bytes: the others are copies.
        self._first: dict[tuple[str, str], str] = {}
        for path, entry in known.items():
            if entry.is_clip and path not in dropped:
                self._first.setdefault((_name(path), entry.row["source_sha256"]), path)
        self._store = store
        self._corpus = tally.source.corpus
        self._known = known
        self._clips: list[dict[str, object]] = []
        self._rejects: list[dict[str, object]] = []
        self._measured = measured
        self._quality: list[dict[str, object]] = []

    def take(self, candidate: Candidate, outcome: Normalised | Problem | Unchanged) -> None:
        path = candidate.file.path
        if isinstance(outcome, Problem):
            self.reject(candidate.file, outcome)
        elif isinstance(outcome, Unchanged):
            self.tally.known += 1
            if outcome.quality is not None:
                self._measure(path, candidate.known_sha256 or "", outcome.quality)
        elif (first := self._first.setdefault((_name(path), outcome.source_sha256), path)) != path:
            self.reject(candidate.file, _copy_of(first))
        else:
            self._clips.append(
                utterance_row(self._corpus, candidate.file, candidate.label, outcome)
            )
            self._measure(path, outcome.source_sha256, outcome.quality)
            self.tally.stored += 1
        if max(len(self._clips), len(self._quality)) >= PART_ROWS:
            self._flush_clips()

    def _measure(self, path: str, sha256: str, quality: Quality) -> None:
        identity = file_id(self._corpus, path, sha256)
        if identity not in self._measured:
            self._quality.append(quality_row(identity, quality))

    def reject(self, file: SourceFile, problem: Problem) -> None:
        entry = self._known.get(file.path)
        if entry and entry.is_clip:
            if problem.reason in NO_VERDICT:
                self.tally.keep(file, problem)
                return
            self.tally.withdrawn.append(file.path)
        self.tally.reject(file, problem)
        row = reject_row(self._corpus, file, problem)
        same = ("reason", "detail", "source_bytes")
        if entry is None or entry.is_clip or any(entry.row[name] != row[name] for name in same):
            self._rejects.append(row)

    def _flush_clips(self) -> None:
        # Measures first: a kill in between leaves measures of clips that are yet to come, and no
        # clip without measures.
        if self._quality:
            self._store.append("quality", self._quality, self._corpus.slug)
        if self._clips:
            self._store.append("utterances", self._clips, self._corpus.slug)
        self._quality, self._clips = [], []

    def flush(self) -> None:
        self._flush_clips()
        if self._rejects:
            self._store.append("rejects", self._rejects, self._corpus.slug)
        self._rejects = []


def _register(store: Store, corpus: Corpus) -> None:
    """Store what is declared of the corpus, unless it is there already."""
    row = corpus_row(corpus)
    declared = [name for name in row if name != "registered_at"]
    if {name: row[name] for name in declared} not in store.read("corpora", declared).to_pylist():
        store.replace("corpora", corpus.slug, row)


_LABEL_COLUMNS = tuple(item.name for item in fields(Label))


def _known(store: Store, corpus: Corpus) -> dict[str, Entry]:
    """Return what this version of ingest has stored of the corpus, by path."""
    entries = inventory(
        store,
        (
            *("file_id", "source_bytes", "source_mtime_ns", "source_sha256", "ingest_version"),
            *_LABEL_COLUMNS,
        ),
        ("source_bytes", "reason", "detail", "ingest_version"),
        corpus.slug,
    )
    return {
        path: entry
        for (_, path), entry in entries.items()
        if entry.row["ingest_version"] == INGEST_VERSION
    }


def _measured(store: Store, corpus: Corpus) -> set[str]:
    """Return the file ids of the corpus that have a row of `quality` of this version."""
    rows = store.read("quality", ("file_id", "quality_version"), corpus.slug).to_pylist()
    return {row["file_id"] for row in rows if row["quality_version"] == QUALITY_VERSION}


def _label(row: Mapping[str, Any]) -> Label:
    return Label(**{name: row[name] for name in _LABEL_COLUMNS})


def _stamp(row: Mapping[str, Any]) -> tuple[int, int]:
    return row["source_bytes"], row["source_mtime_ns"]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _copy_of(first: str) -> Problem:
    """Corpora do hold equal recordings, but under two names: a copy has the same name, too."""
    return Problem(
        "duplicate",
        f"a copy of {first}, which is a clip already",
        "remove one of them, or say --drop-missing if it was moved here",
    )


def _gone(known: Mapping[str, Entry], found: Collection[str], left_out: LeftOut) -> list[str]:
    """Return the paths of stored clips that are surely no longer in the folder."""
    return sorted(
        path
        for path, entry in known.items()
        if entry.is_clip and path not in found and not left_out.hides(path)
    )


def _drop(writer: _Writer, gone: Iterable[str]) -> None:
    problem = Problem("missing", "no longer in the folder", "put it back, or leave it out")
    for path in gone:
        location = writer.tally.source.root / path
        writer.reject(SourceFile(path, location, -1, -1), problem)


def make_workers(processes: int) -> Workers[Task, Normalised | Problem | Unchanged]:
    """Return `processes` processes that read and normalise files."""
    return Workers(_normalise_file, _crashed, processes)


def _normalise_file(task: Task) -> Normalised | Problem | Unchanged:
    """Run in a worker: read and normalise one file."""
    try:
        data = Path(task.location).read_bytes()
    except OSError as error:
        return cannot_be_read(error)
    known = bool(task.known_sha256) and task.known_sha256 == hashlib.sha256(data).hexdigest()
    if known and not task.unmeasured:
        return Unchanged()
    try:
        outcome = normalise(data, task.downmix, task.rates_hz)
        return Unchanged(outcome.quality) if known and isinstance(outcome, Normalised) else outcome
    except Exception as error:  # whatever a decoder makes of a strange file, the rest goes on
        cause = one_line(error) or type(error).__name__
        return Problem("not_audio", f"the decoder failed on it ({cause})", "get the file again")


def _crashed(task: Task) -> Problem:
    return Problem("decoder_crashed", "the decoder crashed on this file", "get the file again")
