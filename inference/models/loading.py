"""From a registry entry to a model that is ready to answer: weights, processor, device, checks."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import (
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    ProcessorMixin,
)
from transformers.models.auto import modeling_auto

from inference import settings
from inference.system import UNPINNED
from warehouse.errors import SerError

ATTENTION = "sdpa"
"""Attention implementation where an entry names none."""


@dataclass(frozen=True)
class Source:
    """Where weights come from, and under which conditions."""

    system: str
    """Whose they are, for messages."""
    location: str
    """Folder, or id on the hub."""
    revision: str | None
    """Commit on the hub; None for a folder."""
    device: torch.device
    dtype: torch.dtype
    attention: str
    remote_code: bool
    """Whether code that comes with the weights runs."""

    @property
    def arguments(self) -> dict[str, Any]:
        """What every `from_pretrained` is told."""
        return {"revision": self.revision, "trust_remote_code": self.remote_code}


KNOWN_OPTIONS = frozenset(
    {
        "model",
        "revision",
        "system",
        "path",
        "dtype",
        "attention",
        "end_tokens",
        "max_seconds",
        "remote_code",
    }
)
"""What every backend here takes, from the entry (`dtype` and after) or from `System.load`."""


def source(
    options: Mapping[str, object],
    environment: Mapping[str, str] = os.environ,
    known: Collection[str] = (),
) -> Source:
    """Return where the weights of an entry come from.

    Args:
        options: of the entry.
        environment: the user's settings.
        known: options that the backend takes besides those that all take.

    Raises:
        SerError: nobody has said which weights exactly, or they cannot run here as they are said
            to; the line says what to do.
    """
    system = str(options.get("system", "?"))
    if unknown := options.keys() - KNOWN_OPTIONS - set(known):
        raise SerError(
            f"system {system}: unknown options {', '.join(sorted(unknown))}; known: "
            f"{', '.join(sorted(KNOWN_OPTIONS | set(known)))}"
        )
    if missing := {"model", "dtype"} - options.keys():
        raise SerError(
            f"system {system}: loads weights, so its options must name {' and '.join(missing)}"
        )
    folder = _folder(options, environment)
    revision = str(options.get("revision", UNPINNED))
    if folder is None and revision == UNPINNED:
        raise SerError(
            f"system {system}: no commit of {options['model']} is pinned; name one from its page "
            f"on the hub (Files → History), {settings.REVISION}={system}=COMMIT, or a local copy, "
            f"{settings.MODEL_PATH}={system}=FOLDER"
        )
    if folder is None and revision.startswith(settings.FILES):
        raise SerError(
            f"system {system}: answers from a local copy, and this process does not know where it "
            f"is; {settings.MODEL_PATH} must be set on every machine"
        )
    device = torch.device(
        environment.get(settings.DEVICE) or ("cuda" if torch.cuda.is_available() else "cpu")
    )
    dtype = str(options["dtype"])
    if dtype not in settings.DTYPES:
        raise SerError(f"system {system}: dtype '{dtype}' is none of {', '.join(settings.DTYPES)}")
    if device.type == "cpu" and dtype != "float32":
        raise SerError(
            f"system {system}: {dtype} needs a GPU, and there is none here; on a processor it runs "
            f"in float32, as runs of their own: {settings.DTYPE}=float32"
        )
    return Source(
        system=system,
        location=str(folder or options["model"]),
        revision=None if folder else revision,
        device=device,
        dtype=getattr(torch, dtype),
        attention=str(options.get("attention", ATTENTION)),
        remote_code=_remote_code(system, options, folder, environment),
    )


def _folder(options: Mapping[str, object], environment: Mapping[str, str]) -> Path | None:
    if options.get("path"):
        return Path(str(options["path"]))
    return settings.local_folder(str(options.get("system", "")), environment)


def _remote_code(
    system: str,
    options: Mapping[str, object],
    folder: Path | None,
    environment: Mapping[str, str],
) -> bool:
    if not options.get("remote_code"):
        return False
    if folder is None and options.get("revision", UNPINNED) == UNPINNED:
        raise SerError(f"system {system}: runs code of others, and no revision of it is pinned")
    if environment.get(settings.TRUST_REMOTE_CODE) != "1":
        raise SerError(
            f"system {system}: runs code that comes with {options['model']}; read it at revision "
            f"{options.get('revision')}, then say {settings.TRUST_REMOTE_CODE}=1"
        )
    return True


def load_hearing_model(
    origin: Source, options: Mapping[str, object]
) -> tuple[PreTrainedModel, ProcessorMixin]:
    """Return (model, processor) of a model that takes audio and text.

    Raises:
        SerError: it cannot be loaded, or no class of transformers generates text from it.
    """
    with _explained(origin):
        config = transformers.AutoConfig.from_pretrained(origin.location, **origin.arguments)
        processor = transformers.AutoProcessor.from_pretrained(origin.location, **origin.arguments)
    # Qwen2.5-Omni's own from_pretrained goes on with the model and has no report to give.
    reports = config.model_type != "qwen2_5_omni"
    model = _weights(_class_for(config, origin), origin, reports)
    # The omni models speak, too; the thinker is the part that hears and writes.
    model = getattr(model, "thinker", model)
    with _explained(origin):
        _load_adapters(model, origin, options)
    return ready(model, processor.tokenizer, origin, options), processor


def load_text_model(
    origin: Source, options: Mapping[str, object]
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Return (model, tokenizer) of a plain language model.

    Raises:
        SerError: it cannot be loaded.
    """
    model = _weights(transformers.AutoModelForCausalLM, origin)
    with _explained(origin):
        tokenizer = transformers.AutoTokenizer.from_pretrained(origin.location, **origin.arguments)
    return ready(model, tokenizer, origin, options), tokenizer


