"""Qwen3-Omni-30B-A3B-Instruct, in process: its thinker, the part that hears and writes."""

from inference.system import System

SYSTEM = System(
    name="qwen3-omni-30b-a3b-instruct",
    version="1",
    backend="transformers",
    model_id="Qwen/Qwen3-Omni-30B-A3B-Instruct",
    # As several public repositories have it in the hub's cache.
    model_revision="26291f793822fb6be9555850f06dfe95f2d7e695",
    prompt="one_word",
    options={
        "dtype": "bfloat16",
        "max_seconds": 30,
        # Below a second, the last window of its encoder is as long as that of the longest clip.
        "heard_alone": True,
        # The thinker ships no settings of its own that would say so.
        "end_tokens": ["<|im_end|>", "<|endoftext|>"],
    },
    batch_clips=32,
)
