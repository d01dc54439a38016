"""A manifest of one's own in four formats, its bad rows, and wrong requests to any reader."""

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.collected import current, ingest
from tests.conftest import parquet_rows, succeed, write_tone

HEADER = "path,emotion,speaker,gender,age,text,language,dataset,start_s,end_s,rating_valence"


def write_manifest(folder, *rows, name="manifest.csv"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join((HEADER, *rows)) + "\n")
    return folder / name


GOOD = (
    'a.wav,angry,s1,F,30,"Well, well",German,Mine,,,3.5',
    "deep/b.wav,Happiness,s1,female,30,,German,Mine,,,",
    "long.wav,sad,s2,m,,,German,Mine,0.1,0.4,1",
    "long.wav,fear,s2,m,,,German,Mine,0:00.4,0:00.8,2",
    "c.wav,neutral,,,,,Polish,Other,,,",
)


def write_audio(folder):
    for name in ("a.wav", "deep/b.wav", "c.wav"):
        write_tone(folder / name)
    write_tone(folder / "long.wav", seconds=1.0)


def test_a_manifest_becomes_corpora_with_parts_and_ratings(tmp_path):
    folder = tmp_path / "mine"
    write_audio(folder)
    done = succeed(ingest(tmp_path / "data", "manifest", write_manifest(folder, *GOOD)))
    assert "5 clips stored, 0 already there, 0 files rejected, corpora: 2" in done.stdout
    names = "dataset, original_path, emotion, raw_label, speaker_id, gender, age, transcription"
    assert parquet_rows(tmp_path / "data", "utterances", names) == [
        ("Mine", "a.wav", "anger", "angry", "mine_s1", "female", "30", "Well, well"),
        ("Mine", "deep/b.wav", "happiness", "Happiness", "mine_s1", "female", "30", None),
        ("Mine", "long.wav#t=0.100,0.400", "sadness", "sad", "mine_s2", "male", None, None),
        ("Mine", "long.wav#t=0.400,0.800", "fear", "fear", "mine_s2", "male", None, None),
        ("Other", "c.wav", "neutral", "neutral", None, None, None, None),
    ]
    assert parquet_rows(tmp_path / "data", "utterances", "language, frames") == [
        ("German", 4800), ("German", 6400), ("German", 8000), ("German", 8000), ("Polish", 8000),
    ]  # fmt: skip
    ratings = parquet_rows(tmp_path / "data", "ratings", "dataset, rating, value")
    assert ratings == [("Mine", "valence", value) for value in (1.0, 2.0, 3.5)]
    labels = parquet_rows(
        tmp_path / "data", "corpora", "dataset, labels, published_clips, collection"
    )
    assert labels == [
        ("Mine", ["anger", "fear", "happiness", "sadness"], 4, "manifest"),
        ("Other", ["neutral"], 1, "manifest"),
    ]
    again = succeed(ingest(tmp_path / "data", "manifest", folder))
    assert "0 clips stored, 5 already there" in again.stdout


@pytest.mark.parametrize("kind", ["tsv", "jsonl", "parquet"])
def test_the_same_manifest_in_another_format_is_the_same(tmp_path, kind):
    folder = tmp_path / "mine"
    write_audio(folder)
    source = write_manifest(folder, *GOOD)
    succeed(ingest(tmp_path / "csv", "manifest", source))
    rows = list(csv.DictReader(source.read_text().splitlines()))
    other = folder / f"manifest.{kind}"
    if kind == "tsv":
        lines = [HEADER.replace(",", "\t"), *("\t".join(row.values()) for row in rows)]
        other.write_text("\n".join(lines))
    elif kind == "jsonl":
        # Numbers may be numbers, and what is empty may be absent or null.
        typed = [{name: value for name, value in row.items() if value} for row in rows]
        for row in typed:
            value = row.get("rating_valence")
            row["rating_valence"] = float(value) if value else None
        other.write_text("\n".join(map(json.dumps, typed)))
    else:
        pq.write_table(pa.Table.from_pylist(rows), other)
    source.unlink()
    succeed(ingest(tmp_path / "other", "manifest", other))
    columns = "* exclude (ingested_at, source_mtime_ns)"
    stored = [parquet_rows(tmp_path / w, "utterances", columns) for w in ("csv", "other")]
    assert stored[0] == stored[1]


