"""One source file → 16-bit 16 kHz mono FLAC, with what provenance needs."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile as sf
import soxr

from ingest import ffmpeg
from ingest.corpus import Problem
from ingest.quality import Quality, measure
from ingest.spans import Span

RATE_HZ = 16_000
INGEST_VERSION = "1"
"""Raised when the samples we produce change: clips are then ingested anew, under new file ids."""

MAX_SECONDS = 3600.0
"""Longer clips are recordings to be cut by their segments (and would fill memory)."""

MAX_SAMPLES = 4 * 3600 * 48_000
"""Bound on memory whatever a header claims: over all channels, 2.8 GB as they are decoded."""

MAX_PEAK = 2.0**31
"""Full scale is 1.0; some write 16 or 32 bit integers as floats. What is beyond is damage."""

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
    source_bytes: int | None = None
    """Size of a source that is no file of its own."""


@dataclass(frozen=True)
class Decoded:
    """The samples of a clip as its source has them."""

    samples: np.ndarray
    """Float32, (frames, channels)."""
    rate_hz: int
    source_format: str
    source_sha256: str


def normalise(data: bytes, downmix: str, rates_hz: tuple[int, ...] = ()) -> Normalised | Problem:
    """Decode `data`, mix it down, resample it to 16 kHz and encode it as FLAC.

    Args:
        data: the whole source file.
        downmix: `mean`, `channel_1` or `centre`, for files of several channels.
        rates_hz: the published sampling rates; empty means any.
    """
    if problem := _not_audio(data):
        return problem
    try:
        with sf.SoundFile(io.BytesIO(data)) as source:
            if problem := _unfit(source, rates_hz):
                return problem
            rate = source.samplerate
            source_format = f"{source.format}/{source.subtype}"
            announced = source.frames
            samples = source.read(dtype="float32", always_2d=True)
    except (sf.LibsndfileError, RuntimeError) as error:
        return _undecodable(str(error))
    chunks = _sample_chunks(io.BytesIO(data), len(data))
    if problem := _unusable(samples, rate) or _cut_short([(announced, len(samples)), *chunks]):
        return problem
    source_sha256 = hashlib.sha256(data).hexdigest()
    return _finish(Decoded(samples, rate, source_format, source_sha256), downmix)


def keep_or_normalise(data: bytes) -> Normalised | Problem:
    """Do the same, but keep `data` itself where it is 16-bit 16 kHz mono FLAC already."""
    clip = normalise(data, "mean")
    if isinstance(clip, Problem):
        return clip
    as_stored = (clip.source_format, clip.source_rate_hz, clip.source_channels)
    flac = data if as_stored == ("FLAC/PCM_16", RATE_HZ, 1) else clip.flac
    return replace(clip, flac=flac, source_bytes=len(data))


def normalise_part(
    path: Path, span: Span | None, source_sha256: str, downmix: str, rates_hz: tuple[int, ...] = ()
) -> Normalised | Problem:
    """Do the same for a part of a file, or for one that only ffmpeg decodes.

    Of a long recording no more than the part is ever in memory.

    Args:
        path: the source file.
        span: the part; None for all of it.
        source_sha256: hash of the whole file.
        downmix: as for `normalise`.
        rates_hz: as for `normalise`.
    """
    with path.open("rb") as handle:
        if problem := _not_audio(handle.read(len(_LFS_MAGIC))):
            return problem
    if span is not None and span.seconds > MAX_SECONDS:
        return _too_long(span.seconds, "one clip")
    found = (
        _by_ffmpeg(path, span, rates_hz)
        if path.suffix.lower() in ffmpeg.SUFFIXES
        else _by_libsndfile(path, span, rates_hz)
    )
    if isinstance(found, Problem):
        return found
    samples, rate, source_format = found
    if problem := _unusable(samples, rate):
        return problem
    if span is None:
        with path.open("rb") as handle:
            if problem := _cut_short(_sample_chunks(handle, path.stat().st_size)):
                return problem
    wanted = span.frames(rate)[1] - span.frames(rate)[0] if span else len(samples)
    if len(samples) < 0.99 * wanted:
        return Problem(
            "truncated",
            f"the file ends before the clip does: it holds {len(samples) / wanted:.0%} of it",
            "copy or download it again, or correct the table",
        )
    return _finish(Decoded(samples, rate, source_format, source_sha256), downmix)


def file_sha256(path: Path) -> str:
    """Return the hash of a file of any length, read in blocks."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _by_libsndfile(
    path: Path, span: Span | None, rates_hz: tuple[int, ...]
) -> tuple[np.ndarray, int, str] | Problem:
    """Return the samples of (a part of) a file, their rate and its format."""
    try:
        with sf.SoundFile(path) as source:
            rate = source.samplerate
            first, end = span.frames(rate) if span else (0, source.frames)
            if problem := _unfit(source, rates_hz, end - first):
                return problem
            if first >= source.frames:
                return Problem(
                    "beyond_the_end",
                    f"the clip begins at {first / rate:.3f} s, "
                    f"the file ends at {source.frames / rate:.3f} s",
                    "correct the table, or copy or download the file again",
                )
            source.seek(first)
            samples = source.read(end - first, dtype="float32", always_2d=True)
            return samples, rate, f"{source.format}/{source.subtype}"
    except (sf.LibsndfileError, RuntimeError) as error:
        return _undecodable(str(error))


