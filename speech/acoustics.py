"""Acoustic cues of one speech clip, from a single pass of short-time spectra.

One FFT per frame serves three ends: band powers (level, brightness), the spectral moment,
and, through its inverse, the autocorrelation in which pitch is found (Boersma 1993). That
keeps a clip of a few seconds at a few milliseconds on one core, with numpy and scipy only.
Ingest stores these cues of every clip and the acoustic system answers from them: there is one
front end, so that what is tested against Praat is what both use (docs/acoustics.md).

Frames are analysed in blocks, and only some fifty bytes a frame outlive a block: an hour of
audio needs under 50 MB beyond its own samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.fft import irfft, rfft
from scipy.ndimage import binary_opening, uniform_filter1d
from scipy.signal import butter, find_peaks, get_window, sosfiltfilt

ACOUSTICS_VERSION = "1"
"""Raised when a cue would have another value: `ingest acoustics` then measures all clips anew."""

SAMPLE_RATE = 16_000
"""Samples a second of every clip, in hertz: what the warehouse stores."""
WINDOW = 640
"""Frame length in samples: 40 ms, some 2.6 periods of the lowest pitch searched."""
HOP = 160
"""Step between frames in samples: 10 ms."""
F0_MIN, F0_MAX = 65.0, 500.0
"""Pitch search range in hertz."""
SILENCE_DB = -80.0
"""Frames below this level (dB re full scale) never count as speech."""

# The longest lag searched (246) plus the window must fit, or the inverse FFT wraps around.
_FFT = 1024
_BLOCK = 1024
_FRAMES_PER_SECOND = SAMPLE_RATE / HOP
_CANDIDATES = 4
_ACTIVE_RANGE_DB = 30.0
_VOICING = 0.5
# Boersma 1993: without a small price per octave, a lag of two periods wins by rounding alone.
_OCTAVE_COST = 0.01
# A jump away from the clip's own median costs this much correlation per octave.
_JUMP_COST = 0.1
_MAX_JUMP_SEMITONES = 12.0
# de Jong & Wempe 2009: a syllable nucleus is a voiced peak with dips of 2 dB around it.
_SYLLABLE_DIP_DB = 2.0
_SYLLABLE_GAP = 8
_SMOOTHING = 5


class Cues(NamedTuple):
    """Prosodic cues of a clip; every field is a finite float, zero in silence (`level` apart).

    Fields about F0 are 0.0 when nothing is voiced; `voiced_fraction` tells this from a
    voice at 100 Hz. Only `level` depends on the gain of the recording.
    """

    f0_median: float
    """Median F0 of voiced frames, semitones re 100 Hz."""
    f0_sd: float
    """Standard deviation of F0 over voiced frames, semitones."""
    f0_range: float
    """From the 5th to the 95th percentile of F0 over voiced frames, semitones."""
    f0_final: float
    """Final movement: mean F0 of the last fifth of voiced frames less the median, semitones."""
    level: float
    """Mean power of speech frames, dB re a full-scale square wave; SILENCE_DB if silent."""
    level_sd: float
    """Standard deviation of frame levels within speech, dB."""
    rate: float
    """Syllable nuclei a second from the first to the last speech frame (de Jong & Wempe 2009)."""
    high_frequency: float
    """Power above 1 kHz over power below it, long-term average of speech frames, dB."""
    centroid: float
    """Centroid of the long-term average power spectrum of speech frames, hertz."""
    f0_irregularity: float
    """Median absolute second difference of F0 over adjacent frames, semitones.

    Unsteadiness from one 10 ms to the next; a steady glide cancels out.
    """
    jitter: float
    """Difference of two periods in a row over their mean, median over voiced frames.

    Praat's local jitter is the mean of the same, which a few misplaced periods rule.
    """
    harmonicity: float
    """Harmonics-to-noise ratio below 2 kHz, from the autocorrelation peak, dB (Boersma 1993)."""
    voiced_fraction: float
    """Share of speech frames that are voiced, 0 to 1."""
    speech_s: float
    """Seconds from the first to the last speech frame, pauses included."""


@dataclass(frozen=True)
class _Track:
    """What is kept of each frame; arrays share their first axis."""

    power: np.ndarray
    """(frames,): mean square of the frame, full scale = 1."""
    high: np.ndarray
    """(frames,): the part of `power` above 1 kHz."""
    moment: np.ndarray
    """(frames,): `power` weighted by frequency, hertz."""
    strength: np.ndarray
    """(frames, _CANDIDATES): autocorrelation at each pitch candidate, -1 where there is none."""
    octave: np.ndarray
    """(frames, _CANDIDATES): log2 of each candidate's F0 in units of 100 Hz."""

    @property
    def level(self) -> np.ndarray:
        """(frames,): level of each frame, dB re full scale."""
        return 10 * np.log10(self.power + 1e-15)


