"""Page: dataset × language × emotion of one run."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, data, memory, sidebar, terms

st.header("Heat map: dataset × language × emotion")
chosen = sidebar.selection()

left, right = st.columns([3, 2])
run = left.selectbox(
    "Run", chosen.runs, format_func=chosen.names.__getitem__, key=memory.key("run", chosen.runs)
)
metrics = ["f1", "recall", "precision"]
metric = right.radio(
    "Metric",
    metrics,
    format_func=terms.title,
    horizontal=True,
    key=memory.key("cell metric", metrics),
)

st.caption(
    f"{terms.title(metric)} of each emotion within each corpus and language, label extraction "
    f"`{chosen.extraction}`. A gap is a class that the corpus lacks here. " + terms.PER_CLASS
)
st.altair_chart(
    charts.heat_map(data.cells(chosen.extraction, chosen.synthetic, run), metric),
    width="stretch",
    alt=f"{terms.title(metric)} as colour and number, corpora in rows, emotions in columns.",
)
