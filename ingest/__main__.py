"""Command line of ingest: `python -m ingest list`, `… run`, `… acoustics`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ingest.corpus import registry
from ingest.downloads import DOWNLOADS, chosen_names, how_to_ingest, where_to_apply
from ingest.engines import ENGINES
from ingest.fetch import fetch
from ingest.pipeline import ingest, make_workers
from ingest.reader import Request, readers
from ingest.sources import EMBEDDED, ORIGINAL, Source, find_sources
from ingest.tally import EXAMPLES, Tally
from warehouse.errors import SerError, one_line, run_command
from warehouse.paths import data_dir
from warehouse.registry import choose
from warehouse.store import Store, open_store


def main() -> int:
    """Parse the command line and run the chosen command; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Read emotional-speech corpora in their original layouts into the warehouse.",
        epilog="Exit codes: 0 done (rejected files are reported), 1 nothing usable or bad "
        "environment, 2 wrong usage, 3 to be applied for (fetch), 130 interrupted.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the corpora that can be read, one line each")
    run = commands.add_parser("run", help="ingest corpora; what is stored already is skipped")
    run.add_argument(
        "--sources",
        type=_folder,
        default=EMBEDDED,
        metavar="FOLDER",
        help="folder with one folder per corpus (default: the embedded synthetic corpus)",
    )
    run.add_argument(
        "--from",
        dest="collection",
        default=ORIGINAL,
        metavar="NAME",
        help="how they lie there: original (the corpora's own layouts), "
        + ", ".join(f"{reader.name} ({reader.help})" for reader in readers().values()),
    )
    run.add_argument(
        "--columns",
        nargs="+",
        default=[],
        metavar="OURS=THEIRS",
        help="what a manifest calls our columns, like path=wav emotion=label",
    )
    run.add_argument("--dataset", metavar="NAME", help="corpus of a manifest that does not say")
    run.add_argument("--language", metavar="NAME", help="language of a manifest that does not say")
    run.add_argument("--corpora", nargs="+", default=[], metavar="NAME", help="only these corpora")
    run.add_argument("--again", action="store_true", help="ingest anew what is stored already")
    run.add_argument(
        "--drop-missing",
        action="store_true",
        help="take clips out of today's results whose files are no longer in the folder",
    )
    run.add_argument(
        "--workers",
        type=_positive,
        default=len(os.sched_getaffinity(0)),
        metavar="N",
        help="processes that decode and encode (default: one per core)",
    )
    run.add_argument(
        "--engine",
        metavar="|".join(ENGINES),
        default=os.environ.get("ENGINE") or "pool",
        help="what runs it: processes of this machine, or Ray on the cluster of $RAY_ADDRESS "
        "(default: $ENGINE, else pool)",
    )
    get = commands.add_parser(
        "fetch", help="download corpora that are openly there; say where to apply for the others"
    )
    get.add_argument("names", nargs="+", metavar="NAME", help="corpora, or the collection cameo")
    get.add_argument(
        "--into",
        type=_folder,
        metavar="FOLDER",
        help="folder with one folder per corpus (default: `sources` in the data folder)",
    )
    acoustics = commands.add_parser(
        "acoustics", help="measure pitch, energy, rate and voice of the stored clips, once each"
    )
    acoustics.add_argument(
        "--workers",
        type=_positive,
        default=len(os.sched_getaffinity(0)),
        metavar="N",
        help="processes that measure (default: one per core)",
    )
    arguments = parser.parse_args()
    if arguments.command == "fetch":
        return fetch_corpora(arguments.names, arguments.into or data_dir() / "sources")
    if arguments.command == "list":
        return list_corpora()
    if arguments.command == "acoustics":
        return run_acoustics(arguments)
    return run_ingest(arguments)


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; give SOURCES=FOLDER (or --sources)")
    return Path(text).expanduser()


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def list_corpora() -> int:
    """Print the registry."""
    print(f"{'name':<15} {'language':<10} {'clips':>7}  {'labels':>6}  licence")
    for corpus in registry().values():
        language = "several" if corpus.languages else corpus.language
        clips = "?" if corpus.published_clips is None else f"{corpus.published_clips:,}"
        print(
            f"{corpus.name.lower():<15} {language:<10} {clips:>7}  "
            f"{len(corpus.labels):>6}  {corpus.license}"
        )
    return 0


