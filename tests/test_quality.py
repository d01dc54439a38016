"""What ingest measures of a recording, on signals whose measures are known and on real clips."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile as sf

from ingest.quality import QUALITY_VERSION, landmarks, measure
from tests.conftest import parquet_rows, python, shared, succeed, write_emodb

RATE = 16_000


def speechlike(seconds: float = 2.0, rate: int = RATE, seed: int = 0) -> np.ndarray:
    """Noise whose spectrum and level change every 80 ms; peak 0.3. Synthetic."""
    chance = np.random.default_rng(seed)
    pieces = []
    for _ in range(int(seconds / 0.08)):
        noise = np.cumsum(chance.normal(size=int(0.08 * rate))) * chance.uniform(0.1, 1)
        noise = np.convolve(noise - noise.mean(), chance.normal(size=chance.integers(1, 9)), "same")
        pieces.append(noise / np.abs(noise).max() * chance.uniform(0.02, 0.3))
    return np.concatenate(pieces).astype(np.float32)


def measured(samples: np.ndarray, rate: int = RATE):
    """Measure a signal as ingest does: as 16-bit samples, mixed down by mean."""
    whole = np.rint(np.atleast_2d(samples.T).T * 32768).clip(-32768, 32767) / 32768
    whole = whole.astype(np.float32)
    return measure(whole, whole.mean(axis=1, dtype=np.float32), rate)


def test_flat_tops_are_counted_and_a_lone_peak_is_none():
    clean = speechlike()
    clipped = measured(np.minimum(clean * 3, 0.5))
    high = np.rint(clean * 3 * 32768) >= 0.5 * 32768
    lengths = [len(run) for run in "".join("x" if h else " " for h in high).split()]
    flat = [length for length in lengths if length >= 3]
    assert len(flat) > 5
    assert measured(clean).clipped_runs == 0
    assert clipped.clipped_runs == len(flat)
    assert clipped.clipped_share == pytest.approx(sum(flat) / len(clean))


def test_clipping_of_one_of_two_channels_is_clipping():
    clean = speechlike()
    both = measured(np.stack([clean, np.clip(clean * 4, -0.5, 0.5)], axis=1))
    assert both.clipped_runs > 5


def test_offset_is_that_of_the_channel_that_has_most_and_changes_no_level():
    clean = speechlike()
    moved = measured(np.stack([clean, clean - 0.02], axis=1))
    assert moved.dc_offset == pytest.approx(-0.02 + clean.mean(), abs=1e-4)
    assert measured(clean + np.float32(0.1)).rms_db == pytest.approx(
        measured(clean).rms_db, abs=0.1
    )


def test_silence_is_measured_at_both_ends_and_digital_zeros_apart_from_it():
    hiss = (np.random.default_rng(1).normal(size=RATE) * 1e-4).astype(np.float32)
    zeros = np.zeros(RATE // 4, np.float32)
    quality = measured(np.concatenate([zeros, hiss[: RATE // 2], speechlike(1.0), hiss, zeros]))
    assert quality.leading_zeros_s == pytest.approx(0.25, abs=0.01)
    assert quality.trailing_zeros_s == pytest.approx(0.25, abs=0.01)
    assert quality.leading_silence_s == pytest.approx(0.75, abs=0.05)
    assert quality.trailing_silence_s == pytest.approx(1.25, abs=0.05)
    assert quality.silence_s >= quality.leading_silence_s + quality.trailing_silence_s


def test_level_of_a_sine_is_known():
    sine = 0.5 * np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE)
    assert measured(sine).rms_db == pytest.approx(20 * np.log10(0.5) - 3.01, abs=0.01)
    assert measured(sine).spectral_constancy > 0.999
    assert measured(speechlike()).spectral_constancy < 0.95


@pytest.mark.parametrize("lag", [-40, -7, 0, 23, 45])
def test_the_lag_of_the_second_channel_is_found_with_its_sign(lag):
    sound = speechlike(rate=48_000)
    pair = np.stack([sound[50:-50], sound[50 - lag : len(sound) - 50 - lag]], axis=1)
    quality = measured(pair, 48_000)
    assert quality.channel_lag == lag
    assert quality.aligned_correlation > 0.9
    if abs(lag) > 5:
        assert quality.channel_correlation < quality.aligned_correlation


def test_one_channel_and_a_dead_second_one_have_no_correlation():
    sound = speechlike()
    assert measured(sound).channel_correlation is None
    assert measured(np.stack([sound, 0 * sound], axis=1)).channel_lag is None


def test_bandwidth_is_where_the_spectrum_ends():
    chance = np.random.default_rng(2)
    spectrum = np.fft.rfft(chance.normal(size=2 * RATE))
    spectrum[np.fft.rfftfreq(2 * RATE, 1 / RATE) > 3400] = 0
    narrow = np.fft.irfft(spectrum)
    found = measured(0.9 * narrow / np.abs(narrow).max()).bandwidth_hz
    # Ten steps of 31 Hz away from a frequency, the window has it 70 dB down: hence the tolerance.
    assert 3400 <= found <= 3400 + 400


@pytest.mark.parametrize("samples", [np.zeros(1), np.ones(1), np.zeros(5000), np.ones(5000) * 0.5])
def test_the_shortest_and_the_emptiest_recordings_have_finite_measures(samples):
    quality = measured(samples)
    assert all(
        np.isfinite(value) for value in vars(quality).values() if isinstance(value, int | float)
    )


# ---------------------------------------------------------------- landmarks


def common(one: np.ndarray, other: np.ndarray) -> dict[int, int]:
    """Offset in frames → landmarks that two signals share at it."""
    places = dict(zip(*landmarks(one.astype(np.float32), RATE), strict=True))
    offsets: dict[int, int] = {}
    for key, frame in zip(*landmarks(other.astype(np.float32), RATE), strict=True):
        if key in places:
            offsets[places[key] - frame] = offsets.get(places[key] - frame, 0) + 1
    return offsets


def test_a_piece_is_found_wherever_it_was_cut_and_though_it_was_dithered_anew():
    whole = speechlike(4.0)
    for start in (1, 4_001, 17_777):
        # As in URDU, where two clips that overlap differ by one in a fiftieth of their samples.
        dither = np.random.default_rng(3).choice([-1, 0, 1], RATE, p=[0.01, 0.98, 0.01])
        piece = whole[start : start + RATE] + dither / 32768
        offsets = common(whole, piece)
        assert set(offsets) == {start}
        assert offsets[start] >= 3


def test_silence_tones_and_other_recordings_share_nothing():
    tone = 0.5 * np.sin(2 * np.pi * 220 * np.arange(2 * RATE) / RATE)
    assert common(speechlike(seed=4), speechlike(seed=5)) == {}
    assert landmarks(np.zeros(RATE, np.float32), RATE) == ([], [])
    # 220 Hz meets the samples in the same phase every 800 of them: one peak is like the other.
    assert sum(common(tone, tone[800:]).values()) <= 1


# ---------------------------------------------------------------- in the job


def test_every_stored_clip_is_measured_once_and_measured_anew_without_its_audio(tmp_path):
    sources, warehouse = write_emodb(tmp_path / "sources", 12), tmp_path / "warehouse"
    succeed(python(warehouse, "-m", "ingest", "run", "--sources", str(sources)))
    clips = parquet_rows(warehouse, "utterances", "file_id")
    before = parquet_rows(warehouse, "quality", "* exclude (measured_at)")
    assert len(clips) == 12
    assert [row[0] for row in before] == [file_id for (file_id,) in clips]

    # As if stored before there were measures, or measured by an older version.
    for part in (warehouse / "quality" / "emodb").iterdir():
        part.unlink()
    done = succeed(python(warehouse, "-m", "ingest", "run", "--sources", str(sources)))
    assert "0 clips stored, 12 already there" in done.stdout
    assert parquet_rows(warehouse, "utterances", "file_id") == clips
    assert parquet_rows(warehouse, "quality", "* exclude (measured_at)") == before

    # As if killed after the measures were written and before the clips were.
    for part in (warehouse / "utterances" / "emodb").iterdir():
        part.unlink()
    done = succeed(python(warehouse, "-m", "ingest", "run", "--sources", str(sources)))
    assert "12 clips stored, 0 already there" in done.stdout
    assert len(parquet_rows(warehouse, "quality", "file_id")) == 12
    assert parquet_rows(warehouse, "quality", "distinct quality_version") == [(QUALITY_VERSION,)]


# ---------------------------------------------------------------- real speech


def real(path: str):
    """Measure a real recording."""
    samples, rate = sf.read(shared("corpora", *path.split("/")), dtype="float32", always_2d=True)
    return measured(samples, rate)


def test_no_real_clip_is_a_steady_tone_and_every_tampered_one_is():
    folder = shared("corpora")
    tones = [str(p.relative_to(folder)) for p in folder.glob("tampered/ravdess/*.wav")]
    speech = [str(p.relative_to(folder)) for p in sorted(folder.glob("turev-db/**/*.wav"))]
    speech += [str(p.relative_to(folder)) for p in sorted(folder.glob("nemo/samples/*.wav"))]
    assert len(tones) == 3 and len(speech) > 300
    assert min(real(path).spectral_constancy for path in tones) > 0.999
    assert max(real(path).spectral_constancy for path in speech) < 0.98


def test_true_stereo_of_emovo_has_the_published_lags():
    folder = shared("corpora", "emovo")
    pairs = [real(f"emovo/{p.relative_to(folder)}") for p in sorted(folder.rglob("*.wav"))]
    true = [pair for pair in pairs if (pair.channel_correlation or 0) < 0.5 and pair.channel_lag]
    assert len(true) == 22  # of 24: one is mono, one has equal channels
    assert all(15 <= pair.channel_lag <= 45 for pair in true)
