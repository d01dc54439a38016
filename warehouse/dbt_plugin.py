"""What dbt gets from the storage layer: functions, and a data folder that is fit to be read.

Named in dbt_project/profiles.yml, so that plain `dbt build` needs nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from warehouse import udf
from warehouse.store import cannot_write, open_store


class Plugin(BasePlugin):
    """Prepares the store before the first query and every connection after it is opened."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Set damaged parts aside, make empty tables readable, create the build's folder."""
        store = open_store()
        if self.creds is not None and self.creds.path != ":memory:":
            try:
                Path(self.creds.path).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise cannot_write(store.root, error) from error

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the Python functions that the models call."""
        udf.register(conn)
