"""The answer of a siting solver: what to open, how good it is, and how good anything could be."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from nngis.errors import NngisError
from nngis.text import Text

Sense = Literal["max", "min"]
Status = Literal["optimal", "within_gap", "gap", "time_limit"]

PROOF = 1e-4
AGREEMENT = 1e-7


@dataclass(frozen=True, eq=False)
class SiteAnswer:
    """Which sites to open, and what is proved about it.

    Parameters
    ----------
    problem : str
        The question: "mclp", "backup", "capacitated_mclp", "lscp", "p_median", "p_center".
    sense : {"max", "min"}
        Whether a larger or a smaller objective is better.
    selected : tuple of str
        Open sites in the order of the candidates, those that exist included.
    objective : float
        Value of the selection, evaluated again from the question itself.
    bound : float
        No selection that keeps the rules is better than this.
    status : {"optimal", "within_gap", "time_limit", "gap"}
        Proved to within 1e-4 and to within what was asked; proved to within what was asked; the
        time was up before; the methods ended before.
    seconds : float
        Time taken [s].
    sites : DataFrame
        A row for each open site, by `site_id`: `role` (existing, mandatory, chosen), `marginal`
        (how much worse the objective is without it), `runner_up` (the closed site that would
        replace it best; missing where none may), `runner_up_objective` (objective after that
        exchange).
    unreached : tuple of str
        Demands that no allowed site can serve, whatever is chosen.
    notes : tuple of Text
        What an outside engine claimed and was discarded because it cannot be.
    unserved : tuple of str
        Demands that no open site serves, for the p-median, which charges them; `unreached` are
        among them.
    """

    problem: str
    sense: Sense
    selected: tuple[Any, ...]
    objective: float
    bound: float
    status: Status
    seconds: float
    sites: pd.DataFrame
    unreached: tuple[Any, ...]
    notes: tuple[Text, ...] = ()
    unserved: tuple[Any, ...] = ()

    @property
    def gap(self) -> float:
        """Share of the objective by which another selection could be better at most."""
        if self.sense == "max":
            return relative_gap(self.objective, self.bound)
        return relative_gap(-self.objective, -self.bound)


def relative_gap(objective: float, bound: float) -> float:
    """Return how far an upper bound lies above an objective, as a share of the objective.

    Examples
    --------
    >>> relative_gap(100.0, 101.0), relative_gap(0.0, 0.0), relative_gap(-50.0, -49.5)
    (0.01, 0.0, 0.01)
    """
    room = max(0.0, bound - objective)
    if room == 0.0:
        return 0.0
    return room / abs(objective) if objective != 0.0 else np.inf


def status_of(gap: float, asked: float, *, timed_out: bool) -> Status:
    """Name what a gap proves.

    Examples
    --------
    >>> status_of(0.0, 0.01, timed_out=False), status_of(0.005, 0.01, timed_out=True)
    ('optimal', 'within_gap')
    >>> status_of(0.02, 0.01, timed_out=True), status_of(0.00005, 0.0, timed_out=False)
    ('time_limit', 'gap')
    """
    if gap <= asked:
        return "optimal" if gap <= PROOF else "within_gap"
    return "time_limit" if timed_out else "gap"


def confirm(claimed: float, evaluated: float, problem: str) -> float:
    """Return the evaluated objective if it is the one that was claimed.

    Examples
    --------
    >>> confirm(10.0, 10.0, "mclp")
    10.0
    """
    if abs(claimed - evaluated) > AGREEMENT * max(1.0, abs(evaluated)):
        raise NngisError(
            f"求解器称 {problem} 的目标值为 {claimed:.10g}，按选址复算为 {evaluated:.10g}；"
            "结果不可信，请报告此问题。",
            f"The solver claims an objective of {claimed:.10g} for {problem}, but its selection "
            f"is worth {evaluated:.10g}; do not use it, and report this.",
            where=problem,
        )
    return evaluated
