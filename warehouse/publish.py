"""Builds and their publication: a build never disturbs a reader, a reader never blocks a build.

Every build writes a database in a folder of its own (`building-…`). Publishing moves that folder
to `builds/` and swaps the symbolic link `current` in one step, so a reader sees the old database
or the new one. A reader that has the old file open keeps it: only older builds are removed.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from warehouse.errors import SerError
from warehouse.paths import DATABASE, data_dir
from warehouse.store import Store, cannot_write

KEEP = 3
"""Published builds that stay: the current one, and those that readers may still be opening."""

ABANDONED_AFTER_S = 24 * 3600
"""Age at which an unpublished build is taken for the remains of a killed one."""

STAMP = re.compile(r"\d{8}T\d{6}\.\d{6}-\d+")
"""What `_stamp` makes. A published build is called by the time at which it was started."""


def new_build() -> Path:
    """Create and return an empty folder for one build.

    Raises:
        SerError: the data folder cannot be written.
    """
    root, now = data_dir(), datetime.now(UTC)
    folder = root / f"building-{_stamp(now)}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise cannot_write(root, error) from error
    for old in root.glob("building-*"):
        if now.timestamp() - old.stat().st_mtime > ABANDONED_AFTER_S:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def publish(build: Path | None = None) -> Path:
    """Make `build` (default: what plain `dbt build` wrote) the database that readers see.

    Returns:
        The path under which it is published.

    Raises:
        SerError: there is no such build, it is still being written, it failed, it was started
            before the one that is published, or the data folder cannot be written.
    """
    root = data_dir()
    build = build or root / "building"
    database = build / DATABASE
    if not database.exists():
        raise SerError(f"{database}: no build to publish; run `dbt build` or `make build` first")
    current = root / "current"
    if current.exists() and not current.is_symlink():
        raise SerError(f"{current}: in the way, it must be a link to a build; move it elsewhere")
    with Store(root).writing("publish"):
        folder = root / "builds" / _stamp(_started(database))
        if current.is_symlink() and folder.name <= current.readlink().name:
            raise SerError(
                f"{database}: was started before the build that readers see "
                f"({current.readlink().name}) and may lack what that has; run `dbt build` again"
            )
        try:
            folder.parent.mkdir(exist_ok=True)
            build.rename(folder)
            link = root / f".current-{os.getpid()}"
            link.unlink(missing_ok=True)
            link.symlink_to(folder.relative_to(root))
            link.replace(current)
        except OSError as error:
            raise cannot_write(root, error) from error
        _prune(folder)
    return current / DATABASE


def _prune(current: Path) -> None:
    """Remove published builds but the newest; what we did not put there is left alone."""
    builds = [path for path in current.parent.iterdir() if STAMP.fullmatch(path.name)]
    for old in sorted(builds)[:-KEEP]:
        if old != current:
            shutil.rmtree(old, ignore_errors=True)


def published() -> Path:
    """Return the published database, its link resolved once so that all reads see one build.

    Raises:
        SerError: nothing has been published yet.
    """
    database = data_dir() / "current" / DATABASE
    if not database.exists():
        raise SerError(
            f"{database}: nothing is published yet; run `make ingest infer build` (or `make demo`)"
        )
    return database.resolve()


def connect(database: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open `database` (default: the published one), read-only.

    Raises:
        SerError: nothing is published, or another program has it open for writing.
    """
    return open_database(database or published(), read_only=True)


def open_database(database: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open `database`.

    Raises:
        SerError: another program has it open for writing, or it is no database.
    """
    try:
        connection = duckdb.connect(str(database), read_only=read_only)
        # Else a table that is missing would be looked for among the caller's Python variables.
        connection.execute("set python_enable_replacements = false")
        return connection
    except duckdb.IOException as error:
        cause = str(error).splitlines()[0].removeprefix("IO Error: ")
        if "lock" in cause:
            holder = re.search(r"held in (.+? \(PID \d+\))", cause)
            program = holder[1] if holder else "another program"
            raise SerError(
                f"{database}: open for writing in {program}; close it there and try again"
            ) from None
        raise SerError(f"{database}: cannot be opened ({cause}); run `make build`") from None


def _started(database: Path) -> datetime:
    """Return when the build was started, having made sure that it may be published.

    Opening it for writing makes sure that it is complete, in one file and not being written: that
    needs the lock and folds in a leftover log.
    """
    with open_database(database, read_only=False) as connection:
        connection.execute("checkpoint")
        try:
            found = connection.execute(
                "select epoch_us(started_at) from warehouse.build_state where ok"
            ).fetchall()
        except (duckdb.CatalogException, duckdb.BinderException):
            found = []
    if len(found) != 1:
        raise SerError(
            f"{database}: not a whole build that passed its tests; run `dbt build` again "
            "(without --select), mend what it reports, then publish"
        )
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=found[0][0])


def _stamp(time: datetime) -> str:
    """Return a name that sorts by time and is unique among processes."""
    return f"{time:%Y%m%dT%H%M%S.%f}-{os.getpid()}"
