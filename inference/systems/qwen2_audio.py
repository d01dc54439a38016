"""Qwen2-Audio-7B-Instruct, in process: one of the four systems of CAMEO."""

from inference.system import System

SYSTEM = System(
    name="qwen2-audio-7b-instruct",
    version="1",
    backend="transformers",
    model_id="Qwen/Qwen2-Audio-7B-Instruct",
    # As dozens of public repositories pin it or have it in the hub's cache.
    model_revision="0a095220c30b7b31434169c3086508ef3ea5bf0a",
    prompt="one_word",
    options={"dtype": "bfloat16", "max_seconds": 30},
    batch_clips=64,
)
