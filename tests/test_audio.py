"""What a source file becomes, and what is not taken for speech."""

import hashlib
import io

import numpy as np
import pytest
import soundfile as sf

from ingest.audio import Normalised, normalise
from ingest.corpus import Problem
from tests.conftest import shared, write_tone


def sine(rate, hertz=440.0, seconds=0.5, amplitude=0.5):
    return amplitude * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def encoded(samples, rate, container="WAV", subtype="PCM_16"):
    buffer = io.BytesIO()
    sf.write(buffer, samples, rate, format=container, subtype=subtype)
    return buffer.getvalue()


def decoded(clip):
    samples, rate = sf.read(io.BytesIO(clip.flac), dtype="int16")
    assert rate == 16_000
    assert samples.ndim == 1
    return samples


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 24_414, 44_100, 48_000, 96_000])
def test_any_rate_becomes_16_khz_with_pitch_and_level_kept(rate):
    clip = normalise(encoded(sine(rate), rate), "mean")
    assert isinstance(clip, Normalised)
    samples = decoded(clip)
    assert abs(len(samples) / 16_000 - 0.5) < 0.001
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    assert abs(spectrum.argmax() * 16_000 / len(samples) - 440) < 4
    middle = samples[2000:-2000] / 32768
    assert abs(np.abs(middle).max() - 0.5) < 0.01
    assert (clip.source_rate_hz, clip.source_frames) == (rate, int(0.5 * rate))
    assert abs(clip.peak - 0.5) < 0.01


def test_what_is_above_the_new_nyquist_frequency_does_not_fold_back():
    clip = normalise(encoded(sine(48_000, hertz=12_000), 48_000), "mean")
    assert np.abs(decoded(clip)[800:-800]).max() < 0.001 * 32768


def test_16_khz_mono_16_bit_goes_through_bit_for_bit():
    pcm = np.random.default_rng(0).integers(-32768, 32767, 8000, dtype=np.int16, endpoint=True)
    clip = normalise(encoded(pcm, 16_000), "mean")
    assert np.array_equal(decoded(clip), pcm)
    assert clip.pcm_sha256 == hashlib.sha256(pcm.astype("<i2").tobytes()).hexdigest()
    assert clip.downmix == "none"


@pytest.mark.parametrize(
    ("container", "subtype"),
    [("WAV", "PCM_24"), ("WAV", "FLOAT"), ("AIFF", "PCM_16"), ("FLAC", "PCM_16")],
)
def test_the_container_changes_the_source_hash_and_not_the_audio(container, subtype):
    samples = np.round(sine(16_000) * 32768) / 32768
    plain = normalise(encoded(samples, 16_000), "mean")
    other = normalise(encoded(samples, 16_000, container, subtype), "mean")
    assert other.pcm_sha256 == plain.pcm_sha256
    assert other.source_sha256 != plain.source_sha256
    assert other.source_format == f"{container}/{subtype}"


def test_down_mixing_is_the_choice_of_the_corpus_and_recorded():
    left, right = sine(16_000), sine(16_000, hertz=880)
    data = encoded(np.stack([left, right], axis=1), 16_000)
    first, mean = normalise(data, "channel_1"), normalise(data, "mean")
    assert (first.downmix, mean.downmix, first.source_channels) == ("channel_1", "mean", 2)
    assert np.abs(decoded(first) / 32768 - left).max() < 1e-4
    assert np.abs(decoded(mean) / 32768 - (left + right) / 2).max() < 1e-4


def test_a_full_scale_wave_saturates_and_does_not_wrap_around():
    square = np.sign(sine(48_000, hertz=300))
    samples = decoded(normalise(encoded(square, 48_000), "mean"))
    plateau = samples[(np.arange(len(samples)) > 400) & (samples != 0)]
    assert samples.max() == 32767
    # Wrapped samples would sit far from both rails, with the wrong sign, right after a rail.
    jumps = np.flatnonzero(np.abs(np.diff(plateau.astype(int))) > 60_000)
    assert len(jumps) < 0.02 * len(plateau)


