"""CAMEO's shards, whole and damaged, and one collection per corpus."""

import hashlib
import io
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import soundfile as sf

from tests.collected import current, ingest
from tests.conftest import kill_at_random, parquet_rows, python, succeed, write_tone
from warehouse.schema import AUDIO

SHARD = pa.schema(
    [("file_id", pa.string()), ("audio", AUDIO)]
    + [
        (name, pa.string())
        for name in "emotion transcription speaker_id gender age dataset language license".split()
    ]
)


def sound(seed, rate=16_000, container="FLAC", seconds=0.3):
    noise = np.random.default_rng(seed).normal(0, 0.1, int(rate * seconds))
    buffer = io.BytesIO()
    sf.write(buffer, noise, rate, "PCM_16", format=container)
    return buffer.getvalue()


def cameo_row(number, dataset="RAVDESS", data=None, **facts):
    identity = hashlib.sha256(f"{dataset} {number}".encode()).hexdigest() + ".flac"
    return {
        "file_id": identity,
        "audio": {"bytes": sound(number) if data is None else data, "path": identity},
        "emotion": ("anger", "sadness", "neutral")[number % 3],
        "transcription": "Kids are talking by the door",
        "speaker_id": f"{dataset.lower()}_{number % 4:02d}",
        "gender": "female",
        "age": "24",
        "dataset": dataset,
        "language": "English",
        "license": "CC BY-NC-SA 4.0",
    } | facts


def write_shard(folder, rows, split="ravdess", group=20, part=0, parts=1):
    path = folder / "data" / f"{split}-{part:05d}-of-{parts:05d}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, SHARD), path, row_group_size=group)
    return path


def test_clips_of_cameo_keep_their_id_their_bytes_and_their_labels(tmp_path):
    rows = [cameo_row(n) for n in range(50)]
    write_shard(tmp_path / "hub", rows)
    write_shard(
        tmp_path / "hub", [cameo_row(n, "nEMO", language="Polish") for n in range(7)], "nemo"
    )
    done = succeed(ingest(tmp_path / "data", "cameo", tmp_path / "hub"))
    assert "57 clips stored, 0 already there, 0 files rejected, corpora: 2" in done.stdout
    names = (
        "file_id, audio.bytes, emotion, transcription, speaker_id, gender, age, dataset, language"
    )
    stored = parquet_rows(tmp_path / "data", "utterances", names)
    wanted = sorted(
        tuple(
            row["audio"]["bytes"] if name == "audio.bytes" else row[name]
            for name in names.split(", ")
        )
        for row in rows
    )
    assert [row for row in stored if row[7] == "RAVDESS"] == wanted
    assert {row[8] for row in stored if row[7] == "nEMO"} == {"Polish"}
    collections = parquet_rows(tmp_path / "data", "corpora", "dataset, collection")
    assert collections == [("RAVDESS", "cameo"), ("nEMO", "cameo")]


def test_cameo_is_resumed_and_a_second_run_reads_no_audio(tmp_path):
    write_shard(tmp_path / "hub", [cameo_row(n) for n in range(40)])
    shard = write_shard(tmp_path / "hub", [cameo_row(n) for n in range(40, 60)], part=1, parts=2)
    succeed(ingest(tmp_path / "data", "cameo", tmp_path / "hub"))
    # Were the audio looked at, this would be noticed: the bytes of a clip are overwritten.
    data, before = bytearray(shard.read_bytes()), shard.stat()
    at = data.index(sound(50)[200:260])
    data[at : at + 60] = bytes(60)
    shard.write_bytes(data)
    os.utime(shard, ns=(before.st_atime_ns, before.st_mtime_ns))
    done = succeed(ingest(tmp_path / "data", "cameo", tmp_path / "hub"))
    assert "0 clips stored, 60 already there, 0 files rejected" in done.stdout
    # Downloaded again it has another time: the audio is compared, and nothing is stored twice.
    for path in (tmp_path / "hub").rglob("*.parquet"):
        os.utime(path, (1, 1))
    write_shard(tmp_path / "hub", [cameo_row(n) for n in range(40, 61)], part=1, parts=2)
    done = succeed(ingest(tmp_path / "data", "cameo", tmp_path / "hub"))
    assert "1 clips stored, 60 already there, 0 files rejected" in done.stdout


