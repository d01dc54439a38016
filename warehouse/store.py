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
ABANDONED_AFTER_S = 24 * 3600
"""Age at which a temporary file is taken for the remains of a killed writer."""
ROW_GROUP = 128
"""Clips per row group: bounds what a reader of audio holds in memory (some 10 MB)."""

WRITER = {
    "utterances": "ingest",
    "rejects": "ingest",
    "ratings": "ingest",
    "quality": "ingest",
    "acoustics": "acoustics",
    "corpora": "ingest",
    "folds": "ingest",
    "runs": "infer",
    "predictions": "infer",
}
"""The job that writes a table."""

_counter = itertools.count()


class Store:
    """The Parquet tables under one data folder."""

    def __init__(self, root: Path | None = None) -> None:
        """Open the store at `root` (default: the data folder) and create what is missing.

        Raises:
            SerError: the folder cannot be created or written.
        """
        self.root = root or data_dir()
        self._create()

    def _create(self) -> None:
        try:
            for table in TABLES:
                folder = self.root / table
                folder.mkdir(parents=True, exist_ok=True)
                empty = folder / EMPTY_PART
                if not empty.exists() or _lacks_columns(empty, TABLES[table]):
                    _write(TABLES[table].empty_table(), empty)
        except OSError as error:
            raise cannot_write(self.root, error) from error

    def append(self, table: str, rows: Sequence[Mapping[str, object]], folder: str = "") -> Path:
        """Write `rows` as one new part of `table` (below `folder`) and return its path.

        Raises:
            SerError: the disk is full or the folder cannot be written; nothing of it is there.
        """
        return self.append_table(table, pa.Table.from_pylist(list(rows), TABLES[table]), folder)

    def append_table(self, table: str, rows: pa.Table, folder: str = "") -> Path:
        """Write `rows`, which have the schema of `table`, as one new part and return its path.

        Raises:
            SerError: the disk is full or the folder cannot be written; nothing of it is there.
        """
        # Time first, so that parts sort in the order in which they were written.
        name = f"part-{time.time_ns()}-{os.getpid()}-{next(_counter)}.parquet"
        path = self.root / table / folder / name
        self._put(rows, path)
        return path

    def replace(self, table: str, key: str, row: Mapping[str, object]) -> Path:
        """Write the one-row part `key` of a registry-like table, replacing an older one.

        Raises:
            SerError: the disk is full or the folder cannot be written; the older row stays.
        """
        return self.replace_rows(table, key, [row])

    def replace_rows(self, table: str, key: str, rows: Sequence[Mapping[str, object]]) -> Path:
        """Write all the rows of part `key` of a registry-like table, replacing the older ones.

        Raises:
            SerError: the disk is full or the folder cannot be written; the older rows stay.
        """
        path = self.root / table / f"{key}.parquet"
        self._put(pa.Table.from_pylist([dict(row) for row in rows], TABLES[table]), path)
        return path

    def _put(self, table: pa.Table, path: Path) -> None:
        try:
            _write(table, path)
        except OSError as error:
            raise cannot_write(self.root, error) from error

    def parts(self, table: str, folder: str = "") -> list[Path]:
        """Return the readable parts of `table` in name order."""
        return sorted((self.root / table / folder).rglob("*.parquet"))

    def read(self, table: str, columns: Sequence[str], folder: str = "") -> pa.Table:
        """Read `columns` of all parts of `table` (below `folder`).

        Raises:
            SerError: a part cannot be read or its bytes have changed since they were written.
        """
        parts = self.parts(table, folder)
        with _naming_the_broken(parts, table, columns):
            return _dataset(parts, table).to_table(columns=list(columns))

    def batches(
        self, table: str, columns: Sequence[str], folder: str = ""
    ) -> Iterator[pa.RecordBatch]:
        """Yield the same rows piece by piece, part by part in name order.

        Raises:
            SerError: a part cannot be read or its bytes have changed since they were written.
        """
        for part in self.parts(table, folder):
            with _naming_the_broken([part], table, columns):
                yield from _dataset([part], table).to_batches(columns=list(columns))

    def verify(self) -> None:
        """Read everything but the audio, for readers that look at no checksums (DuckDB).

        Raises:
            SerError: the bytes of a part have changed since they were written.
        """
        for table, schema in TABLES.items():
            columns = [name for name in schema.names if name != "audio"]
            parts = self.parts(table)
            with _naming_the_broken(parts, table, columns):
                for _ in _dataset(parts, table).to_batches(columns=columns):
                    pass

    def set_aside_unreadable(self) -> list[str]:
        """Rename files that are no whole parts of their table and return one line for each.

        Such a part was not written by us: our own appear only when complete. Its rows would make
        every query on the table fail; set aside they are kept, and what they held is done again.

        Raises:
            SerError: a part cannot be opened at all, which says nothing about what it holds.
        """
        lines = []
        for table in TABLES:
            for path in self.parts(table):
                cause = _damage(path, TABLES[table])
                if cause is None:
                    continue
                aside = path.with_name(path.name + SET_ASIDE)
                path.rename(aside)
                line = f"{path}: {cause}; set aside as {aside.name}"
                if path.name != EMPTY_PART:
                    line += f"; run `make {WRITER[table]}` again to write its rows anew"
                lines.append(line)
        self._create()
        return lines

    def sweep(self) -> None:
        """Remove temporary files that killed writers left long ago; they were never read."""
        for table in TABLES:
            for path in (self.root / table).rglob(f"*{TEMPORARY}"):
                with contextlib.suppress(OSError):
                    if time.time() - path.stat().st_mtime > ABANDONED_AFTER_S:
                        path.unlink()

    @contextlib.contextmanager
    def writing(self, job: str) -> Iterator[None]:
        """Hold the lock that makes `job` the only one of its kind on this store.

        Two jobs would both see a clip as missing and store it twice. The kernel drops the lock
        when the process ends, however it ends.

        Raises:
            SerError: another process holds the lock, or the folder cannot be written.
        """
        try:
            lock = (self.root / f".{job}.lock").open("a+")
        except OSError as error:
            raise cannot_write(self.root, error) from error
        with lock as handle:
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
    store.sweep()
    for line in store.set_aside_unreadable():
        print(f"warning: {line}", file=sys.stderr)
    return store


