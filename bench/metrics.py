"""How fast all metrics of all slices are computed, against pandas with scikit-learn and a loop.

On the made-up grid of CAMEO (or a warehouse of your own), from the mart of predictions with their
labels. The others get their rows in memory, with integers for emotions, before their clock starts;
ours reads its table. Every figure is compared with both others.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, classification_report

from bench.grid import write_grid
from bench.measure import Measured, Timed, clock, measure, table
from bench.project import MODELS_ONLY, Project
from warehouse.errors import run_command

MART = "predictions"
METRICS = "int_metrics"
"""The model with one row per slice and one column per metric."""
RUN = ("run_id", "extraction", "synthetic")
"""What is never pooled."""
SLICES = {
    "all": (),
    "dataset": ("dataset",),
    "language": ("language",),
    "dataset_language": ("dataset", "language"),
}
FIGURES = ("macro_f1", "weighted_f1", "accuracy", "uar", "answered_rate")
TOLERANCE = 1e-12

Figures = dict[tuple[object, ...], tuple[float, ...]]
"""(slice, run, extraction, synthetic, dimensions …) → FIGURES."""


def main() -> int:
    """Run the contest and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.metrics", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the grid's clips")
    parser.add_argument("--warehouse", type=Path, help="a warehouse that is there, instead")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ser-bench-") as folder:
        work = Path(folder)
        warehouse = arguments.warehouse
        if warehouse is None:
            warehouse = work / "warehouse"
            write_grid(warehouse, "cameo", arguments.scale)
        return contest(Project(warehouse.resolve(), work))


def contest(project: Project) -> int:
    """Run all contestants and the comparison; return 0 if all figures are equal."""
    project.dbt("build", "--select", f"+{METRICS}", f"+{MART}", *MODELS_ONLY)
    found: dict[str, Measured] = {}
    for name, work in (
        ("our SQL: the models", by_sql),
        ("dbt: the same, with its start", by_dbt),
        ("pandas groupby, scikit-learn", by_sklearn),
        ("Python loop, Counter", by_loop),
    ):
        found[name] = measure(work, project)
        print(f"  {name}: {found[name]}", flush=True)
    figures, known, others, rows = ours(project)
    print(
        f"\n{rows:,} predictions (each under every extraction), {len(figures):,} slices, "
        f"{len(FIGURES)} metrics"
        + (f"; also computed, but by us only: {', '.join(others)}" if others else "")
    )
    base = found["our SQL: the models"].seconds
    lines = []
    for name, entry in found.items():
        memory = f"{entry.peak_bytes / 2**20:,.0f}"
        seconds, cpu = f"{entry.seconds:.2f}", f"{entry.cpu_seconds:.2f}"
        lines.append((name, seconds, cpu, f"{entry.seconds / base:.1f}×", memory))
    print(table(lines, ("", "seconds", "CPU s", "seconds / ours", "peak MiB")))
    unequal = 0
    for name in ("pandas groupby, scikit-learn", "Python loop, Counter"):
        worst, missing = difference(figures, found[name].value)
        unequal += missing + (not worst <= TOLERANCE)
        print(
            f"largest difference to {name}: {worst:.1e} (at most {TOLERANCE:.0e} is equal), "
            f"{missing} slices in one only"
        )
    print(f"slices compared: {', '.join(known)}")
    return 1 if unequal else 0


def by_sql(project: Project) -> Timed:
    """Run the SQL of the models between the mart of predictions and the metrics."""
    graph = project.graph()
    statements = [graph.statement(name) for name in graph.between(MART, METRICS)]
    with project.connect() as connection, clock() as took:
        for statement in statements:
            connection.execute(statement)
    return Timed(None, took)


def by_dbt(project: Project) -> None:
    """Let dbt build the same models."""
    models = project.graph().between(MART, METRICS)
    project.dbt("build", "--select", *models, *MODELS_ONLY)


