"""Zero-shot emotion from published acoustic cue directions: a model without training data.

A clip's cues are compared with what reviews of vocal expression report for each emotion.
Nothing here is fitted to an emotion label: directions come from the literature, and the
constants that make clips comparable from unlabelled audio. It is the floor that an audio
LLM has to beat, and it answers in free text as one does, so that the same parser reads both.

What was tried on which labels: the technique (these cues, cosines, standardised scores)
comes from a prototype that had been scored on nEMO's labels. Directions, constants and code
of this version were fixed before its first score was seen; it was evaluated once, on clips
of the seven corpora below, 2026-11-21, and not changed after that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from inference.backend import Clip, Sampling, hashed_uniform
from speech.acoustics import Cues, cues

NEUTRAL = "neutral"

# Cue -> (centre, spread). Median and 1.4826 * median absolute deviation over 761 unlabelled
# clips of nEMO, RAVDESS, EmoDB, EMOVO, TESS, TurEV-DB and URDU, each corpus weighing the
# same whatever its size; estimated 2026-11-21. Fixed, so that an answer depends on its own
# clip alone; the model is not told the speaker, so there is no normalising by speaker.
#
# Level is left out although the reviews rank it high: the gain of a recording is unknown
# (corpus medians differ by 22 dB), and vocal effort also shows in high-frequency energy.
REFERENCE: dict[str, tuple[float, float]] = {
    "rate": (4.00, 1.22),
    "level_sd": (7.37, 0.99),
    "high_frequency": (-8.46, 5.10),
    "f0_median": (11.78, 6.08),
    "f0_sd": (2.95, 1.04),
    "f0_final": (-1.34, 2.12),
    "f0_irregularity": (0.175, 0.070),
}
_FARTHEST = 3.0  # in spreads: beyond this a cue is more likely mismeasured than telling


class Directions(NamedTuple):
    """Where an emotion moves each cue: -2 (much lower) to +2 (much higher)."""

    rate: int
    level_sd: int
    high_frequency: int
    f0_median: int
    f0_sd: int
    f0_final: int
    f0_irregularity: int


_ELATION = Directions(+1, +1, +1, +2, +1, 0, 0)

# ±2 where a source says "very", "much" or "a lot". The rows follow the papers as reviews and
# notes summarise them; the papers' own tables were not read again for this.
PROTOTYPES: dict[str, Directions] = {
    # Juslin & Laukka 2003, summary table of cue patterns (fear is its milder form there;
    # panic is louder). Happiness has medium high-frequency energy, hence 0, and its
    # regularity is theirs for single studies, their summary being unclear; calm is their
    # tenderness.
    "anger": Directions(+1, +1, +1, +1, +1, +1, +1),
    "fear": Directions(+1, +1, -1, +1, -1, +1, +2),
    "happiness": Directions(+1, 0, 0, +1, +1, +1, -1),
    "sadness": Directions(-1, -1, -1, -1, -1, -1, +1),
    "calm": Directions(-1, -1, -1, -1, -1, -1, -1),
    # Murray & Arnott 1993: very much slower, pitch very much lower, range slightly wider,
    # falls at the end. High frequencies: the narrow, tense voice of Scherer 1986.
    "disgust": Directions(-2, 0, +1, -2, +1, -1, 0),
    # Scherer & Oshinsky 1977: fast, high, rising, many harmonics, very large pitch variation.
    "surprise": Directions(+1, 0, +1, +1, +2, +1, 0),
    # Banse & Scherer 1996, and Scherer 1986 for F0 variation: slow, low, flat, little energy.
    "boredom": Directions(-1, -1, -1, -1, -1, 0, 0),
    # Scherer 1986, anxiety/worry: raised and unsteady F0 in a narrow range; little energy
    # also in Banse & Scherer 1996.
    "anxiety": Directions(+1, 0, -1, +1, -1, 0, +1),
    # Banse & Scherer 1996 and Scherer 1986, elation. No source tells the two apart: where
    # both are candidates their scores are equal, and the tie goes to the alphabet.
    "enthusiasm": _ELATION,
    "excitement": _ELATION,
}

# Label -> (mean, standard deviation) of its raw score over the same unlabelled clips, with
# the same weights and date as REFERENCE. Cues are correlated, so a prototype along their
# common axis (arousal) would else win too often; and a cosine and a distance have no
# common scale.
SCORE_REFERENCE: dict[str, tuple[float, float]] = {
    "anger": (-0.031, 0.403),
    "anxiety": (-0.015, 0.323),
    "boredom": (0.024, 0.411),
    "calm": (0.031, 0.403),
    "disgust": (0.045, 0.344),
    "enthusiasm": (-0.038, 0.428),
    "excitement": (-0.038, 0.428),
    "fear": (-0.022, 0.346),
    "happiness": (-0.056, 0.330),
    "neutral": (-2.595, 0.831),
    "sadness": (0.045, 0.370),
    "surprise": (-0.037, 0.381),
}
# Softmax width at temperature 1, in standard deviations of a score.
SCORE_SCALE = 0.5

ADJECTIVES: dict[str, str] = {
    "anger": "angry",
    "anxiety": "anxious",
    "apology": "apologetic",
    "assertiveness": "assertive",
    "boredom": "bored",
    "calm": "calm",
    "concern": "concerned",
    "disgust": "disgusted",
    "encouragement": "encouraging",
    "enthusiasm": "enthusiastic",
    "excitement": "excited",
    "fear": "fearful",
    "happiness": "happy",
    "neutral": "neutral",
    "poker": "poker-faced",
    "sadness": "sad",
    "sarcasm": "sarcastic",
    "surprise": "surprised",
}
TEMPLATES: tuple[str, ...] = (
    "{noun}",
    "{noun}.",
    "{Noun}",
    "{adjective}",
    "{Adjective}.",
    "The speaker sounds {adjective}.",
    "The emotion expressed in this clip is {noun}.",
    "The speaker's tone is {adjective}, so the emotion is {noun}.",
)


class AcousticBackend:
    """Answers from `PROTOTYPES`; see the module's docstring. Needs no weights and no GPU."""

    needs_audio = True

    def answer(self, clips: Sequence[Clip], samplings: Sequence[Sampling]) -> list[list[str]]:
        """Return one text per clip (outer) and sampling (inner); cues are measured once."""
        return [_answer(clip, samplings) for clip in clips]


