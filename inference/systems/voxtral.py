"""Voxtral-Mini-3B-2507, in process; its tokenizer needs the package mistral-common.

Its encoder lets the clip attend to the silence behind it, so audio is always padded to 30 s.
"""

from inference.system import System

SYSTEM = System(
    name="voxtral-mini-3b-2507",
    version="1",
    backend="transformers",
    model_id="mistralai/Voxtral-Mini-3B-2507",
    # As one public repository has it in the hub's cache.
    model_revision="3060fe34b35ba5d44202ce9ff3c097642914f8f3",
    prompt="one_word",
    options={"dtype": "bfloat16", "max_seconds": 30, "audio_as": "base64"},
    batch_clips=32,
)
