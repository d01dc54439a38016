"""The ingest job: find files, skip what is stored, normalise in parallel, append to the store."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from ingest import engines, ffmpeg
from ingest.audio import INGEST_VERSION, Normalised, file_sha256, normalise, normalise_part
from ingest.corpus import Clip, Corpus, Label, Problem, Tables, read_tables
from ingest.engines import Engine
from ingest.files import LeftOut, SourceFile, cannot_be_read, source_files
from ingest.rows import corpus_row, rating_rows, ratings_sha256, reject_row, utterance_row
from ingest.sources import Source
from ingest.spans import Span
from ingest.tally import Tally
from warehouse.errors import one_line
from warehouse.inventory import Entry, inventory
from warehouse.progress import bar
from warehouse.store import Store

PART_ROWS = 512
"""Clips per part; a killed job redoes at most this many per corpus."""

NO_VERDICT = frozenset({"unreadable", "decoder_crashed"})
"""Reasons that say something of today's disk or memory, and nothing of a clip that is stored."""


LARGE_BYTES = 64 * 2**20
"""Files from here on are not read into memory before their header was looked at."""


@dataclass(frozen=True)
class Candidate:
    """A clip that the layout describes: an audio file, or a part of one."""

    file: SourceFile
    """Its path is the clip's; of a part, the file's and what part it is."""
    label: Label
    span: Span | None
    ratings: tuple[tuple[str, float], ...]
    known_sha256: str | None
    """Hash of the source bytes that are stored, under this very label, for this path."""


@dataclass(frozen=True)
class Task:
    """What a worker needs to know of one clip."""

    location: str
    downmix: str
    rates_hz: tuple[int, ...]
    known_sha256: str | None
    span: Span | None = None
    source_sha256: str | None = None
    """Hash of the file where it was worked out already, once for all its parts."""


class Unchanged:
    """The outcome of a file that was touched or copied, but holds the bytes that are stored."""


