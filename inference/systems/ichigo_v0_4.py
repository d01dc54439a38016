"""Ichigo v0.4 (Llama 3.1), over HTTP: one of the four systems of CAMEO.

In process it is a plain Llama that reads sound tokens: copy this entry with the backend
`sound_tokens`, a dtype and a sound tokeniser (docs/models.md).
"""

from inference.system import System

SYSTEM = System(
    name="ichigo-llama3.1-s-instruct-v0.4",
    version="1",
    backend="openai",
    model_id="homebrewltd/Ichigo-llama3.1-s-instruct-v0.4",
    model_revision="as served",
    prompt="one_word",
    options={
        "base_url": "http://127.0.0.1:8000/v1",
        "model": "homebrewltd/Ichigo-llama3.1-s-instruct-v0.4",
        # vLLM takes what a request does not say from the model's generation_config.
        "extra": {"top_k": -1, "min_p": 0.0, "repetition_penalty": 1.0},
    },
)
