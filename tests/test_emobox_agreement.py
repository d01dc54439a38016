"""Held against EmoBox's published metadata and CAMEO's published labels: what our corpora read.

EmoBox lists the original path of every clip of 24 corpora with its label and speaker. What ingest
reads in that path must say the same, but for the rows of the seed `emobox_disagreements`.
"""

import csv
import json
from collections import Counter

import duckdb
import pytest

from ingest.corpus import Label, Tables, registry
from ingest.labels import RAW_LABELS_CSV
from tests.conftest import ROOT, shared
from warehouse.registry import slug

NO_TABLES = Tables({}, {})

READ_FROM_NAMES = (
    *("AESDD", "CaFE", "CREMA-D", "EmoDB", "EmoV-DB", "EMOVO", "eNTERFACE", "ESD", "JL-Corpus"),
    *("MESD", "RAVDESS", "RESD", "ShEMO", "TESS", "TurEV-DB", "URDU"),
)
"""The corpora of EmoBox's metadata whose facts are in names of files and folders."""

MAP_ERRORS = {
    # EmoBox's maps where they contradict EmoBox's own data: raw label in the data, in the map.
    "EmoDB": {"neutral": "Neutral"},
}
NO_MAP = {
    "EMOVO": {
        **{"dis": "Disgust", "gio": "Happy", "neu": "Neutral", "pau": "Fear"},
        **{"rab": "Angry", "sor": "Surprise", "tri": "Sad"},
    },
}
"""What EmoBox's label map would be, in the words of its other maps."""

EMOTIONS = {
    **{"Amused": "amusement", "Angry": "anger", "Anxious": "anxiety", "Apologetic": "apology"},
    **{"Assertive": "assertiveness", "Boredom": "boredom", "Calm": "calm", "Concerned": "concern"},
    **{"Disgust": "disgust", "Encouraging": "encouragement", "Enthusiastic": "enthusiasm"},
    **{"Excited": "excitement", "Fear": "fear", "Happy": "happiness", "Neutral": "neutral"},
    **{"Sad": "sadness", "Sleepy": "sleepiness", "Surprise": "surprise"},
}
"""EmoBox's label → our noun. Written out, not taken from the seed: that is what is tested."""


def emobox_slug(name):
    return slug(name).replace("_", "")


