"""The additions as a programme: which lot in which year, most people for longest, with a bound.

The order of `priority` takes one street after another. Here lots, which are runs of that order on
one plant, are timed all at once under the budgets of the years and what plants have left.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nngis.arrays import Objects, Positions
from nngis.plans.sewer.priority import LEFT_OUT, LITRES_M3, SECONDS_D, Priority, below
from nngis.plans.sewer.priority_parameters import PriorityParameters
from nngis.solvers.timetable import MOST_WORKS, Timetable, Works, best_timetable, gain_of
from nngis.units import M_PER_KM

LOTS = 300
"""Lots that the additions are cut into, about: the programme takes 500 at most."""
LOTS_A_YEAR = 20
"""Lots of a year's budget, where that makes fewer."""
FIGURES = ("order_people_years", "programme_people_years", "bound_people_years")
GAP = 0.001
TIME_LIMIT_S = 60.0
LOT_COLUMNS = (
    *("wwtp_id", "order_year", "programme_year", "length_km", "cost_yuan", "people"),
    *("mean_flow_m3_d",),
)


@dataclass(frozen=True)
class Programme:
    """Lots with their years.

    Parameters
    ----------
    lots : DataFrame
        By `lot_id`, in the order of `priority`: `LOT_COLUMNS`; `order_year` is that of the order,
        `programme_year` that of the programme; missing where a lot is not built in time.
    lot_of : Series
        Lot of each new pipe, by `pipe_id`.
    figures : mapping of str to float
        ``order_people_years``, ``programme_people_years`` and their ``bound_people_years``: people
        joined, by the years from the one they are joined in to the last.
    """

    lots: pd.DataFrame
    lot_of: pd.Series
    figures: Mapping[str, float]


def plan_years(
    pipes: pd.DataFrame,
    connections: pd.DataFrame,
    spare_m3_d: pd.Series,
    order: Priority,
    parameters: PriorityParameters,
) -> Programme:
    """Time the lots of a design.

    Parameters
    ----------
    pipes, connections, spare_m3_d, parameters
        As `put_in_order` takes them.
    order : Priority
        What it found: the programme starts from it, and is never worse.

    Returns
    -------
    Programme
        The best timetable within a thousandth, or what a minute found; its bound says which.
    """
    listed = order.pipes[order.pipes["defer_reason"].ne(LEFT_OUT).fillna(value=True)]
    if listed.empty:
        nothing = pd.DataFrame(columns=list(LOT_COLUMNS)).rename_axis("lot_id")
        return Programme(
            nothing, pd.Series(dtype=object, name="lot_id"), dict.fromkeys(FIGURES, 0.0)
        )
    budget = parameters.build_yuan_per_year
    cost = listed["cost_yuan"] if budget else listed["length_m"] / M_PER_KM
    # Where neither is stated nothing limits a year: all of it fits into one.
    budget = budget or parameters.build_km_per_year or float(cost.sum())
    joined = connections.dropna(subset=["pipe_id"]).groupby("pipe_id")["mean_flow_l_s"].sum()
    load = joined.reindex(pipes.index, fill_value=0.0) * (SECONDS_D / LITRES_M3)
    lot, names = _lots(listed, cost, budget)
    rows = pd.DataFrame(
        {
            "lot_id": names[lot],
            "wwtp_id": listed["wwtp_id"].to_numpy(object),
            "order_year": listed["build_year"].to_numpy(),
            "length_km": listed["length_m"].to_numpy(float) / M_PER_KM,
            "cost_yuan": listed["cost_yuan"].to_numpy(float),
            "people": listed["people"].to_numpy(float),
            "mean_flow_m3_d": load.reindex(listed.index).to_numpy(float),
        }
    )
    groups = rows.groupby("lot_id", sort=False)
    lots = groups[["length_km", "cost_yuan", "people", "mean_flow_m3_d"]].sum()
    lots.insert(0, "wwtp_id", groups["wwtp_id"].first())
    lots.insert(1, "order_year", groups["order_year"].first())
    first, years = parameters.build_from_year, parameters.build_years
    turn = (lots["order_year"] - first).fillna(years).to_numpy(int)
    places = pd.Index(lots["wwtp_id"].unique())
    taken = load[pipes["kind"].eq("existing")].groupby(pipes["wwtp_id"]).sum()
    room = spare_m3_d.reindex(places).fillna(np.inf) - taken.reindex(places, fill_value=0.0)
    before, after = _pairs(pipes, listed.index, lot)
    works = Works(
        np.bincount(lot, weights=cost, minlength=len(lots)).astype(float),
        lots["people"].to_numpy(float),
        lots["mean_flow_m3_d"].to_numpy(float),
        places.get_indexer(lots["wwtp_id"]),
        room.clip(lower=0.0).to_numpy(float),
        before,
        after,
    )
    found = best_timetable(
        works, budget=budget, turns=years, known=turn, gap=GAP, time_limit_s=TIME_LIMIT_S
    )
    year = pd.array(first + found.turn, dtype="Int64")
    lots["programme_year"] = pd.Series(year, lots.index).where(found.turn < years)
    figures = _figures(works, turn, found, years)
    lot_of = pd.Series(names[lot], listed.index, name="lot_id", dtype=object)
    return Programme(lots[list(LOT_COLUMNS)], lot_of, figures)


def _figures(works: Works, turn: Positions, found: Timetable, years: int) -> dict[str, float]:
    values = gain_of(works, turn, years), found.gain, found.bound
    return dict(zip(FIGURES, values, strict=True))


def _lots(listed: pd.DataFrame, cost: pd.Series, budget: float) -> tuple[Positions, Objects]:
    """Cut the order of each plant into runs, whole within a year of that order."""
    size = max(float(cost.sum()) / LOTS, budget / LOTS_A_YEAR)
    along = cost.groupby(listed["wwtp_id"]).cumsum() - cost
    key = pd.DataFrame(
        {
            "plant": listed["wwtp_id"],
            "year": listed["build_year"].astype("Float64").fillna(0.0),
            "reason": listed["defer_reason"].fillna(""),
        }
    )
    while True:
        key["run"] = np.floor(along / size)
        lot = key.groupby(list(key), sort=False).ngroup().to_numpy(np.intp)
        if not key["run"].any() or lot.max(initial=0) < MOST_WORKS:
            break
        size *= 2.0
    _, first = np.unique(lot, return_index=True)
    return lot, ("L-" + listed.index[first].astype(str)).to_numpy(object)


def _pairs(pipes: pd.DataFrame, listed: pd.Index, lot: Positions) -> tuple[Positions, Positions]:
    """Find which lot must be there before another: that which a pipe of it flows into."""
    down = below(pipes)
    own = np.full(len(pipes), -1)
    own[pipes.index.get_indexer(listed)] = lot
    while True:  # what exists is there already: go on to what is new below it
        through = (down >= 0) & (own[down] < 0)
        if not through.any():
            break
        down = np.where(through, down[down], down)
    new = (own >= 0) & (down >= 0)
    pairs = np.stack([own[down[new]], own[new]])
    pairs = np.unique(pairs[:, pairs[0] != pairs[1]], axis=1)
    return pairs[0], pairs[1]
