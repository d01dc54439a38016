"""Layout: `streamlit run dashboards/app.py` shows one page per view, all under one sidebar."""

from __future__ import annotations

import sys
from pathlib import Path

# Streamlit puts the folder of this script on the path, not the checkout that holds our packages.
ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

import streamlit as st  # noqa: E402

from dashboards import memory, sidebar  # noqa: E402
from warehouse.errors import SerError  # noqa: E402

PAGES = {
    "": [
        st.Page("views/leaderboard.py", title="Leaderboard", default=True),
        st.Page("views/comparisons.py", title="Comparisons", url_path="comparisons"),
        st.Page("views/breakdown.py", title="Breakdown", url_path="breakdown"),
        st.Page("views/answers.py", title="Answers", url_path="answers"),
        st.Page("views/corpora.py", title="Corpora", url_path="corpora"),
    ],
    "One run": [
        st.Page("views/heatmap.py", title="Heat map", url_path="heatmap"),
        st.Page("views/confusion.py", title="Confusion matrix", url_path="confusion"),
        st.Page("views/calibration.py", title="Calibration", url_path="calibration"),
    ],
    "Can it be trusted?": [
        st.Page("views/extractions.py", title="Extractions", url_path="extractions"),
        st.Page("views/contamination.py", title="Contamination", url_path="contamination"),
        st.Page("views/published.py", title="Published", url_path="published"),
    ],
}


def main() -> None:
    """Show the page that the address names; what the user can mend is one message."""
    st.set_page_config(page_title="SER Warehouse", layout="wide")
    page = st.navigation(PAGES, position="top")
    memory.keep()
    try:
        if sidebar.show().synthetic:
            st.warning("**Synthetic speech:** these scores say nothing about any system.")
        page.run()
    except SerError as error:
        st.error(f"{error}. Then reload this page.")


main()
