"""Audio language models in process, through transformers: one code path for all classes.

Options of an entry, all part of the run:

- `dtype`: `bfloat16`, `float16` or `float32`.
- `attention`: implementation of attention, `sdpa` by default.
- `end_tokens`: tokens that end an answer, besides those that the model itself names.
- `max_seconds`: audio beyond this is not heard; none by default.
- `audio_as`: how the chat template takes audio: `array` (default), `base64` (a WAV, for templates
  of mistral-common), or `placeholder` (the template knows text only; a token stands for it).
- `audio_token`: the token of `placeholder`.
- `heard_alone`: its encoder lets a clip hear the padding of its batch, so clips are heard one by
  one; answers are still decoded together.
- `adapter`: folder beside the weights with an adapter that the model needs to hear.
- `remote_code`: whether it needs code that comes with the weights; runs only with a pinned revision
  and the user's word for it.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

import soundfile as sf
import torch
from transformers import BatchFeature, ProcessorMixin, WhisperFeatureExtractor

from inference.backend import SAMPLE_RATE, Clip
from inference.models.answering import AudioLanguageModel
from inference.models.loading import end_tokens, load_hearing_model, source
from inference.models.short_padding import HOP

OPTIONS = ("audio_as", "audio_token", "heard_alone", "adapter")
AUDIO_AS = ("array", "base64", "placeholder")


def load(options: Mapping[str, object]) -> AudioLanguageModel:
    """Load the model of a registry entry.

    Raises:
        SerError: the weights are not there, not pinned, or cannot run here.
    """
    origin = source(options, known=OPTIONS)
    model, processor = load_hearing_model(origin, options)
    seconds = options.get("max_seconds")
    return AudioLanguageModel(
        model,
        processor.tokenizer,
        ChatInputs(
            processor,
            origin.device,
            origin.dtype,
            str(options.get("audio_as", "array")),
            str(options.get("audio_token", "")),
        ),
        end_tokens(model, processor.tokenizer),
        float(str(seconds)) if seconds else None,
        bool(options.get("heard_alone")),
    )


class ChatInputs:
    """Clips as a processor's chat template puts them: the audio, then the instruction."""

    pads_audio = True

    def __init__(
        self,
        processor: ProcessorMixin,
        device: torch.device,
        dtype: torch.dtype,
        audio_as: str = "array",
        audio_token: str = "",
    ) -> None:
        """Take the processor of a model on `device` with weights in `dtype`."""
        if audio_as not in AUDIO_AS:
            raise ValueError(f"audio_as: '{audio_as}' is none of {', '.join(AUDIO_AS)}")
        self.processor, self.device, self.dtype = processor, device, dtype
        self.audio_as, self.audio_token = audio_as, audio_token

    def __call__(self, clips: Sequence[Clip], frames: int | None) -> dict[str, torch.Tensor]:
        """See `Encode`."""
        arguments: dict[str, Any] = {"text_kwargs": {"padding": True}}
        audio: dict[str, Any] = {}
        if frames is not None:
            audio["max_length"] = frames * HOP
        extractor = getattr(self.processor, "feature_extractor", None)
        if isinstance(extractor, WhisperFeatureExtractor):
            # Mel spectra where the model is: on a processor they would take longer than the model
            # does on a GPU.
            audio["device"] = str(self.device)
        if audio:
            arguments["audio_kwargs"] = audio
        if self.audio_as == "placeholder":
            inputs = self._by_placeholder(clips, arguments)
        else:
            inputs = self.processor.apply_chat_template(
                [[{"role": "user", "content": self._content(clip)}] for clip in clips],
                add_generation_prompt=True,
                tokenize=True,
                return_dict=True,
                return_tensors="pt",
                processor_kwargs=arguments,
            )
        return {name: self._moved(value) for name, value in inputs.items()}

    def _content(self, clip: Clip) -> list[dict[str, Any]]:
        text = {"type": "text", "text": clip.prompt}
        if clip.samples is None:
            return [text]
        if self.audio_as == "base64":
            return [{"type": "audio", "base64": _wav(clip)}, text]
        return [{"type": "audio", "audio": clip.samples}, text]

    def _by_placeholder(self, clips: Sequence[Clip], arguments: Mapping[str, Any]) -> BatchFeature:
        texts = []
        for clip in clips:
            token = "" if clip.samples is None else self.audio_token
            message = {"role": "user", "content": f"{token}{clip.prompt}"}
            texts.append(
                self.processor.tokenizer.apply_chat_template(
                    [message], add_generation_prompt=True, tokenize=False
                )
            )
        audio = [clip.samples for clip in clips if clip.samples is not None]
        given = {"audio": audio} if audio else {}
        return self.processor(text=texts, return_tensors="pt", **given, **arguments)

    def _moved(self, value: torch.Tensor) -> torch.Tensor:
        dtype = self.dtype if value.is_floating_point() else value.dtype
        return value.to(self.device, dtype)


def _wav(clip: Clip) -> str:
    buffer = io.BytesIO()
    sf.write(buffer, clip.samples, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return base64.b64encode(buffer.getvalue()).decode()
