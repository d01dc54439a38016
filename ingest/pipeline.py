"""The ingest job: find files, skip what is stored, normalise in parallel, append to the store."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from ingest import engines
from ingest.audio import Normalised, file_sha256
from ingest.corpus import Clip, Corpus, Label, Problem, Tables, read_tables
from ingest.engines import Engine
from ingest.files import LeftOut, SourceFile, source_files
from ingest.known import Known, clip_facts, known_files, reject_facts
from ingest.quality import QUALITY_VERSION, Quality
from ingest.rows import (
    corpus_row,
    file_id,
    quality_row,
    rating_rows,
    ratings_sha256,
    reject_row,
    utterance_row,
)
from ingest.sources import ORIGINAL, Listing, Source
from ingest.spans import Span
from ingest.tally import Tally
from ingest.tasks import Task, Unchanged, crashed, read_clip
from ingest.workers import IN_FLIGHT
from warehouse.errors import SerError
from warehouse.progress import bar
from warehouse.store import Store

PART_ROWS = 512
"""Clips per part; a killed job redoes at most this many per corpus."""

NO_VERDICT = frozenset({"unreadable", "decoder_crashed", "decoder_timeout", "ffmpeg_missing"})
"""Reasons that say something of today's machine, and nothing of a clip that is stored."""


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
    unmeasured: bool = False
    """Whether the clip is stored without its row of `quality`."""


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
    known = known_files(store, corpus)
    left_out = LeftOut()
    listing = source.listing or layout_of(corpus, source.root)
    if _claim(store, source, known, drop_missing):
        known = known_files(store, corpus)  # the clips of the other collection are rejects now
    gone = _gone_today(known, listing) if drop_missing else []
    measured = _measured(store, corpus)
    writer = _Writer(store, Tally(source, notes=left_out.lines), known, measured, gone)
    found: set[str] = set()
    waiting: deque[Candidate] = deque()  # those that are with the workers, in their order
    try:
        with bar(None, f"ingest {corpus.name}") as progress:
            clips = _noted(listing(left_out), found, progress)
            candidates = _candidates(clips, writer, {} if again else known, measured)
            in_flight = IN_FLIGHT // 4 if source.embedded else IN_FLIGHT
            for _, outcome in workers.map(_tasks(corpus, candidates, waiting), in_flight):
                writer.take(waiting.popleft(), outcome)
        missing = [] if drop_missing else _gone(known, found, left_out)
        _drop(writer, gone)
    finally:  # also on Ctrl-C: what is finished is kept
        writer.flush()
    writer.tally.explain(bool(found), missing)
    return writer.tally


def layout_of(corpus: Corpus, root: Path) -> Listing:
    """Return what lists the clips of a corpus in its original layout, in path order.

    Raises:
        SerError: a label table is missing or damaged.
    """
    tables = read_tables(corpus, root)

    def listing(left_out: LeftOut) -> Iterator[tuple[SourceFile, Clip]]:
        files = source_files(root, left_out)
        if not (corpus.formats or corpus.leave_out):
            absent = corpus.paths_in_manifest(tables)
            for file, clip in _clips(corpus, files, tables):
                absent.discard(file.path.removesuffix(file.part))
                yield file, clip
            if absent:  # nobody has published how many there are, so nothing else would tell
                left_out.lines.append(
                    f"{root}: {len(absent):,} files of the manifest are not there (like "
                    f"{min(absent)}); bring them, or take their rows out"
                )
            return
        chosen, others = _one_of_each(corpus, list(files), left_out)
        yield from _clips(corpus, chosen, tables)
        for file in others:
            yield file, Clip(NOT_A_CLIP)

    return listing


NOT_A_CLIP = Problem("left_out", "no clip of its own in the published corpus", "nothing to be done")
"""Of a file that belongs to the distribution: it is no reject, unless it was a clip before."""


