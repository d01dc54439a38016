"""Corpora whose facts are in the names of files: every layout, with the dirt of the real copies."""

import unicodedata

import pytest

from ingest.corpus import Corpus, Label, Problem, Tables, read_tables, registry
from ingest.labels import raw_labels, read_raw_labels
from ingest.rows import corpus_row
from ingest.sources import find_sources
from tests.conftest import ROOT, write_tone
from warehouse.emotions import canonical_emotions
from warehouse.errors import SerError
from warehouse.registry import choose, slug

NO_TABLES = Tables({}, {})

CASES = [
    # corpus, path, emotion, speaker, gender, age, transcription, language
    ("AESDD", "anger/a06 (5)b.wav", "anger", "aesdd_5", None, None, None, "Greek"),
    ("AESDD", "fear/f10 (01).wav", "fear", "aesdd_1", None, None, None, "Greek"),
    ("ASED", "05Angry/a5-03-01-02-50.wav", "anger", "ased_50", "male", None, None, "Amharic"),
    ("ASED", "04Sad/S4-04-02-01-29.wav", "sadness", "ased_29", "female", None, None, "Amharic"),
    (
        *("ASVP-ESD", "Audio/actor_12/03-01-06-01-02-12-02-01-01-16.wav"),
        *("fear", "asvp_esd_12", "male", "20-64", None, "Chinese"),
    ),
    (
        *("ASVP-ESD", "Audio/actor_35/03-02-11-02-04-35-01-03.wav"),
        *("pain", "asvp_esd_35", "female", "over 65", None, "other"),
    ),
    (
        *("ASVP-ESD", "Bonus/03-02-04-01-01-129-04-01-02-77.wav"),
        *("sadness", "asvp_esd_129", "female", "baby", None, "English"),
    ),
    (
        *("CaFE", "CaFE_48k/ColŠre/Faible/03-C-1-6.wav"),
        *("anger", "cafe_03", "male", "18", "Six ours aimants domestiqués", "French"),
    ),
    (
        *("CaFE", "CaFE_192k_1/Dégoût/Fort/12-D-2-2.aiff"),
        *("disgust", "cafe_12", "female", "37", "Deux ânes aigris au pelage brun", "French"),
    ),
    ("CASIA", "wangzhe/sad/214.wav", "sadness", "casia_wangzhe", "male", None, None, "Mandarin"),
    (
        *("CASIA", "不同文本100/Chang.Liu/normal/301.wav"),
        *("neutral", "casia_liuchanhg", "female", None, None, "Mandarin"),
    ),
    (
        *("ESD", "0010/Surprise/evaluation/0010_001421.wav"),
        *("surprise", "esd_0010", "male", None, None, "Mandarin"),
    ),
    (
        *("ESD", "Emotion Speech Dataset/0015/Happy/0015_000711.wav"),
        *("happiness", "esd_0015", "female", None, None, "English"),
    ),
    (
        "JL-Corpus",
        "Raw JL corpus (unchecked and unannotated)/JL(wav+txt)/female2_concerned_14b_2.wav",
        *("concern", "jl_corpus_female2", "female", None, None, "English"),
    ),
    (
        *("MESD", "Mexican Emotional Speech Database (MESD)/Neutral_C_A_de_nada.wav"),
        *("neutral", None, None, "child", "de nada", "Spanish"),
    ),
    (
        *("MESD", "Fear_F_B_enganado.wav"),
        *("fear", None, "female", "adult", "enganado", "Spanish"),
    ),
    (
        *("Oréau", "OréauFR_01/m/sessc/12abcN.wav"),
        *("neutral", "oreau_12", "male", None, None, "French"),
    ),
    (
        *("Oréau", "OréauFR_02/f/sessd/07a01Jb.wav"),
        *("happiness", "oreau_07", "female", None, None, "French"),
    ),
    (
        *("Oréau", "OréauFR_01/m/sessc/12ABC N.wav"),
        *("neutral", "oreau_12", "male", None, None, "French"),
    ),
    ("Polish", "m5.s_trzymaj_4.wav", "fear", "polish_m5", "male", "21-23", "trzymaj", "Polish"),
    ("SAVEE", "AudioData/DC/a01.wav", "anger", "savee_DC", "male", "27-31", None, "English"),
    ("SAVEE", "ALL/KL_su12.wav", "surprise", "savee_KL", "male", "27-31", None, "English"),
    ("SAVEE", "ALL/JK_sa12.wav", "sadness", "savee_JK", "male", "27-31", None, "English"),
    ("ShEMO", "female/F05W57.wav", "surprise", "shemo_F05", "female", None, None, "Persian"),
    (
        *("SUBESCO", "SUBESCO/M_02_AJOY_S_9_ANGRY_5.wav"),
        *("anger", "subesco_M_02", "male", None, "একদিন পরেই তার বিয়ে", "Bengali"),
    ),
    # Upper and lower case of names and suffixes are mixed in real copies.
    ("SUBESCO", "f_02_monika_s_8_Sad_1.WAV", "sadness", "subesco_f_02", "female", None, ..., ...),
    ("ESD", "0011/NEUTRAL/0011_000001.WAV", "neutral", "esd_0011", "male", None, None, "English"),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case[0]} {case[1][-24:]}" for case in CASES])