def _by_ffmpeg(
    path: Path, span: Span | None, rates_hz: tuple[int, ...]
) -> tuple[np.ndarray, int, str] | Problem:
    found = ffmpeg.decode(path, span, MAX_SECONDS, MAX_SAMPLES)
    if isinstance(found, Problem):
        return found
    samples, rate, _ = found
    if problem := _other_rate(rate, rates_hz):
        return problem
    if len(samples) > MAX_SECONDS * rate:
        return _too_long(len(samples) / rate, f"{samples.shape[1]} channels in one file")
    return found


def _finish(decoded: Decoded, downmix: str) -> Normalised:
    """Mix down, resample and encode what was decoded."""
    rate = decoded.rate_hz
    mono, mixed = _mix_down(decoded.samples, downmix)
    pcm = _to_pcm16(soxr.resample(mono, rate, RATE_HZ) if rate != RATE_HZ else mono)
    return Normalised(
        flac=_encode(pcm),
        pcm_sha256=hashlib.sha256(pcm.astype("<i2", copy=False)).hexdigest(),
        frames=len(pcm),
        peak=float(max(mono.max(), -mono.min())),
        source_sha256=decoded.source_sha256,
        source_format=decoded.source_format,
        source_rate_hz=rate,
        source_channels=decoded.samples.shape[1],
        source_frames=len(decoded.samples),
        downmix=mixed,
        quality=measure(decoded.samples, mono, rate),
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


def _unfit(
    source: sf.SoundFile, rates_hz: tuple[int, ...], frames: int | None = None
) -> Problem | None:
    """Return what is wrong with `source`, of which `frames` (default: all) are to be read."""
    if problem := _other_rate(source.samplerate, rates_hz):
        return problem
    frames = source.frames if frames is None else frames
    seconds, samples = frames / source.samplerate, frames * source.channels
    if seconds > MAX_SECONDS or samples > MAX_SAMPLES:
        return _too_long(seconds, f"{source.channels} channels in one file")
    return None


def _other_rate(rate_hz: int, rates_hz: tuple[int, ...]) -> Problem | None:
    if not rates_hz or rate_hz in rates_hz:
        return None
    published = " or ".join(f"{rate:,}" for rate in rates_hz)
    return Problem(
        "altered_copy",
        f"sampled at {rate_hz:,} Hz, published at {published} Hz: not the original",
        "get the corpus from its authors",
    )


def _too_long(seconds: float, of_what: str) -> Problem:
    return Problem(
        "too_long", f"{seconds / 3600:.1f} hours of {of_what}", "cut it into its utterances"
    )


def _unusable(samples: np.ndarray, rate_hz: int) -> Problem | None:
    if not len(samples):
        return Problem("no_samples", "the file holds no samples", "copy or download it again")
    if len(samples) < MIN_SECONDS * rate_hz:
        detail = f"only {1000 * len(samples) / rate_hz:.3g} ms long"
        return Problem("too_short", detail, "copy or download it again")
    lowest, highest = samples.min(), samples.max()  # NaN if any sample is
    if not np.isfinite([lowest, highest]).all():
        return Problem("not_finite", "samples are NaN or infinite", "convert it again")
    if max(highest, -lowest) > MAX_PEAK:
        return Problem("not_finite", "samples are astronomically loud", "convert it again")
    if lowest == highest == 0:
        return Problem("silent", "every sample is zero", "copy or download it again")
    return None


def _cut_short(sizes: Iterable[tuple[int, int]]) -> Problem | None:
    """Say so if the file ends before its samples do: a download or a copy that broke off.

    libsndfile notices for most formats; of a WAV or AIFF it takes what is there. Writers that
    count a few bytes too many in the header are forgiven.

    Args:
        sizes: announced and present sizes, whatever their unit.
    """
    for wanted, present in sizes:
        if present < 0.99 * wanted:
            return Problem(
                "truncated",
                f"the file breaks off: it holds {present / wanted:.0%} of its samples",
                "copy or download it again",
            )
    return None


def _sample_chunks(source: BinaryIO, length: int) -> Iterator[tuple[int, int]]:
    """Yield, for WAV and AIFF, the announced and the present size of the chunk of samples."""
    order = {b"RIFF": "<", b"FORM": ">"}.get(source.read(4))
    if order is None:
        return
    position = 12
    while position + 8 <= length:
        source.seek(position)
        name, size = struct.unpack(f"{order}4sI", source.read(8))
        # Writers to a pipe do not know the size and leave zero, or about the largest number.
        if name in (b"data", b"SSND") and 0 < size < 0x7FFF_0000:
            yield size, min(size, length - position - 8)
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
    if downmix == "centre" and samples.shape[1] >= 6:
        # Left, right, centre, bass, surround: films have the dialogue in the centre.
        return np.ascontiguousarray(samples[:, 2]), "channel_3"
    return samples.mean(axis=1, dtype=np.float32), "mean"


def _to_pcm16(samples: np.ndarray) -> np.ndarray:
    """Round to 16 bit without dither, so that equal input gives equal bytes; peaks saturate."""
    return np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(np.int16)


def _encode(pcm: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    sf.write(buffer, pcm, RATE_HZ, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()
