"""Where the warehouse keeps what it stores."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

DATABASE = "ser.duckdb"
"""File name of every built database. Views embed the stem, so it never varies."""


def data_dir() -> Path:
    """Return the data folder, absolute: `$SER_WAREHOUSE`, else `warehouse/data`.

    A relative path is one below the checkout, whichever folder a command is called in.
    """
    chosen = os.environ.get("SER_WAREHOUSE") or Path("warehouse", "data")
    return (ROOT / Path(chosen).expanduser()).resolve()
