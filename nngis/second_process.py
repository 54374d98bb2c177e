"""A second process beside this one, which takes a part of the work where a core is free."""

import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def cores() -> int:
    """Count the cores that this process may use."""
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
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    try:
        pool.submit(_import, tuple(modules))
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)  # waited for: else its end can speak up at ours


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


def _import(modules: tuple[str, ...]) -> None:
    for name in modules:
        importlib.import_module(name)
