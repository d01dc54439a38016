"""EmoV-DB: English, two women, two men, sentences of CMU Arctic in five states."""

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.corpus import Corpus, Speaker
from ingest.tables import Row, Table


def prompts(path: Path) -> Iterator[Row]:
    """Read Festvox' list of prompts: `( arctic_a0001 "Author of …" )`."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.match(r'\(\s*arctic_(\w+)\s+"(.*)"\s*\)', line.strip()):
            yield {"prompt": match[1], "text": match[2].replace('\\"', '"')}


CORPUS = Corpus(
    name="EmoV-DB",
    language="English",
    # Speaker and state in the folder; the file repeats the state (as a noun, in any case), then
    # the prompts of its session, then its prompt: a sentence of CMU Arctic's set A.
    pattern=r"(?i:(?P<speaker>bea|jenie|josh|sam)_(?P<emotion>[a-z]+)/[a-z]+_\d+[-_]\d+_"
    r"(?P<prompt>\d{4})\.wav)",
    example="bea_Amused/amused_1-15_0001.wav",
    speakers={
        "bea": Speaker("female"),
        "jenie": Speaker("female"),
        "josh": Speaker("male"),
        "sam": Speaker("male"),
    },
    table=Table(
        path="**/cmuarctic.data",
        key="prompt",
        match="a{prompt}",
        columns={"text": "text"},
        required=False,
        reader=prompts,
    ),
    published_clips=6887,
    published_speakers=4,
    published_hours=9.5,
    published_classes={
        "amusement": 1315,
        "anger": 1267,
        "disgust": 1019,
        "neutral": 1566,
        "sleepiness": 1720,
    },
    published_rates_hz=(16_000, 44_100),
    access_note="OpenSLR 115, an archive per speaker and state",
    license="research use; other uses after asking the authors",
    license_source="LICENSE.md in the authors' repository",
    url="https://github.com/numediart/EmoV-DB",
    citation="Adigwe et al. (2018), The Emotional Voices Database: Towards Controlling the Emotion "
    "Dimension in Voice Generation Systems",
)
