"""Answers that were computed elsewhere: checked, and stored once."""

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import parquet_rows, python, succeed
from warehouse.store import Store

ANSWERS = "run_id, file_id, labels, raw_text, error, label_logprobs"
FACTS = {"system": "theirs", "model_id": "org/theirs", "temperature": 0.0}
SET = ["--set", "system=theirs", "model_id=org/theirs", "temperature=0"]


def bring(warehouse, *arguments):
    return python(warehouse, "-m", "inference", "import", *map(str, arguments))


def jsonl(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def stored_clips(warehouse):
    columns = ("file_id", "dataset", "original_path", "emotion")
    return Store(warehouse).read("utterances", columns).to_pylist()


@pytest.fixture
def rows(ingested):
    """Answers to the first clips of the demo corpus, as somebody else might store them."""
    clips = sorted(stored_clips(ingested), key=lambda clip: clip["original_path"])[:6]
    return [
        {"file_id": clip["file_id"], "raw_text": f"{clip['emotion']}, I think: ü\n"} | FACTS
        for clip in clips
    ]


def test_the_same_answers_from_any_kind_of_file_are_the_same_rows(ingested, rows, tmp_path):
    jsonl(tmp_path / "a.jsonl", rows)
    with (tmp_path / "a.csv").open("w", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    found = []
    for name in ("a.jsonl", "a.csv", "a.parquet"):
        done = succeed(bring(ingested, tmp_path / name))
        expected = "6 answers stored, 0" if name == "a.jsonl" else "0 answers stored, 6"
        assert f"import: {expected} already there, 0 rows cannot be used" in done.stdout
        found.append(parquet_rows(ingested, "predictions", ANSWERS))
    assert found[0] == found[1] == found[2]
    assert {row[3] for row in found[0]} == {row["raw_text"] for row in rows}
    (run,) = parquet_rows(ingested, "runs", "system, engine, clips, errors, status, seed")
    assert run == ("theirs", "import", 6, 0, "finished", None)


def test_a_clip_is_found_by_corpus_and_path_and_facts_come_from_the_command_line(
    ingested, tmp_path
):
    clip = stored_clips(ingested)[0]
    row = {"corpus": clip["dataset"], "path": clip["original_path"], "said": "Sad."}
    file = jsonl(tmp_path / "a.jsonl", [row])
    names = ["--rename", "corpus=dataset", "path=original_path", "said=raw_text"]
    succeed(bring(ingested, file, *SET, "seed=7", *names))
    ((file_id, text),) = parquet_rows(ingested, "predictions", "file_id, raw_text")
    assert (file_id, text) == (clip["file_id"], "Sad.")
    assert parquet_rows(ingested, "runs", "seed, temperature") == [(7, 0.0)]


def test_bad_rows_are_named_with_line_cause_and_remedy_and_the_rest_goes_on(
    ingested, rows, tmp_path
):
    good, other = rows[0], rows[1]
    bad = [
        ({**other, "file_id": "nosuch.flac"}, "no clip nosuch.flac in the warehouse; ingest"),
        ({**FACTS, "raw_text": "x"}, "no dataset; add a column dataset"),
        (
            {**FACTS, "raw_text": "x", "dataset": "dem", "original_path": "a"},
            "no corpus 'dem' in the warehouse; did you mean demo?",
        ),
        ({**other, "labels": "angry|fear"}, "label 'angry' is unknown; did you mean anger?"),
        ({**other, "labels": ["fear", "fear"]}, "name each label once"),
        ({**other, "label_logprobs": [-1.0]}, "1 label_logprobs for 7 labels; give one for each"),
        ({**other, "label_logprobs": [0.5] * 7}, "a log-probability is 0.5; none is above 0"),
        ({**other, "temperature": -1}, "temperature is -1.0; it must not be negative"),
        ({**other, "temperature": "warm"}, "temperature is 'warm'; it must be a number"),
        ({**other, "condition": "whisper"}, "condition is 'whisper'; known: clip, silence"),
        ({**other, "raw_text": 3}, "raw_text is 3; it must be a text"),
        ({**other, "error": "timeout"}, "an answer is a text, or there is an error"),
        ({**other, "seed": 1.5}, "seed is 1.5; it must be a whole number"),
        ({**good, "raw_text": "Another."}, "this run has another answer to this clip"),
        ({k: v for k, v in other.items() if k != "model_id"}, "no model_id; add a column"),
    ]
    file = tmp_path / "a.jsonl"
    jsonl(file, [good, *(row for row, _ in bad)])
    with file.open("a") as handle:
        handle.write('{"half a row\n[1]\n\n' + json.dumps(other) + "\n")
    done = bring(ingested, file)
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    for number, (_, complaint) in enumerate(bad, start=2):
        assert lines[number - 2].startswith(f"error: {file}:{number}: ")
        assert complaint in lines[number - 2]
    assert lines[len(bad)].startswith(f"error: {file}:{len(bad) + 2}: no JSON")
    assert "a list, not an object" in lines[len(bad) + 1]
    assert len(lines) == len(bad) + 2
    assert "2 answers stored" in done.stdout and "17 rows cannot be used" in done.stdout
    kept = parquet_rows(ingested, "predictions", "file_id, raw_text")
    assert set(kept) == {(row["file_id"], row["raw_text"]) for row in (good, other)}


@pytest.mark.parametrize(
    ("content", "name", "complaint"),
    [
        (b"x", "a.txt", "no table of a known kind; it must end in .jsonl"),
        (b"x", "a.parquet", "cannot be read"),
        (b"\xff\xfe", "a.csv", "cannot be read"),
        (None, "a.jsonl", "cannot be read (No such file or directory)"),
    ],
)
def test_a_file_that_is_none_is_one_clear_line(ingested, tmp_path, content, name, complaint):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    done = bring(ingested, file)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert str(file) in done.stderr and complaint in done.stderr


def test_an_empty_answer_is_an_answer_and_an_error_is_none(ingested, rows, tmp_path):
    said_nothing, failed = rows[0] | {"raw_text": ""}, rows[1] | {"error": "out of memory"}
    del failed["raw_text"]
    succeed(bring(ingested, jsonl(tmp_path / "a.jsonl", [said_nothing, failed])))
    stored = {row[1]: row[3:5] for row in parquet_rows(ingested, "predictions", ANSWERS)}
    assert stored == {
        said_nothing["file_id"]: ("", None),
        failed["file_id"]: (None, "out of memory"),
    }
    assert parquet_rows(ingested, "runs", "clips, errors") == [(1, 1)]
    # An answer that came since counts, and is stored beside the error.
    succeed(bring(ingested, jsonl(tmp_path / "b.jsonl", [rows[1]])))
    assert parquet_rows(ingested, "runs", "clips, errors") == [(2, 0)]


def test_labels_and_log_probabilities_are_stored_in_the_order_stated(ingested, rows, tmp_path):
    labels = ["surprise", "anger", "happiness"]
    row = rows[0] | {"labels": labels, "label_logprobs": [-1, -2.5, -0.75]}
    done = succeed(bring(ingested, jsonl(tmp_path / "a.jsonl", [row])))
    ((offered, logprobs),) = parquet_rows(ingested, "predictions", "labels, label_logprobs")
    assert offered == "surprise|anger|happiness"
    assert logprobs == [-1.0, -2.5, -0.75]
    truth = next(c for c in stored_clips(ingested) if c["file_id"] == row["file_id"])["emotion"]
    noted = "1 of the stored answers count in no metric" in done.stderr
    assert noted == (truth not in labels)


def test_other_facts_are_another_run(ingested, rows, tmp_path):
    changes = [{}, {"temperature": 0.7}, {"seed": 1}, {"prompt": "b"}, {"condition": "noise"}]
    file = jsonl(tmp_path / "a.jsonl", [rows[0] | change for change in changes])
    assert "runs: 5" in succeed(bring(ingested, file)).stdout
    assert len(parquet_rows(ingested, "runs", "run_id")) == 5


def test_a_run_whose_row_was_lost_gets_it_again(ingested, rows, tmp_path):
    file = jsonl(tmp_path / "a.jsonl", rows)
    succeed(bring(ingested, file))
    before = parquet_rows(ingested, "runs", "run_id, clips, started_at")
    next((ingested / "runs").glob("theirs*")).unlink()
    assert "0 answers stored, 6 already there" in succeed(bring(ingested, file)).stdout
    after = parquet_rows(ingested, "runs", "run_id, clips, started_at")
    assert [row[:2] for row in after] == [row[:2] for row in before]


CLIP = {
    "dataset": "Elsewhere",
    "original_path": "a/1.wav",
    "emotion": "anger",
    "language": "English",
    "synthetic": False,
}


def test_clips_without_audio_are_stored_once_and_marked_and_not_asked_about(ingested, tmp_path):
    clips = [CLIP, CLIP | {"original_path": "2", "emotion": "fear", "speaker_id": "s1"}]
    answers = [
        {"dataset": "Elsewhere", "original_path": clip["original_path"], "raw_text": "anger"}
        for clip in clips
    ]
    listed, file = jsonl(tmp_path / "c.jsonl", clips), jsonl(tmp_path / "a.jsonl", answers)
    done = succeed(bring(ingested, file, "--clips", listed, *SET))
    assert "2 answers stored" in done.stdout and "clips: 2 stored" in done.stdout
    again = succeed(bring(ingested, file, "--clips", listed, *SET))
    assert "0 answers stored, 2 already there" in again.stdout
    assert "clips: 0 stored, 2 already there" in again.stdout
    kept = parquet_rows(
        ingested,
        "utterances",
        "dataset, original_path, speaker_id, ingest_version, audio is null, pcm_sha256 is null",
    )
    assert [row for row in kept if row[0] == "Elsewhere"] == [
        ("Elsewhere", "2", "elsewhere_s1", "import", True, True),
        ("Elsewhere", "a/1.wav", None, "import", True, True),
    ]
    corpora = parquet_rows(ingested, "corpora", "dataset, labels, synthetic, published_clips")
    assert ("Elsewhere", ["anger", "fear"], False, 2) in corpora
    asked = succeed(python(ingested, "-m", "inference", "run"))
    assert "672 answers stored" in asked.stdout
    assert "2 clips skipped, for they have no audio in the store" in asked.stderr


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"emotion": "anrgy"}, "'anrgy' is no known emotion; did you mean anger?"),
        ({"gender": "f"}, "gender is 'f'; it must be female or male"),
        ({"synthetic": "maybe"}, "synthetic is 'maybe'; it must be true or false"),
        ({"language": ""}, "no language; add a column language"),
        (
            {"emotion": "fear", "original_path": "a/1.wav"},
            "is described otherwise in line 1; a clip has one description",
        ),
        ({"original_path": "b", "labels": ["fear"], "emotion": "joy"}, "'joy' is no known emotion"),
    ],
)
def test_clips_that_are_described_badly_are_named(ingested, tmp_path, change, complaint):
    listed = jsonl(tmp_path / "c.jsonl", [CLIP, {**CLIP, "original_path": "x", **change}])
    done = bring(ingested, "--clips", listed)
    assert done.returncode == 1
    assert complaint in done.stderr


def test_nothing_to_import_is_said_so(ingested):
    done = bring(ingested)
    assert done.returncode == 1
    assert "nothing to import; name a file with answers, or --clips LIST" in done.stderr