def _noted(
    clips: Iterable[tuple[SourceFile, Clip]], found: set[str], progress: tqdm
) -> Iterator[tuple[SourceFile, Clip]]:
    """Yield the clips, taking note of their paths."""
    for file, clip in clips:
        found.add(file.path)
        progress.update()
        yield file, clip


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
            f"{corpus.name}: {formats:,} files are another format of a clip that is taken; "
            f"left out ({' before '.join(corpus.formats)})"
        )
    if left := len(others) - formats:
        left_out.lines.append(
            f"{corpus.name}: {left:,} files of the distribution are no clips of the published "
            "corpus; left out"
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
            part = clip.part
            yield replace(file, path=file.path + part, part=part) if part else file, clip


def _candidates(
    clips: Iterable[tuple[SourceFile, Clip]],
    writer: _Writer,
    known: Mapping[str, Known],
    measured: Collection[bytes],
) -> Iterator[Candidate]:
    """Yield the clips that a worker must look at; settle the others."""
    corpus = writer.tally.source.corpus
    for file, clip in clips:
        if clip.label is NOT_A_CLIP:
            writer.leave_out(file)
            continue
        if isinstance(clip.label, Problem):
            writer.reject(file, clip.label)
            continue
        stored = known.get(file.path)
        if not (stored and stored.is_clip and stored.sha256 and _described_so(stored, clip)):
            yield Candidate(file, clip.label, clip.span, clip.ratings, None)
            continue
        sha256 = stored.sha256.hex()
        unmeasured = _short(file.file_id or file_id(corpus, file.path, sha256)) not in measured
        if unmeasured or _is_touched(stored, file):
            yield Candidate(file, clip.label, clip.span, clip.ratings, sha256, unmeasured)
        else:
            writer.tally.known += 1


def _tasks(
    corpus: Corpus, candidates: Iterable[Candidate], waiting: deque[Candidate]
) -> Iterator[Task]:
    """Yield the tasks one by one, and put each candidate into `waiting` when its task goes out.

    A file that is cut into clips is hashed when its turn comes. It is hashed here, once: the
    workers have its clips in any order and share no memory.
    """
    location, sha256 = None, None
    for candidate in candidates:
        file = candidate.file
        waiting.append(candidate)
        if file.embedded is not None:
            location = None
            yield Task(
                str(file.location),
                "mean",
                (),
                candidate.known_sha256,
                data=file.embedded(),
                unmeasured=candidate.unmeasured,
            )
            continue
        if candidate.span is None:
            sha256 = None
        elif file.location != location:
            try:
                sha256 = file_sha256(file.location)
            except OSError:  # a worker meets the same, and says so
                sha256 = None
        location = file.location
        yield Task(
            str(location),
            corpus.downmix,
            corpus.published_rates_hz,
            candidate.known_sha256,
            candidate.span,
            sha256,
            unmeasured=candidate.unmeasured,
        )


class _Writer:
    """Turns outcomes into rows, counts them, and appends them part by part."""

    def __init__(
        self,
        store: Store,
        tally: Tally,
        known: Mapping[str, Known],
        measured: Collection[bytes],
        dropped: Collection[str],
    ) -> None:
        self.tally = tally
        # The first path of every file, by its name and its bytes: the others are copies.
        self._first: dict[bytes, str] = {}
        for path, entry in known.items():
            if entry.sha256 is not None and path not in dropped:
                self._first.setdefault(_same_file(path, entry.sha256), path)
        self._store = store
        self._corpus = tally.source.corpus
        self._known = known
        self._clips: list[dict[str, object]] = []
        self._ratings: list[dict[str, object]] = []
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
                self._measure(candidate.file, candidate.known_sha256 or "", outcome.quality)
        elif (first := self._first_of(path, outcome)) != path:
            self.reject(candidate.file, _copy_of(first))
        else:
            row = utterance_row(
                self._corpus, candidate.file, candidate.label, outcome, candidate.ratings
            )
            self._clips.append(row)
            self._ratings += rating_rows(self._corpus, row, candidate.ratings)
            self._measure(candidate.file, outcome.source_sha256, outcome.quality)
            self.tally.stored += 1
        if max(len(self._clips), len(self._quality)) >= PART_ROWS:
            self._flush_clips()

    def _first_of(self, path: str, clip: Normalised) -> str:
        return self._first.setdefault(_same_file(path, bytes.fromhex(clip.source_sha256)), path)

    def _measure(self, file: SourceFile, sha256: str, quality: Quality) -> None:
        identity = file.file_id or file_id(self._corpus, file.path, sha256)
        if _short(identity) not in self._measured:
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
        if entry is None or entry.is_clip or entry.facts != reject_facts(row):
            self._rejects.append(row)

    def leave_out(self, file: SourceFile) -> None:
        """Reject what was stored before it was known to be left out."""
        if (entry := self._known.get(file.path)) and entry.is_clip:
            self.reject(file, NOT_A_CLIP)

    def flush(self) -> None:
        self._flush_clips()
        if self._rejects:
            self._store.append("rejects", self._rejects, self._corpus.slug)
        self._rejects = []

    def _flush_clips(self) -> None:
        # Ratings and measures first: a kill in between leaves those of clips that are yet to come,
        # and no clip without them.
        for table, rows in (
            ("ratings", self._ratings),
            ("quality", self._quality),
            ("utterances", self._clips),
        ):
            if rows:
                self._store.append(table, rows, self._corpus.slug)
        self._clips, self._ratings, self._quality = [], [], []


def _claim(store: Store, source: Source, known: Mapping[str, Known], drop_missing: bool) -> bool:
    """Store what is declared of the corpus, unless it is there already.

    Returns whether the clips of another collection were dropped for that.

    Raises:
        SerError: its clips are in the store from another collection. They are other recordings of
            the same clips (or the same recordings, otherwise labelled): pooled, each would count
            twice.
    """
    corpus = source.corpus
    row = corpus_row(corpus) | {"collection": source.collection}
    declared = [name for name in row if name != "registered_at"]
    stored = store.read("corpora", declared).to_pylist()
    before = next((each for each in stored if each["dataset"] == corpus.name), None)
    clips = sum(entry.is_clip for entry in known.values())
    dropped = False
    if before and clips and (other := before["collection"] or ORIGINAL) != source.collection:
        if not drop_missing:
            raise SerError(
                f"{corpus.name}: {clips:,} clips are in the warehouse from the collection "
                f"'{other}', and clips of one corpus come from one collection; ingest "
                f"'{source.collection}' with --drop-missing to have it instead, or set "
                "SER_WAREHOUSE to another folder"
            )
        gone = [path for path, entry in known.items() if entry.is_clip]
        writer = _Writer(store, Tally(source), known, (), gone)
        _drop(writer, gone)
        writer.flush()
        dropped = True
    if {name: row[name] for name in declared} not in stored:
        store.replace("corpora", corpus.slug, row)
    return dropped


def _described_so(stored: Known, clip: Clip) -> bool:
    """Tell whether a clip is stored under the label and the ratings that it has today."""
    return stored.facts == clip_facts(clip.label, ratings_sha256(clip.ratings))


def _is_touched(stored: Known, file: SourceFile) -> bool:
    """Tell whether a file is another than was stored; of an embedded one, whether its shard is."""
    size = stored.size if file.embedded else file.size
    return (stored.size, stored.mtime_ns) != (size, file.mtime_ns)


def _same_file(path: str, sha256: bytes) -> bytes:
    """Return what files of one name with the same bytes have in common."""
    name = path.rpartition("/")[2].encode()
    return hashlib.blake2b(sha256 + name, digest_size=16).digest()


def _measured(store: Store, corpus: Corpus) -> set[bytes]:
    """Return the clips of the corpus that have a row of `quality` of this version, abridged."""
    found = set()
    for batch in store.batches("quality", ("file_id", "quality_version"), corpus.slug):
        for row in batch.to_pylist():
            if row["quality_version"] == QUALITY_VERSION:
                found.add(_short(row["file_id"]))
    return found


def _short(identity: str) -> bytes:
    """Return the first half of a file id, packed: a fifth of the memory, for millions of clips."""
    return bytes.fromhex(identity[:32])


def _copy_of(first: str) -> Problem:
    """Corpora do hold equal recordings, but under two names: a copy has the same name, too."""
    return Problem(
        "duplicate",
        f"a copy of {first}, which is a clip already",
        "remove one of them, or say --drop-missing if it was moved here",
    )


def _gone_today(known: Mapping[str, Known], listing: Listing) -> list[str]:
    """Do the same before anything is ingested: what is dropped is no original of a copy."""
    left_out = LeftOut()
    return _gone(known, {file.path for file, _ in listing(left_out)}, left_out)


def _gone(known: Mapping[str, Known], found: Collection[str], left_out: LeftOut) -> list[str]:
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
    return engines.start(engine, read_clip, crashed, processes)
