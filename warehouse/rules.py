"""The rules of every build, kept: how answers were read and metrics made, byte for byte.

Rules are the dbt project and this package, whose functions the project calls. Their fingerprint is
in every database (`warehouse.build_state`), and under it they lie as an archive in the data folder.
Answers are never changed, so old rules on what was stored by then make an old leaderboard again.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from warehouse.errors import SerError
from warehouse.paths import DATABASE, ROOT, data_dir
from warehouse.store import cannot_write

FOLDER = "rules"
LEFT_OUT = {"target", "logs", "dbt_packages", "__pycache__", "data"}
"""Folders that tools write and the data itself: none of them is a rule."""
SUFFIXES = {".sql", ".yml", ".csv", ".py"}


def rule_files(root: Path = ROOT) -> list[Path]:
    """Return the files that decide what a build makes of the stored answers, sorted."""
    return sorted(
        path
        for folder in ("dbt_project", "warehouse")
        for path in (root / folder).rglob("*")
        if path.suffix in SUFFIXES
        and not path.name.startswith(".")
        and not LEFT_OUT & set(path.relative_to(root).parts)
    )


def keep_rules(store: Path, root: Path = ROOT) -> str:
    """Keep today's rules in the data folder `store`, once, and return their fingerprint.

    Raises:
        SerError: the data folder cannot be written.
    """
    archive = _archive(root)
    fingerprint = hashlib.sha256(archive).hexdigest()
    path = store / FOLDER / f"{fingerprint}.tar"
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as part:
                part.write(archive)
                part.flush()
                os.fsync(part.fileno())
            Path(part.name).replace(path)
        except OSError as error:
            raise cannot_write(store, error) from error
    return fingerprint


def kept_rules(store: Path) -> list[tuple[str, datetime]]:
    """Return the fingerprints of all kept rules and when they were first used, oldest first."""
    found = [
        (path.stem, datetime.fromtimestamp(path.stat().st_mtime, UTC))
        for path in (store / FOLDER).glob("*.tar")
    ]
    return sorted(found, key=lambda entry: entry[1])


def rebuild(as_of: str, rules: str | None = None) -> Path:
    """Build the database again as it was: what was stored by `as_of`, read by the kept `rules`.

    It is not published: it lies beside the builds, for who wants to look.

    Args:
        as_of: a moment, ISO 8601 (column `as_of` of any mart).
        rules: fingerprint, or the first characters of one; default: today's rules.

    Returns:
        The path of the database.

    Raises:
        SerError: no such moment, rules or warehouse, or the build fails.
    """
    moment = _moment(as_of)
    store = data_dir()
    if not any((store / "utterances").rglob("part-*.parquet")):
        raise SerError(
            f"{store}: no clip was ever stored here; does SER_WAREHOUSE name it rightly?"
        )
    fingerprint = _chosen(store, rules) if rules else keep_rules(store)
    folder = store / "rebuilt" / f"{moment:%Y%m%dT%H%M%S.%f}-{fingerprint[:8]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(store, error) from error
    with tempfile.TemporaryDirectory(prefix="ser-rules-") as temporary:
        with tarfile.open(store / FOLDER / f"{fingerprint}.tar") as archive:
            archive.extractall(temporary, filter="data")
        dbt = str(Path(sys.executable).with_name("dbt"))
        done = subprocess.run(
            [dbt, "--quiet", "build", "--exclude-resource-type", "unit_test"],
            cwd=Path(temporary) / "dbt_project",
            env={
                **os.environ,
                "SER_WAREHOUSE": str(store),
                "SER_BUILD": str(folder),
                "SER_AS_OF": moment.isoformat(),
            },
            check=False,
        )
    if done.returncode:
        raise SerError(f"{folder}: the build failed, its messages are above")
    return folder / DATABASE


def _archive(root: Path) -> bytes:
    """Return the rules as a tar archive that depends on nothing but their names and bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in rule_files(root):
            content = path.read_bytes()
            entry = tarfile.TarInfo(path.relative_to(root).as_posix())
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        # In UTC, or two moments that differ by their offset alone would have one folder.
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise SerError(
            f"{text or 'nothing'}: no moment; "
            "write it as in the column as_of, 2026-11-21 10:00:00+00"
        ) from None


def _chosen(store: Path, rules: str) -> str:
    matching = [name for name, _ in kept_rules(store) if name.startswith(rules)]
    if len(matching) != 1:
        kept = "no rules" if not matching else f"{len(matching)} rules"
        raise SerError(
            f"{rules}: {kept} kept under it in {store / FOLDER}; "
            "`python -m warehouse rules` lists them"
        )
    return matching[0]