def test_a_label_that_cameo_corrects_reaches_the_stored_clip(tmp_path):
    write_shard(tmp_path / "hub", [cameo_row(n) for n in range(4)])
    succeed(ingest(tmp_path / "data", "cameo", tmp_path / "hub"))
    rows = [cameo_row(n) for n in range(4)]
    rows[1]["emotion"] = "fear"
    write_shard(tmp_path / "hub", rows)
    done = succeed(ingest(tmp_path / "data", "cameo", tmp_path / "hub"))
    assert "1 clips stored, 3 already there" in done.stdout
    assert current(tmp_path / "data")[rows[1]["file_id"]] == "fear"


def test_a_bad_row_of_cameo_costs_only_itself(tmp_path):
    rows = [cameo_row(n) for n in range(30)]
    rows[1]["file_id"] = "../../escape.flac"
    rows[2]["emotion"] = "angry"
    rows[3]["emotion"] = None
    rows[4]["audio"] = None
    rows[5]["audio"]["bytes"] = b""
    rows[6]["audio"]["bytes"] = b"this is text"
    rows[7]["audio"]["bytes"] = sound(7)[:2000]
    rows[8] = cameo_row(9, speaker_id="another")
    rows[10]["audio"]["bytes"] = sound(10, 44_100, "WAV")
    rows[11]["dataset"] = "TESS"
    rows[12]["dataset"] = "No such corpus"
    rows[13]["language"] = None
    write_shard(tmp_path / "hub", rows)
    done = succeed(ingest(tmp_path / "data", "cameo", tmp_path / "hub"))
    found = current(tmp_path / "data")
    ids = [cameo_row(n)["file_id"] for n in range(30)]
    shard = "data/ravdess-00000-of-00001.parquet"
    assert found[f"{shard}#row_group=0,row=1"] == "bad_file_id"
    assert found[f"{ids[9]} (again)"] == "duplicate_row"
    reasons = {2: "unknown_label", 3: "no_label", 4: "no_audio", 5: "empty_file", 6: "not_audio"}
    assert {n: found[ids[n]] for n in reasons} == reasons
    assert found[ids[7]] in ("not_audio", "truncated")
    assert found[ids[13]] == "unknown_language"
    assert "nearest: anger" in done.stderr
    assert "no corpus is called No such corpus; left out" in done.stderr
    clips = [path for path, what in found.items() if what in ("anger", "sadness", "neutral")]
    assert set(clips) == {ids[n] for n in range(30)} - {
        ids[n] for n in (1, 2, 3, 4, 5, 6, 7, 8, 12, 13)
    }
    stored = dict(
        parquet_rows(
            tmp_path / "data", "utterances", "file_id, {'a': audio.bytes, 'r': source_rate_hz}"
        )
    )
    assert stored[ids[10]]["r"] == 44_100
    assert sf.info(io.BytesIO(stored[ids[10]]["a"])).samplerate == 16_000


def test_a_damaged_shard_costs_what_is_damaged_of_it(tmp_path):
    write_shard(tmp_path / "hub", [cameo_row(n) for n in range(5)])
    broken = write_shard(tmp_path / "hub", [cameo_row(n, "TESS") for n in range(5)], "tess")
    broken.write_bytes(broken.read_bytes()[:-100])
    other = write_shard(tmp_path / "hub", [], "urdu")
    pq.write_table(pa.table({"text": ["no shard"]}), other)
    half = write_shard(tmp_path / "hub", [cameo_row(n, "nEMO") for n in range(60)], "nemo")
    metadata = pq.ParquetFile(half).metadata
    names = [metadata.row_group(1).column(i).path_in_schema for i in range(metadata.num_columns)]
    chunk = metadata.row_group(1).column(names.index("emotion"))
    data = bytearray(half.read_bytes())
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    data[start : start + chunk.total_compressed_size] = bytes(chunk.total_compressed_size)
    half.write_bytes(data)
    done = ingest(tmp_path / "data", "cameo", tmp_path / "hub")
    assert done.returncode == 0, done.stderr
    found = current(tmp_path / "data")
    assert found["data/tess-00000-of-00001.parquet"] == "unreadable_shard"
    assert found["data/urdu-00000-of-00001.parquet"] == "unreadable_shard"
    assert found["data/nemo-00000-of-00001.parquet#row_group=1"] == "unreadable_shard"
    assert "row group of 20 clips cannot be read" in done.stderr
    assert "it has no column file_id" in done.stderr
    assert "Traceback" not in done.stderr
    assert sum(what in ("anger", "sadness", "neutral") for what in found.values()) == 5 + 40


