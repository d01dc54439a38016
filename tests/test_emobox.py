"""EmoBox's metadata beside original files: labels, folds, and what is wrong with them."""

import json
import shutil

from tests.collected import current, ingest
from tests.conftest import parquet_rows, shared, succeed, write_tone


def emobox_line(name, path, emotion, **more):
    return {
        "key": f"{name}-{path.rpartition('/')[2].partition('.')[0]}",
        "dataset": name,
        "wav": f"downloads/{name}/{path}",
        "type": "raw",
        "sample_rate": 16000,
        "num_frame": 8000.0,
        "task": "category",
        "length": 0.5,
        "emo": emotion,
        "channel": 1,
    } | more


def write_lines(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def write_emobox(folder, names, split=1):
    """Write metadata of EmoDB: one fold, the first `split` clips are its test set."""
    words = {"F": "happy", "W": "anger", "T": "sad", "N": "neutral", "L": "boredem"}
    lines = [emobox_line("emodb", f"wav/{name}", words[name[5]]) for name in names]
    place = folder / "data" / "emodb"
    write_lines(place / "emodb.jsonl", lines)
    write_lines(place / "fold_1" / "emodb_test_fold_1.jsonl", lines[:split])
    write_lines(place / "fold_1" / "emodb_train_fold_1.jsonl", lines[split:])
    words = {
        "anger": "Angry",
        "boredem": "Boredom",
        "happy": "Happy",
        "Neutral": "Neutral",
        "sad": "Sad",
    }
    (place / "label_map.json").write_text(json.dumps(words))
    return place


NAMES = ("03a01Fa.wav", "08a02Wb.wav", "09a01Nb.wav", "10b01La.wav", "11a05Td.wav")


def test_emobox_labels_folds_and_original_files_become_one(tmp_path):
    box = tmp_path / "EmoBox"
    write_emobox(box, NAMES, split=2)
    for name in NAMES:
        write_tone(box / "downloads" / "emodb" / "wav" / name)
    done = succeed(ingest(tmp_path / "data", "emobox", box))
    assert "5 clips stored, 0 already there, 0 files rejected" in done.stdout
    rows = parquet_rows(
        tmp_path / "data",
        "utterances",
        "original_path, emotion, raw_label, speaker_id, gender, transcription is not null",
    )
    assert rows[0] == ("wav/03a01Fa.wav", "happiness", "happy", "emodb_03", "male", True)
    assert [row[1:3] for row in rows[1:]] == [
        ("anger", "anger"), ("neutral", "neutral"), ("boredom", "boredem"), ("sadness", "sad"),
    ]  # fmt: skip
    folds = parquet_rows(tmp_path / "data", "folds", "original_path, partition, fold, split")
    assert folds == [
        (f"wav/{name}", "emobox", 1, "test" if n < 2 else "train") for n, name in enumerate(NAMES)
    ]
    again = succeed(ingest(tmp_path / "data", "emobox", box))
    assert "0 clips stored, 5 already there" in again.stdout
    # The same files in the original layout are the same clips.
    shutil.copytree(box / "downloads", tmp_path / "sources")
    succeed(ingest(tmp_path / "other", "original", tmp_path / "sources"))
    identities = [
        parquet_rows(tmp_path / w, "utterances", "file_id, pcm_sha256, speaker_id")
        for w in ("data", "other")
    ]
    assert identities[0] == identities[1]


def test_folds_are_stored_of_a_corpus_whose_files_are_not_there(tmp_path):
    write_emobox(tmp_path / "EmoBox", NAMES)
    done = succeed(ingest(tmp_path / "data", "emobox", tmp_path / "EmoBox"))
    assert "only the folds are stored (5 rows)" in done.stderr
    assert len(parquet_rows(tmp_path / "data", "folds", "*")) == 5
    assert current(tmp_path / "data") == {}


def test_files_in_other_folders_and_with_misread_accents_are_found(tmp_path):
    box = tmp_path / "EmoBox"
    place = write_emobox(box, NAMES)
    write_tone(box / "downloads" / "emodb" / "elsewhere" / NAMES[0])
    for folder in ("one", "two"):  # of this name there are two, so neither is meant for sure
        write_tone(box / "downloads" / "emodb" / folder / NAMES[1])
    write_tone(box / "downloads" / "emodb" / "Dégoût" / NAMES[2])
    lines = [json.loads(line) for line in (place / "emodb.jsonl").read_text().splitlines()]
    lines[2]["wav"] = f"downloads/emodb/D\u201ago\u2013t/{NAMES[2]}"
    write_lines(place / "emodb.jsonl", lines)
    done = succeed(ingest(tmp_path / "data", "emobox", box))
    assert current(tmp_path / "data") == {
        f"elsewhere/{NAMES[0]}": "happiness",
        f"Dégoût/{NAMES[2]}": "neutral",
    }
    assert "3 of the 5 clips that EmoBox lists are not there" in done.stderr


def test_bad_lines_of_emobox_cost_only_themselves(tmp_path):
    box = tmp_path / "EmoBox"
    place = write_emobox(box, NAMES)
    for name in NAMES:
        write_tone(box / "downloads" / "emodb" / "wav" / name)
    write_tone(tmp_path / "outside.wav")
    lines = (place / "emodb.jsonl").read_text().splitlines()
    lines[0] = lines[0][:50]
    lines[1] = lines[1].replace('"emo": "anger"', '"emo": "Angray"')
    bad = emobox_line("emodb", "../../outside.wav", "anger")
    cut = emobox_line("emodb", f"wav/{NAMES[4]}", "sad", start_time=0.1, end_time=0.3)
    lines += [json.dumps(bad), "[1]", json.dumps(cut | {"key": "part"})]
    (place / "emodb.jsonl").write_text("\n".join(lines))
    for fold in (place / "fold_1").iterdir():
        fold.unlink()
    done = succeed(ingest(tmp_path / "data", "emobox", box))
    found = current(tmp_path / "data")
    assert found == {
        "emodb/emodb.jsonl:1": "bad_line",
        f"wav/{NAMES[1]}": "unknown_label",
        f"wav/{NAMES[2]}": "neutral",
        f"wav/{NAMES[3]}": "boredom",
        f"wav/{NAMES[4]}": "sadness",
        f"wav/{NAMES[4]}#t=0.100,0.300": "sadness",
        "emodb/emodb.jsonl:6": "outside",
        "emodb/emodb.jsonl:7": "bad_line",
    }
    assert "'Angray' is no known emotion; correct it (nearest: anger)" in done.stderr


def test_the_published_metadata_and_the_real_files_agree(tmp_path):
    box = tmp_path / "EmoBox"
    (box / "downloads").mkdir(parents=True)
    for name in ("utterances.parquet", "label_maps.json"):
        (box / name).symlink_to(shared("emobox", name))
    folders = {"emodb": "emodb", "emovo": "emovo", "turevdb": "turev-db", "urdu": "urdu"}
    for name, folder in folders.items():
        (box / "downloads" / name).symlink_to(shared("corpora", folder))
    succeed(ingest(tmp_path / "data", "emobox", box))
    succeed(
        ingest(tmp_path / "other", "original", shared("corpora"), "--corpora", *folders.values())
    )
    columns = "file_id, emotion, speaker_id, pcm_sha256"
    emobox, original = (
        parquet_rows(tmp_path / w, "utterances", columns) for w in ("data", "other")
    )
    assert emobox == original
    assert len(emobox) == 414
    partitions = parquet_rows(
        tmp_path / "data", "folds", "dataset, fold, count(*) over (partition by dataset, fold)"
    )
    assert {row for row in partitions if row[0] == "EmoDB"} == {
        ("EmoDB", k, 535) for k in range(1, 6)
    }


def test_a_clip_that_is_in_both_collections_outlives_the_change_from_one_to_the_other(tmp_path):
    box = tmp_path / "EmoBox"
    write_emobox(box, ("10b01La.wav", "11a05Td.wav"))
    for name in NAMES:
        write_tone(tmp_path / "sources" / "emodb" / "wav" / name)
    shutil.copytree(tmp_path / "sources", box / "downloads")
    succeed(ingest(tmp_path / "data", "original", tmp_path / "sources"))
    done = succeed(ingest(tmp_path / "data", "emobox", box, "--drop-missing"))
    assert "2 clips stored" in done.stdout
    words = {"wav/10b01La.wav": "boredom", "wav/11a05Td.wav": "sadness"}
    gone = {f"wav/{name}": "missing" for name in NAMES}
    assert current(tmp_path / "data") == gone | words
    # Back again: under the very labels that are stored, from before the change.
    succeed(ingest(tmp_path / "data", "original", tmp_path / "sources", "--drop-missing"))
    assert set(current(tmp_path / "data").values()) == {
        *("happiness", "anger", "neutral", "boredom", "sadness")
    }
    # Of one file and one audio there is one row of measures, however often it was stored.
    measured = parquet_rows(tmp_path / "data", "quality", "file_id")
    assert len(measured) == len(set(measured)) == 5


def test_the_file_that_emobox_calls_by_a_mended_name_is_found_and_unlisted_ones_are_told(tmp_path):
    box = tmp_path / "EmoBox"
    line = emobox_line("tess", "OAF_bite_neutral.wav", "neutral")
    write_lines(box / "data" / "tess" / "tess.jsonl", [line])
    for name in ("OA_bite_neutral.wav", "OAF_back_angry.wav"):  # as published
        write_tone(box / "downloads" / "tess" / "OAF_neutral" / name, rate=24_414)
    done = succeed(ingest(tmp_path / "data", "emobox", box))
    assert current(tmp_path / "data") == {"OAF_neutral/OA_bite_neutral.wav": "neutral"}
    assert (
        "1 audio files are in no list of EmoBox (like OAF_neutral/OAF_back_angry.wav)"
        in done.stderr
    )
