"""Page: raw answers, and what the extraction read in each."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, data, memory, sidebar, tables, terms

LIMIT = 500  # rows: enough to browse, few enough to be quick
WORDS = 40  # of an answer that is explained: more make no readable table

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
    f"What the extraction `{chosen.extraction}` read in each answer. Status: {terms.statuses()}. "
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

st.subheader("Why?")
said = rows[rows["raw_text"].notna()]
answers = list(dict.fromkeys(zip(said["raw_text"], map(tuple, said["labels"]), strict=True)))
if not answers:
    st.info("There is no answer to explain: these are errors only. Choose another status above.")
    st.stop()
seen = [text for text, _ in answers]


def named(answer: tuple[str, tuple[str, ...]]) -> str:
    """Name an answer by its text, and by its labels where those tell it apart."""
    text, labels = answer
    name = " ".join(text.split()) or "(empty)"
    return f"{name} — of {', '.join(labels)}" if seen.count(text) > 1 else name


text, labels = st.selectbox(
    "Answer",
    answers,
    format_func=named,
    key=memory.key("explained answer", answers),
)
ratios = data.why(text, labels, data.threshold(chosen.extraction))
if ratios.empty:
    st.info("The answer has no word, so no label can be read in it.")
    st.stop()
st.caption(
    "As in CAMEO's Figure 1: the Levenshtein ratio of every word to every label that was on offer. "
    f"Those of at least {data.threshold(chosen.extraction):g} count and are coloured; per label "
    "they are summed, and the highest sum is the label that CAMEO's rule reads. A word that is "
    "said twice counts twice."
)
best = ratios.groupby("word")["ratio"].max().sort_values(ascending=False, kind="stable")
if len(best) > WORDS:
    st.caption(f"The {WORDS} words of {len(best)} that are most like a label.")
st.altair_chart(
    charts.why(ratios[ratios["word"].isin(best.index[:WORDS])]),
    width="stretch",
    alt="Levenshtein ratio of every word of the answer to every candidate label.",
)
counted = ratios[ratios["counts"]]
sums = (counted["ratio"] * counted["times"]).groupby(counted["label"]).sum()
sums = sums.sort_values(ascending=False, kind="stable")
st.markdown(
    "**Sums:** " + ", ".join(f"{label} {total:.3f}" for label, total in sums.items())
    if len(sums)
    else "**No word counts**, so CAMEO's rule reads no label."
)