def test_a_name_says_emotion_speaker_gender_age_text_and_language(case):
    name, path, *expected = case
    label = registry()[name.lower()].describe(unicodedata.normalize("NFC", path), NO_TABLES)
    assert isinstance(label, Label), label
    found = (label.emotion, label.speaker_id, label.gender, label.age, label.transcription)
    pairs = zip((*found, label.language), expected, strict=True)
    assert not [(a, b) for a, b in pairs if b is not ... and a != b]


@pytest.mark.parametrize(
    ("name", "path", "reason"),
    [
        ("AESDD", "anger/x06 (5).wav", "unknown_label"),
        ("ASED", "05Angry/a5-03-01-02.wav", "unknown_name"),
        ("ASVP-ESD", "03-02-13-01-02-12-02-01.wav", "no_label"),  # a breath
        ("ASVP-ESD", "03-02-14-01-02-12-02-01.wav", "unknown_label"),
        ("CaFE", "03-X-1-6.wav", "unknown_label"),
        ("ESD", "0011/Angry/train/0012_000371.wav", "unknown_name"),  # in another's folder
        ("ESD", "0011/Angray/0011_000371.wav", "unknown_label"),
        ("ESD", "0021/Angry/0021_000371.wav", "unknown_language"),
        ("Oréau", "OréauFR_01/contents.wav", "unknown_name"),
        ("SAVEE", "XX/a01.wav", "unknown_name"),
        ("SUBESCO", "F_02_MONIKA_S_1_SUPERISE_5.wav", "unknown_label"),
    ],
)
def test_a_name_outside_the_layout_is_a_problem_with_a_remedy(name, path, reason):
    problem = registry()[name.lower()].describe(path, NO_TABLES)
    assert isinstance(problem, Problem)
    assert problem.reason == reason
    assert problem.remedy


@pytest.mark.parametrize(
    ("name", "path", "nearest"),
    [
        ("ESD", "0011/Angray/0011_000371.wav", "Angry"),
        ("SUBESCO", "F_02_MONIKA_S_1_SUPERISE_5.wav", "SURPRISE"),
        ("JL-Corpus", "male1_excitd_1a_1.wav", "excited"),
    ],
)
def test_a_label_of_no_corpus_is_answered_with_the_nearest_and_makes_no_class(name, path, nearest):
    problem = registry()[name.lower()].describe(path, NO_TABLES)
    assert isinstance(problem, Problem)
    assert f"nearest: {nearest}" in problem.remedy


def test_a_label_that_stands_for_no_emotion_is_rejected_with_the_reason():
    problem = registry()["asvp-esd"].describe("03-02-13-01-02-12-02-01.wav", NO_TABLES)
    assert isinstance(problem, Problem)
    assert "a breath is a sound" in problem.detail


def test_emoboxs_spellings_of_labels_are_known():
    labels = raw_labels()
    assert labels["EmoDB"].emobox["boredem"] == "boredom"
    assert labels["CaFE"].emobox["c"] == "anger"
    assert labels["RAVDESS"].emobox["Surprised"] == "surprise"
    assert labels["nEMO"].emobox == {}


def test_no_corpus_file_says_what_a_label_means():
    for path in (ROOT / "ingest" / "corpora").glob("*.py"):
        assert "emotions=" not in path.read_text(encoding="utf-8"), path.name


def test_every_corpus_has_labels_and_every_label_a_canonical_emotion():
    for corpus in registry().values():
        assert corpus.labels, corpus.name
    known = {emotion for labels in raw_labels().values() for emotion in labels.emotions.values()}
    assert known <= canonical_emotions()


