"""What is heard in place of the clip, and that runs under conditions are told apart."""

import dataclasses
import json

import librosa
import numpy as np
import pytest

from inference.backend import SAMPLE_RATE
from inference.clips import decoded, read_audio, stored_clips, stored_datasets
from inference.conditions import CONDITIONS, SEMITONES, SNR_DB, TEMPO, stretched
from inference.run import runs_of
from inference.runner import infer
from speech.acoustics import cues
from tests.conftest import ROOT, parquet_rows, python, succeed
from tests.fakes import fake_system
from warehouse.store import Store

HEARD = [name for name, condition in CONDITIONS.items() if condition.change is not None]


@pytest.fixture(scope="module")
def voices(ingested_warehouse):
    """Some clips of the demo corpus: synthetic voices, float32."""
    store = Store(ingested_warehouse)
    ids = list(stored_clips(store, stored_datasets(store, [])))[::32]
    return {file_id: decoded(flac) for file_id, flac in read_audio(store, ids)}


def changed(name, samples, file_id="clip"):
    return CONDITIONS[name].change(samples, file_id)


def test_conditions_are_those_that_dbt_expects():
    macros = (ROOT / "dbt_project" / "macros" / "contamination.sql").read_text()
    for name in CONDITIONS:
        assert name == "clip" or f"'{name}'" in macros, name


@pytest.mark.parametrize("name", HEARD)
@pytest.mark.parametrize("frames", [1, 100, 1024, 16_000, 40_001])
def test_any_length_can_be_heard_and_stays_within_full_scale(name, frames):
    samples = np.random.default_rng(frames).uniform(-1, 1, frames).astype(np.float32)
    found = changed(name, samples)
    assert found.dtype == np.float32 and found.ndim == 1
    assert np.isfinite(found).all() and np.abs(found).max(initial=0) <= 1
    expected = max(round(frames / TEMPO), 1) if name == "tempo" else frames
    assert len(found) == expected


@pytest.mark.parametrize("name", HEARD)
def test_the_same_clip_is_heard_the_same_every_time(name, voices):
    for file_id, samples in voices.items():
        before = samples.copy()
        first = changed(name, samples, file_id)
        assert np.array_equal(first, changed(name, samples, file_id))
        assert np.array_equal(samples, before)


def test_silence_is_silent_and_backwards_twice_is_the_clip(voices):
    for samples in voices.values():
        assert not changed("silence", samples).any()
        assert np.array_equal(changed("reversed", changed("reversed", samples)), samples)
        assert not np.array_equal(changed("reversed", samples), samples)
        assert np.array_equal(changed("clip", samples), samples)


