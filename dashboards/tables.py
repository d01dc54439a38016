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


def scores(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Show the given columns of a mart of scores."""
    text = {"system": "System", "dataset": "Dataset", "language": "Language", "emotion": "Emotion"}
    config = {
        # A rank that is missing makes the column one of floats.
        "rank": st.column_config.NumberColumn("Rank", format="%d", width=60),
        "run_id": st.column_config.TextColumn("Run", width="medium"),
        "run": st.column_config.TextColumn("Run", width="medium"),
        "temperature": st.column_config.NumberColumn("Temperature", format="%g"),
        "n": st.column_config.NumberColumn("Clips", format="localized"),
        # More digits than a score has: nearly all clips are not all clips.
        "coverage": st.column_config.NumberColumn("Coverage", format="%.5g"),
        **text,
    }
    for column in columns:
        if column not in config:
            config[column] = st.column_config.NumberColumn(terms.title(column), format="%.3f")
    st.dataframe(
        frame,
        hide_index=True,
        width="stretch",
        height=height(frame),
        column_order=list(columns),
        column_config=config,
    )
