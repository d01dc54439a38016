"""Clips that are parts of a file, tables of every kind, and the ratings that come with them."""

import json
import resource
import struct
import subprocess
import sys

import duckdb
import numpy as np
import pytest
import soundfile as sf

from ingest import audio
from ingest.audio import file_sha256, normalise, normalise_part
from ingest.corpus import Clip, Corpus, Problem, registry
from ingest.spans import Span, read_span
from ingest.tables import Table, read_tables
from tests.conftest import dbt, parquet_rows, python, succeed, write_tone
from warehouse.errors import SerError

COLUMNS = "original_path, emotion, pcm_sha256, source_sha256, file_id"


def ingest(warehouse, sources, *arguments, **environment):
    command = ("-m", "ingest", "run", "--sources", str(sources), *arguments)
    return python(warehouse, *command, **environment)


def clips(warehouse, columns=COLUMNS):
    return parquet_rows(warehouse, "utterances", columns)


def reasons(warehouse):
    return dict(parquet_rows(warehouse, "rejects", "original_path, reason"))


def stream(folder, rows, columns="path,label,start,end,rating_valence"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.csv").write_text("\n".join((columns, *rows)) + "\n", encoding="utf-8")


# ------------------------------------------------------------------------------------------ spans


@pytest.mark.parametrize(
    ("start", "end", "fragment"),
    [
        ("0", "4.46", "#t=0.000,4.460"),
        ("10508.75", "10516.53", "#t=10508.750,10516.530"),
        ("1:02", "1:03.5", "#t=62.000,63.500"),
        ("1:00:00,250", "1:00:01", "#t=3600.250,3601.000"),
        (" 1 ", "2.0004", "#t=1.000,2.000"),
    ],
)
def test_times_are_seconds_or_clock_times_and_a_span_says_so_in_its_fragment(start, end, fragment):
    assert read_span(start, end).fragment == fragment


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2", "1"),
        ("1", "1"),
        ("a", "2"),
        ("", "2"),
        ("1", ""),
        ("-1", "2"),
        ("1", "nan"),
        ("1:", "2"),
    ],
)
def test_what_is_no_part_of_a_file_is_none(start, end):
    assert read_span(start, end) is None


def test_frames_are_cut_where_the_path_says():
    assert Span(1250, 3500).frames(44_100) == (55_125, 154_350)


# --------------------------------------------------------------------------------- parts of a file


@pytest.mark.parametrize(("suffix", "options"), [("wav", {}), ("flac", {"format": "FLAC"})])
def test_a_part_sounds_exactly_like_the_same_part_cut_out_by_hand(tmp_path, suffix, options):
    whole = write_tone(tmp_path / f"a.{suffix}", seconds=3, rate=44_100, **options)
    samples, rate = sf.read(whole, dtype="int16")
    cut = tmp_path / "cut.wav"
    sf.write(cut, samples[55_125:88_200], rate, subtype="PCM_16")
    part = normalise_part(whole, Span(1250, 2000), file_sha256(whole), "mean")
    by_hand = normalise(cut.read_bytes(), "mean")
    assert part.pcm_sha256 == by_hand.pcm_sha256
    assert (part.source_frames, part.source_rate_hz) == (33_075, 44_100)
    assert part.source_sha256 == file_sha256(whole)


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        (Span(4000, 5000), "beyond_the_end"),
        (Span(2500, 4000), "truncated"),
        (Span(0, 50), "too_short"),
        (Span(0, 4_000_000), "too_long"),
    ],
)
def test_a_part_that_is_not_there_or_no_clip_is_a_problem(tmp_path, span, reason):
    whole = write_tone(tmp_path / "a.wav", seconds=3)
    problem = normalise_part(whole, span, file_sha256(whole), "mean")
    assert isinstance(problem, Problem)
    assert problem.reason == reason


