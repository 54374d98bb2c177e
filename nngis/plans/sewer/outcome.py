"""A finished design: its tables, its sums, and what a reader must know of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Floats
from nngis.errors import Problem
from nngis.plans.sewer.compliance import check_pipes
from nngis.plans.sewer.names import Names
from nngis.plans.sewer.network import SewerNetwork
from nngis.plans.sewer.rounds import LITRES_M3, SECONDS_D, Case, Round
from nngis.plans.sewer.stations import station_table
from nngis.plans.sewer.tables import manhole_table, pipe_table
from nngis.text import counted

SHOWN = 3


@dataclass(frozen=True, eq=False)
class SewerDesign:
    """A designed network.

    Parameters
    ----------
    pipes, manholes, lift_stations : GeoDataFrame
        See `pipe_table`, `manhole_table`, `station_table`; in the work CRS.
    compliance : DataFrame
        Every clause against every pipe, see `check_pipes`.
    connections : DataFrame
        Indexed by demand: `manhole_id` and `pipe_id` it joins, `wwtp_id`, `length_m` to the
        sewer, `spare_fall_m` (by how much a connection at the usual cover and slope comes in
        over the crown of the pipe; below 0 it needs a pump or a deeper sewer),
        `people`, `mean_flow_l_s`; ids are missing where it is not joined.
    figures : mapping of str to float
        Sums: lengths, counts, costs, people, flow.
    problems : tuple of Problem
        What was wrong with the input, and what was done about it; the rest is designed.
    """

    pipes: gpd.GeoDataFrame
    manholes: gpd.GeoDataFrame
    lift_stations: gpd.GeoDataFrame
    compliance: pd.DataFrame
    connections: pd.DataFrame
    figures: Mapping[str, float]
    problems: tuple[Problem, ...]


def write_design(
    case: Case,
    best: Round,
    names: Names,
    people: pd.Series,
    crossing_yuan: Floats,
    *,
    problems: tuple[Problem, ...],
) -> SewerDesign:
    """Write a design as tables, with its sums and what a reader must know."""
    network, laid, table, parameters = best.network, best.laid, case.table, case.parameters
    crs = case.streets.crs
    pipes = pipe_table(network, laid, names, table, roughness_n=parameters.roughness_n, crs=crs)
    crossing = pd.Series(crossing_yuan, names.pipe).reindex(pipes.index)
    pipes["cost_yuan"] += crossing
    pipes.insert(pipes.columns.get_loc("cost_yuan"), "crossing_yuan", crossing)
    stations = station_table(
        network, laid, names, table, infiltration_share=parameters.infiltration_share, crs=crs
    )
    manholes = manhole_table(network, laid, pipes, names, table)
    compliance = check_pipes(
        pipes, roughness_n=parameters.roughness_n, accuracy_m=parameters.road_accuracy_m
    )
    connections = _connections(case, best, names, people)
    figures = _figures(pipes, manholes, stations, compliance, connections)
    figures["total_yuan"] = sum(
        figures[name] for name in ("pipes_yuan", "manholes_yuan", "lift_stations_yuan")
    )
    problems = (
        *problems,
        *_told(case, network, names, connections),
        *_far_plants(case, names),
        *_high_plants(network, names),
        *_crossed(pipes),
    )
    return SewerDesign(pipes, manholes, stations, compliance, connections, figures, problems)


def _connections(case: Case, best: Round, names: Names, people: pd.Series) -> pd.DataFrame:
    """Say where each demand joins, and whether it can fall there."""
    network, off_m = best.network, case.streets.demand_off_m
    n, at = len(network.down), network.demand_pipe
    joined, in_pipe = at >= 0, (at >= 0) & (at < n)
    manhole, pipe, plant = (np.full(len(at), None, object) for _ in range(3))
    manhole[joined] = names.manhole[at[joined]]
    pipe[in_pipe] = names.pipe[at[in_pipe]]
    plant[joined] = names.plant[network.plant_of[at[joined]]]
    # A rising main is fed by its station, whose well is as deep as need be.
    of_pipe, profile = np.where(in_pipe, at, 0), best.laid.profile
    up, low = (best.laid.height_m(level)[of_pipe] for level in (profile.up, profile.down))
    crown = up + network.demand_share * (low - up)
    # Along a rising main a house's own pipe goes back to the station.
    back_m = np.where(
        in_pipe & profile.rising[of_pipe], network.demand_share * network.length_m[of_pipe], 0.0
    )
    return pd.DataFrame(
        {
            "manhole_id": manhole,
            "pipe_id": pipe,
            "wwtp_id": plant,
            "length_m": np.where(joined, off_m + back_m, np.nan),
            "spare_fall_m": np.where(in_pipe, case.house_crown_m - crown, np.nan),
            "people": people,
            "mean_flow_l_s": case.flow_l_s,
        },
        index=people.index,
    )


def _figures(
    pipes: gpd.GeoDataFrame,
    manholes: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    compliance: pd.DataFrame,
    connections: pd.DataFrame,
) -> dict[str, float]:
    """Add up what a reader asks first."""
    length = pipes.groupby("kind")["length_m"].sum()
    joined = connections["manhole_id"].notna()
    results = compliance["result"].value_counts()
    return {
        "gravity_km": float(length.get("gravity", 0.0)) / LITRES_M3,
        "rising_main_km": float(length.get("rising_main", 0.0)) / LITRES_M3,
        "existing_km": float(length.get("existing", 0.0)) / LITRES_M3,
        "connections_km": float(connections.loc[joined, "length_m"].sum()) / LITRES_M3,
        "pipes": float(len(pipes)),
        "manholes": float(len(manholes)),
        "lift_stations": float(len(stations)),
        "people_served": float(connections.loc[joined, "people"].sum()),
        "people_not_served": float(connections.loc[~joined, "people"].sum()),
        "mean_flow_m3_d": float(connections.loc[joined, "mean_flow_l_s"].sum())
        * SECONDS_D
        / LITRES_M3,
        "pipes_yuan": float(pipes["cost_yuan"].sum()),
        "crossing_yuan": float(pipes["crossing_yuan"].sum()),
        "manholes_yuan": float(manholes["cost_yuan"].sum()),
        "lift_stations_yuan": float(stations["cost_yuan"].sum()),
        "clauses_failed": float(results.get("fail", 0)),
        "clauses_exempt": float(results.get("exempt", 0)),
    }


def _told(
    case: Case, network: SewerNetwork, names: Names, connections: pd.DataFrame
) -> list[Problem]:
    """Say what a reader must know of this design: demands left out, ground not known."""
    problems = []
    far = connections.index[case.streets.demand_node < 0]
    if len(far):
        within = case.parameters.connect_within_m
        problems.append(
            Problem(
                f"{len(far)} 个需求点离道路超过 {within:g} m，未接入；"
                "请补充道路或放宽 connect_within_m。",
                f"{counted(len(far), 'demand', 'are')} farther than {within:g} m from a road, so "
                "not joined; complete the roads or raise connect_within_m.",
                where="demand",
                ids=far,
            )
        )
    lost = ~case.terrain.is_known(network.xy[: len(network.down)])
    if lost.any():
        problems.append(
            Problem(
                f"{int(lost.sum())} 个检查井处高程缺失，取最近已知高程；这些管段需实测后复核。",
                f"At {counted(int(lost.sum()), 'manhole')} the elevation is missing and that of "
                "the nearest known cell is taken; survey them before use.",
                where="manholes",
                ids=names.manhole[np.flatnonzero(lost)],
            )
        )
    low = connections.index[connections["spare_fall_m"] < 0]
    if len(low):
        problems.append(
            Problem(
                f"{len(low)} 个需求点按接户管坡度排不进管道（见 spare_fall_m），"
                "需加深管道或户内提升。",
                f"{counted(len(low), 'demand')} cannot fall into the sewer at the slope of a "
                "connection (see spare_fall_m); they need a deeper sewer or pumps of their own.",
                where="demand",
                ids=low,
            )
        )
    return problems


def _far_plants(case: Case, names: Names) -> list[Problem]:
    """Name plants that no street comes near."""
    far = names.plant[case.streets.plant_node < 0]
    if not len(far):
        return []
    within = case.parameters.plant_within_m
    shown = [str(name) for name in far[:SHOWN]]
    return [
        Problem(
            f"{len(far)} 座污水厂没有位置或离道路超过 {within:g} m，未使用，"
            f"例如 {'、'.join(shown)}；请补充道路或放宽 plant_within_m。",
            f"{counted(len(far), 'plant', 'have')} no place, or none within {within:g} m of a "
            f"road: not used, for example {', '.join(shown)}; complete the roads or raise "
            "plant_within_m.",
            where="treatment_plants",
            ids=far,
        )
    ]


def _high_plants(network: SewerNetwork, names: Names) -> list[Problem]:
    """Name plants that lie above all that flows to them."""
    n = len(network.down)
    highest = np.full(len(names.plant), -np.inf)
    loaded = np.flatnonzero(network.own_flow_l_s > 0)
    np.maximum.at(highest, network.plant_of[loaded], network.ground_m[loaded])
    ground = network.ground_m[n:]
    return [
        Problem(
            f"污水厂 {names.plant[at]} 地面 {ground[at]:.1f} m，高于其全部需求点"
            f"（最高 {highest[at]:.1f} m），污水须全部提升；请核对厂址与高程。",
            f"Plant {names.plant[at]} lies at {ground[at]:.1f} m, above all its demand (at most "
            f"{highest[at]:.1f} m), so everything is lifted; see whether its place and the "
            "elevation are right.",
            where="treatment_plants",
            ids=[names.plant[at]],
        )
        for at in np.flatnonzero(np.isfinite(highest) & (ground > highest))
    ]


def _crossed(pipes: gpd.GeoDataFrame) -> list[Problem]:
    """Name the pipes that pass under a river or a railway."""
    at = pipes.index[pipes["crossing_yuan"] > 0]
    if at.empty:
        return []
    some = [str(name) for name in at[:SHOWN]]
    return [
        Problem(
            f"{len(at)} 段管道穿越河流或铁路，已计穿越费用，例如 {'、'.join(some)}；河床低于管底处"
            "须做倒虹管，本设计不含其水力计算。",
            f"{counted(len(at), 'pipe', 'pass')} under rivers or railways, at a price, for example "
            f"{', '.join(some)}; where the bed lies below the pipe it takes a siphon, which is not "
            "designed here.",
            where="pipes",
        )
    ]
