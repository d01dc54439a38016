"""How fast an audio language model answers, against the loop that one would write.

Every contestant answers the same clips at three temperatures, with the same random-weight
Qwen2-Audio (SYNTHETIC: what it says means nothing, and every answer is as long as allowed): mel
spectra, prompt, audio encoder, answers. They take turns, so that the ratios hold although the
machine's speed drifts.

- naive: `generate` per clip and temperature, audio padded to 30 s.
- batched: `generate` per batch and temperature, clips sorted by length.
- shared prefill: one prefill per batch, from which all temperatures are decoded.
- short padding: batched, audio padded to the longest clip of the batch.
- both: shared prefill and short padding. With "+ label scores" it also rates every candidate label
  and writes the answers out: the whole of what `inference` does.

The share of the FLOP limit is what a contestant's own work, counted from the configuration, comes
to by the second, over the rate of a plain matrix product on the same device in the same run.

On a processor, seconds are those of the processor: others may use the machine, too.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr
import torch
import transformers

from bench.measure import table
from inference.backend import Clip, Sampling
from inference.backends.transformers import ChatInputs
from inference.models import short_padding
from inference.models.answering import AudioLanguageModel
from inference.models.generation import decode
from tests import tiny_models
from warehouse.paths import ROOT

CORPORA = ROOT.parent / "shared" / "corpora"
TEMPERATURES = (0.0, 0.3, 0.7)
SECONDS = 12.0
"""Longest time for one turn of a contestant; it is rated by the clips that it managed."""

SIZES = {
    "tiny": tiny_models.Size(),
    "medium": tiny_models.Size(
        encoder_width=384,
        encoder_layers=4,
        encoder_heads=6,
        width=512,
        layers=4,
        heads=8,
        feed_forward=1408,
        vocabulary=32_000,
    ),
    # The published configuration of Qwen2-Audio-7B.
    "full": tiny_models.Size(
        encoder_width=1280,
        encoder_layers=32,
        encoder_heads=20,
        width=4096,
        layers=32,
        heads=32,
        feed_forward=11_008,
        vocabulary=156_032,
    ),
}


@dataclass(frozen=True)
class Work:
    """What one clip costs a contestant, in floating-point operations."""

    encoder: float
    prompt: float
    decoded: float

    @property
    def total(self) -> float:
        return self.encoder + self.prompt + self.decoded


@dataclass(frozen=True)
class Contestant:
    run: Callable[[Sequence[Clip]], list[list[int]]]
    """Answers clips; returns the tokens of the first temperature."""
    batch: int
    shared: bool
    short: bool


def main() -> int:
    """Run the contest and print a table per model."""
    parser = argparse.ArgumentParser(prog="python -m bench.models", description=__doc__)
    gpu = torch.cuda.is_available()
    parser.add_argument(
        "--models", nargs="+", choices=list(SIZES), default=["tiny", "full" if gpu else "medium"]
    )
    parser.add_argument("--clips", type=int, default=512 if gpu else 48)
    parser.add_argument("--batch", type=int, default=64 if gpu else 8)
    parser.add_argument("--tokens", type=int, default=8, help="tokens of every answer")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument(
        "--threads", type=int, default=1, help="of a processor; more only where nobody else works"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    transformers.logging.set_verbosity_error()
    device = torch.device("cuda" if gpu else "cpu")
    dtype = torch.bfloat16 if gpu else torch.float32
    clips, origin = some_clips(arguments.clips)
    seconds = [len(clip.samples) / 16_000 for clip in clips]
    limit = matrix_product_rate(device, dtype)
    bits = str(dtype).removeprefix("torch.")
    print(
        f"{len(clips)} clips ({origin}), {statistics.mean(seconds):.1f} s on average, "
        f"{max(seconds):.1f} s at most; {len(TEMPERATURES)} temperatures, "
        f"{arguments.tokens} tokens each\n"
        f"{device_name(device)}, {bits}, matrix product {limit / 1e12:.3g} TFLOP/s; "
        f"torch {torch.__version__}, transformers {transformers.__version__}, "
        f"{torch.get_num_threads()} threads"
    )
    equal = [
        contest(name, clips, arguments.batch, arguments.tokens, arguments.rounds, device, dtype)(
            limit
        )
        for name in arguments.models
    ]
    return 0 if all(equal) else 1


def contest(
    name: str,
    clips: Sequence[Clip],
    batch: int,
    tokens: int,
    rounds: int,
    device: torch.device,
    dtype: torch.dtype,
) -> Callable[[float], bool]:
    """Let the contestants take turns with one model; return what reports it."""
    model = build(SIZES[name], device, dtype)
    samplings = [Sampling(temperature, 0, tokens) for temperature in TEMPERATURES]
    contestants = contestants_for(model, samplings, batch)
    rates: dict[str, list[float]] = {each: [] for each in contestants}
    answers: dict[str, dict[str, list[int]]] = {}
    for contestant in contestants.values():
        contestant.run(clips[: contestant.batch if device.type == "cuda" else 1])  # warm-up
    for _ in range(rounds):
        for each, contestant in contestants.items():
            rate, answers[each] = turn(contestant, clips, device)
            rates[each].append(rate)

    def report(limit: float) -> bool:
        parameters = sum(p.numel() for p in model.model.parameters())
        print(f"\n{name}: {parameters / 1e9:.3g} billion parameters, batches of {batch}")
        rows = []
        for each, contestant in contestants.items():
            rate = statistics.median(rates[each])
            ratio = statistics.median(
                a / b for a, b in zip(rates[each], rates["naive"], strict=True)
            )
            cost = work(model, clips, contestant, tokens).total
            rows.append(
                (
                    each,
                    f"{rate:.2f}",
                    f"{ratio:.1f}×",
                    f"{cost / 1e12:.3g}",
                    f"{rate * cost / limit:.0%}",
                )
            )
        print(table(rows, ("", "clips/s", "naive", "TFLOP/clip", "of the limit")))
        naive, ours = answers["naive"], answers["both"]
        known = naive.keys() & ours.keys()
        same = sum(naive[key] == ours[key] for key in known)
        print(f"temperature 0: {same} of {len(known)} answers of both are those of naive")
        # In 16 bits the likeliest of random tokens may change with the order of additions.
        return dtype != torch.float32 or same == len(known)

    return report


def build(size: tiny_models.Size, device: torch.device, dtype: torch.dtype) -> AudioLanguageModel:
    """Return a model with random weights, made where it will run."""
    torch.manual_seed(0)
    torch.set_default_dtype(dtype)
    try:
        with device:
            model, processor, tokens = tiny_models.qwen2_audio_parts(size)
    finally:
        torch.set_default_dtype(torch.float32)
    with torch.no_grad():
        # Flat logits would make every comparison a comparison of ties.
        model.lm_head.weight.mul_(8)
    model.generation_config = transformers.GenerationConfig(pad_token_id=tokens.pad_token_id)
    inputs = ChatInputs(processor, device, dtype)
    # No token ends an answer, so that all contestants decode equally much.
    return AudioLanguageModel(model.eval().requires_grad_(False), tokens, inputs, ())


def contestants_for(
    model: AudioLanguageModel, samplings: Sequence[Sampling], batch: int
) -> dict[str, Contestant]:
    def generate(clips: Sequence[Clip], frames: int | None) -> list[list[int]]:
        first = None
        for sampling in samplings:
            # Inputs anew for every temperature, as whoever calls `generate` thrice would have it.
            inputs = model.encode(clips, frames)
            drawing = (
                {"do_sample": True, "temperature": sampling.temperature, "top_k": 0, "top_p": 1.0}
                if sampling.temperature
                else {"do_sample": False}
            )
            output = model.model.generate(
                **inputs, max_new_tokens=sampling.max_new_tokens, **drawing
            )
            tokens = output[:, inputs["input_ids"].shape[1] :].tolist()
            first = first or tokens
        return first or []

    def short(clips: Sequence[Clip]) -> list[list[int]]:
        most = short_padding.full_frames(model.encoder)
        frames = short_padding.frames_for([len(clip.samples) for clip in clips], most)
        with short_padding.expecting(model.encoder, frames):
            return generate(clips, frames)

    def shared(clips: Sequence[Clip], *, short: bool) -> list[list[int]]:
        read = model.prefill(clips, short=short)
        answers = decode(read, [c.file_id for c in clips], samplings, (), model.branches)
        return [row[0] for row in answers]

    def scored(clips: Sequence[Clip]) -> list[list[int]]:
        model.answer(clips, samplings)
        return []

    return {
        "naive": Contestant(lambda clips: generate(clips, None), 1, False, False),
        "batched": Contestant(lambda clips: generate(clips, None), batch, False, False),
        "shared prefill": Contestant(lambda c: shared(c, short=False), batch, True, False),
        "short padding": Contestant(short, batch, False, True),
        "both": Contestant(lambda c: shared(c, short=True), batch, True, True),
        "both + label scores": Contestant(scored, batch, True, True),
    }


def turn(
    contestant: Contestant, clips: Sequence[Clip], device: torch.device
) -> tuple[float, dict[str, list[int]]]:
    """Return clips/s and the answers, by clip."""
    order = list(clips)
    if contestant.batch > 1:
        order.sort(key=lambda clip: len(clip.samples))
    batches = [order[i : i + contestant.batch] for i in range(0, len(order), contestant.batch)]
    # Short and long batches in turn: who runs out of time has not had the short clips only.
    np.random.default_rng(0).shuffle(batches)
    answers: dict[str, list[int]] = {}
    done, started = 0, now(device)
    for chunk in batches:
        answers |= dict(zip([c.file_id for c in chunk], contestant.run(chunk), strict=False))
        done += len(chunk)
        if now(device) - started > SECONDS:
            break
    return done / (now(device) - started), answers


def now(device: torch.device) -> float:
    """Return a time in seconds, once the device has done what it was told."""
    if device.type == "cuda":
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def work(
    model: AudioLanguageModel, clips: Sequence[Clip], contestant: Contestant, tokens: int
) -> Work:
    """Return the operations that a clip costs on average: 2 per weight and position, and attention.

    Padding counts where it is computed: it is work that a contestant chose to do.
    """
    encoder, language = model.model.model.audio_tower, model.model.model.language_model
    depth, width = len(encoder.layers), encoder.config.d_model
    encoder_weights = _weights(encoder.layers)
    language_weights, head = _weights(language.layers), model.model.lm_head.weight.numel()
    most = short_padding.full_frames(model.encoder)
    order = sorted(clips, key=lambda clip: len(clip.samples))
    batches = [order[i : i + contestant.batch] for i in range(0, len(order), contestant.batch)]
    encoded = read = 0.0
    for chunk in batches:
        lengths = [len(clip.samples) for clip in chunk]
        frames = short_padding.frames_for(lengths, most) if contestant.short else most
        heard = frames / 2
        encoded += len(chunk) * (2 * encoder_weights * heard + 4 * depth * width * heard**2)
        prompt = model.encode(chunk[-1:], None)["input_ids"].shape[1]
        layers, size = len(language.layers), language.config.hidden_size
        read += len(chunk) * (2 * language_weights * prompt + 2 * layers * size * prompt**2)
    times = 1 if contestant.shared else len(TEMPERATURES)
    decoded = len(TEMPERATURES) * tokens * 2 * (language_weights + head)
    return Work(times * encoded / len(clips), times * read / len(clips), decoded)


def _weights(module: torch.nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def matrix_product_rate(device: torch.device, dtype: torch.dtype) -> float:
    """Return the FLOP/s of a large matrix product, the best of several."""
    size = 8192 if device.type == "cuda" else 1536
    a, b = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
    best = 0.0
    for _ in range(8):
        began = now(device)
        for _ in range(4):
            a @ b
        best = max(best, 4 * 2 * size**3 / (now(device) - began))
    return best


def device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name() if device.type == "cuda" else "CPU"


def some_clips(number: int) -> tuple[list[Clip], str]:
    """Return clips of all real corpora that are there, in turn; else of the embedded one."""
    folders = sorted(f for f in CORPORA.glob("*") if any(f.rglob("*.wav")))
    folders = [f for f in folders if f.name not in ("tampered", "crema-d_pointers")]
    files = sorted((file for f in folders for file in f.rglob("*.wav")), key=lambda file: file.name)
    origin = "real speech"
    if not files:
        files = sorted((ROOT / "ingest" / "embedded" / "demo").rglob("*.flac"))
        origin = "SYNTHETIC speech"
    chosen = [files[i * len(files) // number % len(files)] for i in range(number)]
    prompt = "Which emotion is it? " + ", ".join(tiny_models.LABELS)
    return [
        Clip(f"{place}-{file.name}", _samples(file), tiny_models.LABELS, prompt)
        for place, file in enumerate(chosen)
    ], origin


def _samples(file: Path) -> np.ndarray:
    samples, rate = sf.read(file, dtype="float32", always_2d=True)
    return soxr.resample(samples[:, 0], rate, 16_000)


if __name__ == "__main__":
    sys.exit(main())
