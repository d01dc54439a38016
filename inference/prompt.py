"""Prompts are data: a TOML file in inference/prompts says what is asked and which labels to offer.

What a prompt can be filled with is the labels and, where text stands in for the audio, what was
said. Speaker, gender and language are no fields, so no prompt can give them away.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.emotions import EMOTIONS_CSV, canonical_emotions
from warehouse.errors import SerError
from warehouse.registry import nearest

PROMPTS = Path(__file__).resolve().parent / "prompts"

LABELS, TRANSCRIPT = "{labels}", "{transcript}"
ORDERS = ("balanced", "as_listed")
_FIELD = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Prompt:
    """What a model is asked, and what it may answer."""

    name: str
    text: str
    """The question about a recording; `{labels}` stands for the candidate labels."""
    transcript: str | None = None
    """The question where a text stands in for the recording; `{transcript}` stands for the text."""
    labels: tuple[str, ...] | None = None
    """The candidates, whatever the corpus; None for the corpus' own."""
    order: str = "balanced"
    """`balanced`: a model's liking for first or last places must favour no label, so every clip is
    offered one of the rotations of a shuffled list; over many clips every label is in every place
    equally often (a Latin square), and a corpus has only as many lists as labels, which keeps
    distinct answers few. Fixed by seed, labels and clip. `as_listed`: as the corpus lists them."""

    def offered(self, corpus_labels: Sequence[str], file_id: str, seed: int) -> tuple[str, ...]:
        """Return the candidate labels of a clip in the order in which they are offered."""
        labels = tuple(self.labels or corpus_labels)
        if self.order == "as_listed":
            return labels
        key = "\0".join((str(seed), *sorted(labels)))
        shuffled = sorted(labels, key=lambda label: _number(key, label))
        turn = _number(key, file_id) % len(labels)
        return (*shuffled[turn:], *shuffled[:turn])

    def fill(self, template: str, labels: Sequence[str], transcription: str | None) -> str:
        """Return the template, which is `text` or `transcript`, with its fields filled in."""
        fields = {LABELS: ", ".join(labels), TRANSCRIPT: transcription or ""}
        # In one pass: what was said may look like a field.
        return _FIELD.sub(lambda found: fields[found[0]], template)


def _number(*words: str) -> int:
    return int.from_bytes(hashlib.sha256("\0".join(words).encode()).digest()[:8], "big")


def known_prompts() -> list[str]:
    """Return the names of all prompts."""
    return sorted(path.stem for path in PROMPTS.glob("*.toml"))


def read_prompt(name: str, asker: str = "") -> Prompt:
    """Return the prompt called `name`; `asker` is named in front of an error.

    Raises:
        SerError: there is no such prompt, or it offers no labels.
    """
    path = PROMPTS / f"{name}.toml"
    if not path.exists():
        guess = nearest(name, known_prompts())
        hint = f"did you mean {guess}?" if guess else f"known: {', '.join(known_prompts())}"
        raise SerError(f"{asker}no prompt '{name}': {hint}")
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SerError(f"{path}: no TOML ({error}); see its neighbours") from None
    labels = found.pop("labels", "dataset")
    chosen = None if labels == "dataset" else _labels(path, labels)
    for key in ("text", "transcript", "order"):
        if not isinstance(found.get(key, ""), str):
            raise SerError(f"{path}: `{key}` is no text; see its neighbours")
    try:
        prompt = Prompt(name, labels=chosen, **found)
    except TypeError as error:
        raise SerError(f"{path}: {error}; see its neighbours") from None
    _check(path, prompt)
    return prompt


def _labels(path: Path, labels: object) -> tuple[str, ...]:
    if not isinstance(labels, list) or len(labels) < 2 or len({*map(str, labels)}) < len(labels):
        raise SerError(
            f'{path}: labels are {labels!r:.60}; write "dataset" or a list of two labels or more, '
            "each once"
        )
    for label in labels:
        if label not in canonical_emotions():
            guess = nearest(str(label), canonical_emotions())
            hint = f"did you mean {guess}?" if guess else f"write nouns of {EMOTIONS_CSV.name}"
            raise SerError(f"{path}: label {label!r:.40} is no known emotion; {hint}")
    return tuple(labels)


def _check(path: Path, prompt: Prompt) -> None:
    if prompt.order not in ORDERS:
        raise SerError(f"{path}: order is '{prompt.order}'; it can be {' or '.join(ORDERS)}")
    for what, text, needed in (
        ("text", prompt.text, {LABELS}),
        ("transcript", prompt.transcript, {LABELS, TRANSCRIPT}),
    ):
        if text is None:
            continue
        fields = set(_FIELD.findall(text))
        if LABELS not in fields:
            raise SerError(f"{path}: {LABELS} is missing, so the model would not be told any")
        if fields != needed:
            raise SerError(
                f"{path}: the fields of `{what}` are {', '.join(sorted(fields))}, not "
                f"{', '.join(sorted(needed))}; a prompt knows nothing else of a clip"
            )
