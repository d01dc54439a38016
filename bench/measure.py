"""Seconds, processor seconds and peak memory of a piece of work, in a process of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLE_S = 0.02
"""Time between two looks at memory; a shorter peak may be missed."""


@dataclass
class Took:
    """What a piece of work took."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    """Of all processors and all processes: what is the same on a machine that others use too."""


@dataclass(frozen=True)
class Timed:
    """A result with what counts of its time, for work that has to prepare something first."""

    value: Any
    took: Took


@dataclass(frozen=True)
class Measured:
    """What a piece of work returned and what it took."""

    value: Any
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    """Highest resident memory of the process and all its children together."""

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"{self.seconds:.1f} s ({self.cpu_seconds:.1f} s of processors), "
            f"peak {self.peak_bytes / 2**20:,.0f} MiB"
        )


@contextlib.contextmanager
def clock() -> Iterator[Took]:
    """Time what is done inside."""
    took, began, cpu = Took(), time.perf_counter(), _cpu_seconds()
    yield took
    took.seconds, took.cpu_seconds = time.perf_counter() - began, _cpu_seconds() - cpu


def measure(work: Callable[..., Any], *arguments: object) -> Measured:
    """Run `work(*arguments)` in a new process and measure it there.

    If it returns a `Timed`, that says what counts; else all of its time does. The start of the
    process is never timed, but its memory (Python with the imports) is in the peak.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        process = pool.submit(os.getpid).result()
        with watching(process) as peak:
            timed = pool.submit(_timed, work, arguments).result()
    return Measured(timed.value, timed.took.seconds, timed.took.cpu_seconds, peak())


def _timed(work: Callable[..., Any], arguments: tuple[object, ...]) -> Timed:
    with clock() as took:
        value = work(*arguments)
    return value if isinstance(value, Timed) else Timed(value, took)


def _cpu_seconds() -> float:
    """Return the processor seconds of this process and of its children that have ended."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


@contextlib.contextmanager
def watching(process: int) -> Iterator[Callable[[], int]]:
    """Look at the memory of `process` and its children all the while; the peak can be asked."""
    highest, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLE_S):
            highest[0] = max(highest[0], sum(resident(each) for each in tree(process)))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: highest[0]
    finally:
        done.set()
        thread.join()


def tree(process: int) -> list[int]:
    """Return `process` and everything that it has started."""
    found = [process]
    for each in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def resident(process: int) -> int:
    """Return the resident memory of a process in bytes, 0 if it is gone."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def table(rows: list[tuple[str, ...]], header: tuple[str, ...]) -> str:
    """Return rows as aligned text, the first column to the left and the others to the right."""
    cells = [header, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    return "\n".join(
        row[0].ljust(widths[0])
        + "".join(f"  {cell.rjust(width)}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in cells
    )