def test_a_corpus_without_rows_in_the_table_of_labels_is_refused():
    with pytest.raises(SerError, match="has no labels of it"):
        Corpus(
            name="Unheard",
            language="English",
            pattern=r"(?P<emotion>h)\.wav",
            example="h.wav",
            license="",
            license_source="",
            url="",
            citation="",
            published_clips=1,
            published_speakers=1,
        )


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("A,x,,,\n", "needs either an emotion or a reason"),
        ("A,x,anger,no agreement,\n", "needs either an emotion or a reason"),
        ("A,x,anger,,\nA,X,fear,,\n", "line 3: 'X' of A is there twice"),
    ],
)
def test_a_table_of_labels_that_contradicts_itself_is_one_line(tmp_path, rows, complaint):
    path = tmp_path / "raw_labels.csv"
    path.write_text(f"dataset,raw_label,emotion,excluded_because,emobox_raw_label\n{rows}")
    with pytest.raises(SerError, match=complaint) as caught:
        read_raw_labels(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_accent_is_no_obstacle_in_the_name_of_a_folder(tmp_path, form):
    folder = tmp_path / unicodedata.normalize(form, "Oréau")
    write_tone(folder / "OréauFR_01" / "m" / "sessc" / "12abcN.wav")
    assert slug(folder.name) == "oreau"
    assert [source.corpus.name for source in find_sources(tmp_path, [])] == ["Oréau"]
    assert [source.corpus.name for source in find_sources(tmp_path, ["oreau"])] == ["Oréau"]
    assert choose("corpus", ["OREAU"], registry()) == [registry()["oréau"]]


def test_a_corpus_in_several_languages_names_each_once():
    assert corpus_row(registry()["esd"])["language"] == "Mandarin, English"
    assert corpus_row(registry()["asvp-esd"])["language"] == "other, Chinese, English, French"


@pytest.mark.parametrize(
    ("speaker", "sentence", "encoding"),
    [
        ("0001", "打远一看，它们的确很是美丽，", "gb2312"),
        ("0003", "打远一看，它们的确很是美丽，", "utf-16"),
        ("0010", "打远一看，它们的确很是美丽，", "utf-8"),
        ("0011", "The nine the eggs, I keep.", "utf-8"),
        ("0016", "Café is a word.", "latin-1"),
    ],
)
def test_esd_says_what_is_said_whatever_the_encoding_of_its_tables(
    tmp_path, speaker, sentence, encoding
):
    table = tmp_path / speaker / f"{speaker}.txt"
    table.parent.mkdir()
    lines = [
        f"{speaker}_000001\t{sentence}\tNeutral",
        "",
        f"{speaker}_000351 \t {sentence}\t Angry ",
        f"{speaker}_000701\t{sentence}",  # some lines lack the emotion
        "no sentence at all",
    ]
    table.write_bytes("\r\n".join(lines).encode(encoding))
    esd = registry()["esd"]
    tables = read_tables(esd, tmp_path)
    for emotion, number in (("Neutral", "000001"), ("Angry", "000351"), ("Happy", "000701")):
        label = esd.describe(f"{speaker}/{emotion}/{speaker}_{number}.wav", tables)
        assert isinstance(label, Label)
        assert label.transcription == sentence
    label = esd.describe(f"{speaker}/Sad/{speaker}_001051.wav", tables)
    assert isinstance(label, Label)
    assert label.transcription is None


def test_a_table_of_esd_in_no_known_encoding_costs_the_transcripts_and_no_clip(tmp_path):
    (tmp_path / "0001").mkdir()
    (tmp_path / "0001" / "0001.txt").write_bytes(b"0001_000001\t\xff\xff\xff\tNeutral")
    esd = registry()["esd"]
    label = esd.describe("0001/Angry/0001_000351.wav", read_tables(esd, tmp_path))
    assert isinstance(label, Label)
    assert label.transcription is None


def test_jl_corpus_says_what_is_said_in_a_file_beside_the_clip(tmp_path):
    folder = tmp_path / "Raw JL corpus (unchecked and unannotated)" / "JL(wav+txt)"
    folder.mkdir(parents=True)
    (folder / "male1_angry_1a_1.txt").write_bytes("Tom\x92s car  is here\r\n".encode("latin-1"))
    jl = registry()["jl-corpus"]
    tables = read_tables(jl, tmp_path)
    path = f"{folder.relative_to(tmp_path).as_posix()}/male1_angry_1a_1.wav"
    assert jl.describe(path, tables).transcription == "Tom’s car is here"
    assert jl.describe(path.replace("1a_1", "1a_2"), tables).transcription is None


def test_esd_has_as_many_women_as_men_in_both_languages():
    esd = registry()["esd"]
    assert len(esd.speakers) == 20
    for language, women in (("Mandarin", 5), ("English", 5)):
        ids = [number for number, spoken in esd.languages.items() if spoken == language]
        assert len(ids) == 10
        assert sum(esd.speakers[number].gender == "female" for number in ids) == women
