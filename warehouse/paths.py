"""Where the warehouse keeps what it stores."""

from __future__ import annotations

import os
from pathlib import Path

from warehouse.errors import SerError

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

DATABASE = "ser.duckdb"
"""File name of every built database. Views embed the stem, so it never varies."""


def data_dir() -> Path:
    """Return the data folder, absolute: `$SER_WAREHOUSE`, else `warehouse/data`.

    A relative path is one below the checkout, whichever folder a command is called in.

    Raises:
        SerError: dbt would make another folder of it than we do.
    """
    chosen = os.environ.get("SER_WAREHOUSE") or "warehouse/data"
    if chosen.startswith("~"):
        raise SerError(
            f"SER_WAREHOUSE={chosen}: the shell has not replaced the ~ (is it in quotes?); "
            "write the folder out"
        )
    folder = (ROOT / chosen).resolve()
    if {"?", "#"} & set(str(folder)):
        raise SerError(
            f"{folder}: dbt opens no database below a name with ? or #; "
            "set SER_WAREHOUSE to another folder"
        )
    return folder
