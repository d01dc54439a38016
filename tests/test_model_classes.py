"""The other classes of the registry: from a clip to its answer as the plain way gives it.

Loaded from a folder by the code that loads the real ones; see `tiny_classes` for what stands in for
packages that only pictures need. Weights are random (SYNTHETIC: what they say means nothing).
"""

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="make setup-models")
transformers = pytest.importorskip("transformers", reason="make setup-models")
pytest.importorskip("peft", reason="make setup-models")

from inference.backends import transformers as transformers_backend  # noqa: E402
from inference.models.answering import Together  # noqa: E402
from inference.models.generation import CopiedBranches, SharedBranches  # noqa: E402
from inference.system import registry  # noqa: E402
from tests import tiny_classes  # noqa: E402
from tests.slow_models import (  # noqa: E402
    LABELS,
    ROUNDING,
    SAMPLINGS,
    assert_silence_changes,
    asserted_alike_alone,
    generated,
    label_logprob,
    real_clips,
    texts,
)

torch.set_num_threads(1)

SLIDING = ("gemma_3n",)


@pytest.fixture(scope="module")
def clips():
    return real_clips()


@pytest.fixture(scope="module", params=tiny_classes.CLASSES, ids=lambda make: make.__name__)
def loaded(request, tmp_path_factory):
    """(name, options, model) of a class, loaded in the way that its entry names."""
    name = request.param.__name__
    with pytest.MonkeyPatch.context() as patch:
        if name == "voxtral":
            pytest.importorskip("mistral_common", reason="mistral-common is not installed")
        tiny_classes.stand_in(patch)
        torch.manual_seed(0)
        tiny = request.param()
        options = tiny_classes.save(tiny, tmp_path_factory.mktemp(name))
        if tiny.processor is not None:
            patch.setattr(
                transformers.AutoProcessor, "from_pretrained", lambda *_, **__: tiny.processor
            )
        yield name, options, transformers_backend.load(options)


@pytest.fixture
def model(loaded):
    return loaded[2]


def test_the_answers_depend_on_what_is_heard(model, clips):
    answers = model.answer(clips, SAMPLINGS)
    assert len({tuple(row) for row in texts(answers)}) == len(clips)
    assert_silence_changes(model, clips, answers)


def test_one_prefill_gives_the_answers_of_generate_called_per_clip_and_temperature(model, clips):
    wanted = [[generated(model, clip, sampling) for sampling in SAMPLINGS] for clip in clips]
    assert texts(model.answer(clips, SAMPLINGS)) == wanted


def test_a_batch_gives_what_a_single_clip_gives(model, clips):
    asserted_alike_alone(model, clips)


def test_label_scores_are_those_computed_one_by_one(model, clips):
    # Corpora offer different labels, and clips of several share a batch.
    mixed = [dataclasses.replace(c, labels=LABELS[: 2 + i]) for i, c in enumerate(clips)]
    for given, asked in zip(model.answer(mixed, SAMPLINGS), mixed, strict=True):
        wanted = [label_logprob(model, asked, label) for label in asked.labels]
        assert np.allclose(given[0].label_logprobs, wanted, rtol=0, atol=ROUNDING)


def test_without_audio_the_model_reads_the_text_alone(model, clips):
    prompts = [clip.prompt for clip in clips[:2]] + ["Say what you think."]
    read = [dataclasses.replace(clips[0], samples=None, prompt=prompt) for prompt in prompts]
    heard = texts(model.answer(clips[:1], SAMPLINGS))
    has_adapter = getattr(model.model, "_hf_peft_config_loaded", False)
    if has_adapter:
        model.model.disable_adapters()  # of Phi-4 nothing else does; its adapter is for hearing
    wanted = [[generated(model, clip, sampling) for sampling in SAMPLINGS] for clip in read]
    if has_adapter:
        model.model.enable_adapters()
    assert texts(model.answer(read, SAMPLINGS)) == wanted
    assert texts(model.answer(clips[:1], SAMPLINGS)) == heard
    assert heard[0] != wanted[0]


def test_the_entry_says_whether_its_class_hears_the_padding_of_a_batch(loaded):
    name, options, model = loaded
    entry = registry()[options["system"]].options
    # In 32 bits it is found out; rounding hides it in 16, so there the entry must say it.
    assert (model.together[True] is not Together.READ) == bool(entry.get("heard_alone"))
    for option in ("audio_as", "audio_token", "adapter"):
        assert options.get(option) == entry.get(option)
    slides = name in SLIDING
    assert model.branches is (CopiedBranches if slides else SharedBranches)
    assert (model.together[True] is Together.NOT) == slides
    assert model.together[False] is Together.READ


def test_what_an_entry_says_is_believed_also_where_rounding_would_hide_it(loaded):
    _, _, model = loaded
    if model.together[True] is Together.READ:
        pytest.skip("a batch changes nothing in this class")
    told = type(model)(
        model.model,
        model.tokenizer,
        model.encode,
        model.end_ids,
        heard_alone=True,
    )
    assert told.together == model.together
    assert any("its entry says that padding is heard" in note for note in told.notes)
