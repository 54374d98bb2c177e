"""The one way nngis compiles a function: cached on disk, typed for mypy."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

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
