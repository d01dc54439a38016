"""Does the memory of ingest grow with the corpus, and how long does a second run take?

Many small SYNTHETIC files (a tenth of a second of noise, each another) under names of EmoDB are
ingested; the resident memory of the job and of its workers is looked at all the while. Small files
are the hard case: what is kept per file weighs most against what is worked on.
"""

from __future__ import annotations

import argparse
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.measure import SAMPLE_S, resident, table, tree
from warehouse.paths import ROOT

FRAMES = 1700
"""At 16 kHz just over the tenth of a second below which nothing is a clip."""

POINTS = (0.1, 0.25, 0.5, 0.75, 1.0)
"""Shares of the run at which memory is told: the highest until then, since the share before."""


def main() -> int:
    """Write the files, ingest them twice and print what it took."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ser-scale-") as folder:
        sources = Path(folder, "sources")
        write_files(sources / "emodb" / "wav", arguments.files)
        print(f"{arguments.files:,} SYNTHETIC files of {FRAMES / 16:.0f} ms")
        for turn in ("first run", "second run"):
            seconds, samples, line = watch(sources, Path(folder, "data"), arguments.workers)
            print(f"\n{turn}: {seconds:.1f} s; {line}")
            report(samples, seconds)
    return 0


def write_files(folder: Path, count: int) -> None:
    """Write `count` WAV files, in folders of a thousand as corpora have them."""
    noise = np.random.default_rng(0)
    size = 2 * FRAMES
    header = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH", 16, 1, 1, 16_000, 32_000, 2, 16
    ) + b"data" + struct.pack("<I", size)  # fmt: skip
    for number, name in zip(range(count), names(), strict=False):
        place = folder / f"{number // 1000:04d}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        samples = noise.integers(-3000, 3000, FRAMES, dtype="<i2")
        (place / name).write_bytes(header + samples.tobytes())


def names() -> Iterator[str]:
    """Yield file names of EmoDB's kind, three million of them."""
    for speaker in range(10, 100):
        for text in range(100):
            for book in "ab":
                for emotion in "WLEAFTN":
                    for version in "abcdefghijklmnopqrstuvwxyz":
                        yield f"{speaker}{book}{text:02d}{emotion}{version}.wav"


def watch(
    sources: Path, data: Path, workers: int
) -> tuple[float, list[tuple[float, int, int]], str]:
    """Run ingest; return its seconds, (time, bytes of the job, of its workers) and last line."""
    command = [sys.executable, "-m", "ingest", "run", "--sources", str(sources)]
    began = time.monotonic()
    job = subprocess.Popen(
        [*command, "--workers", str(workers)],
        cwd=ROOT,
        env={**os.environ, "SER_WAREHOUSE": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    samples: list[tuple[float, int, int]] = []

    def look() -> None:
        while job.poll() is None:
            others = sum(resident(each) for each in tree(job.pid)[1:])
            samples.append((time.monotonic() - began, resident(job.pid), others))
            time.sleep(5 * SAMPLE_S)

    looking = threading.Thread(target=look)
    looking.start()
    output = job.communicate()[0]
    looking.join()
    if job.returncode:
        raise SystemExit(f"ingest failed: {output}")
    return time.monotonic() - began, samples, output.splitlines()[-1].partition(" → ")[0]


def report(samples: list[tuple[float, int, int]], seconds: float) -> None:
    """Print the highest memory of each stretch of the run."""
    rows, since = [], 0.0
    for point in POINTS:
        stretch = [s for s in samples if since <= s[0] <= point * seconds]
        since = point * seconds
        if stretch:
            job, others = (max(sample[i] for sample in stretch) / 2**20 for i in (1, 2))
            rows.append((f"until {point:.0%} of the time", f"{job:,.0f}", f"{others:,.0f}"))
    print(table(rows, ("MiB resident", "job", "workers")))


if __name__ == "__main__":
    sys.exit(main())
