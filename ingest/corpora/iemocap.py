"""IEMOCAP: English, ten actors, two by two, with a script and without; rated by listeners."""

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.corpus import Corpus, Scale
from ingest.tables import Row, Table

_TURN = re.compile(r"\[[\d.]+ - [\d.]+\]\t(\w+)\t(\w{3})\t\[([\d.]+), ([\d.]+), ([\d.]+)\]")
_LISTENER = re.compile(r"C-E\d+:\s*(.*?)\s*\(")
_SAID = re.compile(r"(\w+) \[[\d.]+-[\d.]+\]:\s*(.*)")

_WORDS = {
    "ang": "anger",
    "dis": "disgust",
    "exc": "excited",
    "fea": "fear",
    "fru": "frustration",
    "hap": "happiness",
    "neu": "neutral",
    "sad": "sadness",
    "sur": "surprise",
}


def evaluations(path: Path) -> Iterator[Row]:
    """Read a file of `EmoEvaluation`: a block per turn, its verdict first, then every rater's.

    `agreement` is the share of listeners (not the actors themselves) who named the emotion that
    the turn counts as; one may name several.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        turn = _TURN.search(block)
        if turn is None:
            continue
        name, emotion, valence, activation, dominance = turn.groups()
        named = [vote.lower() for vote in _LISTENER.findall(block)]
        word = _WORDS.get(emotion)
        agreeing = sum(word in re.split(r"[;\s]+", vote) for vote in named)
        yield {
            "turn": name,
            "emotion": emotion,
            "valence": valence,
            "activation": activation,
            "dominance": dominance,
            "agreement": str(agreeing / len(named)) if named and word else "",
        }


def transcriptions(path: Path) -> Iterator[Row]:
    """Read a file of `transcriptions`: a line per turn."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if match := _SAID.match(line.strip()):
            yield {"turn": match[1], "text": match[2]}


_SCALE = Scale(1, 5, "mean of the raters' manikins")

CORPUS = Corpus(
    name="IEMOCAP",
    language="English",
    # Session, who wore the markers, scene, who speaks, turn. EmoBox takes Ses01F for the speaker
    # of the whole scene; that is the actor with the markers, and who speaks is the letter before
    # the number of the turn: 10 speakers either way, but in 2,750 of its 5,531 clips the other one.
    pattern=r"(?P<session>Ses\d\d)[FM]_(?:impro|script)\w*_(?P<gender>[FM])[A-Z]*\d+\.wav",
    example="Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav",
    facts={"speaker": "{session}{gender}"},
    leave_out=r"dialog/[^/]+/(?:[^/]+/)*[^/]+",  # whole scenes as sound and film
    table=(
        Table(
            path="**/Session?/dialog/EmoEvaluation/Ses*.txt",
            key="turn",
            match="{stem}",
            columns={"emotion": "emotion"},
            ratings={name: name for name in ("valence", "activation", "dominance", "agreement")},
            reader=evaluations,
        ),
        Table(
            path="**/Session?/dialog/transcriptions/Ses*.txt",
            key="turn",
            match="{stem}",
            columns={"text": "text"},
            required=False,
            reader=transcriptions,
        ),
    ),
    scales={
        "valence": _SCALE,
        "activation": _SCALE,
        "dominance": _SCALE,
        "agreement": Scale(0, 1, "share of listeners who named the emotion"),
    },
    published_clips=10_039,  # with 2,507 turns without agreement and 3 of another emotion
    published_speakers=10,
    published_hours=12,  # EmoBox: 7.0 of its 5,531
    published_classes={
        "anger": 1103,
        "disgust": 2,
        "excitement": 1041,
        "fear": 40,
        "frustration": 1849,
        "happiness": 595,
        "neutral": 1708,
        "sadness": 1084,
        "surprise": 107,
    },
    published_rates_hz=(16_000,),
    access="application",
    access_note="a release form of the University of Southern California, signed",
    license="research use only",
    license_source="the authors' release form",
    url="https://sail.usc.edu/iemocap",
    citation="Busso et al. (2008), IEMOCAP: interactive emotional dyadic motion capture database, "
    "Language Resources and Evaluation 42",
)
