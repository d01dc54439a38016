"""M3ED: Mandarin, dialogues from 56 television series, seven emotions; annotations in one JSON."""

import json
from collections.abc import Iterator
from pathlib import Path

from ingest.corpus import Corpus
from ingest.tables import Row, Table


def utterances(path: Path) -> Iterator[Row]:
    """Read the annotations: series → dialogue → its speakers (A and B) and its utterances."""
    for series, dialogues in json.loads(path.read_text(encoding="utf-8")).items():
        for dialogue in dialogues.values():
            people = dialogue.get("SpeakerInfo", {})
            for name, said in dialogue["Dialog"].items():
                letter = said["Speaker"]
                person = people.get(letter, {})
                name_of_person = str(person.get("Name", "")).strip()  # some begin with a space
                yield {
                    "file": f"{letter}_{name}",
                    "emotion": said["EmoAnnotation"]["final_main_emo"],
                    # A is another person in every dialogue; a name is one person in a series.
                    "speaker": f"{series}_{name_of_person}" if name_of_person else "",
                    "gender": str(person.get("Gender", "")),
                    "age": str(person.get("Age", "")),
                    "text": str(said.get("Text", "")),
                }


CORPUS = Corpus(
    name="M3ED",
    language="Mandarin",
    # Speaker of the dialogue, series, dialogue, utterance. The label is in the annotations only.
    pattern=r"[A-Z]_[A-Za-z0-9]+_\d+_\d+\.(?:wav|mp4)",
    example="modality_speech/A_bianchengnidenayitian_10_1.wav",
    formats=(".wav", ".mp4"),
    table=Table(
        path="**/*annotation.json",
        key="file",
        match="{stem}",
        columns={name: name for name in ("emotion", "speaker", "gender", "age", "text")},
        reader=utterances,
    ),
    # The paper's; EmoBox counts 24,437, its published metadata have 7,017 (validation and test).
    published_clips=24_449,
    published_speakers=626,
    published_hours=9.8,
    published_classes={
        "anger": 5234,
        "disgust": 1497,
        "fear": 395,
        "happiness": 2287,
        "neutral": 10_028,
        "sadness": 3957,
        "surprise": 1051,
    },
    access="application",
    access_note="a signed agreement, sent to the authors",
    license="research use only",
    license_source="the authors' agreement",
    url="https://github.com/AIM3-RUC/RUCM3ED",
    citation="Zhao et al. (2022), M3ED: Multi-modal Multi-scene Multi-label Emotional Dialogue "
    "Database, ACL",
)
