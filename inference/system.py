"""What a system is to us: a backend, a model and everything that decides its answers."""

from __future__ import annotations

import csv
import functools
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from inference.backend import Backend
from inference.prompt import read_prompt
from warehouse.errors import SerError
from warehouse.paths import ROOT

FACTS = ROOT / "dbt_project" / "seeds" / "contamination"
"""Where release dates and training data are declared, for every system, each with its source: the
marts judge by these, so they are said there and nowhere else."""

UNPINNED = "unpinned"
"""Revision of an entry whose commit nobody could look up: it runs only once the user names one."""


@dataclass(frozen=True)
class Fact:
    """Something that is said about a system, by whom, and how well that is known."""

    statement: str
    source: str
    grade: str
    """A read at the source, A- in its code or at one remove, B at second hand, C recalled."""


@dataclass(frozen=True)
class System:
    """One entry of the registry. Nothing that shapes an answer is inherited from elsewhere."""

    name: str
    version: str
    """Raised when the same entry would answer differently; a new version makes new runs."""
    backend: str
    """Module in inference/backends; imported only when the system runs."""
    model_id: str
    model_revision: str
    """The commit of the weights, 40 hexadecimal digits, or UNPINNED."""
    prompt: str
    """File in inference/prompts, without suffix: the question and the labels on offer."""
    temperatures: tuple[float, ...] = (0.0, 0.3, 0.7)
    """One run each."""
    seed: int = 0
    max_new_tokens: int = 32
    options: Mapping[str, object] = field(default_factory=dict)
    """What the backend's `load` takes. With a `dtype` the backend loads weights, and is told model
    and revision, too."""
    batch_clips: int = 32
    """Clips per call of the backend; decides speed and memory, never an answer."""

    @property
    def dtype(self) -> str | None:
        """Number format of the weights; None if the backend loads none."""
        dtype = self.options.get("dtype")
        return str(dtype) if dtype else None

    @property
    def releases(self) -> tuple[Fact, ...]:
        """When the weights were released, by every source; empty if nothing is declared."""
        return tuple(
            Fact(row["release_date"], row["date_source"], row["grade"])
            for row in _facts("system_facts.csv", self.name)
        )

    @property
    def training_data(self) -> tuple[Fact, ...]:
        """What is said about the data that the system was trained on; empty if nothing is."""
        return tuple(
            Fact(row["quote"], row["source"], row["grade"])
            for row in _facts("training_declarations.csv", self.name)
        )

    def load(self) -> Backend:
        """Return the backend, ready to answer.

        Raises:
            SerError: the backend or something it needs is not installed, or the backend does not
                know which weights to load.
        """
        try:
            module = importlib.import_module(f"inference.backends.{self.backend}")
        except ModuleNotFoundError as error:
            raise SerError(
                f"system {self.name}: backend '{self.backend}' needs the package {error.name}; "
                "install it into .venv (torch and transformers: make setup-models), or choose "
                "another system (python -m inference list)"
            ) from None
        options = dict(self.options)
        if self.dtype:
            options |= {"model": self.model_id, "revision": self.model_revision}
            options |= {"system": self.name}
        return module.load(options)

    def template(self) -> str:
        """Return the question about a recording, with `{labels}` still in it.

        Raises:
            SerError: there is no such prompt, or it offers no labels.
        """
        return read_prompt(self.prompt, f"system {self.name}: ").text


def _facts(file: str, system: str) -> list[dict[str, str]]:
    with (FACTS / file).open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["system"] == system]


@functools.cache
def registry() -> dict[str, System]:
    """Return every system by its name in lower case, as the user's settings have it.

    Raises:
        SerError: a setting in the environment makes no sense.
    """
    import inference.systems
    from inference.settings import settled
    from warehouse.registry import discover

    return settled(discover(inference.systems, "SYSTEM"))
