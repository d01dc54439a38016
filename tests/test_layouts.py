"""The corpora with tables, segments and films: every published path and row is read as published.

The label tables here are made up in the published formats, a few rows each. Where EmoBox publishes
the original paths, tables are made of its rows, and every path must find its own.
"""

import csv
import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from ingest.corpora.iemocap import evaluations
from ingest.corpus import Label, Problem, Tables, read_tables, registry
from ingest.tables import Facts
from tests.conftest import shared
from warehouse.errors import SerError

NO_TABLES = Tables({}, {})

NAMES = (
    *("AESDD ASED ASVP-ESD CaFE CASIA CREMA-D EMNS EmoDB EmoV-DB EMOVO Emozionalmente").split(),
    *("eNTERFACE ESD IEMOCAP JL-Corpus M3ED MEAD MELD MER2023 MESD MSP-Podcast nEMO").split(),
    *("Oréau PAVOQUE Polish RAVDESS RESD SAVEE ShEMO SUBESCO TESS TurEV-DB URDU").split(),
    *("HUME-PROSODY", "HUME-VOCALBURST", "MODULATE-SONATA", "MODULATE-STREAM"),
)


def described(name, path, tables=NO_TABLES):
    label = registry()[name.lower()].describe(path, tables)
    assert isinstance(label, Label), label
    return label.emotion, label.speaker_id, label.gender, label.age, label.transcription


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_csv(path, rows, delimiter=","):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def tables_of(name, folder):
    return read_tables(registry()[name.lower()], folder)


def test_the_corpora_of_the_three_works_are_all_there_under_their_names():
    assert {corpus.name for corpus in registry().values()} - {"demo"} == set(NAMES)


CASES = [
    ("CREMA-D", "AudioWAV/1001_DFA_ANG_XX.wav", "anger", "crema_d_1001", "Don't forget a jacket."),
    ("CREMA-D", "CREMA-D/VideoFlash/1076_MTI_SAD_X.flv", "sadness", "crema_d_1076", None),
    ("eNTERFACE", "subject 1/anger/sentence 1/s1_an_1.avi", "anger", "enterface_s1", None),
    ("eNTERFACE", "subject 6/fear/s6_fe.avi", "fear", "enterface_s6", None),
    ("eNTERFACE", "subject 3/surprise/sentence 4/s_3_su_4.avi", "surprise", "enterface_s3", None),
    ("eNTERFACE", "subject 16/surprise/sentence 3/s16_su_3avi.avi", "surprise", None, None),
    ("EmoV-DB", "bea_Disgusted/disgust_309-336_0327.wav", "disgust", "emov_db_bea", None),
    ("EmoV-DB", "sam_Disgusted/Disgust_1_28_0003.wav", "disgust", "emov_db_sam", None),
    ("MEAD", "MEAD/M003/audio/angry/level_1/001.m4a", "anger", "mead_M003", None),
    ("MEAD", "W011/video/left_30/surprised/level_3/030.mp4", "surprise", "mead_W011", None),
    ("RESD", "train/11_disgust_anger/11_anger_disgust d_010.wav", "disgust", None, None),
    ("RESD", "test/neutral_fear_27/27_neutral_fear_n_030.wav", "neutral", None, None),
]


@pytest.mark.parametrize(("name", "path", "emotion", "speaker", "text"), CASES)
def test_a_name_says_emotion_and_speaker(name, path, emotion, speaker, text):
    found = described(name, path)
    assert found[0] == emotion
    assert speaker is None or found[1] == speaker
    assert text is None or found[4] == text


