"""Work under way in threads of the desk, which ends before the program does.

A thread that is in compiled code when Python ends can take the whole process down with it.
"""

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class UnderWay:
    """Counts what is at work, in threads of its own or of the server's."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def run(self, work: Callable[P, R], /, *asked: P.args, **named: P.kwargs) -> R:
        """Do some work; it counts from now on."""
        self._add(1)
        try:
            return work(*asked, **named)
        finally:
            self._add(-1)

    def start(self, work: Callable[P, object], /, *asked: P.args, **named: P.kwargs) -> None:
        """Do some work in a thread; it counts before the thread has begun."""
        self._add(1)

        def done() -> None:
            try:
                work(*asked, **named)
            finally:
                self._add(-1)

        threading.Thread(target=done, daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is at work; say whether that came about in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._count, seconds)

    def _add(self, count: int) -> None:
        with self._changed:
            self._count += count
            self._changed.notify_all()
