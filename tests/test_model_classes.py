"""The other model classes: what is decoded from one prefill is what `generate` says, text only.

Their processors need packages that are not installed here, so these models read tokens and hear
nothing. What is tested is what differs between classes: positions, masks, kinds of cache.
"""

import pytest

from inference.backend import Sampling

torch = pytest.importorskip("torch", reason="make setup-models")
transformers = pytest.importorskip("transformers", reason="make setup-models")

from inference.models.generation import (  # noqa: E402
    CopiedBranches,
    SharedBranches,
    decode,
    prefill,
    score,
)

torch.set_num_threads(1)

TEXT = {
    "vocab_size": 200,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "bos_token_id": None,
    "eos_token_id": None,
    "pad_token_id": 0,
}
ROPE = {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10_000.0}
OMNI_AUDIO = {
    "d_model": 32,
    "encoder_layers": 1,
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


def qwen2_5_omni():
    config = transformers.Qwen2_5OmniThinkerConfig(
        audio_config=OMNI_AUDIO,
        vision_config=OMNI_VISION,
        text_config={**TEXT, "rope_parameters": ROPE},
    )
    return transformers.Qwen2_5OmniThinkerForConditionalGeneration(_with_markers(config))


def qwen3_omni():
    experts = {"moe_intermediate_size": 32, "num_experts": 4, "num_experts_per_tok": 2}
    rope = {**ROPE, "mrope_interleaved": True}
    config = transformers.Qwen3OmniMoeThinkerConfig(
        audio_config={**OMNI_AUDIO, "downsample_hidden_size": 16},
        vision_config={**OMNI_VISION, "deepstack_visual_indexes": [0]},
        text_config={**TEXT, **experts, "head_dim": 16, "rope_parameters": rope},
    )
    return transformers.Qwen3OmniMoeThinkerForConditionalGeneration(_with_markers(config))


def _with_markers(config):
    config.vision_start_token_id, config.audio_start_token_id = 193, 194
    config.audio_token_id, config.image_token_id, config.video_token_id = 190, 191, 192
    return config


def voxtral():
    audio = {"hidden_size": 32, "intermediate_size": 128}
    layers = {"num_hidden_layers": 1, "num_attention_heads": 2}
    config = transformers.VoxtralConfig(
        audio_config={**audio, **layers},
        text_config={"model_type": "llama", **TEXT},
        audio_token_id=190,
    )
    return transformers.VoxtralForConditionalGeneration(config)


def granite_speech():
    config = transformers.GraniteSpeechConfig(
        text_config={"model_type": "granite", **TEXT},
        encoder_config={
            "hidden_dim": 32,
            "num_layers": 1,
            "num_heads": 2,
            "dim_head": 16,
            "input_dim": 160,
            "output_dim": 42,
        },
        projector_config={
            "model_type": "blip_2_qformer",
            "hidden_size": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "intermediate_size": 64,
            "encoder_hidden_size": 32,
        },
        has_lora_adapter=False,
        audio_token_index=190,
    )
    return transformers.GraniteSpeechForConditionalGeneration(config)


def phi4_multimodal():
    small = {"hidden_size": 32, "intermediate_size": 32, "num_attention_heads": 2}
    config = transformers.Phi4MultimodalConfig(
        **TEXT,
        vision_config={**small, "num_hidden_layers": 2, "image_token_id": 191},
        audio_config={**small, "num_blocks": 1, "audio_token_id": 190, "nemo_conv_channels": 32},
    )
    return transformers.Phi4MultimodalForCausalLM(config)


def gemma_3n():
    """Its language model; the window is shorter than the prompts, so its cache slides."""
    config = transformers.Gemma3nTextConfig(
        **{**TEXT, "num_hidden_layers": 4},
        vocab_size_per_layer_input=200,
        head_dim=16,
        sliding_window=16,
        layer_types=["sliding_attention", "full_attention"] * 2,
        num_kv_shared_layers=2,
        hidden_size_per_layer_input=16,
        laurel_rank=8,
        altup_num_inputs=2,
        activation_sparsity_pattern=[0.0] * 4,
    )
    return transformers.Gemma3nForCausalLM(config)


SLIDING = (gemma_3n,)


@pytest.mark.parametrize(
    "make", [qwen2_5_omni, qwen3_omni, voxtral, granite_speech, phi4_multimodal, gemma_3n]
)
def test_what_is_decoded_from_one_prefill_is_what_generate_says(make):
    torch.manual_seed(0)
    model = make().eval().requires_grad_(False)
    for parameter in model.parameters():
        if parameter.ndim >= 2:
            parameter.normal_(0, 0.12)
    model.generation_config = transformers.GenerationConfig(pad_token_id=0)
    prompts = [torch.randint(1, 150, (1, length)) for length in (24, 19, 13)]

    def generate(prompt):
        output = model.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=8,
            do_sample=False,
        )
        return output[0, prompt.shape[1] :].tolist()

    def label_scores(prompt, labels):
        found = []
        for tokens in labels:
            whole = torch.cat([prompt, torch.tensor([tokens])], 1)
            with torch.inference_mode():
                logits = model(input_ids=whole, attention_mask=torch.ones_like(whole)).logits
            chosen = logits[0, prompt.shape[1] - 1 : -1].log_softmax(-1)
            found.append(float(chosen.gather(-1, torch.tensor(tokens)[:, None]).sum()))
        return found

    padded = torch.zeros(3, 24, dtype=torch.int64)
    mask = torch.zeros_like(padded)
    for row, prompt in enumerate(prompts):
        padded[row, 24 - prompt.shape[1] :], mask[row, 24 - prompt.shape[1] :] = prompt[0], 1
    labels = [[5, 6], [7], [8, 9, 10]]
    samplings = [Sampling(0.0, 0, 8), Sampling(0.7, 0, 8)]
    read = prefill(model, {"input_ids": padded, "attention_mask": mask})
    assert read.can_be_cut == (make not in SLIDING)
    found = []
    for branches in (SharedBranches, CopiedBranches) if read.can_be_cut else (CopiedBranches,):
        scores = torch.tensor(score(read, [labels] * 3, branches))
        answers = decode(read, ["a", "b", "c"], samplings, (), branches)
        assert [row[0] for row in answers] == [generate(prompt) for prompt in prompts]
        wanted = torch.tensor([label_scores(prompt, labels) for prompt in prompts])
        assert float((scores - wanted).abs().max()) < 1e-4
        found.append(answers)
    assert all(answers == found[0] for answers in found)
    assert len({tuple(tokens) for row in found[0] for tokens in row}) > 3
