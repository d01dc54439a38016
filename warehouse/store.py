"""Append-only Parquet tables that survive `kill -9`.

A table is a folder of parts. A part is written under a temporary name, synced and renamed, so
readers see all of it or nothing; nothing is ever changed in place. Small registry-like tables
(`runs`, `corpora`) hold one file per key, replaced as a whole in the same way.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from warehouse.errors import SerError
from warehouse.paths import data_dir
from warehouse.schema import TABLES

EMPTY_PART = "_schema.parquet"
"""A part without rows, because SQL engines call a glob that matches no file an error."""

SET_ASIDE = ".unreadable"
TEMPORARY = ".tmp"
ROW_GROUP = 128
"""Clips per row group: bounds what a reader of audio holds in memory (some 10 MB)."""

_counter = itertools.count()


class Store:
    """The Parquet tables under one data folder."""

    def __init__(self, root: Path | None = None) -> None:
        """Open the store at `root` (default: the data folder) and create what is missing.

        Raises:
            SerError: the folder cannot be created or written.
        """
        self.root = root or data_dir()
        try:
            for table in TABLES:
                folder = self.root / table
                folder.mkdir(parents=True, exist_ok=True)
                # A folder whose writer was killed may hold a temporary file; it is never read.
                if not (folder / EMPTY_PART).exists():
                    _write(TABLES[table].empty_table(), folder / EMPTY_PART)
        except OSError as error:
            raise SerError(
                f"{self.root}: cannot write the warehouse here ({error.strerror}); "
                "set SER_WAREHOUSE to a folder you may write"
            ) from error

    def append(self, table: str, rows: Sequence[Mapping[str, object]], folder: str = "") -> Path:
        """Write `rows` as one new part of `table` (below `folder`) and return its path."""
        # Time first, so that parts sort in the order in which they were written.
        name = f"part-{time.time_ns()}-{os.getpid()}-{next(_counter)}.parquet"
        path = self.root / table / folder / name
        _write(pa.Table.from_pylist(list(rows), schema=TABLES[table]), path)
        return path

    def replace(self, table: str, key: str, row: Mapping[str, object]) -> Path:
        """Write the one-row part `key` of a registry-like table, replacing an older one."""
        path = self.root / table / f"{key}.parquet"
        _write(pa.Table.from_pylist([dict(row)], schema=TABLES[table]), path)
        return path

    def parts(self, table: str, folder: str = "") -> list[Path]:
        """Return the readable parts of `table` in name order."""
        return sorted((self.root / table / folder).rglob("*.parquet"))

    def read(self, table: str, columns: Sequence[str], folder: str = "") -> pa.Table:
        """Read `columns` of all parts of `table` (below `folder`)."""
        dataset = ds.dataset(
            [str(p) for p in self.parts(table, folder)], schema=TABLES[table], format="parquet"
        )
        return dataset.to_table(columns=list(columns))

    def set_aside_unreadable(self) -> list[str]:
        """Rename files that are no whole parts of their table and return one line for each.

        Such a part was not written by us: our own appear only when complete. Its rows would make
        every query on the table fail; set aside they are kept, and what they held is done again.
        """
        lines = []
        for table in TABLES:
            for path in self.parts(table):
                cause = _damage(path, TABLES[table])
                if cause is None:
                    continue
                aside = path.with_name(path.name + SET_ASIDE)
                path.rename(aside)
                lines.append(
                    f"{path}: {cause}; set aside as {aside.name}; "
                    "run ingest or infer again to write its rows anew"
                )
        return lines

    @contextlib.contextmanager
    def writing(self, job: str) -> Iterator[None]:
        """Hold the lock that makes `job` the only one of its kind on this store.

        Two jobs would both see a clip as missing and store it twice. The kernel drops the lock
        when the process ends, however it ends.

        Raises:
            SerError: another process holds the lock.
        """
        path = self.root / f".{job}.lock"
        with path.open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                handle.seek(0)
                holder = handle.read().strip() or "unknown"
                raise SerError(
                    f"{self.root}: another {job} is writing here (process {holder}); "
                    "wait for it, or set SER_WAREHOUSE to another folder"
                ) from error
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            yield


def open_store(root: Path | None = None) -> Store:
    """Open the store for work: create what is missing, report and set aside damaged parts."""
    store = Store(root)
    for line in store.set_aside_unreadable():
        print(f"warning: {line}", file=sys.stderr)
    return store


def _write(table: pa.Table, path: Path) -> None:
    """Write `table` to `path` so that `path` is either whole or absent, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}{TEMPORARY}")
    with temporary.open("wb") as handle:
        pq.write_table(table, handle, **_layout(table.schema))
        handle.flush()
        os.fsync(handle.fileno())
    temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the rename itself must be on disk too
    finally:
        os.close(folder)


def _layout(schema: pa.Schema) -> dict[str, object]:
    """Return how to write a part: FLAC is not compressed again nor searched for repetitions."""
    columns = [name for name in schema.names if name != "audio"]
    layout: dict[str, object] = {name: "zstd" for name in columns}
    if "audio" not in schema.names:
        return {"compression": layout}
    return {
        "compression": {**layout, "audio.path": "zstd", "audio.bytes": "none"},
        "use_dictionary": columns,
        "write_statistics": columns,
        "row_group_size": ROW_GROUP,
    }


def _damage(path: Path, schema: pa.Schema) -> str | None:
    """Say why `path` cannot be a part of a table with `schema`, or None if it can.

    Columns that came into the schema later may be missing, but never the first, which is an id.
    """
    try:
        found = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError, EOFError) as error:
        cause = str(error).splitlines()[0].rstrip(".")[:120]
        return f"not a whole Parquet file ({cause})"
    if schema.names[0] not in found.names:
        return f"not a part of this table (no column {schema.names[0]})"
    for column in schema:
        if column.name in found.names and found.field(column.name).type != column.type:
            kind = found.field(column.name).type
            return f"not a part of this table ({column.name} is {kind}, not {column.type})"
    return None
