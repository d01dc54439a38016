"""The inference job: ask a system about every clip that has no answer yet, and append."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from inference.backend import Answer, Backend, Clip, Sampling
from inference.clips import Dataset, StoredClip, read_clips
from inference.run import Progress, resume, runs_of
from inference.system import System
from warehouse.errors import SerError, one_line
from warehouse.progress import bar
from warehouse.schema import LABEL_SEPARATOR
from warehouse.store import Store

PART_ROWS = 2000
FLUSH_SECONDS = 30.0
"""A part is written when it has this many rows or its oldest row is this old: what a kill costs."""

FAILURES_IN_A_ROW = 10
"""Clips on which a system may fail one after the other before that is called its own fault."""


@dataclass
class Outcome:
    """What one job added for one system."""

    system: System
    answers: int = 0
    known: int = 0
    errors: list[str] = field(default_factory=list)

    def fail(self, clip: StoredClip, cause: str, remedy: str) -> None:
        """Take note of a clip without an answer."""
        self.errors.append(one_line(f"{clip.dataset}/{clip.original_path}: {cause}; {remedy}"))


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
    store: Store, system: System, datasets: Mapping[str, Dataset], offered: Mapping[str, str]
) -> Outcome:
    """Append the missing answers of `system`, at all its temperatures.

    One pass over the audio serves every temperature. What is on disk decides what is missing, so
    a job that was killed, or is run twice, neither loses nor doubles an answer. A clip that ended
    in an error is tried again, and its error is not stored twice.

    Args:
        store: where the clips are and the answers go.
        system: whom to ask.
        datasets: the corpora of the clips.
        offered: file id → candidate labels, of the clips to ask about.

    Raises:
        SerError: the system's backend or prompt is not there, or it fails on every clip.
    """
    buffers = [_Buffer(resume(store, run)) for run in runs_of(system)]
    outcome = Outcome(system)
    missing = set()
    for buffer in buffers:
        lacks = set(offered.items()) - buffer.progress.answered
        outcome.known += len(offered) - len(lacks)
        missing |= {file_id for file_id, _ in lacks}
    if not missing:
        for buffer in buffers:
            # A job that was killed at the very end left no or an outdated row of the run.
            if buffer.progress.status != "finished":
                buffer.progress.save(store, "finished")
        return outcome
    backend = system.load()
    started, status = time.monotonic(), "interrupted"
    before = [buffer.progress.seconds for buffer in buffers]
    for buffer in buffers:
        buffer.progress.save(store, "running")
    try:
        _answer_all(store, backend, buffers, datasets, missing, outcome)
        status = "finished"
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
    datasets: Mapping[str, Dataset],
    missing: set[str],
    outcome: Outcome,
) -> None:
    system, template = outcome.system, buffers[0].progress.run.template
    samplings = [buffer.progress.run.sampling for buffer in buffers]
    failures = 0
    with bar(len(missing), f"infer {system.name}") as progress:
        for batch in _batches(read_clips(store, missing), system.batch_clips):
            heard: list[tuple[StoredClip, Clip]] = []
            for stored in batch:
                labels = datasets[stored.dataset].labels
                try:
                    samples = stored.samples()
                except ValueError as error:
                    cause = f"unreadable audio in the store ({error})"
                    remedy = (
                        "ingest it anew: .venv/bin/python -m ingest run --again "
                        f"--corpora {stored.dataset.lower()} --sources FOLDER"
                    )
                    outcome.fail(stored, cause, remedy)
                    _record(buffers, stored.file_id, labels, [None] * len(buffers), cause)
                    continue
                prompt = template.replace("{labels}", ", ".join(labels))
                heard.append((stored, Clip(stored.file_id, samples, labels, prompt)))
            asked = _ask(backend, [clip for _, clip in heard], samplings)
            for (stored, clip), answers in zip(heard, asked, strict=True):
                if isinstance(answers, str):
                    outcome.fail(stored, answers, "it is asked about again next time")
                    _record(buffers, clip.file_id, clip.labels, [None] * len(buffers), answers)
                    failures += 1
                else:
                    outcome.answers += _record(buffers, clip.file_id, clip.labels, answers, None)
                    failures = 0
                if failures == FAILURES_IN_A_ROW:
                    raise SerError(
                        f"system {system.name}: {failures} clips in a row failed; {answers}; "
                        "mend it and run again to go on"
                    )
            for buffer in buffers:
                if buffer.due():
                    buffer.flush(store)
            progress.update(len(batch))
            progress.set_postfix(errors=len(outcome.errors), refresh=False)


def _ask(
    backend: Backend, clips: Sequence[Clip], samplings: Sequence[Sampling]
) -> list[list[Answer] | str]:
    """Return for every clip its answers, or why there are none.

    A batch that fails is asked clip by clip, so that one clip costs only itself.
    """
    if not clips:
        return []
    try:
        answers = backend.answer(clips, samplings)
        if len(answers) != len(clips):
            raise ValueError(f"answers to {len(answers)} of {len(clips)} clips")
        return [
            _checked(given, clip, len(samplings))
            for clip, given in zip(clips, answers, strict=True)
        ]
    except Exception as error:  # anything may go wrong in a model, and the rest goes on
        if len(clips) > 1:
            return [_ask(backend, [clip], samplings)[0] for clip in clips]
        cause = one_line(error) or type(error).__name__
        return [f"the backend failed ({type(error).__name__}: {cause[:200]})"]


def _checked(given: Sequence[object], clip: Clip, expected: int) -> list[Answer] | str:
    answers = [Answer(item) if isinstance(item, str) else item for item in given]
    if len(answers) != expected or not all(
        isinstance(answer, Answer) and isinstance(answer.text, str) for answer in answers
    ):
        return f"the backend returned {given!r:.100}, not {expected} texts"
    for answer in answers:
        if answer.label_logprobs is not None and len(answer.label_logprobs) != len(clip.labels):
            return (
                f"the backend returned {len(answer.label_logprobs)} log-probabilities "
                f"for {len(clip.labels)} labels"
            )
    return answers


def _record(
    buffers: Sequence[_Buffer],
    file_id: str,
    labels: Sequence[str],
    answers: Sequence[Answer | None],
    error: str | None,
) -> int:
    """Buffer one clip's answers for the runs that lack it; return how many that were."""
    added = 0
    offered = LABEL_SEPARATOR.join(labels)
    for buffer, answer in zip(buffers, answers, strict=True):
        progress, asked = buffer.progress, (file_id, offered)
        if asked in progress.answered or (error is not None and asked in progress.failed):
            continue
        added += 1
        buffer.add(
            {
                "run_id": progress.run.run_id,
                "file_id": file_id,
                "labels": offered,
                "raw_text": answer.text if answer else None,
                "error": error,
                "answered_at": datetime.now(UTC),
                "label_logprobs": answer.label_logprobs if answer else None,
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
