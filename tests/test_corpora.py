"""Every corpus file turns the names of its original layout into the right facts."""

import json
from pathlib import Path

import pytest

from ingest.corpus import Corpus, Label, Problem, Tables, read_tables, registry
from ingest.files import source_files
from tests.conftest import ROOT, shared
from warehouse.errors import SerError

NO_TABLES = Tables({}, {})


def paths(root):
    return [file.path for file in source_files(root, pytest.fail)]


CASES = [
    # corpus, path, emotion, speaker, gender, age, transcription, language
    (
        "ravdess",
        "Audio_Speech_Actors_01-24/Actor_12/03-01-06-01-02-01-12.wav",
        ("fear", "ravdess_12", "female", None, "Dogs are sitting by the door", "English"),
    ),
    (
        "ravdess",
        "03-01-02-02-01-02-07.wav",
        ("calm", "ravdess_07", "male", None, "Kids are talking by the door", "English"),
    ),
    (
        "emodb",
        "wav/15b10Lc.wav",
        (
            "boredom",
            "emodb_15",
            "male",
            "25",
            "Die wird auf dem Platz sein, wo wir sie immer hinlegen.",
            "German",
        ),
    ),
    (
        "emovo",
        "f3/tri-f3-n1.wav",
        ("sadness", "emovo_f3", "female", None, "La casa forte vuole col pane.", "Italian"),
    ),
    (
        "tess",
        "TESS Toronto emotional speech set data/OAF_Pleasant_surprise/OAF_bite_ps.wav",
        ("surprise", "tess_OAF", "female", "64", "Say the word bite.", "English"),
    ),
    (
        "tess",
        "TESS Toronto emotional speech set data/OAF_neutral/OA_bite_neutral.wav",
        ("neutral", "tess_OAF", "female", "64", "Say the word bite.", "English"),
    ),
    (
        "turev-db",
        "Sound Source/Calm/1984_sk_okul.wav",
        ("calm", "turev_db_1984", None, None, "okul", "Turkish"),
    ),
    ("urdu", "Sad/SM24_F8_S020.wav", ("sadness", "urdu_SM24", "male", None, None, "Urdu")),
    ("urdu", "Happy/SF6_F8_H070.wav", ("happiness", "urdu_SF6", "female", None, None, "Urdu")),
]


@pytest.mark.parametrize(("name", "path", "expected"), CASES)
def test_a_name_says_emotion_speaker_gender_age_text_and_language(name, path, expected):
    label = registry()[name].describe(path, NO_TABLES)
    assert isinstance(label, Label)
    found = (
        label.emotion,
        label.speaker_id,
        label.gender,
        label.age,
        label.transcription,
        label.language,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("name", "path", "facts"),
    [
        ("polish", "M3.A_nie_1.wav", ("polish_m3", "male", "21-23")),
        ("emov-db", "Bea_Amused/amused_1-15_0001.wav", ("emov_db_bea", "female", None)),
        ("casia", "LIUCHANHG/angry/201.wav", ("casia_liuchanhg", "female", None)),
        ("mesd", "anger_c_a_abajo.wav", (None, None, "child")),
    ],
)
def test_a_speaker_is_the_same_whatever_the_case_of_the_name(name, path, facts):
    label = registry()[name].describe(path, NO_TABLES)
    assert (label.speaker_id, label.gender, label.age) == facts


def test_a_file_whose_suffix_ends_in_a_blank_or_a_line_break_is_no_other_file(tmp_path):
    names = ["SM1_F01_A012.wav ", "SM1_F01_A013.WAV\n", "a\nb 😀.wav"]
    for name in [*names, "notes.txt"]:
        (tmp_path / name).touch()
    assert sorted(paths(tmp_path)) == sorted(names)


def test_a_label_table_gives_the_facts_and_its_padding_is_dropped(tmp_path):
    (tmp_path / "data.tsv").write_text(
        "file_id\temotion\traw_text\tnormalized_text\tspeaker_id\tgender\tage\n"
        'SM0_surprised_1.wav\tsurprised\t"Tak" rzekł.\ttak rzekł\t        SM0\tmale\t24\n',
        encoding="utf-8",
    )
    nemo = registry()["nemo"]
    label = nemo.describe("samples/SM0_surprised_1.wav", read_tables(nemo, tmp_path))
    assert label == Label(
        "surprise", "surprised", "nemo_SM0", "male", "24", '"Tak" rzekł.', "Polish"
    )