def test_a_bad_row_of_a_manifest_is_a_reject_with_its_line_a_cause_and_a_remedy(tmp_path):
    folder = tmp_path / "mine"
    write_audio(folder)
    write_tone(tmp_path / "secret.wav")
    bad = {
        "../secret.wav,angry,,,,,German,Mine,,,": ("outside", "without .."),
        f"{tmp_path}/secret.wav,angry,,,,,German,Mine,,,": ("outside", "without .."),
        "C:/secret.wav,angry,,,,,German,Mine,,,": ("outside", "without .."),
        "gone.wav,angry,,,,,German,Mine,,,": ("no_file", "gone.wav is not there"),
        "deep/b.wav,hapy,,,,,German,Mine,,,": ("unknown_label", "nearest: happy"),
        "deep/../c.wav,angry,,,,,German,Mine,,,": ("outside", "without .."),
        ",angry,,,,,German,Mine,,,": ("no_path", "fill it in"),
        "c.wav,,,,,,German,Mine,,,": ("no_label", "fill it in"),
        "long.wav,angry,,,,,German,Mine,0.5,0.2,": ("bad_segment", "between '0.5' and '0.2'"),
        "long.wav,angry,,,,,German,Mine,5,9,": ("beyond_the_end", "ends at 1.000 s"),
        "long.wav,angry,,,,,German,Mine,0.2,0.6,high": ("bad_rating", "'high', no number"),
        "a.wav,angry,,,,,German,Mine,,,": ("duplicate_row", "remove one of them"),
        "a.wav,angry": ("bad_line", "2 cells where the header has 11"),
        'a".wav,"ang"ry,,,,,German,Mine,,,': ("bad_line", "correct its quotes"),
        f"{'x' * 300}.wav,angry,,,,,German,Mine,,,": ("bad_name", "File name too long"),
    }
    manifest = write_manifest(folder, GOOD[0], *bad)
    with manifest.open("ab") as handle:
        handle.write(b"caf\xe9.wav,angry,,,,,German,Mine,,,\n")
    done = succeed(ingest(tmp_path / "data", "manifest", manifest))
    rejects = parquet_rows(tmp_path / "data", "rejects", "reason, detail, remedy, original_path")
    for number, (row, (reason, words)) in enumerate(bad.items(), 3):
        line = [r for r in rejects if r[0] == reason and words in f"{r[1]}; {r[2]}"]
        assert line, f"{row}: {rejects}"
        if reason not in ("beyond_the_end",):
            assert any(
                f"line {number}" in r[1] or r[3] == f"manifest.csv:{number}" for r in line
            ), row
    assert len(rejects) == len(bad) + 1
    assert "1 clips stored, 0 already there, 16 files rejected" in done.stdout
    assert f"{manifest}:4: line 4: " in done.stderr or f"{manifest}:3: line 3: " in done.stderr


def test_a_mended_row_is_no_longer_rejected(tmp_path):
    folder = tmp_path / "mine"
    write_audio(folder)
    write_manifest(folder, GOOD[0], "c.wav,angy,,,,,German,Mine,,,")
    succeed(ingest(tmp_path / "data", "manifest", folder))
    assert current(tmp_path / "data") == {"a.wav": "anger", "c.wav": "unknown_label"}
    write_manifest(folder, "c.wav,angry,,,,,German,Mine,,,", GOOD[0])
    succeed(ingest(tmp_path / "data", "manifest", folder))
    assert current(tmp_path / "data") == {"a.wav": "anger", "c.wav": "anger"}


