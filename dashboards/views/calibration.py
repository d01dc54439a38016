"""Page: whether a system is as often right as its probabilities say."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, data, memory, sidebar, tables

st.header("Calibration")
chosen = sidebar.selection()
fits = data.calibration(chosen.synthetic, chosen.runs)
if fits.empty:
    st.info(
        "None of these runs stored the log-probabilities of its candidate labels, so nothing is "
        "known of how sure it was. A backend that returns `label_logprobs` with its answers makes "
        "a diagram here: see `inference/backend.py`. Or clear the filters in the sidebar."
    )
    st.stop()

left, right = st.columns([3, 2])
runs = list(dict.fromkeys(fits["run_id"]))
run = left.selectbox(
    "Run", runs, format_func=chosen.names.__getitem__, key=memory.key("calibrated run", runs)
)
of_run = fits[fits["run_id"] == run]
datasets = [memory.ALL, *of_run["dataset"].dropna()]
dataset = right.selectbox(
    "Dataset",
    datasets,
    format_func=lambda name: name or "All datasets",
    key=memory.key("calibrated dataset", datasets),
)
st.caption(
    "A dot is a bin of confidence, as large as its clips: how sure the system was of its most "
    "probable label, and how often that was right. On the dashed diagonal it is as often right as "
    "it says; below it is too sure. The label is the most probable candidate, whatever extraction "
    "is chosen."
)
diagram, figures = st.columns([3, 2])
diagram.altair_chart(
    charts.reliability(data.reliability(chosen.synthetic, run, dataset)),
    alt="Reliability diagram: accuracy over confidence.",
)
now = of_run[of_run["dataset"].fillna(memory.ALL) == dataset].iloc[0]
figures.metric("Expected calibration error (15 bins)", f"{now['ece']:.3f}")
figures.metric("Mean confidence", f"{now['mean_confidence']:.3f}")
figures.metric("Accuracy", f"{now['accuracy']:.3f}")
figures.metric("Brier score (0 to 2)", f"{now['brier']:.3f}")
figures.metric("Negative log-likelihood (nats)", f"{now['nll']:.3f}")

rows = fits.assign(dataset=fits["dataset"].fillna("(all)"))
st.dataframe(
    rows,
    hide_index=True,
    width="stretch",
    height=tables.height(rows),
    column_order=["run", "dataset", "ece", "brier", "nll", "mean_confidence", "accuracy", "n"],
    column_config={
        "run": "Run",
        "dataset": "Dataset",
        "ece": st.column_config.NumberColumn("ECE", format="%.3f"),
        "brier": st.column_config.NumberColumn("Brier", format="%.3f"),
        "nll": st.column_config.NumberColumn("NLL", format="%.3f"),
        "mean_confidence": st.column_config.NumberColumn("Mean confidence", format="%.3f"),
        "accuracy": st.column_config.NumberColumn("Accuracy", format="%.3f"),
        "n": st.column_config.NumberColumn("Clips", format="localized"),
    },
)
