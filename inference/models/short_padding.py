"""Hear a clip without the silence that fills it up to 30 seconds.

Encoders of Whisper's kind want 3,000 mel frames whatever the clip, and most emotional speech lasts
three seconds. Where the encoder lets no frame of the clip look at a frame of the silence (its
attention masks them), the silence can be left out: what remains is exactly what it was, provided
that a margin stays, since a convolution at the clip's end reaches three frames further and the
short-time spectrum of the last frames reaches 200 samples further.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import torch

HOP = 160
"""Samples between mel frames: 10 ms."""
MARGIN = 4
"""Mel frames of silence that stay behind the longest clip."""
MULTIPLE = 16
"""Frames are rounded up to a multiple of this, so that matrices have sizes that GPUs like."""

# Voxtral's and Whisper's own encoders look alike but attend to the silence: not exact, not here.
_MASKED_ENCODERS = ("qwen2_audio_encoder", "audioflamingo3_encoder")


def encoder_of(model: torch.nn.Module) -> torch.nn.Module | None:
    """Return the audio encoder of `model` if it can do with fewer frames, else None."""
    encoder = getattr(getattr(model, "model", None), "audio_tower", None)
    kind = getattr(getattr(encoder, "config", None), "model_type", None)
    return encoder if kind in _MASKED_ENCODERS else None


def frames_for(samples: Sequence[int], most: int) -> int:
    """Return the mel frames to pad clips of these lengths (in samples) to, at most `most`."""
    frames = -(-max(samples) // HOP) + MARGIN
    return min(-(-frames // MULTIPLE) * MULTIPLE, most)


def full_frames(encoder: torch.nn.Module) -> int:
    """Return the mel frames that the encoder wants by itself: twice its positions."""
    return 2 * encoder.config.max_source_positions


@contextlib.contextmanager
def expecting(encoder: torch.nn.Module, frames: int) -> Iterator[None]:
    """Have the encoder take `frames` mel frames (an even number) while inside."""
    config, embedding = encoder.config, encoder.embed_positions
    positions = config.max_source_positions
    narrow = torch.nn.Embedding(0, embedding.embedding_dim, device="meta")
    # A view of the first positions: nothing is copied.
    narrow.weight = torch.nn.Parameter(embedding.weight[: frames // 2], requires_grad=False)
    config.max_source_positions, encoder.embed_positions = frames // 2, narrow
    try:
        yield
    finally:
        config.max_source_positions, encoder.embed_positions = positions, embedding
