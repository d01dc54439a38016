"""Zero-shot from pitch, energy, rate and spectrum: needs no download and no training."""

from inference.system import System

SYSTEM = System(
    name="acoustic",
    version="1",
    backend="acoustic",
    model_id="acoustic cues after Juslin & Laukka (2003)",
    model_revision="1",
    prompt="one_word_as_listed",
    temperatures=(0.0, 0.3, 0.7),
)
