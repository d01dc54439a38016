"""The choices that hold for every page: kind of speech, extraction, and which runs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboards import data

_STATE = "selection"


@dataclass(frozen=True)
class Selection:
    """What the sidebar is set to."""

    synthetic: bool
    extraction: str
    condition: str
    """What the systems heard: `clip` is the clip itself."""
    answered: bool
    """Whether the extraction read any answer for this kind of speech."""
    runs: tuple[str, ...]
    """Ids of the runs that pass the filters, best first."""
    names: dict[str, str]
    """Their short names."""

    @property
    def speech(self) -> str:
        """The kind of speech in a word."""
        return _speech(self.synthetic)


def show() -> Selection:
    """Draw the sidebar, remember what is chosen for `selection`, and return it."""
    with st.sidebar:
        st.subheader("SER Warehouse")
        synthetic = st.radio(
            "Speech",
            [False, True],
            index=1 if data.has_clips(True) and not data.has_clips(False) else 0,
            format_func=_speech,
            horizontal=True,
            help="Real and synthetic speech are never pooled.",
        )
        known = data.extractions().set_index("extraction")["description"]
        extraction = st.selectbox(
            "Label extraction",
            list(known.index),
            help="The rule that reads a label in a raw answer.",
        )
        if extraction is not None:
            st.caption(known[extraction])
        condition = _condition(extraction or "", synthetic)
        board = data.leaderboard(extraction or "", synthetic, condition)
        shown = _filters(board)
        st.divider()
        st.caption(f"Published build {data.build()}")
        as_of = data.as_of()
        if as_of:
            st.caption(f"What was stored as of {as_of}")
    chosen = Selection(
        synthetic=synthetic,
        extraction=extraction or "",
        condition=condition,
        answered=not board.empty,
        runs=tuple(shown["run_id"]),
        names=dict(zip(shown["run_id"], shown["run"], strict=True)),
    )
    st.session_state[_STATE] = chosen
    return chosen


def selection() -> Selection:
    """Return what the sidebar is set to; a page without any run to show ends here, saying so."""
    chosen = choices()
    if not chosen.answered:
        if data.has_answers(chosen.synthetic):
            st.info(
                f"The extraction `{chosen.extraction}` read no answers for {chosen.speech} speech "
                "(what it reads is said below its name). Choose another one in the sidebar."
            )
            st.stop()
        if data.has_clips(chosen.synthetic):
            how = "`make infer build`"
        elif chosen.synthetic:
            how = "`make demo`"
        else:
            how = "`make ingest infer build SOURCES=FOLDER` with a folder of corpora"
        st.info(
            f"The published database has no answers for {chosen.speech} speech. "
            f"Run {how}, then reload this page."
        )
        st.stop()
    if not chosen.runs:
        st.info("No run passes the filters in the sidebar.")
        st.stop()
    return chosen


def choices() -> Selection:
    """Return what the sidebar is set to, for pages that need no run."""
    chosen: Selection = st.session_state[_STATE]
    return chosen


def _condition(extraction: str, synthetic: bool) -> str:
    """Return the condition whose board is shown; ask where there is more than one."""
    known = data.conditions(extraction, synthetic) or ["clip"]
    if len(known) == 1:
        return known[0]
    return st.selectbox(
        "Condition",
        known,
        help="What the systems heard: clip is the clip itself. Each condition has its own board.",
    )


def _filters(board: pd.DataFrame) -> pd.DataFrame:
    """Draw one filter per property of a run; an empty filter lets everything through."""
    labels = {"system": "System", "temperature": "Temperature", "run": "Run"}
    for column, label in labels.items():
        options = sorted(board[column].unique())
        kept = st.multiselect(label, options, placeholder="All", disabled=not options)
        if kept:
            board = board[board[column].isin(kept)]
    return board


def _speech(synthetic: bool) -> str:
    return "synthetic" if synthetic else "real"
