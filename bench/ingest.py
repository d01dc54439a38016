"""How fast ingest is, against what one would do instead: sox or ffmpeg per file, a bare pool, or
`datasets` that casts an audio column to 16 kHz.

The same clips go through every contestant, one after the other, in several rounds, so that the
ratios hold although the machine's speed drifts. Ours is the whole command: start of Python, label
table, checks, two hashes per clip, FLAC in Parquet, fsync. The others only convert; of `datasets`
no more than decoding and resampling is timed, without its start and without storing anything.

`datasets[audio]` is no part of the project's environment (it brings another torch): give the Python
of one that has it as --datasets-python, or its row is left out.
"""

from __future__ import annotations

import argparse
import functools
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import soundfile as sf
import soxr

from warehouse.paths import ROOT

NEMO = ROOT.parent / "shared" / "corpora" / "nemo"
PROCESSES = 2


def main() -> int:
    """Run the contest and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingest", description=__doc__)
    parser.add_argument("--nemo", type=Path, default=NEMO, help="folder of nEMO")
    parser.add_argument("--clips", type=int, default=3840, help="clips (copies of what there is)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--datasets-python", default=sys.executable, help="a Python that has datasets[audio]"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ser-bench-") as folder:
        work = Path(folder)
        sources, files, origin = prepare(arguments.nemo, work / "sources", arguments.clips)
        print(f"{len(files):,} clips, 24 kHz mono WAV, {origin}; {PROCESSES} processes each")
        contestants = contestants_for(sources, files, work, arguments.datasets_python)
        rates: dict[str, list[float]] = {name: [] for name in contestants}
        for turn in range(arguments.rounds):
            for name, (contest, share) in contestants.items():
                chosen = files[: max(PROCESSES, int(len(files) * share))]
                shutil.rmtree(work / "out", ignore_errors=True)
                (work / "out").mkdir()
                began = time.perf_counter()
                seconds = contest(chosen)
                rates[name].append(len(chosen) / (seconds or time.perf_counter() - began))
                print(f"  round {turn + 1}: {name:<34} {rates[name][-1]:8.0f} clips/s", flush=True)
    report(rates)
    return 0


def prepare(nemo: Path, sources: Path, clips: int) -> tuple[Path, list[Path], str]:
    """Lay out `clips` files as a nEMO folder: links to real clips, or to demo clips at 24 kHz."""
    samples = sources / "nemo" / "samples"
    samples.mkdir(parents=True)
    originals = sorted((nemo / "samples").glob("*.wav"))
    origin = f"{len(originals)} real nEMO clips repeated"
    if not originals:
        originals = upsampled_demo(sources.parent / "demo24k")
        origin = f"{len(originals)} SYNTHETIC demo clips repeated (no nEMO at {nemo})"
    rows, files = ["file_id\temotion\traw_text\tnormalized_text\tspeaker_id\tgender\tage"], []
    for number in range(clips):
        path = samples / f"SM0_fear_{number}.wav"
        shutil.copyfile(originals[number % len(originals)], path)
        files.append(path)
        rows.append(f"{path.name}\tfear\tx\tx\tSM0\tmale\t24")
    (sources / "nemo" / "data.tsv").write_text("\n".join(rows) + "\n")
    return sources, files, origin


def upsampled_demo(folder: Path) -> list[Path]:
    """Write the embedded corpus as 24 kHz WAV and return the files."""
    folder.mkdir()
    for path in sorted((ROOT / "ingest" / "embedded" / "demo").rglob("*.flac")):
        samples, rate = sf.read(path, dtype="float32")
        sf.write(folder / f"{path.stem}.wav", soxr.resample(samples, rate, 24_000), 24_000)
    return sorted(folder.glob("*.wav"))


def contestants_for(
    sources: Path, files: Sequence[Path], work: Path, datasets_python: str
) -> dict[str, tuple[Callable[[Sequence[Path]], float | None], float]]:
    """Return name → (what to run on the files, share of them that is enough to time it).

    What is run returns its seconds, if not all of them count.
    """
    out = work / "out"

    def ours(_: Sequence[Path]) -> None:
        command = [sys.executable, "-m", "ingest", "run", "--workers", str(PROCESSES)]
        environment = {**os.environ, "SER_WAREHOUSE": str(out / "data")}
        subprocess.run(
            [*command, "--sources", str(sources)],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
        )

    def per_file(*command: str) -> Callable[[Sequence[Path]], None]:
        """Start `command` once per file through xargs, without a shell in between."""

        def convert(chosen: Sequence[Path]) -> None:
            words = [
                word.format(source=path, target=out / f"{path.stem}.flac")
                for path in chosen
                for word in command
            ]
            xargs = ["xargs", "-0", "-P", str(PROCESSES), "-n", str(len(command) - 1), command[0]]
            names = "\0".join(word for i, word in enumerate(words) if i % len(command))
            subprocess.run(xargs, input=names, text=True, check=True, capture_output=True)

        return convert

    def pool(chosen: Sequence[Path]) -> None:
        with ProcessPoolExecutor(PROCESSES) as executor:
            list(executor.map(bare_conversion, [str(path) for path in chosen], chunksize=16))

    found = {"ingest (whole command)": (ours, 1.0), "bare pool, soundfile + soxr": (pool, 1.0)}
    if shutil.which("sox"):
        found["sox per file, two at a time"] = (
            per_file("sox", "{source}", "-r", "16000", "-c", "1", "-b", "16", "{target}"),
            0.5,
        )
    else:
        print("sox is not installed, so no row of it (apt install sox)", file=sys.stderr)
    if shutil.which("ffmpeg"):
        found["ffmpeg per file, two at a time"] = (
            per_file("ffmpeg", *"-loglevel error -i {source} -ar 16000 -ac 1 {target}".split()),
            0.05,
        )
    else:
        print(
            "ffmpeg is not installed, so its row is missing (apt install ffmpeg)", file=sys.stderr
        )
    if can_cast(datasets_python):
        found["datasets, cast to 16 kHz"] = (functools.partial(cast, datasets_python, work), 0.5)
    else:
        print(
            f"{datasets_python} has no datasets[audio], so its row is missing (make a virtual "
            "environment with it and say --datasets-python)",
            file=sys.stderr,
        )
    return found


CAST = """
import sys, time
from datasets import Audio, Dataset, disable_caching
from datasets.utils.logging import disable_progress_bar
disable_caching(); disable_progress_bar()
files, processes, cache = sys.stdin.read().split("\\0"), int(sys.argv[1]), sys.argv[2]
began = time.perf_counter()
table = Dataset.from_dict({"audio": files}).cast_column("audio", Audio(sampling_rate=16_000))
def length(row):
    return {"frames": row["audio"].get_all_samples().data.shape[1]}
