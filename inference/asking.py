"""Asking one backend about batches of clips: what every engine does, in whatever process.

An engine (`inference/engines`) hands out batches of questions and gets replies. It never writes:
the job that started it does, so a worker may die at any moment.
"""

from __future__ import annotations

import functools
import os
import platform
import subprocess
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from inference.backend import Answer, Clip, Sampling
from inference.clips import decoded
from inference.conditions import CONDITIONS
from inference.signals import TooSlow, limited
from inference.system import System
from warehouse.errors import SerError, one_line

RECORDED_PACKAGES = (
    "numpy",
    "scipy",
    "soundfile",
    "soxr",
    "torch",
    "torchaudio",
    "torchvision",
    "transformers",
    "tokenizers",
    "mistral-common",
    "peft",
    "timm",
    "ray",
)

SEVERAL = 4.0
"""A batch may take so many times as long as the slowest so far, before one clip is suspected."""


@dataclass(frozen=True)
class Question:
    """One clip to ask about, as it travels to a worker."""

    file_id: str
    flac: bytes | None
    """None where the prompt holds a text in place of the audio."""
    labels: tuple[str, ...]
    prompt: str


@dataclass(frozen=True)
class Unanswered:
    """Why a clip has no answer."""

    cause: str
    is_unreadable: bool = False
    """The audio in the store is at fault, not the system."""
    is_the_end: bool = False
    """The system is gone for all clips: nothing is said of this one, and the job ends."""


Reply = list[Answer] | Unanswered
"""One answer per sampling, or why there is none."""


@dataclass(frozen=True)
class Task:
    """What a worker must know to answer questions."""

    system: System
    samplings: tuple[Sampling, ...]
    condition: str
    clip_seconds: float
    """Longest time for one clip at all temperatures; 0 is no limit."""


@dataclass(frozen=True)
class Facts:
    """Where answers come from: stored with the run."""

    hardware: str
    software: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    """What the backend fell back to."""


@dataclass(frozen=True)
class Asked:
    """A batch that was asked about."""

    questions: Sequence[Question]
    replies: Sequence[Reply]
    facts: Facts


class Engine(Protocol):
    """A way to get batches answered: here, in processes, on a cluster."""

    name: str
    workers: int

    def ask(self, task: Task, batches: Iterator[list[Question]]) -> Iterator[Asked]:
        """Yield every batch (or its parts) once with its replies, in any order.

        Raises:
            SerError: the backend is not there, or its server is gone.
        """
        ...


