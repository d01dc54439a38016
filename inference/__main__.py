"""Command line of inference: `python -m inference list`, `… run`, `… import FILE`."""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import sys
import time
from pathlib import Path

from inference.clips import stored_clips, stored_datasets
from inference.conditions import CONDITIONS
from inference.engines import ENGINES, choose_engine
from inference.imports.answers import RUN_COLUMNS, import_answers
from inference.imports.clips import import_clips
from inference.imports.tables import READERS, Source
from inference.runner import CLIP_SECONDS, infer, report
from inference.system import System, registry
from warehouse.errors import SerError, run_command
from warehouse.registry import choose
from warehouse.store import open_store

DEFAULT_SYSTEMS = ("acoustic",)
"""What runs when nothing is chosen: the system that needs no download."""


SHOWN_PROBLEMS = 20
"""Rows that an import complains of one by one; the rest are counted."""


def main() -> int:
    """Parse the command line and run the chosen command; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m inference",
        description="Ask systems about the clips in the warehouse and keep every raw answer.",
        epilog="Exit codes: 0 done, 1 some clips got no answer or bad environment, "
        "2 wrong usage, 130 interrupted.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the systems that can be asked, one line each")
    run = commands.add_parser("run", help="answer what is not answered yet")
    run.add_argument(
        "--systems",
        nargs="+",
        default=list(DEFAULT_SYSTEMS),
        metavar="NAME",
        help=f"systems to ask (default: {' '.join(DEFAULT_SYSTEMS)})",
    )
    run.add_argument(
        "--corpora", nargs="+", default=[], metavar="NAME", help="only clips of these corpora"
    )
    run.add_argument(
        "--conditions",
        nargs="+",
        default=["clip"],
        metavar="NAME",
        help=f"what the systems hear: {' '.join(CONDITIONS)} (default: clip)",
    )
    run.add_argument("--engine", default="local", help=f"where to compute: {' or '.join(ENGINES)}")
    run.add_argument(
        "--workers", type=_count, help="processes that each load the model (default: one; ray: all)"
    )
    run.add_argument(
        "--clip-seconds",
        type=float,
        default=CLIP_SECONDS,
        help=f"longest time for one clip (default: {CLIP_SECONDS:g}; 0: no limit)",
    )
    run.add_argument("--server", help="base URL for systems that are asked over HTTP")
    bring = commands.add_parser(
        "import",
        help="store raw answers that were computed elsewhere",
        description="Columns of FILE: file_id, or dataset and original_path; raw_text or error; "
        f"{', '.join(RUN_COLUMNS)} (needed: system, model_id, temperature); labels and "
        "label_logprobs where they are known.",
    )
    bring.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help=f"answers ({', '.join(READERS)})"
    )
    bring.add_argument(
        "--clips",
        nargs="+",
        type=Path,
        default=[],
        metavar="LIST",
        help="clips whose audio is not here: dataset, original_path, emotion, language, synthetic",
    )
    bring.add_argument(
        "--set",
        nargs="+",
        type=_pair,
        default=[],
        metavar="COLUMN=VALUE",
        help="what every row has that names nothing else: --set system=mine temperature=0",
    )
    bring.add_argument(
        "--rename",
        nargs="+",
        type=_pair,
        default=[],
        metavar="THEIRS=OURS",
        help="columns that the file calls otherwise: --rename output=raw_text",
    )
    arguments = parser.parse_args()
    if arguments.command == "import":
        return run_import(arguments)
    if arguments.command == "list":
        return list_systems()
    return run_inference(arguments)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is fewer than one")
    return number


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, value


def list_systems() -> int:
    """Print the registry."""
    rows = [("name", "version", "backend", "temperatures", "model", "revision")]
    for system in registry().values():
        temperatures = " ".join(str(t) for t in system.temperatures)
        facts = (system.version, system.backend, temperatures, system.model_id)
        rows.append((system.name, *facts, system.model_revision))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
    return 0


def run_inference(arguments: argparse.Namespace) -> int:
    """Run the chosen systems on the chosen corpora; return 1 if a clip got no answer."""
    started = time.monotonic()
    systems = choose("system", arguments.systems, registry())
    conditions = choose("condition", arguments.conditions, CONDITIONS)
    if arguments.server:
        systems = [_reached_at(arguments.server, system) for system in systems]
    store = open_store()
    datasets = stored_datasets(store, arguments.corpora)
    clips = stored_clips(store, datasets)
    if not clips:
        raise SerError(f"{store.root}: no clips to ask about; run `make ingest` first")
    engine = choose_engine(arguments.engine, arguments.workers)
    with store.writing("inference"):
        outcomes, ended = [], []
        for system, condition in itertools.product(systems, conditions):
            try:
                outcomes.append(
                    infer(store, system, datasets, clips, condition, engine, arguments.clip_seconds)
                )
            except SerError as error:  # the others go on
                ended.append(str(error))
    if not outcomes and len(set(ended)) == 1:
        raise SerError(ended[0])
    report(outcomes)
    for line in dict.fromkeys(ended):
        print(f"error: {line}", file=sys.stderr)
    seconds = time.monotonic() - started
    answers = sum(outcome.answers for outcome in outcomes)
    errors = sum(len(outcome.errors) for outcome in outcomes)
    heard = f", conditions: {len(conditions)}" if len(conditions) > 1 else ""
    print(
        f"infer: {answers:,} answers stored, {sum(o.known for o in outcomes):,} already there, "
        f"{errors:,} clips failed, clips: {len(clips):,}, systems: {len(systems)}{heard}, "
        f"in {seconds:.1f} s ({answers / seconds:,.0f} answers/s) → {store.root}"
    )
    return 1 if errors or ended else 0


def run_import(arguments: argparse.Namespace) -> int:
    """Store clips and answers from elsewhere; return 1 if a row could not be used."""
    started = time.monotonic()
    if not arguments.files and not arguments.clips:
        raise SerError("nothing to import; name a file with answers, or --clips LIST")
    constants, names = dict(arguments.set), dict(arguments.rename)
    store = open_store()
    # Clips are what ingest writes: two of its kind would both see a clip as missing.
    with store.writing("inference"), store.writing("ingest"):
        lists = [Source(file, constants, names) for file in arguments.clips]
        clips = [import_clips(store, each) for each in lists]
        files = [Source(file, constants, names) for file in arguments.files]
        answers = [import_answers(store, each) for each in files]
    problems = [problem for done in (*clips, *answers) for problem in done.problems]
    for problem in problems[:SHOWN_PROBLEMS]:
        print(f"error: {problem}", file=sys.stderr)
    if (rest := len(problems) - SHOWN_PROBLEMS) > 0:
        print(f"error: … and {rest:,} more rows that cannot be used", file=sys.stderr)
    if ignored := sorted(set().union(*(done.ignored for done in (*clips, *answers)))):
        print(f"note: columns that mean nothing here: {', '.join(ignored)}", file=sys.stderr)
    if off := sum(done.off_offer for done in answers):
        print(
            f"note: {off:,} of the stored answers count in no metric, for the true emotion was not "
            "among the labels",
            file=sys.stderr,
        )
    print(
        f"import: {sum(d.stored for d in answers):,} answers stored, "
        f"{sum(d.known for d in answers):,} already there, {len(problems):,} rows cannot be used, "
        f"runs: {len(set().union(*(d.runs for d in answers))):,}, "
        f"clips: {sum(d.stored for d in clips):,} stored, {sum(d.known for d in clips):,} already "
        f"there, {sum(d.rejected for d in clips):,} rejected, "
        f"in {time.monotonic() - started:.1f} s → {store.root}"
    )
    return 1 if problems else 0


def _reached_at(server: str, system: System) -> System:
    """Return the system with another server."""
    if "base_url" not in system.options:
        raise SerError(f"system {system.name} is not asked over HTTP; leave out --server")
    return dataclasses.replace(system, options={**system.options, "base_url": server})


if __name__ == "__main__":
    run_command(main)
