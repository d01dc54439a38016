"""What is measured of a recording before it is normalised: docs/trust.md defines every figure.

Clipping, offset and stereo cannot be seen any more once a clip is mixed down and resampled, so
they are measured on the decoded source. Nothing is judged here: what counts as clipped or as
silent is a rule of the mart `quality`.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass

import numpy as np

QUALITY_VERSION = "1"
"""Raised when a measure changes: `ingest run` then measures clips anew, and stores no audio."""

FRAME_SECONDS = 0.01
"""Resolution of silence."""
SILENCE_RANGE_DB = 40.0
"""Frames so far below the loudest one are silence: relative, because gains differ by 30 dB."""
FLAT_SAMPLES = 3
"""Equal samples in a row at the extreme that make a flat top."""
MAX_LAG_SECONDS = 0.0025
"""Farthest that two microphones are looked for: sound travels 86 cm in it."""
BANDWIDTH_RANGE_DB = 70.0
"""What lies farther below the strongest frequency is outside the bandwidth."""

SPECTRUM_SECONDS = 0.032
_ACTIVE_RANGE_DB = 30.0
_OFFSET_BINS = 2
_TINY = 1e-12

ANCHOR_SECONDS = 0.1
"""A landmark is the largest sample within half of this on either side."""
LANDMARK_SAMPLES = 256
"""Samples around an anchor that its hash covers."""
LANDMARK_PEAK = 0.004
"""Weaker anchors are noise of a few quantisation steps, which repeats by chance."""
_LANDMARK_BITS = 6
_BLOCK = 64


@dataclass(frozen=True)
class Quality:
    """The measures of one recording; dB are re a full-scale square wave."""

    clipped_runs: int
    """Flat tops: FLAT_SAMPLES or more equal samples in a row at a channel's extremes."""
    clipped_share: float
    """Share of samples that lie in flat tops, 0 to 1."""
    dc_offset: float
    """Mean of the channel whose mean is farthest from zero; full scale is 1."""
    rms_db: float
    """Level of the mono signal without its offset."""
    speech_db: float
    """The same over the frames that are no silence."""
    leading_silence_s: float
    trailing_silence_s: float
    silence_s: float
    """All silence, ends included."""
    leading_zeros_s: float
    """Digital silence: samples equal to zero in all channels, before the first other one."""
    trailing_zeros_s: float
    channel_correlation: float | None
    """Correlation of the first two channels, as they are; None with one channel or a dead one."""
    channel_lag: int | None
    """Samples by which the second channel is later than the first, where they correlate best."""
    aligned_correlation: float | None
    """Correlation at that lag."""
    bandwidth_hz: float
    """Highest frequency within BANDWIDTH_RANGE_DB of the strongest, on average over the clip."""
    spectral_constancy: float
    """Mean cosine of the frames' amplitude spectra to their average, 0 to 1; a steady tone has 1,
    whatever its level does."""
    landmarks: list[int]
    """Hashes of the samples around local peaks of the first channel; see `landmarks`."""
    landmark_frames: list[int]
    """Source frame of each landmark."""


def measure(samples: np.ndarray, mono: np.ndarray, rate_hz: int) -> Quality:
    """Measure one recording.

    Args:
        samples: decoded source, float32, shape (frames, channels), full scale = ±1, frames >= 1.
        mono: the same mixed down, shape (frames,).
        rate_hz: its sampling rate.
    """
    channels = np.ascontiguousarray(samples.T)
    runs, clipped = _flat_tops(channels)
    offsets = channels.mean(axis=1, dtype=np.float64)
    power = _frame_power(mono, round(FRAME_SECONDS * rate_hz))
    loud = power > power.max() * 10 ** (-SILENCE_RANGE_DB / 10)
    first, last = np.flatnonzero(loud)[[0, -1]] if loud.any() else (len(loud), len(loud) - 1)
    before, after = _zeros_at_the_ends(channels)
    correlation, lag, aligned = _stereo(channels, rate_hz)
    bandwidth, constancy = _spectrum(mono, rate_hz)
    hashes, frames = landmarks(channels[0], rate_hz)
    return Quality(
        clipped_runs=runs,
        clipped_share=clipped / samples.size,
        dc_offset=float(offsets[np.abs(offsets).argmax()]),
        rms_db=_db(power.mean(dtype=np.float64)),
        speech_db=_db(power[loud].mean(dtype=np.float64) if loud.any() else 0.0),
        leading_silence_s=float(first * FRAME_SECONDS),
        trailing_silence_s=float((len(loud) - 1 - last) * FRAME_SECONDS),
        silence_s=float((~loud).sum() * FRAME_SECONDS),
        leading_zeros_s=before / rate_hz,
        trailing_zeros_s=after / rate_hz,
        channel_correlation=correlation,
        channel_lag=lag,
        aligned_correlation=aligned,
        bandwidth_hz=bandwidth,
        spectral_constancy=constancy,
        landmarks=hashes,
        landmark_frames=frames,
    )


