"""The acoustic front end beside Praat and librosa, on real speech of seven corpora.

Each tolerance is what was measured on 2026-11-21 over the clips below, rounded to the safe side;
docs/acoustics.md has the figures. Praat searches paths and we do not, and voicing is decided
differently, so single clips may differ by an octave: what must agree is the bulk.
"""

from __future__ import annotations

from typing import NamedTuple

import librosa
import numpy as np
import parselmouth
import pytest
import soundfile as sf
import soxr
from parselmouth.praat import call
from scipy.stats import spearmanr

from speech.acoustics import F0_MAX, F0_MIN, HOP, SAMPLE_RATE, WINDOW, Cues, cues
from tests.conftest import shared

CORPORA = ("emodb/wav", "emovo", "nemo/samples", "ravdess", "tess", "turev-db", "urdu")
CLIPS = 14
"""Clips of each corpus, evenly spread over its sorted paths."""


class Praat(NamedTuple):
    """The same of one clip by Praat."""

    f0_median: float
    f0_sd: float
    f0_range: float
    jitter: float
    harmonicity: float


class Librosa(NamedTuple):
    """The same of one clip by librosa."""

    level: float
    centroid: float


def load(path) -> np.ndarray:
    """First channel at 16 kHz, shape (frames,)."""
    samples, rate = sf.read(path, dtype="float32", always_2d=True)
    return soxr.resample(np.ascontiguousarray(samples[:, 0]), rate, SAMPLE_RATE)


def by_praat(samples: np.ndarray) -> Praat | None:
    """Praat's pitch (autocorrelation), local jitter, and HNR of its voiced frames below 2 kHz."""
    sound = parselmouth.Sound(samples.astype(float), SAMPLE_RATE)
    pitch = sound.to_pitch_ac(time_step=0.01, pitch_floor=F0_MIN, pitch_ceiling=F0_MAX)
    hertz = pitch.selected_array["frequency"]
    voiced = hertz > 0
    if voiced.sum() < 10:
        return None
    semitones = 12 * np.log2(hertz[voiced] / 100)
    points = call([sound, pitch], "To PointProcess (cc)")
    low = call(sound, "Filter (pass Hann band)", 0, 2000, 100)
    harmonicity = low.to_harmonicity_ac(time_step=0.01, minimum_pitch=75, periods_per_window=4.5)
    ratios = np.array([harmonicity.get_value(time) for time in pitch.xs()[voiced]])
    return Praat(
        f0_median=np.median(semitones),
        f0_sd=semitones.std(),
        f0_range=np.ptp(np.percentile(semitones, (5, 95))),
        jitter=call(points, "Get jitter (local)", 0, 0, 0.0001, 0.02, 1.3),
        harmonicity=np.median(ratios[ratios > -100]),
    )


def by_librosa(samples: np.ndarray) -> Librosa:
    """Level and centroid of the frames within 30 dB of the loudest, by librosa."""
    spectra = np.abs(
        librosa.stft(samples, n_fft=1024, win_length=WINDOW, hop_length=HOP, center=False)
    )
    spectra[librosa.fft_frequencies(sr=SAMPLE_RATE, n_fft=1024) <= 40] = 0
    power = (spectra**2).sum(axis=0)
    average = (spectra[:, power > power.max() * 1e-3] ** 2).mean(axis=1, keepdims=True)
    centroid = librosa.feature.spectral_centroid(S=average, sr=SAMPLE_RATE)[0, 0]
    frames = librosa.feature.rms(y=samples, frame_length=WINDOW, hop_length=HOP, center=False)[0]
    loud = frames > frames.max() * 10 ** (-30 / 20)
    return Librosa(10 * np.log10(np.mean(frames[loud] ** 2)), float(centroid))


@pytest.fixture(scope="module")
def clips() -> list[tuple[Cues, Praat, Librosa]]:
    rows = []
    for corpus in CORPORA:
        paths = sorted(shared("corpora", *corpus.split("/")).rglob("*.wav"))
        for path in paths[:: max(1, len(paths) // CLIPS)][:CLIPS]:
            samples = load(path)
            praat = by_praat(samples)
            if praat is not None:
                rows.append((cues(samples), praat, by_librosa(samples)))
    assert len(rows) > 80
    return rows


def columns(clips, name: str, other: int = 1) -> tuple[np.ndarray, np.ndarray]:
    ours = np.array([getattr(row[0], name) for row in clips])
    theirs = np.array([getattr(row[other], name) for row in clips])
    return ours, theirs


def agreement(clips, name: str) -> float:
    """Rank correlation with Praat over clips."""
    return float(spearmanr(*columns(clips, name), nan_policy="omit").statistic)


def test_pitch_level_is_praats_within_a_tenth_of_a_semitone_for_most_clips(clips):
    ours, theirs = columns(clips, "f0_median")
    difference = np.abs(ours - theirs)
    assert np.median(difference) < 0.15
    assert np.mean(difference < 1) > 0.92
    assert agreement(clips, "f0_median") > 0.97


def test_pitch_variation_and_range_rank_clips_as_praat_does(clips):
    assert agreement(clips, "f0_sd") > 0.75
    assert agreement(clips, "f0_range") > 0.78


def test_harmonicity_is_praats_for_most_clips(clips):
    ours, theirs = columns(clips, "harmonicity")
    assert abs(np.median(ours - theirs)) < 0.5
    assert agreement(clips, "harmonicity") > 0.87


def test_jitter_ranks_clips_as_praats_local_jitter_does(clips):
    ours, theirs = columns(clips, "jitter")
    assert 0.6 < np.nanmedian(ours / theirs) < 1  # a median where Praat takes a mean
    assert agreement(clips, "jitter") > 0.67


def test_level_and_centroid_are_librosas(clips):
    ours, theirs = columns(clips, "level", 2)
    assert np.median(np.abs(ours - theirs)) < 0.3
    ours, theirs = columns(clips, "centroid", 2)
    assert np.median(np.abs(ours / theirs - 1)) < 0.01
    assert np.percentile(np.abs(ours / theirs - 1), 95) < 0.005
