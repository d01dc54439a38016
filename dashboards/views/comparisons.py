"""Page: every two runs of a board compared on the same clips."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, data, memory, sidebar, tables, terms

st.header("Comparisons")
chosen = sidebar.selection()

left, right = st.columns([2, 3])
metric = left.selectbox(
    "Metric",
    data.COMPARED,
    format_func=terms.title,
    key=memory.key("compared metric", data.COMPARED),
)
unit = right.radio(
    "Draws over",
    data.UNITS,
    format_func=terms.UNITS.__getitem__,
    horizontal=True,
    key=memory.key("unit", data.UNITS),
    help="What the bootstrap draws: clips say whether other clips of these speakers would give "
    "the same order, speakers whether other speakers would.",
)
pairs = data.comparisons(
    chosen.extraction, chosen.synthetic, chosen.condition, chosen.runs, metric, unit
)
if pairs.empty:
    st.info(
        "There is nothing to compare: that needs at least two runs that were asked about every "
        "clip, among those that the sidebar shows. Run `make infer build` with more systems, or "
        "clear the filters."
    )
    st.stop()

st.caption(
    f"{terms.title(metric)} of the run in the row less that of the run in the column, on the same "
    f"clips of {chosen.speech} speech, label extraction `{chosen.extraction}`. Coloured and bold: "
    "they really differ. Pale: it may be chance. " + terms.DIFFERS
)
st.altair_chart(
    charts.differences(pairs, metric),
    width="stretch",
    alt=f"Differences in {terms.title(metric)} of every two runs, coloured where they differ.",
)
tables.scores(
    tables.with_intervals(pairs[pairs["is_first"]], interval=""),
    ["run", "other_run", "difference", "interval", "p_adjusted", "differs"],
)
