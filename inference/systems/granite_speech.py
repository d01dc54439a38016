"""Granite Speech 3.3 8B, in process: hears through an adapter, which peft loads.

Its chat template knows text only, in which a token stands for the audio. Its encoder takes no mask,
so in a batch a clip would hear the silence behind it.
"""

from inference.system import UNPINNED, System

SYSTEM = System(
    name="granite-speech-3.3-8b",
    version="1",
    backend="transformers",
    model_id="ibm-granite/granite-speech-3.3-8b",
    model_revision=UNPINNED,
    prompt="one_word",
    options={
        "dtype": "bfloat16",
        "max_seconds": 30,
        "heard_alone": True,
        "audio_as": "placeholder",
        "audio_token": "<|audio|>",
    },
    batch_clips=32,
)
