"""One prefill, many answers: every temperature and every label score from the same cache.

Hearing the clip and reading the prompt is nearly all of the work; an answer is a few tokens. So it
is done once, and what follows it is decoded from its key-value cache. There are two ways, with
equal results:

- *Shared*: the temperatures are branches of one sequence. Each step feeds the next token of all
  of them at once, under a mask that lets a branch see the prompt and itself alone; at the end they
  are cut off the cache. Nothing is copied.
- *Copied*: each temperature, and each label, gets a copy of the cache. For models whose cache
  cannot be cut (sliding windows) or whose attention takes no mask of its own.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch.nn.functional import pad
from transformers import Cache, DynamicCache, PreTrainedModel

from inference.backend import Sampling
from inference.models.sampling import draw

Tokens = Sequence[int]


@dataclass
class Prefill:
    """A batch of prompts that a model has read, audio included."""

    model: PreTrainedModel
    cache: Cache
    """Keys and values of the prompts; what is decoded from them is cut off again."""
    logits: torch.Tensor
    """float32, (clips, vocabulary): what the answer begins with."""
    mask: torch.Tensor
    """int64, (clips, prompt): 1 for a token, 0 for padding on its left."""

    @property
    def lengths(self) -> torch.Tensor:
        """int64, (clips, 1): tokens of each prompt, which is where its answer stands."""
        return self.mask.sum(-1, keepdim=True)

    @property
    def can_be_cut(self) -> bool:
        """Whether tokens can be taken off the end of the cache again, at any length."""
        layers = getattr(self.cache, "layers", ())
        return bool(layers) and all(type(layer).__name__ == "DynamicLayer" for layer in layers)


class Branches(Protocol):
    """Continuations of every prompt of a batch, as many for each."""

    def step(self, tokens: torch.Tensor) -> torch.Tensor:
        """Append (clips, branches) tokens; return float32 logits, (clips, branches, vocabulary)."""
        ...

    def close(self) -> None:
        """Leave the prefill as it was."""
        ...


@torch.inference_mode()
def prefill(model: PreTrainedModel, inputs: Mapping[str, torch.Tensor]) -> Prefill:
    """Read the prompts in `inputs` (as a processor makes them, padded on the left)."""
    mask = inputs["attention_mask"]
    positions = (mask.cumsum(-1) - 1).clamp_min(0)
    with _last_position_only(model):
        output = model(**inputs, position_ids=positions, use_cache=True)
    return Prefill(model, output.past_key_values, output.logits[:, -1].float(), mask)


def merge(reads: Sequence[Prefill]) -> Prefill:
    """Return prompts that were read apart as one batch, padded on the left.

    Raises:
        ValueError: a cache holds something else than the keys and values of every token.
    """
    if len(reads) == 1:
        return reads[0]
    if not all(read.can_be_cut for read in reads):
        raise ValueError("the cache of this class cannot be padded")
    most = max(read.mask.shape[1] for read in reads)
    gaps = [most - read.mask.shape[1] for read in reads]

    def together(parts: Iterable[torch.Tensor]) -> torch.Tensor:
        """Return (clips, heads, most, width) of the (1, heads, prompt, width) of each."""
        return torch.cat([pad(x, (0, 0, gap, 0)) for x, gap in zip(parts, gaps, strict=True)])

    cache = DynamicCache()
    for number, layers in enumerate(zip(*(read.cache.layers for read in reads), strict=True)):
        keys, values = (each.keys for each in layers), (each.values for each in layers)
        cache.update(together(keys), together(values), number)
    logits = torch.cat([read.logits for read in reads])
    masks = [pad(read.mask, (gap, 0)) for read, gap in zip(reads, gaps, strict=True)]
    return Prefill(reads[0].model, cache, logits, torch.cat(masks))


@contextlib.contextmanager
def _last_position_only(model: PreTrainedModel) -> Iterator[None]:
    """Work out the vocabulary for the last position only: for all, it would be gigabytes."""
    head = model.get_output_embeddings()
    if head is None:
        yield
        return
    hook = head.register_forward_pre_hook(lambda _, arguments: (arguments[0][:, -1:],))
    try:
        yield
    finally:
        hook.remove()


class SharedBranches:
    """Branches as tokens of one sequence, under a mask of our own."""

    def __init__(self, read: Prefill, count: int) -> None:
        """Start `count` branches behind the prompts that `read` holds."""
        self._read, self._count, self._steps = read, count, 0
        clips = len(read.mask)
        self._visible = read.mask.bool()[:, None, :].expand(clips, count, -1)
        self._own = torch.eye(count, dtype=torch.bool, device=read.mask.device)

    def step(self, tokens: torch.Tensor) -> torch.Tensor:
        """See `Branches`."""
        clips, count = tokens.shape
        own = self._own.expand(clips, count, count)
        self._visible = torch.cat([self._visible, own], -1)
        positions = (self._read.lengths + self._steps).expand(clips, count)
        self._steps += 1
        return _extend(self._read, tokens, self._visible, positions).float()

    def close(self) -> None:
        """See `Branches`."""
        _cut(self._read, self._steps * self._count)


class CopiedBranches:
    """Branches with a copy of the cache each."""

    def __init__(self, read: Prefill, count: int) -> None:
        """Start `count` branches behind the prompts that `read` holds."""
        self._read, self._mask, self._steps = read, read.mask, 0
        self._caches = [copy.deepcopy(read.cache) for _ in range(count)]

    def step(self, tokens: torch.Tensor) -> torch.Tensor:
        """See `Branches`."""
        self._mask = torch.cat([self._mask, self._mask.new_ones(len(self._mask), 1)], -1)
        positions = self._read.lengths + self._steps
        self._steps += 1
        columns = []
        for column, cache in enumerate(self._caches):
            output = self._read.model(
                input_ids=tokens[:, column : column + 1],
                attention_mask=self._mask,
                position_ids=positions,
                past_key_values=cache,
                use_cache=True,
            )
            columns.append(output.logits[:, -1].float())
        return torch.stack(columns, 1)

    def close(self) -> None:
        """See `Branches`."""


def _extend(
    read: Prefill, tokens: torch.Tensor, visible: torch.Tensor, positions: torch.Tensor
) -> torch.Tensor:
    """Append (clips, n) tokens to the cache; `visible` (clips, n, all so far): who sees whom."""
    # Added to the scores, as every implementation but flash attention takes it. The smallest finite
    # number and not minus infinity: a padded query that saw nothing would become NaN.
    dtype = read.cache.layers[0].keys.dtype
    mask = torch.zeros(visible.shape, dtype=dtype, device=visible.device)
    mask = mask.masked_fill(~visible, torch.finfo(dtype).min)
    return read.model(
        input_ids=tokens,
        attention_mask=mask[:, None],
        position_ids=positions,
        past_key_values=read.cache,
        use_cache=True,
    ).logits


def _cut(read: Prefill, tokens: int) -> None:
    if tokens:
        read.cache.crop(-tokens)


@torch.inference_mode()
def decode(
    read: Prefill,
    file_ids: Sequence[str],
    samplings: Sequence[Sampling],
    end_ids: Sequence[int],
    branches: type[SharedBranches] | type[CopiedBranches] = SharedBranches,
) -> list[list[list[int]]]:
    """Return the answer of every clip under every sampling as tokens, without the end token.

    Args:
        read: the prompts, of which the model has the cache.
        file_ids: one per clip; with sampling and step they fix every draw.
        samplings: one per answer.
        end_ids: tokens that end an answer.
        branches: how the answers share the cache.
    """
    clips, count = len(file_ids), len(samplings)
    ends = torch.tensor(sorted(end_ids), dtype=torch.int64, device=read.logits.device)
    limits = torch.tensor([s.max_new_tokens for s in samplings], device=read.logits.device)
    logits = read.logits[:, None].expand(clips, count, -1)
    done = torch.zeros((clips, count), dtype=torch.bool, device=read.logits.device)
    drawn: list[torch.Tensor] = []
    open_branches = branches(read, count)
    try:
        for step in range(max(s.max_new_tokens for s in samplings)):
            tokens = draw(logits, file_ids, samplings, step)
            drawn.append(tokens)
            done = done | torch.isin(tokens, ends) | (limits <= step + 1)
            if done.all():
                break
            logits = open_branches.step(tokens)
    finally:
        open_branches.close()
    # (clips, samplings, steps). An answer that has ended goes on with the others; it is cut here.
    answers = torch.stack(drawn, -1).tolist()
    return [
        [
            _until_end(tokens[: s.max_new_tokens], end_ids)
            for tokens, s in zip(row, samplings, strict=True)
        ]
        for row in answers
    ]


def _until_end(tokens: list[int], end_ids: Sequence[int]) -> list[int]:
    ends = set(end_ids)
    return tokens[: next((i for i, token in enumerate(tokens) if token in ends), len(tokens))]


@torch.inference_mode()
def score(
    read: Prefill,
    labels: Sequence[Sequence[Tokens]],
    branches: type[SharedBranches] | type[CopiedBranches] = SharedBranches,
) -> list[list[float]]:
    """Return ln P(the answer begins with these tokens) for every clip and each of its labels.

    The sum over the label's tokens, each given the clip, the prompt and the tokens before it; not
    divided by their number, without the end of the answer, and at temperature 1.

    Args:
        read: the prompts, of which the model has the cache.
        labels: for every clip its labels, as tokens (one at least); clips may differ.
        branches: how the labels share the cache.
    """
    most = max(len(candidates) for candidates in labels)
    heads = [[tokens[0] for tokens in row] + [0] * (most - len(row)) for row in labels]
    first = read.logits.gather(-1, torch.tensor(heads, device=read.logits.device))
    first = (first - read.logits.logsumexp(-1, keepdim=True)).tolist()
    scores = [row[: len(candidates)] for row, candidates in zip(first, labels, strict=True)]
    if all(len(tokens) == 1 for candidates in labels for tokens in candidates):
        return scores
    rest = _score_shared if branches is SharedBranches else _score_copied
    for clip, candidates in enumerate(rest(read, labels)):
        for label, value in candidates:
            scores[clip][label] += value
    return scores


def _score_shared(
    read: Prefill, labels: Sequence[Sequence[Tokens]]
) -> list[list[tuple[int, float]]]:
    """Return (label, log-probability) of every token but the first, from one forward pass.

    All labels of a clip are queries of one sequence; a token sees the prompt and its own label up
    to itself.
    """
    queries = [
        [
            (label, offset, tokens[offset], tokens[offset + 1])
            for label, tokens in enumerate(candidates)
            for offset in range(len(tokens) - 1)
        ]
        for candidates in labels
    ]
    width = max(len(row) for row in queries)
    # Clips with fewer queries get some of no label, which see each other and count for nothing.
    filled = [row + [(-1, 0, 0, 0)] * (width - len(row)) for row in queries]
    table = torch.tensor(filled, device=read.mask.device)
    owner, offset, token, following = table.unbind(-1)
    own = (owner[:, :, None] == owner[:, None, :]) & (offset[:, :, None] >= offset[:, None, :])
    prompt = read.mask.bool()[:, None, :].expand(-1, width, -1)
    try:
        logits = _extend(read, token, torch.cat([prompt, own], -1), read.lengths + offset)
    finally:
        _cut(read, width)
    values = torch.stack([_log_probability(*pair) for pair in zip(logits, following, strict=True)])
    return [
        [(label, value) for (label, *_), value in zip(row, found[: len(row)], strict=True)]
        for row, found in zip(queries, values.tolist(), strict=True)
    ]


def _score_copied(
    read: Prefill, labels: Sequence[Sequence[Tokens]]
) -> list[list[tuple[int, float]]]:
    """Do the same label by label, each with a copy of the cache."""
    found: list[list[tuple[int, float]]] = [[] for _ in labels]
    for label in range(max(len(candidates) for candidates in labels)):
        chosen = [list(row[label]) if label < len(row) else [0] for row in labels]
        width = max(len(tokens) for tokens in chosen)
        if width == 1:
            continue
        # Padded on the right: what stands there comes after everything that counts.
        padded = [tokens + [0] * (width - len(tokens)) for tokens in chosen]
        table = torch.tensor(padded, device=read.mask.device)
        offsets = torch.arange(width - 1, device=read.mask.device)
        output = read.model(
            input_ids=table[:, :-1],
            attention_mask=torch.cat([read.mask, torch.ones_like(table[:, :-1])], -1),
            position_ids=read.lengths + offsets,
            past_key_values=copy.deepcopy(read.cache),
            use_cache=True,
        )
        for clip, tokens in enumerate(chosen):
            values = _log_probability(output.logits[clip], table[clip, 1:])
            found[clip] += [(label, float(value)) for value in values[: len(tokens) - 1]]
    return found


def _log_probability(logits: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Return ln P of each token, (n,), from logits (n, vocabulary)."""
    logits = logits.float()
    return logits.gather(-1, tokens[:, None])[:, 0] - logits.logsumexp(-1)
