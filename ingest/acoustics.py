"""The job behind `python -m ingest acoustics`: cues of every stored clip, measured once.

A job of its own, because cues take more than three times as long as all else that ingest does
with a clip, need nothing but the stored audio, and change with a version of their own. Workers read
row groups themselves, so that no audio passes through the job and memory stays flat.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import soundfile as sf
from threadpoolctl import threadpool_limits

from ingest.workers import Workers
from speech.acoustics import ACOUSTICS_VERSION, SAMPLE_RATE, cues
from warehouse.errors import one_line
from warehouse.inventory import inventory
from warehouse.progress import bar
from warehouse.store import Store, unreadable

PART_ROWS = 4096
"""Clips per part; a killed job measures at most this many again."""


@dataclass(frozen=True)
class Group:
    """Some clips of one row group of a part of `utterances`."""

    part: str
    number: int
    file_ids: frozenset[str]


@dataclass(frozen=True)
class Measured:
    """Rows of `acoustics`, and a line for each clip that could not be measured."""

    rows: list[dict[str, object]]
    failures: list[str]


@dataclass
class Done:
    """What a job did."""

    stored: int = 0
    known: int = 0
    failures: list[str] = field(default_factory=list)


def measure_all(store: Store, workers: Workers[Group, Measured]) -> Done:
    """Measure every clip of today that has no row of `acoustics` of this version.

    Raises:
        SerError: a part of the store cannot be read or written.
    """
    clips = {
        entry.row["file_id"]
        for entry in inventory(store, ("file_id", "pcm_sha256")).values()
        if entry.is_clip and entry.row["pcm_sha256"] is not None  # imported clips have no audio
    }
    stored = store.read("acoustics", ("file_id", "acoustics_version")).to_pylist()
    have = {row["file_id"] for row in stored if row["acoustics_version"] == ACOUSTICS_VERSION}
    wanted = clips - have
    done = Done(known=len(clips) - len(wanted))
    rows: list[dict[str, object]] = []
    try:
        with bar(len(wanted), "acoustics") as progress:
            for group, measured in workers.map(list(groups(store, wanted))):
                rows += measured.rows
                done.failures += measured.failures
                progress.update(len(group.file_ids))
                if len(rows) >= PART_ROWS:
                    done.stored += _store(store, rows)
    finally:  # also on Ctrl-C: what is finished is kept
        done.stored += _store(store, rows)
    return done


def _store(store: Store, rows: list[dict[str, object]]) -> int:
    """Append `rows`, empty the list and return how many there were."""
    count = len(rows)
    if rows:
        store.append("acoustics", rows)
    rows.clear()
    return count


def groups(store: Store, wanted: Collection[str]) -> Iterator[Group]:
    """Yield the row groups that hold clips of `wanted`, every clip once.

    Raises:
        SerError: a part cannot be read.
    """
    missing = set(wanted)
    for part in store.parts("utterances"):
        if not missing:
            return
        try:
            with pq.ParquetFile(part) as parquet:
                for number in range(parquet.num_row_groups):
                    ids = parquet.read_row_group(number, ["file_id"]).column(0).to_pylist()
                    if found := frozenset(missing.intersection(ids)):
                        missing -= found
                        yield Group(str(part), number, found)
        except (pa.ArrowException, OSError) as error:
            raise unreadable(part, error) from error


def make_workers(processes: int) -> Workers[Group, Measured]:
    """Return `processes` processes that measure stored clips."""
    return Workers(measure_group, _crashed, processes, chunk=1)


def measure_group(group: Group) -> Measured:
    """Run in a worker: measure the clips of one row group.

    Raises:
        SerError: the part cannot be read.
    """
    measured = Measured([], [])
    try:
        with pq.ParquetFile(group.part) as parquet:
            table = parquet.read_row_group(group.number, ["file_id", "original_path", "audio"])
    except (pa.ArrowException, OSError) as error:
        raise unreadable(Path(group.part), error) from error
    with threadpool_limits(1):  # the other cores have clips of their own
        for row in table.to_pylist():
            if row["file_id"] not in group.file_ids:
                continue
            try:
                samples, rate = sf.read(io.BytesIO(row["audio"]["bytes"]), dtype="float32")
                if rate != SAMPLE_RATE or samples.ndim != 1:
                    raise ValueError(f"expected 16 kHz mono, found {rate} Hz, {samples.shape}")
                values = cues(samples)._asdict()
            except Exception as error:  # a damaged clip costs only itself
                measured.failures.append(
                    f"{group.part}: clip {row['original_path']} cannot be measured "
                    f"({one_line(error)}); ingest its corpus with --again"
                )
                continue
            measured.rows.append(_row(row["file_id"], values))
    return measured


def _row(file_id: str, values: dict[str, float]) -> dict[str, object]:
    return {
        "file_id": file_id,
        **values,
        "acoustics_version": ACOUSTICS_VERSION,
        "measured_at": datetime.now(UTC),
    }


def _crashed(group: Group) -> Measured:
    line = f"{group.part}: row group {group.number} ends the process that measures it; check memory"
    return Measured([], [line])
