"""The emotion names that exist: one seed table, shared with dbt."""

from __future__ import annotations

import csv
import functools

from warehouse.paths import ROOT

EMOTIONS_CSV = ROOT / "dbt_project" / "seeds" / "emotions.csv"


@functools.cache
def canonical_emotions() -> frozenset[str]:
    """Return the canonical emotion nouns of the seed table."""
    with EMOTIONS_CSV.open(encoding="utf-8", newline="") as handle:
        return frozenset(row["emotion"] for row in csv.DictReader(handle))
