"""A warehouse of real answers of audio LLMs, from shared/raw_outputs: texts and truths, no audio.

    build(folder, SHARED / "raw_outputs")

Three files, 10,738 answers; the 220 answers to questions about sentiment (neutral, positive,
negative) are no answers about emotion and left out, which leaves 10,518. What else is decided here:

- A clip is a row of a benchmark's data set. One judge file of AudioBench (Qwen2-Audio, gpt4o) has
  other truths in the same rows, so its rows are clips of another version of the data set.
- A run is a model on a data set in one file of its source: other files mean other prompts.
- Truths are the nouns of the seed `emotions` (joy is happiness, excited is excitement). The labels
  on offer are the data set's, also where the prompt did not name them (SALMONN-7B's 2,610 on MELD).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.conftest import filled
from warehouse.schema import LABEL_SEPARATOR
from warehouse.store import Store

SALMONN_MELD = "audiobench_salmonn7b_meld_emotion_test.jsonl"
ALL_MODELS = "audiobench_allmodels_20rows.jsonl"
EMIS = "emis_slm.jsonl"
FILES = (SALMONN_MELD, ALL_MODELS, EMIS)

NOUNS = {
    "angry": "anger",
    "excited": "excitement",
    "happy": "happiness",
    "joy": "happiness",
    "sad": "sadness",
}
"""The truths that are no noun of the seed `emotions`; the others are one."""

SIX = ("anger", "disgust", "fear", "happiness", "neutral", "sadness")
IEMOCAP = ("anger", "excitement", "frustration", "happiness", "neutral", "sadness", "surprise")
EMIS_LABELS = ("anger", "happiness", "neutral", "sadness")


class Corpus(NamedTuple):
    """A data set of the files: its name here and its labels as nouns, sorted."""

    name: str
    labels: tuple[str, ...]
    synthetic: bool


CORPORA = {
    "meld_emotion_test": Corpus("MELD", (*SIX, "surprise"), False),
    "iemocap_emotion_test": Corpus("IEMOCAP", IEMOCAP, False),
    "EMIS (synthetic, STYLE)": Corpus("EMIS-STYLE", EMIS_LABELS, True),
    "EMIS (synthetic, F5TTS)": Corpus("EMIS-F5TTS", EMIS_LABELS, True),
    "EMIS (synthetic, COSY)": Corpus("EMIS-COSY", EMIS_LABELS, True),
}


class Answer(NamedTuple):
    """One answer of a file."""

    file: str
    line: int
    run: str
    model: str
    corpus: Corpus
    clip: str
    gold: str
    text: str


def answers(folder: Path) -> list[Answer]:
    """Return every answer to a question about emotion in the files below `folder`."""
    found: list[Answer] = []
    versions: dict[str, list[dict[int, str]]] = {}
    for file in FILES:
        rows = [json.loads(line) for line in (folder / file).open(encoding="utf-8")]
        by_source: dict[tuple[str, str, str], list[tuple[int, dict]]] = {}
        for line, row in enumerate(rows):
            source = (row["model"], row["path"], row["dataset"])
            if row["dataset"] in CORPORA:
                by_source.setdefault(source, []).append((line, row))
        for (model, path, dataset), members in by_source.items():
            run = f"{model}/{Path(path).stem}/{CORPORA[dataset].name}"
            version = 1
            if file != EMIS:
                truths = {row["row"]: row["gold"] for _, row in members}
                version = _version(versions.setdefault(dataset, []), truths)
            for line, row in members:
                clip = row["item"] if file == EMIS else f"version {version}/{row['row']}"
                gold = NOUNS.get(row["gold"], row["gold"])
                found.append(
                    Answer(file, line, run, model, CORPORA[dataset], clip, gold, row["raw_output"])
                )
    return found


def _version(known: list[dict[int, str]], truths: Mapping[int, str]) -> int:
    """Return the number (from 1) of the version of a data set that has these truths."""
    for number, others in enumerate(known, start=1):
        if all(others.get(row, truth) == truth for row, truth in truths.items()):
            others.update(truths)
            return number
    known.append(dict(truths))
    return len(known)


def build(root: Path, folder: Path) -> list[Answer]:
    """Store the answers of the files below `folder` as a warehouse at `root` and return them."""
    found = answers(folder)
    store = Store(root)
    for corpus in {answer.corpus for answer in found}:
        row = {"labels": list(corpus.labels), "synthetic": corpus.synthetic, "language": "English"}
        clips = len({answer.clip for answer in found if answer.corpus == corpus})
        store.replace(
            "corpora",
            _id(corpus.name),
            filled("corpora", dataset=corpus.name, published_clips=clips, **row),
        )
    for run, model in {(answer.run, answer.model) for answer in found}:
        asked = sum(answer.run == run for answer in found)
        row = {"run_id": _id(run), "system": model, "prompt": run, "temperature": 0.0}
        store.replace(
            "runs",
            _id(run),
            filled("runs", **row, status="finished", clips=asked, errors=0),
        )
    store.append("utterances", list(_utterances(found)))
    store.append(
        "predictions",
        [
            filled(
                "predictions",
                run_id=_id(answer.run),
                file_id=file_id(answer),
                labels=LABEL_SEPARATOR.join(answer.corpus.labels),
                raw_text=answer.text,
                error=None,
            )
            for answer in found
        ],
    )
    return found


def _utterances(found: Iterable[Answer]) -> Iterable[dict[str, object]]:
    clips = {file_id(answer): answer for answer in found}
    for name, answer in clips.items():
        yield filled(
            "utterances",
            file_id=name,
            audio=None,
            dataset=answer.corpus.name,
            original_path=answer.clip,
            emotion=answer.gold,
            raw_label=answer.gold,
            language="English",
            gender=None,
            speaker_id=None,
            transcription=None,
        )


def file_id(answer: Answer) -> str:
    """Return the id of the clip that was asked about."""
    return _id(f"{answer.corpus.name}/{answer.clip}")


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
