"""What pages remember: Streamlit forgets a page's widgets once another page is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

Option = TypeVar("Option")

PREFIX = "page:"

ALL = ""
"""The option of a selection box that chooses everything (it takes None for no choice yet)."""


def keep() -> None:
    """Hold on to the choices of all pages for one more run of the script."""
    for key in st.session_state:
        if str(key).startswith(PREFIX):
            st.session_state[key] = st.session_state[key]


def key(name: str, options: Sequence[Option]) -> str:
    """Return the key for a widget, with what was chosen before forgotten if it is no option now."""
    name = PREFIX + name
    if name in st.session_state and st.session_state[name] not in options:
        del st.session_state[name]
    return name
