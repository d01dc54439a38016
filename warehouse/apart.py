"""Processes that work beside this one: in one Python, threads that compute wait for each other.

numpy lets go of Python's lock at every step. To have it back it waits until whatever else runs in
Python does so too, which is five milliseconds where a step takes a few microseconds: beside a
thread of dbt that renders templates, a function would take many times as long.

The processes are started as a program of their own, since those of `multiprocessing` would load
the main program first, which is dbt.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
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
        SerError: a process ended before it had answered; what it said is on standard error.
    """
    todo = deque(enumerate(tasks))
    found: list[Any] = [None] * len(tasks)

    def feed() -> None:
        command = [sys.executable, "-m", __name__, function.__module__, function.__qualname__]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT) as process:
            assert process.stdin and process.stdout
            try:
                while todo:
                    place, task = todo.popleft()
                    pickle.dump(task, process.stdin, pickle.HIGHEST_PROTOCOL)
                    process.stdin.flush()
                    found[place] = pickle.load(process.stdout)
            except (EOFError, OSError, pickle.UnpicklingError):
                todo.clear()
                raise SerError(
                    f"a process that computes {function.__qualname__} ended (exit code "
                    f"{process.wait()}; -9 often means too little memory); build again"
                ) from None

    with ThreadPoolExecutor(processes) as pool:
        for feeder in [pool.submit(feed) for _ in range(min(processes, len(tasks)))]:
            feeder.result()
    return found


def _serve(module: str, name: str) -> None:
    """Answer tasks from standard input until it ends, as it does when the other process does."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed is no answer
    function = getattr(importlib.import_module(module), name)
    with threadpool_limits(1):
        while True:
            try:
                task = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            pickle.dump(function(*task), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
