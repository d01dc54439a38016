"""The ingest job on bad input, twice, interrupted, and in parallel."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest

from ingest.corpus import registry
from ingest.files import LeftOut, source_files
from ingest.sources import Source
from ingest.tally import Tally
from tests.conftest import (
    ROOT,
    SLOW_WRITES,
    kill_at_random,
    parquet_rows,
    python,
    shared,
    succeed,
    write_emodb,
    write_tone,
)
from warehouse.inventory import inventory
from warehouse.store import Store

IDENTITY = "file_id, dataset, original_path, emotion, speaker_id, pcm_sha256, source_sha256, frames"


def ingest(warehouse, sources, *arguments, **environment):
    command = ("-m", "ingest", "run", "--sources", str(sources), *arguments)
    return python(warehouse, *command, **environment)


def clips(warehouse, columns=IDENTITY):
    return parquet_rows(warehouse, "utterances", columns)


def rejects(warehouse):
    rows = parquet_rows(warehouse, "rejects", "dataset, original_path, reason, detail, remedy")
    return {path: (reason, detail, remedy) for _, path, reason, detail, remedy in rows}


def test_every_unusable_file_is_a_reject_with_a_line_and_the_rest_goes_on(tmp_path):
    sources, warehouse = tmp_path / "sources", tmp_path / "data"
    wav = sources / "EmoDB" / "wav"  # the case of the folder does not matter
    write_tone(wav / "03a01Fa.wav")
    write_tone(wav / "08a02Wb.wav", rate=22_050)
    (wav / "03a01Fb.wav").write_bytes(b"")
    (wav / "03a01Fc.wav").write_text("this is text")
    (wav / "03a01Fd.wav").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    (wav / "03a01Xa.wav").write_bytes((wav / "03a01Fa.wav").read_bytes())
    (wav / "strange name.wav").write_bytes((wav / "03a01Fa.wav").read_bytes())
    (wav / "03a02Fa.wav").symlink_to(wav / "nowhere.wav")
    (wav / "notes.txt").write_text("not audio, and not meant to be")
    (wav / "._03a01Fa.wav").write_text("what macOS leaves on foreign disks")

    done = succeed(ingest(warehouse, sources))

    assert [row[2] for row in clips(warehouse)] == ["wav/03a01Fa.wav"]
    found = rejects(warehouse)
    assert {path: reason for path, (reason, _, _) in found.items()} == {
        "wav/03a01Fb.wav": "empty_file",
        "wav/03a01Fc.wav": "not_audio",
        "wav/03a01Fd.wav": "git_lfs_pointer",
        "wav/03a01Xa.wav": "unknown_label",
        "wav/03a02Fa.wav": "unreadable",
        "wav/08a02Wb.wav": "altered_copy",
        "wav/strange name.wav": "unknown_name",
    }
    for path, (_, detail, remedy) in found.items():
        line = f"{sources / 'EmoDB' / path}: {detail}; {remedy}"
        assert line in done.stderr, f"no line for {path}"
    assert "1 clips stored" in done.stdout
    assert "7 files rejected" in done.stdout


def test_many_rejects_of_a_kind_are_summed_up_after_three_lines(tmp_path):
    sources = write_emodb(tmp_path / "sources", 1)
    for number in range(9):
        (sources / "emodb" / "wav" / f"03a01F{'bcdefghij'[number]}.wav").write_bytes(b"")
    done = succeed(ingest(tmp_path / "data", sources))
    lines = [line for line in done.stderr.splitlines() if "empty_file" in line]
    assert len(lines) == 4
    assert "6 more" in lines[-1]
    assert len(rejects(tmp_path / "data")) == 9


def test_a_second_run_stores_nothing_and_repeats_what_is_still_wrong(tmp_path):
    sources = write_emodb(tmp_path / "sources", 5)
    (sources / "emodb" / "wav" / "03a01Fb.wav").write_bytes(b"")
    succeed(ingest(tmp_path / "data", sources))
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "data").rglob("*.parquet")}
    done = succeed(ingest(tmp_path / "data", sources))
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "data").rglob("*.parquet")}
    assert after == before
    assert "0 clips stored, 5 already there, 1 files rejected" in done.stdout
    assert "empty_file" in done.stderr


def test_a_changed_file_is_a_new_clip_and_a_mended_one_is_no_longer_rejected(tmp_path):
    sources = write_emodb(tmp_path / "sources", 2)
    wav = sources / "emodb" / "wav"
    changed, broken = wav / "03a01Wa.wav", wav / "03a01Fb.wav"
    broken.write_bytes(b"")
    succeed(ingest(tmp_path / "data", sources))
    old = {row[2]: row[0] for row in clips(tmp_path / "data")}
    write_tone(changed, seconds=0.3)
    write_tone(broken)
    succeed(ingest(tmp_path / "data", sources))
    ids = [row[0] for row in clips(tmp_path / "data") if row[2] == "wav/03a01Wa.wav"]
    assert len(ids) == 2
    assert old["wav/03a01Wa.wav"] in ids
    assert "wav/03a01Fb.wav" in [row[2] for row in clips(tmp_path / "data")]


def test_the_same_files_in_another_folder_have_the_same_ids(tmp_path):
    for place in ("one", "two"):
        write_emodb(tmp_path / place, 3)
        succeed(ingest(tmp_path / f"data-{place}", tmp_path / place))
    assert clips(tmp_path / "data-one") == clips(tmp_path / "data-two")


def current(warehouse, folder):
    """What is known today: path → emotion of a clip, or reason of a reject."""
    entries = inventory(Store(warehouse), ("emotion",), ("reason",), folder)
    return {
        path: entry.row["emotion" if entry.is_clip else "reason"]
        for (_, path), entry in entries.items()
    }


def write_nemo(sources, rows):
    """Write a nEMO of one file per row: (number, emotion in the file name and the table)."""
    lines = ["file_id\temotion\traw_text\tnormalized_text\tspeaker_id\tgender\tage"]
    lines += [f"AB1_{e}_{n}.wav\t{e}\tTak.\ttak\tAB1\tfemale\t30" for n, e in rows]
    folder = sources / "nemo"
    for number, emotion in rows:
        path = folder / "samples" / f"AB1_{emotion}_{number}.wav"
        if not path.exists():
            write_tone(path, rate=24_000)
    (folder / "data.tsv").write_text("\n".join(lines) + "\n")
    return folder


def test_what_was_wrong_in_a_table_is_tried_again_when_the_table_is_mended(tmp_path):
    folder = write_nemo(tmp_path / "sources", [(1, "fear"), (2, "anger")])
    table = (folder / "data.tsv").read_text()
    (folder / "data.tsv").write_text(table.replace("AB1_anger_2.wav", "AB1_anger_9.wav"))
    succeed(ingest(tmp_path / "data", tmp_path / "sources"))
    assert current(tmp_path / "data", "nemo") == {
        "samples/AB1_fear_1.wav": "fear",
        "samples/AB1_anger_2.wav": "not_in_table",
    }
    (folder / "data.tsv").write_text(table)
    done = succeed(ingest(tmp_path / "data", tmp_path / "sources"))
    assert "1 clips stored, 1 already there, 0 files rejected" in done.stdout
    assert current(tmp_path / "data", "nemo")["samples/AB1_anger_2.wav"] == "anger"


def test_a_corrected_label_reaches_a_clip_that_is_stored(tmp_path):
    folder = write_nemo(tmp_path / "sources", [(1, "fear"), (2, "anger")])
    succeed(ingest(tmp_path / "data", tmp_path / "sources"))
    table = (folder / "data.tsv").read_text()
    (folder / "data.tsv").write_text(table.replace("\tanger\t", "\tsadness\t"))
    done = succeed(ingest(tmp_path / "data", tmp_path / "sources"))
    assert "1 clips stored, 1 already there" in done.stdout
    assert current(tmp_path / "data", "nemo")["samples/AB1_anger_2.wav"] == "sadness"
    ids = {row[0] for row in clips(tmp_path / "data") if row[2] == "samples/AB1_anger_2.wav"}
    assert len(ids) == 1, "the audio is the same, and so are the answers to it"


def test_a_touched_or_copied_corpus_is_not_stored_again(tmp_path):
    sources = write_emodb(tmp_path / "sources", 4)
    succeed(ingest(tmp_path / "data", sources))
    for path in sources.rglob("*.wav"):
        os.utime(path, (1, 1))
    done = succeed(ingest(tmp_path / "data", sources))
    assert "0 clips stored, 4 already there" in done.stdout


def test_a_clip_that_is_broken_and_brought_back_follows_its_file(tmp_path):
    sources = write_emodb(tmp_path / "sources", 2)
    path = sources / "emodb" / "wav" / "03a01Wa.wav"
    whole, before = path.read_bytes(), path.stat()
    succeed(ingest(tmp_path / "data", sources))
    path.write_bytes(b"")
    done = succeed(ingest(tmp_path / "data", sources))
    assert current(tmp_path / "data", "emodb")["wav/03a01Wa.wav"] == "empty_file"
    assert "1 clips that were stored are rejected now (like wav/03a01Wa.wav)" in done.stderr
    path.write_bytes(whole)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    succeed(ingest(tmp_path / "data", sources))
    assert current(tmp_path / "data", "emodb")["wav/03a01Wa.wav"] == "anger"


def test_clips_whose_files_are_gone_are_named_and_dropped_on_request(tmp_path):
    sources = write_emodb(tmp_path / "sources", 3)
    succeed(ingest(tmp_path / "data", sources))
    wav = sources / "emodb" / "wav"
    (wav / "03a01Wa.wav").rename(sources / "emodb" / "03a01Wa.wav")
    done = succeed(ingest(tmp_path / "data", sources))
    assert "1 clips that are stored are not here (like wav/03a01Wa.wav)" in done.stderr
    # Until someone says that it was moved, it counts once, where it was.
    assert current(tmp_path / "data", "emodb")["03a01Wa.wav"] == "duplicate"
    assert current(tmp_path / "data", "emodb")["wav/03a01Wa.wav"] == "anger"
    done = succeed(ingest(tmp_path / "data", sources, "--drop-missing"))
    assert "rejected (missing)" in done.stderr
    assert current(tmp_path / "data", "emodb")["wav/03a01Wa.wav"] == "missing"
    assert current(tmp_path / "data", "emodb")["03a01Wa.wav"] == "anger"
    done = succeed(ingest(tmp_path / "data", sources))
    assert "0 clips stored, 3 already there, 0 files rejected" in done.stdout
    assert "not here" not in done.stderr
    (sources / "emodb" / "03a01Wa.wav").rename(wav / "03a01Wa.wav")
    succeed(ingest(tmp_path / "data", sources, "--drop-missing"))
    assert current(tmp_path / "data", "emodb")["wav/03a01Wa.wav"] == "anger"
    assert current(tmp_path / "data", "emodb")["03a01Wa.wav"] == "missing"


def test_a_second_copy_of_a_file_is_not_a_second_clip(tmp_path):
    sources = write_emodb(tmp_path / "sources", 3)
    shutil.copytree(sources / "emodb" / "wav", sources / "emodb" / "once more" / "wav")
    # Equal recordings under names of their own are in the corpora as published.
    shutil.copy(
        sources / "emodb" / "wav" / "03a01Wa.wav", sources / "emodb" / "wav" / "16b10Td.wav"
    )
    expected = {
        "once more/wav/03a01Wa.wav": "anger",
        "once more/wav/08a01Wa.wav": "anger",
        "once more/wav/09a01Wa.wav": "anger",
        "wav/03a01Wa.wav": "duplicate",
        "wav/08a01Wa.wav": "duplicate",
        "wav/09a01Wa.wav": "duplicate",
        "wav/16b10Td.wav": "sadness",
    }
    done = succeed(ingest(tmp_path / "data", sources))
    assert "a copy of once more/wav/03a01Wa.wav, which is a clip already" in done.stderr
    assert current(tmp_path / "data", "emodb") == expected
    for again in ([], ["--again"]):
        succeed(ingest(tmp_path / "data", sources, *again))
        assert current(tmp_path / "data", "emodb") == expected
    shutil.rmtree(sources / "emodb" / "once more")
    succeed(ingest(tmp_path / "data", sources, "--drop-missing"))
    assert set(current(tmp_path / "data", "emodb").values()) == {"anger", "sadness", "missing"}


def test_more_clips_than_were_published_are_noticed(tmp_path):
    corpus = registry()["emodb"]
    tally = Tally(Source(corpus, tmp_path / "emodb"), stored=corpus.published_clips)
    tally.explain(True, [])
    assert tally.notes == []
    tally.known = 1
    tally.explain(True, [])
    assert "536 clips where EmoDB was published with 535" in tally.notes[0]


# As root a file is readable whatever its mode; here the system refuses as a failing disk does.
REFUSE = """
import errno, os, pathlib, sys
word, real_read, real_scan = os.environ["REFUSED"], pathlib.Path.read_bytes, os.scandir
def refuse(path):
    if word in str(path): raise OSError(errno.EIO, "Input/output error", str(path))
