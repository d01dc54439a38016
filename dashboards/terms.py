"""The field's words for what the marts hold."""

from __future__ import annotations

METRICS = {
    "macro_f1": "Macro F1",
    "weighted_f1": "Weighted F1",
    "accuracy": "Accuracy",
    "uar": "UAR",
    "answered_rate": "Answered rate",
    "macro_f1_candidates": "Macro F1 (all labels on offer)",
    "macro_f1_seen": "Macro F1 (labels in truth or answers)",
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


UNITS = {"clip": "clips", "speaker": "speakers"}
"""What a bootstrap draws, in the plural."""

INTERVAL = (
    "Whiskers are 95 % intervals by bootstrap over {unit}. Clips of one speaker are alike: "
    "intervals over speakers say what other speakers would have given, those over clips what "
    "other clips of these. A dot without whiskers has no interval, as where there is but one "
    "speaker."
)

RANKS = (
    "“1–3” means that the run may be first to third: runs count as better or worse only where they "
    "really differ (page Comparisons)."
)

DIFFERS = (
    "Two runs really differ if their difference on the same clips is larger than chance explains "
    "once in twenty such boards (p below 0.05, corrected for all pairs of the board in this "
    "metric, whatever the filters hide)."
)

FLAGGED = (
    "Flagged are corpora on which a system is likely or declared to be contaminated (page "
    "Contamination). They are left out for all runs of that system, so two systems may be scored "
    "over different corpora here: read each row's difference, not the order of rows."
)

VERDICTS = {
    "declared": "a source names the corpus as training data",
    "likely": "better here than elsewhere, more than words and chance explain",
    "possible": "something points at it, another explanation is open",
    "none": "nothing points at it",
    "not assessable": "there is nothing to judge by",
}
"""Verdicts of contamination, the gravest first, and what they mean."""

STATUSES = {
    "exact": "the answer is a label",
    "fuzzy": "it contains something like one",
    "tie": "two labels fit equally",
    "ambiguous": "several are asserted",
    "refusal": "the system says that it cannot tell",
    "unmatched": "none fits",
    "error": "there is no answer",
}
"""What an extraction makes of an answer, from sure to lost."""


def statuses() -> str:
    """Explain the statuses in half a sentence."""
    return ", ".join(f"{status} ({meaning})" for status, meaning in STATUSES.items())


def title(metric: str) -> str:
    """Name a metric as papers do; one that has no title here keeps its column's name."""
    return METRICS.get(metric, metric.replace("_", " "))


def known_first(metric: str) -> tuple[int, str]:
    """Sort key: the order of `METRICS`, then whatever else there is."""
    order = list(METRICS)
    return (order.index(metric) if metric in METRICS else len(order), metric)


def property_name(column: str) -> str:
    """Name what scores are broken down by."""
    return column.replace("_", " ").capitalize()


def interval(low: float | None, high: float | None, format_: str = "{:.3f}") -> str:
    """Print an interval; nothing where there is none."""
    if low is None or high is None or low != low or high != high:
        return ""
    return f"{format_.format(low)} to {format_.format(high)}"
