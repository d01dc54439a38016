"""The acoustic front end on signals whose cues are known, and the zero-shot backend on it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from inference.backend import SAMPLE_RATE, Clip, Sampling
from inference.backends.acoustic import ADJECTIVES, PROTOTYPES, AcousticBackend, load
from speech.acoustics import SILENCE_DB, Cues, cues

CAMEO = tuple(sorted(set(ADJECTIVES) - {"boredom"}))
COLD, WARM = Sampling(0.0), Sampling(1.0)


def voice(f0=150.0, seconds=1.5, slope=1.0, vibrato=0.0, syllables=0.0, level=0.1) -> np.ndarray:
    """A harmonic complex: partial k has amplitude k**-slope; vibrato in semitones at 5 Hz."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = f0 * 2 ** (vibrato / 12 * np.sin(2 * np.pi * 5 * time))
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    partials = range(1, int(7000 / f0))
    signal = sum(np.sin(k * phase) / k**slope for k in partials)
    envelope = 0.52 - 0.48 * np.cos(2 * np.pi * syllables * time) if syllables else 1.0
    return (level * envelope * signal).astype(np.float32)


def contour(semitones_up: np.ndarray) -> np.ndarray:
    """A harmonic complex at 150 Hz raised sample by sample by so many semitones."""
    phase = 2 * np.pi * np.cumsum(150 * 2 ** (semitones_up / 12)) / SAMPLE_RATE
    return sum(np.sin(k * phase) / k for k in range(1, 25)).astype(np.float32) / 10


def semitones(hertz: float) -> float:
    return 12 * np.log2(hertz / 100)


# ---------------------------------------------------------------- cues


@pytest.mark.parametrize("f0", [80, 97.3, 133, 180, 251, 305.5, 377, 400])
@pytest.mark.parametrize("slope", [0.2, 1.0, 2.0])
def test_f0_is_found_dull_or_bright(f0, slope):
    measured = cues(voice(f0, slope=slope))
    assert measured.f0_median == pytest.approx(semitones(f0), abs=0.3)
    assert measured.voiced_fraction > 0.95


def test_f0_is_found_when_the_fundamental_is_missing():
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    signal = sum(np.sin(2 * np.pi * 120 * k * time) for k in (3, 4, 5, 6)).astype(np.float32)
    assert cues(signal / 8).f0_median == pytest.approx(semitones(120), abs=0.3)


def test_vibrato_raises_f0_spread_to_its_own_depth():
    steady, moving = cues(voice()), cues(voice(vibrato=2.0))
    assert steady.f0_sd < 0.05
    assert moving.f0_sd == pytest.approx(2 / np.sqrt(2), rel=0.15)


def test_final_movement_has_the_sign_of_the_last_syllable():
    low, high = voice(120, seconds=1.2), voice(170, seconds=0.3)
    assert cues(np.concatenate([low, high])).f0_final > 3
    assert cues(np.concatenate([voice(170, seconds=1.2), voice(120, seconds=0.3)])).f0_final < -3


def test_unsteady_f0_is_irregular_and_a_steady_glide_is_not():
    steps = np.repeat(np.random.default_rng(7).normal(0, 0.5, 100), 160)
    glide = np.linspace(0, 6, SAMPLE_RATE)
    assert cues(contour(steps)).f0_irregularity > 0.1
    assert cues(contour(glide)).f0_irregularity < 0.01


def test_gain_changes_level_alone():
    quiet = voice(syllables=4.0, vibrato=1.0)
    before, after = cues(quiet), cues(quiet * np.float32(10 ** (6 / 20)))
    assert after.level - before.level == pytest.approx(6.0, abs=0.01)
    assert after._replace(level=0) == pytest.approx(before._replace(level=0), abs=1e-3)


def test_level_is_in_db_of_full_scale():
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    sine = np.sin(2 * np.pi * 200 * time).astype(np.float32)
    assert cues(sine).level == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("per_second", [3.0, 4.0, 6.0])
def test_rate_counts_syllables(per_second):
    assert cues(voice(seconds=3, syllables=per_second)).rate == pytest.approx(per_second, abs=0.4)


def test_rate_and_other_cues_ignore_silence_around_the_speech():
    speech = voice(seconds=3, syllables=4.0)
    padded = np.pad(speech, SAMPLE_RATE)
    assert cues(padded).rate == pytest.approx(cues(speech).rate, abs=0.3)
    assert cues(padded).level == pytest.approx(cues(speech).level, abs=0.5)