_SILENT = Cues(**(dict.fromkeys(Cues._fields, 0.0) | {"level": SILENCE_DB}))


def cues(samples: np.ndarray) -> Cues:
    """Measure the acoustic cues of one clip.

    `samples` is float, shape (n,), n >= 0, mono, full scale = ±1, at SAMPLE_RATE. Samples
    that are not finite count as silence.
    """
    if samples.ndim != 1 or samples.dtype.kind != "f":
        raise ValueError(f"need mono float samples, got {samples.dtype} of {samples.shape}")
    track = _track(samples)
    level = track.level
    active = level > max(level.max() - _ACTIVE_RANGE_DB, SILENCE_DB)
    if not active.any():
        return _SILENT
    semitones, strength = _pitch(track, active)
    voiced = np.isfinite(semitones)
    median, spread, extent, final = _contour(semitones[voiced])
    speech = _speech_seconds(active)
    high_frequency, centroid = _spectrum(track, active)
    result = Cues(
        f0_median=median,
        f0_sd=spread,
        f0_range=extent,
        f0_final=final,
        level=10 * np.log10(track.power[active].mean(dtype=np.float64)),
        level_sd=level[active].std(),
        rate=_syllables(level, voiced) / speech,
        high_frequency=high_frequency,
        centroid=centroid,
        f0_irregularity=_irregularity(semitones),
        jitter=_jitter(samples, semitones),
        harmonicity=_harmonicity(strength[voiced]),
        voiced_fraction=voiced.sum() / active.sum(),
        speech_s=speech,
    )
    return Cues(*(float(value) for value in result))


# ---------------------------------------------------------------- frames


def _ramp(frequency: np.ndarray) -> np.ndarray:
    """Pitch band: full up to 1 kHz, none from 2 kHz.

    Higher harmonics make autocorrelation peaks narrower than a sample, so that a pitch
    between two lags loses to its own subharmonic.
    """
    return np.where(frequency < 50, 0, np.clip((2000 - frequency) / 1000, 0, 1)).astype(np.float32)


_HANN = get_window("hann", WINDOW).astype(np.float32)
_FREQUENCY = np.fft.rfftfreq(_FFT, 1 / SAMPLE_RATE)
_PITCH_BAND = _ramp(_FREQUENCY)
# Columns: all, above 1 kHz, times frequency. Below 40 Hz lie hum and drift, not voice. The
# factor turns a sum over the half spectrum into the mean square of the unwindowed frame.
_BANDS = (
    np.stack([_FREQUENCY > 40, _FREQUENCY > 1000, _FREQUENCY * (_FREQUENCY > 40)], axis=1)
    * (2 / (_FFT * np.sum(_HANN**2)))
).astype(np.float32)
_SHORTEST, _LONGEST = int(SAMPLE_RATE / F0_MAX), int(SAMPLE_RATE / F0_MIN) + 1
# Keeps the periods of a voice and takes away the formants that move its peaks.
_GLOTTAL = butter(1, (60, 900), "bandpass", fs=SAMPLE_RATE, output="sos")
_LAGS = np.arange(_SHORTEST, _LONGEST + 1, dtype=np.float32)
# Dividing by the window's own autocorrelation undoes its decay with lag (Boersma 1993).
_WINDOW_CORRELATION = irfft(np.abs(rfft(_HANN, _FFT)) ** 2)[_SHORTEST - 1 : _LONGEST + 2]
_WINDOW_CORRELATION = (_WINDOW_CORRELATION / np.sum(_HANN**2)).astype(np.float32)


