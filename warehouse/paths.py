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
        SerError: the path has a character that dbt takes for the end of a database's name.
    """
    chosen = os.environ.get("SER_WAREHOUSE") or Path("warehouse", "data")
    folder = (ROOT / Path(chosen).expanduser()).resolve()
    if {"?", "#"} & set(str(folder)):
        raise SerError(
            f"{folder}: dbt opens no database below a name with ? or #; "
            "set SER_WAREHOUSE to another folder"
        )
    return folder