def test_women_and_men_of_mead_and_emov_db_are_told_apart():
    assert described("MEAD", "W011/audio/sad/level_2/001.m4a")[2] == "female"
    assert described("MEAD", "M011/audio/sad/level_2/001.m4a")[2] == "male"
    assert described("EmoV-DB", "jenie_Amused/amused_1-28_0001.wav")[2] == "female"
    assert described("EmoV-DB", "josh_Amused/amused_1-28_0001.wav")[2] == "male"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("CREMA-D", "AudioWAV/1001_DFA_ANG.wav"),
        ("eNTERFACE", "subject 1/anger/x1_an_1.avi"),
        ("IEMOCAP", "Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01.wav"),
        ("MEAD", "M003/audio/angry/001.m4a"),
        ("MELD", "dia0_utt0.mp4"),  # of which split?
        ("PAVOQUE", "pavoque-all.flac"),
        ("RESD", "38_happiness_neutral_x_080.wav"),
    ],
)
def test_a_name_outside_the_layout_is_a_problem(name, path):
    problem = registry()[name.lower()].describe(path, NO_TABLES)
    assert isinstance(problem, Problem)
    assert problem.reason == "unknown_name"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("IEMOCAP", "IEMOCAP_full_release/Session1/dialog/wav/Ses01F_impro01.wav"),
        ("IEMOCAP", "Session1/dialog/avi/DivX/Ses01F_impro01.avi"),
        ("MELD", "output_repeated_splits_test/final_videos_testdia0_utt0.mp4"),
        ("PAVOQUE", "Recordings/pavoque-outtakes.flac"),
    ],
)
def test_what_is_no_clip_of_the_published_corpus_is_left_out(name, path):
    assert registry()[name.lower()].is_left_out(path)


def test_of_several_formats_of_a_clip_the_clip_is_known_by_what_they_have_in_common():
    keys = {
        name: {registry()[name.lower()].clip_key(path) for path in paths}
        for name, paths in {
            "CREMA-D": (
                "AudioWAV/1001_DFA_ANG_XX.wav",
                "AudioMP3/1001_DFA_ANG_XX.mp3",
                "VideoFlash/1001_DFA_ANG_XX.flv",
            ),
            "MEAD": (
                "M003/audio/angry/level_1/001.m4a",
                "M003/video/front/angry/level_1/001.mp4",
                "M003/video/left_30/angry/level_1/001.mp4",
            ),
        }.items()
    }
    assert all(len(found) == 1 for found in keys.values()), keys
    mead = registry()["mead"]
    assert mead.clip_key("M003/audio/angry/level_1/001.m4a") != mead.clip_key(
        "M003/audio/angry/level_2/001.m4a"
    )


# ---------------------------------------------------------------- tables in the published formats


EVALUATION = """% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]

[6.2901 - 8.2357]\tSes01F_impro01_F000\tneu\t[2.5000, 2.5000, 2.5000]
C-E2:\tNeutral;\t()
C-E3:\tNeutral;\t()
C-E4:\tNeutral; Sadness;\t()
C-F1:\tAnger;\t()
A-E3:\tval 3; act 2; dom  2;\t()

[10.0100 - 11.3925]\tSes01F_impro01_M001\txxx\t[2.5000, 2.5000, 2.5000]
C-E2:\tFrustration;\t()
C-E3:\tAnger;\t()
C-E4:\tNeutral;\t()

[14.8872 - 18.0175]\tSes01F_impro01_M002\tfru\t[2.0000, 3.5000, 4.0000]
C-E2:\tFrustration;\t()
C-E3:\tAnger;\t()
C-E4:\tFrustration;\t()
C-M1:\tFrustration;\t()
"""


@pytest.mark.parametrize("parent", ["", "IEMOCAP_full_release/"])
def test_iemocap_is_read_from_its_evaluations_and_transcriptions(tmp_path, parent):
    dialog = tmp_path / parent / "Session1" / "dialog"
    write(dialog / "EmoEvaluation" / "Ses01F_impro01.txt", EVALUATION)
    write(dialog / "EmoEvaluation" / "._Ses01F_impro01.txt", "macOS leaves this")
    write(dialog / "EmoEvaluation" / "Categorical" / "Ses01F_impro01_cat.txt", "other raters")
    write(
        dialog / "transcriptions" / "Ses01F_impro01.txt",
        "Ses01F_impro01_F000 [006.2901-008.2357]: Excuse me.\n"
        "Ses01F_impro01_M002 [014.8872-018.0175]: Is there a problem?\n",
    )
    iemocap, tables = registry()["iemocap"], tables_of("IEMOCAP", tmp_path)
    folder = f"{parent}Session1/sentences/wav/Ses01F_impro01/"
    first, none, second = (
        iemocap.clips(f"{folder}Ses01F_impro01_{turn}.wav", tables)[0]
        for turn in ("F000", "M001", "M002")
    )
    assert first.label == Label(
        "neutral", "neu", "iemocap_Ses01F", "female", None, "Excuse me.", "English"
    )
    assert dict(first.ratings) == {
        "valence": 2.5,
        "activation": 2.5,
        "dominance": 2.5,
        "agreement": 1.0,
    }
    assert none.label.reason == "no_label"
    assert "agree" in none.label.detail
    # The actor with the markers is the woman; who speaks is the man.
    assert (second.label.speaker_id, second.label.gender) == ("iemocap_Ses01M", "male")
    assert (second.label.emotion, second.label.transcription) == (
        "frustration",
        "Is there a problem?",
    )
    assert dict(second.ratings)["agreement"] == pytest.approx(2 / 3)


