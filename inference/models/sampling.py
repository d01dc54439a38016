"""How a token is drawn: by inverse CDF, from a number that the clip itself fixes."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from inference.backend import Sampling, hashed_uniform


def draw(
    logits: torch.Tensor, file_ids: Sequence[str], samplings: Sequence[Sampling], step: int
) -> torch.Tensor:
    """Return the next token of every clip under every sampling, int64, (clips, samplings).

    Temperature 0 takes the likeliest token. Above, the tokens stand in the order of their numbers,
    each as wide as its probability, and the one that `hashed_uniform` points at is taken: nothing
    is cut off (no top-k, no top-p), and neither batch nor device has a say beyond rounding.

    Args:
        logits: float32, (clips, samplings, vocabulary).
        file_ids: one per clip.
        samplings: one per column.
        step: how many tokens of the answer were drawn before.
    """
    chosen = logits.argmax(-1)
    for column, sampling in enumerate(samplings):
        if sampling.temperature > 0:
            uniform = torch.tensor(
                [hashed_uniform(file_id, sampling, step) for file_id in file_ids],
                dtype=torch.float64,
            ).to(logits.device)
            scaled = logits[:, column].double() / sampling.temperature
            cumulative = scaled.softmax(-1).cumsum(-1)
            target = uniform[:, None] * cumulative[:, -1:]
            found = torch.searchsorted(cumulative, target, right=True)[:, 0]
            chosen[:, column] = found.clamp_max(logits.shape[-1] - 1)
    return chosen
