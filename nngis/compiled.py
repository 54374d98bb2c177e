"""The one way nngis compiles a function: cached on disk, typed for mypy; and a clock without it."""

import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba
from numba.core import event

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function with numba when it is first called, and keep the machine code.

    Parameters
    ----------
    function : callable
        Plain loops over numpy arrays and numbers.

    Returns
    -------
    callable
        The same, compiled.
    """
    return cast("Callable[P, R]", numba.njit(cache=True)(function))


def compiled_unlocked(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function likewise, and let the process's other threads run while it does.

    Parameters
    ----------
    function : callable
        Plain loops over numpy arrays that no other thread changes.

    Returns
    -------
    callable
        The same, compiled.
    """
    return cast("Callable[P, R]", numba.njit(cache=True, nogil=True)(function))


class _Compiling(event.Listener):
    """Adds up the time that compiling takes; a function compiles those that it calls."""

    def __init__(self) -> None:
        self.spent_s, self._began_s, self._depth = 0.0, 0.0, 0

    def on_start(self, _event: Any) -> None:  # noqa: ANN401
        if not self._depth:
            self._began_s = time.perf_counter()
        self._depth += 1

    def on_end(self, _event: Any) -> None:  # noqa: ANN401
        self._depth -= 1
        if not self._depth:
            self.spent_s += time.perf_counter() - self._began_s


_compiling = _Compiling()
event.register("numba:compile", _compiling)  # type: ignore[no-untyped-call]


def seconds_compiling() -> float:
    """Say how long this process has compiled functions so far [s].

    Returns
    -------
    float
        Seconds.
    """
    return _compiling.spent_s


def clock_s() -> float:
    """Read a clock that stands still while functions are compiled.

    Returns
    -------
    float
        Seconds since some moment. A time limit by this clock allows the first run, which
        compiles, as much work as every later one, and so the same answer.
    """
    return time.perf_counter() - seconds_compiling()