def test_the_actors_own_votes_do_not_count_as_agreement(tmp_path):
    rows = list(evaluations(write(tmp_path / "Ses01F_impro01.txt", EVALUATION)))
    assert [row["turn"][-4:] for row in rows] == ["F000", "M001", "M002"]
    assert [row["agreement"] for row in rows] == ["1.0", "", str(2 / 3)]


def test_m3ed_is_read_from_its_annotations(tmp_path):
    def utterance(speaker, emotion):
        votes = {"EmoAnnotator1": [emotion], "final_mul_emo": emotion, "final_main_emo": emotion}
        return {
            "StartTime": "0:00:01:02",
            "EndTime": "0:00:02:01",
            "Text": "你好",
            "Speaker": speaker,
            "EmoAnnotation": votes,
        }

    dialogue = {
        "SpeakerInfo": {
            "A": {"Name": "贺今朝", "Age": "youth", "Gender": "Male"},
            "B": {"Name": "林静", "Age": "mid", "Gender": "Female"},
        },
        "Dialog": {
            "rucikeaidewomen_1_1": utterance("A", "Happy"),
            "rucikeaidewomen_1_2": utterance("B", "Anger"),
        },
    }
    write(
        tmp_path / "annotation.json",
        json.dumps({"rucikeaidewomen": {"rucikeaidewomen_1": dialogue}}, ensure_ascii=False),
    )
    tables = tables_of("M3ED", tmp_path)
    assert described("M3ED", "modality_speech/A_rucikeaidewomen_1_1.wav", tables) == (
        "happiness",
        "m3ed_rucikeaidewomen_贺今朝",
        "male",
        "youth",
        "你好",
    )
    assert described("M3ED", "B_rucikeaidewomen_1_2.wav", tables)[:3] == (
        "anger",
        "m3ed_rucikeaidewomen_林静",
        "female",
    )


def test_meld_counts_dialogues_anew_in_every_split(tmp_path):
    columns = ("Sr No.", "Utterance", "Speaker", "Emotion", "Dialogue_ID", "Utterance_ID")
    for folder, split, row in (
        ("train/", "train", (1, "Oh, really? \x91Yes\x92", "Joey", "joy", 0, 3)),
        ("", "dev", (1, "Um.", "Phoebe Sr.", "sadness", 0, 3)),
        ("", "test", (1, "No!", "Ross", "anger", 0, 3)),
    ):
        write_csv(
            tmp_path / folder / f"{split}_sent_emo.csv", [dict(zip(columns, row, strict=True))]
        )
    tables = tables_of("MELD", tmp_path)
    found = [
        described("MELD", f"{folder}/dia0_utt3.mp4", tables)
        for folder in (
            "train/train_splits",
            "dev_splits_complete",
            "output_repeated_splits_test",
        )
    ]
    assert [row[:2] for row in found] == [
        ("happiness", "meld_Joey"),
        ("sadness", "meld_Phoebe-Sr."),
        ("anger", "meld_Ross"),
    ]
    assert found[0][4] == "Oh, really? \x91Yes\x92"


