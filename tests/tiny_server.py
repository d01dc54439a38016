"""A tiny Qwen2-Audio with random weights, and `transformers serve` in front of it.

The real classes and the real server, without a download; what it says is noise that depends on
the audio.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import urllib3

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|AUDIO|>", "<|audio_bos|>"]
SPECIAL += ["<|audio_eos|>"]


def build_tiny_model(folder: Path) -> Path:
    """Save model and processor below `folder`, with a generation_config full of traps."""
    torch = pytest.importorskip("torch", reason="torch is not installed (make setup-models)")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    torch.manual_seed(0)
    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    words.train_from_iterator(
        ["anger disgust fear happiness neutral sadness surprise Audio 1: system user assistant"],
        trainers.BpeTrainer(
            vocab_size=400,
            special_tokens=SPECIAL,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=SPECIAL[1:],
        padding_side="left",
    )
    config = transformers.Qwen2AudioConfig(
        audio_config={
            "model_type": "qwen2_audio_encoder",
            "num_mel_bins": 128,
            "d_model": 32,
            "encoder_layers": 2,
            "encoder_attention_heads": 2,
            "encoder_ffn_dim": 64,
        },
        text_config={
            "model_type": "qwen2",
            "vocab_size": len(tokenizer),
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 4,
            "bos_token_id": None,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
        },
        audio_token_index=tokenizer.convert_tokens_to_ids("<|AUDIO|>"),
    )
    model = transformers.Qwen2AudioForConditionalGeneration(config).eval()
    with torch.no_grad():  # as initialised, logits hardly depend on the audio
        for name, weights in model.named_parameters():
            if weights.ndim >= 2 and "embed_positions" not in name:
                weights.mul_(6.0)
    model.generation_config = transformers.GenerationConfig(
        eos_token_id=[tokenizer.eos_token_id, tokenizer.pad_token_id],
        pad_token_id=tokenizer.pad_token_id,
        do_sample=True,
        top_k=20,
        top_p=0.5,
        temperature=0.7,
        repetition_penalty=1.3,
        max_new_tokens=8,
    )
    features = transformers.WhisperFeatureExtractor(feature_size=128, return_attention_mask=True)
    model.save_pretrained(folder)
    transformers.Qwen2AudioProcessor(
        feature_extractor=features, tokenizer=tokenizer
    ).save_pretrained(folder)
    return folder


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """`transformers serve` on a model folder; `start` and `kill` as often as wanted."""

    def __init__(self, model: Path, port: int, log: Path) -> None:
        self.model, self.port, self._log = model, port, log
        self.url = f"http://127.0.0.1:{port}/v1"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start, and return when it answers."""
        program = Path(sys.executable).with_name("transformers")
        if not program.exists():
            pytest.skip("transformers is not installed with its server")
        command = [str(program), "serve", str(self.model), "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--device", "cpu", "--dtype", "float32"]
        self._process = subprocess.Popen(
            [*command, "--log-level", "error"],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"},
            stdout=self._log.open("a"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        http = urllib3.PoolManager(retries=False)
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                if http.request("GET", f"http://127.0.0.1:{self.port}/health").status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                time.sleep(0.1)
            assert self._process.poll() is None, self._log.read_text()
        raise AssertionError(f"the server is not up: {self._log.read_text()}")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
