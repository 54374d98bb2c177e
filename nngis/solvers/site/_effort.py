"""How hard a siting solver may try: the gap it is asked for and the only clock it reads."""

from dataclasses import dataclass, field
from time import perf_counter

from nngis.errors import ParameterError, Problem, require


@dataclass(frozen=True)
class Effort:
    """A gap to reach and a time limit that runs from the moment it is made.

    Parameters
    ----------
    gap : float
        Relative gap to stop at.
    limit_s : float
        Time allowed [s].
    """

    gap: float
    limit_s: float
    _began_s: float = field(default_factory=perf_counter)

    @property
    def spent_s(self) -> float:
        """Time since the start [s]."""
        return perf_counter() - self._began_s

    @property
    def left_s(self) -> float:
        """Time that is left, not below 0 [s]."""
        return max(0.0, self.limit_s - self.spent_s)

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return self.left_s <= 0.0


def start_effort(gap: float, time_limit_s: float) -> Effort:
    """Start the clock of a solver.

    Parameters
    ----------
    gap : float
        Relative gap to stop at, from 0 to below 1.
    time_limit_s : float
        Time allowed [s], above 0.

    Returns
    -------
    Effort
        Running.

    Raises
    ------
    ParameterError
        If one of the two is out of bounds.
    """
    problems = []
    if not time_limit_s > 0:
        problems.append(
            Problem(
                f"时间上限必须大于 0 秒，现为 {time_limit_s}。",
                f"The time limit must be above 0 s; it is {time_limit_s}.",
                where="time_limit_s",
            ),
        )
    if not 0 <= gap < 1:
        problems.append(
            Problem(
                f"允许的差距必须在 0 到 1 之间（不含 1），现为 {gap}。",
                f"The gap must lie between 0 and 1, 1 excluded; it is {gap}.",
                where="gap",
            ),
        )
    require(problems, ParameterError)
    return Effort(gap, time_limit_s)