def test_msp_podcast_has_ratings_and_transcripts_and_clips_without_agreement(tmp_path):
    head = "FileName,EmoClass,EmoAct,EmoVal,EmoDom,SpkrID,Gender,Split_Set\n"
    write(
        tmp_path / "Labels" / "labels_consensus.csv",
        head
        + "MSP-PODCAST_0001_0008.wav,N,2.2,4.0,2.6,30,Male,Test1\n"
        + "MSP-PODCAST_0001_0009.wav,X,3.777778,3.555556,3.777778,Unknown,Unknown,Test1\n"
        + "MSP-PODCAST_0001_0011.wav,C,4.1,4.7,4.0,Unknown,Female,Test1\n",
    )
    write(tmp_path / "Transcripts" / "MSP-PODCAST_0001_0008.txt", "Well,\nyou know.\n")
    msp, tables = registry()["msp-podcast"], tables_of("MSP-Podcast", tmp_path)
    first, none, third = (
        msp.clips(f"Audios/MSP-PODCAST_0001_{number}.wav", tables)[0]
        for number in ("0008", "0009", "0011")
    )
    assert first.label == Label(
        "neutral", "N", "msp_podcast_30", "male", None, "Well, you know.", "English"
    )
    assert dict(first.ratings) == {"activation": 2.2, "valence": 4.0, "dominance": 2.6}
    assert none.label.reason == "no_label"
    assert (third.label.emotion, third.label.speaker_id) == ("contempt", None)
    assert third.label.gender == "female"


def test_mer2023_has_valence_in_all_tables_but_one(tmp_path):
    write(tmp_path / "train-label.csv", "name,discrete,valence\nsample_00000000,worried,-2\n")
    write(tmp_path / "test3-label.csv", "name,discrete\nsamplenew_00000001,happy\n")
    mer, tables = registry()["mer2023"], tables_of("MER2023", tmp_path)
    first = mer.clips("train/sample_00000000.avi", tables)[0]
    assert (first.label.emotion, first.ratings) == ("worry", (("valence", -2.0),))
    assert described("MER2023", "test3/samplenew_00000001.mp4", tables)[0] == "happiness"
    unlabelled = mer.clips("test3/sample_00000002.avi", tables)[0]
    assert unlabelled.label.reason == "not_in_table"


def test_a_table_without_a_column_of_ratings_is_named(tmp_path):
    write(tmp_path / "train-label.csv", "name,discrete\nsample_00000000,worried\n")
    with pytest.raises(SerError, match="no column valence"):
        tables_of("MER2023", tmp_path)


def test_emns_is_read_from_its_table_whatever_the_format_of_the_copy(tmp_path):
    write(
        tmp_path / "metadata.csv",
        "id|utterance|description|emotion|date_created|status|gender|age|level|audio_recording|"
        "user_id\n"
        '7|He said "no".|flat|Surprised|2022-01-04|Complete|Female|20s|6|'
        "wavs/recorded_audio_hfuMv1Y.webm|3\n",
    )
    emns, tables = registry()["emns"], tables_of("EMNS", tmp_path)
    for path in ("cleaned_webm/recorded_audio_hfuMv1Y.webm", "wavs/recorded_audio_hfuMv1Y.wav"):
        clip = emns.clips(path, tables)[0]
        assert clip.label == Label(
            "surprise", "Surprised", "emns_3", "female", "20s", 'He said "no".', "English"
        )
        assert clip.ratings == (("level", 6.0),)


def test_emozionalmente_joins_its_speakers_to_its_samples(tmp_path):
    write(
        tmp_path / "emozionalmente_dataset" / "metadata" / "samples.csv",
        "file_name,timestamp,actor,sentence,emotion_expressed\n"
        '1612871026347.wav,1612871026347,9b198c,"Vorrei il numero, prego.",joy\n'
        "1612871026348.wav,1612871026348,aaaaaa,Vorrei.,neutrality\n",
    )
    write(
        tmp_path / "emozionalmente_dataset" / "metadata" / "users.csv",
        "username,gender,age\n9b198c,female,31\naaaaaa,other,40\n",
    )
    tables = tables_of("Emozionalmente", tmp_path)
    assert described("Emozionalmente", "audio/1612871026347.wav", tables) == (
        "happiness",
        "emozionalmente_9b198c",
        "female",
        "31",
        "Vorrei il numero, prego.",
    )
    assert described("Emozionalmente", "audio/1612871026348.wav", tables)[2:4] == (None, "40")


def test_crema_d_knows_its_actors_where_their_table_is_there(tmp_path):
    path = "AudioWAV/1001_DFA_ANG_XX.wav"
    assert described("CREMA-D", path, tables_of("CREMA-D", tmp_path))[2:4] == (None, None)
    write(
        tmp_path / "VideoDemographics.csv",
        "ActorID,Age,Sex,Race,Ethnicity\n1001,51,Male,Caucasian,Not Hispanic\n",
    )
    assert described("CREMA-D", path, tables_of("CREMA-D", tmp_path))[2:4] == ("male", "51")


