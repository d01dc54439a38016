"""A plain language model that reads sound tokens, in process.

Options of an entry, all part of the run: `dtype`, `attention`, `end_tokens` and `max_seconds` as in
`transformers`, and `tokeniser`, the `MODULE:FUNCTION` that returns the sound tokeniser
(SER_SOUND_TOKENISER where the entry names none).
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from inference import settings
from inference.models.answering import AudioLanguageModel
from inference.models.loading import end_tokens, load_text_model, source
from inference.models.sound_tokens import SoundInputs, sound_tokeniser
from warehouse.errors import SerError


def load(options: Mapping[str, object]) -> AudioLanguageModel:
    """Load the model of a registry entry and its sound tokeniser.

    Raises:
        SerError: the weights are not there, not pinned, or cannot run here; or no sound tokeniser
            is named.
    """
    origin = source(options, known=("tokeniser",))
    name = str(options.get("tokeniser") or os.environ.get(settings.SOUND_TOKENISER, ""))
    if not name:
        raise SerError(
            f"system {origin.system}: reads sound tokens, and nothing here makes them; name what "
            f"does, {settings.SOUND_TOKENISER}=MODULE:FUNCTION"
        )
    sounds = sound_tokeniser(name)
    model, tokenizer = load_text_model(origin, options)
    seconds = options.get("max_seconds")
    return AudioLanguageModel(
        model,
        tokenizer,
        SoundInputs(tokenizer, sounds, origin.device),
        end_tokens(model, tokenizer),
        float(str(seconds)) if seconds else None,
    )