def test_columns_corpus_and_language_may_be_given_by_hand(tmp_path):
    folder = tmp_path / "mine"
    write_audio(folder)
    (folder / "table.csv").write_text("wav,label\na.wav,angry\nc.wav,sad\n")
    complaint = ingest(tmp_path / "data", "manifest", folder / "table.csv")
    assert complaint.returncode == 1
    assert "no row has a path; its columns are wav, label; say --columns path=THEIRS" in (
        complaint.stderr
    )
    options = ("--columns", "path=wav", "emotion=label")
    complaint = ingest(tmp_path / "data", "manifest", folder / "table.csv", *options)
    assert "no row of mine says its language" in complaint.stderr
    options += ("--dataset", "My-Corpus", "--language", "German")
    succeed(ingest(tmp_path / "data", "manifest", folder / "table.csv", *options))
    columns = "dataset, language, emotion"
    assert parquet_rows(tmp_path / "data", "utterances", columns) == [
        ("My-Corpus", "German", "anger"),
        ("My-Corpus", "German", "sadness"),
    ]


def test_a_manifest_of_a_known_corpus_has_its_labels(tmp_path):
    folder = tmp_path / "mine"
    write_tone(folder / "x.wav", rate=16_000)
    (folder / "m.csv").write_text("path,emotion,dataset\nx.wav,W,emo-db\n")
    succeed(ingest(tmp_path / "data", "manifest", folder / "m.csv"))
    columns = "dataset, language, emotion, raw_label"
    assert parquet_rows(tmp_path / "data", "utterances", columns) == [
        ("EmoDB", "German", "anger", "W")
    ]


@pytest.mark.parametrize(
    ("reader", "sources", "options", "complaint"),
    [
        ("cameos", ".", (), "unknown collection 'cameos': did you mean cameo?"),
        ("cameo", "nothing", (), "no such folder; give the folder of CAMEO's shards"),
        ("cameo", ".", (), "holds no Parquet files"),
        ("emobox", ".", (), "holds neither data/CORPUS/*.jsonl nor utterances.parquet"),
        ("manifest", ".", (), "no manifest (manifest.csv, .jsonl, …)"),
        ("manifest", "a.xlsx", (), "no kind of table that is read"),
        ("manifest", "m.csv", ("--columns", "path"), "write OURS=THEIRS"),
        ("manifest", "m.csv", ("--columns", "emotoin=x"), "did you mean emotion?"),
        ("manifest", "empty.csv", (), "holds no row that can be read"),
        ("manifest", "bad.parquet", (), "bad.parquet: cannot be read"),
    ],
)
def test_a_wrong_request_is_answered_in_one_line(tmp_path, reader, sources, options, complaint):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(b"PK")
    if reader == "manifest" and sources != ".":
        (folder / "m.csv").write_text("path,emotion\n")
        (folder / "empty.csv").write_text("")
        (folder / "bad.parquet").write_bytes(b"PAR1")
    done = ingest(tmp_path / "data", reader, folder / sources, *options)
    assert done.returncode == 1
    assert complaint in done.stderr
    assert len([line for line in done.stderr.splitlines() if line]) == 1, done.stderr


def test_half_characters_and_odd_values_in_json_cost_only_their_row(tmp_path):
    folder = tmp_path / "mine"
    write_audio(folder)
    lines = [
        '{"path": "a.wav", "emotion": "angry", "language": "German"}',
        r'{"path": "\ud800.wav", "emotion": "angry", "language": "German"}',
        r'{"path": "c.wav", "emotion": "\udc80", "language": "German"}',
        r'{"path": "nul\u0000.wav", "emotion": "angry", "language": "German"}',
        '{"path": ["a"], "emotion": {"x": 1}, "language": "German"}',
        "[" * 100_000,
        '{"path": "deep/b.wav", "emotion": "sad", "language": "German", "rating_x": "NaN"}',
    ]
    (folder / "manifest.jsonl").write_text("\n".join(lines))
    done = succeed(ingest(tmp_path / "data", "manifest", folder))
    assert "1 clips stored, 0 already there, 6 files rejected" in done.stdout
    assert current(tmp_path / "data")["a.wav"] == "anger"