def test_of_a_film_with_six_channels_the_dialogue_is_the_third(tmp_path):
    rate, path = 16_000, tmp_path / "a.wav"
    time = np.arange(rate) / rate
    channels = [np.sin(2 * np.pi * (100 + 50 * n) * time) / 4 for n in range(6)]
    sf.write(path, np.stack(channels, axis=1), rate)
    sf.write(tmp_path / "centre.wav", channels[2], rate)
    found = normalise(path.read_bytes(), "centre")
    assert found.downmix == "channel_3"
    assert found.pcm_sha256 == normalise((tmp_path / "centre.wav").read_bytes(), "mean").pcm_sha256
    sf.write(path, np.stack(channels[:2], axis=1), rate)
    assert normalise(path.read_bytes(), "centre").downmix == "mean"


def test_segments_are_clips_and_a_second_run_touches_nothing(tmp_path):
    sources, warehouse = tmp_path / "sources", tmp_path / "data"
    folder = sources / "modulate-stream"
    write_tone(folder / "day 1" / "s.wav", seconds=4)
    rows = ["day 1/s.wav,anger,0,1.5,2", "day 1/s.wav,fear,1.5,4,3.5", "day 1/s.wav,fear,1.5,4,3.5"]
    stream(folder, rows)
    succeed(ingest(warehouse, sources))
    first = clips(warehouse)
    assert [(path, emotion) for path, emotion, *_ in first] == [
        ("day 1/s.wav#t=0.000,1.500", "anger"),
        ("day 1/s.wav#t=1.500,4.000", "fear"),
    ]
    assert len({row[3] for row in first}) == 1, "one file, one hash"
    assert len({row[4] for row in first}) == 2, "two clips, two ids"
    again = succeed(ingest(warehouse, sources))
    assert "0 clips stored, 2 already there" in again.stdout
    (folder / "day 1" / "s.wav").touch()
    assert "0 clips stored, 2 already there" in succeed(ingest(warehouse, sources)).stdout
    assert clips(warehouse) == first


def test_a_corrected_manifest_reaches_its_clip_and_no_other(tmp_path):
    sources, warehouse = tmp_path / "sources", tmp_path / "data"
    folder = sources / "modulate-stream"
    write_tone(folder / "s.wav", seconds=3)
    stream(folder, ["s.wav,anger,0,1,2", "s.wav,fear,1,2,3"])
    succeed(ingest(warehouse, sources))
    stream(folder, ["s.wav,anger,0,1,2", "s.wav,fear,1,2,4"])  # a rating
    assert "1 clips stored, 1 already there" in succeed(ingest(warehouse, sources)).stdout
    stream(folder, ["s.wav,sadness,0,1,2", "s.wav,fear,1,2,4"])  # a label
    assert "1 clips stored, 1 already there" in succeed(ingest(warehouse, sources)).stdout
    stream(folder, ["s.wav,sadness,0,1,2", "s.wav,fear,1,2.5,4"])  # an end
    moved = succeed(ingest(warehouse, sources))
    assert "1 clips stored, 1 already there" in moved.stdout
    assert "s.wav#t=1.000,2.000" in moved.stderr  # is no longer in the table
    dropped = succeed(ingest(warehouse, sources, "--drop-missing"))
    assert "2 already there" in dropped.stdout
    assert reasons(warehouse) == {"s.wav#t=1.000,2.000": "missing"}


def test_every_row_that_is_no_clip_is_named_with_its_part(tmp_path):
    sources, warehouse = tmp_path / "sources", tmp_path / "data"
    folder = sources / "modulate-stream"
    write_tone(folder / "s.wav", seconds=3)
    write_tone(folder / "other.wav")
    rows = [
        *("s.wav,anger,0,1,2", "s.wav,anger,2,1,", "s.wav,anger,x,1,", "s.wav,rage,1,2,"),
        *("s.wav,fear,2,3,1", "s.wav,anger,2,3,1", "s.wav,fear,30,31,1"),
    ]
    stream(folder, rows)
    done = succeed(ingest(warehouse, sources))
    assert len(clips(warehouse)) == 1
    assert reasons(warehouse) == {
        "other.wav": "not_in_table",
        "s.wav#t=2,1": "bad_segment",
        "s.wav#t=x,1": "bad_segment",
        "s.wav#t=1.000,2.000": "unknown_label",
        "s.wav#t=2.000,3.000": "contradiction",
        "s.wav#t=30.000,31.000": "beyond_the_end",
    }
    assert "s.wav#t=30.000,31.000: the clip begins at 30.000 s" in done.stderr


