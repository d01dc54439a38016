"""Where the warehouse keeps what it stores."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

DATABASE = "ser.duckdb"
"""File name of every built database. Views embed the stem, so it never varies."""


def data_dir() -> Path:
    """Return the data folder, absolute: `$SER_WAREHOUSE`, else `warehouse/data`."""
    chosen = os.environ.get("SER_WAREHOUSE")
    return Path(chosen).expanduser().resolve() if chosen else ROOT / "warehouse" / "data"
