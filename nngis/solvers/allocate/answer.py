"""What an allocation answers: who is served where, who is not and why, what is binding."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from nngis.text import Text

Status = Literal["optimal", "within_gap", "feasible"]


@dataclass(frozen=True, eq=False)
class AllocationAnswer:
    """An allocation of demands to facilities.

    Parameters
    ----------
    assignments : DataFrame
        `demand_id`, `facility_id`, `load` (what the facility serves of the demand; adds up),
        `distance_m`; in the order of the demands, then by distance.
    unserved : DataFrame
        Demands not served, or not wholly: `demand_id`, `load` (what is not served; adds up),
        `reason` (``"no_link"``: no facility within the limit; ``"too_large"``: larger than any
        facility in reach; ``"capacity_used"``), `facility_id` (the nearest in reach), `used_by`
        (who takes most of it), `reason_zh`, `reason_en`.
    facilities : DataFrame
        Indexed by `facility_id`: `capacity`, `load`, `spare` (add up), `group_id`, `binding` (a
        demand that it could serve was refused, or sent farther, for want of room here),
        `served_per_unit` (by how much more is served for one unit more of capacity) and
        `distance_per_unit_m` (by how much load times distance then changes; below 0 it falls).
    groups : DataFrame
        The same for capacities that several facilities share, indexed by `group_id`.
    served : float
        Load served.
    served_bound : float
        No allocation serves more.
    load_distance_m : float
        Sum of load times distance [load x m].
    load_distance_bound_m : float
        No allocation that serves as much has less [load x m].
    status : {"optimal", "within_gap", "feasible"}
        Proved to be best; most load, and load times distance no farther from least than was asked
        for; neither.
    notes : tuple of Text
        What an outside engine claimed and was discarded because it cannot be.
    """

    assignments: pd.DataFrame
    unserved: pd.DataFrame
    facilities: pd.DataFrame
    groups: pd.DataFrame
    served: float
    served_bound: float
    load_distance_m: float
    load_distance_bound_m: float
    status: Status
    notes: tuple[Text, ...] = ()

    @property
    def served_gap(self) -> float:
        """Share by which more load could be served at most."""
        return _share(self.served_bound - self.served, self.served_bound)

    @property
    def distance_gap(self) -> float:
        """Share by which load times distance could be less at most, at the same load served."""
        return _share(self.load_distance_m - self.load_distance_bound_m, self.load_distance_m)

    @property
    def gap(self) -> float:
        """The larger of the two gaps."""
        return max(self.served_gap, self.distance_gap)


def _share(part: float, whole: float) -> float:
    return max(0.0, part / whole) if whole > 0 else 0.0


def who_uses(answer: AllocationAnswer, links: pd.DataFrame) -> pd.DataFrame:
    """List who takes the capacity that demands not served could have used.

    Examples
    --------
    >>> import pandas as pd
    >>> from nngis.solvers.allocate import assign_by_capacity
    >>> links = pd.DataFrame({"demand_id": ["a", "b"], "facility_id": ["x", "x"],
    ...                       "distance_m": [10.0, 20.0]})
    >>> answer = assign_by_capacity(links, pd.Series({"a": 3.0, "b": 3.0}), pd.Series({"x": 4.0}))
    >>> who_uses(answer, links)
      demand_id facility_id used_by  load
    0         b           x       a   3.0
    """
    reach = links.loc[links["demand_id"].isin(answer.unserved["demand_id"])]
    users = answer.assignments.rename(columns={"demand_id": "used_by"})
    users = users.sort_values("load", ascending=False, kind="stable")
    table = reach[["demand_id", "facility_id"]].merge(
        users[["facility_id", "used_by", "load"]], on="facility_id", how="inner"
    )
    return table.loc[table["demand_id"] != table["used_by"]].reset_index(drop=True)