def ours(project: Project) -> tuple[Figures, list[str], list[str], int]:
    """Return our figures of the slices that others know, their names, other slices, and rows."""
    relation, mart = project.graph().relation(METRICS), project.graph().relation(MART)
    with project.connect() as connection:
        names = [
            name
            for (name,) in connection.execute(f"select distinct slice from {relation}").fetchall()
        ]
        figures: Figures = {}
        for name in SLICES:
            keys = (*RUN, *SLICES[name])
            for row in connection.execute(
                f"select {', '.join((*keys, *FIGURES))} from {relation} where slice = '{name}'"
            ).fetchall():
                figures[name, *row[: len(keys)]] = row[len(keys) :]
        rows = connection.execute(f"select count(*) from {mart}").fetchall()[0][0]
    return figures, [n for n in SLICES if n in names], sorted(set(names) - set(SLICES)), rows


def rows_in_memory(project: Project) -> pd.DataFrame:
    """Return the predictions; emotions and labels are numbers, and no label is -1."""
    with project.connect() as connection:
        frame = connection.execute(
            "select run_id, extraction, synthetic, dataset, language, emotion, label "
            f"from {project.graph().relation(MART)}"
        ).df()
    classes = pd.CategoricalDtype(sorted({*frame["emotion"], *frame["label"].dropna()}))
    for column in ("emotion", "label"):
        frame[column] = frame[column].astype(classes).cat.codes.astype("int64")
    for column in ("run_id", "extraction", "dataset", "language"):
        frame[column] = frame[column].astype("category")
    return frame


def by_sklearn(project: Project) -> Timed:
    """Group, and ask scikit-learn for a report of every group."""
    # It warns where predictions hold classes that no clip of the slice has.
    warnings.filterwarnings("ignore", category=UserWarning, module="sklearn")
    frame = rows_in_memory(project)
    figures: Figures = {}
    with clock() as took:
        for name, dimensions in SLICES.items():
            for key, group in frame.groupby([*RUN, *dimensions], observed=True, sort=False):
                figures[name, *key] = report_of(
                    group["emotion"].to_numpy(), group["label"].to_numpy()
                )
    return Timed(figures, took)


def report_of(truth: np.ndarray, read: np.ndarray) -> tuple[float, ...]:
    """Return FIGURES by scikit-learn."""
    report = classification_report(
        truth, read, labels=sorted(set(truth)), output_dict=True, zero_division=0
    )
    return (
        report["macro avg"]["f1-score"],
        report["weighted avg"]["f1-score"],
        accuracy_score(truth, read),
        report["macro avg"]["recall"],
        float((read >= 0).mean()),
    )


def by_loop(project: Project) -> Timed:
    """Count pairs row by row, and compute the metrics from the counts."""
    frame = rows_in_memory(project)
    columns = [*RUN, "dataset", "language", "emotion", "label"]
    rows = list(zip(*(frame[column].tolist() for column in columns), strict=True))
    pairs: dict[tuple[object, ...], Counter] = defaultdict(Counter)
    with clock() as took:
        for run_id, extraction, synthetic, dataset, language, emotion, label in rows:
            run, pair = (run_id, extraction, synthetic), (emotion, label)
            pairs["all", *run][pair] += 1
            pairs["dataset", *run, dataset][pair] += 1
            pairs["language", *run, language][pair] += 1
            pairs["dataset_language", *run, dataset, language][pair] += 1
        figures = {key: figures_of(counts) for key, counts in pairs.items()}
    return Timed(figures, took)


def figures_of(counts: Counter) -> tuple[float, ...]:
    """Return FIGURES of the counts of (emotion, label) pairs."""
    support, predicted, hits = Counter(), Counter(), Counter()
    answered = 0
    for (emotion, label), n in counts.items():
        support[emotion] += n
        predicted[label] += n
        if label == emotion:
            hits[emotion] += n
        if label >= 0:
            answered += n
    total = sum(support.values())
    f1 = {c: 2 * hits[c] / (support[c] + predicted[c]) for c in support}
    return (
        sum(f1.values()) / len(f1),
        sum(f1[c] * support[c] for c in support) / total,
        sum(hits.values()) / total,
        sum(hits[c] / support[c] for c in support) / len(support),
        answered / total,
    )


def difference(ours: Figures, theirs: Figures) -> tuple[float, int]:
    """Return the largest difference of two figures, and how many slices only one side has."""
    differences = [
        abs(a - b)
        for key in ours.keys() & theirs
        for a, b in zip(ours[key], theirs[key], strict=True)
    ]
    return max(differences, default=float("nan")), len(ours.keys() ^ theirs.keys())


if __name__ == "__main__":
    run_command(main)
