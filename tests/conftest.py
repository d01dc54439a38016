"""Warehouses to test on: made from the embedded corpus, from real speech, or from a few tones."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest
import soundfile as sf

from warehouse.schema import TABLES

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# Every test is on its own warehouse; none may touch the one of the person who runs them.
# What an outer `make test` exports must not reach the `make` that a test starts either.
for variable in ("SER_BUILD", "SER_WAREHOUSE", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"):
    os.environ.pop(variable, None)

# A shell that starts the tests in the background has them, and so the jobs that they start, ignore
# Ctrl-C, which some tests are about.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def run(
    command: Sequence[str], warehouse: Path, cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `command` on `warehouse` and return it, whatever its exit code."""
    return subprocess.run(
        list(command),
        cwd=cwd,
        env={**os.environ, "SER_WAREHOUSE": str(warehouse), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def python(
    warehouse: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `python ARGUMENTS` in the checkout."""
    return run([sys.executable, *arguments], warehouse, **environment)


def dbt(warehouse: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `dbt ARGUMENTS` in dbt_project/, as a person would."""
    executable = Path(sys.executable).with_name("dbt")
    # Compiled files apart from those of other tests and of the person who runs them.
    environment = {"DBT_TARGET_PATH": str(warehouse / "dbt-target"), **environment}
    return run(
        [str(executable), *arguments, "--no-use-colors"],
        warehouse,
        ROOT / "dbt_project",
        **environment,
    )


def succeed(done: subprocess.CompletedProcess[str]) -> subprocess.CompletedProcess[str]:
    """Return `done`, or fail with everything that it printed."""
    assert done.returncode == 0, f"{done.args}\n{done.stdout}\n{done.stderr}"
    return done


BUILD = ("build", "--exclude-resource-type", "unit_test")
"""A build without the unit tests, which say nothing about its data; test_dbt.py runs those once."""


def build_and_publish(warehouse: Path) -> Path:
    """Build the marts of `warehouse`, publish them and return the database."""
    succeed(dbt(warehouse, *BUILD))
    succeed(python(warehouse, "-m", "warehouse", "publish"))
    return warehouse / "current" / "ser.duckdb"


def fill(warehouse: Path, sources: Path | None = None) -> Path:
    """Ingest, infer, build and publish; return the warehouse."""
    chosen = ["--sources", str(sources)] if sources else []
    succeed(python(warehouse, "-m", "ingest", "run", *chosen))
    succeed(python(warehouse, "-m", "inference", "run"))
    build_and_publish(warehouse)
    return warehouse


def shared(*parts: str) -> Path:
    """Return a path below the shared material, or skip the test where there is none."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the shared material is not beside this checkout ({'/'.join(parts)})")
    return path


@pytest.fixture(scope="session")
def demo_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded corpus, ingested, answered, built and published. Read only: copy to change."""
    return fill(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def real_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the real corpora."""
    return fill(tmp_path_factory.mktemp("real"), shared("corpora"))


@pytest.fixture(scope="session")
def ingested_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded corpus, ingested and nothing more. Read only: copy to change."""
    warehouse = tmp_path_factory.mktemp("ingested")
    succeed(python(warehouse, "-m", "ingest", "run"))
    return warehouse


@pytest.fixture
def ingested(ingested_warehouse: Path, tmp_path: Path) -> Path:
    """A copy of the ingested warehouse that a test may change."""
    return Path(shutil.copytree(ingested_warehouse, tmp_path / "ingested"))


@pytest.fixture
def demo_copy(demo_warehouse: Path, tmp_path: Path) -> Path:
    """A copy of the demo warehouse that a test may damage."""
    return Path(shutil.copytree(demo_warehouse, tmp_path / "copy", symlinks=True))


@pytest.fixture
def query() -> Callable[..., list[tuple]]:
    """Run SQL on the published database of a warehouse."""

    def ask(warehouse: Path, sql: str, parameters: Sequence[object] = ()) -> list[tuple]:
        with duckdb.connect(
            str(warehouse / "current" / "ser.duckdb"), read_only=True
        ) as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    return ask


def write_tone(path: Path, seconds: float = 0.5, rate: int = 16_000, **options: object) -> Path:
    """Write a decaying complex tone, different for every file name, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    seed = sum(path.name.encode())
    time = np.arange(int(seconds * rate)) / rate
    pitch = 100 + seed % 150
    tone = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 6))
    samples = 0.3 * tone * np.exp(-2 * time) * (1 + np.sin(2 * np.pi * 4 * time))
    sf.write(path, samples / 3, rate, **{"subtype": "PCM_16", **options})
    return path


def write_emodb(folder: Path, clips: int) -> Path:
    """Write `clips` files named as in EmoDB below `folder`/emodb and return `folder`."""
    speakers = ("03", "08", "09", "10", "11", "12", "13", "14", "15", "16")
    names = (
        f"{speaker}{text}{emotion}{version}.wav"
        for version in "abcdefgh"
        for text in ("a01", "a02", "a04", "b01")
        for emotion in "WLEAFTN"
        for speaker in speakers
    )
    for name, _ in zip(names, range(clips), strict=False):
        write_tone(folder / "emodb" / "wav" / name, seconds=0.2)
    return folder


def filled(table: str, **values: object) -> dict[str, object]:
    """Return a row of `table` with `values`, and something of the right type everywhere else."""
    anything = {"string": "x", "int64": 1, "int32": 1, "int16": 1, "double": 0.5, "bool": False}
    row: dict[str, object] = {}
    for column in TABLES[table]:
        kind = str(column.type)
        if kind.startswith("timestamp"):
            row[column.name] = datetime(2026, 1, 1, tzinfo=UTC)
        elif kind.startswith("list"):
            row[column.name] = ["x"] if "string" in kind else None
        else:
            row[column.name] = anything.get(kind)
    return row | values


# A breath before or after every part: on a fast machine a job of a few hundred short clips is over
# before a kill has found it. What is written, and how, is the same.
SLOW_WRITES = """
import random, time
from warehouse.store import Store
put = Store._put
def put_and_rest(*given):
    before = random.uniform(0, 0.05)
    time.sleep(before)
    put(*given)
    time.sleep(0.05 - before)
Store._put = put_and_rest
"""


def kill_at_random(
    program: str, arguments: Sequence[str], warehouse: Path, table: str, times: int
) -> None:
    """Run Python's `program` again and again, and `kill -9` it soon after it has begun to write
    `table`.

    Fails if fewer than half of the kills met the job at work: then they would prove nothing.
    """
    luck, met = random.Random(0), 0
    for _ in range(times):
        before = len(list((warehouse / table).rglob("part-*")))
        job = subprocess.Popen(
            [sys.executable, "-c", SLOW_WRITES + program, *arguments],
            cwd=ROOT,
            env={**os.environ, "SER_WAREHOUSE": str(warehouse)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        new_parts = luck.choice((1, 1, 2, 3))
        while job.poll() is None:
            if len(list((warehouse / table).rglob("part-*"))) >= before + new_parts:
                break
        time.sleep(luck.uniform(0, 0.06))
        met += job.poll() is None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(job.pid, signal.SIGKILL)
        job.wait()
    assert met >= times / 2, f"only {met} of {times} kills met the job at work"


def parquet_rows(warehouse: Path, table: str, columns: str) -> list[Mapping[str, object]]:
    """Return `columns` of all parts of a table, as DuckDB reads them."""
    parts = f"{warehouse}/{table}/**/*.parquet"
    with duckdb.connect() as connection:
        return connection.execute(
            f"select {columns} from read_parquet('{parts}', union_by_name = true) order by all"
        ).fetchall()
