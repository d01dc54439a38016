"""Where answers are computed makes no difference to them, and whatever dies costs only itself."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from inference.asking import Question
from inference.clips import StoredClip, stored_clips, stored_datasets
from inference.engines import choose_engine
from inference.engines.here import Here, ahead
from inference.engines.processes import Processes
from inference.runner import _batches, infer
from inference.signals import TooSlow, limited, undisturbed
from inference.system import registry
from tests.conftest import ROOT, parquet_rows
from tests.fakes import fake_system
from warehouse.errors import SerError
from warehouse.store import Store

ANSWERS = "run_id, file_id, labels, raw_text, error"


@pytest.fixture
def asked(ingested):
    """Ask a system about the demo corpus with an engine; return what became of it."""
    store = Store(ingested)
    datasets = stored_datasets(store, [])
    clips = stored_clips(store, datasets)

    def ask(system, engine=None, **options):
        return infer(store, system, datasets, clips, engine=engine, **options)

    ask.ids = list(clips)
    ask.rows = lambda columns=ANSWERS: parquet_rows(ingested, "predictions", columns)
    ask.runs = lambda columns: parquet_rows(ingested, "runs", columns)
    return ask


def forget(ingested):
    for part in [*(ingested / "predictions").rglob("part-*"), *(ingested / "runs").glob("[a-z]*")]:
        part.unlink()


def test_rows_are_equal_in_this_process_and_in_two(ingested, asked):
    system = registry()["acoustic"]
    assert asked(system, Here()).answers == 672
    alone = asked.rows()
    assert set(asked.runs("engine, workers")) == {("local", 1)}
    forget(ingested)
    assert asked(system, Processes(2)).answers == 672
    assert asked.rows() == alone
    assert set(asked.runs("engine, workers, status")) == {("local", 2, "finished")}


def test_a_run_says_what_it_ran_on_and_what_it_fell_back_to(asked):
    asked(fake_system())
    for hardware, software, notes, seconds in asked.runs("hardware, software, notes, seconds"):
        assert "cores" in hardware
        assert '"python": ' in software
        assert notes == ["sampled one by one"]
        assert seconds > 0


def test_a_clip_that_kills_its_worker_costs_only_itself(asked):
    deadly = asked.ids[20]
    outcome = asked(fake_system(dies_on=[deadly]), Processes(2))
    assert outcome.answers == 2 * 223
    errors = {row[1]: row[4] for row in asked.rows() if row[4]}
    assert errors == {deadly: "the process died on this clip, 2 times"}
    assert len(asked.rows()) == 2 * 224


def test_a_worker_that_is_killed_is_replaced_and_its_clips_are_asked_again(asked):
    killed = []

    def kill_one():
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not killed:
            me = os.getpid()
            for child in Path(f"/proc/{me}/task/{me}/children").read_text().split():
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                    time.sleep(1.5)  # it loads, then works
                    os.kill(int(child), signal.SIGKILL)
                    killed.append(child)
                    return

    thread = threading.Thread(target=kill_one)
    thread.start()
    outcome = asked(fake_system(seconds=0.3), Processes(2))
    thread.join()
    assert killed
    assert (outcome.answers, outcome.errors) == (448, [])
    assert len({row[:2] for row in asked.rows()}) == len(asked.rows()) == 448


def test_what_a_worker_cannot_load_is_the_job_s_one_clear_line(asked):
    with pytest.raises(SerError, match="no such model; get it"):
        asked(fake_system(cannot_load=True), Processes(2))
    with pytest.raises(SerError, match=r"3 workers died while they loaded the model \(exit code 9"):
        asked(fake_system(dies_loading=True), Processes(2))
    assert asked.runs("run_id") == []


@pytest.mark.parametrize("engine", [Here(), Processes(2)])
def test_a_clip_that_takes_too_long_is_given_up(asked, engine):
    slow = asked.ids[11]
    outcome = asked(fake_system(hangs_on=[slow]), engine, clip_seconds=0.2)
    assert outcome.answers == 2 * 223
    assert {row[1]: row[4] for row in asked.rows() if row[4]} == {slow: "no answer within 0.2 s"}


def test_a_batch_with_a_hanging_clip_is_given_up_long_before_all_its_clips_limits(asked):
    slow = asked.ids[-1]
    began = time.monotonic()
    outcome = asked(fake_system(hangs_on=[slow]), clip_seconds=2.0)
    assert outcome.answers == 2 * 223
    # Eight clips of two seconds, and the one alone, would be eighteen.
    assert time.monotonic() - began < 12


def test_a_worker_that_fails_while_it_waits_for_more_says_so_at_once(ingested):
    store = Store(ingested)
    datasets = stored_datasets(store, [])
    first = next(iter(stored_clips(store, datasets).items()))
    clips = dict([first])  # one batch, and no more to come
    with pytest.raises(SerError, match="the server is gone"):
        infer(store, fake_system(gone_on=[first[0]]), datasets, clips, engine=Processes(1))
    for bug in ({"has_no_notes": True}, {"quits_on": [first[0]]}):
        outcome = infer(store, fake_system(**bug), datasets, clips, engine=Processes(1))
        assert "the process died on this clip, 2 times" in outcome.errors[0]


@pytest.mark.parametrize("engine", [Here(), Processes(2)])
def test_a_system_that_is_gone_ends_the_job_and_leaves_no_error_rows(asked, engine):
    with pytest.raises(SerError, match="the server is gone"):
        asked(fake_system(gone_on=asked.ids[-1:]), engine)
    assert all(row[4] is None for row in asked.rows())
    assert asked(fake_system()).answers > 0


WITH_RAY = """
from inference.clips import stored_clips, stored_datasets
from inference.engines import choose_engine
from inference.runner import infer
from tests.fakes import fake_system
from warehouse.store import Store
store = Store()
datasets = stored_datasets(store, [])
infer(store, fake_system(seconds=0.2), datasets, stored_clips(store, datasets),
      engine=choose_engine("ray", 2))
