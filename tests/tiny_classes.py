"""Tiny models of the other classes that the registry names, with ears: random weights, real code.

Weights and configuration are read from a folder by the code that reads the real ones. Of what only
sees there are stand-ins, for its packages have no build for a plain processor: processors of
pictures, and the picture tower of Gemma 3n. Of Granite's features the mel filters are librosa's
instead of torchaudio's. None of this hears, or says, anything else.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import librosa
import peft
import torch
import transformers
from transformers.models.gemma3n import modeling_gemma3n
from transformers.models.granite_speech import feature_extraction_granite_speech
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
from transformers.video_processing_utils import BaseVideoProcessor

from tests.tiny_models import CHATML, tokenizer

TEXT = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
    "bos_token_id": None,
}
SMALL = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2}
ROPE = {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10_000.0}
OMNI_TOKENS = {
    "image_token": "<|IMAGE|>",
    "audio_token": "<|AUDIO|>",
    "video_token": "<|VIDEO|>",
    "vision_bos_token": "<|vision_bos|>",
    "vision_eos_token": "<|vision_eos|>",
    "audio_bos_token": "<|audio_bos|>",
    "audio_eos_token": "<|audio_eos|>",
}
OMNI_AUDIO = {
    "d_model": 32,
    "encoder_layers": 2,
    "encoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "num_mel_bins": 128,
    "output_dim": 64,
}
OMNI_VISION = {
    "depth": 1,
    "hidden_size": 32,
    "intermediate_size": 32,
    "num_heads": 2,
    "out_hidden_size": 64,
}


@dataclass
class Tiny:
    """A model, and what its registry entry says of how it is asked."""

    model: transformers.PreTrainedModel
    processor: Any
    """None: the folder has it."""
    system: str
    """The registry entry whose class it is."""
    options: dict[str, str] = field(default_factory=dict)
    adapter: Sequence[str] = ()
    """Names of the projections that its adapter, through which it hears, adds to."""
    write: Callable[[Path], None] = lambda _: None
    """Writes what else the folder holds."""


def save(tiny: Tiny, folder: Path) -> dict[str, Any]:
    """Save a model with weights that let it hear; return the options to load it with."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in tiny.model.parameters():
            if weight.ndim >= 2:
                weight.normal_(0, 0.12, generator=generator)
    tiny.model.save_pretrained(folder)
    tiny.write(folder)
    if tiny.adapter:
        torch.manual_seed(0)
        lora = peft.LoraConfig(r=4, target_modules=[*tiny.adapter], init_lora_weights=False)
        tiny.model.add_adapter(lora)
        beside = folder / tiny.options.get("adapter", "")
        transformers.PreTrainedModel.save_pretrained(tiny.model, str(beside))
    return {
        "model": tiny.system,
        "system": tiny.system,
        "dtype": "float32",
        "path": str(folder),
        **tiny.options,
    }


def stand_in(monkeypatch: Any) -> None:
    """Put the stand-ins of what only sees, and of torchaudio, in place."""
    monkeypatch.setattr(
        transformers.ProcessorMixin, "check_argument_for_proper_class", lambda *_: None
    )
    granite = feature_extraction_granite_speech
    fake = SimpleNamespace(transforms=SimpleNamespace(MelSpectrogram=_MelSpectrogram))
    monkeypatch.setattr(granite, "torchaudio", fake, raising=False)
    monkeypatch.setattr(granite, "requires_backends", lambda *_: None)
    made = modeling_gemma3n.AutoModel.from_config

    def from_config(config: Any, **rest: Any) -> Any:
        sees = isinstance(config, transformers.Gemma3nVisionConfig)
        return torch.nn.Identity() if sees else made(config, **rest)

    monkeypatch.setattr(modeling_gemma3n.AutoModel, "from_config", from_config)


class _MelSpectrogram(torch.nn.Module):
    """Power mel spectrogram, HTK scale, as torchaudio's."""

    def __init__(
        self, sample_rate: int, n_fft: int, win_length: int, hop_length: int, n_mels: int
    ) -> None:
        super().__init__()
        bank = librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n_mels, htk=True, norm=None)
        self.bank, self.window = torch.from_numpy(bank), torch.hann_window(win_length)
        self.sizes = n_fft, hop_length, win_length

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        spectrum = torch.stft(samples, *self.sizes, self.window, return_complex=True)
        return self.bank @ spectrum.abs() ** 2


def _tokens(**named: str) -> transformers.PreTrainedTokenizerFast:
    """Return a tokenizer that has `named` special tokens, and knows them by these names."""
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer(sorted(named.values())).backend_tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        padding_side="left",
        extra_special_tokens=named,
    )


def _text(tokens: Any, **more: Any) -> dict[str, Any]:
    ends = {"eos_token_id": tokens.eos_token_id, "pad_token_id": tokens.pad_token_id}
    return {**TEXT, "vocab_size": len(tokens), **ends, **more}


