"""What a system is to us: a backend, a model and everything that decides its answers."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from inference.backend import Backend
from inference.prompt import read_prompt
from warehouse.errors import SerError


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
    prompt: str
    """File in inference/prompts, without suffix: the question and the labels on offer."""
    temperatures: tuple[float, ...] = (0.0, 0.3, 0.7)
    """One run each."""
    seed: int = 0
    max_new_tokens: int = 32
    options: Mapping[str, object] = field(default_factory=dict)
    """What the backend's `load` takes."""
    batch_clips: int = 32
    """Clips per call of the backend; decides speed and memory, never an answer."""

    def load(self) -> Backend:
        """Return the backend, ready to answer.

        Raises:
            SerError: the backend or something it needs is not installed.
        """
        try:
            module = importlib.import_module(f"inference.backends.{self.backend}")
        except ModuleNotFoundError as error:
            raise SerError(
                f"system {self.name}: backend '{self.backend}' needs the package {error.name}; "
                "install it into .venv, or choose another system (python -m inference list)"
            ) from None
        return module.load(self.options)

    def template(self) -> str:
        """Return the question about a recording, with `{labels}` still in it.

        Raises:
            SerError: there is no such prompt, or it offers no labels.
        """
        return read_prompt(self.prompt, f"system {self.name}: ").text


@functools.cache
def registry() -> dict[str, System]:
    """Return every system by its name in lower case."""
    import inference.systems
    from warehouse.registry import discover

    return discover(inference.systems, "SYSTEM")
