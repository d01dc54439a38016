"""Command line of the storage layer: builds, publication and a SQL shell."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from warehouse.errors import SerError, run_command
from warehouse.paths import data_dir
from warehouse.publish import connect, new_build, publish, published
from warehouse.rules import kept_rules, rebuild

FIRST_QUERY = (
    "select dataset, macro_f1, uar, n from metrics_by_dataset\n"
    "    where extraction = 'cameo' and temperature = 0 order by dataset;"
)


def main() -> int:
    """Parse the command line and run the chosen command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m warehouse", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("new-build", help="create a folder for one build and print its path")
    to_publish = commands.add_parser("publish", help="make a build the one that readers see")
    to_publish.add_argument(
        "build", nargs="?", type=Path, help="its folder (default: that of plain `dbt build`)"
    )
    shell = commands.add_parser("sql", help="read-only SQL shell on the published database")
    shell.add_argument("query", nargs="?", help="run this and leave instead")
    shell.add_argument("--file", type=Path, help="run the SQL in this file and leave instead")
    commands.add_parser("rules", help="list the rules that builds were made by, oldest first")
    again = commands.add_parser("rebuild", help="build a database again as it was, unpublished")
    again.add_argument("--as-of", required=True, help="moment, as in the column as_of of a mart")
    again.add_argument("--rules", help="fingerprint, or its beginning (default: today's rules)")
    arguments = parser.parse_args()
    if arguments.command == "rules":
        for fingerprint, moment in kept_rules(data_dir()):
            print(f"{moment:%Y-%m-%d %H:%M:%S}+00  {fingerprint}")
        return 0
    if arguments.command == "rebuild":
        print(f"rebuilt: {rebuild(arguments.as_of, arguments.rules)}")
        return 0
    if arguments.command == "new-build":
        print(new_build())
        return 0
    if arguments.command == "publish":
        path = publish(arguments.build)
        found = contents()
        print(f"published: {', '.join(f'{k}: {n:,}' for k, n in found.items())} → {path}")
        if not found["clips"]:
            print("note: there is no clip in it; run `make ingest infer build`", file=sys.stderr)
        return 0
    return sql(_text(arguments.file) if arguments.file else arguments.query)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SerError(f"{file}: no SQL to read ({error}); give another file") from None


def contents() -> dict[str, int]:
    """Count what the published database holds."""
    with connect() as connection:
        counts = connection.execute(
            "select (select count(*) from corpora), (select count(*) from utterances), "
            "(select count(*) from runs), "
            "(select count(*) from intermediate.int_predictions)"
        ).fetchall()[0]
    return dict(zip(("corpora", "clips", "runs", "answers"), counts, strict=True))


def sql(query: str | None) -> int:
    """Open DuckDB's own shell on the published database, or run `query` in it."""
    database = published()
    connect().close()  # the shell would not say what to do about a lock
    executable = Path(sys.executable).with_name("duckdb")
    shell = str(executable) if executable.exists() else shutil.which("duckdb")
    if shell is None:
        raise SerError("the DuckDB shell is not installed; run `make setup`")
    command = [shell, "-readonly", str(database)]
    if query is not None:
        return subprocess.run([*command, "-box", "-c", query], check=False).returncode
    if sys.stdin.isatty():
        print(f"{database}, read-only. Tables: `.tables` and `describe leaderboard;`. Try:\n")
        print(f"    {FIRST_QUERY}\n", flush=True)
    os.execv(shell, command)


if __name__ == "__main__":
    run_command(main)