def _db(power: float) -> float:
    return float(10 * np.log10(power + _TINY))


def _flat_tops(channels: np.ndarray) -> tuple[int, int]:
    """Number of flat tops over all channels, and of the samples in them."""
    runs = clipped = 0
    for channel in channels:
        for extreme in (channel.max(), channel.min()):
            if not extreme:
                continue  # a channel that never goes this side of zero is silent, not clipped
            at = np.flatnonzero(channel == extreme)
            if len(at) < FLAT_SAMPLES:
                continue
            lengths = np.diff(np.flatnonzero(np.diff(at, prepend=-2, append=at[-1] + 2) > 1))
            flat = lengths[lengths >= FLAT_SAMPLES]
            runs, clipped = runs + len(flat), clipped + int(flat.sum())
    return runs, clipped


def _zeros_at_the_ends(channels: np.ndarray) -> tuple[int, int]:
    """Frames before the first and after the last in which any channel is not zero."""
    sounding = [channel for channel in channels if channel.any()]
    if not sounding:
        return channels.shape[1], 0
    return min(_zeros(each) for each in sounding), min(_zeros(each[::-1]) for each in sounding)


def _zeros(channel: np.ndarray) -> int:
    """Zeros before the first other value, which must be there; it is near as a rule."""
    reach = 256
    while not channel[:reach].any():
        reach *= 16
    return int((channel[:reach] != 0).argmax())


