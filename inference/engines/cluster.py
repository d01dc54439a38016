"""A Ray cluster: actors that each hold a backend, on as many machines as there are.

`RAY_ADDRESS` names a running cluster, else Ray starts on this machine alone. Rows are those of any
other engine: an answer depends on its clip, and the job that reads and writes is the same.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from inference.asking import Asked, Asker, Facts, Question, Task, Unanswered
from warehouse.errors import SerError, one_line

IN_FLIGHT = 2
"""Batches that an actor has."""
CPUS = 0.5
"""Per actor: with whole CPUs, as many actors as CPUs leave none for anything else, and all wait."""
RETRIES = 3
"""So often is a batch asked again whose actor or machine died."""

MODULES = ("inference", "speech", "warehouse")

_ROOT = Path(__file__).resolve().parent.parent.parent


class Cluster:
    """Asks actors of a Ray cluster."""

    name = "ray"

    def __init__(self, workers: int | None = None) -> None:
        """Connect to the cluster, or start one on this machine.

        Args:
            workers: actors, at most as many as the CPUs have room for, or some would wait for
                ever with the batches they were given; None: one per GPU, or one per CPU where
                there is no GPU.

        Raises:
            SerError: Ray is not installed, or the cluster cannot be reached.
        """
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            import ray
        except ModuleNotFoundError:
            raise SerError(
                "ENGINE=ray needs Ray, which is not installed; run `make setup-ray`"
            ) from None
        self._ray = ray
        try:
            ray.init(
                ignore_reinit_error=True,
                include_dashboard=False,
                log_to_driver=False,
                logging_level="ERROR",
                # Other machines need this code, never what is in the warehouse, and the user's
                # settings; their environment must have the same packages.
                runtime_env={
                    "py_modules": [str(_ROOT / module) for module in MODULES],
                    "excludes": ["data"],
                    "env_vars": {k: v for k, v in os.environ.items() if k.startswith("SER_")},
                },
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            where = os.environ.get("RAY_ADDRESS", "this machine")
            raise SerError(
                f"Ray at {where}: {one_line(error)[:200]}; mend RAY_ADDRESS or unset it"
            ) from None
        found = ray.cluster_resources()
        self._gpus = int(found.get("GPU", 0))
        cpus = float(found.get("CPU", 1))
        room = max(int(cpus / CPUS), 1)
        self.workers = min(workers or self._gpus or max(int(cpus), 1), room)

    def ask(self, task: Task, batches: Iterator[list[Question]]) -> Iterator[Asked]:
        """Yield every batch with its replies as they come."""
        ray = self._ray
        remote = ray.remote(
            num_cpus=CPUS,
            num_gpus=min(1, self._gpus / self.workers),
            max_restarts=-1,
            max_task_retries=RETRIES,
        )(_Actor)
        actors = [remote.remote(task) for _ in range(self.workers)]
        free = deque(actor for _ in range(IN_FLIGHT) for actor in actors)
        flying: dict[object, tuple[object, Sequence[Question]]] = {}
        apart: deque[list[Question]] = deque()
        facts = Facts("", ())
        try:
            while True:
                while free:
                    questions = apart.popleft() if apart else next(batches, None)
                    if questions is None:
                        break
                    actor = free.popleft()
                    flying[actor.ask.remote(questions)] = (actor, questions)
                if not flying:
                    return
                done, _ = ray.wait(list(flying), num_returns=1)
                actor, questions = flying.pop(done[0])
                free.append(actor)
                try:
                    replies, facts = ray.get(done[0])
                except SerError as error:
                    raise SerError(one_line(getattr(error, "cause", error))) from None
                except ray.exceptions.RayError as error:
                    if len(questions) > 1:
                        apart.extend([question] for question in questions)
                        continue
                    replies = [
                        Unanswered(f"Ray lost it {RETRIES + 1} times ({type(error).__name__})")
                    ]
                yield Asked(questions, replies, facts)
        finally:
            for actor in actors:
                ray.kill(actor)


class _Actor:
    """One backend, somewhere in the cluster."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._asker: Asker | None = None

    def ask(self, questions: Sequence[Question]) -> tuple[list, Facts]:
        # Loaded here, because what an actor's constructor raises is only "the actor died".
        self._asker = self._asker or Asker(self._task)
        return self._asker.ask(self._asker.hear(questions)), self._asker.facts()
