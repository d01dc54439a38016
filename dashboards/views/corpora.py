"""Page: what is in the warehouse of each corpus, and on which terms."""

from __future__ import annotations

import streamlit as st

from dashboards import data, sidebar

st.header("Corpora")
synthetic = sidebar.choices().synthetic
corpora = data.corpora(synthetic)
if corpora.empty:
    st.info(
        f"The published database has no corpus of {'synthetic' if synthetic else 'real'} speech."
    )
    st.stop()

st.caption(
    "Clips in the warehouse beside the clips of the whole corpus as published: fewer here mean a "
    "partial copy, whose scores are not those of the corpus. Rejected files could not be used. "
    "“unstated” means that the authors name no licence."
)
st.dataframe(
    corpora,
    hide_index=True,
    width="stretch",
    height="content",
    column_order=[
        "dataset",
        "language",
        "clips",
        "published_clips",
        "rejected",
        "speakers",
        "published_speakers",
        "hours",
        "license",
        "license_source",
        "labels",
        "url",
        "citation",
    ],
    column_config={
        "dataset": st.column_config.TextColumn("Dataset", pinned=True),
        "language": "Language",
        "clips": st.column_config.NumberColumn("Clips", format="localized"),
        "published_clips": st.column_config.NumberColumn("Published", format="localized"),
        "rejected": st.column_config.NumberColumn("Rejected", format="localized"),
        "speakers": "Speakers",
        "published_speakers": "Speakers published",
        "hours": st.column_config.NumberColumn("Hours", format="%.3f"),
        "license": "Licence",
        "license_source": "Where it is stated",
        "labels": st.column_config.ListColumn("Candidate labels"),
        "url": st.column_config.TextColumn("Where to get it"),
        "citation": "Cite",
    },
)

rejects = data.rejects(synthetic)
if not rejects.empty:
    st.subheader("Rejected files")
    st.dataframe(
        rejects,
        hide_index=True,
        width="stretch",
        height="content",
        column_config={
            "dataset": "Dataset",
            "reason": "Reason",
            "files": st.column_config.NumberColumn("Files", format="localized"),
            "remedy": st.column_config.TextColumn("Remedy", width="large"),
        },
    )
