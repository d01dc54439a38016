"""`kill -9` over a run with two workers; SER_KILLS=50 SER_KILL_CLIPS=2000 runs the long version."""

import os

from tests import kills
from tests.conftest import python, succeed

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