def read_bytes(path):
    refuse(path)
    return real_read(path)
def scandir(path):
    refuse(path)
    return real_scan(path)
pathlib.Path.read_bytes, os.scandir = read_bytes, scandir
if __name__ == "__main__":
    sys.argv = ["ingest", "run", *sys.argv[1:]]
    from ingest.__main__ import main
    sys.exit(main())
"""


def refused(tmp_path, word, sources, *arguments):
    (tmp_path / "refuse.py").write_text(REFUSE)
    command = (str(tmp_path / "refuse.py"), "--sources", str(sources), *arguments)
    return succeed(python(tmp_path / "data", *command, PYTHONPATH=str(ROOT), REFUSED=word))


def test_a_file_that_cannot_be_read_today_takes_no_stored_clip_away(tmp_path):
    sources = write_emodb(tmp_path / "sources", 3)
    succeed(ingest(tmp_path / "data", sources))
    before = current(tmp_path / "data", "emodb")
    for path in sources.rglob("*.wav"):
        os.utime(path, (1, 1))
    done = refused(tmp_path, "03a01Wa.wav", sources)
    assert "0 clips stored, 3 already there, 0 files rejected" in done.stdout
    assert "1 clips stay as they are stored although their files could not be looked at" in (
        done.stderr
    )
    assert "03a01Wa.wav: cannot be read (Input/output error); check it and its disk" in done.stderr
    assert current(tmp_path / "data", "emodb") == before


def test_clips_below_a_folder_that_cannot_be_listed_are_not_missing(tmp_path):
    sources = write_emodb(tmp_path / "sources", 2)
    write_tone(sources / "emodb" / "more" / "16b10Wa.wav")
    write_tone(sources / "emodb" / "wav" / "16b10Td.wav")
    succeed(ingest(tmp_path / "data", sources))
    before = current(tmp_path / "data", "emodb")
    (sources / "emodb" / "wav" / "16b10Td.wav").unlink()
    done = refused(tmp_path, "emodb/more", sources, "--drop-missing")
    assert "emodb/more: cannot be listed (Input/output error)" in done.stderr
    assert current(tmp_path / "data", "emodb") == before | {"wav/16b10Td.wav": "missing"}


def test_odd_things_in_a_folder_cost_only_themselves(tmp_path):
    sources = write_emodb(tmp_path / "sources", 1)
    wav = sources / "emodb" / "wav"
    os.mkfifo(wav / "03a01Fa.wav")
    (wav / "03a01Fb.wav").mkdir()
    shutil.copy(wav / "03a01Wa.wav", os.fsencode(wav) + b"/03a01F\xff.wav")
    shutil.copy(wav / "03a01Wa.wav", wav / "two\nlines.wav")
    shutil.copy(wav / "03a01Wa.wav", wav / "08a01Na.WAV")
    elsewhere = write_tone(tmp_path / "elsewhere" / "16b10Wa.wav").parent
    (wav / "linked").symlink_to(elsewhere)
    (wav / "linked" / "circle").symlink_to(wav)
    done = succeed(ingest(tmp_path / "data", sources, PYTHONIOENCODING="ascii"))
    assert current(tmp_path / "data", "emodb") == {
        "wav/03a01Wa.wav": "anger",
        "wav/08a01Na.WAV": "neutral",
        "wav/linked/16b10Wa.wav": "anger",
        "wav/03a01Fa.wav": "not_a_file",
        "wav/03a01F\\xff.wav": "bad_name",
        "wav/two\nlines.wav": "unknown_name",
    }
    lines = [line for line in done.stderr.splitlines() if line.startswith("rejected")]
    assert len(lines) == 3
    assert all("; " in line for line in lines)


def test_a_name_in_another_unicode_spelling_is_the_same_file(tmp_path):
    composed, decomposed = "fürst.wav", unicodedata.normalize("NFD", "fürst.wav")
    root = tmp_path / "corpus"
    write_tone(root / decomposed)
    assert [file.path for file in source_files(root, LeftOut())] == [composed]
    write_tone(root / composed)
    left_out = LeftOut()
    assert [file.path for file in source_files(root, left_out)] == [composed]
    assert [line.partition(": ")[2] for line in left_out.lines] == [
        "there twice, in two Unicode spellings; left out"
    ]


def test_a_folder_that_cannot_be_listed_is_named(tmp_path, monkeypatch):
    write_tone(tmp_path / "closed" / "a.wav")
    write_tone(tmp_path / "open" / "b.wav")
    real = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    left_out = LeftOut()
    assert [file.path for file in source_files(tmp_path, left_out)] == ["open/b.wav"]
    assert left_out.lines == [
        f"{tmp_path}/closed: cannot be listed (Permission denied), its files are left out"
    ]
    assert [left_out.hides(path) for path in ("closed/a.wav", "closedness.wav")] == [True, False]


def test_two_folders_for_one_corpus_and_the_corpus_itself_as_source_are_explained(tmp_path):
    sources = write_emodb(tmp_path / "sources", 1)
    done = ingest(tmp_path / "data", sources / "emodb")
    assert done.returncode == 1
    assert f"to ingest EmoDB alone say SOURCES={sources} CORPORA=emodb" in done.stderr
    write_tone(sources / "EmoDB" / "wav" / "03a01Fa.wav")
    done = ingest(tmp_path / "data", sources)
    assert done.returncode == 1
    assert "two folders for one corpus" in done.stderr
    (tmp_path / "hollow" / "emodb").mkdir(parents=True)
    done = ingest(tmp_path / "data", tmp_path / "hollow")
    assert done.returncode == 1
    assert "emodb: holds no audio files (.aif" in done.stderr


@pytest.mark.parametrize("names", [["turev_db,emodb"], ["TurEV-DB", "EMODB"], ["emodb turev-db"]])
def test_corpora_are_named_as_one_would(tmp_path, names):
    sources = write_emodb(tmp_path / "sources", 1)
    write_tone(sources / "TurEV-DB" / "Angry" / "1002_kz_acik.wav")
    done = ingest(tmp_path / "data", sources, "--corpora", *names)
    assert re.search("corpora: 2", done.stdout), done.stderr


WORKERS = """
import os, sys, time
from ingest.workers import Workers
def pid(seconds):
    print(os.getpid(), flush=True)
    time.sleep(seconds)
