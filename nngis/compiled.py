"""The one way nngis compiles a function: cached on disk, typed for mypy; and a clock without it.

What a fresh machine compiles is kept small: no entry from C, which nobody uses; no entry from
Python where only compiled functions call; one specialisation for a number, be it a constant or not.
"""

import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from numba.core import config, event, types
from numba.core.registry import CPUDispatcher

from nngis.arrays import Array

P = ParamSpec("P")
R = TypeVar("R")


class _Specialised(CPUDispatcher):
    """Compiled once for a number; numba would do so again for each constant."""

    def get_call_template(self, args: Any, kws: Any) -> Any:  # noqa: ANN401 -- numba's types
        plain = tuple(types.unliteral(one) for one in args)  # type: ignore[no-untyped-call]
        return super().get_call_template(plain, kws)


class _Inner(_Specialised):
    """Has no entry from Python: a call from there would crash."""

    def __call__(self, *_args: object) -> None:
        name = self.py_func.__name__
        raise TypeError(f"{name} is called by compiled functions alone")


def _made(kind: type, function: Callable[P, R], **options: bool) -> Callable[P, R]:
    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        return function
    made = kind(function, targetoptions={"nopython": True, "no_cfunc_wrapper": True, **options})
    made.enable_caching()
    return cast("Callable[P, R]", made)


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
    return _made(_Specialised, function)


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that only compiled functions call; it is lighter to compile.

    Parameters
    ----------
    function : callable
        Plain loops over numpy arrays and numbers.

    Returns
    -------
    callable
        The same, compiled; called from Python it raises `TypeError`.
    """
    return _made(_Inner, function, no_cpython_wrapper=True)


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
    return _made(_Specialised, function, nogil=True)


@inner
def copy_into(target: Array, values: Array) -> None:
    """Copy a line of values to the beginning of another, in compiled functions.

    Parameters
    ----------
    target : array
        As long at least.
    values : array
        What is copied. `target[:] = values` takes two seconds more to compile, most of them for
        the words of an error that cannot be.
    """
    for k in range(len(values)):
        target[k] = values[k]


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