def _ids(tokens: Any, **names: str) -> dict[str, int]:
    return {name: tokens.convert_tokens_to_ids(token) for name, token in names.items()}


def _omni(
    processor: type, thinker: dict[str, Any], config: type, model: type, system: str, **more: Any
) -> Tiny:
    tokens = _tokens(**OMNI_TOKENS)
    markers = _ids(
        tokens,
        audio_token_id="<|AUDIO|>",
        image_token_id="<|IMAGE|>",
        video_token_id="<|VIDEO|>",
        audio_start_token_id="<|audio_bos|>",
        vision_start_token_id="<|vision_bos|>",
    )
    text = _text(tokens, **thinker.pop("text_config"))
    whole = config(
        thinker_config={**thinker, **markers, "text_config": text}, enable_audio_output=False
    )
    heard = CHATML.replace("AUDIO", "<|audio_bos|><|AUDIO|><|audio_eos|>")
    made = processor(
        SiglipImageProcessorPil(),
        BaseVideoProcessor(),
        transformers.WhisperFeatureExtractor(feature_size=128, return_attention_mask=True),
        tokens,
        chat_template=heard,
    )
    return Tiny(model(whole), made, system, **more)


def qwen2_5_omni() -> Tiny:
    """Qwen2.5-Omni without what speaks."""
    return _omni(
        transformers.Qwen2_5OmniProcessor,
        {
            "audio_config": OMNI_AUDIO,
            "vision_config": OMNI_VISION,
            "text_config": {"rope_parameters": ROPE},
        },
        transformers.Qwen2_5OmniConfig,
        transformers.Qwen2_5OmniForConditionalGeneration,
        "qwen2.5-omni-7b",
        write=lambda folder: torch.save({}, folder / "spk_dict.pt"),
    )


def qwen3_omni() -> Tiny:
    """Qwen3-Omni, a mixture of four experts, without what speaks."""
    return _omni(
        transformers.Qwen3OmniMoeProcessor,
        {
            "audio_config": {**OMNI_AUDIO, "downsample_hidden_size": 16},
            "vision_config": {**OMNI_VISION, "deepstack_visual_indexes": [0]},
            "text_config": {
                "moe_intermediate_size": 32,
                "num_experts": 4,
                "num_experts_per_tok": 2,
                "head_dim": 16,
                "rope_parameters": {**ROPE, "mrope_interleaved": True},
            },
        },
        transformers.Qwen3OmniMoeConfig,
        transformers.Qwen3OmniMoeForConditionalGeneration,
        "qwen3-omni-30b-a3b-instruct",
    )


def voxtral() -> Tiny:
    """Voxtral with a tokenizer file of Mistral's kind, which its processor is loaded from."""
    names = "<unk> <s> </s> [INST] [/INST] [AVAILABLE_TOOLS] [/AVAILABLE_TOOLS] [TOOL_RESULTS]"
    names += " [/TOOL_RESULTS] [TOOL_CALLS] [IMG] <pad> [IMG_BREAK] [IMG_END] [PREFIX] [MIDDLE]"
    names += " [SUFFIX] [SYSTEM_PROMPT] [/SYSTEM_PROMPT] [TOOL_CONTENT]"
    special = names.split() + [f"<SPECIAL_{n}>" for n in range(20, 24)] + ["[AUDIO]"]
    special += ["[BEGIN_AUDIO]", *(f"<SPECIAL_{n}>" for n in range(26, 34)), "[TRANSCRIBE]"]
    pieces = [bytes([n]) for n in range(256)] + [b"an", b"ge", b"ange", b"fe", b"ar"]
    file = {
        "config": {
            "pattern": r"\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+",
            "num_vocab_tokens": len(pieces),
            "default_vocab_size": len(pieces) + len(special),
            "default_num_special_tokens": len(special),
            "version": "v7",
        },
        "vocab": [
            {"rank": n, "token_bytes": base64.b64encode(piece).decode(), "token_str": None}
            for n, piece in enumerate(pieces)
        ],
        "special_tokens": [
            {"rank": n, "token_str": name, "is_control": True} for n, name in enumerate(special)
        ],
        "audio": {
            "sampling_rate": 16_000,
            "frame_rate": 12.5,
            "audio_encoding_config": {"num_mel_bins": 128, "hop_length": 160, "window_size": 400},
            "chunk_length_s": 30.0,
        },
    }

    def write(folder: Path) -> None:
        (folder / "tekken.json").write_text(json.dumps(file))
        features = transformers.WhisperFeatureExtractor(feature_size=128).to_dict()
        features["processor_class"] = "VoxtralProcessor"
        (folder / "preprocessor_config.json").write_text(json.dumps(features))

    sizes = {"vocab_size": len(pieces) + len(special), "eos_token_id": 2, "pad_token_id": 11}
    config = transformers.VoxtralConfig(
        audio_config={**SMALL, "intermediate_size": 128, "num_hidden_layers": 2},
        text_config={"model_type": "llama", **TEXT, **sizes},
        audio_token_id=special.index("[AUDIO]"),
    )
    model = transformers.VoxtralForConditionalGeneration(config)
    return Tiny(model, None, "voxtral-mini-3b-2507", {"audio_as": "base64"}, write=write)