done = table.map(
    length, num_proc=processes, remove_columns=["audio"], cache_file_name=f"{cache}/frames.arrow"
)
assert min(done["frames"]) > 0
print(time.perf_counter() - began)
"""
"""What a user of `datasets` runs, kept to the cheapest: nothing but the lengths is stored."""


def can_cast(python: str) -> bool:
    """Tell whether `python` has datasets and what it decodes audio with."""
    tried = [python, "-c", "import datasets, torchcodec.decoders"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def cast(python: str, work: Path, chosen: Sequence[Path]) -> float:
    """Let `datasets` decode the files at 16 kHz and return the seconds without its start."""
    done = subprocess.run(
        [python, "-c", CAST, str(PROCESSES), str(work / "out")],
        input="\0".join(map(str, chosen)),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def bare_conversion(path: str) -> int:
    """Convert in a worker, without hash, check or storage; return the size."""
    samples, rate = sf.read(path, dtype="float32")
    buffer = io.BytesIO()
    sf.write(buffer, soxr.resample(samples, rate, 16_000), 16_000, "PCM_16", format="FLAC")
    return buffer.tell()


def report(rates: dict[str, list[float]]) -> None:
    """Print medians and the ratio of ours to each, round by round."""
    ours = rates["ingest (whole command)"]
    print(f"\n{'':<34} {'clips/s':>8}  {'ingest is':>9}")
    for name, each in rates.items():
        ratio = statistics.median(a / b for a, b in zip(ours, each, strict=True))
        print(f"{name:<34} {statistics.median(each):8.0f}  {ratio:8.2f}×")


if __name__ == "__main__":
    sys.exit(main())
