"""Warehouses with the marts of trust and acoustics only, which take seconds to build."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.conftest import dbt, python, succeed

MODELS = ("+corpus_audit", "+duplicates", "+quality", "+acoustics_effects")


def marts(warehouse: Path) -> Path:
    """Build the marts of trust and acoustics and return the database."""
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    succeed(dbt(warehouse, "build", *kinds, "--select", *MODELS))
    return warehouse / "building" / "ser.duckdb"


def ask(database: Path, sql: str) -> list[tuple]:
    """Run SQL on a database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def ingest(sources: Path, warehouse: Path) -> None:
    """Ingest and measure; rejects are what the tests are about, so the exit code is not."""
    python(warehouse, "-m", "ingest", "run", "--sources", str(sources))
    succeed(python(warehouse, "-m", "ingest", "acoustics"))
