"""Ingest through Ray: the same rows, whatever dies, and a clear line where Ray is not there."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT, parquet_rows, python, succeed, write_emodb

pytest.importorskip("ray", reason="Ray is not installed (make setup-ray)")

EVERYTHING = "* exclude (ingested_at)"


def test_ray_stores_the_rows_that_the_pool_stores(tmp_path):
    sources = write_emodb(tmp_path / "sources", 90)
    (sources / "emodb" / "wav" / "16b01Nz.wav").write_bytes(b"")
    for engine in ("pool", "ray"):
        command = ("-m", "ingest", "run", "--sources", str(sources), "--workers", "2")
        done = succeed(python(tmp_path / engine, *command, ENGINE=engine))
        assert "90 clips stored, 0 already there, 1 files rejected" in done.stdout
    rows = [parquet_rows(tmp_path / e, "utterances", EVERYTHING) for e in ("pool", "ray")]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 90
    rejects = [
        parquet_rows(tmp_path / e, "rejects", "* exclude (rejected_at)") for e in ("pool", "ray")
    ]
    assert rejects[0] == rejects[1]


# Items 0 to 79; the first time that a worker meets 20 it is killed, and each time it meets 50.
JOB = """
import os, signal, sys
from pathlib import Path
folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
def square(item):
    number, folder = item
    with open(f"{folder}/{number}", "a") as handle: handle.write("x")
    first = os.path.getsize(f"{folder}/{number}") == 1
    if number == 50 or (number == 20 and first): os.kill(os.getpid(), signal.SIGKILL)
    return number * number
def crashed(item):
    return ("crashed", item[0])
if __name__ == "__main__":
    import ray_job
    from ingest.ray_workers import RayWorkers
    with RayWorkers(ray_job.square, ray_job.crashed, 2) as workers:
        outcomes = [outcome for _, outcome in workers.map((n, str(folder)) for n in range(80))]
    assert outcomes == [("crashed", n) if n == 50 else n * n for n in range(80)], outcomes
    print("as expected")
"""


def test_a_killed_worker_costs_nothing_and_a_deadly_file_only_itself(tmp_path):
    (tmp_path / "ray_job.py").write_text(JOB)
    (tmp_path / "met").mkdir()
    done = subprocess.run(
        [sys.executable, str(tmp_path / "ray_job.py"), str(tmp_path / "met")],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "as expected" in done.stdout, done.stderr
    assert (tmp_path / "met" / "20").stat().st_size == 2, "the killed worker's item ran again"


@pytest.mark.parametrize(
    ("engine", "complaint"),
    [
        ("ray", "Ray is not installed; say `make setup-ray`"),
        ("rya", "ENGINE=rya: no such engine; say pool or ray"),
    ],
)
def test_an_engine_that_is_not_there_is_named_in_one_line(tmp_path, engine, complaint):
    (tmp_path / "ray.py").write_text("raise ImportError('as if it were not installed')")
    done = python(tmp_path / "data", "-m", "ingest", "run", ENGINE=engine, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1