def load(options: Mapping[str, object]) -> AcousticBackend:
    """Make the backend of a run configuration; it takes no options."""
    if options:
        raise ValueError(f"unknown options for the acoustic backend: {', '.join(sorted(options))}")
    return AcousticBackend()


def _answer(clip: Clip, samplings: Sequence[Sampling]) -> list[str]:
    scores = label_scores(cues(clip.samples), clip.labels)
    return [
        _phrase(
            _draw(scores, sampling.temperature, hashed_uniform(clip.file_id, sampling, 0)),
            hashed_uniform(clip.file_id, sampling, 1),
        )
        for sampling in samplings
    ]


# ---------------------------------------------------------------- scores


def standardise(measured: Cues) -> np.ndarray:
    """Cues in spreads from the reference centre, shape (7,), each within ±_FARTHEST.

    Without a voice there is nothing to judge: all zeros, the average clip.
    """
    if not measured.voiced_fraction:
        return np.zeros(len(REFERENCE))
    centre, spread = np.array([REFERENCE[name] for name in Directions._fields]).T
    values = np.array([getattr(measured, name) for name in Directions._fields])
    return np.clip((values - centre) / spread, -_FARTHEST, _FARTHEST)


def raw_score(label: str, z: np.ndarray) -> float:
    """Cosine of standardised cues `z`, (7,), to the prototype; for neutral, minus |z|."""
    length = float(np.linalg.norm(z))
    if label == NEUTRAL:
        return -length
    prototype = np.array(PROTOTYPES[label])
    return float(prototype @ z / (np.linalg.norm(prototype) * max(length, 1e-9)))


def label_scores(measured: Cues, labels: Sequence[str]) -> dict[str, float]:
    """Standardised score of each candidate that can be scored, in alphabetical order.

    Labels without a published prototype (poker, sarcasm) are never answered. If all
    candidates are such, the clip says nothing about them: all score 0, so temperature 0
    takes the first by alphabet and any other draws them with equal chance.
    """
    if not labels:
        raise ValueError("a clip needs at least one candidate label")
    candidates = sorted(set(labels))
    known = [label for label in candidates if label in SCORE_REFERENCE]
    if not known:
        return dict.fromkeys(candidates, 0.0)
    z = standardise(measured)
    return {label: _standard_score(label, z) for label in known}


def _standard_score(label: str, z: np.ndarray) -> float:
    mean, deviation = SCORE_REFERENCE[label]
    return (raw_score(label, z) - mean) / deviation


# ---------------------------------------------------------------- answers


def _draw(scores: Mapping[str, float], temperature: float, uniform: float) -> str:
    """Best label at temperature 0 (first by alphabet if tied), else a draw by inverse CDF."""
    labels, values = list(scores), np.array(list(scores.values()))
    if temperature < 0:
        raise ValueError(f"temperature must not be negative: {temperature}")
    if temperature == 0:
        return labels[int(values.argmax())]
    weights = np.exp((values - values.max()) / (temperature * SCORE_SCALE))
    cumulative = np.cumsum(weights)
    index = int(np.searchsorted(cumulative, uniform * cumulative[-1], side="right"))
    # Rounding can push a uniform next to 1 past the end.
    return labels[min(index, len(labels) - 1)]


def _phrase(label: str, uniform: float) -> str:
    """Say a label in one of `TEMPLATES`; a label of unknown adjective stands for itself."""
    adjective = ADJECTIVES.get(label, label)
    return TEMPLATES[int(uniform * len(TEMPLATES))].format(
        noun=label,
        Noun=label.capitalize(),
        adjective=adjective,
        Adjective=adjective.capitalize(),
    )
