"""`kill -9` at random moments over a run with two workers: nothing lost, nothing twice.

    python -m tests.kills --clips 2000 --kills 50

The clips are SYNTHETIC tones of 0.2 s. A kill hits the whole job, the job without its workers, or
one worker; who and when is drawn from a seed. In the end the table must equal, row for row, that of
a job in one process that nobody disturbed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.conftest import ROOT, parquet_rows, python, succeed, write_emodb

ROWS = "run_id, file_id, labels, raw_text, error, label_logprobs"

# Small parts and batches, and a breath in every batch, which workers take, for their interpreters
# read this file, too: else a job of 2,000 clips is over before fifty kills have found it. What is
# written, and how, is the same.
JOB = """
import dataclasses, sys, time
from inference.backends.acoustic import AcousticBackend
answer = AcousticBackend.answer
def answer_and_rest(*given):
    answers = answer(*given)
    time.sleep(0.2)
    return answers
AcousticBackend.answer = answer_and_rest
import inference.runner as runner, inference.system as system
runner.PART_ROWS = 8
known = system.registry()
known["acoustic"] = dataclasses.replace(known["acoustic"], batch_clips=4)
sys.argv = ["inference", "run", "--workers", "2"]
from inference.__main__ import main
from warehouse.errors import run_command
if __name__ == "__main__":
    run_command(main)
"""


def ingest_tones(warehouse: Path, folder: Path, clips: int) -> None:
    """Fill `warehouse` with `clips` short tones, named as in EmoDB."""
    sources = write_emodb(folder, clips)
    succeed(python(warehouse, "-m", "ingest", "run", "--sources", str(sources)))


def torment(warehouse: Path, kills: int, seed: int = 0) -> Counter[str]:
    """Start the job and kill it or parts of it, `kills` times; return who was hit at work."""
    luck, hit = random.Random(seed), Counter()
    while sum(hit.values()) < kills:
        job = start(warehouse)
        try:
            alive = is_writing(job, warehouse)
            while alive and sum(hit.values()) < kills:
                time.sleep(luck.uniform(0, 0.12))
                victim = luck.choice(("all", "job", "worker"))
                if job.poll() is not None:
                    break
                hit[victim] += _kill(job, victim)
                if victim != "worker":
                    break
        finally:
            ended = job.poll()
            if ended is None and victim_survives(hit, kills):
                _kill(job, "all")
            job.wait(timeout=60)
            wait_for_the_group_to_end(job.pid)
        if ended == 0:  # it was quicker than us: there is no more to disturb
            break
    return hit


def victim_survives(hit: Counter[str], kills: int) -> bool:
    """Whether the last kill, of a worker, left a job behind."""
    return sum(hit.values()) >= kills


def finish(warehouse: Path) -> None:
    """Let the job run to its end."""
    job = start(warehouse)
    assert job.wait(timeout=300) == 0


def start(warehouse: Path) -> subprocess.Popen:
    """Start the job in a process group of its own."""
    script = warehouse / "job.py"  # a file, for the workers' interpreters look for the main module
    script.write_text(JOB)
    return subprocess.Popen(
        [sys.executable, str(script)],
        cwd=ROOT,
        env={**os.environ, "SER_WAREHOUSE": str(warehouse), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=(warehouse / "job.log").open("a"),
        start_new_session=True,
    )


def is_writing(job: subprocess.Popen, warehouse: Path) -> bool:
    """Wait until the job writes answers; False if it ended before."""
    before = _parts(warehouse)
    while job.poll() is None:
        if _parts(warehouse) > before:
            return True
        time.sleep(0.002)
    return False


def _parts(warehouse: Path) -> int:
    return sum(1 for _ in (warehouse / "predictions").rglob("part-*"))


def _kill(job: subprocess.Popen, victim: str) -> int:
    """Kill; return 1 if there was somebody to kill."""
    with contextlib.suppress(ProcessLookupError):
        if victim == "all":
            os.killpg(job.pid, signal.SIGKILL)
        elif victim == "job":
            os.kill(job.pid, signal.SIGKILL)
        elif workers := _workers(job.pid):
            os.kill(workers[0], signal.SIGKILL)
        else:
            return 0
        return 1
    return 0


def _workers(pid: int) -> list[int]:
    found = []
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found


def wait_for_the_group_to_end(group: int) -> None:
    """Workers of a killed job must end by themselves, and soon."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError("a worker outlived its job")


def rows(warehouse: Path) -> list[tuple]:
    """Return every stored answer, in an order of its own."""
    return parquet_rows(warehouse, "predictions", ROWS)


def main() -> None:
    """Kill a job as often as asked and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        warehouse, calm = Path(folder, "killed"), Path(folder, "calm")
        for each in (warehouse, calm):
            ingest_tones(each, Path(folder, "tones"), arguments.clips)
        succeed(python(calm, "-m", "inference", "run"))
        started = time.monotonic()
        hit = torment(warehouse, arguments.kills, arguments.seed)
        left = 3 * arguments.clips - len(rows(warehouse))
        finish(warehouse)
        seconds = time.monotonic() - started
        equal = rows(warehouse) == rows(calm)
        print(
            f"{arguments.clips:,} clips (synthetic), 3 temperatures, 2 workers, "
            f"{sum(hit.values())} kills ({', '.join(f'{n} of {who}' for who, n in hit.items())}) "
            f"in {seconds:.0f} s; {left:,} of {3 * arguments.clips:,} answers were left for the "
            f"undisturbed end; the table equals the undisturbed one: {equal} "
            f"({len(rows(warehouse)):,} and {len(rows(calm)):,} rows)"
        )
        sys.exit(not equal)


if __name__ == "__main__":
    main()
