"""Page: scores per dataset, language or emotion, runs side by side."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, data, memory, sidebar, tables, terms

st.header("Breakdown")
chosen = sidebar.selection()

left, right = st.columns([2, 3])
by = left.radio(
    "Scores per",
    list(data.SLICES),
    horizontal=True,
    key=memory.key("by", list(data.SLICES)),
)
per_class = by == "emotion"
metrics = ["f1", "recall", "precision", "answered_rate"] if per_class else data.metrics()
metric = right.selectbox(
    "Metric",
    metrics,
    format_func=terms.title,
    key=memory.key(f"metric per {by}", metrics),
    width=240,
)

scores = data.breakdown(by, chosen.extraction, chosen.synthetic, chosen.runs)
st.caption(
    f"{chosen.speech.capitalize()} speech per {by}, label extraction `{chosen.extraction}`. "
    + (terms.PER_CLASS if per_class else terms.MACRO)
)
st.altair_chart(
    charts.dots(scores, by, metric),
    width="stretch",
    alt=f"{terms.title(metric)} per {by}, one dot per run.",
)
tables.scores(scores, [by, "run", *metrics, "n"])
