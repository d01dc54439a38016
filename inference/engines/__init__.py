"""Where answers are computed. An engine never writes: what is stored, the job alone decides."""

from __future__ import annotations

from inference.asking import Engine
from warehouse.errors import SerError

ENGINES = ("local", "ray")


def choose_engine(name: str, workers: int | None) -> Engine:
    """Return the engine called `name`.

    Args:
        name: `local` (this machine) or `ray` (as many machines as the Ray cluster has).
        workers: processes that each load the model; None: this one, or all that Ray has room for.

    Raises:
        SerError: the name is unknown, or Ray is not installed.
    """
    if name == "ray":
        from inference.engines.cluster import Cluster

        return Cluster(workers)
    if name != "local":
        raise SerError(f"unknown engine '{name}': known: {', '.join(ENGINES)}")
    if workers is not None and workers > 1:
        from inference.engines.processes import Processes

        return Processes(workers)
    from inference.engines.here import Here

    return Here()
