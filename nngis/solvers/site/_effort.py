"""How hard a siting solver may try: the gap it is asked for and the only clock it reads."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

from nngis.compiled import seconds_compiling
from nngis.solvers._effort import check_effort

AGAIN_S = 0.02  # whoever may end the search is asked again after so long
Progress = Callable[[float, float], object]
"""Takes the objective and the bound reached so far; a result that is true ends the search."""
ROUNDING = 1e-11
"""A gap that is nothing but rounding errors: what closed it cannot be told from 0."""


def _now() -> float:
    """Read the clock, which stands still while functions are compiled."""
    return perf_counter() - seconds_compiling()


@dataclass
class Effort:
    """A gap to reach and a time limit that runs from the moment it is made.

    Parameters
    ----------
    gap : float
        Relative gap to stop at.
    limit_s : float
        Time allowed [s].
    progress : callable, optional
        Is given objective and bound as they improve, and again from time to time; may end the
        search.
    """

    gap: float
    limit_s: float
    progress: Progress | None = None
    _began_s: float = field(default_factory=_now)
    _is_stopped: bool = False
    _told: tuple[float, float] = (-math.inf, math.inf)
    _told_s: float = -math.inf

    def report(self, objective: float, bound: float) -> bool:
        """Pass on the most that is reached and the least bound, where one is new.

        Both are of a question whose objective grows. Returns whether the caller wants to stop.
        """
        best = max(objective, self._told[0]), min(bound, self._told[1])
        if best != self._told:
            self._told = best
            self._tell()
        return self._is_stopped

    def _tell(self) -> None:
        if self.progress is not None:
            self._told_s = perf_counter()
            self.stop(when=bool(self.progress(*self._told)))

    def stop(self, *, when: bool) -> None:
        """End the search."""
        self._is_stopped |= when

    @property
    def spent_s(self) -> float:
        """Time since the start [s]."""
        return _now() - self._began_s

    @property
    def left_s(self) -> float:
        """Time that is left, not below 0 [s]."""
        return max(0.0, self.limit_s - self.spent_s)

    @property
    def is_over(self) -> bool:
        """Whether no time is left, or the caller ended the search."""
        waited = perf_counter() - self._told_s >= AGAIN_S and self._told[0] > -math.inf
        if waited and not self._is_stopped:
            self._tell()
        return self._is_stopped or self.left_s <= 0.0


def start_effort(gap: float, time_limit_s: float, progress: Progress | None = None) -> Effort:
    """Start the clock of a solver."""
    check_effort(gap, time_limit_s)
    return Effort(max(gap, ROUNDING), time_limit_s, progress)
