"""The question as it was asked: tables turned into arrays, and all that is wrong with them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nngis.arrays import Bools, Floats
from nngis.errors import LayerError, Problem, require
from nngis.solvers.allocate._simplex import Ints
from nngis.solvers.links import positions
from nngis.text import counted

BITS = 40
"""Loads are counted in units of which the sum of all loads holds at most 2 to this power: whole
numbers are exact, others to a millionth of a millionth of the sum."""


NOISE = 16
"""As many units are nothing: what rounding to units leaves over."""


@dataclass(frozen=True)
class Question:
    """Links, loads and capacities as arrays; links lie in the order demand, distance, facility.

    Parameters
    ----------
    demand_ids, facility_ids, group_ids : Index
        The ids.
    demand_at, facility_at : (n,) int array
        The ends of each link.
    distance_m : (n,) float array
        Length of each link [m].
    load, capacity, group_capacity : float array
        In the unit of the loads; capacities may be inf.
    group_at : (f,) int array
        The group of each facility, -1 for none.
    """

    demand_ids: pd.Index
    facility_ids: pd.Index
    group_ids: pd.Index
    demand_at: Ints
    facility_at: Ints
    distance_m: Floats
    load: Floats
    capacity: Floats
    group_capacity: Floats
    group_at: Ints

    @property
    def unit(self) -> float:
        """The load that one whole number stands for."""
        total = float(self.load.sum())
        return float(2.0 ** (np.ceil(np.log2(total)) - BITS)) if total > 0 else 1.0

    def counted(self, amount: Floats) -> Ints:
        """Give amounts as whole numbers; more than all loads together is as much as they are."""
        most = 2 * self.load.sum() + self.unit
        counted: Ints = np.rint(np.minimum(amount, most) / self.unit).astype(np.int64)
        return counted


def read_question(
    links: pd.DataFrame,
    load: pd.Series,
    capacity: pd.Series,
    groups: pd.Series | None = None,
    group_capacity: pd.Series | None = None,
) -> Question:
    """Check the tables and turn them into arrays."""
    group_capacity = pd.Series(dtype=float) if group_capacity is None else group_capacity
    groups = pd.Series(dtype=object) if groups is None else groups
    distance = links["distance_m"].to_numpy(float)
    named = {"load": load, "capacity": capacity, "group_capacity": group_capacity}
    problems = [p for where, values in named.items() for p in _value_problems(values, where)]
    problems += _value_problems(links["distance_m"], "distance_m", unique=False)
    problems += _group_problems(groups, capacity, group_capacity)
    if links.duplicated(["demand_id", "facility_id"]).any():
        count = int(links.duplicated(["demand_id", "facility_id"]).sum())
        problems.append(
            Problem(
                f"链接表中有 {count} 行重复了已有的需求与设施；请去重。",
                f"{counted(count, 'row of the links table', 'repeat')} a pair of demand and "
                "facility; drop them.",
                where="links",
            )
        )
    require(problems, LayerError)
    demand_at, facility_at = positions(links, load.index, capacity.index)
    order = np.lexsort((facility_at, distance, demand_at))
    return Question(
        demand_ids=load.index,
        facility_ids=capacity.index,
        group_ids=group_capacity.index,
        demand_at=demand_at[order].astype(np.int64),
        facility_at=facility_at[order].astype(np.int64),
        distance_m=distance[order],
        load=load.to_numpy(float),
        capacity=capacity.to_numpy(float),
        group_capacity=group_capacity.to_numpy(float),
        group_at=group_capacity.index.get_indexer(groups.reindex(capacity.index)).astype(np.int64),
    )


def _value_problems(values: pd.Series, where: str, *, unique: bool = True) -> list[Problem]:
    number = values.to_numpy(float)
    kinds: tuple[tuple[Bools, str, str], ...] = (
        (np.isnan(number), "缺失，请补齐", "missing; fill them in"),
        (number < 0.0, "为负，请改正", "negative; correct them"),
    )
    if where not in {"capacity", "group_capacity"}:
        kinds += ((np.isposinf(number), "无穷大，请改正", "infinite; correct them"),)
    if unique:
        kinds += ((values.index.duplicated(), "编号重复，请去重", "of an id that came before"),)
    return [
        Problem(
            f"{len(values)} 个值中有 {wrong.sum()} 个{zh}，例如 {values.index[wrong.argmax()]!r}。",
            f"{wrong.sum()} of {len(values)} values are {en}, for example "
            f"{values.index[wrong.argmax()]!r}.",
            where=where,
        )
        for wrong, zh, en in kinds
        if wrong.any()
    ]


def _group_problems(
    groups: pd.Series, capacity: pd.Series, group_capacity: pd.Series
) -> list[Problem]:
    named = groups.dropna()
    checks = (
        (
            named.index[~named.index.isin(capacity.index)],
            "设施不存在",
            ("facility", "do not exist"),
        ),
        (named[~named.isin(group_capacity.index)], "共用容量未给出", ("group", "have no capacity")),
        (
            named.index[named.index.duplicated()],
            "设施列了不止一次",
            ("facility", "are listed twice"),
        ),
    )
    return [
        Problem(
            f"{len(wrong)} 个{zh}，例如 {pd.Index(wrong)[0]!r}。",
            f"{counted(len(wrong), *en)}, for example {pd.Index(wrong)[0]!r}.",
            where="groups",
        )
        for wrong, zh, en in checks
        if len(wrong)
    ]