def test_a_file_that_the_label_table_does_not_list_is_a_problem(tmp_path):
    (tmp_path / "data.tsv").write_text(
        "file_id\temotion\traw_text\tnormalized_text\tspeaker_id\tgender\tage\n"
    )
    nemo = registry()["nemo"]
    problem = nemo.describe("samples/SM0_fear_1.wav", read_tables(nemo, tmp_path))
    assert isinstance(problem, Problem)
    assert problem.reason == "not_in_table"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "is missing"),
        (b"file_id\temotion\n", "no column"),
        (b"\xff\xfe\x00", "not utf-8"),
        (
            b"file_id\temotion\traw_text\tnormalized_text\tspeaker_id\tgender\tage\nSM0_fear_1.wav\tfe",
            "line 2 is cut short",
        ),
    ],
)
def test_a_damaged_label_table_is_named(tmp_path, content, complaint):
    if content is not None:
        (tmp_path / "data.tsv").write_bytes(content)
    with pytest.raises(SerError, match=complaint) as caught:
        read_tables(registry()["nemo"], tmp_path)
    assert "data.tsv" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "path", "reason"),
    [
        ("emodb", "wav/03a01Xa.wav", "unknown_label"),
        ("emodb", "wav/3a01Fa.wav", "unknown_name"),
        ("ravdess", "Actor_01/03-02-01-01-01-01-01.wav", "unknown_name"),  # a song
        ("ravdess", "Actor_01/01-01-01-01-01-01-01.wav", "unknown_name"),  # a video
        ("ravdess", "x03-01-01-01-01-01-01.wav", "unknown_name"),
        ("tess", "OAF_back_jolly.wav", "unknown_label"),
        ("urdu", "Angry/SX1_F1_A1.wav", "unknown_name"),
    ],
)
def test_a_name_outside_the_layout_is_a_problem_with_a_remedy(name, path, reason):
    problem = registry()[name].describe(path, NO_TABLES)
    assert isinstance(problem, Problem)
    assert problem.reason == reason
    assert problem.remedy


def test_an_unknown_label_is_answered_with_the_nearest_known_one():
    problem = registry()["tess"].describe("OAF_back_hapy.wav", NO_TABLES)
    assert isinstance(problem, Problem)
    assert "nearest: happy" in problem.remedy


def test_a_misspelt_emotion_in_a_corpus_file_is_refused_with_the_nearest():
    with pytest.raises(SerError, match="did you mean happiness"):
        Corpus(
            name="New",
            language="English",
            pattern=r"(?P<emotion>h)\.wav",
            example="h.wav",
            emotions={"h": "happyness"},
            license="",
            license_source="",
            url="",
            citation="",
            published_clips=1,
            published_speakers=1,
        )


def test_every_corpus_states_where_it_comes_from_and_follows_its_own_example():
    for corpus in registry().values():
        assert corpus.license, corpus.name
        assert corpus.license_source, corpus.name
        assert corpus.url, corpus.name
        assert corpus.citation, corpus.name
        assert corpus.published_clips is None or corpus.published_clips > 0, corpus.name
        problem = corpus.describe(corpus.example, NO_TABLES)
        # A corpus with a table per clip gets further than its pattern here, no other problem.
        assert isinstance(problem, Label) or problem.reason == "not_in_table", corpus.name


def test_the_embedded_corpus_has_every_language_emotion_and_two_voices():
    demo = registry()["demo"]
    root = ROOT / "ingest" / "embedded" / "demo"
    tables = read_tables(demo, root)
    labels = [demo.describe(path, tables) for path in paths(root)]
    assert len(labels) == demo.published_clips
    assert all(isinstance(label, Label) and label.transcription for label in labels)
    cells = {(label.language, label.emotion, label.speaker_id) for label in labels}
    languages = {language for language, _, _ in cells}
    assert len(languages) == 8
    for language in languages:
        for emotion in demo.labels:
            assert len([c for c in cells if c[:2] == (language, emotion)]) == 2
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    assert size <= 6_000_000
    assert demo.synthetic


def test_the_label_sets_are_those_of_cameos_splits():
    splits = json.loads(shared("cameo", "labels_by_split.json").read_text())
    for split in ("nemo", "ravdess"):
        assert registry()[split].labels == splits[split]


def test_every_file_of_the_real_corpora_is_described():
    folder = shared("corpora")
    for name in ("nemo", "ravdess", "emodb", "emovo", "tess", "turev-db", "urdu"):
        corpus, root = registry()[name], Path(folder, name)
        tables = read_tables(corpus, root)
        described = [corpus.describe(path, tables) for path in paths(root)]
        assert described
        assert all(isinstance(label, Label) for label in described), name
