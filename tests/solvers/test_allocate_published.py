"""Allocation by capacity against published optima of the capacitated warehouse problems."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nngis.solvers.allocate import assign_by_capacity

DATA = Path(__file__).parent / "data" / "orlib_cap41.txt"
FREE = 10
"""The warehouse that costs nothing to open."""
# Name, capacity and price of a warehouse, published optimum, and the warehouses that are open in it
# (found by exchanging them one by one).
PUBLISHED = [
    ("cap41", 5000, 7500, 1040444.375, (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13)),
    ("cap42", 5000, 12500, 1098000.450, (0, 1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 13)),
    ("cap43", 5000, 17500, 1153000.450, (0, 1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 13)),
    ("cap44", 5000, 25000, 1235500.450, (0, 1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 13)),
    ("cap51", 10000, 17500, 1025208.225, (1, 2, 3, 5, 6, 7, 10, 12)),
    ("cap61", 15000, 7500, 932615.750, (0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12)),
    ("cap62", 15000, 12500, 977799.400, (0, 1, 2, 3, 5, 6, 7, 10, 12)),
    ("cap63", 15000, 17500, 1014062.050, (2, 3, 5, 6, 7, 10, 12)),
    ("cap64", 15000, 25000, 1045650.250, (2, 5, 10, 11, 12)),
    ("cap71", 58268, 7500, 932615.750, (0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12)),
    ("cap72", 58268, 12500, 977799.400, (0, 1, 2, 3, 5, 6, 7, 10, 12)),
    ("cap73", 58268, 17500, 1010641.450, (2, 6, 7, 10, 12)),
    ("cap74", 58268, 25000, 1034976.975, (2, 10, 11, 12)),
]


@cache
def _read() -> tuple[pd.DataFrame, pd.Series]:
    rows = np.loadtxt(DATA)
    demand, cost = rows[:, 0], rows[:, 1:]
    ids = pd.Index([f"d{i:02}" for i in range(len(demand))])
    links = pd.DataFrame(
        {
            "demand_id": np.repeat(ids, cost.shape[1]),
            "facility_id": np.tile([f"f{j:02}" for j in range(cost.shape[1])], len(demand)),
            "distance_m": (cost / demand[:, None]).ravel(),
        }
    )
    order = ["demand_id", "distance_m", "facility_id"]
    return links.sort_values(order, ignore_index=True), pd.Series(demand, ids)


def _total(opened: tuple[int, ...], capacity: float, price: float) -> float:
    """What it costs to open warehouses and to serve all customers from them; inf if they cannot."""
    links, demand = _read()
    names = [f"f{j:02}" for j in opened]
    answer = assign_by_capacity(
        links[links["facility_id"].isin(names)],
        demand,
        pd.Series(float(capacity), names),
        split=True,
    )
    assert (answer.facilities["load"] <= capacity * (1 + 1e-12)).all()
    if answer.served < demand.sum() * (1 - 1e-12):
        return np.inf
    return answer.load_distance_m + price * sum(j != FREE for j in opened)


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case[0])
def test_the_published_optimum_is_what_allocation_costs(case) -> None:
    _, capacity, price, optimum, opened = case
    assert _total(opened, capacity, price) == pytest.approx(optimum, rel=1e-12)


@pytest.mark.parametrize("case", [PUBLISHED[0], PUBLISHED[8]], ids=lambda case: case[0])
def test_no_other_warehouses_are_said_to_cost_less_than_the_optimum(case) -> None:
    _, capacity, price, optimum, opened = case
    closed = [j for j in range(16) if j not in opened]
    fewer = [tuple(k for k in opened if k != j) for j in opened]
    others = fewer + [(*one, j) for one in fewer for j in closed] + [(*opened, j) for j in closed]
    assert min(_total(one, capacity, price) for one in others) >= optimum * (1 - 1e-12)
