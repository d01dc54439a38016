"""What the user says about a system's weights, in the environment, and what becomes of the run.

Whatever shapes an answer (revision, number format) is put into the registry entry, so that it is
part of the run's identity and stored with it. Where things are (a folder, a device) is not.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from inference.system import System
from warehouse.errors import SerError
from warehouse.registry import choose, slug

REVISION = "SER_REVISION"
"""`SYSTEM=COMMIT …`: the commit to use of a system's model."""
MODEL_PATH = "SER_MODEL_PATH"
"""`SYSTEM=FOLDER …`: a local copy to load instead."""
DTYPE = "SER_DTYPE"
"""`bfloat16`, `float16` or `float32`, for every system that loads weights."""
DEVICE = "SER_DEVICE"
"""Where weights go: `cuda`, `cuda:1`, `cpu`; by default a GPU if there is one."""
TRUST_REMOTE_CODE = "SER_TRUST_REMOTE_CODE"
"""`1`: code that comes with pinned weights may run."""
SOUND_TOKENISER = "SER_SOUND_TOKENISER"
"""`MODULE:FUNCTION`, which returns the sound tokeniser of a sound-token model."""

DTYPES = ("bfloat16", "float16", "float32")

FILES = "files-"
"""What the revision of a local copy begins with that no commit names."""

_COMMIT = re.compile("[0-9a-f]{40}")
_WHOLE = 64 * 2**20
_BLOCK = 2**20
_BLOCKS = 64


def settled(
    systems: Mapping[str, System], environment: Mapping[str, str] = os.environ
) -> dict[str, System]:
    """Return the systems as `environment` has them.

    Raises:
        SerError: a setting names no system, no commit, no folder or no number format.
    """
    found = dict(systems)
    for name, commit in _pairs(REVISION, found, environment):
        if not _COMMIT.fullmatch(commit):
            raise SerError(
                f"{REVISION}: '{commit}' is no commit (40 hexadecimal digits); a branch moves, "
                "and a run must say exactly which weights answered"
            )
        found[name] = replace(found[name], model_revision=commit)
    for name, folder in _pairs(MODEL_PATH, found, environment):
        if not found[name].dtype:
            raise SerError(
                f"{MODEL_PATH}: system {found[name].name} loads no weights here (backend "
                f"{found[name].backend}); leave it out"
            )
        found[name] = replace(found[name], model_revision=fingerprint(_path(folder)))
    if tokeniser := environment.get(SOUND_TOKENISER):
        for name, system in found.items():
            if system.backend == "sound_tokens" and "tokeniser" not in system.options:
                options = {**system.options, "tokeniser": tokeniser}
                found[name] = replace(system, options=options)
    if dtype := environment.get(DTYPE):
        if dtype not in DTYPES:
            raise SerError(f"{DTYPE}: '{dtype}' is none of {', '.join(DTYPES)}")
        for name, system in found.items():
            if system.dtype:
                found[name] = replace(system, options={**system.options, "dtype": dtype})
    return found


def local_folder(system: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return the folder that the user names for `system`, None if there is none."""
    for word in environment.get(MODEL_PATH, "").split():
        name, _, folder = word.partition("=")
        if slug(name) == slug(system):
            return _path(folder)
    return None


def _path(folder: str) -> Path:
    return Path(folder).expanduser()  # no shell does so behind SYSTEM=


def fingerprint(folder: Path) -> str:
    """Return what identifies the model in `folder`: a commit, or a hash of its files.

    A folder of the hub's cache is named by its commit. Of other folders every file counts with name
    and size, files up to 64 MiB with all their bytes, larger ones with 64 blocks of 1 MiB spread
    over them: enough to tell two trainings apart, in a second instead of minutes.

    Raises:
        SerError: there is no such folder, or no model in it.
    """
    if not (folder / "config.json").is_file():
        raise SerError(f"{MODEL_PATH}: {folder} holds no model (no config.json)")
    name = folder.resolve().name
    if _COMMIT.fullmatch(name):
        return name
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            if size <= _WHOLE:
                digest.update(file.read())
                continue
            for block in range(_BLOCKS):
                file.seek(block * (size - _BLOCK) // (_BLOCKS - 1))
                digest.update(file.read(_BLOCK))
    return f"{FILES}{digest.hexdigest()[:32]}"


def _pairs(
    variable: str, systems: Mapping[str, System], environment: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return (key of a system, value) for every `SYSTEM=VALUE` of `variable`."""
    pairs = []
    for word in environment.get(variable, "").split():
        name, separator, value = word.partition("=")
        if not separator or not value:
            raise SerError(f"{variable}: '{word}' is not SYSTEM=VALUE")
        system = choose(f"system in {variable}", [name], dict(systems))[0]
        pairs.append((system.name.lower(), value))
    return pairs
