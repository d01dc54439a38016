"""Big warehouses to measure on: the grids of CAMEO and of CAMEO with EmoBox, all of it MADE UP.

Corpora have their published names, sizes, speakers and numbers of labels (CAMEO's label sets are
the published ones, EmoBox's are stand-ins of the published size). Clips have no audio, and every
answer is drawn from a random mixture of what audio LLMs do: single words, adjectives, sentences,
lists, refusals, transcripts. No figure computed from it says anything about any system, so its
corpora are marked synthetic; `--as-real` leaves the mark out, for marts that leave synthetic
speech out. Equal arguments make equal rows, whatever the machine.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.errors import SerError, run_command
from warehouse.paths import ROOT
from warehouse.progress import bar
from warehouse.registry import slug
from warehouse.schema import LABEL_SEPARATOR, TABLES
from warehouse.store import Store

SEED = 20250516
PART_ROWS = 100_000
"""Rows per part of predictions: many parts, as inference leaves them after compaction."""
STAMP = datetime(2026, 1, 1, tzinfo=UTC)
TEMPERATURES = (0.0, 0.3, 0.7)
REDRAWN = {0.0: 0.0, 0.3: 0.25, 0.7: 0.6}
"""Temperature → share of clips that a system answers otherwise than at temperature 0."""
ERRORS = 0.001
"""Share of answers that are errors."""
DESCRIPTIONS = 0.22
"""Transcripts and descriptions to draw from, per answer: chosen so that ten million answers have
about a million distinct texts."""


@dataclass(frozen=True)
class GridCorpus:
    """What is published of a corpus, as far as a grid needs it."""

    name: str
    language: str
    clips: int
    speakers: int | None
    """None where no speaker is named."""
    labels: tuple[str, ...]


SIX = ("anger", "disgust", "fear", "happiness", "neutral", "sadness")
SEVEN = (*SIX, "surprise")

CAMEO = tuple(
    GridCorpus(name, language, clips, speakers, tuple(sorted(labels)))
    for name, language, clips, speakers, labels in (
        # Clips: CAMEO's Table 1; labels: the hub's splits; speakers: the corpora's own papers.
        ("CaFE", "French", 936, 12, SEVEN),
        ("CREMA-D", "English", 7442, 91, SIX),
        (
            "EMNS",
            "English",
            1205,
            1,
            "anger disgust excitement happiness neutral sadness sarcasm surprise".split(),
        ),
        ("Emozionalmente", "Italian", 6902, 431, SEVEN),
        ("eNTERFACE", "English", 1257, 44, tuple(e for e in SEVEN if e != "neutral")),
        (
            "JL-Corpus",
            "English",
            2400,
            4,
            "anger anxiety apology assertiveness concern encouragement excitement happiness "
            "neutral sadness".split(),
        ),
        ("MESD", "Spanish", 862, None, SIX),
        ("nEMO", "Polish", 4481, 9, tuple(e for e in SEVEN if e != "disgust")),
        ("Oréau", "French", 502, 32, SEVEN),
        ("PAVOQUE", "German", 5442, 1, "anger happiness neutral poker sadness".split()),
        ("RAVDESS", "English", 1440, 24, (*SEVEN, "calm")),
        (
            "RESD",
            "Russian",
            1396,
            None,
            "anger disgust enthusiasm fear happiness neutral sadness".split(),
        ),
        ("SUBESCO", "Bengali", 7000, 20, SEVEN),
    )
)

STAND_INS = ("anger", "happiness", "sadness", "neutral", "fear", "surprise", "disgust", "calm")
"""Labels of a corpus of EmoBox, the first so many of which its Table 1 gives it."""
MORE_STAND_INS = ("boredom", "excitement", "anxiety", "concern")

EMOBOX = tuple(
    # A corpus that CAMEO has too is another one here: other clips, other labels.
    GridCorpus(
        f"{name} (EmoBox)",
        language,
        clips,
        speakers,
        tuple(sorted((*STAND_INS, *MORE_STAND_INS)[:labels])),
    )
    for name, language, labels, speakers, clips in (
        # EmoBox's Table 1.
        ("AESDD", "Greek", 5, 5, 604),
        ("ASED", "Amharic", 5, 65, 2474),
        ("ASVP-ESD", "several", 12, 131, 13964),
        ("CaFE", "French", 7, 12, 936),
        ("CASIA", "Mandarin", 6, 4, 1200),
        ("CREMA-D", "English", 6, 91, 7442),
        ("EMNS", "English", 8, 1, 1181),
        ("EmoDB", "German", 7, 10, 535),
        ("EmoV-DB", "English", 5, 4, 6887),
        ("EMOVO", "Italian", 7, 6, 588),
        ("Emozionalmente", "Italian", 7, 431, 6902),
        ("eNTERFACE", "English", 6, 44, 1263),
        ("ESD", "several", 5, 20, 35000),
        ("IEMOCAP", "English", 5, 10, 5531),
        ("JL-Corpus", "English", 5, 4, 2400),
        ("M3ED", "Mandarin", 7, 626, 24437),
        ("MEAD", "English", 8, 48, 31729),
        ("MELD", "English", 7, 304, 13706),
        ("MER2023", "Mandarin", 6, None, 5030),
        ("MESD", "Spanish", 6, 11, 862),
        ("MSP-Podcast", "English", 8, 1273, 73042),
        ("Oréau", "French", 7, 32, 434),
        ("PAVOQUE", "German", 5, 1, 7334),
        ("Polish", "Polish", 3, 5, 450),
        ("RAVDESS", "English", 8, 24, 1440),
        ("RESD", "Russian", 7, 200, 1396),
        ("SAVEE", "English", 7, 4, 480),
        ("ShEMO", "Persian", 6, 87, 2838),
        ("SUBESCO", "Bengali", 7, 20, 7000),
        ("TESS", "English", 7, 2, 2800),
        ("TurEV-DB", "Turkish", 4, 6, 1735),
        ("URDU", "Urdu", 4, 29, 400),
    )
)

LANGUAGES_OF_SEVERAL = ("English", "Mandarin", "French", "Russian")
"""What the clips of a corpus in several languages are spoken in, in turn."""

KINDS = ("word", "adjective", "sentence", "list", "refusal", "description")


@dataclass(frozen=True)
class GridSystem:
    """A made-up system: how often it hears right, and in which kinds of answers it says so."""

    name: str
    skill: float
    mixture: tuple[float, ...]
    """Weight of each of KINDS."""
    logprobs: bool = False
    """Whether it also gives a log-probability of each candidate label."""


SYSTEMS = tuple(
    GridSystem(f"made-up-{number:02}", skill, mixture, logprobs)
    for number, (skill, mixture, logprobs) in enumerate(
        (
            (0.45, (80, 10, 5, 1, 1, 3), True),
            (0.30, (20, 25, 35, 5, 2, 13), False),
            (0.15, (5, 5, 20, 15, 25, 30), False),
            (0.25, (10, 10, 30, 10, 5, 35), False),
            (0.50, (60, 25, 10, 2, 0, 3), True),
            (0.35, (0, 5, 30, 5, 5, 55), False),
            (0.20, (25, 25, 20, 20, 5, 5), False),
            (0.40, (40, 5, 20, 5, 5, 25), False),
            (0.55, (95, 3, 1, 0, 0, 1), True),
            (0.10, (0, 0, 5, 5, 20, 70), False),
            (0.30, (10, 20, 20, 10, 10, 30), False),
        ),
        start=1,
    )
)

GRIDS = {
    "cameo": (CAMEO, SYSTEMS[:4]),
    "ten-million": ((*CAMEO, *EMOBOX), SYSTEMS),
}
"""Name → corpora and systems. 41,265 clips × 4 systems × 3 temperatures are 495,180 answers;
303,285 × 11 × 3 are 10,008,405."""


def main() -> int:
    """Write a grid and say what it holds."""
    parser = argparse.ArgumentParser(prog="python -m bench.grid", description=__doc__)
    parser.add_argument("folder", type=Path, help="the warehouse to write, $SER_WAREHOUSE later")
    parser.add_argument("--grid", choices=GRIDS, default="cameo")
    parser.add_argument("--scale", type=float, default=1.0, help="share of each corpus' clips")
    parser.add_argument("--as-real", action="store_true", help="do not mark it as synthetic speech")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    began = time.perf_counter()
    clips, answers = write_grid(
        arguments.folder, arguments.grid, arguments.scale, arguments.as_real, arguments.seed
    )
    corpora, systems = GRIDS[arguments.grid]
    print(
        f"grid {arguments.grid}: {len(corpora)} corpora, {clips:,} clips without audio, "
        f"{len(systems) * len(TEMPERATURES)} runs, {answers:,} answers, all made up, "
        f"in {time.perf_counter() - began:.1f} s → {arguments.folder}"
    )
    return 0


def write_grid(
    folder: Path,
    grid: str = "cameo",
    scale: float = 1.0,
    as_real: bool = False,
    seed: int = SEED,
) -> tuple[int, int]:
    """Write a grid as a warehouse into `folder` and return the numbers of clips and of answers.

    Raises:
        SerError: there is a warehouse already; a grid is never mixed with anything.
    """
    store = Store(folder.resolve())
    if any(table for table in TABLES if len(store.parts(table)) > 1):
        raise SerError(f"{folder}: there is a warehouse already; give a new folder for the grid")
    corpora, systems = GRIDS[grid]
    clips = Clips(corpora, scale, seed)
    clips.write(store, as_real)
    rows = len(clips) * len(systems) * len(TEMPERATURES)
    texts = Texts(clips.chances() * rows * DESCRIPTIONS, seed)
    with bar(rows, "made-up answers", "answer") as progress:
        for number, system in enumerate(systems):
            for run_id, errors, parts in runs(system, clips, texts, (seed, number)):
                for part in parts:
                    store.append_table("predictions", part, run_id)
                    progress.update(len(part))
                store.replace("runs", run_id, run_row(run_id, system, len(clips), errors))
    return len(clips), rows


class Clips:
    """The clips of a grid, column by column."""

    def __init__(self, corpora: Sequence[GridCorpus], scale: float, seed: int) -> None:
        """Draw emotion and length of every clip."""
        luck = np.random.default_rng((seed, 1))
        self.corpora = corpora
        self.emotions = tuple(emotion for emotion, _ in seed_emotions())
        sizes = [max(len(c.labels), round(c.clips * scale)) for c in corpora]
        self.corpus = np.repeat(np.arange(len(corpora)), sizes)
        self.number = np.concatenate([np.arange(size) for size in sizes])
        self.label_counts = np.array([len(c.labels) for c in corpora])
        # Label sets as one matrix: corpus × position → emotion.
        self.label_sets = np.zeros((len(corpora), self.label_counts.max()), np.int64)
        for row, corpus in enumerate(corpora):
            codes = [self.emotions.index(label) for label in corpus.labels]
            self.label_sets[row, : len(codes)] = codes
        # Classes are unequal in most corpora: u^1.3 prefers the first. Every label occurs.
        k = self.label_counts[self.corpus]
        drawn = (k * luck.random(len(k)) ** 1.3).astype(np.int64)
        self.position = np.where(self.number < k, self.number, drawn)
        self.emotion = self.label_sets[self.corpus, self.position]
        self.seconds = np.round(np.clip(luck.lognormal(1.0, 0.5, len(k)), 0.3, 30.0), 4)
        self.offered = pa.array([LABEL_SEPARATOR.join(c.labels) for c in corpora])
        self.paths = pc.binary_join_element_wise(
            take([slug(c.name) for c in corpora], self.corpus), strings(self.number), "/"
        )
        self.file_ids = digests(self.paths, "clip ", ".flac")

    def __len__(self) -> int:
        """Return the number of clips."""
        return len(self.corpus)

    def chances(self) -> np.ndarray:
        """Return how often each emotion is among the labels of a clip, as shares."""
        k = self.label_counts[self.corpus]
        times = np.zeros(len(self.emotions))
        for row, corpus in enumerate(self.corpora):
            times[self.label_sets[row, : len(corpus.labels)]] += np.sum(1 / k[self.corpus == row])
        return times / times.sum()

    def write(self, store: Store, as_real: bool) -> None:
        """Write corpora and utterances, a part per corpus."""
        table = self._utterances()
        ends = np.searchsorted(self.corpus, np.arange(len(self.corpora) + 1))
        for corpus, start, end in zip(self.corpora, ends[:-1], ends[1:], strict=True):
            store.append_table("utterances", table.slice(start, end - start), slug(corpus.name))
            store.replace(
                "corpora",
                slug(corpus.name),
                {
                    "dataset": corpus.name,
                    "language": corpus.language,
                    "labels": list(corpus.labels),
                    "synthetic": not as_real,
                    "published_clips": corpus.clips,
                    "published_speakers": corpus.speakers,
                    "license": "CC0-1.0",
                    "license_source": "made up by bench/grid.py",
                    "url": "bench/grid.py in this repository",
                    "citation": "SER Warehouse, made-up grid for benchmarks",
                    "registered_at": STAMP,
                },
            )

    def _utterances(self) -> pa.Table:
        size, several = len(self), LANGUAGES_OF_SEVERAL
        speakers = np.array([c.speakers or 0 for c in self.corpora])[self.corpus]
        nobody = speakers == 0
        speaker = self.number % np.maximum(speakers, 1)
        names = pc.binary_join_element_wise(
            take([slug(c.name) for c in self.corpora], self.corpus), strings(speaker), "_"
        )
        languages = [c.language for c in self.corpora]
        spoken = pc.if_else(
            pa.array(np.array(languages)[self.corpus] == "several"),
            take(several, self.number % len(several)),
            take(languages, self.corpus),
        )
        frames = (self.seconds * 16_000).astype(np.int64)
        sentences = [f"made-up sentence number {n}" for n in range(500)]
        emotions = take(self.emotions, self.emotion)
        columns = {
            "file_id": self.file_ids,
            "audio": pa.nulls(size, TABLES["utterances"].field("audio").type),
            "emotion": emotions,
            "transcription": take(sentences, (self.number + 37 * self.corpus) % 500),
            "speaker_id": pc.if_else(pa.array(nobody), None, names),
            "gender": pc.if_else(
                pa.array(nobody), None, take(("male", "female"), (speaker * 7 + 3) % 15 % 2)
            ),
            "age": pc.if_else(pa.array(nobody), None, strings(20 + speaker * 13 % 50)),
            "dataset": take([c.name for c in self.corpora], self.corpus),
            "language": spoken,
            "license": constant("CC0-1.0", size),
            "original_path": self.paths,
            "raw_label": emotions,
            "source_sha256": digests(self.paths, "source "),
            "source_bytes": pa.array(frames * 2 + 44),
            "source_mtime_ns": pa.array(np.zeros(size, np.int64)),
            "source_format": constant("made up", size),
            "source_rate_hz": pa.array(np.full(size, 16_000, np.int32)),
            "source_channels": pa.array(np.ones(size, np.int16)),
            "source_frames": pa.array(frames),
            "downmix": constant("none", size),
            "pcm_sha256": digests(self.paths, "pcm "),
            "frames": pa.array(frames),
            "duration_s": pa.array(self.seconds),
            "peak": pa.array(np.full(size, 0.5)),
            "ingest_version": constant("grid", size),
            "ingested_at": constant(STAMP, size),
        }
        schema = TABLES["utterances"]
        # Columns that were added later are NULL, as in parts of that time.
        columns |= {f.name: pa.nulls(size, f.type) for f in schema if f.name not in columns}
        return pa.table(columns).select(schema.names).cast(schema)


def runs(
    system: GridSystem, clips: Clips, texts: Texts, seed: tuple[int, int]
) -> Iterator[tuple[str, int, Iterator[pa.Table]]]:
    """Yield run id, number of errors and parts of the predictions of each run of a system.

    A clip is heard alike at all temperatures but for those that a temperature draws anew.
    """
    size = len(clips)
    first = np.random.default_rng((*seed, 2)).random((4, size))
    weights = np.array(system.mixture, float)
    for temperature in TEMPERATURES:
        luck = np.random.default_rng((*seed, 3, int(temperature * 10)))
        again = luck.random(size) < REDRAWN[temperature]
        hit, other, how, which = np.where(again, luck.random((4, size)), first)
        k = clips.label_counts[clips.corpus]
        position = np.where(hit < system.skill, clips.position, (k * other).astype(np.int64))
        kind = np.searchsorted(np.cumsum(weights / weights.sum()), how, side="right")
        kind = np.minimum(kind, len(KINDS) - 1)
        answers = texts.draw(kind, clips.label_sets[clips.corpus, position], which)
        failed = luck.random(size) < ERRORS
        columns = {
            "file_id": clips.file_ids,
            "labels": clips.offered.take(pa.array(clips.corpus)),
            "raw_text": pc.if_else(pa.array(failed), None, answers),
            "error": pc.if_else(pa.array(failed), "made-up error", pa.nulls(size, pa.string())),
        }
        run_id = f"{system.name}-v1-t{temperature}"
        scores = logprobs(luck, k, position) if system.logprobs else None
        yield run_id, int(failed.sum()), parts_of(run_id, columns, scores, failed)


def parts_of(
    run_id: str, columns: dict[str, pa.Array], scores: pa.ListArray | None, failed: np.ndarray
) -> Iterator[pa.Table]:
    """Yield the predictions of one run in parts, answered a thousandth of a second apart."""
    schema = TABLES["predictions"]
    size = len(failed)
    began = int(STAMP.timestamp() * 1e6)
    if scores is None:
        scores = pa.nulls(size, schema.field("label_logprobs").type)
    else:
        scores = pc.if_else(pa.array(failed), None, scores)
    table = pa.table(
        {
            **columns,
            "run_id": constant(run_id, size),
            "answered_at": pa.array(
                began + 1000 * np.arange(size), schema.field("answered_at").type
            ),
            "label_logprobs": scores,
        }
    ).select(schema.names)
    for start in range(0, size, PART_ROWS):
        yield table.slice(start, PART_ROWS).cast(schema)


def logprobs(luck: np.random.Generator, k: np.ndarray, position: np.ndarray) -> pa.ListArray:
    """Return log-probabilities of the k labels of each clip, highest mostly at `position`."""
    ends = np.cumsum(k)
    starts = ends - k
    logits = luck.normal(0.0, 1.0, ends[-1])
    logits[starts + position] += 3.0
    values = logits - np.repeat(np.log(np.add.reduceat(np.exp(logits), starts)), k)
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values))


class Texts:
    """All texts that a made-up system may answer with, by kind and by the emotion it heard."""

    def __init__(self, descriptions: np.ndarray, seed: int) -> None:
        """Write the texts: some ten thousand from templates, and per emotion `descriptions`."""
        emotions = seed_emotions()
        families = [
            [single_words(noun) for noun, _ in emotions],
            [adjectives(noun, adjective) for noun, adjective in emotions],
            [sentences(noun, adjective) for noun, adjective in emotions],
            [lists(noun, [other for other, _ in emotions]) for noun, _ in emotions],
            [refusals()] * len(emotions),
        ]
        short = [text for family in families for texts in family for text in texts]
        long = [
            described(noun, adjective, 10 + int(descriptions[number]), (seed, 4, number))
            for number, (noun, adjective) in enumerate(emotions)
        ]
        sizes = [[len(texts) for texts in family] for family in (*families, long)]
        self.sizes = np.array(sizes)
        self.starts = (np.cumsum(self.sizes) - self.sizes.ravel()).reshape(self.sizes.shape)
        self.texts = pa.concat_arrays([pa.array(short), *long])

    def draw(self, kind: np.ndarray, emotion: np.ndarray, which: np.ndarray) -> pa.Array:
        """Return a text per clip; `which`, from 0 to 1, chooses it. Early texts are frequent.

        Of the descriptions most are said once: that is the long tail.
        """
        skew = np.where(kind == KINDS.index("description"), 1.4, 3.0)
        choice = (self.sizes[kind, emotion] * which**skew).astype(np.int64)
        return self.texts.take(pa.array(self.starts[kind, emotion] + choice))


def single_words(noun: str) -> list[str]:
    """Return the ways to say just the noun."""
    cased = (noun, noun.capitalize(), noun.upper())
    around = ("{}", "{}.", " {}", "{}\n", '"{}"', "**{}**", "Emotion: {}", "Answer: {}.", "[{}]")
    return [form.format(word) for form in around for word in cased]


NEAR_WORDS = {
    "anger": ("mad", "furious", "annoyed", "frustrated", "irritated"),
    "fear": ("scared", "afraid", "worried", "terrified", "nervous"),
    "happiness": ("joy", "joyful", "cheerful", "delighted", "glad"),
    "neutral": ("calm", "flat", "normal", "no emotion", "neutrality"),
    "sadness": ("upset", "depressed", "sorrowful", "melancholic", "hopeless"),
    "surprise": ("shocked", "amazed", "astonished", "startled"),
    "disgust": ("repulsed", "contempt", "disgusting"),
}


def adjectives(noun: str, adjective: str) -> list[str]:
    """Return the ways to say just an adjective, or another word for it."""
    around = ("{}", "{}.", "{}!", "very {}", "Slightly {}", "{} and tense", "Sounds {}.")
    words = (adjective, adjective.capitalize(), *NEAR_WORDS.get(noun, ()))
    return [form.format(word) for word in words for form in around]


OPENERS = (
    "The speaker",
    "The person speaking",
    "The voice",
    "The man in the audio",
    "The woman in the clip",
    "The tone of the speaker",
    "Based on the audio, the speaker",
    "From the tone of voice, the speaker",
)
VERBS = ("sounds", "seems", "appears", "appears to be", "is", "comes across as", "is clearly")
DEGREES = ("", "a bit ", "quite ", "very ", "extremely ", "rather ")
WHOLE_SENTENCES = (
    "The answer is {noun}.",
    "The emotion is {noun}.",
    "The speaker's emotion is {noun}.",
    "The speaker's tone is {adjective}, so the emotion is {noun}.",
    "I would say the emotion expressed here is {noun}.",
    "The emotion conveyed in the audio is {noun}.",
    "The predominant emotion in this recording is {noun}, with a hint of tension.",
    "L'émotion exprimée est la {noun}.",
    "Die Emotion ist {noun}.",
    "Эмоция: {noun}.",
    "情感是{noun}。",
)


def sentences(noun: str, adjective: str) -> list[str]:
    """Return sentences about the speaker."""
    whole = [form.format(noun=noun, adjective=adjective) for form in WHOLE_SENTENCES]
    parts = itertools.product(OPENERS, VERBS, DEGREES)
    return whole + [f"{opener} {verb} {degree}{adjective}." for opener, verb, degree in parts]


def lists(noun: str, others: Sequence[str]) -> list[str]:
    """Return lists of two or three emotions that begin with `noun`."""
    others = [other for other in others if other != noun]
    pairs = ("{} or {}", "{}, {}", "A mix of {} and {}.", "{} / {}", "It could be {} or {}.")
    return [form.format(noun, other) for form in pairs for other in others] + [
        f"{noun}, {second}, {third}" for second, third in itertools.permutations(others, 2)
    ]


def refusals() -> list[str]:
    """Return refusals, which hear nothing."""
    who = ("I", "As an AI language model, I", "Sorry, but I", "I'm sorry, I", "Unfortunately, I")
    cannot = ("cannot", "am not able to", "am unable to", "can't")
    what = (
        "determine the emotion of the speaker.",
        "listen to audio.",
        "hear this recording.",
        "identify emotions from speech. Please provide a transcript.",
        "answer this question without more context.",
    )
    return [f"{a} {b} {c}" for a, b, c in itertools.product(who, cannot, what)]


COMMON_WORDS = (
    "the a and to of in is it you that he was for on are with as his they at be this from have "
    "or by one had not but what all were when we there can an your which their said if do will "
    "each about how up out them then she many some so these would other into has more her two "
    "like him see time could no make than first been its who now people my made over did down "
    "only way find use may water long little very after words called just where most know voice "
    "tone pitch speaks loudly softly slowly quickly pauses breath pace steady rising falling "
    "conveys suggests indicates hints range language suggest upset calmness hopelessness manner"
).split()
SYLLABLES = (
    "ba ce di fo gu ha ki lo mu ne pi ra se to vu wa xi ya zo que tion ment ing ed ly er an or",
    "ża łó cię szy prze dźwię ką naj gó śmia mów czło wień",
    "гне рад печ стра уди вле ние то ска голос спо кой но",
    "রা গ ভ য় আ ন ন্দ দু ঃখ বি স্ম কণ্ঠ",
    "é tris tes se co lè re joi peur voix çon vrai",
)
"""Made-up words are made of these: Latin, Polish, Russian, Bengali, French."""


def vocabulary(luck: np.random.Generator, words: int = 50_000) -> pa.Array:
    """Return common English words and some `words` made-up ones in several scripts."""
    made = set()
    for script, share in zip(SYLLABLES, (0.6, 0.1, 0.1, 0.1, 0.1), strict=True):
        syllables = np.array(script.split())
        size = int(words * share)
        count = luck.integers(2, 5, size)
        drawn = syllables[luck.integers(0, len(syllables), (size, 4))]
        made |= {"".join(row[:n]) for row, n in zip(drawn, count, strict=True)}
    rare = np.array(sorted(made))
    luck.shuffle(rare)
    return pa.array([*COMMON_WORDS, *rare.tolist()])


def described(noun: str, adjective: str, size: int, seed: tuple[int, ...]) -> pa.Array:
    """Return `size` transcripts and descriptions, of which hardly two are equal."""
    luck = np.random.default_rng(seed)
    words = vocabulary(np.random.default_rng(seed[:2]))
    longest = 14
    # Half of the words are common, the others get ever rarer, as words do.
    common = luck.integers(0, len(COMMON_WORDS), (longest, size))
    rare = (len(words) * luck.random((longest, size)) ** 3).astype(np.int64)
    chosen = np.where(luck.random((longest, size)) < 0.5, common, rare)
    said = luck.integers(4, longest + 1, size)
    columns = [
        words.take(pa.array(chosen[n], mask=said <= n, type=pa.int64())) for n in range(longest)
    ]
    speech = pc.binary_join_element_wise(*columns, " ", null_handling="skip")
    forms = (
        # A transcript says nothing of the emotion.
        ("", ""),
        ('The speaker says "', f'" in a {adjective} tone.'),
        ('"', f'" is said with {noun}.'),
        ("The tone of the voice is ", f", which suggests {noun}."),
        (f"{noun.capitalize()}. The speaker says: ", ""),
        ("Transcript: ", f"\nEmotion: {noun}"),
    )
    form = luck.integers(0, len(forms), size)
    return pc.binary_join_element_wise(
        take([before for before, _ in forms], form),
        speech,
        take([after for _, after in forms], form),
        "",
    )


def run_row(run_id: str, system: GridSystem, clips: int, errors: int) -> dict[str, object]:
    """Return the row of a run that is finished."""
    return {
        "run_id": run_id,
        "system": system.name,
        "system_version": "1",
        "backend": "made-up",
        "backend_options": "{}",
        "model_id": "made-up",
        "model_revision": "1",
        "prompt": "one_word",
        "prompt_template": "{labels}",
        "prompt_sha256": "0" * 64,
        "condition": "clip",
        "temperature": float(run_id.rpartition("-t")[2]),
        "seed": 0,
        "max_new_tokens": 32,
        "status": "finished",
        "clips": clips - errors,
        "errors": errors,
        "seconds": 1.0,
        "software": "{}",
        "hardware": "none: made up by bench/grid.py",
        "started_at": STAMP,
        "updated_at": STAMP,
    }


def seed_emotions() -> list[tuple[str, str]]:
    """Return noun and adjective of every canonical emotion."""
    path = ROOT / "dbt_project" / "seeds" / "emotions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["emotion"], row["adjective"]) for row in csv.DictReader(file)]


def take(values: Sequence[str], indices: np.ndarray) -> pa.Array:
    """Return values[indices]."""
    return pa.array(values, pa.string()).take(pa.array(indices))


def strings(numbers: np.ndarray) -> pa.Array:
    """Return numbers as text."""
    return pc.cast(pa.array(numbers), pa.string())


def constant(value: object, size: int) -> pa.Array:
    """Return `size` times the same."""
    kind = TABLES["runs"].field("started_at").type if isinstance(value, datetime) else pa.string()
    return pa.repeat(pa.scalar(value, kind), size)


def digests(texts: pa.Array, prefix: str, suffix: str = "") -> pa.Array:
    """Return the SHA-256 of each text behind `prefix`, in hex."""
    rows = pa.table({"text": texts})
    with duckdb.connect() as connection:
        connection.register("rows", rows)
        found = connection.execute(
            "select sha256($1 || text) || $2 as digest from rows", [prefix, suffix]
        ).to_arrow_table()
    return found.column("digest").combine_chunks()


if __name__ == "__main__":
    run_command(main)
