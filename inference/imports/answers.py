"""Answers computed elsewhere become predictions: known clip, known labels, a run that says all."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from inference.conditions import CONDITIONS
from inference.imports import clips as imported_clips
from inference.imports.tables import (
    BadValueError,
    Problem,
    Row,
    Source,
    as_list,
    as_number,
    as_text,
    as_whole,
    needed,
    needed_text,
)
from inference.signals import undisturbed
from warehouse.emotions import canonical_emotions
from warehouse.inventory import inventory
from warehouse.registry import nearest
from warehouse.schema import LABEL_SEPARATOR
from warehouse.store import Store

PART_ROWS = 2000
ROUNDING = 1e-4
"""So far above 0 may rounding put a log-probability; the marts allow the same."""
UNSTATED = "unstated"
CLIP_COLUMNS = ("file_id", "dataset", "original_path")
ANSWER_COLUMNS = ("raw_text", "error", "labels", "label_logprobs")
RUN_COLUMNS = (
    "system",
    "system_version",
    "model_id",
    "model_revision",
    "prompt",
    "prompt_template",
    "condition",
    "temperature",
    "seed",
    "max_new_tokens",
    "software",
    "hardware",
)
COLUMNS = (*CLIP_COLUMNS, *ANSWER_COLUMNS, *RUN_COLUMNS)


@dataclass
class AnswerImport:
    """What became of a file of answers."""

    stored: int = 0
    known: int = 0
    runs: set[str] = field(default_factory=set)
    off_offer: int = 0
    """Stored, but the true emotion was not among the labels: they count in no metric."""
    ignored: set[str] = field(default_factory=set)
    """Columns that mean nothing here."""
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Clip:
    file_id: str
    labels: tuple[str, ...]
    """Of its corpus."""
    emotion: str | None
    """None for a clip that was rejected for its label."""


@dataclass(frozen=True)
class _Facts:
    """What decided the answers of a run, as far as it is stated; equal facts are one run."""

    system: str
    system_version: str
    model_id: str
    model_revision: str
    prompt: str
    prompt_template: str
    condition: str
    temperature: float
    seed: int | None
    max_new_tokens: int | None

    @property
    def run_id(self) -> str:
        identity = json.dumps({"import": vars(self)}, sort_keys=True)
        digest = hashlib.sha256(identity.encode()).hexdigest()[:10]
        name = re.sub(r"[^A-Za-z0-9._-]+", "_", self.system)[:60]
        return f"{name}-import-t{self.temperature}-{digest}"


@dataclass
class _Run:
    """A run of the file, with what is stored of it and what is to be."""

    facts: _Facts
    started_at: datetime
    software: str
    hardware: str
    stored: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """File id → labels and text; text None for an error."""
    rows: list[dict[str, object]] = field(default_factory=list)
    has_changed: bool = False


def import_answers(store: Store, source: Source) -> AnswerImport:
    """Store the answers of a file that are not there.

    Columns: file_id, or dataset and original_path; raw_text (or error); system, model_id and
    temperature; and, where known, what else COLUMNS lists. Rows that state the same facts are one
    run. What cannot be used is a problem with line, cause and remedy, and the rest goes on.

    Raises:
        SerError: the file cannot be read, or the store not be written.
    """
    done = AnswerImport()
    clips = _Clips(store)
    runs: dict[_Facts, _Run] = {}
    try:
        for line, row in source.rows():
            if isinstance(row, Problem):
                done.problems.append(row)
                continue
            done.ignored |= set(row) - set(COLUMNS)
            try:
                run = _take(store, row, clips, runs, done)
            except BadValueError as error:
                done.problems.append(Problem(source.file, line, error.cause, error.remedy))
                continue
            if len(run.rows) >= PART_ROWS:
                _flush(store, run)
    finally:
        digest = _digest(source.file) if runs else ""
        for run in runs.values():
            _flush(store, run)
            if run.has_changed:
                _save(store, run, source.file.name, digest)
    return done


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _take(
    store: Store, row: Row, clips: _Clips, runs: dict[_Facts, _Run], done: AnswerImport
) -> _Run:
    clip = clips.find(row)
    text, error = row.get("raw_text"), as_text(row, "error")
    if error is None:
        needed(row, "raw_text")
        if not isinstance(text, str):
            raise BadValueError(f"raw_text is {text!r:.40}", "it must be a text")
    elif text:
        raise BadValueError("both raw_text and error", "an answer is a text, or there is an error")
    else:
        text = None
    labels = _labels(row, clip)
    logprobs = _logprobs(row, labels)
    facts = _facts(row)
    run = runs.get(facts) or runs.setdefault(facts, _opened(store, facts, row))
    offered = LABEL_SEPARATOR.join(labels)
    before = run.stored.get(clip.file_id)
    if before is not None and (before == (offered, text) or text is None):
        done.known += 1
        return run
    if before is not None and before[1] is not None:
        raise BadValueError(
            "this run has another answer to this clip",
            "remove one of both, or tell the runs apart (seed, prompt, system_version)",
        )
    run.stored[clip.file_id] = (offered, text)
    run.rows.append(
        {
            "run_id": facts.run_id,
            "file_id": clip.file_id,
            "labels": offered,
            "raw_text": text,
            "error": error,
            "answered_at": datetime.now(UTC),
            "label_logprobs": logprobs,
        }
    )
    done.stored += 1
    done.runs.add(facts.run_id)
    done.off_offer += clip.emotion not in labels
    return run


def _facts(row: Row) -> _Facts:
    temperature = as_number({"temperature": needed(row, "temperature")}, "temperature")
    condition = as_text(row, "condition") or "clip"
    if temperature < 0:
        raise BadValueError(f"temperature is {temperature}", "it must not be negative")
    if condition not in CONDITIONS:
        raise BadValueError(f"condition is '{condition}'", f"known: {', '.join(CONDITIONS)}")
    return _Facts(
        system=needed_text(row, "system"),
        system_version=as_text(row, "system_version") or UNSTATED,
        model_id=needed_text(row, "model_id"),
        model_revision=as_text(row, "model_revision") or UNSTATED,
        prompt=as_text(row, "prompt") or UNSTATED,
        prompt_template=as_text(row, "prompt_template") or UNSTATED,
        condition=condition,
        temperature=temperature,
        seed=as_whole(row, "seed"),
        max_new_tokens=as_whole(row, "max_new_tokens"),
    )


def _labels(row: Row, clip: _Clip) -> tuple[str, ...]:
    labels = as_list(row, "labels", LABEL_SEPARATOR)
    if labels is None:
        return clip.labels
    known = canonical_emotions() | set(clip.labels)
    unknown = [label for label in labels if not isinstance(label, str) or label not in known]
    if unknown:
        guess = nearest(str(unknown[0]), known)
        hint = f"did you mean {guess}?" if guess else "write nouns of emotions.csv"
        raise BadValueError(f"label '{unknown[0]}' is unknown", hint)
    if not labels or len(set(labels)) < len(labels):
        raise BadValueError(f"labels are {labels!r:.80}", "name each label once")
    return tuple(labels)


def _logprobs(row: Row, labels: tuple[str, ...]) -> list[float] | None:
    values = as_list(row, "label_logprobs", LABEL_SEPARATOR)
    if values is None:
        return None
    if len(values) != len(labels):
        raise BadValueError(
            f"{len(values)} label_logprobs for {len(labels)} labels", "give one for each, in order"
        )
    numbers = [as_number({"label_logprobs": value}, "label_logprobs") for value in values]
    if max(numbers) > ROUNDING:
        raise BadValueError(f"a log-probability is {max(numbers)}", "none is above 0")
    return numbers


class _Clips:
    """The clips of today, by id and by path."""

    def __init__(self, store: Store) -> None:
        rows = store.read("corpora", ("dataset", "labels")).to_pylist()
        labels = {row["dataset"]: tuple(row["labels"]) for row in rows}
        self._by_path: dict[tuple[str, str], _Clip] = {}
        columns = ("file_id", "emotion"), ("ingest_version",)
        for (dataset, path), entry in inventory(store, *columns).items():
            if entry.is_clip:
                name, emotion = entry.row["file_id"], entry.row["emotion"]
            elif entry.row["ingest_version"] == imported_clips.VERSION:
                name, emotion = imported_clips.file_id(dataset, path), None
            else:
                continue
            self._by_path[dataset, path] = _Clip(name, labels.get(dataset, ()), emotion)
        self._by_id = {clip.file_id: clip for clip in self._by_path.values()}
        self._datasets = sorted({dataset for dataset, _ in self._by_path})

    def find(self, row: Row) -> _Clip:
        if "file_id" in row:
            found = self._by_id.get(str(row["file_id"]))
            if found is None:
                raise BadValueError(
                    f"no clip {str(row['file_id'])[:80]} in the warehouse",
                    "ingest its corpus, or name it by dataset and original_path",
                )
            return found
        dataset, path = str(needed(row, "dataset")), str(needed(row, "original_path"))
        found = self._by_path.get((dataset, path))
        if found is not None:
            return found
        if dataset not in self._datasets:
            guess = nearest(dataset, self._datasets)
            hint = f"did you mean {guess}? " if guess else ""
            raise BadValueError(
                f"no corpus '{dataset}' in the warehouse",
                f"{hint}ingest it, or describe its clips in a list (--clips LIST)",
            )
        raise BadValueError(
            f"no clip {dataset}/{path} in the warehouse",
            "ingest it, or describe it in a list (--clips LIST)",
        )


def _opened(store: Store, facts: _Facts, row: Row) -> _Run:
    software, hardware = as_text(row, "software"), as_text(row, "hardware")
    run = _Run(facts, datetime.now(UTC), software or "{}", hardware or UNSTATED)
    saved = None
    for earlier in store.read("runs", ("run_id", "started_at", "clips")).to_pylist():
        if earlier["run_id"] == facts.run_id:
            run.started_at, saved = earlier["started_at"], earlier["clips"]
    columns = ("file_id", "labels", "raw_text")
    for stored in store.read("predictions", columns, facts.run_id).to_pylist():
        # An answer counts before an error.
        if stored["raw_text"] is not None or stored["file_id"] not in run.stored:
            run.stored[stored["file_id"]] = (stored["labels"], stored["raw_text"])
    # An import that was killed may have left answers without the row of their run.
    run.has_changed = saved != sum(text is not None for _, text in run.stored.values())
    return run


def _flush(store: Store, run: _Run) -> None:
    with undisturbed():
        if run.rows:
            store.append("predictions", run.rows, run.facts.run_id)
            run.rows, run.has_changed = [], True


def _save(store: Store, run: _Run, file: str, digest: str) -> None:
    facts = run.facts
    texts = [text for _, text in run.stored.values()]
    row: Mapping[str, object] = {
        **vars(facts),
        "run_id": facts.run_id,
        "backend": "import",
        "backend_options": json.dumps({"file": file, "sha256": digest}, sort_keys=True),
        "prompt_sha256": hashlib.sha256(facts.prompt_template.encode()).hexdigest(),
        "status": "finished",
        "clips": sum(text is not None for text in texts),
        "errors": sum(text is None for text in texts),
        "seconds": 0.0,
        "software": run.software,
        "hardware": run.hardware,
        "started_at": run.started_at,
        "updated_at": datetime.now(UTC),
        "condition_parameters": "{}",
        "labels": "stated",
        "label_order": "stated",
        "skipped": 0,
        "engine": "import",
        "workers": 0,
        "notes": [],
    }
    store.replace("runs", facts.run_id, row)
