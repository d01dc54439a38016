"""The inference job: ask a system about every clip that has no answer yet, and append."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from inference.backend import Backend, Clip
from inference.clips import Dataset, StoredClip, read_clips
from inference.run import Progress, resume, runs_of
from inference.system import System
from warehouse.progress import bar
from warehouse.schema import LABEL_SEPARATOR
from warehouse.store import Store

PART_ROWS = 2000
FLUSH_SECONDS = 30.0
"""A part is written when it has this many rows or its oldest row is this old: what a kill costs."""


@dataclass
class Outcome:
    """What one job added for one system."""

    system: System
    answers: int = 0
    known: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass
class _Buffer:
    """Answers of one run that are not on disk yet."""

    progress: Progress
    rows: list[dict[str, object]] = field(default_factory=list)
    since: float = 0.0

    def add(self, row: dict[str, object]) -> None:
        if not self.rows:
            self.since = time.monotonic()
        self.rows.append(row)

    def flush(self, store: Store) -> None:
        if self.rows:
            store.append("predictions", self.rows, self.progress.run.run_id)
            self.progress.count(self.rows)
            self.rows = []

    def due(self) -> bool:
        age = time.monotonic() - self.since
        return len(self.rows) >= PART_ROWS or (bool(self.rows) and age > FLUSH_SECONDS)


def infer(
    store: Store, system: System, datasets: dict[str, Dataset], file_ids: Sequence[str]
) -> Outcome:
    """Append the missing answers of `system` for `file_ids`, at all its temperatures.

    One pass over the audio serves every temperature. What is on disk decides what is missing, so
    a job that was killed, or is run twice, neither loses nor doubles an answer. A clip that ended
    in an error is tried again, and its error is not stored twice.

    Raises:
        SerError: the system's backend or prompt is not there.
    """
    buffers = [_Buffer(resume(store, run)) for run in runs_of(system)]
    outcome = Outcome(system)
    missing = set()
    for buffer in buffers:
        lacks = set(file_ids) - buffer.progress.answered
        outcome.known += len(file_ids) - len(lacks)
        missing |= lacks
    if not missing:
        return outcome
    backend = system.load()
    started, status = time.monotonic(), "interrupted"
    before = [buffer.progress.seconds for buffer in buffers]
    for buffer in buffers:
        buffer.progress.save(store, "running")
    try:
        _answer_all(store, backend, buffers, datasets, missing, outcome)
        status = "complete"
    finally:
        for buffer, seconds in zip(buffers, before, strict=True):
            buffer.flush(store)
            buffer.progress.seconds = seconds + time.monotonic() - started
            buffer.progress.save(store, status)
    return outcome


def _answer_all(
    store: Store,
    backend: Backend,
    buffers: list[_Buffer],
    datasets: dict[str, Dataset],
    missing: set[str],
    outcome: Outcome,
) -> None:
    system = outcome.system
    with bar(len(missing), f"infer {system.name}") as progress:
        for batch in _batches(read_clips(store, missing), system.batch_clips):
            heard: list[Clip] = []
            for stored in batch:
                labels = datasets[stored.dataset].labels
                try:
                    samples = stored.samples()
                except ValueError as error:
                    line = f"unreadable audio in the store ({error})"
                    outcome.errors.append(
                        f"{stored.dataset}/{stored.original_path}: {line}; ingest it anew: "
                        f"python -m ingest run --again --corpora {stored.dataset.lower()}"
                    )
                    _record(buffers, stored.file_id, labels, [None] * len(buffers), line)
                    continue
                prompt = buffers[0].progress.run.template.replace("{labels}", ", ".join(labels))
                heard.append(Clip(stored.file_id, samples, labels, prompt))
            answers = backend.answer(heard, [buffer.progress.run.sampling for buffer in buffers])
            for clip, texts in zip(heard, answers, strict=True):
                outcome.answers += _record(buffers, clip.file_id, clip.labels, texts, None)
            for buffer in buffers:
                if buffer.due():
                    buffer.flush(store)
            progress.update(len(batch))
            progress.set_postfix(errors=len(outcome.errors), refresh=False)


def _record(
    buffers: Sequence[_Buffer],
    file_id: str,
    labels: Sequence[str],
    texts: Sequence[str | None],
    error: str | None,
) -> int:
    """Buffer one clip's answers for the runs that lack it; return how many that were."""
    added = 0
    for buffer, text in zip(buffers, texts, strict=True):
        known = buffer.progress.answered if error is None else buffer.progress.failed
        if file_id in known:
            continue
        added += 1
        buffer.add(
            {
                "run_id": buffer.progress.run.run_id,
                "file_id": file_id,
                "labels": LABEL_SEPARATOR.join(labels),
                "raw_text": text,
                "error": error,
                "answered_at": datetime.now(UTC),
            }
        )
    return added


def _batches(clips: Iterator[StoredClip], size: int) -> Iterator[list[StoredClip]]:
    batch: list[StoredClip] = []
    for clip in clips:
        batch.append(clip)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def report(outcomes: Sequence[Outcome]) -> None:
    """Print, to standard error, up to three lines for the clips that could not be asked about."""
    for outcome in outcomes:
        for line in outcome.errors[:3]:
            print(f"error: {line}", file=sys.stderr)
        if (rest := len(outcome.errors) - 3) > 0:
            print(f"error: … and {rest:,} more; all are in `predictions.error`", file=sys.stderr)
