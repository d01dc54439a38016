"""Seconds and peak memory of a piece of work, each in a process of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLE_S = 0.02
"""Time between two looks at memory; a shorter peak may be missed."""


@dataclass(frozen=True)
class Measured:
    """What a piece of work returned and what it took."""

    value: Any
    seconds: float
    peak_bytes: int
    """Highest resident memory of the process and all its children together."""

    def __str__(self) -> str:
        """Say it in a line."""
        return f"{self.seconds:.1f} s, peak {self.peak_bytes / 2**20:,.0f} MiB"


def measure(work: Callable[..., Any], *arguments: object) -> Measured:
    """Run `work(*arguments)` in a new process and measure it there.

    If it returns a `Timed`, that says which seconds count; else all of its seconds do. The start
    of the process is never timed, but its memory (Python with the imports) is in the peak.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        process = pool.submit(os.getpid).result()
        with watching(process) as peak:
            value, seconds = pool.submit(_clocked, work, arguments).result()
    if isinstance(value, Timed):
        value, seconds = value.value, value.seconds
    return Measured(value, seconds, peak())


@dataclass(frozen=True)
class Timed:
    """A result with the seconds that count, for work that has to prepare something first."""

    value: Any
    seconds: float


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


def _clocked(work: Callable[..., Any], arguments: tuple[object, ...]) -> tuple[Any, float]:
    began = time.perf_counter()
    value = work(*arguments)
    return value, time.perf_counter() - began


def table(rows: list[tuple[str, ...]], header: tuple[str, ...]) -> str:
    """Return rows as aligned text, the first column to the left and the others to the right."""
    cells = [header, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    return "\n".join(
        row[0].ljust(widths[0])
        + "".join(f"  {cell.rjust(width)}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in cells
    )
