"""The field's words for what the marts hold."""

from __future__ import annotations

METRICS = {
    "macro_f1": "Macro F1",
    "weighted_f1": "Weighted F1",
    "accuracy": "Accuracy",
    "uar": "UAR",
    "answered_rate": "Answered rate",
    "f1": "F1",
    "recall": "Recall",
    "precision": "Precision",
}
"""Metrics by column, in the order in which they are shown."""

MACRO = (
    "Macro F1 and UAR (unweighted average recall) are means over the classes present in the truth "
    "of the slice, with equal weight; weighted F1 weighs the classes by their clips. "
    "An answer without a label counts as a miss."
)

COVERAGE = (
    "Coverage is the share of the clips that a run was asked about. Below 1 its scores are over "
    "other speech than those of complete runs, so it has no rank."
)

PER_CLASS = (
    "One class against the rest of its slice. An answer without a label counts as a miss, "
    "so it lowers recall and F1."
)


def title(metric: str) -> str:
    """Name a metric as papers do; one that has no title here keeps its column's name."""
    return METRICS.get(metric, metric.replace("_", " "))


def known_first(metric: str) -> tuple[int, str]:
    """Sort key: the order of `METRICS`, then whatever else there is."""
    order = list(METRICS)
    return (order.index(metric) if metric in METRICS else len(order), metric)
