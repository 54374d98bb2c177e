"""Which additions first: most people for a kilometre or a yuan, joined to what is there."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Bools, Floats, Objects
from nngis.decide.rules import Rule, decide, holds
from nngis.plans.sewer.ledger_parameters import CLAUSE_3_10
from nngis.plans.sewer.priority_parameters import PriorityParameters
from nngis.solvers.tree.order import build_order
from nngis.text import Text
from nngis.units import M_PER_KM

SECONDS_D, LITRES_M3 = 86_400.0, 1000.0
WATCHED = 1e-9  # kilometres or yuan by which a year's budget may be passed through rounding
PRIORITY_COLUMNS = (
    *("rank", "decision", "build_year", "package_id", "wwtp_id", "length_m", "cost_yuan"),
    *("people", "people_total", "total_km", "cost_total_yuan", "people_per_km"),
    "defer_reason",
)
CURVE_COLUMNS = (
    *("wwtp_id", "build_year", "length_km", "cost_yuan", "people", "people_per_km"),
    *("total_km", "cost_total_yuan", "people_total"),
)

LEFT_OUT = "left_out"
ORDER_RULES = (
    Rule(
        LEFT_OUT, CLAUSE_3_10, "defer", holds(LEFT_OUT),
        Text("已移出计划。", "Left out of the programme."),
    ),
    Rule("A74", CLAUSE_3_10, "build", holds("in_time"), Text("按期建设。", "Built in time.")),
    Rule(
        "no_capacity", CLAUSE_3_10, "defer", lambda f: ~f["built"].astype("boolean"),
        Text("污水厂没有富余能力。", "No treatment is left."),
    ),
)  # fmt: skip
BEYOND_BUDGET = Rule(
    "budget", CLAUSE_3_10, "defer", holds("in_time"), Text("超出预算。", "Beyond the budget.")
)


@dataclass(frozen=True)
class Priority:
    """In which order new sewers are built.

    Parameters
    ----------
    pipes : GeoDataFrame
        New pipes by `pipe_id` with `PRIORITY_COLUMNS`, the first to build first; sums count what
        is built, not what lacks treatment.
    packages : DataFrame
        Stretches that belong together, by `package_id`: `CURVE_COLUMNS`; read down it is the
        curve of people over kilometres, `people_per_km` its slope.
    """

    pipes: gpd.GeoDataFrame
    packages: pd.DataFrame


def put_in_order(
    pipes: gpd.GeoDataFrame,
    connections: pd.DataFrame,
    spare_m3_d: pd.Series,
    parameters: PriorityParameters,
) -> Priority:
    """Say which pipes to build first and in which year."""
    # W. A. Horn (1972), see `nngis.solvers.tree.order`.
    if pipes.empty:
        return Priority(
            gpd.GeoDataFrame(columns=[*PRIORITY_COLUMNS], geometry=[], crs=pipes.crs).rename_axis(
                "pipe_id"
            ),
            pd.DataFrame(columns=list(CURVE_COLUMNS)).rename_axis("package_id"),
        )
    sums = connections.dropna(subset=["pipe_id"]).groupby("pipe_id")
    people = sums["people"].sum().reindex(pipes.index, fill_value=0.0).to_numpy(float)
    flow = sums["mean_flow_l_s"].sum().reindex(pipes.index, fill_value=0.0).to_numpy(float)
    new = pipes["kind"].ne("existing").to_numpy()
    length = np.where(new, pipes["length_m"], 0.0)
    money = np.where(new, pipes["cost_yuan"], 0.0)
    by_money = parameters.build_yuan_per_year is not None
    parent = below(pipes)
    found = build_order(parent, money if by_money else length, people)
    load = flow * SECONDS_D / LITRES_M3
    room = spare_m3_d.reindex(pipes["wwtp_id"]).to_numpy(float)
    package = _packages(pipes.index.to_numpy(object)[found.order], found.stage[found.order])
    out = _left_out(found.order, parent, np.isin(package, parameters.left_out_packages))
    mine = found.order[~out]
    fits = _fits(mine, load, pipes["wwtp_id"].to_numpy(object), room)
    order = np.concatenate([mine[fits], mine[~fits], found.order[out]])
    built = np.arange(len(order)) < fits.sum()
    table = pipes.iloc[order][["wwtp_id", "length_m", "geometry"]].copy()
    table["cost_yuan"], table["length_m"] = money[order], length[order]
    for name, values in (
        ("total_km", length / M_PER_KM),
        ("cost_total_yuan", money),
        ("people_total", people),
    ):
        table[name] = np.where(built, values[order], 0.0).cumsum()
    table["people"] = people[order]
    spent = table["cost_total_yuan"] if by_money else table["total_km"]
    yearly = parameters.build_yuan_per_year or parameters.build_km_per_year or np.inf
    turn = np.maximum(np.ceil(spent.to_numpy() / yearly - WATCHED), 1).astype(int)
    in_time = built & (turn <= parameters.build_years)
    year = pd.array(parameters.build_from_year + turn - 1, dtype="Int64")
    table["build_year"] = pd.Series(year, table.index).where(in_time)
    left_out = np.arange(len(order)) >= len(mine)
    facts = pd.DataFrame(
        {"in_time": in_time, "built": built, LEFT_OUT: left_out}, index=table.index
    )
    found_by = decide(facts, ORDER_RULES, BEYOND_BUDGET)
    table["decision"] = found_by["decision"]
    table["defer_reason"] = found_by["rule"].astype(object).mask(in_time, None)
    named = np.empty(len(pipes), dtype=object)
    named[found.order] = package
    table["package_id"] = named[order]
    table = table[new[order]]
    table["rank"] = np.arange(1, len(table) + 1)
    packages = _curve(table)
    table["people_per_km"] = table["package_id"].map(packages["people_per_km"])
    return Priority(table[[*PRIORITY_COLUMNS, "geometry"]], packages)


def below(pipes: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Find the pipe that each flows into; -1 where it ends at a plant."""
    at = pd.Index(pipes["from_manhole"]).get_indexer(pd.Index(pipes["to_manhole"]))
    return np.asarray(at, dtype=np.intp)


