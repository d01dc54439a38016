"""Page: raw answers, and what the extraction read in each."""

from __future__ import annotations

import streamlit as st

from dashboards import data, memory, sidebar, tables

LIMIT = 500  # rows: enough to browse, few enough to be quick

st.header("Answers")
chosen = sidebar.selection()

left, middle, right = st.columns([3, 2, 2])
runs = [memory.ALL, *chosen.runs]
run = left.selectbox(
    "Run",
    runs,
    format_func=lambda run_id: chosen.names.get(run_id, "All runs of the sidebar"),
    key=memory.key("run of answers", runs),
)
among = [run] if run else chosen.runs
datasets = [memory.ALL, *data.datasets(chosen.extraction, chosen.synthetic, among)]
dataset = middle.selectbox(
    "Dataset",
    datasets,
    format_func=lambda name: name or "All datasets",
    key=memory.key("dataset", datasets),
)
counts = data.statuses(chosen.extraction, chosen.synthetic, among, dataset)
counts = dict(zip(counts["status"], counts["n"], strict=True))
statuses = [memory.ALL, *counts]
status = right.selectbox(
    "Status",
    statuses,
    format_func=lambda name: f"{name} ({counts[name]:,})" if name else "All statuses",
    key=memory.key("status", statuses),
)

total, rows = data.answers(chosen.extraction, chosen.synthetic, among, dataset, status, LIMIT)
st.caption(
    f"What the extraction `{chosen.extraction}` read in each answer. Status: exact (the answer is "
    "a label), fuzzy (it contains something like one), tie (two labels fit equally), ambiguous (it "
    "asserts several), refusal (it declines to say), unmatched (none fits), error (no answer). "
    "Score is the fit of the label by the extraction's own rule, margin its lead over the second "
    "best."
)
st.markdown(
    f"**{total:,} answers**" + (f", the first {LIMIT} in order of clip" if total > LIMIT else "")
)
st.dataframe(
    rows,
    hide_index=True,
    width="stretch",
    height=tables.height(rows),
    column_order=[
        "raw_text",
        "label",
        "emotion",
        "status",
        "score",
        "margin",
        "dataset",
        "language",
        "run",
        "file_id",
    ],
    column_config={
        "raw_text": st.column_config.TextColumn("Raw answer", width="medium"),
        "label": st.column_config.TextColumn("Label", width=100),
        "emotion": "True emotion",
        "status": "Status",
        "score": st.column_config.NumberColumn("Score", format="%.3f"),
        "margin": st.column_config.NumberColumn("Margin", format="%.3f"),
        "dataset": "Dataset",
        "language": "Language",
        "run": "Run",
        "file_id": "Clip",
    },
)
