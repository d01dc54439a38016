"""What runs the work of ingest: processes of this machine (`pool`), or Ray on many (`ray`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from ingest.workers import IN_FLIGHT, Item, Outcome, Workers
from warehouse.errors import SerError

ENGINES = ("pool", "ray")


class Engine(Protocol[Item, Outcome]):
    """Runs one function over items; a context manager, left when the job ends."""

    def __enter__(self) -> Engine[Item, Outcome]:
        """Return itself."""

    def __exit__(self, *_: object) -> None:
        """End the processes."""

    def map(
        self, items: Iterable[Item], in_flight: int = IN_FLIGHT
    ) -> Iterator[tuple[Item, Outcome]]:
        """Yield every item with its outcome, in order; about `in_flight` tasks are asked ahead."""


def start(
    engine: str, function: Callable[[Any], Any], crashed: Callable[[Any], Any], processes: int
) -> Engine[Any, Any]:
    """Return `engine`, one of ENGINES, ready to run `function` in `processes` processes.

    Args:
        engine: its name.
        function: found by name in a module, as processes share no memory.
        crashed: says what becomes of an item that kills its process.
        processes: how many on this machine; a cluster has as many as it has.

    Raises:
        SerError: there is no such engine, or Ray is asked for and not there.
    """
    if engine not in ENGINES:
        raise SerError(f"ENGINE={engine}: no such engine; say {' or '.join(ENGINES)}")
    if engine == "ray":
        from ingest.ray_workers import RayWorkers

        return RayWorkers(function, crashed, processes)
    return Workers(function, crashed, processes)
