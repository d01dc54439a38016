"""The same work as `ingest.workers`, spread by Ray over the machines of a cluster (ENGINE=ray).

Without a cluster (`RAY_ADDRESS` unset) Ray starts on this machine alone. Every machine must see the
corpora under the same paths; the code travels with the job. Tasks are plain Ray tasks and not
`map_batches`: that keeps readers and workers from waiting for each other on few processors, and
outcomes come back in the order of the items, so what is stored is what the pool would store.
"""

from __future__ import annotations

import itertools
import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic

from ingest.workers import CHUNK, IN_FLIGHT, Item, Outcome, run_chunk
from warehouse.errors import SerError, one_line
from warehouse.paths import ROOT

OBJECT_STORE_BYTES = 512 * 2**20
"""Shared memory that a Ray of our own takes: more than all outcomes in flight need."""

RETRIES = 2
"""How often Ray starts a task again whose worker died; each time it may get another machine."""


class RayWorkers(Generic[Item, Outcome]):
    """Runs one function over items, in order, as `ingest.workers.Workers` does.

    Where a worker dies, whatever the cause, Ray runs its chunk again elsewhere. A chunk that dies
    each time is taken apart, so that a crash of the decoder costs the one file that causes it.
    """

    def __init__(
        self,
        function: Callable[[Item], Outcome],
        crashed: Callable[[Item], Outcome],
        processes: int,
    ) -> None:
        """Join the cluster of `RAY_ADDRESS`, or start Ray here with `processes` processors.

        Raises:
            SerError: Ray is not installed, does not start, or the cluster cannot be reached.
        """
        self._ray = _ray()
        self._function = function
        self._crashed = crashed
        self._processors = _start(self._ray, processes)
        self._run = self._ray.remote(num_cpus=1, max_retries=RETRIES)(run_chunk)

    def __enter__(self) -> RayWorkers[Item, Outcome]:
        """Return the workers themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the cluster, or end the Ray that was started here."""
        self._ray.shutdown()

    def map(
        self, items: Iterable[Item], in_flight: int = IN_FLIGHT
    ) -> Iterator[tuple[Item, Outcome]]:
        """Yield every item with its outcome, in order; `in_flight` tasks are asked for ahead.

        On a cluster they are more, so that all of its processors have work.
        """
        rest = iter(items)
        flying: deque[tuple[list[Item], Any]] = deque()

        def launch() -> None:
            if chunk := list(itertools.islice(rest, CHUNK)):
                flying.append((chunk, self._run.remote(self._function, chunk)))

        for _ in range(max(in_flight, 4 * self._processors)):
            launch()
        while flying:
            chunk, task = flying.popleft()
            try:
                outcomes = self._ray.get(task)
            except self._ray.exceptions.WorkerCrashedError:
                outcomes = [self._alone(item) for item in chunk]
            launch()
            yield from zip(chunk, outcomes, strict=True)

    def _alone(self, item: Item) -> Outcome:
        try:
            return self._ray.get(self._run.remote(self._function, [item]))[0]
        except self._ray.exceptions.WorkerCrashedError:
            return self._crashed(item)


def _ray() -> Any:  # noqa: ANN401  (a module that may not be there)
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # its new default, unsaid
    try:
        import ray
    except ImportError:
        raise SerError(
            "ENGINE=ray: Ray is not installed; say `make setup-ray`, or leave ENGINE out"
        ) from None
    return ray


def _start(ray: Any, processes: int) -> int:  # noqa: ANN401
    """Connect and return the number of processors there are."""
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR, "include_dashboard": False}
    address = os.environ.get("RAY_ADDRESS")
    try:
        if address:
            # Code only: never what is in the warehouse, nor the embedded corpus.
            modules = [str(ROOT / "ingest"), str(ROOT / "warehouse")]
            environment = {"py_modules": modules, "excludes": ["data", "embedded"]}
            ray.init(address, runtime_env=environment, **quiet)
        else:
            environment = {"env_vars": {"PYTHONPATH": _python_path()}}
            ray.init(
                num_cpus=processes,
                object_store_memory=OBJECT_STORE_BYTES,
                runtime_env=environment,
                **quiet,
            )
        return int(ray.cluster_resources().get("CPU", processes))
    except (ConnectionError, OSError, RuntimeError, ValueError) as error:
        where = f"the cluster at {address}" if address else "Ray on this machine"
        raise SerError(
            f"ENGINE=ray: cannot start {where} ({one_line(error)[:200]}); "
            "check RAY_ADDRESS, or leave ENGINE out"
        ) from None


def _python_path() -> str:
    """Return where workers find our modules, whatever folder the job was started in."""
    return os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
