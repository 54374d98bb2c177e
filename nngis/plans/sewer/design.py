"""From demand, streets, ground and plants to sewers: the one way into the design engine."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nngis.errors import Problem
from nngis.kernel.raster import Grid
from nngis.plans.sewer.chains import Spacing
from nngis.plans.sewer.code import rule
from nngis.plans.sewer.compliance import check_pipes
from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.plans.sewer.existing import keep_sewers, parts_of
from nngis.plans.sewer.layout import Arcs, arcs_of, climbs_m, crossings, route
from nngis.plans.sewer.network import Network, lay_pipes
from nngis.plans.sewer.prices import Prices, Sizes, manhole_yuan, pipe_yuan_m, prices
from nngis.plans.sewer.profile import Laid, lay_profile
from nngis.plans.sewer.streets import Streets, lay_streets
from nngis.plans.sewer.tables import (
    Names,
    manhole_table,
    name_all,
    pipe_table,
    spent_yuan,
    station_table,
)
from nngis.plans.sewer.terrain import Terrain, read_terrain

Floats = npt.NDArray[np.float64]
SECONDS_D = 86_400.0
LITRES_M3 = 1000.0
CLIMB_YUAN_M = (40_000.0, 10_000.0, 120_000.0)
"""What a metre of climb is taken to cost in the first rounds [yuan]: a lift station for the depth
that pipes may have is some 70,000 a metre; deeper trenches downstream cost less."""
TRIED_SHARE = 0.5
"""How far a street's price moves towards what it cost when it was designed."""


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
        street, `people`, `mean_flow_l_s`; ids are missing where it is not joined.
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


@dataclass(frozen=True, eq=False)
class _Case:
    """All that stays the same from round to round."""

    streets: Streets
    arcs: Arcs
    terrain: Terrain
    sewers: gpd.GeoDataFrame
    crossing_yuan: Floats
    flow_l_s: Floats
    capacity_m3_d: Floats
    parameters: DesignParameters
    table: Prices


@dataclass(frozen=True, eq=False)
class _Round:
    """One layout, designed."""

    network: Network
    laid: Laid
    cost_yuan: float
    problems: tuple[Problem, ...]


def design(
    demand: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    elevation: Grid,
    plants: gpd.GeoDataFrame,
    parameters: DesignParameters,
    *,
    sewers: gpd.GeoDataFrame | None = None,
    rivers: gpd.GeoDataFrame | None = None,
    railways: gpd.GeoDataFrame | None = None,
) -> SewerDesign:
    """Design sewers from demands along roads to treatment plants.

    Parameters
    ----------
    demand : GeoDataFrame
        Points or areas, indexed by their ids; `population` where known [people], and
        `persons_per_building` where not.
    roads : GeoDataFrame
        Lines that sewers may follow.
    elevation : Grid
        Heights of the ground [m].
    plants : GeoDataFrame
        Points, indexed by their ids; `capacity_m3_d` where known [m3/d].
    parameters : DesignParameters
        What is assumed.
    sewers : GeoDataFrame, optional
        Existing sewers, drawn the way they flow, with `diameter_mm`, `invert_up_m` and
        `invert_down_m`; those without usable values are replaced where they are needed.
    rivers, railways : GeoDataFrame, optional
        Lines or areas that a pipe crosses at a cost only.

    Returns
    -------
    SewerDesign
        Tables, figures, problems.

    Raises
    ------
    LayerError
        If there is no road or no height at all, or layers are not in one plane in metres.
    InfeasibleError
        If no demand can be joined to a plant.

    Notes
    -----
    Streets are chosen by a directed Steiner tree whose costs rise with the climb, diameters and
    levels by dynamic programming on that tree. Rounds differ in what climbing is taken to cost,
    and then take the prices that the design found; the cheapest design stands.
    """
    table = prices()
    kept_sewers, problems = keep_sewers(sewers, roads)
    old_ways = kept_sewers.ways
    ways = roads if old_ways is None else pd.concat([roads[["geometry"]], old_ways[["geometry"]]])
    demand_xy, plant_xy = _points(demand), _points(plants)
    people = _people(demand, parameters)
    flow = people * parameters.water_l_head_d * parameters.sewage_share / SECONDS_D
    streets = lay_streets(demand_xy, plant_xy, ways, kept_sewers.good, parameters)
    bounds = _bounds(streets.xy, streets.shapes.xy)
    terrain = read_terrain(elevation, bounds, kept_sewers.good)
    crossing = np.zeros(len(streets.tail))
    for barriers, name in ((rivers, "river_yuan"), (railways, "railway_yuan")):
        crossing += crossings(streets, barriers) * float(table.crossing[name])
    capacity = _numbers(plants, "capacity_m3_d")
    case = _Case(
        streets,
        arcs_of(streets),
        terrain,
        kept_sewers.good,
        crossing,
        flow,
        np.where(np.isnan(capacity), np.inf, capacity),
        parameters,
        table,
    )
    best = _best_round(case)
    names = name_all(
        best.network, plants.index.to_numpy(object), kept_sewers.good.index.to_numpy(object)
    )
    problems = (*problems, *streets.problems, *terrain.problems, *best.problems)
    return _written(case, best, names, (demand.index, people), problems)