def test_emov_db_says_the_prompts_of_cmu_arctic(tmp_path):
    write(
        tmp_path / "cmuarctic.data",
        '( arctic_a0001 "Author of the danger trail, Philip Steels, etc." )\n'
        '( arctic_b0001 "Gad, your letter came just in time." )\n',
    )
    tables = tables_of("EmoV-DB", tmp_path)
    path = "bea_Amused/amused_1-15_0001.wav"
    assert described("EmoV-DB", path, tables)[4].startswith("Author of the danger trail")


PAVOQUE_YAML = """\
- prompt: poker_n0010
  text: Sind die Karten auch ordentlich gemischt?
  style: poker
  start: 0.0
  end: 4.46
  segments:
  - {lab: H#, end: 0.382042}
  - {lab: 'n', end: 0.5}
- prompt: poker_n0011
  text: Nein
  style: poker
  start: 4.46
  end: 9.58
  segments: []
"""


def test_pavoque_is_cut_by_its_yaml(tmp_path):
    write(tmp_path / "pavoque-poker.yaml", PAVOQUE_YAML)
    write(
        tmp_path / "pavoque-outtakes.yaml",
        "- file: ./pavoque/a0014a.wav\n  date: 2007-10-01T10:56:18+0200\n  style: neutral\n",
    )
    pavoque, tables = registry()["pavoque"], tables_of("PAVOQUE", tmp_path)
    clips = pavoque.clips("Recordings/pavoque-poker.flac", tables)
    assert [(clip.part, clip.label.transcription) for clip in clips] == [
        ("#t=0.000,4.460", "Sind die Karten auch ordentlich gemischt?"),
        ("#t=4.460,9.580", "Nein"),  # which YAML might take for False
    ]
    assert clips[0].label.speaker_id == "pavoque_Stefan-Röttig"
    assert (clips[0].label.emotion, clips[0].label.gender) == ("poker", "male")
    missing = pavoque.clips("pavoque-sad.flac", tables)
    assert [clip.label.reason for clip in missing] == ["not_in_table"]


def test_hume_and_modulate_are_read_from_a_manifest_with_classes_and_ratings(tmp_path):
    write(
        tmp_path / "manifest.csv",
        "path,label,speaker,start,end,rating_Anger,rating_Calmness\n"
        "wav/00001.wav,Anger,17,,,0.8,\n",
    )
    hume = registry()["hume-prosody"]
    clip = hume.clips("wav/00001.wav", read_tables(hume, tmp_path))[0]
    assert (clip.label.emotion, clip.label.speaker_id) == ("anger", "hume_prosody_17")
    assert clip.ratings == (("Anger", 0.8),)
    assert hume.scales["Anger"].high == 1

    write(
        tmp_path / "manifest.csv",
        "path,label,start,end\nday1/s.opus,anger,1:00:00,1:00:04.5\nday1/s.opus,joyful,5,6\n",
    )
    stream = registry()["modulate-stream"]
    unknown, first = sorted(
        stream.clips("day1/s.opus", read_tables(stream, tmp_path)), key=lambda clip: clip.part
    )[::-1]
    assert first.part == "#t=3600.000,3604.500"
    assert first.label.emotion == "anger"
    assert unknown.label.reason == "unknown_label"


# ---------------------------------------------------------------- every path that EmoBox published


def emobox(name, condition="true"):
    """Path below the corpus folder, raw label, speaker, start and end of EmoBox's rows."""
    slug = name.lower().replace("-", "")
    parquet = shared("emobox", "utterances.parquet")
    rows = duckdb.sql(
        f"select wav, emotion_raw, speaker, start_s, end_s from '{parquet}' "
        f"where dataset = '{slug}' and wav is not null and {condition} order by key"
    ).fetchall()
    assert rows
    return [(path.removeprefix(f"downloads/{slug}/"), *row) for path, *row in rows]


def folded(name):
    return registry()[name.lower()].emotions


