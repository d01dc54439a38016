"""Page: scores per dataset, language, emotion, gender or age band, runs side by side, and gaps."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, data, memory, sidebar, tables, terms

st.header("Breakdown")
chosen = sidebar.selection()

left, middle, right = st.columns([5, 3, 3])
by = left.radio(
    "Scores per",
    data.SLICES,
    format_func=lambda name: terms.property_name(name).lower(),
    horizontal=True,
    key=memory.key("by", data.SLICES),
)
per_class = by == "emotion"
metrics = ["f1", "recall", "precision", "answered_rate"] if per_class else data.metrics()
metric = middle.selectbox(
    "Metric",
    metrics,
    format_func=terms.title,
    key=memory.key(f"metric per {by}", metrics),
)
unit = right.radio(
    "Interval over",
    data.UNITS,
    format_func=terms.UNITS.__getitem__,
    horizontal=True,
    key=memory.key("unit", data.UNITS),
)

which = (chosen.extraction, chosen.synthetic, chosen.runs, metric, unit)
scores = data.scores(by, *which)
name = terms.property_name(by).lower()
st.caption(
    f"{chosen.speech.capitalize()} speech per {name}, label extraction `{chosen.extraction}`. "
    + (terms.PER_CLASS if per_class else terms.MACRO)
)
if scores.empty:
    st.info(f"No corpus here tells the {name} of its speakers. Choose something else above.")
    st.stop()
st.altair_chart(
    charts.dots(scores, by, metric),
    width="stretch",
    alt=f"{terms.title(metric)} per {name} with 95 % intervals, one dot per run.",
)
st.caption(terms.INTERVAL.format(unit=terms.UNITS[unit]))
shown = metrics if per_class else [*dict.fromkeys([metric, *data.COMPARED, "answered_rate"])]
shown = [metric, "interval", *(other for other in shown if other != metric)]
tables.scores(tables.with_intervals(scores, interval=""), [by, "run", *shown, "n"])

if per_class:
    st.stop()
st.subheader("Gaps between genders in each dataset" if by == "dataset" else f"Gaps: {name}")
gaps = data.gaps(by, *which)
if gaps.empty:
    why = (
        f"is only for {', '.join(map(terms.title, data.COMPARED))}"
        if metric not in data.COMPARED
        else f"needs two groups with an interval over {terms.UNITS[unit]}"
    )
    st.info(f"There is no gap to show: it {why}. Choose another metric or unit above.")
    st.stop()
st.caption(
    f"{terms.title(metric)} of the first group less that of the other, the widest first. The 95 % "
    "interval is of this pair alone: of twenty pairs without any gap, about one excludes 0. Groups "
    "may differ in more than the property, such as the corpora they are from."
)
tables.scores(
    tables.with_intervals(gaps, interval=""),
    [
        *["dataset"] * (by == "dataset"),
        *("run", "group_name", "other_group", "difference", "interval", "excludes_0"),
        *("value", "other_value", "n", "other_n"),
    ],
)