def _frame_power(signal: np.ndarray, length: int) -> np.ndarray:
    """Mean square of frames of `length` about the mean of all; at least one frame.

    Worked out from sums: a copy of the signal without its mean would cost more than the rest.
    """
    whole = max(len(signal) // length, 1)
    frames = signal[: whole * length].reshape(whole, -1)
    square = np.einsum("ij,ij->i", frames, frames).astype(np.float64) / frames.shape[1]
    mean = np.einsum("ij->i", frames).astype(np.float64) / frames.shape[1]
    offset = mean.mean()
    return np.maximum(square - 2 * offset * mean + offset**2, 0)


def _stereo(channels: np.ndarray, rate_hz: int) -> tuple[float | None, int | None, float | None]:
    """Correlation of the first two channels, best lag in samples, and correlation there.

    Blocks of some 0.1 s are correlated and summed, which costs a fraction of one long transform.

    Args:
        channels: shape (channels, frames).
        rate_hz: the sampling rate.
    """
    from scipy.fft import irfft, rfft

    if len(channels) < 2:
        return None, None, None
    first, second = pair = channels[:2] - channels[:2].mean(axis=1, keepdims=True)
    energy = float(np.sqrt(np.float64(first @ first) * np.float64(second @ second)))
    if not energy:
        return None, None, None
    reach = max(1, round(MAX_LAG_SECONDS * rate_hz))
    size = _fast_length(reach + max(reach, round(0.1 * rate_hz)))
    step = size - reach  # the rest of a block is zero, or the ends would meet
    blocks = -(-len(first) // step)
    padded = np.zeros((2, blocks * step), np.float32)
    padded[:, : len(first)] = pair
    windowed = np.zeros((2, blocks, size), np.float32)
    windowed[:, :, :step] = padded.reshape(2, blocks, step)
    spectra = rfft(windowed, axis=2)
    curve = irfft((spectra[1] * spectra[0].conj()).sum(axis=0), size)
    around = np.concatenate([curve[-reach:], curve[: reach + 1]])  # lags -reach … reach
    best = int(np.abs(around).argmax())
    aligned = float(np.clip(around[best] / energy, -1, 1))
    return float(first @ second / energy), best - reach, aligned


def _spectrum(signal: np.ndarray, rate_hz: int) -> tuple[float, float]:
    """Bandwidth in hertz and spectral constancy of a mono signal."""
    # Four times as fast as numpy's on many short frames, but slow to load: only workers do.
    from scipy.fft import rfft

    length = round(SPECTRUM_SECONDS * rate_hz)
    if len(signal) < length:
        signal = np.pad(signal, (0, length - len(signal)))
    frames = signal[: len(signal) // length * length].reshape(-1, length)
    size = _fast_length(length)
    spectra = np.abs(rfft(frames * _hann(length), size, axis=1))
    spectra[:, :_OFFSET_BINS] = 0
    power = np.einsum("ij,ij->i", spectra, spectra)
    if not power.max():
        return 0.0, 0.0
    active = power > power.max() * 10 ** (-_ACTIVE_RANGE_DB / 10)
    # Columns summed by a product: spectra of unit length, and their powers.
    weights = np.where(active, 1 / np.sqrt(np.maximum(power, _TINY)), 0).astype(np.float32)
    centre = weights @ spectra / active.sum()
    # The long-term spectrum in steps of some 125 Hz, or a lone bin of noise would count.
    average = np.einsum("ij,ij->j", spectra, spectra)
    steps = average[: len(average) // 4 * 4].reshape(-1, 4).mean(axis=1)
    top = np.flatnonzero(steps > steps.max() * 10 ** (-BANDWIDTH_RANGE_DB / 10))[-1]
    bandwidth = min((top + 1) * 4 * rate_hz / size, rate_hz / 2)
    # The mean of cosines to the centre is the length of the mean of unit vectors.
    return float(bandwidth), float(np.clip(np.linalg.norm(centre), 0, 1))


def landmarks(signal: np.ndarray, rate_hz: int) -> tuple[list[int], list[int]]:
    """Hashes of the samples around local peaks, and the frames of these peaks.

    Where a peak is depends on the sound around it alone, so a piece cut out of a longer
    recording has the same landmarks, except within 50 ms of the cut. Samples are rounded to
    some 6 bits of the peak: a copy that was dithered anew still matches. A hash that occurs
    twice in a clip (steady tones, loops) says nothing about where, and is left out.

    Args:
        signal: one channel of the decoded source, shape (n,), full scale = ±1.
        rate_hz: its sampling rate. Copies at another rate do not match.
    """
    half = LANDMARK_SAMPLES // 2
    anchors = _local_peaks(signal, round(ANCHOR_SECONDS * rate_hz / 2))
    anchors = anchors[(anchors >= half) & (anchors <= len(signal) - half)]
    if not len(anchors):
        return [], []
    windows = signal[anchors[:, None] + np.arange(-half, half)]
    # A power of two, so that the step does not move with the last bits of the peak.
    steps = 2.0 ** (np.floor(np.log2(np.abs(signal[anchors]))) - _LANDMARK_BITS)
    levels = np.rint(windows / steps[:, None]).astype("<i2")
    found: dict[int, list[int]] = {}
    for anchor, row in zip(anchors.tolist(), levels, strict=True):
        digest = hashlib.blake2b(row, digest_size=8).digest()
        found.setdefault(int.from_bytes(digest, "little", signed=True), []).append(anchor)
    single = [(key, places[0]) for key, places in found.items() if len(places) == 1]
    return [key for key, _ in single], [place for _, place in single]


def _local_peaks(signal: np.ndarray, reach: int) -> np.ndarray:
    """Places farther from zero than `reach` places before and not nearer than as many after.

    Extremes of short blocks leave a few candidates; only the two ends of what is within their
    reach, where it cuts a block, are then looked at sample by sample.
    """
    # As integers, which are in the order of the positive numbers whose bits they are: largest of
    # many short blocks takes a tenth of the time.
    height = np.abs(signal).view(np.int32)
    tops = np.maximum.reduceat(height, np.arange(0, len(height), _BLOCK))
    # Blocks that lie within reach wherever in its block the peak is.
    near = max(reach // _BLOCK - 1, 0)
    is_top = tops.view(np.float32) >= LANDMARK_PEAK
    if near:  # the neighbours first, which leave a third of them
        is_top[1:] &= tops[:-1] < tops[1:]
        is_top[:-1] &= tops[1:] <= tops[:-1]
    blocks = np.flatnonzero(is_top)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(tops, near), 2 * near + 1)[blocks]
    before, after = around[:, :near].max(axis=1, initial=0), around[:, near:].max(axis=1)
    blocks = blocks[(before < tops[blocks]) & (after == tops[blocks])]
    first = blocks * _BLOCK
    within = first[:, None] + np.arange(_BLOCK)
    at = first + height.take(within, mode="clip").argmax(axis=1)
    end = np.arange(reach - near * _BLOCK + 1)
    left, right = at[:, None] - reach + end, at[:, None] + reach - end
    begin, stop = first - near * _BLOCK, first + (near + 1) * _BLOCK
    is_left = (left >= 0) & (left < begin[:, None])
    is_right = (right < len(height)) & (right >= stop[:, None])
    earlier = np.where(is_left, height.take(left, mode="clip"), 0).max(axis=1)
    later = np.where(is_right, height.take(right, mode="clip"), 0).max(axis=1)
    peak = height[at]
    return at[(earlier < peak) & (later <= peak)]


@functools.cache
def _fast_length(length: int) -> int:
    """The least number from `length` on that is 4, 5 or 6 times a power of two."""
    powers = (2**exponent for exponent in range(40))
    return min(n for power in powers for n in (4 * power, 5 * power, 6 * power) if n >= length)


@functools.cache
def _hann(length: int) -> np.ndarray:
    return np.hanning(length).astype(np.float32)
