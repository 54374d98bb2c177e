"""How hard a siting solver may try: the gap it is asked for and the only clock it reads."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

from nngis.compiled import seconds_compiling
from nngis.solvers._effort import check_effort

Progress = Callable[[float, float], object]
"""Takes the objective and the bound reached so far; a result that is true ends the search."""


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
        Is given objective and bound as they improve; may end the search.
    """

    gap: float
    limit_s: float
    progress: Progress | None = None
    _began_s: float = field(default_factory=_now)
    _is_stopped: bool = False
    _told: tuple[float, float] = (-math.inf, math.inf)

    def report(self, objective: float, bound: float) -> bool:
        """Pass on the most that is reached and the least bound, where one is new.

        Both are of a question whose objective grows. Returns whether the caller wants to stop.
        """
        best = max(objective, self._told[0]), min(bound, self._told[1])
        if self.progress is not None and best != self._told:
            self._told = best
            self.stop(when=bool(self.progress(*best)))
        return self._is_stopped

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
        return self._is_stopped or self.left_s <= 0.0


def start_effort(gap: float, time_limit_s: float, progress: Progress | None = None) -> Effort:
    """Start the clock of a solver."""
    check_effort(gap, time_limit_s)
    return Effort(gap, time_limit_s, progress)
