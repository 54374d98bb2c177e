"""A second process beside this one, which takes a part of the work where a core is free."""

import atexit
import gc
import importlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
)
from contextlib import contextmanager
from functools import partial
from itertools import count
from multiprocessing import get_context
from threading import Lock
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


def cores() -> int:
    """Count the cores that this process may use.

    Returns
    -------
    int
        One at least.
    """
    affinity = getattr(os, "sched_getaffinity", None)  # not on Windows
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@contextmanager
def second_process(modules: Sequence[str] = ()) -> Iterator[Executor | None]:
    """Open another process, which imports what it will need while this one works.

    Parameters
    ----------
    modules : sequence of str
        What it imports first.

    Yields
    ------
    Executor or None
        Takes functions of modules; None on a machine of one core. Whether or not there is one,
        the same comes out.
    """
    if cores() == 1:
        yield None
        return
    # Begun anew, not forked: a copy of a process with threads may hang.
    pool = ProcessPoolExecutor(
        1, get_context("spawn"), initializer=_prepare, initargs=(gc.get_threshold(),)
    )
    second = _OneAtATime(pool)
    try:
        for name in modules:
            second.submit(_import, name)
        yield second
    except BaseException:
        for process in list(pool._processes.values()):  # noqa: SLF001 -- until Python 3.14
            process.terminate()  # what goes wrong is said at once
        raise
    finally:
        second.shutdown(cancel_futures=True)  # waited for: else its end can speak up at ours


def send_once(second: Executor | None, *values: object) -> None:
    """Have values that several pieces of work take sent to the second process once.

    Parameters
    ----------
    second : Executor or None
        As `second_process` yields it.
    *values : object
        What nobody changes from now on.
    """
    if isinstance(second, _OneAtATime):
        second.once.update({id(value): _Sent(value) for value in values})


def begin(
    second: Executor | None, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> Callable[[], R]:
    """Give work to the second process.

    Parameters
    ----------
    second : Executor or None
        As `second_process` yields it.
    work : callable
        A function of a module; what it takes and gives can be sent.
    *args, **kwargs : object
        What it takes.

    Returns
    -------
    callable
        Returns what came out. This process does the work itself where there is no other, where
        the other has not begun it, or where it was killed.

    Examples
    --------
    >>> begin(None, max, 1, 2)()
    2
    """

    def here() -> R:
        return work(*args, **kwargs)

    if second is None:
        return here
    try:
        future: Future[R] = second.submit(work, *args, **kwargs)
    except BrokenExecutor:
        return here

    def end() -> R:
        if future.cancel():
            return here()
        try:
            return future.result()
        except BrokenExecutor:
            return here()

    return end


class _Sent:
    """A value on its way: from the second time on its number goes, in whose stead it is held."""

    def __init__(self, value: object) -> None:
        self.value, self._number = value, next(_numbers)
        self._is_there = False

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        if self._is_there:
            return _held, (self._number,)
        self._is_there = True  # one piece of work goes at a time, so this one comes first
        return _hold, (self._number, self.value)


_numbers = count()
_values: dict[object, object] = {}


def _hold(number: object, value: object) -> object:
    _values[number] = value
    return value


def _held(number: object) -> object:
    return _values[number]


class _OneAtATime(Executor):
    """Gives a pool one piece of work at a time: what it has not begun can be taken back."""

    def __init__(self, pool: Executor) -> None:
        self._pool, self._lock, self._is_busy = pool, Lock(), False
        self.once: dict[int, _Sent] = {}
        self._waiting: deque[tuple[Future[Any], Callable[[], Future[Any]]]] = deque()

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        asked: Future[R] = Future()
        sent = [self.once.get(id(one), one) for one in args]
        with self._lock:
            work = partial(cast("Any", _tidily), fn, *sent, **kwargs)
            self._waiting.append((asked, partial(self._pool.submit, work)))
            begins, self._is_busy = not self._is_busy, True
        if begins:
            self._send_next()
        return asked

    def _send_next(self) -> None:
        while True:
            with self._lock:
                self._is_busy = bool(self._waiting)
                if not self._is_busy:
                    return
                asked, send = self._waiting.popleft()
            if asked.set_running_or_notify_cancel():
                try:
                    sent = send()
                except RuntimeError as error:  # among them that the process was killed
                    asked.set_exception(error)
                else:
                    sent.add_done_callback(partial(self._done, asked))
                    return

    def _done(self, asked: Future[Any], sent: Future[Any]) -> None:
        error = CancelledError() if sent.cancelled() else sent.exception()
        if error is None:
            asked.set_result(sent.result())
        else:
            asked.set_exception(error)
        if isinstance(error, BrokenExecutor):  # the pool is locked now: nothing can be sent
            with self._lock:
                left, self._is_busy = list(self._waiting), False
                self._waiting.clear()
            for other, _ in left:
                if other.set_running_or_notify_cancel():
                    other.set_exception(error)
        else:
            self._send_next()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 -- as its parent has it
        with self._lock:
            for asked, _ in self._waiting if cancel_futures else ():
                asked.cancel()
        self._pool.shutdown(wait, cancel_futures=cancel_futures)


def _prepare(threshold: tuple[int, int, int]) -> None:
    """Collect rubbish as seldom as the first process does; at the end there is nothing to tidy."""
    gc.set_threshold(*threshold)
    atexit.register(os._exit, 0)


def _import(name: str) -> None:
    importlib.import_module(name)
    gc.freeze()  # modules stay: no use in looking through them again


def _tidily(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Work, and leave no drawing behind: they hold themselves, and 70 MB of pixels each."""
    try:
        return work(*args, **kwargs)
    finally:
        gc.collect()
