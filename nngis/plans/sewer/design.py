"""From demand, streets, ground and plants to sewers: the one way into the design engine."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.arrays import Bools, Floats, Objects
from nngis.grid import Grid
from nngis.network.graph.shapes import lines_of
from nngis.plans.sewer.code import limit
from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.plans.sewer.existing import KeptSewers, keep_sewers, overfull, told_relieved
from nngis.plans.sewer.joint import search_layouts
from nngis.plans.sewer.layout import arcs_of, crossings
from nngis.plans.sewer.names import name_all
from nngis.plans.sewer.outcome import SewerDesign, write_design
from nngis.plans.sewer.prices import prices
from nngis.plans.sewer.quota import water_l_head_d
from nngis.plans.sewer.rounds import SECONDS_D, Case, best_round
from nngis.plans.sewer.streets import lay_streets
from nngis.plans.sewer.terrain import read_terrain

__all__ = ["SewerDesign", "design"]


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
    """Design sewers from demands along roads to treatment plants."""
    # Streets are chosen by a directed Steiner tree whose costs rise with the climb, diameters and
    # levels by dynamic programming on that tree. Rounds differ in what climbing is taken to cost,
    # and then take the prices that the design found; the cheapest design stands, and is searched
    # around street by street where moves are asked for. Existing sewers that what joins them would
    # overfill are left to those who are on them; pipes may be laid beside them, from the first.
    people = _people(demand, parameters)
    used = water_l_head_d(demand, parameters).to_numpy(float)
    flow = people * used * parameters.sewage_share / SECONDS_D
    given = _Given(demand, roads, elevation, plants, flow, rivers, railways, parameters)
    kept, problems = keep_sewers(sewers, roads)
    case = _case(given, kept)
    found = best_round(case)
    relieved: list[object] = []
    while (full := overfull(found[0].network, kept.good, parameters)).any():
        relieved += list(kept.good.index[full])
        kept = kept.without(full)
        case = _case(given, kept)
        found = best_round(case)
    best = search_layouts(case, *found, parameters.layout_moves)
    names = name_all(best.network, plants.index.to_numpy(object), kept.good.index.to_numpy(object))
    network = best.network
    order = {"demand": demand.index, "treatment_plants": plants.index}
    routed = [replace(one, ids=order[one.where][list(one.ids)]) for one in best.problems]
    problems = (
        *problems,
        *told_relieved(relieved),
        *case.streets.problems,
        *case.terrain.problems,
        *routed,
    )
    exists = network.sewer >= 0
    # What a manhole stands on was crossed by the pipe that leads to it.
    begins = shapely.get_point(network.line, 0)
    crossing = given.crossing_yuan(network.line, exists) - given.crossing_yuan(begins, exists)
    served = pd.Series(people, demand.index)
    return write_design(case, best, names, served, crossing, problems=problems)


@dataclass(frozen=True, eq=False)
class _Given:
    """What a design is made of, apart from the sewers that exist."""

    demand: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    elevation: Grid
    plants: gpd.GeoDataFrame
    flow_l_s: Floats
    rivers: gpd.GeoDataFrame | None
    railways: gpd.GeoDataFrame | None
    parameters: DesignParameters

    def crossing_yuan(self, lines: Objects, exists: Bools) -> Floats:
        """Price the rivers and railways that lines cross."""
        cost = np.zeros(len(lines))
        for layer, name in ((self.rivers, "river_yuan"), (self.railways, "railway_yuan")):
            cost += crossings(lines, layer, exists) * float(prices().crossing[name])
        return cost


def _case(given: _Given, kept: KeptSewers) -> Case:
    """Lay out the streets and the ground on which all rounds are designed."""
    roads, parameters = given.roads, given.parameters
    ways = roads if kept.ways is None else pd.concat([roads[["geometry"]], kept.ways[["geometry"]]])
    demand_xy = _points(given.demand)
    streets = lay_streets(demand_xy, _points(given.plants), ways, kept.good, parameters)
    bounds = _bounds(streets.xy, streets.shapes.xy, demand_xy[streets.demand_node >= 0])
    terrain = read_terrain(given.elevation, bounds, kept.good)
    capacity = _numbers(given.plants, "capacity_m3_d")
    return Case(
        streets,
        arcs_of(streets),
        terrain,
        kept.good,
        given.crossing_yuan(lines_of(streets.shapes), streets.sewer >= 0),
        given.flow_l_s,
        terrain.at(demand_xy)
        - parameters.connection_cover_m
        - limit("connection_slope") * streets.demand_off_m,
        terrain.at(streets.xy[streets.demand_node]),
        np.where(np.isnan(capacity), np.inf, capacity),
        parameters,
        prices(),
    )


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
