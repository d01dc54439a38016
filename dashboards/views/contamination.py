"""Page: has a system seen a corpus before it was evaluated on it? The evidence, and a verdict."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, data, memory, sidebar, tables, terms


def show_evidence(pair: pd.Series) -> None:
    """Say in words what there is of one pair; evidence that is missing says why."""
    verdict = pair["judgement"]
    st.markdown(f"**{verdict.capitalize()}**: {terms.VERDICTS[verdict]}.")
    if pair["because"]:
        st.markdown(f"**Because:** {pair['because']}.")
    if pd.notna(pair["confound"]):
        st.markdown(f"**What else explains it:** {pair['confound']}.")
    rows = [
        ("Excess", _excess(pair, "excess", "excess_reason")),
        ("Excess over all languages", _excess(pair, "excess_all_languages")),
        ("Excess beyond what is scored without the voice", _remaining(pair)),
        ("Declared", _declared(pair)),
        ("Public before the system", _dates(pair)),
        ("Words tell the emotion", _words(pair)),
        ("Loss if the voice is disturbed", _loss(pair)),
        ("Same label at a high temperature", _agreement(pair)),
    ]
    evidence = pd.DataFrame([row for row in rows if row[1]], columns=["Evidence", "Found"])
    st.table(evidence.set_index("Evidence"))


def _signed(value: float) -> str:
    return f"{value:+.2f}"


def _excess(pair: pd.Series, name: str, reason: str = "") -> str:
    if pd.isna(pair[name]):
        return f"unknown: {pair[reason]}" if reason else ""
    interval = terms.interval(pair[f"{name}_low"], pair[f"{name}_high"], "{:+.2f}")
    return f"{_signed(pair[name])} logits, 95 % interval {interval}"


def _remaining(pair: pd.Series) -> str:
    return _excess(pair, "excess_remaining", "remaining_reason")


def _declared(pair: pd.Series) -> str:
    if pd.isna(pair["declarations"]):
        return "no claim known"
    sources = pair["declaration_sources"]
    return pair["declarations"] + (f" — {sources}" if pd.notna(sources) else "")


def _dates(pair: pd.Series) -> str:
    dates = [
        f"{what} {pair[column]}"
        for what, column in (("corpus", "corpus_public"), ("system", "system_released"))
        if pd.notna(pair[column])
    ]
    return f"{pair['public_before_system']}" + (f" ({', '.join(dates)})" if dates else "")


def _words(pair: pd.Series) -> str:
    why = f": {pair['lexical_why']}" if pd.notna(pair["lexical_why"]) else ""
    scored = [
        f"; macro F1 on {heard} alone {pair[column]:.2f}"
        for heard, column in (
            ("the transcript", "transcript_macro_f1"),
            ("silence", "silence_macro_f1"),
        )
        if pd.notna(pair[column])
    ]
    return f"{pair['lexical_documented']} ({pair['lexical_state']}){why}{''.join(scored)}"


def _loss(pair: pd.Series) -> str:
    if pd.isna(pair["drop_perturbed"]):
        return f"unknown: {pair['drop_reason']}"
    ends = terms.interval(pair["drop_perturbed_low"], pair["drop_perturbed_high"], "{:+.2f}")
    found = f"{_signed(pair['drop_perturbed'])} macro F1 (95 % interval {ends})"
    if pd.isna(pair["extra_drop_low"]):
        return f"{found}; {pair['drop_reason']}"
    ends = terms.interval(pair["extra_drop_low"], pair["extra_drop_high"], "{:+.2f}")
    return (
        f"{found}, elsewhere {_signed(pair['drop_elsewhere'])}: "
        f"{_signed(pair['extra_drop'])} logits more (95 % interval {ends})"
    )


def _agreement(pair: pd.Series) -> str:
    if pd.isna(pair["agreement"]):
        return f"unknown: {pair['agreement_reason']}"
    found = f"{pair['agreement']:.0%} of clips at T={pair['highest_temperature']:g}"
    if pd.isna(pair["extra_agreement_low"]):
        return f"{found}; {pair['agreement_reason']}"
    ends = terms.interval(pair["extra_agreement_low"], pair["extra_agreement_high"], "{:+.2f}")
    return (
        f"{found}, elsewhere {pair['agreement_elsewhere']:.0%}: "
        f"{_signed(pair['extra_agreement'])} (95 % interval {ends})"
    )


st.header("Contamination")
chosen = sidebar.choices()
if chosen.synthetic:
    st.info("Contamination is judged on real speech only. Choose real speech in the sidebar.")
    st.stop()
sources = data.contamination_sources(chosen.extraction)
if not sources:
    st.info(
        "There is nothing to judge: no system has answered for real speech. "
        "Run `make infer build`, then reload this page."
    )
    st.stop()
source = st.selectbox(
    "Scores of",
    sources,
    format_func=lambda name: "this warehouse" if name == data.WAREHOUSE else name,
    key=memory.key("source", sources),
    width=320,
)
pairs = data.contamination(source, chosen.extraction)
ours = source == data.WAREHOUSE
st.caption(
    "Colour is the verdict by the rule of `docs/contamination.md`. The number is the excess in "
    "logits: how much better the system is on this corpus than it is elsewhere, more than others "
    "are; cells without one have no expectation. "
    + (
        f"Base runs of every system, label extraction `{chosen.extraction}`, whatever the filters "
        "of the sidebar."
        if ours
        else "Scores and extraction are the document's, whatever the sidebar says."
    )
)
st.altair_chart(
    charts.verdicts(pairs), width="stretch", alt="Verdict per system and corpus, as colour."
)

st.subheader("Evidence")
left, right = st.columns(2)
gravest = pairs.sort_values(
    ["judgement", "excess"],
    key=lambda column: (
        column.map(list(terms.VERDICTS).index) if column.name == "judgement" else -column
    ),
    kind="stable",
)
systems = list(dict.fromkeys(gravest["system"]))
system = left.selectbox("System", systems, key=memory.key("judged system", systems))
of_system = gravest[gravest["system"] == system]
datasets = list(of_system["dataset"])
dataset = right.selectbox(
    "Dataset",
    datasets,
    format_func=dict(
        zip(datasets, of_system["dataset"] + ": " + of_system["judgement"], strict=True)
    ).__getitem__,
    key=memory.key("judged dataset", datasets),
)
pair = of_system[of_system["dataset"] == dataset].iloc[0]
show_evidence(pair)

if ours:
    heard = data.disturbed(system, dataset, chosen.extraction)
    known = heard[heard["macro_f1"].notna()]
    st.subheader("Hearing something else than the clip")
    if known.empty:
        st.info(
            "The system was run on the clips alone. Runs under other conditions (transcript, "
            "silence, a disturbed voice) would tell words and recordings apart: "
            "`docs/contamination.md` says which."
        )
        st.stop()
    st.dataframe(
        tables.with_intervals(heard, interval="drop_", interval_extra="extra_drop_").fillna(
            {"reason": ""}
        ),
        hide_index=True,
        width="stretch",
        height="content",
        column_order=[
            *("condition", "macro_f1", "clip_macro_f1", "drop", "interval"),
            *("drop_elsewhere", "extra_drop", "interval_extra", "reason"),
        ],
        column_config={
            "condition": "Heard",
            "macro_f1": st.column_config.NumberColumn("Macro F1", format="%.3f"),
            "clip_macro_f1": st.column_config.NumberColumn("on the clip", format="%.3f"),
            "drop": st.column_config.NumberColumn("Lost", format="%+.3f"),
            "interval": "95 % interval",
            "drop_elsewhere": st.column_config.NumberColumn("Lost elsewhere", format="%+.3f"),
            "extra_drop": st.column_config.NumberColumn("More, in logits", format="%+.2f"),
            "interval_extra": "95 % of that",
            "reason": st.column_config.TextColumn("Why there is none", width="large"),
        },
    )
