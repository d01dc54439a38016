"""Command line of inference: `python -m inference list`, `python -m inference run`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

from inference.clips import offered_labels, stored_datasets
from inference.runner import infer, report
from inference.system import registry
from warehouse.errors import SerError, run_command
from warehouse.registry import choose
from warehouse.store import open_store

DEFAULT_SYSTEMS = ("acoustic",)
"""What runs when nothing is chosen: the system that needs no download."""


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
    arguments = parser.parse_args()
    if arguments.command == "list":
        return list_systems()
    return run_inference(arguments.systems, arguments.corpora)


def list_systems() -> int:
    """Print the registry."""
    print(f"{'name':<12} {'version':<8} {'backend':<12} {'temperatures':<16} model")
    for system in registry().values():
        temperatures = " ".join(str(t) for t in system.temperatures)
        print(
            f"{system.name:<12} {system.version:<8} {system.backend:<12} {temperatures:<16} "
            f"{system.model_id}"
        )
    return 0


def run_inference(system_names: Sequence[str], corpus_names: Sequence[str]) -> int:
    """Run the chosen systems on the chosen corpora; return 1 if a clip got no answer."""
    started = time.monotonic()
    systems = choose("system", system_names, registry())
    store = open_store()
    datasets = stored_datasets(store, corpus_names)
    offered = offered_labels(store, datasets)
    if not offered:
        raise SerError(f"{store.root}: no clips to ask about; run `make ingest` first")
    with store.writing("inference"):
        outcomes = [infer(store, system, datasets, offered) for system in systems]
    report(outcomes)
    seconds = time.monotonic() - started
    answers = sum(outcome.answers for outcome in outcomes)
    errors = sum(len(outcome.errors) for outcome in outcomes)
    print(
        f"infer: {answers:,} answers stored, {sum(o.known for o in outcomes):,} already there, "
        f"{errors:,} clips failed, clips: {len(offered):,}, systems: {len(systems)}, "
        f"in {seconds:.1f} s ({answers / seconds:,.0f} answers/s) → {store.root}"
    )
    return 1 if errors else 0


if __name__ == "__main__":
    run_command(main)