def crashed(item):
    raise AssertionError
if __name__ == "__main__":
    with Workers(pid, crashed, 2) as workers:
        list(workers.map([60.0] * 40))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_the_job(tmp_path, how):
    script = tmp_path / "job.py"
    script.write_text(WORKERS)
    job = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    workers = [int(job.stdout.readline()) for _ in range(2)]
    job.send_signal(how)
    job.wait(timeout=10)
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/cmdline").exists() for pid in workers):
        assert time.monotonic() < deadline, "a worker goes on without its job"
        time.sleep(0.05)


def test_a_polite_kill_keeps_what_is_finished(tmp_path):
    sources = write_emodb(tmp_path / "sources", 240)
    command = [sys.executable, "-c", SLOW_WRITES + SMALL_PARTS, str(sources)]
    job = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "SER_WAREHOUSE": str(tmp_path / "data")},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(tmp_path.glob("data/utterances/emodb/part-*")):
        assert job.poll() is None
        time.sleep(0.005)
    job.terminate()
    assert "what was written is kept; run again to go on" in job.communicate(timeout=30)[1]
    assert job.returncode == 130
    assert 7 <= len(clips(tmp_path / "data")) < 240


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--sources", "/no/such/folder"], "/no/such/folder: no such folder"),
        (["--corpora", "ravdes"], "unknown corpus 'ravdes': did you mean ravdess?"),
        (["--corpora", ","], "no corpus is named; known: "),
        (["--corpora", "ravdess"], "no folder 'ravdess' for RAVDESS; get the corpus from"),
    ],
)
def test_a_wrong_request_is_answered_in_one_line(tmp_path, arguments, complaint):
    done = python(tmp_path / "data", "-m", "ingest", "run", *arguments)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_without_any_corpus_and_a_stray_folder_are_named(tmp_path):
    (tmp_path / "empty").mkdir()
    done = ingest(tmp_path / "data", tmp_path / "empty")
    assert done.returncode == 1
    assert "holds no folder named like a corpus" in done.stderr

    sources = write_emodb(tmp_path / "sources", 1)
    write_tone(sources / "emodbb" / "a.wav")
    done = succeed(ingest(tmp_path / "data", sources))
    assert "emodbb: no corpus of this name (nearest: emodb)" in done.stderr


