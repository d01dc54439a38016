"""Page: what the label extractions make of the same answers."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, data, memory, sidebar, tables, terms

st.header("Extractions")
chosen = sidebar.selection()
st.caption(
    "The same answers read by different rules; what is chosen as label extraction in the sidebar "
    "decides only which runs are shown."
)

st.subheader("What became of the answers")
run = st.selectbox(
    "Run",
    chosen.runs,
    format_func=chosen.names.__getitem__,
    key=memory.key("run", chosen.runs),
    width=420,
)
read = data.read_by_extraction(chosen.synthetic, run)
if read.empty:
    st.info("This build has no statuses of this run. Run `make build`, then reload this page.")
else:
    st.altair_chart(
        charts.read(read),
        width="stretch",
        alt="Share of clips by status, one bar per extraction.",
    )
    st.caption(f"Status: {terms.statuses()}.")
tables.scores(
    data.by_extraction(chosen.synthetic, chosen.condition, chosen.runs),
    ["run", "extraction", "answered_rate", "macro_f1", "weighted_f1", "accuracy", "uar", "n"],
)

st.subheader("Threshold")
sweep = data.sweep(chosen.synthetic, chosen.runs)
if sweep["is_sweep"].any():
    published = data.threshold(chosen.extraction)
    metrics = ["macro_f1", "answered_rate"]
    metric = st.radio(
        "Metric",
        metrics,
        format_func=terms.title,
        horizontal=True,
        key=memory.key("metric over threshold", metrics),
    )
    st.caption(
        "CAMEO's rule with other thresholds: words that resemble a label less than the threshold "
        f"do not count. The dashed line is the rule's own, {published:g}. The threshold that "
        "scores highest on these clips is no better rule: it was chosen on them."
    )
    st.altair_chart(
        charts.sweep(sweep, metric, published),
        width="stretch",
        alt=f"{terms.title(metric)} over the threshold, a line per run.",
    )
else:
    st.info(
        "There is no sweep: rows with `is_sweep` in `dbt_project/seeds/extractions.csv` make one. "
        "Run `make build`, then reload this page."
    )

st.subheader("Against a reader")
readings = data.readings()
if readings.empty:
    st.info(
        "None of the answers that were read by hand is in this warehouse, so no extraction can be "
        "held against them. `docs/readings.md` says which these are."
    )
    st.stop()
st.caption(
    "How often each extraction reads what a careful reader reads in real answers of audio LLMs, "
    "with 95 % intervals; an answer counts whoever gave it. Where fewer answers are here than were "
    "read, the shares are those of other, maybe easier, answers. `docs/readings.md` says who read "
    "them and how."
)
if (readings["n"] < readings["n_collection"]).any():
    st.warning(
        "Not every answer that was read is in this warehouse: "
        + ", ".join(
            f"{row.n} of {row.n_collection} of `{row.collection}`"
            for row in readings.drop_duplicates("collection").itertuples()
            if row.n < row.n_collection
        )
        + "."
    )
shares = readings.assign(low=readings["correct_low"], high=readings["correct_high"])
st.altair_chart(
    charts.readings(shares),
    width="stretch",
    alt="Share of answers that each extraction reads as the reader does.",
)
st.dataframe(
    tables.with_intervals(shares, interval=""),
    hide_index=True,
    width="stretch",
    height=tables.height(shares),
    column_order=[
        *("collection", "extraction", "n", "n_collection", "correct_rate", "interval"),
        *("n_with_emotion", "n_with_emotion_correct", "n_refusals", "n_refusals_labelled"),
        *("n_none", "n_none_labelled", "n_other", "n_other_labelled"),
    ],
    column_config={
        "collection": "Collection",
        "extraction": "Extraction",
        "n": "Here",
        "n_collection": "Read",
        "correct_rate": st.column_config.NumberColumn("Right", format="%.3f"),
        "interval": "95 % interval",
        "n_with_emotion": "With emotion",
        "n_with_emotion_correct": "of them right",
        "n_refusals": "Refusals",
        "n_refusals_labelled": "of them labelled",
        "n_none": "No emotion",
        "n_none_labelled": "labelled (none)",
        "n_other": "Other state",
        "n_other_labelled": "labelled (other)",
    },
)
