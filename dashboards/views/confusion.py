"""Page: what each true emotion was taken for, by one run."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, data, memory, sidebar

NUMBERS = {"n": "counts", "share": "share of true class"}

st.header("Confusion matrix")
chosen = sidebar.selection()

left, middle, right = st.columns([3, 2, 2])
run = left.selectbox(
    "Run", chosen.runs, format_func=chosen.names.__getitem__, key=memory.key("run", chosen.runs)
)
datasets = [memory.ALL, *data.datasets(chosen.extraction, chosen.synthetic, [run])]
dataset = middle.selectbox(
    "Dataset",
    datasets,
    format_func=lambda name: name or "All datasets",
    key=memory.key("dataset", datasets),
)
numbers = right.radio(
    "Numbers",
    list(NUMBERS),
    format_func=NUMBERS.__getitem__,
    horizontal=True,
    key=memory.key("numbers", list(NUMBERS)),
)

st.caption(
    f"True emotion in rows, label that the extraction `{chosen.extraction}` read in columns; "
    "the diagonal is right. Colour is the share of the true class, so a row sums to 1 and its "
    f"diagonal cell is that class's recall. “{data.NO_LABEL}” counts answers in which no label "
    "was read." + ("" if dataset else " Pooled over corpora with different sets of emotions.")
)
st.altair_chart(
    charts.confusion(data.confusion(chosen.extraction, chosen.synthetic, run, dataset), numbers),
    width="stretch",
    alt=f"Confusion matrix, {NUMBERS[numbers]} per true emotion and label.",
)