def test_a_corpus_whose_table_is_missing_does_not_stop_the_others(tmp_path):
    sources = write_emodb(tmp_path / "sources", 2)
    write_tone(sources / "nemo" / "samples" / "SM0_fear_1.wav", rate=24_000)
    done = ingest(tmp_path / "data", sources)
    assert done.returncode == 1
    assert "data.tsv: nEMO's label table is missing" in done.stderr
    assert len(clips(tmp_path / "data")) == 2


def test_a_corpus_of_nothing_but_rejects_fails_the_job(tmp_path):
    (tmp_path / "sources" / "emodb").mkdir(parents=True)
    (tmp_path / "sources" / "emodb" / "03a01Fa.wav").write_bytes(b"")
    assert ingest(tmp_path / "data", tmp_path / "sources").returncode == 1


def test_a_warehouse_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = python(tmp_path / "file" / "data", "-m", "ingest", "run")
    assert done.returncode == 1
    assert "cannot write the warehouse here" in done.stderr
    assert "SER_WAREHOUSE" in done.stderr


def test_two_jobs_at_once_do_not_store_a_clip_twice(tmp_path):
    sources = write_emodb(tmp_path / "sources", 200)
    command = [sys.executable, "-m", "ingest", "run", "--sources", str(sources)]
    environment = {**os.environ, "SER_WAREHOUSE": str(tmp_path / "data")}
    jobs = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    messages = [job.communicate(timeout=120)[1] for job in jobs]
    for job, message in zip(jobs, messages, strict=True):
        # Either it waited its turn by chance and found everything, or it was told to.
        assert job.returncode == 0 or "another ingest is writing here" in message
    succeed(ingest(tmp_path / "data", sources))
    ids = [row[0] for row in clips(tmp_path / "data")]
    assert len(ids) == len(set(ids)) == 200


