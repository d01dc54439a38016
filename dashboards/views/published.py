"""Page: what papers print, beside our figures and against their own."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, data, memory, sidebar, tables, terms

SCORES = list(terms.METRICS)

st.header("Published")
chosen = sidebar.choices()
documents = data.documents()
if not documents:
    st.info(
        "This build holds no published results. They are seeds (`dbt_project/seeds/published/`): "
        "run `make build`, then reload this page."
    )
    st.stop()
options = [memory.ALL, *documents]
document = st.selectbox(
    "Document",
    options,
    format_func=lambda name: name or "All documents",
    key=memory.key("document", options),
    width=320,
)

st.subheader("Ours beside theirs")
if chosen.synthetic:
    st.info("Published figures are about real speech. Choose real speech to see ours beside them.")
else:
    numbers = data.published_comparison(document)
    both = numbers[numbers["ours"].notna()]
    st.caption(
        "Ours: the default extraction and runs that heard the clip, whatever the sidebar says. "
        "Where the clips are not the same a difference says little: see the reason."
    )
    st.markdown(
        f"**{len(numbers):,} published numbers, each once per run of ours that it can be compared "
        f"with; {len(both):,} have a figure of ours.**"
    )
    drawn = both[both["metric"].isin(SCORES)]
    if len(drawn):
        named = drawn["what"] + " · " + drawn["run"]
        drawn = drawn.assign(row=named if document else drawn["document"] + " · " + named)
        st.altair_chart(
            charts.beside(drawn.head(40)), width="stretch", alt="Our scores beside published ones."
        )
        if len(drawn) > 40:
            st.caption(f"The first 40 of {len(drawn):,} scores; the table has all of them.")
    elif numbers.empty:
        st.info("This document prints no numbers that could stand beside ours.")
    else:
        st.info(
            "No published score has one of ours beside it: none of the published systems has "
            "answered here. The reasons are in the table."
        )
    missing = st.toggle(
        "Show those without a figure of ours",
        value=both.empty,
        key=memory.key("without ours", [False, True]),
    )
    rows = tables.with_intervals(numbers if missing else both, interval="")
    rows = rows.assign(run=rows["run"].fillna(""), reason=rows["reason"].fillna(""))
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=tables.height(rows),
        column_order=tables.filled(
            rows,
            [
                *("document", "place", "what", "run", "published", "ours", "difference"),
                *("interval", "inside", "reason", "n_published", "n"),
            ],
        ),
        column_config={
            "document": "Document",
            "place": "Place",
            "what": st.column_config.TextColumn("Number", width="medium"),
            "published": st.column_config.NumberColumn("Published", format="localized"),
            "ours": st.column_config.NumberColumn("Ours", format="localized"),
            "difference": st.column_config.NumberColumn("Difference", format="localized"),
            "interval": "95 % of ours",
            "inside": st.column_config.CheckboxColumn("Inside"),
            "n_published": st.column_config.NumberColumn("Clips published", format="localized"),
            "n": st.column_config.NumberColumn("Clips here", format="localized"),
            "reason": st.column_config.TextColumn("Why they do not compare", width="large"),
            "run": "Our run",
        },
    )

st.subheader("What does not fit in them")
checks = data.audit(document)
if checks.empty:
    st.info("No check was made of this document. `docs/published.md` says how one is added.")
    st.stop()
counts = checks["verdict"].value_counts()
st.caption(
    "Figures of the documents held against their other figures, their data and each other; none is "
    "about results of this warehouse. “Contradicts” means that no values within the rounding of "
    "the printed digits make both true, not which of the two is wrong (`docs/published.md`)."
)
verdicts = ["contradicts", "cannot be checked", "agrees"]
verdicts = [name for name in verdicts if name in counts.index]
verdict = st.segmented_control(
    "Verdict",
    verdicts,
    format_func=lambda name: f"{name} ({counts[name]:,})",
    default=verdicts[0],
    key=memory.key("audit verdict", verdicts),
)
found = checks[checks["verdict"] == verdict] if verdict else checks
st.dataframe(
    found.assign(comment=found["comment"].fillna("")),
    hide_index=True,
    width="stretch",
    height=tables.height(found),
    column_order=[
        *("document", "place", "kind", "subject", "claimed", "found", "arithmetic", "comment"),
        *["verdict"] * (verdict is None),
    ],
    column_config={
        "document": "Document",
        "place": "Place",
        "kind": "Checked",
        "subject": "Of what",
        "claimed": st.column_config.NumberColumn("Claimed", format="%.5g"),
        "found": st.column_config.NumberColumn("Found", format="%.5g"),
        "arithmetic": st.column_config.TextColumn("Arithmetic", width="large"),
        "comment": st.column_config.TextColumn("What else to know", width="large"),
        "verdict": "Verdict",
    },
)
if verdict == "contradicts":
    st.subheader("In full")
    for row in found.itertuples():
        comment = f" *{row.comment}.*" if isinstance(row.comment, str) else ""
        st.markdown(
            f"- **{row.document}, {row.place}: {row.kind}: {row.subject}.** "
            f"{row.arithmetic}.{comment}"
        )
