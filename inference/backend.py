"""What a model backend is: clips and sampling settings in, raw answers out.

A backend sees a whole batch of clips and *all* sampling settings at once, so that one
pass over the audio (features here, a shared prefill in an audio LLM) can serve every
temperature. It knows nothing of Parquet, runs or resume: that is the runner's work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

SAMPLE_RATE = 16_000
"""Sampling rate of every clip a backend receives, in hertz."""


@dataclass(frozen=True)
class Clip:
    """One clip as a model hears it: audio and instruction, and nothing about the speaker."""

    file_id: str
    samples: np.ndarray | None
    """float32, shape (frames,), mono, full scale = ±1, at SAMPLE_RATE; None where the prompt
    holds a text in place of the audio."""
    labels: tuple[str, ...]
    """Candidate labels, in the order in which the prompt offers them."""
    prompt: str
    """The instruction, labels filled in."""


@dataclass(frozen=True)
class Sampling:
    """Every parameter that decides how an answer is drawn; stored whole with the run."""

    temperature: float
    seed: int = 0
    max_new_tokens: int = 32


@dataclass(frozen=True)
class Answer:
    """What a model said of one clip, with what it thinks of every candidate."""

    text: str
    """Exactly what the model returned."""
    label_logprobs: tuple[float, ...] | None = None
    """Natural log-probability of each of the clip's labels, in their order; None where the model
    gives none."""


class Backend(Protocol):
    """A model that can be asked about a batch of clips."""

    def answer(
        self, clips: Sequence[Clip], samplings: Sequence[Sampling]
    ) -> Sequence[Sequence[Answer | str] | Exception]:
        """Return the answer for every clip (outer list) and sampling (inner list); a text alone is
        an answer without log-probabilities, and an exception in place of a clip's answers says why
        that clip has none.

        An answer must depend on its own clip and sampling alone: never on the other clips
        of the batch, nor on how often or in which order the backend was called. It may raise:
        the clips are then asked about one by one, and one that fails alone is stored as an error.
        A `SerError`, raised or in place of a clip's answers, is about more than this clip (the
        server is gone): it ends the job, and the clip is asked about next time.

        Two attributes are optional: `notes`, a sequence of lines that say what the backend fell
        back to, is stored with the run; `needs_audio`, if true, refuses clips without samples.
        """
        ...


def hashed_uniform(file_id: str, sampling: Sampling, step: int) -> float:
    """A number in [0, 1) fixed by clip, temperature, seed and step alone.

    Drawing by inverse CDF from these makes a sampled answer independent of batch, worker
    and resume, which a stateful generator cannot.
    """
    key = f"{file_id}\0{sampling.temperature!r}\0{sampling.seed}\0{step}"
    digest = hashlib.sha256(key.encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