class Asker:
    """A loaded backend with its task."""

    def __init__(self, task: Task) -> None:
        """Load the backend.

        Raises:
            SerError: it or something it needs is not there, or it cannot do without audio.
        """
        self._task = task
        self._condition = CONDITIONS[task.condition]
        self._slowest: float | None = None
        try:
            self._backend = task.system.load()
        except SerError:
            raise
        except Exception as error:  # as a rule the machine: too little memory, no such GPU
            frame = traceback.extract_tb(error.__traceback__)[-1]
            raise SerError(
                f"system {task.system.name}: its backend cannot be loaded: {type(error).__name__}: "
                f"{one_line(error)[:200]} ({frame.filename}:{frame.lineno}); mend it and run again"
            ) from error
        if self._condition.change is None and getattr(self._backend, "needs_audio", False):
            raise SerError(
                f"system {task.system.name} answers to audio only; leave out the condition "
                f"{self._condition.name}"
            )

    def facts(self) -> Facts:
        """Return where the answers of this process come from, as known by now."""
        notes = tuple(str(note) for note in getattr(self._backend, "notes", ()))
        return Facts(hardware(), tuple(software().items()), notes)

    def hear(self, questions: Sequence[Question]) -> list[Clip | Unanswered]:
        """Decode the audio and put it under the condition; may run in another thread than `ask`."""
        return [self._heard(question) for question in questions]

    def _heard(self, question: Question) -> Clip | Unanswered:
        samples = None
        if question.flac is not None and self._condition.change is not None:
            try:
                samples = self._condition.change(decoded(question.flac), question.file_id)
            except ValueError as error:
                return Unanswered(f"unreadable audio in the store ({error})", is_unreadable=True)
        return Clip(question.file_id, samples, question.labels, question.prompt)

    def ask(self, heard: Sequence[Clip | Unanswered]) -> list[Reply]:
        """Return a reply for every clip that `hear` returned."""
        replies = iter(self._ask([clip for clip in heard if isinstance(clip, Clip)]))
        return [clip if isinstance(clip, Unanswered) else next(replies) for clip in heard]

    def _ask(self, clips: Sequence[Clip]) -> list[Reply]:
        """Return for every clip its answers, or why there are none.

        A batch that fails is asked clip by clip, so that one clip costs only itself.
        """
        if not clips:
            return []
        samplings, limit = self._task.samplings, self._task.clip_seconds
        try:
            began = time.monotonic()
            with limited(self._patience(len(clips))):
                given = self._backend.answer(clips, samplings)
            if len(given) != len(clips):
                raise ValueError(f"answers to {len(given)} of {len(clips)} clips")
            pace = (time.monotonic() - began) / len(clips)
            self._slowest = max(pace, self._slowest or 0.0)
            return [
                _checked(answers, clip, len(samplings))
                for clip, answers in zip(clips, given, strict=True)
            ]
        except SerError:
            raise
        except (Exception, TooSlow) as error:  # whatever goes wrong in a model, the rest goes on
            if len(clips) > 1:
                return [self._ask([clip])[0] for clip in clips]
            if isinstance(error, TooSlow):
                return [Unanswered(f"no answer within {limit:g} s")]
            return [_failed(error)]

    def _patience(self, clips: int) -> float:
        """Return how long a batch may take, in seconds: a hanging one must not cost a day.

        Until a batch has been answered nobody knows what is slow, and each clip has its own limit;
        then a batch has the limit of one clip, or several times what the slowest took so far.
        """
        limit = self._task.clip_seconds
        if self._slowest is None:
            return limit * clips
        return min(limit * clips, max(limit, SEVERAL * self._slowest * clips))


def _checked(given: Sequence[object] | Exception, clip: Clip, expected: int) -> Reply:
    if isinstance(given, SerError):
        return Unanswered(str(given), is_the_end=True)
    if isinstance(given, Exception):
        return _failed(given)
    answers = [Answer(item) if isinstance(item, str) else item for item in given]
    if len(answers) != expected or not all(
        isinstance(answer, Answer) and isinstance(answer.text, str) for answer in answers
    ):
        return Unanswered(f"the backend returned {given!r:.100}, not {expected} texts")
    for answer in answers:
        if any("\ud800" <= letter <= "\udfff" for letter in answer.text):
            return Unanswered("the answer holds half a character, which no UTF-8 can store")
        if answer.label_logprobs is not None and len(answer.label_logprobs) != len(clip.labels):
            return Unanswered(
                f"the backend returned {len(answer.label_logprobs)} log-probabilities "
                f"for {len(clip.labels)} labels"
            )
    return answers


def _failed(error: Exception) -> Unanswered:
    cause = one_line(error) or type(error).__name__
    return Unanswered(f"the backend failed ({type(error).__name__}: {cause[:200]})")


@functools.cache
def software() -> dict[str, str]:
    """Return the versions of Python and of the installed packages that shape answers."""
    found = {"python": platform.python_version()}
    for package in RECORDED_PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


@functools.cache
def hardware() -> str:
    """Return the processor and, where there are some, the GPUs of this machine."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.processor() or platform.machine()
    return " + ".join((f"{model}, {os.cpu_count()} cores", *gpus()))


@functools.cache
def gpus() -> tuple[str, ...]:
    """Return the names of the GPUs that this process may use; asks the driver, not torch."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible == "":
        return ()
    chosen = ["--id", visible] if visible else []
    command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader", *chosen]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(done.stdout.split("\n")[:-1]) if done.returncode == 0 else ()
