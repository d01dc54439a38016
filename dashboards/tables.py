"""Tables of scores: three decimals, the field's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from dashboards import terms

FULL = 22
"""Rows up to which a table is shown whole; a longer one scrolls."""


def height(frame: pd.DataFrame) -> int | Literal["content"]:
    """Return how high a table is drawn."""
    return "content" if len(frame) <= FULL else 720


def filled(frame: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Return those of the columns that have any value: the others need no place."""
    return [name for name in columns if frame[name].replace("", None).notna().any()]


def with_intervals(frame: pd.DataFrame, **ends: str) -> pd.DataFrame:
    """Add columns with intervals in words: name = what `…low` and `…high` start with."""
    added = {
        name: [
            terms.interval(low, high)
            for low, high in zip(frame[f"{start}low"], frame[f"{start}high"], strict=True)
        ]
        for name, start in ends.items()
    }
    return frame.assign(**added)


def scores(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Show the given columns of a mart of scores."""
    text = {
        "system": "System",
        "dataset": "Dataset",
        "language": "Language",
        "emotion": "Emotion",
        "gender": "Gender",
        "age_band": "Age band",
        "interval": "95 % interval",
        "group_name": "Group",
        "other_group": "Other group",
        "other_run": "Compared with",
        "flagged_datasets": "Flagged corpora",
        "extraction": "Extraction",
    }
    config = {
        "ranks": st.column_config.TextColumn("Rank", width=60),
        "run_id": st.column_config.TextColumn("Run id", width="medium"),
        "run": st.column_config.TextColumn("Run", width="medium"),
        "temperature": st.column_config.NumberColumn("Temperature", format="%g"),
        "n": st.column_config.NumberColumn("Clips", format="localized"),
        "n_without": st.column_config.NumberColumn("Clips left", format="localized"),
        "other_n": st.column_config.NumberColumn("Other clips", format="localized"),
        "difference": st.column_config.NumberColumn("Difference", format="%+.3f"),
        "excludes_0": st.column_config.CheckboxColumn("Excludes 0"),
        "differs": st.column_config.CheckboxColumn("Really differ"),
        "value": st.column_config.NumberColumn("Score", format="%.3f"),
        "other_value": st.column_config.NumberColumn("Other score", format="%.3f"),
        "p_adjusted": st.column_config.NumberColumn("p, corrected", format="%.3f"),
        # More digits than a score has: nearly all clips are not all clips.
        "coverage": st.column_config.NumberColumn("Coverage", format="%.5g"),
        **text,
    }
    for column in columns:
        if column.endswith("_difference"):
            config[column] = st.column_config.NumberColumn("Difference", format="%+.3f")
        elif column.endswith("_without"):
            config.setdefault(column, st.column_config.NumberColumn("Without", format="%.3f"))
        elif column not in config:
            config[column] = st.column_config.NumberColumn(terms.title(column), format="%.3f")
    st.dataframe(
        frame,
        hide_index=True,
        width="stretch",
        height=height(frame),
        column_order=list(columns),
        column_config=config,
    )