def cannot_write(folder: Path, error: OSError) -> SerError:
    """Return the error that says so and what to do."""
    return SerError(
        f"{folder}: cannot write the warehouse here ({error.strerror}); "
        "make room or allow it, or set SER_WAREHOUSE to another folder"
    )


def unreadable(part: Path, error: Exception) -> SerError:
    """Return the error that names a part whose rows cannot be read, and what to do."""
    return SerError(
        f"{part}: cannot be read ({_first_line(error)}); check the disk, or move the file out of "
        "the warehouse and run ingest or infer again to write its rows anew"
    )


def _dataset(parts: Sequence[Path], table: str) -> ds.Dataset:
    """Return `parts` as one table that verifies the checksums of the pages it reads."""
    checked = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
    layout = ds.ParquetFileFormat(default_fragment_scan_options=checked)
    return ds.dataset([str(part) for part in parts], schema=TABLES[table], format=layout)


@contextlib.contextmanager
def _naming_the_broken(parts: Sequence[Path], table: str, columns: Sequence[str]) -> Iterator[None]:
    """Let a read of many parts that fails say which of them it is."""
    try:
        yield
    except (pa.ArrowException, OSError):
        for part in parts:
            try:
                _dataset([part], table).to_table(columns=list(columns))
            except (pa.ArrowException, OSError) as error:
                raise unreadable(part, error) from error
        raise


def _write(table: pa.Table, path: Path) -> None:
    """Write `table` to `path` so that `path` is either whole or absent, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        with temporary.open("wb") as handle:
            pq.write_table(table, handle, write_page_checksum=True, **_layout(table.schema))
            handle.flush()
            os.fsync(handle.fileno())
        temporary.rename(path)
    except BaseException:  # a full disk, or Ctrl-C
        temporary.unlink(missing_ok=True)
        raise
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


def _lacks_columns(empty: Path, schema: pa.Schema) -> bool:
    """Tell whether the empty part is older than a column, which then no part might have."""
    try:
        return pq.read_schema(empty).names != schema.names
    except (pa.ArrowException, OSError, EOFError):
        return False  # damaged: `set_aside_unreadable` has a line for that


def _damage(path: Path, schema: pa.Schema) -> str | None:
    """Say why `path` cannot be a part of a table with `schema`, or None if it can.

    Columns that came into the schema later may be missing, but never the first, which is an id.
    """
    try:
        with path.open("rb") as handle:
            found = pq.read_schema(handle)
    except (pa.ArrowException, OSError, EOFError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            # The system refused: no rights, a disk error. The part may be in perfect health.
            raise unreadable(path, error) from error
        return f"not a whole Parquet file ({_first_line(error)})"
    if schema.names[0] not in found.names:
        return f"not a part of this table (no column {schema.names[0]})"
    for column in schema:
        if column.name in found.names and found.field(column.name).type != column.type:
            kind = found.field(column.name).type
            return f"not a part of this table ({column.name} is {kind}, not {column.type})"
    return None


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")[:120]
