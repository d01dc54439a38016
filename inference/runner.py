"""The inference job: ask a system about every clip that has no answer yet, and append."""

from __future__ import annotations

import contextlib
import itertools
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from inference.asking import Asked, Engine, Question, Task, Unanswered
from inference.backend import Answer
from inference.clips import Dataset, StoredClip, read_audio
from inference.conditions import CLIP, Condition
from inference.engines.here import Here
from inference.run import Progress, Run, resume, runs_of
from inference.signals import undisturbed
from inference.system import System
from warehouse.errors import SerError, one_line
from warehouse.progress import bar
from warehouse.schema import LABEL_SEPARATOR
from warehouse.store import Store

PART_ROWS = 2000
FLUSH_SECONDS = 30.0
"""A part is written when it has this many rows or its oldest row is this old: what a kill costs."""

CLIP_SECONDS = 600.0
"""Longest time for one clip; a model that hangs must not cost the night."""

FAILURES_IN_A_ROW = 10
"""Clips on which a system may fail one after the other before that is called its own fault."""

WINDOW = 16
"""Batches whose clips are sorted by length together: their FLAC is in memory (tens of MB), and a
batch of equal lengths is padded with little."""


@dataclass
class Outcome:
    """What one job added for one system under one condition."""

    system: System
    condition: Condition = CLIP
    answers: int = 0
    known: int = 0
    skipped: int = 0
    errors: list[str] = field(default_factory=list)

    def fail(self, clip: StoredClip, why: Unanswered) -> None:
        """Take note of a clip without an answer."""
        remedy = "it is asked about again next time"
        if why.is_unreadable:
            remedy = (
                "ingest it anew: .venv/bin/python -m ingest run --again "
                f"--corpora {clip.dataset.lower()} --sources FOLDER"
            )
        line = f"{clip.dataset}/{clip.original_path}: {why.cause}; {remedy}"
        self.errors.append(one_line(line))


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
        with undisturbed():
            if self.rows:
                store.append("predictions", self.rows, self.progress.run.run_id)
                self.progress.count(self.rows)
                self.rows = []

    def due(self) -> bool:
        age = time.monotonic() - self.since
        return len(self.rows) >= PART_ROWS or (bool(self.rows) and age > FLUSH_SECONDS)


def infer(
    store: Store,
    system: System,
    datasets: Mapping[str, Dataset],
    clips: Mapping[str, StoredClip],
    condition: Condition = CLIP,
    engine: Engine | None = None,
    clip_seconds: float = CLIP_SECONDS,
) -> Outcome:
    """Append the missing answers of `system` under `condition`, at all its temperatures.

    One pass over the audio serves every temperature. What is on disk decides what is missing, so
    a job that was killed, or is run twice, neither loses nor doubles an answer. A clip that ended
    in an error is tried again, and its error is not stored twice.

    Args:
        store: where the clips are and the answers go.
        system: whom to ask.
        datasets: the corpora of the clips.
        clips: file id → clip, of the clips to ask about.
        condition: what the model hears.
        engine: where answers are computed; None: in this process.
        clip_seconds: longest time for one clip at all temperatures; 0 is no limit.

    Raises:
        SerError: the system's backend or prompt is not there, or it fails on every clip.
    """
    engine = engine or Here()
    buffers = [_Buffer(resume(store, run)) for run in runs_of(system, condition)]
    runs = [buffer.progress.run for buffer in buffers]
    fit = {name: clip for name, clip in clips.items() if _fits(clip, condition)}
    outcome = Outcome(system, condition, skipped=len(clips) - len(fit))
    offered = {name: runs[0].prompt.offered(datasets[clip.dataset].labels, name, system.seed)
               for name, clip in fit.items()}  # fmt: skip
    wanted = {(name, LABEL_SEPARATOR.join(labels)) for name, labels in offered.items()}
    missing: set[str] = set()
    for buffer in buffers:
        lacks = wanted - buffer.progress.answered
        outcome.known += len(wanted) - len(lacks)
        missing |= {file_id for file_id, _ in lacks}
        buffer.progress.skipped = outcome.skipped
    if not missing:
        for buffer in buffers if fit else ():
            # A job that was killed at the very end left no or an outdated row of the run.
            if buffer.progress.status != "finished":
                buffer.progress.save(store, "finished")
        return outcome
    task = Task(system, tuple(run.sampling for run in runs), condition.name, clip_seconds)
    # What failed before comes last, so that ten such clips in a row do not keep the others waiting.
    failed = {name for buffer in buffers for name, _ in buffer.progress.failed}
    turns = [[name for name in missing if (name in failed) is late] for late in (False, True)]
    batches = itertools.chain.from_iterable(
        _batches(
            _questions(store, runs[0], {name: fit[name] for name in turn}, offered),
            fit,
            system.batch_clips,
        )
        for turn in turns
        if turn
    )
    for buffer in buffers:
        buffer.progress.engine, buffer.progress.workers = engine.name, engine.workers
    with contextlib.closing(engine.ask(task, batches)) as asked:
        _take_all(store, asked, buffers, fit, len(missing), outcome)
    return outcome


