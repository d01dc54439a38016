"""Qwen2.5-Omni-7B, in process: its thinker, the part that hears and writes."""

from inference.system import System

SYSTEM = System(
    name="qwen2.5-omni-7b",
    version="1",
    backend="transformers",
    model_id="Qwen/Qwen2.5-Omni-7B",
    # As several public repositories have it in the hub's cache.
    model_revision="ae9e1690543ffd5c0221dc27f79834d0294cba00",
    prompt="one_word",
    options={
        "dtype": "bfloat16",
        "max_seconds": 30,
        # The thinker ships no settings of its own that would say so.
        "end_tokens": ["<|im_end|>", "<|endoftext|>"],
    },
    batch_clips=64,
)
