"""How long a whole `dbt build` takes, with all its tests, and which nodes are the slowest.

On the made-up grids (bench/grid.py), each with its own database, which is thrown away.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench.grid import GRIDS, write_grid
from bench.measure import measure, table
from bench.project import Project
from warehouse.errors import run_command

SLOWEST = 10


def main() -> int:
    """Build every grid and print what it took."""
    parser = argparse.ArgumentParser(prog="python -m bench.build", description=__doc__)
    parser.add_argument("--grids", nargs="+", choices=GRIDS, default=list(GRIDS))
    parser.add_argument("--scale", type=float, default=1.0, help="share of the grids' clips")
    parser.add_argument("--warehouse", type=Path, help="a warehouse that is there, instead")
    arguments = parser.parse_args()
    summary = []
    for grid in [None] if arguments.warehouse else arguments.grids:
        with tempfile.TemporaryDirectory(prefix="ser-bench-") as folder:
            work = Path(folder)
            warehouse = arguments.warehouse
            if warehouse is None:
                warehouse = work / "warehouse"
                write_grid(warehouse, grid, arguments.scale)
            summary.append(build(grid or str(warehouse), Project(warehouse.resolve(), work)))
    print(
        "\n"
        + table(
            summary,
            (
                "whole dbt build",
                "answers",
                "seconds",
                "CPU s",
                "answers/s",
                "peak MiB",
                "database MiB",
            ),
        )
    )
    return 0


def build(name: str, project: Project) -> tuple[str, ...]:
    """Build one warehouse, print its slowest nodes and return its line of the summary."""
    print(f"{name}: dbt build …", flush=True)
    entry = measure(project.dbt, "build")
    with project.connect() as connection:
        rows = connection.execute(
            f"select count(*) from {project.graph().relation('stg_predictions')}"
        ).fetchall()[0][0]
    nodes = project.node_seconds()
    together = sum(seconds for _, seconds in nodes)
    print(f"  {rows:,} answers, {entry}; {len(nodes)} nodes, {together:.1f} s together. Slowest:")
    slowest = [
        (f"  {node}", f"{seconds:.2f}", f"{seconds / together:.0%}")
        for node, seconds in nodes[:SLOWEST]
    ]
    print(table(slowest, ("", "seconds", "share")), flush=True)
    return (
        name,
        f"{rows:,}",
        f"{entry.seconds:.1f}",
        f"{entry.cpu_seconds:.1f}",
        f"{rows / entry.seconds:,.0f}",
        f"{entry.peak_bytes / 2**20:,.0f}",
        f"{project.database.stat().st_size / 2**20:,.0f}",
    )


if __name__ == "__main__":
    run_command(main)
