"""Registries made of small files: every module of a package defines one entry."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import unicodedata
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from warehouse.errors import SerError


def discover(package: ModuleType, attribute: str) -> dict[str, Any]:
    """Return `{key: entry}` for `attribute` of every module in `package`, sorted by key.

    The key of an entry is its name in lower case.

    Raises:
        SerError: a module lacks the attribute, or two entries share a name.
    """
    entries: dict[str, Any] = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        entry = getattr(module, attribute, None)
        if entry is None:
            raise SerError(f"{module.__file__}: defines no {attribute}; see its neighbours")
        key = entry.name.lower()
        if key in entries:
            raise SerError(f"{module.__file__}: the name {entry.name} is taken already")
        entries[key] = entry
    return dict(sorted(entries.items()))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the entry of `known` most like `word`, or None if none is at all like it."""
    spelled = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), spelled, n=1, cutoff=0.5)
    return spelled[close[0]] if close else None


def choose(kind: str, names: Iterable[str], entries: dict[str, Any]) -> list[Any]:
    """Return the entries called `names`, in that order and without repeats.

    Upper and lower case, `-` and `_` make no difference; a name may be several, separated by
    commas or spaces.

    Raises:
        SerError: a name is unknown (the line suggests the nearest one), or there is no name.
    """
    by_slug = {slug(name): entry for name, entry in entries.items()}
    chosen = []
    words = " ".join(names).replace(",", " ").split()
    if not words:
        raise SerError(f"no {kind} is named; known: {', '.join(entries)}")
    for name in words:
        if slug(name) not in by_slug:
            guess = nearest(name, entries)
            hint = f"did you mean {guess}?" if guess else f"known: {', '.join(entries)}"
            raise SerError(f"unknown {kind} '{name}': {hint}")
        if (entry := by_slug[slug(name)]) not in chosen:
            chosen.append(entry)
    return chosen


def slug(name: str) -> str:
    """Return `name` as folders and identifiers spell it: `CREMA-D` becomes `crema_d`, `Oréau`
    (its accent composed or not) `oreau`."""
    letters = unicodedata.normalize("NFKD", name)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return bare.lower().replace("-", "_").replace(" ", "_")
