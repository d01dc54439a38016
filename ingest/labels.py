"""The emotion names that exist and what every corpus calls them: seed tables shared with dbt."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.errors import SerError
from warehouse.paths import ROOT

SEEDS = ROOT / "dbt_project" / "seeds"
EMOTIONS_CSV = SEEDS / "emotions.csv"
RAW_LABELS_CSV = SEEDS / "raw_labels.csv"

NO_LABEL = "unlabelled"
"""The row that says why clips have no label at all."""


@dataclass(frozen=True)
class RawLabels:
    """What the labels of one corpus stand for."""

    emotions: Mapping[str, str] = field(default_factory=dict)
    """Raw label, as the distribution spells it → canonical emotion."""
    unlabelled: Mapping[str, str] = field(default_factory=dict)
    """Raw label that stands for no emotion → why."""
    emobox: Mapping[str, str] = field(default_factory=dict)
    """The same labels as EmoBox's metadata spell them (`boredem`) → canonical emotion."""


@functools.cache
def canonical_emotions() -> frozenset[str]:
    """Return the canonical emotion nouns of the seed table."""
    return frozenset(row["emotion"] for row in _rows(EMOTIONS_CSV))


@functools.cache
def raw_labels() -> Mapping[str, RawLabels]:
    """Return what the labels of every corpus stand for, by the name of the corpus."""
    return read_raw_labels(RAW_LABELS_CSV)


def read_raw_labels(path: Path) -> dict[str, RawLabels]:
    """Read a table of raw labels.

    Raises:
        SerError: a label stands for an emotion and for none at once, for neither, or twice.
    """
    emotions: dict[str, dict[str, str]] = {}
    unlabelled: dict[str, dict[str, str]] = {}
    emobox: dict[str, dict[str, str]] = {}
    spellings: set[tuple[str, str]] = set()
    for line, row in enumerate(_rows(path), 2):
        dataset, raw = row["dataset"], row["raw_label"]
        if bool(row["emotion"]) == bool(row["excluded_because"]):
            raise SerError(
                f"{path}: line {line}: '{raw}' of {dataset} needs either an emotion or a reason "
                "why it is none; fill in one of the two columns"
            )
        if (spelling := (dataset, raw.casefold())) in spellings:
            raise SerError(f"{path}: line {line}: '{raw}' of {dataset} is there twice; remove one")
        spellings.add(spelling)
        kind, value = (
            (emotions, row["emotion"]) if row["emotion"] else (unlabelled, row["excluded_because"])
        )
        kind.setdefault(dataset, {})[raw] = value
        if row["emotion"] and row["emobox_raw_label"]:
            emobox.setdefault(dataset, {})[row["emobox_raw_label"]] = row["emotion"]
    return {
        dataset: RawLabels(
            emotions.get(dataset, {}), unlabelled.get(dataset, {}), emobox.get(dataset, {})
        )
        for dataset in {*emotions, *unlabelled}
    }


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)