def _best_round(case: _Case) -> _Round:
    """Design layouts at several prices of climbing and of streets; keep the cheapest."""
    streets, parameters = case.streets, case.parameters
    ground = case.terrain.at(streets.xy)
    climb = climbs_m(streets, ground, float(rule("min_slope").at(300.0)))
    flat = streets.length_m * _street_yuan_m(case.table, parameters)
    edge_cost = flat + climb * CLIMB_YUAN_M[0] + case.crossing_yuan
    best, best_cost = _one_round(case, edge_cost), edge_cost
    for number in range(1, parameters.layout_rounds):
        if number < len(CLIMB_YUAN_M):
            edge_cost = flat + climb * CLIMB_YUAN_M[number] + case.crossing_yuan
        else:
            edge_cost = _as_designed(case, best, best_cost)
        tried = _one_round(case, edge_cost)
        if tried.cost_yuan < best.cost_yuan:
            best = tried
        if tried is best or number < len(CLIMB_YUAN_M):
            best_cost = edge_cost if tried is best else best_cost
        else:
            best_cost = (best_cost + edge_cost) / 2.0
    return best


def _one_round(case: _Case, edge_cost: Floats) -> _Round:
    """Lay out and design at given prices of the edges."""
    parameters, streets = case.parameters, case.streets
    load = np.zeros(len(streets.xy))
    joined = streets.demand_node >= 0
    daily = case.flow_l_s[joined] * SECONDS_D / LITRES_M3
    np.add.at(load, streets.demand_node[joined], daily)
    trees, problems = route(streets, case.arcs, edge_cost, load, case.capacity_m3_d)
    spacing = Spacing(
        float(rule("manhole_spacing_m").value.min()),
        parameters.course_tolerance_m,
        parameters.terrain_tolerance_m,
    )
    network = lay_pipes(streets, trees, case.terrain, case.flow_l_s, spacing)
    kept = parts_of(network, case.sewers)
    laid = lay_profile(network, kept, parameters, case.table)
    cost = laid.profile.cost + float(case.crossing_yuan[np.unique(network.edge)].sum())
    return _Round(network, laid, cost, problems)


def _street_yuan_m(table: Prices, parameters: DesignParameters) -> float:
    """Price a metre of the smallest sewer at its least depth, manholes included."""
    least = Sizes(*(one[:1] for one in vars(table.sizes).values()))
    shell = (least.diameter_mm[0] + least.wall_mm[0]) / 1000.0
    depth = parameters.min_cover_m + shell
    apart = float(rule("manhole_spacing_m").value.min())
    manhole = manhole_yuan(least.diameter_mm, depth, table)
    return float((pipe_yuan_m(least, depth, table) + manhole / apart)[0])


def _as_designed(case: _Case, best: _Round, edge_cost: Floats) -> Floats:
    """Move the prices of the streets used towards what they cost when designed."""
    network, streets = best.network, case.streets
    new = streets.sewer[network.edge] < 0
    edge, chain = network.edge[new], network.edge_chain[new]
    yuan = np.bincount(network.chain, weights=_spent(best, case.table, case.parameters))
    length = np.bincount(network.chain, weights=network.length_m)
    real = (yuan / length)[chain] * streets.length_m[edge] + case.crossing_yuan[edge]
    moved = edge_cost.copy()
    moved[:, edge] += TRIED_SHARE * (np.maximum(real, 0.0) - moved[:, edge])
    return moved


def _spent(best: _Round, table: Prices, parameters: DesignParameters) -> Floats:
    """Give what each pipe costs with its upper manhole and its lift station [yuan]."""
    share = parameters.infiltration_share
    return spent_yuan(best.network, best.laid, table, infiltration_share=share)


