"""Systems that misbehave as told; importable, so that workers in other processes find them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from inference.system import System
from warehouse.errors import SerError


class FakeBackend:
    """Answers with what it heard; `options` say which clips it hangs, fails or dies on."""

    def __init__(self, options):
        self.options = options

    @property
    def notes(self):
        if self.options.get("has_no_notes"):
            raise RuntimeError("a bug beside the answering")
        return ("sampled one by one",)

    def answer(self, clips, samplings):
        for clip in clips:
            if clip.file_id in self.options.get("dies_on", ()):
                os._exit(9)
            if clip.file_id in self.options.get("quits_on", ()):
                raise SystemExit(3)  # no Exception, like the panics of libraries in Rust
            if clip.file_id in self.options.get("hangs_on", ()):
                time.sleep(60)
            if clip.file_id in self.options.get("gone_on", ()):
                raise SerError("the server is gone")
        time.sleep(self.options.get("seconds", 0))
        return [[f"{_heard(clip)} {clip.prompt}" for _ in samplings] for clip in clips]


def _heard(clip):
    return "nothing" if clip.samples is None else f"{len(clip.samples)} samples"


@dataclass(frozen=True)
class FakeSystem(System):
    """A system whose backend is none of the package."""

    def load(self):
        if self.options.get("cannot_load"):
            raise SerError("no such model; get it")
        if self.options.get("dies_loading"):
            os._exit(9)
        return FakeBackend(self.options)


def fake_system(**options):
    """Return a system that answers at two temperatures."""
    return FakeSystem(
        name="fake",
        version="1",
        backend="fake",
        model_id="fake",
        model_revision="1",
        prompt="one_word",
        temperatures=(0.0, 0.7),
        options=options,
        batch_clips=8,
    )