def ingest(
    store: Store,
    source: Source,
    workers: Engine[Task, Normalised | Problem | Unchanged],
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
    chosen, others = _one_of_each(corpus, files, left_out)
    clips = list(_clips(corpus, chosen, tables))
    gone = _gone(known, {file.path for file, _ in clips} | {file.path for file in others}, left_out)
    dropped, missing = (gone, []) if drop_missing else ([], gone)
    writer = _Writer(store, Tally(source, notes=left_out.lines), known, dropped)
    try:
        _withdraw(writer, others, known)
        candidates = list(_candidates(clips, writer, {} if again else known))
        tasks = _tasks(corpus, candidates)
        with bar(len(candidates), f"ingest {corpus.name}") as progress:
            for candidate, (_, outcome) in zip(candidates, workers.map(tasks), strict=True):
                writer.take(candidate, outcome)
                progress.update()
        _drop(writer, dropped)
    finally:  # also on Ctrl-C: what is finished is kept
        writer.flush()
    writer.tally.explain(bool(files), missing)
    return writer.tally


def _one_of_each(
    corpus: Corpus, files: Iterable[SourceFile], left_out: LeftOut
) -> tuple[list[SourceFile], list[SourceFile]]:
    """Return the files to take, and those that are no clips of the published corpus.

    These are what the declaration leaves out, and other formats of clips that are taken.
    """
    best: dict[str, tuple[int, SourceFile]] = {}
    chosen, others, formats = [], [], 0
    for file in files:
        if corpus.is_left_out(file.path):
            others.append(file)
            continue
        key = corpus.clip_key(file.path) if corpus.formats else None
        if key is None:
            chosen.append(file)
            continue
        rank = _rank(corpus, file)
        if key in best:
            formats += 1
            others.append(max(best[key], (rank, file), key=_first_of)[1])
        best[key] = min(best.get(key, (rank, file)), (rank, file), key=_first_of)
    if formats:
        left_out.lines.append(
            f"{formats:,} files are another format of a clip that is taken; left out "
            f"({' before '.join(corpus.formats)})"
        )
    if left := len(others) - formats:
        left_out.lines.append(
            f"{left:,} files of the distribution are no clips of the published {corpus.name}; "
            "left out"
        )
    taken = {file.path for _, file in best.values()} | {file.path for file in chosen}
    return [file for file in files if file.path in taken], others


def _rank(corpus: Corpus, file: SourceFile) -> int:
    suffix = file.location.suffix.lower()
    return corpus.formats.index(suffix) if suffix in corpus.formats else len(corpus.formats)


def _first_of(ranked: tuple[int, SourceFile]) -> tuple[int, str]:
    return ranked[0], ranked[1].path


def _clips(
    corpus: Corpus, files: Iterable[SourceFile], tables: Tables
) -> Iterator[tuple[SourceFile, Clip]]:
    """Yield every clip with its file, whose path says which part of it the clip is."""
    for file in files:
        if file.problem is not None:
            yield file, Clip(file.problem)
            continue
        for clip in corpus.clips(file.path, tables):
            yield replace(file, path=file.path + clip.part), clip


def _withdraw(writer: _Writer, others: Iterable[SourceFile], known: Mapping[str, Entry]) -> None:
    """Reject what was stored before it was known to be left out."""
    problem = Problem(
        "left_out", "no clip of its own in the published corpus", "nothing to be done"
    )
    for file in others:
        if (entry := known.get(file.path)) and entry.is_clip:
            writer.reject(file, problem)


def _candidates(
    clips: Iterable[tuple[SourceFile, Clip]], writer: _Writer, known: Mapping[str, Entry]
) -> Iterator[Candidate]:
    """Yield the clips that a worker must look at; settle the others."""
    for file, clip in clips:
        if isinstance(clip.label, Problem):
            writer.reject(file, clip.label)
            continue
        stored = known.get(file.path)
        if not (stored and stored.is_clip and _described_so(stored.row, clip)):
            yield Candidate(file, clip.label, clip.span, clip.ratings, None)
        elif _stamp(stored.row) != (file.size, file.mtime_ns):
            sha256 = stored.row["source_sha256"]
            yield Candidate(file, clip.label, clip.span, clip.ratings, sha256)
        else:
            writer.tally.known += 1


def _tasks(corpus: Corpus, candidates: Iterable[Candidate]) -> Iterator[Task]:
    """Yield the tasks one by one: a file that is cut into clips is hashed when its turn comes.

    It is hashed here, once: the workers have its clips in any order and share no memory.
    """
    location, sha256 = None, None
    for candidate in candidates:
        if candidate.span is None:
            sha256 = None
        elif candidate.file.location != location:
            try:
                sha256 = file_sha256(candidate.file.location)
            except OSError:  # a worker meets the same, and says so
                sha256 = None
        location = candidate.file.location
        yield Task(
            str(location),
            corpus.downmix,
            corpus.published_rates_hz,
            candidate.known_sha256,
            candidate.span,
            sha256,
        )


class _Writer:
    """Turns outcomes into rows, counts them, and appends them part by part."""

    def __init__(
        self, store: Store, tally: Tally, known: Mapping[str, Entry], dropped: Collection[str]
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
        self._ratings: list[dict[str, object]] = []
        self._rejects: list[dict[str, object]] = []

    def take(self, candidate: Candidate, outcome: Normalised | Problem | Unchanged) -> None:
        path = candidate.file.path
        if isinstance(outcome, Problem):
            self.reject(candidate.file, outcome)
        elif isinstance(outcome, Unchanged):
            self.tally.known += 1
        elif (first := self._first.setdefault((_name(path), outcome.source_sha256), path)) != path:
            self.reject(candidate.file, _copy_of(first))
        else:
            row = utterance_row(
                self._corpus, candidate.file, candidate.label, outcome, candidate.ratings
            )
            self._clips.append(row)
            self._ratings += rating_rows(self._corpus, row, candidate.ratings)
            self.tally.stored += 1
            if len(self._clips) >= PART_ROWS:
                self._append_clips()

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

    def flush(self) -> None:
        if self._clips:
            self._append_clips()
        if self._rejects:
            self._store.append("rejects", self._rejects, self._corpus.slug)
        self._rejects = []

    def _append_clips(self) -> None:
        # Ratings first: without its clip a rating is not looked at, and both are written again.
        if self._ratings:
            self._store.append("ratings", self._ratings, self._corpus.slug)
        self._store.append("utterances", self._clips, self._corpus.slug)
        self._clips, self._ratings = [], []


def _register(store: Store, corpus: Corpus) -> None:
    """Store what is declared of the corpus, unless it is there already."""
    row = corpus_row(corpus)
    declared = [name for name in row if name != "registered_at"]
    if {name: row[name] for name in declared} not in store.read("corpora", declared).to_pylist():
        store.replace("corpora", corpus.slug, row)


_FILE_COLUMNS = ("source_bytes", "source_mtime_ns", "source_sha256")
_LABEL_COLUMNS = tuple(item.name for item in fields(Label))


def _known(store: Store, corpus: Corpus) -> dict[str, Entry]:
    """Return what this version of ingest has stored of the corpus, by path."""
    entries = inventory(
        store,
        (*_FILE_COLUMNS, "ingest_version", "ratings_sha256", *_LABEL_COLUMNS),
        ("source_bytes", "reason", "detail", "ingest_version"),
        corpus.slug,
    )
    return {
        path: entry
        for (_, path), entry in entries.items()
        if entry.row["ingest_version"] == INGEST_VERSION
    }


def _described_so(row: Mapping[str, Any], clip: Clip) -> bool:
    """Tell whether a clip is stored under the label and the ratings that it has today."""
    label = Label(**{name: row[name] for name in _LABEL_COLUMNS})
    return label == clip.label and row["ratings_sha256"] == ratings_sha256(clip.ratings)


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


def make_workers(
    processes: int, engine: str = "pool"
) -> Engine[Task, Normalised | Problem | Unchanged]:
    """Return what reads and normalises files: `engine` with `processes` processes."""
    return engines.start(engine, _normalise_file, _crashed, processes)


def _normalise_file(task: Task) -> Normalised | Problem | Unchanged:
    """Run in a worker: read and normalise one clip."""
    path = Path(task.location)
    try:
        if (
            task.span is None
            and path.suffix.lower() not in ffmpeg.SUFFIXES
            and path.stat().st_size < LARGE_BYTES
        ):
            data = path.read_bytes()
            if task.known_sha256 and task.known_sha256 == hashlib.sha256(data).hexdigest():
                return Unchanged()
            return normalise(data, task.downmix, task.rates_hz)
        sha256 = task.source_sha256 or file_sha256(path)
        if task.known_sha256 == sha256:
            return Unchanged()
        return normalise_part(path, task.span, sha256, task.downmix, task.rates_hz)
    except OSError as error:
        return cannot_be_read(error)
    except Exception as error:  # whatever a decoder makes of a strange file, the rest goes on
        cause = one_line(error) or type(error).__name__
        return Problem("not_audio", f"the decoder failed on it ({cause})", "get the file again")


def _crashed(task: Task) -> Problem:
    return Problem("decoder_crashed", "the decoder crashed on this file", "get the file again")