def test_brighter_spectrum_raises_centroid_and_high_frequency_ratio():
    dull, bright = cues(voice(slope=2.0)), cues(voice(slope=0.5))
    assert bright.centroid > 2 * dull.centroid
    assert bright.high_frequency > dull.high_frequency + 10


def test_noise_lowers_harmonicity():
    noise = np.random.default_rng(3).normal(0, 0.03, len(voice())).astype(np.float32)
    assert cues(voice() + noise).harmonicity < cues(voice()).harmonicity - 5


def test_white_noise_is_hardly_voiced():
    noise = np.random.default_rng(3).normal(0, 0.1, 2 * SAMPLE_RATE).astype(np.float32)
    assert cues(noise).voiced_fraction < 0.1


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0),
        np.zeros(SAMPLE_RATE),
        np.full(SAMPLE_RATE, 0.5),
        np.full(SAMPLE_RATE, np.nan),
        np.full(SAMPLE_RATE, 1e-6),
    ],
    ids=["empty", "zeros", "constant", "nan", "tiny constant"],
)
def test_silence_gives_zeros(samples):
    silent = cues(samples.astype(np.float32))
    assert silent == Cues(**(dict.fromkeys(Cues._fields, 0) | {"level": SILENCE_DB}))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("frames", [1, 160, 639, 640, 641, 800, 16_000])
@pytest.mark.parametrize("kind", ["voice", "noise", "click", "clipped", "holes"])
def test_every_cue_is_finite_whatever_the_clip(frames, kind):
    rng = np.random.default_rng(frames)
    samples = {
        "voice": voice(seconds=1)[:frames],
        "noise": rng.normal(0, 0.2, frames).astype(np.float32),
        "click": np.eye(1, frames, frames // 2, dtype=np.float32)[0],
        "clipped": np.sign(voice(seconds=1)[:frames]),
        "holes": np.where(rng.random(frames) < 0.01, np.inf, voice(seconds=1)[:frames]),
    }[kind]
    measured = cues(samples)
    assert all(type(value) is float and np.isfinite(value) for value in measured)


def test_dc_offset_changes_nothing():
    shifted = cues(voice() + np.float32(0.3))
    assert shifted == pytest.approx(cues(voice()), abs=1e-2)


def test_a_clip_longer_than_a_block_measures_like_its_repeated_part():
    second = voice(150, seconds=1.0, syllables=4.0)
    long, short = cues(np.tile(second, 25)), cues(np.tile(second, 3))
    assert long.rate == pytest.approx(short.rate, abs=0.2)
    assert long.f0_median == pytest.approx(short.f0_median, abs=0.01)
    assert long.level == pytest.approx(short.level, abs=0.05)


@pytest.mark.parametrize("samples", [np.zeros((2, 100), np.float32), np.zeros(100, np.int16)])
def test_stereo_and_integers_are_refused(samples):
    with pytest.raises(ValueError, match="mono float"):
        cues(samples)


# ---------------------------------------------------------------- answers


def clip(file_id: str, samples: np.ndarray | None = None, labels=CAMEO) -> Clip:
    samples = voice(seconds=0.5) if samples is None else samples
    return Clip(file_id, samples, tuple(labels), "Which emotion?")


def varied_clips(labels=CAMEO) -> list[Clip]:
    """Clips that differ in pitch, brightness, vibrato and tempo."""
    rng = np.random.default_rng(11)
    return [
        clip(
            f"clip{number}.flac",
            voice(
                f0=rng.uniform(90, 350),
                seconds=0.8,
                slope=rng.uniform(0.3, 2),
                vibrato=rng.uniform(0, 6),
                syllables=rng.uniform(2, 8),
            ),
            labels,
        )
        for number in range(24)
    ]


def said(text: str, labels=CAMEO) -> list[str]:
    """The candidate labels of which a form (noun or adjective) stands in the text."""
    forms = {label: {label, ADJECTIVES.get(label, label)} for label in labels}
    return [
        label
        for label, words in forms.items()
        if any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in words)
    ]


def test_one_answer_per_clip_and_sampling():
    answers = AcousticBackend().answer([clip("a"), clip("b"), clip("c")], [COLD, WARM])
    assert [len(row) for row in answers] == [2, 2, 2]
    assert AcousticBackend().answer([], [COLD]) == []


def test_an_answer_is_the_same_alone_and_in_any_batch_order_or_call():
    clips, samplings = varied_clips(), [COLD, WARM, Sampling(0.5, seed=4)]
    batch = AcousticBackend().answer(clips, samplings)
    reversed_batch = AcousticBackend().answer(clips[::-1], samplings[::-1])
    assert [row[::-1] for row in reversed_batch[::-1]] == batch
    backend = AcousticBackend()
    alone = [[backend.answer([one], [s])[0][0] for s in samplings] for one in clips]
    assert alone == batch


