"""The ingest job on bad input, twice, interrupted, and in parallel."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import (
    ROOT,
    kill_at_random,
    parquet_rows,
    python,
    shared,
    succeed,
    write_emodb,
    write_tone,
)

IDENTITY = "file_id, dataset, original_path, emotion, speaker_id, pcm_sha256, source_sha256, frames"


def ingest(warehouse, sources, *arguments):
    return python(warehouse, "-m", "ingest", "run", "--sources", str(sources), *arguments)


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


def test_a_second_run_stores_nothing_and_reports_no_reject_again(tmp_path):
    sources = write_emodb(tmp_path / "sources", 5)
    (sources / "emodb" / "wav" / "03a01Fb.wav").write_bytes(b"")
    succeed(ingest(tmp_path / "data", sources))
    before = sorted((tmp_path / "data").rglob("part-*"))
    done = succeed(ingest(tmp_path / "data", sources))
    assert sorted((tmp_path / "data").rglob("part-*")) == before
    assert "0 clips stored, 5 already there, 1 files rejected" in done.stdout
    assert "empty_file" not in done.stderr


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


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--sources", "/no/such/folder"], "/no/such/folder: no such folder"),
        (["--corpora", "ravdes"], "unknown corpus 'ravdes': did you mean ravdess?"),
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
    command = [sys.executable, "-c", SMALL_PARTS, str(sources)]
    kill_at_random(command, tmp_path / "killed", "utterances", times=10)
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
        "import ingest.pipeline as p, deadly_audio\n"
        "p.normalise = deadly_audio.normalise\n"
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
