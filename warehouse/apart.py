"""Processes that work beside this one: in one Python, threads that compute wait for each other.

numpy lets go of Python's lock at every step. To have it back it waits until whatever else runs in
Python does so too, which is five milliseconds where a step takes a few microseconds: beside a
thread of dbt that renders templates, a function would take many times as long.

The processes are started as a program of their own, since those of `multiprocessing` would load
the main program first, which is dbt.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

from threadpoolctl import threadpool_limits

from warehouse.errors import SerError
from warehouse.paths import ROOT


def map_apart(function: Callable[..., Any], tasks: Sequence[tuple], processes: int) -> list[Any]:
    """Return `function(*task)` for every task, in order, computed in `processes` processes.

    Args:
        function: one of a module of this project, found by its name there.
        tasks: arguments that can be pickled.
        processes: how many work at a time.

    Raises:
        SerError: a process ended before it had answered.
        Exception: what the function raised.
    """
    found: list[Any] = [None] * len(tasks)
    places = iter(range(len(tasks)))
    workers = [_start(function) for _ in range(min(processes, len(tasks)))]

    def feed(worker: subprocess.Popen[bytes]) -> None:
        for place in places:
            found[place] = _ask(worker, tasks[place], function.__qualname__)

    try:
        with ThreadPoolExecutor(max(processes, 1)) as pool:
            feeders = [pool.submit(feed, worker) for worker in workers]
            try:
                done, _ = wait(feeders, return_when=FIRST_EXCEPTION)
                for feeder in done:
                    feeder.result()
            except BaseException:
                for worker in workers:
                    worker.kill()  # which ends the other feeders
                raise
    finally:
        for worker in workers:
            worker.kill()
            with contextlib.suppress(OSError):  # a task that nobody took
                worker.communicate()
    return found


def _start(function: Callable[..., Any]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", __name__, function.__module__, function.__qualname__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
    )


def _ask(worker: subprocess.Popen[bytes], task: tuple, name: str) -> Any:  # noqa: ANN401
    assert worker.stdin
    assert worker.stdout
    try:
        pickle.dump(task, worker.stdin, pickle.HIGHEST_PROTOCOL)
        worker.stdin.flush()
        is_answer, value = pickle.load(worker.stdout)
    except (EOFError, OSError, pickle.UnpicklingError):
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(10)
        raise SerError(
            f"a process that computes {name} ended (exit code {worker.poll()}; -9 often means too "
            "little memory); build again"
        ) from None
    if not is_answer:
        raise value
    return value


def _serve(module: str, name: str) -> None:
    """Answer tasks from standard input until it ends, as it does when the other process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the other process decides
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed is no answer
    function = getattr(importlib.import_module(module), name)
    with threadpool_limits(1), contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            task = pickle.load(sys.stdin.buffer)
            try:
                reply = True, function(*task)
            except Exception as error:
                traceback.print_exc()
                reply = False, error
            pickle.dump(reply, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