def seed(name):
    with (ROOT / "dbt_project" / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def rows_of(name):
    """Path below the corpus folder, raw label and speaker of every clip that EmoBox lists."""
    prefix = f"downloads/{emobox_slug(name)}/"
    rows = duckdb.sql(
        f"select wav, emotion_raw, speaker from '{shared('emobox', 'utterances.parquet')}' "
        f"where dataset = '{emobox_slug(name)}' order by wav"
    ).fetchall()
    assert rows
    assert all(path.startswith(prefix) for path, _, _ in rows)
    return [(path.removeprefix(prefix), emotion, speaker) for path, emotion, speaker in rows]


def emobox_emotions(name):
    """EmoBox's raw label of a corpus → emotion, by EmoBox's own map."""
    maps = json.loads(shared("emobox", "label_maps.json").read_text())
    published = dict(maps[emobox_slug(name)] or NO_MAP[name])
    for raw, in_map in MAP_ERRORS.get(name, {}).items():
        published[raw] = published[in_map]
    return {raw: EMOTIONS[label] for raw, label in published.items()}


def differences(name):
    """(fact, EmoBox's value, ours) → number of clips."""
    corpus = registry()[name.lower()]
    emotions = emobox_emotions(name)
    found = Counter()
    for path, raw, speaker in rows_of(name):
        label = corpus.describe(path, NO_TABLES)
        if not isinstance(label, Label):
            found["name", path, label.reason] += 1
            continue
        if label.emotion != emotions[raw]:
            found["emotion", raw, label.emotion] += 1
        own = (label.speaker_id or "").removeprefix(f"{corpus.slug}_")
        if path.endswith(f"/{speaker}"):
            # Where nobody knows who speaks, EmoBox writes the name of the file.
            found["speaker", "the name of the file", own] += 1
            continue
        # EmoBox writes the gender before some of its speakers (female_08).
        gender, _, number = speaker.rpartition("_")
        if own != speaker and (gender, number) != (label.gender, own):
            found["speaker", speaker, own] += 1
        said = {"female": "female", "male": "male"}.get((gender or speaker).lower())
        if said and said != label.gender:
            found["gender", said, label.gender or ""] += 1
    return found


@pytest.mark.parametrize("name", READ_FROM_NAMES)
def test_every_path_that_emobox_published_says_what_emobox_says_or_is_listed(name):
    shared("emobox", "utterances.parquet")
    if name.lower() not in registry():
        pytest.skip(f"{name} is not declared")
    listed = {
        (row["fact"], row["emobox_says"], row["we_say"]): int(row["clips"])
        for row in seed("emobox_disagreements")
        if row["dataset"] == name
    }
    assert differences(name) == listed


def test_disagreements_are_listed_of_corpora_that_are_compared():
    assert {row["dataset"] for row in seed("emobox_disagreements")} <= set(READ_FROM_NAMES)


def test_emoboxs_label_maps_come_out_of_the_taxonomy():
    maps = json.loads(shared("emobox", "label_maps.json").read_text())
    names = {emobox_slug(row["dataset"]): row["dataset"] for row in seed("raw_labels")}
    assert set(maps) <= set(names)
    for key, published in maps.items():
        name = names[key]
        ours = {
            row["emobox_raw_label"]: row["emobox_label"]
            for row in seed("raw_labels")
            if row["dataset"] == name and row["emobox_raw_label"]
        }
        if name in NO_MAP:
            assert published is None
            continue
        for raw, in_map in MAP_ERRORS.get(name, {}).items():
            assert raw not in published  # else EmoBox has mended it, and it is no error any more
            ours[in_map] = ours.pop(raw)
        assert ours == published, name


def test_every_label_in_emoboxs_data_is_in_the_taxonomy():
    data = duckdb.sql(
        "select distinct dataset, emotion_raw "
        f"from '{shared('emobox', 'utterances.parquet')}' where emotion_raw is not null"
    ).fetchall()
    ours = {(emobox_slug(row["dataset"]), row["emobox_raw_label"]) for row in seed("raw_labels")}
    assert not set(data) - ours


def test_the_label_sets_are_those_of_cameos_thirteen_splits():
    splits = json.loads(shared("cameo", "labels_by_split.json").read_text())
    ours = {}
    for row in seed("raw_labels"):
        if row["in_cameo"] == "true":
            ours.setdefault(slug(row["dataset"]), set()).add(row["emotion"])
    assert ours == {split: set(labels) for split, labels in splits.items()}
    for corpus in registry().values():
        if corpus.slug in splits:
            assert corpus.labels == splits[corpus.slug], corpus.name


@pytest.mark.parametrize("name", ["CaFE", "CREMA-D", "JL-Corpus", "MESD", "RAVDESS", "RESD"])
def test_the_emotions_read_in_emoboxs_paths_are_as_many_as_in_cameo(name):
    """Of the corpora that both have whole."""
    ids = shared("cameo", "file_ids_six_emotions.parquet")
    if name.lower() not in registry():
        pytest.skip(f"{name} is not declared")
    published = dict(
        duckdb.sql(
            f"select emotion, count(*) from '{ids}' where split = '{slug(name)}' group by all"
        ).fetchall()
    )
    corpus = registry()[name.lower()]
    assert set(published) <= set(corpus.labels)
    found = Counter(corpus.describe(path, NO_TABLES).emotion for path, _, _ in rows_of(name))
    assert {emotion: found[emotion] for emotion in published} == published


def test_the_seed_that_ingest_reads_is_the_one_of_dbt():
    assert ROOT / "dbt_project" / "seeds" / "raw_labels.csv" == RAW_LABELS_CSV


AUTHORS_SAY = {
    # (corpus, what) → why the corpus file has another figure than CAMEO's and EmoBox's tables.
    ("AESDD", "speakers"): "the names number six; the authors add speakers to their five",
    ("IEMOCAP", "clips"): "EmoBox takes the turns of four emotions",
    ("IEMOCAP", "hours"): "the same",
    ("IEMOCAP", "classes"): "the same",
    ("JL-Corpus", "classes"): "the table counts the primary emotions; the data have all ten",
    ("M3ED", "clips"): "the authors' count, twelve more",
    ("MELD", "clips"): "the authors' count, two more",
    (
        "RESD",
        "speakers",
    ): "twenty actors, who are not told apart; where EmoBox has 200 from is unknown",
    ("ShEMO", "clips"): "the paper's count; EmoBox's copy is smaller",
    ("ShEMO", "hours"): "the same",
    ("SUBESCO", "hours"): "the authors' 7 h 40 min 40 s",
    ("URDU", "speakers"): "the authors say 38; 29 occur in the names",
}


def test_figures_in_corpus_files_are_published_ones_or_explained():
    tables = {}
    with (ROOT / "dbt_project/seeds/published/published_corpora.csv").open(
        encoding="utf-8"
    ) as file:
        for row in csv.DictReader(file):
            if row["dataset"] and row["place"] == "Table 1":
                tables.setdefault(row["dataset"], []).append(row)
    assert len(tables) == 33
    different = set()
    for name, rows in tables.items():
        corpus = registry()[name.lower()]
        figures = {
            "clips": (corpus.published_clips, "clips", 0),
            "speakers": (corpus.published_speakers, "speakers", 0),
            "hours": (corpus.published_hours, "hours", 0.051),
            "classes": (len(corpus.labels), "emotions", 0),
        }
        for what, (ours, column, tolerance) in figures.items():
            theirs = [float(row[column]) for row in rows if row[column]]
            if ours is not None and theirs and min(abs(ours - n) for n in theirs) > tolerance:
                different.add((name, what))
        assert {row["language"] for row in rows} - {""} <= {corpus.language} or (
            corpus.languages and {row["language"] for row in rows} == {""}
        ), name
    assert different == set(AUTHORS_SAY)