def collected(arguments: argparse.Namespace, store: Store) -> list[Source]:
    """Return the corpora of the collection that was asked for.

    Raises:
        SerError: there is no such collection, or nothing of it in the folder.
    """
    [reader] = choose("collection", [arguments.collection], readers())
    columns = dict(_pair(text) for text in arguments.columns)
    request = Request(
        arguments.sources, arguments.corpora, columns, arguments.dataset, arguments.language
    )
    return reader.sources(request, store)


def _pair(text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    if not (ours and equals and theirs):
        raise SerError(f"--columns {text}: write OURS=THEIRS, like path=wav")
    return ours, theirs


MUST_APPLY = 3
"""Exit code of `fetch` where nothing was wrong, but a corpus is not to be had without asking."""


def fetch_corpora(names: Sequence[str], into: Path) -> int:
    """Download the corpora called `names` below `into`; return the exit code."""
    code = 0
    for name in chosen_names(names):
        what = DOWNLOADS.get(name)
        if what is None:
            print(where_to_apply(name))
            code = code or MUST_APPLY
            continue
        try:
            folder = fetch(name, what, into)
        except SerError as error:  # the others may be there
            print(f"error: {error}", file=sys.stderr)
            code = 1
        else:
            print(f"{name}: fetched → {folder}; next: {how_to_ingest(name, folder)}")
    return code


def run_ingest(arguments: argparse.Namespace) -> int:
    """Ingest the chosen corpora; return 0, or 1 if not one clip of them is in the store."""
    started = time.monotonic()
    if arguments.collection == ORIGINAL:
        sources = find_sources(arguments.sources, arguments.corpora)
    store = open_store()
    tallies: list[Tally] = []
    failed = 0
    with store.writing("ingest"), make_workers(arguments.workers, arguments.engine) as workers:
        if arguments.collection != ORIGINAL:
            sources = collected(arguments, store)
        for source in sources:
            try:
                tallies.append(
                    ingest(store, source, workers, arguments.again, arguments.drop_missing)
                )
            except SerError as error:  # this corpus cannot be read; the others can
                print(f"error: {error}", file=sys.stderr)
                failed += 1
    _report(tallies)
    seconds = time.monotonic() - started
    stored = sum(tally.stored for tally in tallies)
    print(
        f"ingest: {stored:,} clips stored, {sum(t.known for t in tallies):,} already there, "
        f"{sum(t.rejects.total() for t in tallies):,} files rejected, "
        f"corpora: {len(tallies)}, in {seconds:.1f} s ({stored / seconds:,.0f} clips/s) "
        f"→ {store.root}"
    )
    # Without a corpus a reader has stored what it found beside clips, or complained.
    usable = not tallies or any(tally.stored or tally.known for tally in tallies)
    return 1 if failed or not usable else 0


def run_acoustics(arguments: argparse.Namespace) -> int:
    """Measure the clips that have no cues yet; return 0, or 1 if one could not be measured."""
    # Here, because scipy takes a while to load and the other commands do without it.
    from ingest.acoustics import make_workers as acoustics_workers
    from ingest.acoustics import measure_all

    started = time.monotonic()
    store = open_store()
    with store.writing("acoustics"), acoustics_workers(arguments.workers) as workers:
        done = measure_all(store, workers)
    for line in done.failures[:EXAMPLES]:
        print(f"error: {line}", file=sys.stderr)
    seconds = time.monotonic() - started
    print(
        f"acoustics: {done.stored:,} clips measured, {done.known:,} already there, "
        f"{len(done.failures):,} failed, in {seconds:.1f} s ({done.stored / seconds:,.0f} clips/s) "
        f"→ {store.root}"
    )
    return 1 if done.failures else 0


def _report(tallies: Sequence[Tally]) -> None:
    """Print one line per corpus, then why files were rejected."""
    for tally in tallies:
        in_store = tally.stored + tally.known
        rejected = tally.rejects.total()
        share = f"{in_store:,} clips"
        if (published := tally.source.corpus.published_clips) is not None:
            share = f"{in_store:,} of {published:,} published clips"
        print(f"{tally.source.corpus.name:<12} {share:<36} {rejected:>4} rejected")
    for tally in tallies:
        for note in tally.notes:
            print(f"note: {one_line(note)}", file=sys.stderr)
        for reason, count in tally.rejects.items():
            lines = tally.examples[reason]
            for line in lines:
                print(f"rejected ({reason}): {line}", file=sys.stderr)
            if count > len(lines):
                print(
                    f"rejected ({reason}): … and {count - len(lines):,} more of "
                    f"{tally.source.corpus.name}; all are in the table `rejects`",
                    file=sys.stderr,
                )


if __name__ == "__main__":
    run_command(main)
