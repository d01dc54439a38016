"""Page: all runs by their scores over all clips."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, data, memory, sidebar, tables, terms

st.header("Leaderboard")
chosen = sidebar.selection()
metrics = data.metrics()
board = data.leaderboard(chosen.extraction, chosen.synthetic)
board = board[board["run_id"].isin(chosen.runs)]
incomplete = bool((board["coverage"] < 1).any())

st.caption(
    f"All clips of {chosen.speech} speech, label extraction `{chosen.extraction}`. "
    "The rank is by macro F1 among all complete runs of this extraction, whatever the filters "
    "hide. " + terms.MACRO
)
tables.scores(
    board,
    ["rank", "run_id", "system", "temperature", *metrics, "n", *["coverage"] * incomplete],
)
if incomplete:
    st.info(terms.COVERAGE + " Its bar is pale.")

metric = st.selectbox(
    "Metric", metrics, format_func=terms.title, key=memory.key("metric", metrics), width=240
)
st.altair_chart(
    charts.bars(board, metric),
    width="stretch",
    alt=f"{terms.title(metric)} of each run as bars, the best on top.",
)