MEASURE = """
import resource, sys
from pathlib import Path
from ingest.audio import file_sha256, normalise_part
from ingest.spans import Span
path = Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sha256 = file_sha256(path)
for start in (0, int(sys.argv[2])):
    clip = normalise_part(path, Span(start, start + 2000), sha256, "mean")
    assert clip.frames == 32_000, clip
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_length_of_the_recording(tmp_path):
    """Two seconds at the beginning and at the end: of ten seconds, and of five hours (576 MB)."""
    grown = {}
    for name, seconds in (("short", 10), ("long", 5 * 3600)):
        path, frames = tmp_path / f"{name}.wav", seconds * 16_000
        noise = np.random.default_rng(0).integers(-9000, 9000, 32_000, np.int16).tobytes()
        with path.open("wb") as file:  # sparse between its ends
            file.write(b"RIFF" + struct.pack("<I", 36 + 2 * frames) + b"WAVEfmt ")
            file.write(struct.pack("<IHHIIHH", 16, 1, 1, 16_000, 32_000, 2, 16))
            file.write(b"data" + struct.pack("<I", 2 * frames) + noise)
            file.seek(44 + 2 * frames - len(noise))
            file.write(noise)
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(path), str(1000 * (seconds - 2))],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        grown[name] = int(done.stdout)
    assert grown["long"] < grown["short"] + 20_000, grown  # kB; the long file is 576,000


def test_a_large_plain_file_is_judged_by_its_header(tmp_path, monkeypatch):
    path = tmp_path / "a.wav"
    path.write_bytes(write_tone(tmp_path / "tone.wav", seconds=2).read_bytes()[:40_000])
    problem = normalise_part(path, None, "", "mean")
    assert (problem.reason, problem.remedy) == ("truncated", "copy or download it again")
    monkeypatch.setattr(audio, "MAX_SECONDS", 1.0)
    whole = write_tone(tmp_path / "tone.wav", seconds=2)
    assert normalise_part(whole, None, "", "mean").reason == "too_long"


def test_of_several_formats_of_a_clip_the_best_is_taken_also_if_it_comes_later(tmp_path):
    sources, warehouse = tmp_path / "sources", tmp_path / "data"
    folder = sources / "crema-d"
    mp3 = folder / "AudioMP3" / "1001_DFA_ANG_XX.mp3"
    write_tone(mp3, rate=44_100, format="MP3", subtype="MPEG_LAYER_III")
    write_tone(folder / "AudioMP3" / "1002_DFA_ANG_XX.mp3", rate=44_100, format="MP3", subtype=None)
    succeed(ingest(warehouse, sources))
    assert len(clips(warehouse)) == 2
    write_tone(folder / "AudioWAV" / "1001_DFA_ANG_XX.wav")
    done = succeed(ingest(warehouse, sources))
    assert "1 clips stored, 1 already there" in done.stdout
    assert "1 files are another format of a clip that is taken" in done.stderr
    assert reasons(warehouse) == {"AudioMP3/1001_DFA_ANG_XX.mp3": "left_out"}
    third = succeed(ingest(warehouse, sources))
    assert "0 clips stored, 2 already there, 0 files rejected" in third.stdout


# ------------------------------------------------------------------------------------------- tables


def corpus(**options):
    given = {
        "name": "New",
        "language": "English",
        "pattern": r".+\.wav",
        "example": "a.wav",
        "emotions": {"ang": "anger"},
        "license": "l",
        "license_source": "l",
        "url": "u",
        "citation": "c",
        "published_clips": 1,
        "published_speakers": 1,
    }
    return Corpus(**{**given, **options})


ROW = {"file": "a.wav", "emo": "ang", "who": "7", "said": "No, no.", "v": 1.5}


@pytest.mark.parametrize(
    ("name", "text", "options"),
    [
        ("t.csv", 'file,emo,who,said,v\na.wav,ang,7,"No, no.",1.5\n', {"delimiter": ","}),
        ("t.csv", '\ufefffile,emo,who,said,v\na.wav,ang,7,"No, no.",1.5\n', {"delimiter": ","}),
        ("t.tsv", "file\temo\twho\tsaid\tv\na.wav\tang\t7\tNo, no.\t1.5\n", {}),
        (
            "t.txt",
            "a.wav;ang;7;No, no.;1.5\n",
            {"delimiter": ";", "header": ("file", "emo", "who", "said", "v")},
        ),
        ("t.json", json.dumps([ROW]), {}),
        ("t.json", json.dumps({"a.wav": {**ROW, "file": None}}), {"key": "name"}),
        ("t.jsonl", json.dumps(ROW) + "\n\n", {}),
        ("t.yaml", "- {file: a.wav, emo: ang, who: 7, said: 'No, no.', v: 1.5}\n", {}),
        (
            "t.csv",
            "file,emo,who,said,v\n./wavs/a.webm,ang,7,'No, no.',1.5\n",
            {"delimiter": ",", "key": "{file:stem}", "match": "{stem}", "quotes": False},
        ),
    ],
)
def test_a_table_of_any_kind_says_the_same(tmp_path, name, text, options):
    (tmp_path / name).write_text(text, encoding="utf-8")
    table = Table(
        **{
            "path": name,
            "key": "file",
            "columns": {"emotion": "emo", "speaker": "who"},
            "ratings": {"valence": "v"},
            **options,
        }
    )
    if "quotes" in options:  # there the text has a comma too many, and the rating is cut off
        table = Table(**{**vars(table), "ratings": {}})
    new = corpus(table=table)
    clip = new.clips("folder/a.wav", read_tables(new, tmp_path))[0]
    assert (clip.label.emotion, clip.label.speaker_id) == ("anger", "new_7")
    assert clip.ratings == (() if "quotes" in options else (("valence", 1.5),))


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("t.json", "{", "no table"),
        ("t.json", "3", "neither a list nor a mapping"),
        ("t.json", '["a"]', "no table"),
        ("t.jsonl", '{"file": 1}\n{"fi', "no table"),
        ("t.yaml", "- {file: a", "no table"),
        ("t.yaml", "- file: a.wav\n", "no column emo"),
        ("t.json", '[{"file": "a.wav"}]', "no column emo"),
    ],
)
def test_a_damaged_table_of_any_kind_is_named_in_one_line(tmp_path, name, text, complaint):
    (tmp_path / name).write_text(text)
    new = corpus(table=Table(path=name, key="file", columns={"emotion": "emo"}))
    with pytest.raises(SerError, match=complaint) as caught:
        read_tables(new, tmp_path)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_optional_table_may_be_missing_and_a_required_one_not(tmp_path):
    columns = {"emotion": "emo"}
    optional = corpus(
        pattern=r"(?P<emotion>[a-z]+)\.wav",
        table=Table(path="*/t.csv", key="f", columns=columns, required=False),
    )
    assert optional.describe("ang.wav", read_tables(optional, tmp_path)).emotion == "anger"
    required = corpus(table=Table(path="*/t.csv", key="f", columns=columns))
    with pytest.raises(SerError, match="label table is missing"):
        read_tables(required, tmp_path)


def test_tables_behind_a_link_to_a_folder_are_found_once_also_if_links_form_a_circle(tmp_path):
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "root"
    for folder in (elsewhere, root):
        folder.mkdir()
    (elsewhere / "t.csv").write_text("f,emo\na.wav,ang\n")
    (elsewhere / "._t.csv").write_text("macOS")
    (root / "release").symlink_to(elsewhere)
    (elsewhere / "again").symlink_to(elsewhere)
    columns = {"emotion": "emo"}
    new = corpus(table=Table(path="**/t.csv", key="f", columns=columns, delimiter=","))
    tables = read_tables(new, root)
    assert new.describe("release/a.wav", tables).emotion == "anger"
    assert [len(rows) for rows in tables.clips.values()] == [1]


def test_rows_that_contradict_each_other_make_no_clip_and_equal_ones_make_one(tmp_path):
    (tmp_path / "t.csv").write_text(
        "f,emo,who\na.wav,ang,1\na.wav,ang,2\nb.wav,ang,1\nb.wav,ang,1\n"
    )
    columns = {"emotion": "emo", "speaker": "who"}
    new = corpus(table=Table(path="t.csv", key="f", columns=columns, delimiter=","))
    tables = read_tables(new, tmp_path)
    problem = new.describe("a.wav", tables)
    assert (problem.reason, problem.detail) == (
        "contradiction",
        "its 2 rows in the table differ in speaker",
    )
    assert new.clips("b.wav", tables) == [Clip(new.describe("b.wav", tables))]


def test_a_row_without_an_emotion_is_no_clip(tmp_path):
    (tmp_path / "t.csv").write_text("f,emo\na.wav,\n")
    new = corpus(table=Table(path="t.csv", key="f", columns={"emotion": "emo"}, delimiter=","))
    assert new.describe("a.wav", read_tables(new, tmp_path)).reason == "no_label"


def test_what_a_declaration_gets_wrong_is_refused():
    with pytest.raises(SerError, match="access is one of"):
        corpus(access="free")
    with pytest.raises(SerError, match="downmix is"):
        corpus(downmix="left")


def test_every_corpus_says_how_it_is_to_be_had():
    for declared in registry().values():
        assert declared.access == "open" or declared.access_note, declared.name


# ------------------------------------------------------------------------------------------ ratings


def test_ratings_reach_the_marts_once_and_as_they_are_now(tmp_path):
    sources, warehouse = tmp_path / "sources", tmp_path / "data"
    folder = sources / "hume-prosody"
    for name in ("a", "b", "c"):
        write_tone(folder / "wav" / f"{name}.wav", seconds=0.5)
    head = "path,label,speaker,rating_Anger,rating_Calmness"

    def manifest(value):
        rows = [
            f"wav/a.wav,Anger,1,{value},0.1",
            "wav/b.wav,Calmness,2,,0.9",
            "wav/c.wav,Anger,2,,",
        ]
        stream(folder, rows, head)

    manifest(0.7)
    succeed(ingest(warehouse, sources))
    manifest(0.8)
    succeed(ingest(warehouse, sources))
    manifest(0.7)  # back again: its rows of the first time are there, too
    succeed(ingest(warehouse, sources))
    stored = parquet_rows(warehouse, "ratings", "rating, value, low, high")
    assert len(stored) == 2 + 1 + 2 + 2
    succeed(dbt(warehouse, "run", "-s", "+ratings", "+corpora"))
    with duckdb.connect(str(warehouse / "building" / "ser.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select rating, value, low, high, share, emotion, language from ratings "
            "order by rating, value"
        ).fetchall()
        published = connection.execute(
            "select published_clips, published_hours, published_classes, published_class_clips, "
            "access from corpora"
        ).fetchall()
    assert found == [
        ("Anger", 0.7, 0.0, 1.0, 0.7, "anger", "English"),
        ("Calmness", 0.1, 0.0, 1.0, 0.1, "anger", "English"),
        ("Calmness", 0.9, 0.0, 1.0, 0.9, "calm", "English"),
    ]
    assert published == [(None, 41.8, 9, None, "application")]


def test_what_is_published_per_class_is_stored_and_read_back_as_it_was(tmp_path):
    sources, warehouse = tmp_path / "sources", tmp_path / "data"
    write_tone(sources / "crema-d" / "AudioWAV" / "1001_DFA_ANG_XX.wav")
    succeed(ingest(warehouse, sources))
    part = warehouse / "corpora" / "crema_d.parquet"
    written = part.stat().st_mtime_ns
    succeed(ingest(warehouse, sources))
    assert part.stat().st_mtime_ns == written, "unchanged declarations are not written again"
    found = parquet_rows(warehouse, "corpora", "published_class_clips")
    assert found == [(dict(registry()["crema-d"].published_classes),)]


def test_the_memory_of_this_test_process_is_measured_in_kilobytes():
    """What the test of memory counts in."""
    assert 10_000 < resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 10_000_000


def test_files_that_a_manifest_lists_and_that_are_not_there_are_told(tmp_path):
    folder = tmp_path / "sources" / "hume-vocalburst"
    write_tone(folder / "here.wav")
    stream(folder, ["here.wav,Awe", "gone.wav,Fear", "gone too.wav,Fear"], "path,label")
    done = succeed(ingest(tmp_path / "data", tmp_path / "sources"))
    assert "1 clips stored" in done.stdout
    assert f"{folder}: 2 files of the manifest are not there (like gone too.wav)" in done.stderr
