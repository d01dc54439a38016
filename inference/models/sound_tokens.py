"""Models that hear through sound tokens: a tokeniser turns audio into codes, the model reads them.

Ichigo is a plain Llama whose vocabulary has 512 sounds more. What turns audio into those 512 is a
model of its own (WhisperVQ) that no common library carries, so it is an interface here: anything
that can be called with samples and returns codes.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from inference.backend import Clip
from warehouse.errors import SerError

START, END = "<|sound_start|>", "<|sound_end|>"


class SoundTokeniser(Protocol):
    """Turns audio into codes."""

    def __call__(self, samples: np.ndarray) -> Sequence[int]:
        """Return the codes (0 and up) of one clip: float32, (frames,), 16 kHz, full scale = ±1."""
        ...


def sound_text(codes: Sequence[int]) -> str:
    """Return codes as the model's text: `<|sound_start|><|sound_0042|>…<|sound_end|>`."""
    return START + "".join(f"<|sound_{code:04d}|>" for code in codes) + END


class SoundInputs:
    """Clips as text with sound tokens: the sound, a line break, the instruction."""

    pads_audio = False

    def __init__(
        self, tokenizer: PreTrainedTokenizerBase, sounds: SoundTokeniser, device: torch.device
    ) -> None:
        """Take the text tokenizer, with a chat template, and the sound tokeniser.

        Raises:
            SerError: the text tokenizer does not know sound tokens.
        """
        self.tokenizer, self.sounds, self.device = tokenizer, sounds, device
        if tokenizer.unk_token_id in (known := tokenizer.convert_tokens_to_ids([START, END])) or (
            None in known
        ):
            raise SerError(f"the tokenizer has no {START}: this model does not read sound tokens")

    def __call__(self, clips: Sequence[Clip], frames: int | None) -> Mapping[str, torch.Tensor]:
        """See `Encode`; sound tokens are as long as the clip, so `frames` says nothing."""
        texts = [
            self.tokenizer.apply_chat_template(
                [{"role": "user", "content": self._content(clip)}],
                add_generation_prompt=True,
                tokenize=False,
            )
            for clip in clips
        ]
        inputs = self.tokenizer(texts, padding=True, return_tensors="pt", add_special_tokens=False)
        return {name: inputs[name].to(self.device) for name in ("input_ids", "attention_mask")}

    def _content(self, clip: Clip) -> str:
        if clip.samples is None:
            return clip.prompt
        return f"{sound_text(self.sounds(clip.samples))}\n{clip.prompt}"


def sound_tokeniser(name: str) -> SoundTokeniser:
    """Return the sound tokeniser that `MODULE:FUNCTION` makes.

    Raises:
        SerError: there is none of that name.
    """
    module, _, function = name.partition(":")
    try:
        return getattr(importlib.import_module(module), function)()
    except (ImportError, AttributeError, ValueError) as error:
        raise SerError(
            f"sound tokeniser '{name}': {error}; it is MODULE:FUNCTION, where the function takes "
            "nothing and returns what turns samples into codes"
        ) from error
