"""Audio Flamingo 3, in process; transformers files it under sequence to sequence."""

from inference.system import System

SYSTEM = System(
    name="audio-flamingo-3",
    version="1",
    backend="transformers",
    model_id="nvidia/audio-flamingo-3-hf",
    # As several public repositories have it in the hub's cache; others have a later commit.
    model_revision="1b7715c1cbdfcaa5042e79cc3c814f6625681cc7",
    prompt="one_word",
    options={"dtype": "bfloat16", "max_seconds": 30},
    batch_clips=64,
)
