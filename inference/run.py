"""A run: one system, one prompt, one condition, one set of sampling parameters. Its id is its
identity."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from inference.asking import Facts
from inference.backend import Sampling
from inference.conditions import CLIP, Condition
from inference.prompt import Prompt, read_prompt
from inference.system import System
from warehouse.errors import SerError
from warehouse.schema import LABEL_SEPARATOR
from warehouse.store import Store

OPERATIONAL = frozenset({"base_url", "api_key_env", "concurrency", "patience_s", "request_s"})
"""Options of a backend that say how a model is reached, and decide no answer: no part of a run's
identity, or another port would be another run."""


@dataclass(frozen=True)
class Run:
    """Everything that decides the answers of a run, and nothing else."""

    system: System
    prompt: Prompt
    sampling: Sampling
    condition: Condition = CLIP

    @property
    def template(self) -> str:
        """The question, with its fields in it."""
        if self.condition.change is not None:
            return self.prompt.text
        if self.prompt.transcript is None:
            raise SerError(
                f"prompt {self.prompt.name}: it has no `transcript`, so there is nothing to ask "
                f"under the condition {self.condition.name}; add one to its file"
            )
        return self.prompt.transcript

    @property
    def run_id(self) -> str:
        """Readable in front, exact behind: equal settings give the same id on every machine."""
        identity: dict[str, object] = {
            "system": self.system.name,
            "version": self.system.version,
            "backend": self.system.backend,
            "options": {k: v for k, v in self.system.options.items() if k not in OPERATIONAL},
            "model": [self.system.model_id, self.system.model_revision],
            "template": self.template,
            "sampling": asdict(self.sampling),
            "condition": self.condition.name,
        }
        # Named only where they differ from what was once the only way, so that ids of then last.
        if self.condition.parameters:
            identity["condition_parameters"] = dict(self.condition.parameters)
        if self.prompt.labels is not None:
            identity["labels"] = list(self.prompt.labels)
        if self.prompt.order != "as_listed":
            identity["label_order"] = self.prompt.order
        digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:10]
        heard = "" if self.condition is CLIP else f"{self.condition.name}-"
        return (
            f"{self.system.name}-v{self.system.version}-{heard}"
            f"t{self.sampling.temperature}-{digest}"
        )


Asked = tuple[str, str]
"""File id and the candidate labels as they were offered: a clip whose corpus got other labels since
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
    skipped: int = 0
    """Clips that the condition cannot be made of."""
    engine: str = "local"
    workers: int = 1
    hardware: set[str] = field(default_factory=set)
    software: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def count(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Take note of prediction rows that are on disk."""
        for row in rows:
            clips = self.answered if row["error"] is None else self.failed
            clips.add((str(row["file_id"]), str(row["labels"])))
        self.failed -= self.answered

    def take(self, facts: Facts) -> None:
        """Take note of where answers came from."""
        self.hardware |= {facts.hardware} - {""}
        for package, found in facts.software:
            before = self.software.get(package, found)
            if before != found:
                self._note(f"{package} {before} for the first answers, {found} for later ones")
        self.software |= dict(facts.software)
        for note in facts.notes:
            self._note(note)

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

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
                "condition": run.condition.name,
                "temperature": run.sampling.temperature,
                "seed": run.sampling.seed,
                "max_new_tokens": run.sampling.max_new_tokens,
                "status": status,
                "clips": len({file_id for file_id, _ in self.answered}),
                "errors": len({file_id for file_id, _ in self.failed}),
                "seconds": self.seconds,
                "software": json.dumps(self.software),
                "hardware": "; ".join(sorted(self.hardware)) or "unknown",
                "started_at": self.started_at,
                "updated_at": datetime.now(UTC),
                "condition_parameters": json.dumps(dict(run.condition.parameters), sort_keys=True),
                "labels": LABEL_SEPARATOR.join(run.prompt.labels or ["dataset"]),
                "label_order": run.prompt.order,
                "skipped": self.skipped,
                "engine": self.engine,
                "workers": self.workers,
                "notes": self.notes,
            },
        )


def runs_of(system: System, condition: Condition = CLIP) -> list[Run]:
    """Return the runs of `system` under a condition, one per temperature.

    Raises:
        SerError: its prompt is not there, or cannot be put under the condition.
    """
    prompt = read_prompt(system.prompt, f"system {system.name}: ")
    return [
        Run(system, prompt, Sampling(temperature, system.seed, system.max_new_tokens), condition)
        for temperature in system.temperatures
    ]


def resume(store: Store, run: Run) -> Progress:
    """Return how far `run` has come, by what is on disk and not by what a job claimed."""
    columns = ("run_id", "started_at", "seconds", "status", "hardware", "software", "notes")
    earlier = store.read("runs", columns).to_pylist()
    row = next((r for r in earlier if r["run_id"] == run.run_id), None)
    progress = (
        Progress(
            run,
            row["started_at"],
            row["seconds"],
            row["status"],
            hardware=set((row["hardware"] or "").split("; ")) - {"", "unknown"},
            software=json.loads(row["software"] or "{}"),
            notes=list(row["notes"] or []),
        )
        if row
        else Progress(run, datetime.now(UTC))
    )
    columns = ("file_id", "labels", "error")
    progress.count(store.read("predictions", columns, run.run_id).to_pylist())
    return progress
