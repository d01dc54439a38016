"""Page: all runs by their scores over all clips, with intervals, and without flagged corpora."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, data, memory, sidebar, tables, terms

st.header("Leaderboard")
chosen = sidebar.selection()

without = st.toggle(
    "Without flagged corpora",
    key=memory.key("without flagged", [False, True]),
    help="Leaves out the corpora on which a system is likely or declared to be contaminated.",
)
clips = f"All clips of {chosen.speech} speech, label extraction `{chosen.extraction}`"
if chosen.condition != "clip":
    clips += f", condition `{chosen.condition}`"

if without:
    board = data.without_flagged(chosen.extraction, chosen.synthetic, chosen.condition, chosen.runs)
    if board.empty:
        st.info(
            "There are no scores without flagged corpora in this build. Run `make build`, then "
            "reload this page."
        )
        st.stop()
    metric = st.selectbox(
        "Metric",
        data.COMPARED,
        format_func=terms.title,
        key=memory.key("compared metric", data.COMPARED),
        width=240,
    )
    st.caption(f"{clips}, with and without flagged corpora. " + terms.FLAGGED)
    if not board["flagged_datasets"].map(len).any():
        st.info("No corpus is flagged for any of these systems, so nothing changes.")
    st.altair_chart(
        charts.without_flagged(board, metric),
        width="stretch",
        alt=f"{terms.title(metric)} of each run over all clips and without flagged corpora.",
    )
    st.caption("Hollow: all clips. Filled: without flagged corpora.")
    tables.scores(
        board,
        [
            *("run", metric, f"{metric}_without", f"{metric}_difference"),
            *("n", "n_without", "flagged_datasets"),
        ],
    )
    st.stop()

board = data.leaderboard(chosen.extraction, chosen.synthetic, chosen.condition)
board = board[board["run_id"].isin(chosen.runs)]
incomplete = bool((board["coverage"] < 1).any())
st.caption(
    f"{clips}. The rank is by macro F1 among all complete runs of this extraction, whatever the "
    "filters hide. " + terms.RANKS + " " + terms.MACRO
)
tables.scores(
    tables.with_intervals(board, interval="macro_f1_"),
    [
        *("ranks", "run", "macro_f1", "interval"),
        *("weighted_f1", "accuracy", "uar", "answered_rate", "n"),
        *["coverage"] * incomplete,
        "run_id",
    ],
)
if incomplete:
    st.info(terms.COVERAGE + " Its dot is pale.")

left, right = st.columns([2, 3])
metrics = data.metrics()
metric = left.selectbox(
    "Metric", metrics, format_func=terms.title, key=memory.key("metric", metrics)
)
unit = right.radio(
    "Interval over",
    data.UNITS,
    format_func=terms.UNITS.__getitem__,
    horizontal=True,
    key=memory.key("unit", data.UNITS),
)
scores = data.scores(
    data.ALL, chosen.extraction, chosen.synthetic, chosen.runs, metric, unit
).merge(board[["run_id", "coverage"]], on="run_id")
st.altair_chart(
    charts.ranking(scores, metric),
    width="stretch",
    alt=f"{terms.title(metric)} of each run with its 95 % interval, the best on top.",
)
st.caption(terms.INTERVAL.format(unit=terms.UNITS[unit]))
