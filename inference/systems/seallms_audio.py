"""SeaLLMs-Audio-7B, in process: one of the four systems of CAMEO. The class is Qwen2-Audio's."""

from inference.system import UNPINNED, System

SYSTEM = System(
    name="seallms-audio-7b",
    version="1",
    backend="transformers",
    model_id="SeaLLMs/SeaLLMs-Audio-7B",
    model_revision=UNPINNED,
    prompt="one_word",
    options={"dtype": "bfloat16", "max_seconds": 30},
    batch_clips=64,
)