# Small parts, so that a kill can fall between, before and into many of them.
SMALL_PARTS = (
    "import ingest.pipeline as p; p.PART_ROWS = 7; import ingest.workers as w; w.CHUNK = 3;"
    "import sys; sys.argv = ['ingest', 'run', '--sources', sys.argv[1]];"
    "from ingest.__main__ import main; from warehouse.errors import run_command;"
    "run_command(main)"
)


def test_killed_anywhere_and_resumed_it_ends_as_if_never_interrupted(tmp_path):
    sources = write_emodb(tmp_path / "sources", 240)
    (sources / "emodb" / "wav" / "16b01Nz.wav").write_bytes(b"")
    succeed(ingest(tmp_path / "whole", sources))
    kill_at_random(SMALL_PARTS, [str(sources)], tmp_path / "killed", "utterances", times=10)
    succeed(python(tmp_path / "killed", "-c", SMALL_PARTS, str(sources)))
    assert clips(tmp_path / "killed") == clips(tmp_path / "whole")
    assert rejects(tmp_path / "killed") == rejects(tmp_path / "whole")


def test_stored_audio_is_flac_at_16_khz_with_its_hash_and_loads_as_cameo_does(tmp_path):
    import hashlib
    import io

    import soundfile as sf

    sources = write_emodb(tmp_path / "sources", 3)
    succeed(ingest(tmp_path / "data", sources))
    for file_id, audio, pcm_sha256, frames in clips(
        tmp_path / "data", "file_id, audio, pcm_sha256, frames"
    ):
        info = sf.info(io.BytesIO(audio["bytes"]))
        assert (info.format, info.subtype, info.samplerate, info.channels) == (
            "FLAC",
            "PCM_16",
            16_000,
            1,
        )
        samples, _ = sf.read(io.BytesIO(audio["bytes"]), dtype="int16")
        assert hashlib.sha256(samples.astype("<i2").tobytes()).hexdigest() == pcm_sha256
        assert len(samples) == frames
        assert audio["path"] == file_id
        assert len(file_id) == 64 + len(".flac")