def _written(
    case: _Case,
    best: _Round,
    names: Names,
    people: tuple[pd.Index, Floats],
    problems: tuple[Problem, ...],
) -> SewerDesign:
    """Write a design as tables."""
    network, laid, table, parameters = best.network, best.laid, case.table, case.parameters
    crs = case.streets.crs
    pipes = pipe_table(network, laid, names, table, roughness_n=parameters.roughness_n, crs=crs)
    stations = station_table(
        network, laid, names, table, infiltration_share=parameters.infiltration_share, crs=crs
    )
    manholes = manhole_table(network, laid, pipes, names, table)
    compliance = check_pipes(pipes, roughness_n=parameters.roughness_n)
    connections = _connections(case, network, names, people)
    figures = _figures(pipes, manholes, stations, compliance, connections)
    crossing = float(case.crossing_yuan[np.unique(network.edge)].sum())
    figures |= {
        "crossing_yuan": crossing,
        "total_yuan": figures["pipes_yuan"]
        + figures["manholes_yuan"]
        + figures["lift_stations_yuan"]
        + crossing,
    }
    problems = (*problems, *_told(case, network))
    return SewerDesign(pipes, manholes, stations, compliance, connections, figures, problems)


def _connections(
    case: _Case, network: Network, names: Names, people: tuple[pd.Index, Floats]
) -> pd.DataFrame:
    """Say where each demand joins."""
    index, persons = people
    n, at = len(network.down), network.demand_pipe
    joined, in_pipe = at >= 0, (at >= 0) & (at < n)
    manhole, pipe, plant = (np.full(len(at), None, object) for _ in range(3))
    manhole[joined] = names.manhole[at[joined]]
    pipe[in_pipe] = names.pipe[at[in_pipe]]
    plant[joined] = names.plant[network.plant_of[at[joined]]]
    return pd.DataFrame(
        {
            "manhole_id": manhole,
            "pipe_id": pipe,
            "wwtp_id": plant,
            "length_m": np.where(joined, case.streets.demand_off_m, np.nan),
            "people": persons,
            "mean_flow_l_s": case.flow_l_s,
        },
        index=index,
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
        "manholes_yuan": float(manholes["cost_yuan"].sum()),
        "lift_stations_yuan": float(stations["cost_yuan"].sum()),
        "clauses_failed": float(results.get("fail", 0)),
        "clauses_exempt": float(results.get("exempt", 0)),
    }


def _told(case: _Case, network: Network) -> list[Problem]:
    """Say what a reader must know of this design: demands left out, ground not known."""
    problems = []
    far = int((case.streets.demand_node < 0).sum())
    if far:
        within = case.parameters.connect_within_m
        problems.append(
            Problem(
                f"{far} 个需求点离道路超过 {within:g} m，未接入；"
                "请补充道路或放宽 connect_within_m。",
                f"{far} demands are farther than {within:g} m from a road and are not joined; "
                "complete the roads or raise connect_within_m.",
                where="demand",
            )
        )
    lost = ~case.terrain.is_known(network.xy[: len(network.down)])
    if lost.any():
        problems.append(
            Problem(
                f"{int(lost.sum())} 个检查井处高程缺失，取最近已知高程；这些管段需实测后复核。",
                f"At {int(lost.sum())} manholes the elevation is missing and that of the nearest "
                "known cell is taken; survey them before use.",
                where="elevation",
            )
        )
    return problems


def _points(layer: gpd.GeoDataFrame) -> Floats:
    shapes = layer.geometry.to_numpy()
    points = np.full((len(shapes), 2), np.nan)
    placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    points[placed] = shapely.get_coordinates(shapely.point_on_surface(shapes[placed]))
    return points


def _bounds(*points: Floats) -> tuple[float, float, float, float]:
    every = np.concatenate(points)
    west, south = np.nanmin(every, axis=0)
    east, north = np.nanmax(every, axis=0)
    return float(west), float(south), float(east), float(north)


def _numbers(layer: gpd.GeoDataFrame, name: str) -> Floats:
    if name not in layer:
        return np.full(len(layer), np.nan)
    numbers: Floats = pd.to_numeric(layer[name], errors="coerce").to_numpy(float, na_value=np.nan)
    return numbers


def _people(demand: gpd.GeoDataFrame, parameters: DesignParameters) -> Floats:
    """Take people as given; where there are none given, a building's share."""
    people = _numbers(demand, "population")
    return np.where(np.isnan(people), parameters.persons_per_building, people)