def test_audio_that_cannot_be_read_from_a_shard_is_a_reject_each(tmp_path):
    shard = write_shard(tmp_path / "hub", [cameo_row(n) for n in range(40)])
    metadata = pq.ParquetFile(shard).metadata
    names = [metadata.row_group(1).column(i).path_in_schema for i in range(metadata.num_columns)]
    chunk = metadata.row_group(1).column(names.index("audio.bytes"))
    data = bytearray(shard.read_bytes())
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    data[start : start + 2000] = bytes(2000)
    shard.write_bytes(data)
    done = succeed(ingest(tmp_path / "data", "cameo", tmp_path / "hub"))
    assert "20 clips stored, 0 already there, 20 files rejected" in done.stdout
    assert "unreadable_shard" in done.stderr


def test_killed_anywhere_and_resumed_cameo_is_stored_once(tmp_path):
    write_shard(tmp_path / "hub", [cameo_row(n) for n in range(200)])
    small = (
        "import ingest.pipeline as p; p.PART_ROWS = 7; import ingest.workers as w; w.CHUNK = 3;"
        "import sys; sys.argv = ['ingest', 'run', '--from', 'cameo', '--sources', sys.argv[1]];"
        "from ingest.__main__ import main; from warehouse.errors import run_command;"
        "run_command(main)"
    )
    kill_at_random(small, [str(tmp_path / "hub")], tmp_path / "killed", "utterances", times=6)
    succeed(python(tmp_path / "killed", "-c", small, str(tmp_path / "hub")))
    succeed(ingest(tmp_path / "whole", "cameo", tmp_path / "hub"))
    rows = [
        parquet_rows(tmp_path / w, "utterances", "* exclude (ingested_at)")
        for w in ("killed", "whole")
    ]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 200


def test_a_corpus_is_not_pooled_from_two_collections_but_may_change_its_collection(tmp_path):
    write_shard(tmp_path / "hub", [cameo_row(n) for n in range(6)])
    original = tmp_path / "sources" / "ravdess" / "Actor_01"
    for statement in ("01", "02"):
        write_tone(original / f"03-01-05-01-{statement}-01-01.wav", rate=48_000)
    sources = tmp_path / "sources"
    succeed(ingest(tmp_path / "data", "original", sources))
    done = ingest(tmp_path / "data", "cameo", tmp_path / "hub")
    assert done.returncode == 1
    assert "RAVDESS: 2 clips are in the warehouse from the collection 'original'" in done.stderr
    assert set(current(tmp_path / "data").values()) == {"anger"}
    done = succeed(ingest(tmp_path / "data", "cameo", tmp_path / "hub", "--drop-missing"))
    found = current(tmp_path / "data")
    assert sorted(found.values()) == sorted(
        ["missing"] * 2 + [cameo_row(n)["emotion"] for n in range(6)]
    )
    succeed(ingest(tmp_path / "data", "original", sources, "--drop-missing"))
    assert sorted(current(tmp_path / "data").values()) == ["anger"] * 2 + ["missing"] * 6


def test_gender_is_female_male_or_nothing_whatever_a_collection_says(tmp_path):
    said = ("female", "Male", " F ", "unknown", "", None)
    write_shard(tmp_path / "hub", [cameo_row(n, gender=gender) for n, gender in enumerate(said)])
    succeed(ingest(tmp_path / "data", "cameo", tmp_path / "hub"))
    stored = dict(parquet_rows(tmp_path / "data", "utterances", "file_id, gender"))
    found = [stored[cameo_row(n)["file_id"]] for n in range(len(said))]
    assert found == ["female", "male", "female", None, None, None]
