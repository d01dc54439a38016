"""Processes that normalise audio, and what happens when a file kills one of them."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from pathlib import Path
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

CHUNK = 16
"""Items per task: large enough to hide the hand-over, small enough to spread and to show."""

IN_FLIGHT = 64
"""Tasks handed out ahead: work for all processes while a part is written, and a bound on memory."""


class Workers(Generic[Item, Outcome]):
    """A pool that runs one function over items, in order, and outlives its processes.

    A decoder that crashes takes its process with it, and the whole pool breaks. The items of that
    moment are then tried one at a time, so that a crash costs the one file that causes it.
    """

    def __init__(
        self,
        function: Callable[[Item], Outcome],
        crashed: Callable[[Item], Outcome],
        processes: int,
        chunk: int = CHUNK,
    ) -> None:
        """Prepare to run `function`; `crashed` says what becomes of an item that kills a process.

        A task is `chunk` items.

        Both must be found by name in a module, as processes share no memory.
        """
        self._function = function
        self._crashed = crashed
        self._processes = processes
        self._chunk = chunk
        self._pool = _pool(processes)

    def __enter__(self) -> Workers[Item, Outcome]:
        """Return the pool itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes; tasks that have not begun are dropped."""
        self._pool.shutdown(cancel_futures=True)

    def map(
        self, items: Iterable[Item], in_flight: int = IN_FLIGHT
    ) -> Iterator[tuple[Item, Outcome]]:
        """Yield every item with its outcome, in order; `in_flight` tasks are asked for ahead."""
        waiting = iter(items)
        flying: deque[tuple[Sequence[Item], Future[list[Outcome]]]] = deque()

        def launch() -> None:
            if chunk := list(itertools.islice(waiting, self._chunk)):
                flying.append((chunk, self._submit(chunk)))

        for _ in range(in_flight):
            launch()
        while flying:
            chunk, task = flying.popleft()
            try:
                outcomes = task.result()
            except BrokenProcessPool:
                outcomes = [self._alone(item) for item in chunk]
            launch()
            yield from zip(chunk, outcomes, strict=True)

    def _submit(self, chunk: Sequence[Item]) -> Future[list[Outcome]]:
        try:
            return self._pool.submit(run_chunk, self._function, chunk)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False)
            self._pool = _pool(self._processes)
            return self._pool.submit(run_chunk, self._function, chunk)

    def _alone(self, item: Item) -> Outcome:
        """Run one item in a process of its own."""
        with _pool(1) as pool:
            try:
                return pool.submit(run_chunk, self._function, [item]).result()[0]
            except BrokenProcessPool:
                return self._crashed(item)


def run_chunk(function: Callable[[Item], Outcome], chunk: Sequence[Item]) -> list[Outcome]:
    """Run in a worker: return the outcomes of `chunk`, in order."""
    return [function(item) for item in chunk]


def _pool(processes: int) -> ProcessPoolExecutor:
    # Fork servers, because a plain fork would copy Arrow's threads in an unknown state.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ingest.tasks", "ingest.workers", "scipy.fft"])
    forkserver.ensure_running()  # it loads while the job looks for files
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_start)


def _start() -> None:
    """Run first in every process: it lives as long as the job, no shorter and no longer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the job ends its workers
    # Decoders (libmpg123, cffi's callbacks) talk of every damaged byte; the outcome says it once.
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    threading.Thread(target=_die_with_the_job, daemon=True).start()


def _die_with_the_job() -> None:
    job = multiprocessing.parent_process()
    if job is not None:
        job.join()  # returns also when the job was killed, which leaves it no time to say so
        os._exit(1)
