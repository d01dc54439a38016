"""The slow, plain ways to an answer, which the fast ones are held against, and clips to ask about.

Real speech where it is there: one clip each of five corpora.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import soundfile as sf
import soxr
import torch
import transformers

from inference.backend import Clip, Sampling, hashed_uniform
from tests import tiny_models
from tests.conftest import ROOT, SHARED

LABELS = tiny_models.LABELS
PROMPT = "Which emotion is it? " + ", ".join(LABELS)
SAMPLINGS = [Sampling(t, seed=1, max_new_tokens=6) for t in (0.0, 0.3, 0.7)]

# Two ways to one number differ by the order in which floats are added (here by up to 4e-6); a wrong
# mask, position or frame changes these logits, of size 1, by much more.
ROUNDING = 1e-4


def real_clips():
    """Return clips of several corpora, from short to long; synthetic ones where there are none."""
    files = [
        next(iter(sorted((SHARED / "corpora" / corpus).rglob("*.wav"))[place:]), None)
        for corpus, place in (("emodb", 3), ("nemo", 7), ("urdu", 5), ("tess", 2), ("ravdess", 4))
    ]
    files = [file for file in files if file] or sorted(
        (ROOT / "ingest" / "embedded" / "demo").rglob("*.flac")
    )[::50]
    return [clip_of(file) for file in files]


def clip_of(file):
    samples, rate = sf.read(file, dtype="float32", always_2d=True)
    return clip(file.name, soxr.resample(samples[:, 0], rate, 16_000))


def clip(name, samples, labels=LABELS):
    return Clip(name, None if samples is None else samples.astype(np.float32), labels, PROMPT)


def texts(answers):
    return [[answer.text for answer in row] for row in answers]


def logprobs(answers):
    return np.array([row[0].label_logprobs for row in answers])


class DrawnToken(transformers.LogitsProcessor):
    """Leaves `generate` only the token that clip, sampling and step fix, by their definition."""

    def __init__(self, file_id, sampling):
        self.file_id, self.sampling, self.step = file_id, sampling, 0

    def __call__(self, input_ids, scores):
        row = scores[0].double().numpy() / self.sampling.temperature
        weights = np.exp(row - row.max())
        cumulative = np.cumsum(weights / weights.sum())
        token = np.searchsorted(
            cumulative, hashed_uniform(self.file_id, self.sampling, self.step), side="right"
        )
        self.step += 1
        only = torch.full_like(scores, -torch.inf)
        only[0, min(token, len(row) - 1)] = 0
        return only


def generated(model, clip, sampling):
    """The answer by transformers' own `generate`: one clip, one temperature, full padding."""
    drawing = [DrawnToken(clip.file_id, sampling)] if sampling.temperature else []
    inputs = model.encode([clip], None)
    with torch.inference_mode():
        output = model.model.generate(
            **inputs,
            do_sample=False,
            max_new_tokens=sampling.max_new_tokens,
            logits_processor=transformers.LogitsProcessorList(drawing),
        )
    tokens = output[0, inputs["input_ids"].shape[1] :]
    return model.tokenizer.decode(
        tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
    )


def label_logprob(model, clip, label):
    """ln P(label | clip, prompt) from one forward pass over prompt and label, without a cache."""
    inputs = dict(model.encode([clip], None))
    prompt = inputs["input_ids"].shape[1]
    tokens = model.tokenizer(label, add_special_tokens=False, return_tensors="pt")["input_ids"]
    inputs["input_ids"] = torch.cat([inputs["input_ids"], tokens], 1)
    inputs["attention_mask"] = torch.ones_like(inputs["input_ids"])
    with torch.inference_mode():
        logits = model.model(**inputs).logits[0, prompt - 1 : -1].double()
    chosen = logits.log_softmax(-1).gather(-1, tokens[0][:, None])
    return float(chosen.sum())


def assert_silence_changes(model, clips, answers):
    """Label scores of every clip change if it falls silent: by far more than rounding."""
    silent = [dataclasses.replace(c, samples=np.zeros_like(c.samples)) for c in clips]
    changed = np.abs(logprobs(answers) - logprobs(model.answer(silent, SAMPLINGS)))
    assert (changed.max(axis=1) > 100 * ROUNDING).all()


def asserted_alike_alone(model, clips):
    """Return the answers to a batch, which are those to every clip alone."""
    together = model.answer(clips, SAMPLINGS)
    alone = [model.answer([clip], SAMPLINGS)[0] for clip in clips]
    assert texts(together) == texts(alone)
    assert np.allclose(logprobs(together), logprobs(alone), rtol=0, atol=ROUNDING)
    return together
