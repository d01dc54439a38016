"""Phi-4-multimodal-instruct, in process: hears through an adapter, which peft loads. In a batch
a clip would hear some of the silence behind it.

The main branch of its repository holds code of its own for an older transformers (model type
phi4mm). The class of transformers wants converted weights: name the commit that has them.
"""

from inference.system import UNPINNED, System

SYSTEM = System(
    name="phi-4-multimodal-instruct",
    version="1",
    backend="transformers",
    model_id="microsoft/Phi-4-multimodal-instruct",
    model_revision=UNPINNED,
    prompt="one_word",
    options={"dtype": "bfloat16", "max_seconds": 30, "heard_alone": True, "adapter": "speech-lora"},
    batch_clips=32,
)