def test_the_real_corpora_are_read_whole(real_warehouse):
    counts = dict(
        parquet_rows(real_warehouse, "utterances", "dataset, count(*) over (partition by dataset)")
    )
    on_disk = {
        name: len(list(Path(shared("corpora", folder)).rglob("*.wav")))
        for name, folder in {
            "nEMO": "nemo",
            "RAVDESS": "ravdess",
            "EmoDB": "emodb",
            "EMOVO": "emovo",
            "TESS": "tess",
            "TurEV-DB": "turev-db",
            "URDU": "urdu",
        }.items()
    }
    assert counts == on_disk
    assert rejects(real_warehouse) == {}
    downmixed = parquet_rows(
        real_warehouse,
        "utterances",
        "dataset, downmix, count(*) over (partition by dataset, downmix)",
    )
    assert {row for row in downmixed if row[1] != "none"} == {
        ("EMOVO", "channel_1", 23),
        ("RAVDESS", "mean", 4),
    }


def test_a_file_that_kills_the_decoder_costs_only_itself(tmp_path):
    sources = write_emodb(tmp_path / "sources", 60)
    deadly = sources / "emodb" / "wav" / "16b01Nz.wav"
    deadly.write_bytes(b"deadly")
    # The fork server imports this module by name: there a decoder can be made to crash.
    (tmp_path / "deadly_audio.py").write_text(
        "import os, ingest.audio as a\n"
        "def normalise(data, *rest):\n"
        "    if data == b'deadly': os.kill(os.getpid(), 11)\n"
        "    return a.normalise(data, *rest)\n"
    )
    (tmp_path / "run.py").write_text(
        "import sys\n"
        "import ingest.tasks as t, deadly_audio\n"
        "t.normalise = deadly_audio.normalise\n"
        "if __name__ == '__main__':\n"
        "    sys.argv = ['ingest', 'run', '--sources', sys.argv[1]]\n"
        "    from ingest.__main__ import main\n"
        "    sys.exit(main())\n"
    )
    done = python(
        tmp_path / "data",
        str(tmp_path / "run.py"),
        str(sources),
        PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}",
    )
    succeed(done)
    assert len(clips(tmp_path / "data")) == 60
    assert {path: row[0] for path, row in rejects(tmp_path / "data").items()} == {
        "wav/16b01Nz.wav": "decoder_crashed"
    }
