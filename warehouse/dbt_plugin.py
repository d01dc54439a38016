"""What dbt gets from the storage layer: functions, and a data folder that is fit to be read.

Named in dbt_project/profiles.yml, so that plain `dbt build` needs nothing else.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from warehouse import udf
from warehouse.errors import SerError
from warehouse.publish import open_database
from warehouse.rules import keep_rules
from warehouse.store import cannot_write, open_store


class Plugin(BasePlugin):
    """Prepares the store before the first query and every connection after it is opened."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Make the store fit to be read and the database to be written, or say why it is not.

        Raises:
            DbtRuntimeError: what elsewhere is a `SerError`; dbt prints it without a traceback.
        """
        try:
            store = open_store()
            store.verify()
            self.rules = keep_rules(store.root)
            if self.creds is not None and self.creds.path != ":memory:":
                _make_writable(Path(self.creds.path), store.root)
        except SerError as error:
            raise DbtRuntimeError(str(error)) from None

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the Python functions that the models call."""
        udf.register(conn)
        rules = self.rules
        conn.create_function("rules_sha256", lambda: rules, [], "VARCHAR", side_effects=False)


def _make_writable(database: Path, root: Path) -> None:
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(root, error) from error
    if database.exists():
        # What else may be wrong with it, dbt reports itself.
        with contextlib.suppress(duckdb.Error):
            open_database(database, read_only=False).close()