"""


def kill_an_actor(ingested, job):
    """Kill one actor of `job` once answers are computed. Others may run Ray here, too."""
    ours = f"SER_WAREHOUSE={ingested}".encode()
    while job.poll() is None:
        if list((ingested / "runs").glob("fake*")):
            for process in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError):
                    name = (process / "cmdline").read_bytes()
                    if (
                        name.startswith(b"ray::_Actor")
                        and ours in (process / "environ").read_bytes()
                    ):
                        os.kill(int(process.name), signal.SIGKILL)
                        return True
        time.sleep(0.05)
    return False


def test_ray_gives_equal_rows_also_if_an_actor_is_killed(ingested, asked):
    pytest.importorskip("ray", reason="Ray is not installed (make setup-ray)")
    asked(fake_system(seconds=0.2), Processes(2))
    alone = asked.rows()
    forget(ingested)
    job = subprocess.Popen(
        [sys.executable, "-c", WITH_RAY],
        cwd=ROOT,
        env={**os.environ, "SER_WAREHOUSE": str(ingested)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert kill_an_actor(ingested, job)
    _, said = job.communicate(timeout=120)
    assert job.returncode == 0, said
    assert asked.rows() == alone
    assert set(asked.runs("engine, workers, status")) == {("ray", 2, "finished")}


def test_without_ray_its_engine_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SerError, match=r"ENGINE=ray needs Ray.*run `make setup-ray`"):
        choose_engine("ray", None)
    with pytest.raises(SerError, match="unknown engine 'spark': known: local, ray"):
        choose_engine("spark", None)


def test_batches_hold_clips_of_like_length_and_every_clip_once():
    clips = {
        str(n): StoredClip(str(n), "a", str(n), float(n * 7919 % 101), None, True)
        for n in range(300)
    }
    questions = [Question(name, b"", (), "") for name in clips]
    batches = list(_batches(iter(questions), clips, 8))
    assert sorted(q.file_id for batch in batches for q in batch) == sorted(clips)
    assert max(len(batch) for batch in batches) == 8

    def spread(batch):
        lengths = [clips[question.file_id].duration_s for question in batch]
        return max(lengths) - min(lengths)

    unsorted = [questions[i : i + 8] for i in range(0, 300, 8)]
    assert sum(map(spread, batches)) < sum(map(spread, unsorted)) / 5


def test_what_is_made_ahead_comes_in_order_is_bounded_and_passes_on_its_error():
    made = []

    def items():
        for n in range(100):
            made.append(n)
            yield n
        raise ValueError("the last")

    ready = ahead(items(), 2)
    assert [next(ready) for _ in range(3)] == [0, 1, 2]
    time.sleep(0.3)
    assert len(made) <= 6
    with pytest.raises(ValueError, match="the last"):
        list(ready)
    before = threading.active_count()
    other = ahead(iter(range(100)), 2)
    next(other)
    other.close()
    assert threading.active_count() <= before


def test_a_time_limit_cannot_be_caught_by_what_catches_exceptions():
    started = time.monotonic()
    with pytest.raises(TooSlow), limited(0.1):
        while True:
            try:
                time.sleep(5)
            except Exception:
                continue
    assert time.monotonic() - started < 2
    with limited(0):
        pass


def test_ctrl_c_waits_for_a_write_to_end():
    done = False
    with pytest.raises(KeyboardInterrupt), undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
        done = True
    assert done
