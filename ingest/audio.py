"""One source file → 16-bit 16 kHz mono FLAC, with what provenance needs."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import soundfile as sf
import soxr

from ingest.corpus import Problem
from ingest.quality import Quality, measure

RATE_HZ = 16_000
INGEST_VERSION = "1"
"""Raised when the samples we produce change: clips are then ingested anew, under new file ids."""

MAX_SECONDS = 3600.0
"""Longer files are recordings to be cut by their segments, not clips (and would fill memory)."""

MAX_SAMPLES = 4 * 3600 * 48_000
"""Bound on memory whatever a header claims: over all channels, 2.8 GB as they are decoded."""

MIN_SECONDS = 0.1
"""Shorter than any syllable: nobody can hear an emotion in it."""

_LFS_MAGIC = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True)
class Normalised:
    """A clip as it is stored, and what it was."""

    flac: bytes
    pcm_sha256: str
    frames: int
    peak: float
    """Largest absolute sample of the mono source; 1.0 is full scale."""
    source_sha256: str
    source_format: str
    source_rate_hz: int
    source_channels: int
    source_frames: int
    downmix: str
    quality: Quality


def normalise(data: bytes, downmix: str, rates_hz: tuple[int, ...] = ()) -> Normalised | Problem:
    """Decode `data`, mix it down, resample it to 16 kHz and encode it as FLAC.

    Args:
        data: the whole source file.
        downmix: `mean` or `channel_1`, for files of several channels.
        rates_hz: the published sampling rates; empty means any.
    """
    if problem := _not_audio(data):
        return problem
    try:
        with sf.SoundFile(io.BytesIO(data)) as source:
            if problem := _unfit(source, rates_hz):
                return problem
            rate, channels = source.samplerate, source.channels
            source_format = f"{source.format}/{source.subtype}"
            announced = source.frames
            samples = source.read(dtype="float32", always_2d=True)
    except (sf.LibsndfileError, RuntimeError) as error:
        return _undecodable(str(error))
    if problem := _unusable(samples, rate) or _cut_short(data, announced, len(samples)):
        return problem
    mono, mixed = _mix_down(samples, downmix)
    pcm = _to_pcm16(soxr.resample(mono, rate, RATE_HZ) if rate != RATE_HZ else mono)
    return Normalised(
        flac=_encode(pcm),
        pcm_sha256=hashlib.sha256(pcm.astype("<i2", copy=False)).hexdigest(),
        frames=len(pcm),
        peak=float(np.abs(mono).max()),
        source_sha256=hashlib.sha256(data).hexdigest(),
        source_format=source_format,
        source_rate_hz=rate,
        source_channels=channels,
        source_frames=len(samples),
        downmix=mixed,
        quality=measure(samples, mono, rate),
    )


def _not_audio(data: bytes) -> Problem | None:
    if not data:
        return Problem("empty_file", "the file is empty", "copy or download it again")
    if data.startswith(_LFS_MAGIC):
        return Problem(
            "git_lfs_pointer",
            "a git-lfs pointer stands in for the audio",
            "run `git lfs pull` in the corpus checkout",
        )
    return None


def _unfit(source: sf.SoundFile, rates_hz: tuple[int, ...]) -> Problem | None:
    if rates_hz and source.samplerate not in rates_hz:
        published = " or ".join(f"{rate:,}" for rate in rates_hz)
        return Problem(
            "altered_copy",
            f"sampled at {source.samplerate:,} Hz, published at {published} Hz: not the original",
            "get the corpus from its authors",
        )
    seconds, samples = source.frames / source.samplerate, source.frames * source.channels
    if seconds > MAX_SECONDS or samples > MAX_SAMPLES:
        return Problem(
            "too_long",
            f"{seconds / 3600:.1f} hours of {source.channels} channels in one file",
            "cut it into its utterances",
        )
    return None


def _unusable(samples: np.ndarray, rate_hz: int) -> Problem | None:
    if not len(samples):
        return Problem("no_samples", "the file holds no samples", "copy or download it again")
    if len(samples) < MIN_SECONDS * rate_hz:
        detail = f"only {1000 * len(samples) / rate_hz:.3g} ms long"
        return Problem("too_short", detail, "copy or download it again")
    if not np.isfinite(samples).all():
        return Problem("not_finite", "samples are NaN or infinite", "convert it again")
    if not samples.any():
        return Problem("silent", "every sample is zero", "copy or download it again")
    return None


def _cut_short(data: bytes, announced: int, found: int) -> Problem | None:
    """Say so if the file ends before its samples do: a download or a copy that broke off.

    libsndfile notices for most formats; of a WAV or AIFF it takes what is there. Writers that
    count a few bytes too many in the header are forgiven.
    """
    for wanted, present in ((announced, found), *_sample_chunks(data)):
        if present < 0.99 * wanted:
            return Problem(
                "truncated",
                f"the file breaks off: it holds {present / wanted:.0%} of its samples",
                "copy or download it again",
            )
    return None


def _sample_chunks(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield, for WAV and AIFF, the announced and the present size of the chunk of samples."""
    order = {b"RIFF": "<", b"FORM": ">"}.get(data[:4])
    if order is None:
        return
    position = 12
    while position + 8 <= len(data):
        name, size = struct.unpack_from(f"{order}4sI", data, position)
        # Writers to a pipe do not know the size and leave zero, or about the largest number.
        if name in (b"data", b"SSND") and 0 < size < 0x7FFF_0000:
            yield size, min(size, len(data) - position - 8)
            return
        position += 8 + size + size % 2


def _undecodable(message: str) -> Problem:
    cause = message.rsplit(": ", 1)[-1].strip().rstrip(".") or "unknown format"
    return Problem("not_audio", f"no audio that libsndfile reads ({cause})", "get the file again")


def _mix_down(samples: np.ndarray, downmix: str) -> tuple[np.ndarray, str]:
    """Return the mono signal of `samples` (frames, channels) and what was done for it."""
    if samples.shape[1] == 1:
        return samples[:, 0], "none"
    if downmix == "channel_1":
        return np.ascontiguousarray(samples[:, 0]), downmix
    return samples.mean(axis=1, dtype=np.float32), downmix


def _to_pcm16(samples: np.ndarray) -> np.ndarray:
    """Round to 16 bit without dither, so that equal input gives equal bytes; peaks saturate."""
    return np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(np.int16)


def _encode(pcm: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    sf.write(buffer, pcm, RATE_HZ, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()
