"""The engine that needs nothing: the backend in this process, decoding in a thread beside it."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

from inference.asking import Asked, Asker, Question, Task

AHEAD = 2
"""Batches that are decoded before they are needed: hides the decoding, and bounds the memory."""

Item = TypeVar("Item")


class Here:
    """Asks in the process of the job."""

    name = "local"
    workers = 1

    def ask(self, task: Task, batches: Iterator[list[Question]]) -> Iterator[Asked]:
        """Yield every batch with its replies, in order."""
        asker = Asker(task)
        heard = ((questions, asker.hear(questions)) for questions in batches)
        with contextlib.closing(ahead(heard, AHEAD)) as ready:
            for questions, clips in ready:
                yield Asked(questions, asker.ask(clips), asker.facts())


def ahead(items: Iterator[Item], depth: int) -> Iterator[Item]:
    """Yield `items`, made by a thread that is at most `depth` of them ahead."""
    made: queue.Queue[tuple[str, object]] = queue.Queue(depth)
    stop = threading.Event()

    def put(*message: object) -> bool:
        while not stop.is_set():
            with contextlib.suppress(queue.Full):
                made.put(message, timeout=0.1)
                return True
        return False

    def make() -> None:
        try:
            for item in items:
                if not put("item", item):
                    return
            put("end", None)
        except BaseException as error:
            put("error", error)

    thread = threading.Thread(target=make, name="decoder", daemon=True)
    thread.start()
    try:
        while True:
            kind, value = made.get()
            if kind == "end":
                return
            if kind == "error":
                raise value
            yield value
    finally:
        stop.set()
        thread.join()
