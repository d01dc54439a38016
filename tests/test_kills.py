"""`kill -9` over a run with two workers; SER_KILLS=50 SER_KILL_CLIPS=2000 runs the long version."""

import os
import signal

from tests import kills
from tests.conftest import parquet_rows, python, succeed

CLIPS = int(os.environ.get("SER_KILL_CLIPS", "160"))
KILLS = int(os.environ.get("SER_KILLS", "8"))


def test_killed_at_random_moments_a_run_with_two_workers_ends_as_one_that_nobody_disturbed(
    tmp_path,
):
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    for warehouse in (calm, killed):
        kills.ingest_tones(warehouse, tmp_path / "tones", CLIPS)
    succeed(python(calm, "-m", "inference", "run"))
    hit = kills.torment(killed, KILLS)
    assert sum(hit.values()) >= KILLS / 2, f"too few kills met the job at work: {hit}"
    assert len(kills.rows(killed)) < 3 * CLIPS
    kills.finish(killed)
    assert kills.rows(killed) == kills.rows(calm)
    assert len(kills.rows(killed)) == 3 * CLIPS


def test_ctrl_c_ends_the_job_and_its_workers_and_keeps_what_was_answered(tmp_path):
    kills.ingest_tones(tmp_path / "w", tmp_path / "tones", 80)
    job = kills.start(tmp_path / "w")
    assert kills.is_writing(job, tmp_path / "w")
    os.killpg(job.pid, signal.SIGINT)  # as a terminal does: to the job and its workers
    assert job.wait(timeout=60) == 130
    kills.wait_for_the_group_to_end(job.pid)
    stored = kills.rows(tmp_path / "w")
    assert 0 < len(stored) < 240
    assert len({row[:2] for row in stored}) == len(stored)
    assert set(parquet_rows(tmp_path / "w", "runs", "status")) == {("interrupted",)}