def _fits(clip: StoredClip, condition: Condition) -> bool:
    if condition.change is None:
        return bool(clip.transcription and clip.transcription.strip())
    return clip.has_audio


def _questions(
    store: Store,
    run: Run,
    clips: Mapping[str, StoredClip],
    offered: Mapping[str, tuple[str, ...]],
) -> Iterator[Question]:
    """Yield the questions about `clips`, with audio as it is stored, or without."""
    template = run.template
    no_audio = ((file_id, None) for file_id in clips)
    audio = no_audio if run.condition.change is None else read_audio(store, clips)
    for file_id, flac in audio:
        labels = offered[file_id]
        prompt = run.prompt.fill(template, labels, clips[file_id].transcription)
        yield Question(file_id, flac, labels, prompt)


def _batches(
    questions: Iterable[Question], clips: Mapping[str, StoredClip], size: int
) -> Iterator[list[Question]]:
    """Yield batches of clips of like length: sorted within a window, as they come beyond it."""
    window: list[Question] = []

    def sorted_batches() -> Iterator[list[Question]]:
        window.sort(key=lambda question: clips[question.file_id].duration_s)
        for start in range(0, len(window), size):
            yield window[start : start + size]

    for question in questions:
        window.append(question)
        if len(window) == size * WINDOW:
            yield from sorted_batches()
            window = []
    yield from sorted_batches()


def _take_all(
    store: Store,
    asked: Iterator[Asked],
    buffers: Sequence[_Buffer],
    clips: Mapping[str, StoredClip],
    total: int,
    outcome: Outcome,
) -> None:
    """Record what the engine answers; whatever ends this, what came is on disk."""
    started, status = time.monotonic(), "interrupted"
    before = [buffer.progress.seconds for buffer in buffers]
    has_begun = False
    failures = 0
    try:
        with bar(total, _title(outcome)) as progress:
            for batch in asked:
                for buffer in buffers:
                    buffer.progress.take(batch.facts)
                    if not has_begun:
                        buffer.progress.save(store, "running")
                has_begun = True
                for question, reply in zip(batch.questions, batch.replies, strict=True):
                    if isinstance(reply, Unanswered) and reply.is_the_end:
                        continue
                    if isinstance(reply, Unanswered):
                        outcome.fail(clips[question.file_id], reply)
                        _record(buffers, question, None, reply.cause)
                        failures += not reply.is_unreadable
                    else:
                        outcome.answers += _record(buffers, question, reply, None)
                        failures = 0
                    if failures == FAILURES_IN_A_ROW:
                        raise SerError(
                            f"system {outcome.system.name}: {failures} clips in a row failed; "
                            f"{reply.cause}; mend it and run again to go on"
                        )
                for reply in batch.replies:
                    if isinstance(reply, Unanswered) and reply.is_the_end:
                        raise SerError(reply.cause)
                for buffer in buffers:
                    if buffer.due():
                        buffer.flush(store)
                progress.update(len(batch.questions))
                progress.set_postfix(errors=len(outcome.errors), refresh=False)
        status = "finished"
    finally:
        for buffer, seconds in zip(buffers if has_begun else (), before, strict=False):
            buffer.flush(store)
            buffer.progress.seconds = seconds + time.monotonic() - started
            buffer.progress.save(store, status)


def _title(outcome: Outcome) -> str:
    heard = "" if outcome.condition is CLIP else f" ({outcome.condition.name})"
    return f"infer {outcome.system.name}{heard}"


def _record(
    buffers: Sequence[_Buffer],
    question: Question,
    answers: Sequence[Answer] | None,
    error: str | None,
) -> int:
    """Buffer one clip's answers for the runs that lack it; return how many that were."""
    added = 0
    offered = LABEL_SEPARATOR.join(question.labels)
    given = answers or [None] * len(buffers)
    for buffer, answer in zip(buffers, given, strict=True):
        progress, asked = buffer.progress, (question.file_id, offered)
        if asked in progress.answered or (error is not None and asked in progress.failed):
            continue
        added += 1
        buffer.add(
            {
                "run_id": progress.run.run_id,
                "file_id": question.file_id,
                "labels": offered,
                "raw_text": answer.text if answer else None,
                "error": error,
                "answered_at": datetime.now(UTC),
                "label_logprobs": answer.label_logprobs if answer else None,
            }
        )
    return added


def report(outcomes: Sequence[Outcome]) -> None:
    """Print, to standard error, up to three lines for the clips that could not be asked about, and
    what a system fell back to or had to leave out."""
    for outcome in outcomes:
        for line in outcome.errors[:3]:
            print(f"error: {line}", file=sys.stderr)
        if (rest := len(outcome.errors) - 3) > 0:
            print(f"error: … and {rest:,} more; all are in `predictions.error`", file=sys.stderr)
        if outcome.skipped:
            lack = "transcription" if outcome.condition.change is None else "audio"
            print(
                f"note: {_title(outcome)}: {outcome.skipped:,} clips skipped, for they have no "
                f"{lack} in the store",
                file=sys.stderr,
            )
