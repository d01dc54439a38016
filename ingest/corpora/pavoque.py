"""PAVOQUE: German, one actor, read speech and four acted styles, a long recording of each."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from ingest.corpus import Corpus
from ingest.tables import Row, Table

_PHONES = re.compile(r"^  - \{.*\}\n", re.MULTILINE)


def sentences(path: Path) -> Iterator[Row]:
    """Read the sentences of a recording, without the phones that make up most of the file.

    With them a YAML parser needs half a minute for the corpus. Every scalar is taken as it is
    written: `Nein` and `No` are sentences.
    """
    text = _PHONES.sub("", path.read_text(encoding="utf-8"))
    for row in yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader)) or []:
        yield {name: value for name, value in row.items() if isinstance(value, str)}


CORPUS = Corpus(
    name="PAVOQUE",
    language="German",
    # A file of an hour or more per style; a YAML file of the same name says where its sentences
    # are. CAMEO has these 5,442. A sixth recording holds 1,892 outtakes of all styles, which
    # EmoBox counts too (7,334).
    pattern=r"(?i:pavoque-(?P<emotion>angry|happy|neutral|poker|sad)\.(?:flac|wav))",
    example="pavoque-poker.flac",
    leave_out=r"(?i:pavoque-outtakes\.(?:flac|wav))",
    facts={"speaker": "Stefan-Röttig", "gender": "male"},
    table=Table(
        path="**/pavoque-*.yaml",
        key="{table_file}",
        match="{stem}",
        columns={},
        optional={"text": "text", "start": "start", "end": "end"},  # the outtakes' have no times
        reader=sentences,
    ),
    published_clips=5442,
    published_speakers=1,
    published_hours=12.2,  # with the outtakes (EmoBox)
    published_classes={
        "anger": 601,
        "happiness": 584,
        "neutral": 3126,
        "poker": 575,
        "sadness": 556,
    },
    published_rates_hz=(44_100,),
    access_note="recordings: GitHub release v0.2; YAML files: the repository",
    license="CC BY-NC-SA 4.0",
    license_source="LICENSE.md in the authors' repository; its older README says 3.0 (conflict)",
    url="https://github.com/marytts/pavoque-data",
    citation="Steiner, Schröder & Klepp (2013), The PAVOQUE corpus as a resource for analysis and "
    "synthesis of expressive speech, Phonetik & Phonologie 9",
)