def test_noise_has_the_ratio_and_the_spectrum_it_says_and_is_each_clip_s_own(voices):
    for file_id, samples in voices.items():
        mixed = changed("noise", samples, file_id).astype(float)
        quiet = (samples / 8).astype(np.float32)  # far from full scale, where nothing is scaled
        noise = changed("noise", quiet, file_id).astype(float) - quiet
        ratio = 10 * np.log10(np.sum(quiet.astype(float) ** 2) / np.sum(noise**2))
        assert abs(ratio - SNR_DB) < 0.01
        scale = np.abs(mixed).max() / np.abs(8 * (quiet + noise)).max()
        assert np.allclose(mixed, scale * 8 * (quiet + noise), atol=1e-5)
        bands = [np.abs(np.fft.rfft(x)) ** 2 for x in (noise, quiet)]
        low = slice(0, len(samples) // 16)  # below 1 kHz
        shares = [band[low].sum() / band.sum() for band in bands]
        assert abs(shares[0] - shares[1]) < 0.05
        assert not np.array_equal(changed("noise", samples, "other"), mixed.astype(np.float32))


def test_pitch_rises_by_as_many_semitones_and_tempo_leaves_it(voices):
    higher, kept, librosas = [], [], []
    for samples in voices.values():
        before = cues(samples).f0_median
        higher.append(cues(changed("pitch", samples)).f0_median - before)
        kept.append(cues(changed("tempo", samples)).f0_median - before)
        theirs = librosa.effects.pitch_shift(samples, sr=SAMPLE_RATE, n_steps=SEMITONES)
        librosas.append(cues(theirs).f0_median - before)
    assert abs(np.median(higher) - SEMITONES) < 0.3
    assert abs(np.median(higher) - np.median(librosas)) < 0.3
    assert abs(np.median(kept)) < 0.3


@pytest.mark.parametrize("rate", [0.7, 1.2, 1.5])
def test_stretching_is_librosa_s_to_the_sample(rate, voices):
    for samples in voices.values():
        quiet = samples / 8  # librosa does not mind full scale
        theirs = librosa.effects.time_stretch(quiet, rate=rate, n_fft=1024, hop_length=256)
        ours = stretched(quiet, rate)
        assert len(ours) == len(theirs)
        inner = slice(2048, -2048)  # at its ends librosa normalises otherwise
        error = np.sqrt(np.mean((ours - theirs)[inner] ** 2) / np.mean(theirs[inner] ** 2))
        assert error < 0.01


def test_a_stretched_tone_keeps_its_frequency():
    time = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    found = stretched((0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32), 0.7)
    spectrum = np.abs(np.fft.rfft(found * np.hanning(len(found))))
    assert abs(np.argmax(spectrum) * SAMPLE_RATE / len(found) - 440) < 1


def test_a_condition_is_a_property_of_the_run_and_its_parameters_are_stored(ingested):
    store = Store(ingested)
    datasets = stored_datasets(store, [])
    clips = stored_clips(store, datasets)
    for condition in CONDITIONS.values():
        outcome = infer(store, fake_system(), datasets, clips, condition)
        assert outcome.answers + 2 * outcome.skipped == 448
    runs = parquet_rows(ingested, "runs", "condition, temperature, condition_parameters, skipped")
    assert len(runs) == 2 * len(CONDITIONS)
    parameters = {row[0]: json.loads(row[2]) for row in runs}
    assert parameters["noise"]["snr_db"] == SNR_DB
    assert parameters["pitch"]["semitones"] == SEMITONES
    assert parameters["tempo"]["rate"] == TEMPO
    assert parameters["clip"] == {}
    conditions = dict(parquet_rows(ingested, "runs", "run_id, condition"))
    texts = parquet_rows(ingested, "predictions", "run_id, raw_text")
    heard_nothing = {conditions[run] for run, text in texts if text.startswith("nothing ")}
    assert heard_nothing == {"transcript"}


def test_on_transcript_the_words_stand_in_for_the_audio_and_clips_without_are_counted(ingested):
    store = Store(ingested)
    datasets = stored_datasets(store, [])
    clips = stored_clips(store, datasets)
    mute = next(iter(clips))
    clips[mute] = dataclasses.replace(clips[mute], transcription=" ")
    outcome = infer(store, fake_system(), datasets, clips, CONDITIONS["transcript"])
    assert (outcome.answers, outcome.skipped) == (2 * 223, 1)
    said = {name: clip.transcription for name, clip in clips.items()}
    for file_id, text in parquet_rows(ingested, "predictions", "file_id, raw_text"):
        assert text.startswith("nothing ") and f"“{said[file_id]}”" in text
    assert set(parquet_rows(ingested, "runs", "skipped")) == {(1,)}
    (run, *_) = runs_of(fake_system(), CONDITIONS["transcript"])
    assert "{transcript}" in run.template and "transcript-" in run.run_id


def test_a_system_that_needs_audio_refuses_the_transcript_in_one_line(ingested):
    done = python(ingested, "-m", "inference", "run", "--conditions", "transcript")
    assert done.returncode == 1
    assert "acoustic answers to audio only; leave out the condition transcript" in done.stderr
    done = python(ingested, "-m", "inference", "run", "--conditions", "silense")
    assert done.stderr == "error: unknown condition 'silense': did you mean silence?\n"
    done = succeed(python(ingested, "-m", "inference", "run", "--conditions", "clip", "silence"))
    assert "1,344 answers stored" in done.stdout and "conditions: 2" in done.stdout