def check(name, rows, tables, speaker_of=lambda path, speaker: speaker):
    """Compare what we say of every path with EmoBox's label and speaker."""
    corpus = registry()[name.lower()]
    emotions = {raw.casefold(): emotion for raw, emotion in corpus.emotions.items()}
    for path, raw, speaker, *_ in rows:
        label = corpus.describe(path, tables)
        if raw.casefold() not in emotions:
            assert label.reason == "no_label", path
            continue
        assert isinstance(label, Label), (path, label)
        assert label.emotion == emotions[raw.casefold()], path
        expected = speaker_of(path, speaker)
        own = f"{corpus.slug}_{expected}" if expected else None
        assert label.speaker_id == own, path


def test_every_path_of_emoboxs_meld_finds_its_row(tmp_path):
    rows = emobox("MELD")
    splits = {"train_splits": "train", "dev_splits_complete": "dev"}
    by_split = {"train": [], "dev": [], "test": []}
    for path, emotion, speaker, *_ in rows:
        folder, stem = path.split("/")[-2], Path(path).stem
        dialogue, utterance = stem.removeprefix("dia").split("_utt")
        by_split[splits.get(folder, "test")].append(
            {
                "Speaker": speaker.replace("-", " "),
                "Emotion": emotion,
                "Utterance": "…",
                "Dialogue_ID": dialogue,
                "Utterance_ID": utterance,
            }
        )
    for split, of_split in by_split.items():
        write_csv(tmp_path / f"{split}_sent_emo.csv", of_split)
    check("MELD", rows, tables_of("MELD", tmp_path))
    # Two rows of the published tables have no usable film.
    assert len(rows) == registry()["meld"].published_clips - 2


def test_every_path_of_emoboxs_iemocap_finds_its_row_and_the_one_who_speaks(tmp_path):
    rows = emobox("IEMOCAP")
    blocks = [
        f"[1.0000 - 2.0000]\t{Path(path).stem}\t{emotion}\t[2.5000, 2.5000, 2.5000]\n"
        for path, emotion, *_ in rows
    ]
    folder = tmp_path / "Session1" / "dialog" / "EmoEvaluation"
    write(folder / "Ses01F_impro01.txt", "\n".join(blocks))
    # EmoBox: the actor with the markers. The name's last letter is who speaks.
    own = {path: Path(path).stem[:5] + Path(path).stem[-4] for path, *_ in rows}
    check("IEMOCAP", rows, tables_of("IEMOCAP", tmp_path), lambda path, _: own[path])
    wrong = Counter(own[path] != speaker for path, _, speaker, *_ in rows)
    assert wrong == {True: 2750, False: 2781}  # EmoBox names the other actor, or this one
    assert {path.split("/")[0][-1] for path, *_ in rows} == set("12345")
    assert all(speaker[:5] == own[path][:5] for path, _, speaker, *_ in rows)


def test_every_path_of_emoboxs_m3ed_finds_its_row(tmp_path):
    rows = emobox("M3ED")
    series = {}
    for path, emotion, speaker, *_ in rows:
        letter, _, name = Path(path).stem.partition("_")
        title, _, person = speaker.partition("_")
        dialogue = name.rpartition("_")[0]
        scene = series.setdefault(title, {}).setdefault(dialogue, {"SpeakerInfo": {}, "Dialog": {}})
        scene["SpeakerInfo"][letter] = {"Name": person}
        scene["Dialog"][name] = {
            "Speaker": letter,
            "EmoAnnotation": {"final_main_emo": emotion},
        }
    write(tmp_path / "annotation.json", json.dumps(series))
    # A name begins with a space in the annotations, and in EmoBox's metadata.
    check("M3ED", rows, tables_of("M3ED", tmp_path), lambda _, speaker: speaker.replace("_ ", "_"))


def test_every_path_of_emoboxs_msp_podcast_finds_its_row(tmp_path):
    rows = emobox("MSP-Podcast")
    head = ("FileName", "EmoClass", "EmoAct", "EmoVal", "EmoDom", "SpkrID", "Gender")
    write_csv(
        tmp_path / "labels_concensus.csv",
        [
            dict(zip(head, (Path(path).name, emotion, 4, 4, 4, "Unknown", "Unknown"), strict=True))
            for path, emotion, *_ in rows
        ],
    )
    check("MSP-Podcast", rows, tables_of("MSP-Podcast", tmp_path))