def ready(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    origin: Source,
    options: Mapping[str, object],
) -> PreTrainedModel:
    """Return the model on its device, without dropout and without sampling settings of its own.

    A shipped generation_config may hold top-k, top-p, penalties; of it only the end tokens stay,
    which are a fact about the model and no choice, with those that the entry names (`end_tokens`).
    """
    tokenizer.padding_side = "left"
    ends = {*end_tokens(model, tokenizer), *_named_tokens(tokenizer, origin, options)}
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    model.generation_config = transformers.GenerationConfig(
        eos_token_id=sorted(ends), pad_token_id=tokenizer.pad_token_id
    )
    return model.to(origin.device).eval().requires_grad_(False)


def end_tokens(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """Return the tokens that end an answer, by the model's and the tokenizer's word."""
    found: set[int] = set()
    shipped = getattr(model, "generation_config", None)
    for ends in (getattr(shipped, "eos_token_id", None), tokenizer.eos_token_id):
        if ends is not None:
            found |= set(ends if isinstance(ends, list | tuple) else [ends])
    return sorted(found)


def _named_tokens(
    tokenizer: PreTrainedTokenizerBase, origin: Source, options: Mapping[str, object]
) -> list[int]:
    vocabulary = tokenizer.get_vocab()
    names = [str(name) for name in options.get("end_tokens", ())]
    if unknown := [name for name in names if name not in vocabulary]:
        raise SerError(f"system {origin.system}: the model has no end token {', '.join(unknown)}")
    return [vocabulary[name] for name in names]


def _weights(auto: type, origin: Source, reports: bool = True) -> PreTrainedModel:
    # The job has a bar and errors of its own.
    transformers.logging.disable_progress_bar()
    transformers.logging.set_verbosity_error()
    arguments = {"dtype": origin.dtype, "attn_implementation": origin.attention}
    with _explained(origin):
        if not reports:
            return auto.from_pretrained(origin.location, **origin.arguments, **arguments)
        model, report = auto.from_pretrained(
            origin.location,
            **origin.arguments,
            **arguments,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
    # What only speaks (beside the thinker of an omni model) is not used here.
    used = "thinker." if hasattr(model, "thinker") else ""
    lacking = {*report["missing_keys"], *(key for key, *_ in report["mismatched_keys"])}
    if missing := sorted(key for key in lacking if key.startswith(used)):
        raise SerError(
            f"system {origin.system}: {origin.location} lacks {len(missing)} weights, or has "
            f"them in another shape ({missing[0]}, …); transformers would put random numbers in "
            "their place; name a revision that has them all, for this class of model"
        )
    return model


@contextlib.contextmanager
def _explained(origin: Source) -> Iterator[None]:
    """Say in one line why something of a model cannot be loaded."""
    try:
        yield
    except SerError:
        raise
    except Exception as error:  # whatever a reader of weights makes of a broken file
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise SerError(
            f"system {origin.system}: {origin.location} cannot be loaded: {lines[0]}"
        ) from error


def _class_for(config: PreTrainedConfig, origin: Source) -> type:
    """Return the auto class that generates text with a model of this configuration."""
    candidates = {
        transformers.AutoModelForMultimodalLM: modeling_auto.MODEL_FOR_MULTIMODAL_LM_MAPPING,
        transformers.AutoModelForSeq2SeqLM: modeling_auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING,
        transformers.AutoModelForCausalLM: (),
    }
    brought = getattr(config, "auto_map", None) or {}
    for auto, known in candidates.items():
        if type(config) in known or (origin.remote_code and auto.__name__ in brought):
            return auto
    raise SerError(
        f"system {origin.system}: transformers {transformers.__version__} generates no text from "
        f"a {config.model_type}; ask it over HTTP instead (backend openai)"
    )


def _load_adapters(model: PreTrainedModel, origin: Source, options: Mapping[str, object]) -> None:
    """Load what a model needs to hear and ships apart from its weights (LoRA)."""
    adapter = options.get("adapter")
    if not adapter and not getattr(model.config, "has_lora_adapter", False):
        return
    if importlib.util.find_spec("peft") is None:
        raise SerError(
            f"system {origin.system}: hears through an adapter, which needs the package peft; "
            "say `make setup-models` (without it the answers would be another model's)"
        )
    if adapter:
        subfolder = {"subfolder": str(adapter), "revision": origin.revision}
        model.load_adapter(origin.location, adapter_name="speech", adapter_kwargs=subfolder)
        model.set_adapter("speech")