def test_the_same_bytes_always_give_the_same_clip(tmp_path):
    data = write_tone(tmp_path / "a.wav", rate=44_100).read_bytes()
    assert normalise(data, "mean") == normalise(data, "mean")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_file"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:c6f9\nsize 72862",
            "git_lfs_pointer",
        ),
        (b"this is text, whatever the name says\n" * 9, "not_audio"),
        (encoded(np.zeros(0), 16_000), "no_samples"),
        (encoded(np.zeros(1600), 16_000), "silent"),
        (encoded(np.full(1600, np.nan), 16_000, subtype="FLOAT"), "not_finite"),
        (encoded(sine(1599), 16_000), "too_short"),
        (encoded(sine(16_000), 16_000)[:20], "not_audio"),
    ],
)
def test_what_is_no_usable_audio_is_a_problem_with_a_remedy(data, reason):
    problem = normalise(data, "mean")
    assert isinstance(problem, Problem)
    assert problem.reason == reason
    assert problem.remedy


def test_a_rate_that_was_never_published_marks_an_altered_copy():
    problem = normalise(encoded(sine(22_050), 22_050), "mean", (16_000,))
    assert isinstance(problem, Problem)
    assert problem.reason == "altered_copy"
    assert "22,050 Hz" in problem.detail
    assert "16,000 Hz" in problem.detail


@pytest.mark.parametrize(
    ("container", "subtype", "reason"),
    [
        ("WAV", "PCM_16", "truncated"),
        ("AIFF", "PCM_16", "truncated"),
        ("MP3", "MPEG_LAYER_III", "truncated"),
        ("FLAC", "PCM_16", "not_audio"),
        ("OGG", "VORBIS", "no_samples"),
    ],
)
def test_a_file_that_breaks_off_is_not_taken_for_a_shorter_clip(container, subtype, reason):
    data = encoded(np.random.default_rng(0).normal(0, 0.1, 16_000), 16_000, container, subtype)
    assert isinstance(normalise(data, "mean"), Normalised)
    problem = normalise(data[: len(data) * 2 // 3], "mean")
    assert isinstance(problem, Problem)
    assert problem.reason == reason


@pytest.mark.parametrize("size", [0x7FFF_F024, 0x7FFF_FFDB, 0xFFFF_FFFF])
def test_a_wav_from_a_pipe_does_not_know_its_size_and_is_read_all_the_same(size):
    data = bytearray(encoded(sine(16_000), 16_000))
    start = data.index(b"data") + 4
    data[start : start + 4] = size.to_bytes(4, "little")
    assert isinstance(normalise(bytes(data), "mean"), Normalised)


def test_a_recording_of_hours_is_refused_before_it_is_read():
    header = bytearray(encoded(np.ones(16) * 0.1, 8_000, "AU", "PCM_16"))
    frames = 2 * 3600 * 8_000
    data = bytes(header[:8]) + (2 * frames).to_bytes(4, "big") + bytes(header[12:])
    problem = normalise(data + bytes(2 * frames), "mean")
    assert isinstance(problem, Problem)
    assert problem.reason == "too_long"


def test_the_tampered_copies_and_lfs_pointers_that_circulate_are_not_taken_for_speech():
    from ingest.corpus import registry

    for path in sorted(shared("corpora", "crema-d_pointers").rglob("*.wav")):
        assert normalise(path.read_bytes(), "mean").reason == "git_lfs_pointer"
    for name in ("emodb", "ravdess"):
        corpus = registry()[name]
        for path in sorted(shared("corpora", "tampered", name).rglob("*.wav")):
            problem = normalise(path.read_bytes(), corpus.downmix, corpus.published_rates_hz)
            assert problem.reason == "altered_copy", path


def test_the_two_aiff_files_of_tess_are_read_although_they_are_called_wav():
    folder = shared("corpora", "tess")
    formats = {}
    for path in sorted(folder.rglob("*.wav")):
        clip = normalise(path.read_bytes(), "mean", (24_414, 96_000))
        assert isinstance(clip, Normalised), path
        formats[path.name] = clip.source_format
    aiff = {name for name, source_format in formats.items() if source_format.startswith("AIFF")}
    assert aiff == {"YAF_germ_angry.wav", "YAF_neat_fear.wav"}
