"""Gemma 3n E4B, in process. Its cache slides, so temperatures decode from copies of it.

In a batch a clip would hear some of the silence behind it.
"""

from inference.system import System

SYSTEM = System(
    name="gemma-3n-e4b-it",
    version="1",
    backend="transformers",
    model_id="google/gemma-3n-E4B-it",
    # As one public repository has it in the hub's cache.
    model_revision="c1221e9c62e34a43ab7ffacd1be0ea71f126ef10",
    prompt="one_word",
    options={"dtype": "bfloat16", "max_seconds": 30, "heard_alone": True},
    batch_clips=32,
)