def granite_speech() -> Tiny:
    """Granite Speech, with its adapter, which lies among the weights."""
    tokens = _tokens(audio_token="<|audio|>")
    tokens.chat_template = CHATML
    config = transformers.GraniteSpeechConfig(
        text_config={"model_type": "granite", **_text(tokens)},
        encoder_config={
            "hidden_dim": 32,
            "num_layers": 2,
            "num_heads": 2,
            "dim_head": 16,
            "input_dim": 160,
            "output_dim": 42,
        },
        projector_config={
            "model_type": "blip_2_qformer",
            **SMALL,
            "num_hidden_layers": 1,
            "encoder_hidden_size": 32,
        },
        has_lora_adapter=True,
        **_ids(tokens, audio_token_index="<|audio|>"),
    )
    features = transformers.GraniteSpeechFeatureExtractor()
    return Tiny(
        transformers.GraniteSpeechForConditionalGeneration(config),
        transformers.GraniteSpeechProcessor(features, tokens),
        "granite-speech-3.3-8b",
        {"audio_as": "placeholder", "audio_token": "<|audio|>"},
        ("q_proj", "v_proj"),
    )


def phi4_multimodal() -> Tiny:
    """Phi-4-multimodal, with its adapter, which lies in a folder beside the weights."""
    tokens = _tokens(audio_token="<|audio|>", image_token="<|image|>")
    widths = ("nemo_conv_channels", "ext_pw_out_channel", "depthwise_separable_out_channel")
    config = transformers.Phi4MultimodalConfig(
        **_text(tokens),
        vision_config={
            **SMALL,
            "num_hidden_layers": 2,
            **_ids(tokens, image_token_id="<|image|>"),
        },
        audio_config={
            **SMALL,
            "num_blocks": 2,
            **dict.fromkeys(widths, 32),
            **_ids(tokens, audio_token_id="<|audio|>"),
        },
    )
    processor = transformers.Phi4MultimodalProcessor(
        SiglipImageProcessorPil(),
        transformers.Phi4MultimodalFeatureExtractor(),
        tokens,
        chat_template=CHATML.replace("AUDIO", "<|audio|>"),
    )
    model = transformers.Phi4MultimodalForCausalLM(config)
    return Tiny(
        model, processor, "phi-4-multimodal-instruct", {"adapter": "speech-lora"}, ("qkv_proj",)
    )


def gemma_3n() -> Tiny:
    """Gemma 3n without what sees; its window is shorter than the prompts, so its cache slides."""
    tokens = _tokens(
        audio_token="<audio_soft_token>",
        image_token="<image_soft_token>",
        boa_token="<start_of_audio>",
        eoa_token="<end_of_audio>",
        boi_token="<start_of_image>",
        eoi_token="<end_of_image>",
    )
    words = len(tokens)  # after them come those of pictures, then those of audio
    text = {
        **_text(tokens, vocab_size=words + 8, num_hidden_layers=4),
        "vocab_size_per_layer_input": words,
        "head_dim": 16,
        "sliding_window": 16,
        "layer_types": ["sliding_attention", "full_attention"] * 2,
        "num_kv_shared_layers": 2,
        "hidden_size_per_layer_input": 16,
        "laurel_rank": 8,
        "altup_num_inputs": 2,
        "activation_sparsity_pattern": [0.0] * 4,
    }
    audio = {
        "hidden_size": 32,
        "conf_num_hidden_layers": 2,
        "conf_num_attention_heads": 2,
        "sscp_conv_channel_size": [16, 8],
        "vocab_size": 4,
        "vocab_offset": words + 4,
    }
    vision = {"hidden_size": 32, "vocab_size": 4, "vocab_offset": words}
    config = transformers.Gemma3nConfig(
        text_config=text,
        audio_config=audio,
        vision_config=transformers.Gemma3nVisionConfig(**vision),
        **_ids(tokens, audio_token_id="<audio_soft_token>", image_token_id="<image_soft_token>"),
    )
    processor = transformers.Gemma3nProcessor(
        transformers.Gemma3nAudioFeatureExtractor(),
        SiglipImageProcessorPil(),
        tokens,
        chat_template=CHATML.replace("AUDIO", "<audio_soft_token>"),
    )
    model = transformers.Gemma3nForConditionalGeneration(config)
    return Tiny(model, processor, "gemma-3n-e4b-it")


CLASSES = (qwen2_5_omni, qwen3_omni, voxtral, granite_speech, phi4_multimodal, gemma_3n)