def _fits(
    order: npt.NDArray[np.int64],
    load: Floats,
    plant: Objects,
    room: Floats,
) -> Bools:
    """Say which of the pipes, in their order, bring a plant no more than it has left."""
    frame = pd.DataFrame({"plant": plant[order], "load": load[order]})
    total = frame.groupby("plant")["load"].cumsum().to_numpy()
    over = (total > room[order] * (1 + WATCHED)) & (load[order] > 0)
    # Once a plant is full, nothing further is led to it: later pipes would wait for earlier ones.
    full: Bools = pd.Series(over).groupby(frame["plant"]).cummax().to_numpy(dtype=bool)
    return ~full


def _left_out(order: npt.NDArray[np.int64], parent: npt.NDArray[np.intp], off: Bools) -> Bools:
    """Say which pipes, in their order, are left out, or flow through one that is."""
    out = np.zeros(len(order), dtype=bool)
    out[order] = off
    # A pipe comes after what it flows into.
    for at in order if off.any() else ():
        out[at] |= parent[at] >= 0 and out[parent[at]]
    found: Bools = out[order]
    return found


def _packages(pipes: Objects, stage: npt.NDArray[np.int64]) -> Objects:
    """Name packages by the pipe that is built first in each, which stays while the design does."""
    first = pd.Series(pipes).groupby(stage).transform("first")
    return np.asarray("K-" + first.astype(str), dtype=object)


def _curve(pipes: pd.DataFrame) -> pd.DataFrame:
    built = pipes[pipes["defer_reason"].ne("no_capacity").fillna(value=True)]
    groups = built.groupby("package_id", sort=False)
    out = groups.agg(
        wwtp_id=("wwtp_id", "first"),
        build_year=("build_year", "last"),
        length_km=("length_m", "sum"),
        cost_yuan=("cost_yuan", "sum"),
        people=("people", "sum"),
        total_km=("total_km", "last"),
        cost_total_yuan=("cost_total_yuan", "last"),
        people_total=("people_total", "last"),
    )
    out["length_km"] /= M_PER_KM
    out["people_per_km"] = out["people"] / out["length_km"].where(out["length_km"] > 0)
    return out[list(CURVE_COLUMNS)]


def people_within(packages: pd.DataFrame, budget_km: float) -> float:
    """Read the curve: how many people a budget joins, packages that are whole.

    Examples
    --------
    >>> curve = pd.DataFrame({"total_km": [1.0, 3.0], "people_total": [50.0, 90.0]})
    >>> [people_within(curve, km) for km in (0.5, 1.0, 2.9, 9.0)]
    [0.0, 50.0, 50.0, 90.0]
    """
    done = packages.loc[packages["total_km"] <= budget_km + WATCHED, "people_total"]
    return float(done.iloc[-1]) if len(done) else 0.0
