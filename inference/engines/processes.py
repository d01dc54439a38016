"""Several processes on this machine, each with a backend of its own; GPUs are dealt out in turn.

The job reads and writes; a worker only answers. So shares are disjoint by construction, and a
worker that is killed costs no more than the batches it had: they are asked again, and a batch that
kills its worker twice is asked clip by clip, until the one clip that does it is known.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from inference.asking import Asked, Asker, Facts, Question, Reply, Task, Unanswered, gpus
from inference.engines.here import AHEAD, ahead
from inference.settings import DEVICE
from warehouse.errors import SerError

IN_FLIGHT = 2
"""Batches that a worker has: one at work, one that it decodes meanwhile."""
DEATHS = 2
"""So often may a batch lose its worker before it is taken apart, or its clip given up."""
STARTS = 3
"""So often in a row may workers die before they have loaded their backend."""

_SPAWN = multiprocessing.get_context("spawn")


@dataclass(eq=False)
class _Batch:
    questions: Sequence[Question]
    deaths: int = 0


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    at_work: deque[_Batch] = field(default_factory=deque)
    has_started: bool = False


class Processes:
    """Asks in `workers` processes on this machine."""

    name = "local"

    def __init__(self, workers: int) -> None:
        """Prepare; processes are started when the first batch is asked."""
        self.workers = workers

    def ask(self, task: Task, batches: Iterator[list[Question]]) -> Iterator[Asked]:
        """Yield every batch with its replies as they come."""
        again: deque[_Batch] = deque()
        workers: dict[int, _Worker] = {}
        failed_starts, all_read = 0, False
        facts: Facts | None = None
        with contextlib.closing(ahead(batches, IN_FLIGHT * self.workers)) as ready:
            try:
                for number in range(self.workers):
                    workers[number] = _start(task, number)
                while True:
                    for worker in workers.values():
                        # While it loads its model it reads nothing, and the job must not wait.
                        if worker.has_started:
                            all_read |= not _fill(worker, again, ready)
                    busy = any(worker.at_work for worker in workers.values())
                    if all_read and not again and not busy:
                        return
                    numbers = {worker.pipe: number for number, worker in workers.items()}
                    for pipe in wait(list(numbers)):
                        number = numbers[pipe]
                        worker = workers[number]
                        try:
                            kind, value, more = pipe.recv()
                        except (EOFError, OSError):
                            failed_starts += not worker.has_started
                            if failed_starts >= STARTS:
                                raise SerError(_cannot_start(task, worker)) from None
                            for lost in _bury(worker, again):
                                yield Asked(lost.questions, [_killer()], facts or Facts("", ()))
                            workers[number] = _start(task, number)
                            continue
                        if kind == "error":
                            raise SerError(value)
                        if kind == "started":
                            worker.has_started, failed_starts = True, 0
                            continue
                        replies: list[Reply] = value
                        facts = more
                        yield Asked(worker.at_work.popleft().questions, replies, more)
            finally:
                for worker in workers.values():
                    worker.process.kill()
                for worker in workers.values():
                    worker.process.join()


def _fill(worker: _Worker, again: deque[_Batch], ready: Iterator[list[Question]]) -> bool:
    """Hand batches to a worker until it has enough; those that lost a worker come first.

    Returns:
        False if there were no more.
    """
    while len(worker.at_work) < IN_FLIGHT:
        if again:
            batch = again.popleft()
        elif (questions := next(ready, None)) is not None:
            batch = _Batch(questions)
        else:
            return False
        worker.at_work.append(batch)
        with contextlib.suppress(OSError):  # it has died, which `recv` will notice
            worker.pipe.send(batch.questions)
    return True


def _bury(worker: _Worker, again: deque[_Batch]) -> list[_Batch]:
    """Take back the batches of a dead worker; return those that are given up."""
    worker.process.join()
    worker.pipe.close()
    given_up: list[_Batch] = []
    # Only the first was at work; a worker that never started says nothing about its batches.
    for place, batch in enumerate(worker.at_work):
        batch.deaths += place == 0 and worker.has_started
        if batch.deaths < DEATHS:
            again.append(batch)
        elif len(batch.questions) > 1:
            again.extend(_Batch([question]) for question in batch.questions)
        else:
            given_up.append(batch)
    return given_up


def _killer() -> Unanswered:
    return Unanswered(f"the process died on this clip, {DEATHS} times")


def _cannot_start(task: Task, worker: _Worker) -> str:
    worker.process.join()
    return (
        f"system {task.system.name}: {STARTS} workers died while they loaded the model (exit code "
        f"{worker.process.exitcode}; -9 often means too little memory); use fewer workers"
    )


def _start(task: Task, number: int) -> _Worker:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_work, args=(theirs, task), daemon=True)
    with _seeing_gpu(number):
        process.start()
    theirs.close()
    return _Worker(process, ours)


@contextlib.contextmanager
def _seeing_gpu(number: int) -> Iterator[None]:
    """Let a process that is started in the body see one GPU, the next in turn, unless the user has
    chosen one by its number, which is among all of them."""
    if ":" in os.environ.get(DEVICE, ""):
        yield
        return
    before = os.environ.get("CUDA_VISIBLE_DEVICES")
    names = before.split(",") if before else [str(n) for n in range(len(gpus()))]
    if not names or before == "":
        yield
        return
    os.environ["CUDA_VISIBLE_DEVICES"] = names[number % len(names)]
    try:
        yield
    finally:
        if before is None:
            del os.environ["CUDA_VISIBLE_DEVICES"]
        else:
            os.environ["CUDA_VISIBLE_DEVICES"] = before


# ---------------------------------------------------------------- in the worker


def _work(pipe: Connection, task: Task) -> None:
    """Answer batches until the job ends, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the job ends its workers
    threading.Thread(target=_die_with_the_job, daemon=True).start()
    try:
        asker = Asker(task)
        pipe.send(("started", None, None))
        heard = ((questions, asker.hear(questions)) for questions in _received(pipe))
        # Held by a name: an exception must not close it, which would wait for its thread, and that
        # waits for a batch that the job does not send before it has heard of the exception.
        ready = ahead(heard, AHEAD)
        for _, clips in ready:
            pipe.send(("replies", asker.ask(clips), asker.facts()))
    except SerError as error:
        pipe.send(("error", str(error), None))
    except (EOFError, ConnectionError):
        pass  # the job is gone
    except BaseException:
        traceback.print_exc()  # the job sees only that a worker died
    finally:
        os._exit(1)  # at once, for the same reason


def _received(pipe: Connection) -> Iterator[list[Question]]:
    while True:
        yield pipe.recv()


def _die_with_the_job() -> None:
    job = multiprocessing.parent_process()
    if job is not None:
        job.join()  # returns also when the job was killed, which leaves it no time to say so
        os._exit(1)
