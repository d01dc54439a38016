"""The dbt project as benchmarks use it: its commands, its graph, and its models as plain SQL.

Benchmarks name models and nothing else of the project, so what they time is what dbt builds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse import udf
from warehouse.errors import SerError
from warehouse.paths import DATABASE, ROOT

MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class Project:
    """The project on one warehouse, with a database and compiled files of its own."""

    warehouse: Path
    work: Path

    @property
    def database(self) -> Path:
        """Return the database that is built."""
        return self.work / "build" / DATABASE

    def dbt(self, *arguments: str) -> str:
        """Run dbt and return what it printed.

        Raises:
            SerError: it failed.
        """
        self.database.parent.mkdir(parents=True, exist_ok=True)
        target = self.work / "target"
        environment = {
            **os.environ,
            "SER_WAREHOUSE": str(self.warehouse),
            "SER_BUILD": str(self.database.parent),
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(self.work / "logs"),
        }
        done = subprocess.run(
            [str(Path(sys.executable).with_name("dbt")), *arguments, "--no-use-colors"],
            cwd=ROOT / "dbt_project",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SerError(f"dbt {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def compiled(self, expression: str) -> str:
        """Return an expression with macros as the SQL that it stands for."""
        said = self.dbt("--quiet", "compile", "--no-introspect", "--inline", expression)
        return said.strip()

    def node_seconds(self) -> list[tuple[str, float]]:
        """Return name and seconds of every node of the last command, slowest first."""
        results = json.loads((self.work / "target" / "run_results.json").read_text())["results"]
        seconds = [(_short(each["unique_id"]), each["execution_time"]) for each in results]
        return sorted(seconds, key=lambda node: -node[1])

    def graph(self) -> Graph:
        """Return the graph with compiled SQL of the last command."""
        manifest = json.loads((self.work / "target" / "manifest.json").read_text())
        return Graph(manifest)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open the database as dbt does, with our functions, but without dbt."""
        connection = duckdb.connect(str(self.database))
        connection.execute("set enable_progress_bar = false")
        udf.register(connection)
        return connection


class Graph:
    """Models and seeds, who needs whom, and their SQL."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        """Read a manifest of dbt."""
        nodes = {
            key: node
            for key, node in manifest["nodes"].items()
            if node["resource_type"] in ("model", "seed")
        }
        self.nodes = {node["name"]: node for node in nodes.values()}
        self.parents = {
            node["name"]: [nodes[p]["name"] for p in manifest["parent_map"][key] if p in nodes]
            for key, node in nodes.items()
        }

    def upstream(self, name: str) -> set[str]:
        """Return `name` and everything that it is made of.

        Raises:
            SerError: there is no such model (any more).
        """
        if name not in self.nodes:
            raise SerError(f"bench: the dbt project has no model {name}; name another one there")
        return {name}.union(*(self.upstream(parent) for parent in self.parents[name]))

    def between(self, start: str, end: str) -> list[str]:
        """Return what dbt has to build for `end` when `start` and its sources are there."""
        return self.ordered(self.upstream(end) - self.upstream(start))

    def ordered(self, names: Iterable[str]) -> list[str]:
        """Return models so that each comes after those that it is made of; seeds left out."""
        depth = {name: len(self.upstream(name)) for name in names}
        models = [name for name in depth if self.nodes[name]["resource_type"] == "model"]
        return sorted(models, key=lambda name: (depth[name], name))

    def statement(self, name: str) -> str:
        """Return the SQL that builds a model again, without dbt."""
        node = self.nodes[name]
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        return f"create or replace {kind} {node['relation_name']} as {node['compiled_code']}"

    def relation(self, name: str) -> str:
        """Return the full name of the relation of a model."""
        return self.nodes[name]["relation_name"]


def _short(unique_id: str) -> str:
    """Return the kind and name of a node, as one would look for it."""
    kind, _, *name = unique_id.split(".")
    return ".".join((kind, *name)) if kind != "test" else f"test.{name[0]}"
