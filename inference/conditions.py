"""What a model hears in place of the clip, so that memory, habit and words can be told apart.

A condition is a property of the run (column `condition`); the contamination models of dbt compare
runs that differ in nothing else. Whoever knows a recording by heart loses more by a disturbed voice
than on corpora it does not know; what is answered to silence is habit; what is answered to the
words alone was never in the voice.

The parameters are part of the run's identity. They are chosen so that listeners still hear the
emotion: other voices, other rooms, not other moods.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import soxr

from inference.backend import SAMPLE_RATE

SNR_DB = 0.0
SEMITONES = 3.0
TEMPO = 1.2

_WINDOW = 1024
_HOP = 256


@dataclass(frozen=True)
class Condition:
    """One entry of the registry."""

    name: str
    what: str
    """What the model hears, in a few words."""
    change: Callable[[np.ndarray, str], np.ndarray] | None
    """From samples, float32 (frames,), and file id to samples. None: no audio, the transcription is
    in the prompt."""
    parameters: Mapping[str, float | str] = field(default_factory=dict)
    """Everything that decides what is heard, beside the clip; stored with the run."""


def _silence(samples: np.ndarray, file_id: str) -> np.ndarray:
    return np.zeros_like(samples)


def _reversed(samples: np.ndarray, file_id: str) -> np.ndarray:
    return np.ascontiguousarray(samples[::-1])


def _noise(samples: np.ndarray, file_id: str) -> np.ndarray:
    """Add noise with the clip's own long-term spectrum, so that it masks every band alike."""
    seed = int.from_bytes(hashlib.sha256(file_id.encode()).digest()[:8], "big")
    spectrum = np.fft.rfft(samples)
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, len(spectrum))
    noise = np.fft.irfft(np.abs(spectrum) * np.exp(1j * phases), len(samples))
    power, noise_power = np.mean(samples.astype(float) ** 2), np.mean(noise**2)
    if not noise_power:
        return samples
    mixed = samples + noise * np.sqrt(power / noise_power / 10 ** (SNR_DB / 10))
    return _in_full_scale(mixed)


def _tempo(samples: np.ndarray, file_id: str) -> np.ndarray:
    return stretched(samples, TEMPO)


def _pitch(samples: np.ndarray, file_id: str) -> np.ndarray:
    """Raise the pitch, formants with it, and keep length and tempo: stretch, then resample."""
    factor = 2 ** (SEMITONES / 12)
    longer = stretched(samples, 1 / factor)
    shifted = soxr.resample(longer, SAMPLE_RATE * factor, SAMPLE_RATE)[: len(samples)]
    return _in_full_scale(np.pad(shifted, (0, len(samples) - len(shifted))))


def stretched(samples: np.ndarray, rate: float) -> np.ndarray:
    """Return the clip said `rate` times as fast at the same pitch, float32, (frames / rate,).

    A phase vocoder (Flanagan & Golden 1966; Dolson 1986): magnitudes between two frames are
    interpolated, phases advance by each bin's own frequency.
    """
    from scipy.signal import istft, stft  # half a second that most jobs need not wait for

    length = max(round(len(samples) / rate), 1)
    padded = np.pad(samples.astype(float), (0, max(_WINDOW - len(samples), 0)))
    layout = {"nperseg": _WINDOW, "noverlap": _WINDOW - _HOP}
    frames = np.pad(stft(padded, **layout)[2], ((0, 0), (0, 2)))
    at = np.arange(0, frames.shape[1] - 2, rate)
    before, part = at.astype(int), at % 1
    left, right = frames[:, before], frames[:, before + 1]
    magnitude = (1 - part) * np.abs(left) + part * np.abs(right)
    expected = 2 * np.pi * _HOP * np.arange(len(frames))[:, None] / _WINDOW
    deviation = np.angle(right) - np.angle(left) - expected
    advance = expected + deviation - 2 * np.pi * np.round(deviation / (2 * np.pi))
    phase = np.angle(frames[:, :1]) + np.cumsum(advance, axis=1) - advance
    made = istft(magnitude * np.exp(1j * phase), **layout)[1][:length]
    return _in_full_scale(np.pad(made, (0, length - len(made))))


def _in_full_scale(samples: np.ndarray) -> np.ndarray:
    """Return float32 samples, all of them quieter if one of them is beyond full scale."""
    return (samples / max(1.0, float(np.abs(samples).max(initial=0)))).astype(np.float32)


CLIP = Condition("clip", "the clip itself", lambda samples, file_id: samples)

CONDITIONS: dict[str, Condition] = {
    condition.name: condition
    for condition in (
        CLIP,
        Condition("silence", "silence of the same length", _silence),
        Condition(
            "noise",
            "the clip in noise of its own spectrum",
            _noise,
            {"snr_db": SNR_DB, "seed": "file_id"},
        ),
        Condition(
            "pitch",
            "the clip at another pitch, formants shifted with it",
            _pitch,
            {"semitones": SEMITONES, "window": _WINDOW, "hop": _HOP},
        ),
        Condition(
            "tempo",
            "the clip at another tempo",
            _tempo,
            {"rate": TEMPO, "window": _WINDOW, "hop": _HOP},
        ),
        Condition("reversed", "the clip backwards", _reversed),
        Condition("transcript", "no audio: what was said, as text", None),
    )
}