def test_label_order_does_not_matter():
    forward = AcousticBackend().answer(varied_clips(), [COLD, WARM])
    assert AcousticBackend().answer(varied_clips(CAMEO[::-1]), [COLD, WARM]) == forward


def test_temperature_zero_chooses_one_label_whatever_the_seed():
    samplings = [Sampling(0.0, seed) for seed in range(8)]
    rows = AcousticBackend().answer(varied_clips(), samplings)
    for row in rows:
        assert len({tuple(said(text)) for text in row}) == 1
    assert any(len(set(row)) > 1 for row in rows), "the wording is drawn by seed"


def test_temperature_zero_follows_the_voice():
    chosen = {said(row[0])[0] for row in AcousticBackend().answer(varied_clips(), [COLD])}
    assert len(chosen) > 3


def test_higher_temperature_strays_further_from_the_best_label():
    short = voice(seconds=0.1)
    clips = [clip(f"{number}", short, ("anger", "fear", "sadness")) for number in range(200)]
    rows = AcousticBackend().answer(clips, [COLD, Sampling(0.3), Sampling(3.0)])
    best, cool, hot = zip(*([said(text)[0] for text in row] for row in rows), strict=True)
    strays = [sum(a != b for a, b in zip(best, other, strict=True)) for other in (cool, hot)]
    assert len(set(best)) == 1
    assert strays[0] < strays[1]
    assert set(hot) == {"anger", "fear", "sadness"}


def test_labels_without_a_prototype_are_never_answered():
    hot = [Sampling(50.0, seed) for seed in range(20)]
    answers = AcousticBackend().answer(varied_clips(), [COLD, *hot])
    chosen = {label for row in answers for text in row for label in said(text)}
    assert chosen == set(CAMEO) & (set(PROTOTYPES) | {"neutral"})
    assert not chosen & {"poker", "sarcasm"}


def test_if_no_label_has_a_prototype_one_is_still_answered():
    labels = ("sarcasm", "poker", "nostalgia")
    clips = [clip(f"{number}", labels=labels) for number in range(60)]
    cold, warm = zip(*AcousticBackend().answer(clips, [COLD, WARM]), strict=True)
    assert {tuple(said(text, labels)) for text in cold} == {("nostalgia",)}
    assert {said(text, labels)[0] for text in warm} == set(labels)


def test_an_answer_names_exactly_one_candidate():
    samplings = [Sampling(temperature, seed) for temperature in (0.0, 2.0) for seed in range(10)]
    texts = [text for row in AcousticBackend().answer(varied_clips(), samplings) for text in row]
    assert all(len(said(text)) == 1 for text in texts)
    assert any(" " in text for text in texts), "some answers are sentences"
    assert any(re.fullmatch(r"\w+", text) for text in texts), "some answers are single words"


def test_equal_scores_go_to_the_alphabet():
    answers = AcousticBackend().answer(varied_clips(("excitement", "enthusiasm")), [COLD])
    assert {said(row[0])[0] for row in answers} == {"enthusiasm"}


def test_gain_does_not_change_the_answer():
    loud = [clip(one.file_id, one.samples * np.float32(4)) for one in varied_clips()]
    answers = AcousticBackend().answer(varied_clips(), [COLD, WARM])
    assert AcousticBackend().answer(loud, [COLD, WARM]) == answers


def test_silence_is_neutral():
    silent = clip("silence", np.zeros(SAMPLE_RATE, np.float32))
    assert said(AcousticBackend().answer([silent], [COLD])[0][0]) == ["neutral"]


def test_cues_are_measured_once_for_all_samplings(monkeypatch):
    calls = []

    def counted(samples):
        calls.append(len(samples))
        return cues(samples)

    monkeypatch.setattr("inference.backends.acoustic.cues", counted)
    AcousticBackend().answer([clip("a"), clip("b")], [COLD, WARM, Sampling(0.5)])
    assert len(calls) == 2


def test_no_labels_and_negative_temperatures_are_refused():
    with pytest.raises(ValueError, match="label"):
        AcousticBackend().answer([clip("a", labels=())], [COLD])
    with pytest.raises(ValueError, match="negative"):
        AcousticBackend().answer([clip("a")], [Sampling(-0.1)])


def test_load_takes_no_options_and_names_those_it_does_not_know():
    assert isinstance(load({}), AcousticBackend)
    with pytest.raises(ValueError, match="device, speed"):
        load({"speed": 2, "device": "cpu"})
