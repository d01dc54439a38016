"""Tables of scores: three decimals, the field's names."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import terms


def scores(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Show the given columns of a mart of scores."""
    text = {"system": "System", "dataset": "Dataset", "language": "Language", "emotion": "Emotion"}
    config = {
        "rank": st.column_config.NumberColumn("Rank", width=60),
        "run_id": st.column_config.TextColumn("Run", width="medium"),
        "run": st.column_config.TextColumn("Run", width="medium"),
        "temperature": st.column_config.NumberColumn("Temperature", format="%g"),
        "n": st.column_config.NumberColumn("Clips", format="localized"),
        **text,
    }
    for column in columns:
        if column not in config:
            config[column] = st.column_config.NumberColumn(terms.title(column), format="%.3f")
    st.dataframe(
        frame,
        hide_index=True,
        width="stretch",
        height="content",
        column_order=list(columns),
        column_config=config,
    )