def _track(samples: np.ndarray) -> _Track:
    """Analyse a clip block by block; one frame at least, padded with zeros if need be."""
    parts = [_analyse(frames) for frames in _blocks(samples)]
    return _Track(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _blocks(samples: np.ndarray) -> Iterator[np.ndarray]:
    """Yield windowed frames without their mean, float32, shape (at most _BLOCK, WINDOW)."""
    if len(samples) < WINDOW:
        samples = np.pad(samples, (0, WINDOW - len(samples)))
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    for start in range(0, len(frames), _BLOCK):
        block = np.array(frames[start : start + _BLOCK], np.float32)
        block = np.nan_to_num(block, copy=False, posinf=0.0, neginf=0.0)
        yield (block - block.mean(axis=1, keepdims=True)) * _HANN


def _analyse(frames: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the columns of a `_Track` for windowed frames of shape (n, WINDOW)."""
    spectrum = rfft(frames, _FFT, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    bands = power @ _BANDS
    strength, octave = _candidates(power * _PITCH_BAND)
    return bands[:, 0], bands[:, 1], bands[:, 2], strength, octave


def _candidates(power: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best autocorrelation peaks of each frame: strength and log2(F0 / 100 Hz)."""
    correlation = irfft(power, _FFT, axis=1)
    energy = correlation[:, :1] + np.float32(1e-20)
    curve = correlation[:, _SHORTEST - 1 : _LONGEST + 2] / energy / _WINDOW_CORRELATION
    before, here, after = curve[:, :-2], curve[:, 1:-1], curve[:, 2:]
    peak = (here > before) & (here >= after) & (here > 0)
    # Parabola through three lags: its top gives height and place between samples.
    bend = np.where(peak, before - 2 * here + after, -1)
    offset = 0.5 * (before - after) / bend
    height = np.where(peak, here - 0.25 * (before - after) * offset, -1)
    octave = np.log2(SAMPLE_RATE / 100 / (_LAGS + np.where(peak, offset, 0)))
    order = np.argpartition(-height - _OCTAVE_COST * octave, _CANDIDATES, axis=1)
    best = order[:, :_CANDIDATES]
    return np.take_along_axis(height, best, axis=1), np.take_along_axis(octave, best, axis=1)


# ---------------------------------------------------------------- cues


def _pitch(track: _Track, active: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """F0 in semitones re 100 Hz, NaN where unvoiced, and autocorrelation; both (frames,).

    The first choice knows each frame alone. The second also prefers to be near the median
    of the first, which mends octave errors without a search over whole paths.
    """
    octave, strength = _choose(track, _OCTAVE_COST * track.octave)
    sure = active & (strength > _VOICING)
    if sure.any():
        jump = np.abs(track.octave - np.median(octave[sure]))
        octave, strength = _choose(track, _OCTAVE_COST * track.octave - _JUMP_COST * jump)
    voiced = active & (strength > _VOICING)
    # Voicing of less than 30 ms is chance, not a vowel.
    voiced &= binary_opening(voiced, np.ones(3))
    semitones = np.where(voiced, 12 * octave, np.nan)
    if voiced.any():
        far = np.abs(semitones - np.nanmedian(semitones)) > _MAX_JUMP_SEMITONES
        semitones[far] = np.nan
    return semitones, strength


def _choose(track: _Track, bonus: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Octave and strength, both (frames,), of the candidate with most strength plus bonus."""
    best = np.argmax(track.strength + bonus, axis=1)
    rows = np.arange(len(best))
    return track.octave[rows, best], track.strength[rows, best]


def _contour(semitones: np.ndarray) -> tuple[float, float, float, float]:
    """Median, standard deviation, range and final movement of voiced F0, (voiced frames,)."""
    if not len(semitones):
        return 0.0, 0.0, 0.0, 0.0
    low, median, high = np.percentile(semitones, (5, 50, 95))
    last = semitones[-max(3, len(semitones) // 5) :]
    return median, semitones.std(), high - low, last.mean() - median


def _irregularity(semitones: np.ndarray) -> float:
    """Median |second difference| of F0 where three frames in a row are voiced, semitones."""
    bends = np.abs(np.diff(semitones, n=2))
    bends = bends[np.isfinite(bends)]
    return np.median(bends) if len(bends) else 0.0


def _jitter(samples: np.ndarray, semitones: np.ndarray) -> float:
    """Median of |difference| over mean of the two periods that follow each voiced frame's middle.

    F0 says where to look for the next peak of the waveform; its place between samples is that of
    a parabola. Done in blocks of frames, like the spectra.
    """
    steps = []
    for start in range(0, len(semitones), _BLOCK):
        frames = start + np.flatnonzero(np.isfinite(semitones[start : start + _BLOCK]))
        if not len(frames):
            continue
        period = SAMPLE_RATE / (100 * 2 ** (semitones[frames] / 12))
        first = start * HOP
        wave = samples[first : (start + _BLOCK) * HOP + WINDOW]
        wave = sosfiltfilt(_GLOTTAL, np.nan_to_num(wave, posinf=0.0, neginf=0.0))
        if -wave.min() > wave.max():  # the microphone's polarity: follow the sharper peaks
            wave = -wave
        wave = np.pad(wave, 3 * _LONGEST)
        middle = frames * HOP + WINDOW // 2 - first + 3 * _LONGEST
        begin = _highest(wave, middle, -period / 2, period / 2)
        then = _highest(wave, begin, 0.8 * period, 1.2 * period)
        end = _highest(wave, then, 0.8 * period, 1.2 * period)
        one, two = np.diff([_between_samples(wave, at) for at in (begin, then, end)], axis=0)
        steps.append(2 * np.abs(two - one) / (one + two))
    return np.median(np.concatenate(steps)) if steps else 0.0


def _highest(wave: np.ndarray, at: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Where `wave` is highest from at + low to at + high samples, for each of (frames,)."""
    reach = np.arange(-_LONGEST, int(1.2 * _LONGEST) + 1)
    inside = (reach >= low[:, None]) & (reach <= high[:, None])
    values = wave[np.clip(at[:, None] + reach, 1, len(wave) - 2)]
    best = at + reach[np.where(inside, values, -np.inf).argmax(axis=1)]
    return np.clip(best, 1, len(wave) - 2)


def _between_samples(wave: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Places of the tops of the parabolas through the samples around `at`, (frames,)."""
    before, here, after = wave[at - 1], wave[at], wave[at + 1]
    bend = np.minimum(before - 2 * here + after, -1e-12)
    return at + np.clip(0.5 * (before - after) / bend, -0.5, 0.5)


def _harmonicity(strength: np.ndarray) -> float:
    """Harmonics-to-noise ratio in dB from autocorrelation peaks, at most 30 dB."""
    if not len(strength):
        return 0.0
    periodic = min(np.median(strength), 0.999)
    return 10 * np.log10(periodic / (1 - periodic))


def _spectrum(track: _Track, active: np.ndarray) -> tuple[float, float]:
    """High-frequency ratio in dB and centroid in hertz of the long-term spectrum."""
    total = track.power[active].sum(dtype=np.float64)
    high = track.high[active].sum(dtype=np.float64)
    moment = track.moment[active].sum(dtype=np.float64)
    # A tenth of a millionth of the total keeps a pure tone finite at any gain.
    floor = 1e-7 * total
    return 10 * np.log10((high + floor) / (max(total - high, 0) + floor)), moment / total


def _speech_seconds(active: np.ndarray) -> float:
    """Seconds from the beginning of the first to the end of the last active frame."""
    first, last = np.flatnonzero(active)[[0, -1]]
    return (last - first) / _FRAMES_PER_SECOND + WINDOW / SAMPLE_RATE


def _syllables(level: np.ndarray, voiced: np.ndarray) -> int:
    """Number of voiced level peaks."""
    floor = level.max() - _ACTIVE_RANGE_DB - 10
    contour = uniform_filter1d(np.maximum(level, floor), _SMOOTHING, mode="nearest")
    # Padding lets a syllable at the very edge of the clip be a peak.
    padded = np.pad(contour, 1, constant_values=floor - _SYLLABLE_DIP_DB)
    peaks, _ = find_peaks(padded, prominence=_SYLLABLE_DIP_DB, distance=_SYLLABLE_GAP)
    return voiced[peaks - 1].sum()
