"""Small models with random weights, made from configurations: the real code, in milliseconds.

Their answers mean nothing. Random weights of the usual size give nearly the same answer to any
audio, so they are made larger here until the answer depends on what is heard; a test holds that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

LABELS = ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
ENDS = ("<|endoftext|>", "<|im_end|>")
SOUNDS = 64
"""Codes of the sound-token model; Ichigo has 512."""

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'audio' %}AUDIO{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

SHIPPED = {"do_sample": True, "top_k": 2, "top_p": 0.5, "temperature": 0.7}
"""What Qwen2-Audio ships with, and more of it: none of this may reach an answer."""


@dataclass(frozen=True)
class Size:
    """How large a model is."""

    encoder_width: int = 32
    encoder_layers: int = 2
    width: int = 64
    layers: int = 2
    heads: int = 4
    feed_forward: int = 128
    encoder_heads: int = 2
    vocabulary: int | None = None
    """None: as many as the tokenizer has."""
    scale: float = 6.0
    """Factor on the weights."""


def tokenizer(extra: Sequence[str] = ()) -> transformers.PreTrainedTokenizerFast:
    """Return a tokenizer trained on a sentence, in which labels are one to three tokens long."""
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    special = [*ENDS, "<|im_start|>", "<|AUDIO|>", "<|audio_bos|>", "<|audio_eos|>"]
    special += [name for name in extra if name not in special]
    sentence = "You are a helpful assistant. system user assistant Audio 1: Which emotion is it? "
    trainer = trainers.BpeTrainer(
        vocab_size=330 + len(special),
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    inner.train_from_iterator([sentence] * 3 + list(LABELS), trainer)
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=special[1:],
        padding_side="left",
    )


def qwen2_audio(folder: Path, size: Size = Size(), grouped: bool = False) -> Path:
    """Save a Qwen2-Audio; `grouped` makes it SeaLLMs-Audio: Qwen2.5's grouped heads."""
    return _save(folder, *qwen2_audio_parts(size, grouped), size)


def qwen2_audio_parts(size: Size, grouped: bool = False) -> tuple[Any, Any, Any]:
    """Return model, processor and tokenizer of a Qwen2-Audio, weights as transformers draws them.

    The model is made on torch's default device, in its default number format.
    """
    tokens = tokenizer()
    config = transformers.Qwen2AudioConfig(
        audio_config=_encoder("qwen2_audio_encoder", size),
        text_config=_text(tokens, size, grouped),
        audio_token_index=tokens.convert_tokens_to_ids("<|AUDIO|>"),
    )
    model = transformers.Qwen2AudioForConditionalGeneration(config)
    features = transformers.WhisperFeatureExtractor(feature_size=128, return_attention_mask=True)
    processor = transformers.Qwen2AudioProcessor(feature_extractor=features, tokenizer=tokens)
    return model, processor, tokens


def audio_flamingo(folder: Path, size: Size = Size()) -> Path:
    """Save an Audio Flamingo 3, which transformers files under sequence to sequence."""
    tokens = tokenizer(["<sound>"])
    config = transformers.AudioFlamingo3Config(
        audio_config=_encoder("audioflamingo3_encoder", size),
        text_config=_text(tokens, size, grouped=True),
        audio_token_id=tokens.convert_tokens_to_ids("<sound>"),
    )
    model = transformers.AudioFlamingo3ForConditionalGeneration(config)
    features = transformers.WhisperFeatureExtractor(feature_size=128, return_attention_mask=True)
    processor = transformers.AudioFlamingo3Processor(
        feature_extractor=features,
        tokenizer=tokens,
        chat_template=CHATML.replace("AUDIO", "<sound>"),
    )
    return _save(folder, model, processor, tokens, size)


def sound_llama(folder: Path, size: Size = Size()) -> Path:
    """Save a Llama that reads sound tokens, as Ichigo is one."""
    tokens = tokenizer(
        ["<|sound_start|>", "<|sound_end|>", *(f"<|sound_{code:04d}|>" for code in range(SOUNDS))]
    )
    tokens.chat_template = CHATML
    text = _text(tokens, size, grouped=True)
    text.pop("model_type")
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**text))
    return _save(folder, model, tokens, tokens, size)


def loudness_codes() -> Any:
    """Return a stand-in for WhisperVQ: one code per 40 ms, from how loud and bright it is."""

    def codes(samples: np.ndarray) -> list[int]:
        frames = samples[: len(samples) // 640 * 640].reshape(-1, 640)
        loud = np.sqrt((frames**2).mean(axis=1) + 1e-9)
        rough = np.abs(np.diff(frames, axis=1)).mean(axis=1) / loud
        code = (np.log10(loud) + 5) * 8 + rough * 23
        return [int(c) % SOUNDS for c in code]

    return codes


def _encoder(kind: str, size: Size) -> dict[str, Any]:
    return {
        "model_type": kind,
        "num_mel_bins": 128,
        "d_model": size.encoder_width,
        "encoder_layers": size.encoder_layers,
        "encoder_attention_heads": size.encoder_heads,
        "encoder_ffn_dim": size.encoder_width * 4,
        "max_source_positions": 1500,
    }


def _text(tokens: Any, size: Size, grouped: bool) -> dict[str, Any]:
    return {
        "model_type": "qwen2",
        "vocab_size": size.vocabulary or len(tokens),
        "hidden_size": size.width,
        "intermediate_size": size.feed_forward,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "num_key_value_heads": size.heads // 2 if grouped else size.heads,
        "max_position_embeddings": 4096,
        "bos_token_id": None,
        "eos_token_id": tokens.eos_token_id,
        "pad_token_id": tokens.pad_token_id,
    }


def _save(folder: Path, model: Any, processor: Any, tokens: Any, size: Size) -> Path:
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim >= 2 and "embed_positions" not in name:
                weight.normal_(0, 0.02 * size.scale, generator=generator)
    model.generation_config = transformers.GenerationConfig(
        eos_token_id=tokens.convert_tokens_to_ids(list(ENDS)),
        pad_token_id=tokens.pad_token_id,
        repetition_penalty=1.5,
        **SHIPPED,
    )
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder
