"""A model that answers batches: what every in-process backend has in common.

What a model class cannot do is found out when it is loaded, by trying it on clips of noise and
comparing: batch against single, shared branches against copies of the cache, short padding against
full. What does not hold is not done, and `notes` says so; the runner stores them with the run.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from inference.backend import SAMPLE_RATE, Answer, Clip, Sampling
from inference.models import short_padding
from inference.models.generation import (
    Branches,
    CopiedBranches,
    Prefill,
    SharedBranches,
    decode,
    merge,
    prefill,
    score,
)
from warehouse.errors import one_line

TOLERANCE = 1e-3
"""Relative difference of logits up to which two ways to compute them count as the same, in float32.
Rounding stays far below it (1e-5), a wrong mask or position far above."""
TOLERANCE_16_BIT = 0.1
"""The same where weights have 16 bits, whose rounding adds up to a few per cent."""

NO_NUMBERS = (
    "logits are no numbers (NaN): broken weights, or a number format that is too narrow for them "
    "(SER_DTYPE=bfloat16 or float32)"
)


class Together(enum.Enum):
    """How several clips are answered at once."""

    READ = "read as a batch"
    MERGED = "read one by one, and their caches put together"
    NOT = "one at a time"


class Encode(Protocol):
    """Turns clips into the model's inputs."""

    pads_audio: bool
    """Whether there is audio in the inputs that could be padded."""

    def __call__(self, clips: Sequence[Clip], frames: int | None) -> Mapping[str, torch.Tensor]:
        """Return inputs, padded on the left, on the model's device.

        Args:
            clips: all with audio, or all without.
            frames: mel frames to pad the audio to; None for what the model is used to.
        """
        ...


class AudioLanguageModel:
    """A language model that hears. It is a `Backend`."""

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        encode: Encode,
        end_ids: Sequence[int],
        max_seconds: float | None = None,
        heard_alone: bool = False,
    ) -> None:
        """Find out what the model can do.

        Args:
            model: in evaluation mode, on its device.
            tokenizer: of the model; decodes answers and encodes labels.
            encode: makes inputs of clips.
            end_ids: tokens that end an answer.
            max_seconds: audio beyond this is not heard; None: no limit.
            heard_alone: whether a batch would change what is heard, as far as that is known; in
                32 bits it is found out.
        """
        self.model, self.tokenizer, self.encode = model, tokenizer, encode
        self.end_ids = tuple(end_ids)
        self.max_seconds = max_seconds
        self.together = {True: Together.READ, False: Together.READ}
        """Of clips with audio, and of those without."""
        self.notes: list[str] = []
        """What the model cannot do and is done in another way instead."""
        self.most_clips: int | None = None
        """Clips that fit into memory at once; None while no batch was too large."""
        self.branches: type[SharedBranches] | type[CopiedBranches] = SharedBranches
        self.encoder = short_padding.encoder_of(model)
        self._labels: dict[str, tuple[int, ...]] = {}
        self._find_out(heard_alone)

    # ------------------------------------------------------------ answering

    def answer(self, clips: Sequence[Clip], samplings: Sequence[Sampling]) -> list[list[Answer]]:
        """See `Backend`. Every answer carries the log-probabilities of the clip's labels.

        Raises:
            torch.OutOfMemoryError: a single clip does not fit.
        """
        answers: dict[int, list[Answer]] = {}
        heard = [i for i, clip in enumerate(clips) if clip.samples is not None]
        read = [i for i, clip in enumerate(clips) if clip.samples is None]
        for group in (heard, read):
            while group:
                most = 1 if self._way(clips[group[0]]) is Together.NOT else self.most_clips
                chunk = group[:most]
                given = self._try([clips[i] for i in chunk], samplings)
                if given is None:
                    self._halve(len(chunk))
                    continue
                answers |= dict(zip(chunk, given, strict=True))
                group = group[len(chunk) :]
        return [answers[i] for i in range(len(clips))]

    def _try(
        self, clips: Sequence[Clip], samplings: Sequence[Sampling]
    ) -> list[list[Answer]] | None:
        """Return the answers, or None if so many clips do not fit into memory."""
        try:
            return self._answer(clips, samplings)
        except torch.OutOfMemoryError:
            if len(clips) == 1:
                raise
            # Not handled in here: the traceback would keep alive what filled the memory.
            return None

    def _halve(self, clips: int) -> None:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self.most_clips = clips // 2
        self._note(f"out of memory with {clips} clips at once: {self.most_clips} from then on")

    def _answer(self, clips: Sequence[Clip], samplings: Sequence[Sampling]) -> list[list[Answer]]:
        file_ids = [clip.file_id for clip in clips]
        labels = [[self._tokens(label) for label in clip.labels] for clip in clips]
        read = self.prefill(clips)
        if read.logits.isnan().any():
            raise ValueError(NO_NUMBERS)
        branches = self.branches if read.can_be_cut else CopiedBranches
        scores = score(read, labels, branches)
        answers = decode(read, file_ids, samplings, self.end_ids, branches)
        return [
            [Answer(self._text(tokens), tuple(row)) for tokens in texts]
            for texts, row in zip(answers, scores, strict=True)
        ]

    def prefill(self, clips: Sequence[Clip], *, short: bool = True) -> Prefill:
        """Hear the clips and read their prompts; `short` pads audio to its own length if it can."""
        clips = [self._limited(clip) for clip in clips]
        if self._way(clips[0]) is Together.MERGED:
            return merge([self._read([clip], short) for clip in clips])
        return self._read(clips, short)

    def _way(self, clip: Clip) -> Together:
        return self.together[_has_audio([clip])]

    def _read(self, clips: Sequence[Clip], short: bool) -> Prefill:
        _use_adapters(self.model, _has_audio(clips))
        lengths = [len(clip.samples) for clip in clips if clip.samples is not None]
        if not (short and self.encoder is not None and lengths):
            return prefill(self.model, self.encode(clips, None))
        most = short_padding.full_frames(self.encoder)
        frames = short_padding.frames_for(lengths, most)
        if frames == most:
            return prefill(self.model, self.encode(clips, None))
        with short_padding.expecting(self.encoder, frames):
            return prefill(self.model, self.encode(clips, frames))

    def _limited(self, clip: Clip) -> Clip:
        if self.max_seconds is None or clip.samples is None:
            return clip
        most = int(self.max_seconds * SAMPLE_RATE)
        if len(clip.samples) <= most:
            return clip
        self._note(f"of longer clips only the first {self.max_seconds:g} s are heard")
        return dataclasses.replace(clip, samples=clip.samples[:most])

    def _tokens(self, label: str) -> tuple[int, ...]:
        """Return a label, as the prompt spells it, as the tokens that begin an answer."""
        if label not in self._labels:
            tokens = tuple(self.tokenizer(label, add_special_tokens=False)["input_ids"])
            if not tokens:
                raise ValueError(f"the label '{label}' has no tokens")
            self._labels[label] = tokens
        return self._labels[label]

    def _text(self, tokens: Sequence[int]) -> str:
        return self.tokenizer.decode(
            tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )

    # ------------------------------------------------------------ finding out

    def _find_out(self, heard_alone: bool) -> None:
        """Try on noise what the model can do; note what it cannot."""
        clips = [_noise("one", 0.5), _noise("two", 1.0), _noise("three", 2.0)]
        if self.prefill(clips[:1]).logits.isnan().any():
            raise ValueError(NO_NUMBERS)
        self._check_short_padding(clips[0])
        self._check_batch(clips, "its entry says that padding is heard" if heard_alone else None)
        self._check_branches(clips[:1] if self._way(clips[0]) is Together.NOT else clips)
        texts = [
            dataclasses.replace(clip, samples=None, prompt=" ".join([clip.prompt] * (1 + place)))
            for place, clip in enumerate(clips)
        ]
        if self._reads_alone(texts[0]):
            self._check_batch(texts)

    def _reads_alone(self, text: Clip) -> bool:
        """Whether the model answers without audio; if not, transcripts will say why when asked."""
        try:
            self.prefill([text])
        except torch.OutOfMemoryError:
            raise
        except Exception:  # a model class may refuse in any way it likes
            return False
        return True

    def _check_short_padding(self, clip: Clip) -> None:
        if not self.encode.pads_audio:
            return
        if self.encoder is None:
            self._note(
                "no short padding: the audio is as long as the processor makes it "
                "(its encoder is not known to hide padding from the clip)"
            )
            return
        reason = self._differ(
            lambda: self.prefill([clip]).logits, lambda: self.prefill([clip], short=False).logits
        )
        if reason:
            self.encoder = None
            self._note(f"no short padding: {reason}")

    def _check_batch(self, clips: Sequence[Clip], known: str | None = None) -> None:
        """Find out how clips of this kind go together; `known`: why they are read one by one."""
        has_audio = _has_audio(clips)
        apart = [self._read([clip], True) for clip in clips]
        reason = known or self._differ(
            lambda: self._read(clips, True).logits,
            lambda: torch.cat([read.logits for read in apart]),
        )
        if not reason:
            return
        tokens = torch.cat([read.logits.topk(2).indices for read in apart])
        cannot = self._differ(
            lambda: _two_steps(CopiedBranches(merge(apart), 2), tokens),
            lambda: torch.cat(
                [
                    _two_steps(CopiedBranches(read, 2), tokens[row : row + 1])
                    for row, read in enumerate(apart)
                ]
            ),
        )
        self.together[has_audio] = Together.NOT if cannot else Together.MERGED
        if cannot:
            what = "clip" if has_audio else "transcript"
            self._note(f"no batches, one {what} at a time: {reason}; {cannot}")
        else:
            what = "clips are heard" if has_audio else "transcripts are read"
            self._note(f"{what} one by one, and answered together: {reason}")

    def _check_branches(self, clips: Sequence[Clip]) -> None:
        read = self.prefill(clips)
        if not read.can_be_cut:
            reason: str | None = "the cache cannot be cut"
        else:
            tokens = read.logits.topk(2).indices
            reason = self._differ(
                lambda: _two_steps(SharedBranches(read, 2), tokens),
                lambda: _two_steps(CopiedBranches(self.prefill(clips), 2), tokens),
            )
        if reason:
            self.branches = CopiedBranches
            self._note(f"no shared branches, a copy of the cache per temperature: {reason}")

    def _differ(
        self, attempt: Callable[[], torch.Tensor], reference: Callable[[], torch.Tensor]
    ) -> str | None:
        """Return why the attempt cannot stand for the reference, None if it can."""
        wanted = reference()
        try:
            found = attempt()
        except torch.OutOfMemoryError:
            raise
        except Exception as error:  # a model class may refuse in any way it likes
            return f"{type(error).__name__}: {one_line(error)[:120]}"
        difference = float((found - wanted).norm() / wanted.norm())
        exact = all(p.dtype == torch.float32 for p in self.model.parameters())
        most = TOLERANCE if exact else TOLERANCE_16_BIT
        if difference <= most:
            return None
        return f"logits differ by {difference:.2g} of their size (up to {most:g} is rounding)"

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _has_audio(clips: Sequence[Clip]) -> bool:
    """Return whether there is audio; clips of one call all have some, or none has."""
    return clips[0].samples is not None


def _noise(name: str, seconds: float) -> Clip:
    generator = np.random.default_rng(len(name) + int(seconds * 10))
    samples = 0.1 * generator.standard_normal(int(seconds * SAMPLE_RATE))
    return Clip(name, samples.astype(np.float32), ("noise",), "What do you hear?")


def _two_steps(branches: Branches, tokens: torch.Tensor) -> torch.Tensor:
    """Feed every branch its token, then the other branch's; return what comes out last."""
    with torch.inference_mode():
        try:
            branches.step(tokens)
            return branches.step(tokens.flip(-1))
        finally:
            branches.close()


def _use_adapters(model: PreTrainedModel, audio: bool) -> None:
    """Switch adapters for audio on or off, as the model's own `generate` would."""
    if getattr(model, "_hf_peft_config_loaded", False):
        (model.enable_adapters if audio else model.disable_adapters)()