def test_every_path_of_emoboxs_emozionalmente_finds_its_row(tmp_path):
    rows = emobox("Emozionalmente")
    write_csv(
        tmp_path / "metadata" / "samples.csv",
        [
            {
                "file_name": Path(path).name,
                "emotion_expressed": emotion,
                "actor": speaker,
                "sentence": "…",
            }
            for path, emotion, speaker, *_ in rows
        ],
    )
    check("Emozionalmente", rows, tables_of("Emozionalmente", tmp_path))
    found = Counter(folded("Emozionalmente")[emotion] for _, emotion, *_ in rows)
    assert found == registry()["emozionalmente"].published_classes


def test_every_path_of_emoboxs_emns_finds_its_row(tmp_path):
    rows = emobox("EMNS")
    write_csv(
        tmp_path / "metadata.csv",
        [
            {
                "utterance": "…",
                "emotion": emotion,
                "gender": "Female",
                "age": "20s",
                "level": 5,
                "audio_recording": f"wavs/{Path(path).name}",
                "user_id": speaker,
            }
            for path, emotion, speaker, *_ in rows
        ],
        "|",
    )
    check("EMNS", rows, tables_of("EMNS", tmp_path))


def test_every_path_of_emoboxs_mer2023_finds_its_row(tmp_path):
    rows = emobox("MER2023")
    write_csv(
        tmp_path / "train-label.csv",
        [
            {"name": Path(path).stem, "discrete": emotion, "valence": 0}
            for path, emotion, *_ in rows
        ],
    )
    # EmoBox takes the name of the file for the speaker, who is not published.
    check("MER2023", rows, tables_of("MER2023", tmp_path), lambda *_: None)


def test_every_segment_of_emoboxs_pavoque_is_a_clip_of_ours_but_the_outtakes(tmp_path):
    rows = emobox("PAVOQUE")
    entries = {}
    for path, emotion, _, start, end in rows:
        entries.setdefault(path, []).append(
            f"- prompt: p\n  text: t\n  style: {emotion}\n  start: {start}\n  end: {end}\n"
        )
    for path, of_file in entries.items():
        write(tmp_path / Path(path).with_suffix(".yaml").name, "".join(of_file))
    pavoque, tables = registry()["pavoque"], tables_of("PAVOQUE", tmp_path)
    found = Counter()
    for path in entries:
        if pavoque.is_left_out(path):
            continue
        clips = pavoque.clips(path, tables)
        style = {emotion for other, emotion, *_ in rows if other == path}
        assert {clip.label.raw_label for clip in clips} == style
        assert {clip.label.speaker_id.casefold() for clip in clips} == {"pavoque_stefan-röttig"}
        found.update(clip.label.emotion for clip in clips)
    assert found == pavoque.published_classes
    assert found.total() == pavoque.published_clips == 5442
    outtakes = sum(path.endswith("outtakes.flac") for path, *_ in rows)
    assert len(rows) == found.total() + outtakes == 7334


@pytest.mark.parametrize("name", ["CREMA-D", "EmoV-DB", "eNTERFACE", "RESD"])
def test_the_published_classes_are_as_many_as_in_every_path_of_emobox(name):
    corpus = registry()[name.lower()]
    found = Counter(corpus.describe(path, NO_TABLES).emotion for path, *_ in emobox(name))
    assert found == corpus.published_classes


def test_what_is_published_of_classes_adds_up_and_names_the_corpus_own_emotions():
    for corpus in registry().values():
        classes = corpus.published_classes
        if classes is None or isinstance(classes, int):
            continue
        assert set(classes) == set(corpus.labels), corpus.name
        assert corpus.published_clips >= sum(classes.values()), corpus.name
        if not corpus.unlabelled:
            assert corpus.published_clips == sum(classes.values()), corpus.name


def test_facts_of_a_pattern_and_of_a_table_are_told_apart():
    """A table's facts go before the pattern's, also where a table says less."""
    tables = Tables({(0, "1001"): [Facts({"gender": "Female"})]}, {})
    assert described("CREMA-D", "AudioWAV/1001_DFA_ANG_XX.wav", tables)[:3] == (
        "anger",
        "crema_d_1001",
        "female",
    )
