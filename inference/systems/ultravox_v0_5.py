"""Ultravox v0.5 (Llama 3.1 8B), over HTTP: one of the four systems of CAMEO.

Its code does not run on the transformers of today; vLLM serves it by itself.
"""

from inference.system import System

SYSTEM = System(
    name="ultravox-v0.5-llama-3.1-8b",
    version="1",
    backend="openai",
    model_id="fixie-ai/ultravox-v0_5-llama-3_1-8b",
    model_revision="as served",
    prompt="one_word",
    options={
        "base_url": "http://127.0.0.1:8000/v1",
        "model": "fixie-ai/ultravox-v0_5-llama-3_1-8b",
        # vLLM takes what a request does not say from the model's generation_config.
        "extra": {"top_k": -1, "min_p": 0.0, "repetition_penalty": 1.0},
    },
)
