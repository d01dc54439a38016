"""What a worker does with one clip: read, check and normalise it.

Workers load this module and what it needs, and nothing of the store, which takes longer to load
than a hundred clips to normalise.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ingest import ffmpeg
from ingest.audio import (
    Normalised,
    file_sha256,
    keep_or_normalise,
    normalise,
    normalise_part,
)
from ingest.corpus import Problem
from ingest.files import cannot_be_read
from ingest.quality import Quality
from ingest.spans import Span
from warehouse.errors import one_line

LARGE_BYTES = 64 * 2**20
"""Files from here on are not read into memory before their header was looked at."""


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
    data: bytes | Problem | None = None
    """What the clip is, or why it cannot be had, where it lies inside another file."""
    unmeasured: bool = False


@dataclass(frozen=True)
class Unchanged:
    """The outcome of a file that was touched or copied, but holds the bytes that are stored."""

    quality: Quality | None = None
    """What was measured of it, if that was asked for."""


def read_clip(task: Task) -> Normalised | Problem | Unchanged:
    """Read and normalise one clip, or say what is wrong with it."""
    try:
        outcome = _read(task)
    except OSError as error:
        return cannot_be_read(error)
    except Exception as error:  # whatever a decoder makes of a strange file, the rest goes on
        cause = one_line(error) or type(error).__name__
        return Problem("not_audio", f"the decoder failed on it ({cause})", "get the file again")
    if isinstance(outcome, Normalised) and outcome.source_sha256 == task.known_sha256:
        return Unchanged(outcome.quality)  # it is stored, and was to be measured only
    return outcome


def _read(task: Task) -> Normalised | Problem | Unchanged:
    path = Path(task.location)
    known = None if task.unmeasured else task.known_sha256
    if isinstance(task.data, Problem):
        return task.data
    if task.data is not None:
        sha256 = hashlib.sha256(task.data).hexdigest()
        return Unchanged() if known == sha256 else keep_or_normalise(task.data)
    if (
        task.span is None
        and path.suffix.lower() not in ffmpeg.SUFFIXES
        and path.stat().st_size < LARGE_BYTES
    ):
        data = path.read_bytes()
        if known and known == hashlib.sha256(data).hexdigest():
            return Unchanged()
        return normalise(data, task.downmix, task.rates_hz)
    sha256 = task.source_sha256 or file_sha256(path)
    if known == sha256:
        return Unchanged()
    return normalise_part(path, task.span, sha256, task.downmix, task.rates_hz)


def crashed(task: Task) -> Problem:
    """Return what becomes of a clip whose decoder kills the process."""
    return Problem("decoder_crashed", "the decoder crashed on this file", "get the file again")
