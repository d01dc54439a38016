"""A run: one system, one prompt, one set of sampling parameters. Its id is its identity."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from inference.backend import Sampling
from inference.system import System
from warehouse.store import Store

CONDITION = "clip"
"""What the model hears: the clip itself."""

RECORDED_PACKAGES = ("numpy", "scipy", "soundfile", "torch", "transformers")


@dataclass(frozen=True)
class Run:
    """Everything that decides the answers of a run, and nothing else."""

    system: System
    template: str
    sampling: Sampling

    @property
    def run_id(self) -> str:
        """Readable in front, exact behind: equal settings give the same id on every machine."""
        identity = json.dumps(
            {
                "system": self.system.name,
                "version": self.system.version,
                "backend": self.system.backend,
                "options": dict(self.system.options),
                "model": [self.system.model_id, self.system.model_revision],
                "template": self.template,
                "sampling": asdict(self.sampling),
                "condition": CONDITION,
            },
            sort_keys=True,
        )
        digest = hashlib.sha256(identity.encode()).hexdigest()[:10]
        return f"{self.system.name}-v{self.system.version}-t{self.sampling.temperature}-{digest}"


Asked = tuple[str, str]
"""File id and the candidate labels that were offered: a clip whose corpus got other labels since
has to be asked about again."""


@dataclass
class Progress:
    """What a run has done so far, over all the jobs that worked on it."""

    run: Run
    started_at: datetime
    seconds: float = 0.0
    status: str | None = None
    """Status in the store; None if the store has no row of this run."""
    answered: set[Asked] = field(default_factory=set)
    failed: set[Asked] = field(default_factory=set)
    """What ended in an error and has (as yet) no answer."""

    def count(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Take note of prediction rows that are on disk."""
        for row in rows:
            clips = self.answered if row["error"] is None else self.failed
            clips.add((str(row["file_id"]), str(row["labels"])))
        self.failed -= self.answered

    def save(self, store: Store, status: str) -> None:
        """Write the row of this run; `status` is that of the last job that worked on it:
        `running`, `finished` or `interrupted`."""
        run, system = self.run, self.run.system
        self.status = status
        store.replace(
            "runs",
            run.run_id,
            {
                "run_id": run.run_id,
                "system": system.name,
                "system_version": system.version,
                "backend": system.backend,
                "backend_options": json.dumps(dict(system.options), sort_keys=True),
                "model_id": system.model_id,
                "model_revision": system.model_revision,
                "prompt": system.prompt,
                "prompt_template": run.template,
                "prompt_sha256": hashlib.sha256(run.template.encode()).hexdigest(),
                "condition": CONDITION,
                "temperature": run.sampling.temperature,
                "seed": run.sampling.seed,
                "max_new_tokens": run.sampling.max_new_tokens,
                "status": status,
                "clips": len({file_id for file_id, _ in self.answered}),
                "errors": len({file_id for file_id, _ in self.failed}),
                "seconds": self.seconds,
                "software": json.dumps(software()),
                "hardware": platform.processor() or platform.machine(),
                "started_at": self.started_at,
                "updated_at": datetime.now(UTC),
            },
        )


def runs_of(system: System) -> list[Run]:
    """Return the runs of `system`, one per temperature."""
    template = system.template()
    return [
        Run(system, template, Sampling(temperature, system.seed, system.max_new_tokens))
        for temperature in system.temperatures
    ]


def resume(store: Store, run: Run) -> Progress:
    """Return how far `run` has come, by what is on disk and not by what a job claimed."""
    earlier = store.read("runs", ("run_id", "started_at", "seconds", "status")).to_pylist()
    row = next((r for r in earlier if r["run_id"] == run.run_id), None)
    progress = (
        Progress(run, row["started_at"], row["seconds"], row["status"])
        if row
        else Progress(run, datetime.now(UTC))
    )
    columns = ("file_id", "labels", "error")
    progress.count(store.read("predictions", columns, run.run_id).to_pylist())
    return progress


def software() -> dict[str, str]:
    """Return the versions of Python and of the installed packages that shape answers."""
    found = {"python": platform.python_version()}
    for package in RECORDED_PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
