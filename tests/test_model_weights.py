"""Weights that are broken or not all there never answer in a model's name."""

import shutil

import pytest

pytest.importorskip("torch", reason="torch is not installed (make setup-models)")
pytest.importorskip("transformers", reason="transformers is not installed (make setup-models)")

from safetensors.torch import load_file, save_file

from inference.backends import sound_tokens, transformers
from tests import tiny_models
from warehouse.errors import SerError

MAKERS = {"hearing": tiny_models.qwen2_audio, "sounds": tiny_models.sound_llama}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    return {kind: make(root / kind) for kind, make in MAKERS.items()}


@pytest.fixture(params=MAKERS)
def load(request, folders, tmp_path):
    """Load a model whose weights were changed."""
    copy = shutil.copytree(folders[request.param], tmp_path / "copy")
    backend = transformers if request.param == "hearing" else sound_tokens
    options = {"model": "x", "dtype": "float32", "system": "someone", "path": str(copy)}
    if backend is sound_tokens:
        options["tokeniser"] = "tests.tiny_models:loudness_codes"

    def load(change):
        weights = load_file(copy / "model.safetensors")
        save_file(change(weights), copy / "model.safetensors", metadata={"format": "pt"})
        return backend.load(options)

    load.copy, load.backend, load.options = copy, backend, options
    return load


def test_weights_that_are_not_there_are_not_made_up(load):
    with pytest.raises(SerError, match=r"^system someone: .* lacks \d+ weights.*random numbers"):
        load(lambda weights: {k: v for k, v in weights.items() if "layers.1." not in k})


def test_weights_of_another_shape_are_not_made_up(load):
    def cut(weights):
        name = next(name for name in weights if "down_proj" in name)
        return {**weights, name: weights[name][:-1].contiguous()}

    with pytest.raises(SerError, match=r"lacks 1 weights, or has them in another shape \(.*down_p"):
        load(cut)


def test_weights_that_are_no_numbers_are_refused(load):
    def spoilt(weights):
        name = next(n for n in weights if n.endswith("norm.weight") and "audio" not in n)
        return {**weights, name: weights[name] * float("nan")}

    with pytest.raises(ValueError, match=r"logits are no numbers \(NaN\)"):
        load(spoilt)


def test_a_file_that_broke_off_is_one_line_that_names_the_folder(load):
    load(lambda weights: weights)  # whole, it loads
    file = load.copy / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(SerError, match=r"^system someone: .*/copy cannot be loaded: [^\n]*$"):
        load.backend.load(load.options)
