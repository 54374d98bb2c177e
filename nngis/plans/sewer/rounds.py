"""Rounds of laying out and pricing: layouts at several prices of climbing, the cheapest kept."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from nngis.arrays import Floats
from nngis.errors import Problem
from nngis.plans.sewer.chains import Spacing
from nngis.plans.sewer.code import rule
from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.plans.sewer.existing import parts_of
from nngis.plans.sewer.layout import Arcs, climbs_m, route
from nngis.plans.sewer.network import SewerNetwork, lay_pipes
from nngis.plans.sewer.prices import Prices, Sizes, manhole_yuan, pipe_yuan_m
from nngis.plans.sewer.profile import Laid, lay_profile
from nngis.plans.sewer.streets import Streets
from nngis.plans.sewer.tables import spent_yuan
from nngis.plans.sewer.terrain import Terrain

SECONDS_D = 86_400.0
LITRES_M3 = 1000.0
CLIMB_YUAN_M = (40_000.0, 120_000.0, 20_000.0)
"""What a metre of climb is taken to cost in the first rounds [yuan]: a lift station for the depth
that pipes may have is some 70,000 a metre; deeper trenches downstream cost less."""
TRIED_SHARE = 0.5
"""How far a street's price moves towards what it cost when it was designed."""


@dataclass(frozen=True, eq=False)
class Case:
    """What stays the same from round to round.

    Parameters
    ----------
    streets : Streets
        Where pipes may run.
    arcs : Arcs
        Both directions of every street.
    terrain : Terrain
        The ground.
    sewers : GeoDataFrame
        The existing sewers that are kept.
    crossing_yuan : (e,) float array
        What each street edge costs for the rivers and railways it crosses [yuan].
    flow_l_s : (d,) float array
        Mean flow of each demand [L/s].
    house_crown_m, joint_ground_m : (d,) float array
        Highest crown that the connection of each demand can fall to at the street, and the ground
        there [m].
    capacity_m3_d : (p,) float array
        Capacity of each plant [m3/d]; inf where unknown.
    parameters : DesignParameters
        What is assumed.
    table : Prices
        Prices.
    """

    streets: Streets
    arcs: Arcs
    terrain: Terrain
    sewers: gpd.GeoDataFrame
    crossing_yuan: Floats
    flow_l_s: Floats
    house_crown_m: Floats
    joint_ground_m: Floats
    capacity_m3_d: Floats
    parameters: DesignParameters
    table: Prices


@dataclass(frozen=True, eq=False)
class Round:
    """One layout, designed.

    Parameters
    ----------
    network : SewerNetwork
        Its pipes.
    laid : Laid
        Their diameters and levels.
    cost_yuan : float
        What it costs, crossings included [yuan].
    problems : tuple of Problem
        Demands that no way leads from, plants that are too small.
    """

    network: SewerNetwork
    laid: Laid
    cost_yuan: float
    problems: tuple[Problem, ...]


def best_round(case: Case) -> tuple[Round, Floats]:
    """Design layouts at several prices of climbing and of streets; keep the cheapest, and these."""
    streets, parameters = case.streets, case.parameters
    ground = case.terrain.at(streets.xy)
    climb = climbs_m(streets, ground, float(rule("min_slope").at(300.0)))
    flat = streets.length_m * _street_yuan_m(case.table, parameters) + case.crossing_yuan
    best_cost = flat + climb * CLIMB_YUAN_M[0]
    best = one_round(case, best_cost)
    for number in range(1, parameters.layout_rounds):
        if number < len(CLIMB_YUAN_M):
            edge_cost = flat + climb * CLIMB_YUAN_M[number]
        else:
            best_cost = edge_cost = _as_designed(case, best, best_cost)
        tried = one_round(case, edge_cost)
        if tried.cost_yuan < best.cost_yuan:
            best, best_cost = tried, edge_cost
    return best, best_cost


def one_round(case: Case, edge_cost: Floats) -> Round:
    """Lay out and design at given prices of the edges."""
    parameters, streets = case.parameters, case.streets
    load = np.zeros(len(streets.xy))
    joined = streets.demand_node >= 0
    daily = case.flow_l_s[joined] * (1 + parameters.infiltration_share) * SECONDS_D / LITRES_M3
    np.add.at(load, streets.demand_node[joined], daily)
    trees, problems = route(streets, case.arcs, edge_cost, load, case.capacity_m3_d)
    spacing = Spacing(
        float(rule("manhole_spacing_m").value.min()),
        parameters.course_tolerance_m,
        parameters.terrain_tolerance_m,
    )
    network = lay_pipes(streets, trees, case.terrain, case.flow_l_s, spacing)
    kept = parts_of(network, case.sewers)
    laid = lay_profile(network, kept, _house_crowns(case, network), parameters, case.table)
    cost = laid.profile.cost + float(case.crossing_yuan[np.unique(network.edge)].sum())
    return Round(network, laid, cost, problems)


def _house_crowns(case: Case, network: SewerNetwork) -> Floats:
    """Give the highest crown at which the houses on each pipe fall into it, as far as is sought.

    A pipe that is deep enough under the ground at its upper end is taken to be so where they join.
    """
    n = len(network.down)
    depth = np.full(n, -np.inf)
    joins = (network.demand_pipe >= 0) & (network.demand_pipe < n)
    needed = (case.joint_ground_m - case.house_crown_m)[joins]
    np.maximum.at(depth, network.demand_pipe[joins], needed)
    crown: Floats = network.ground_m[:n] - depth.clip(max=case.parameters.connection_depth_m)
    return crown


def _street_yuan_m(table: Prices, parameters: DesignParameters) -> float:
    """Price a metre of the smallest sewer at its least depth, manholes included."""
    least = Sizes(*(one[:1] for one in vars(table.sizes).values()))
    shell = (least.diameter_mm[0] + least.wall_mm[0]) / 1000.0
    depth = parameters.min_cover_m + shell
    apart = float(rule("manhole_spacing_m").value.min())
    manhole = manhole_yuan(least.diameter_mm, depth, table)
    return float((pipe_yuan_m(least, depth, table) + manhole / apart)[0])


def _as_designed(case: Case, best: Round, edge_cost: Floats) -> Floats:
    """Move the prices of the streets used towards what they cost when designed."""
    network, streets = best.network, case.streets
    new = streets.sewer[network.edge] < 0
    edge, chain = network.edge[new], network.edge_chain[new]
    way = np.where(network.edge_ahead[new], 0, 1)
    yuan = yuan_by_chain(best, case)
    length = np.bincount(network.chain, weights=network.length_m)
    real = (yuan / length)[chain] * streets.length_m[edge] + case.crossing_yuan[edge]
    moved = edge_cost.copy()
    moved[way, edge] += TRIED_SHARE * (real - moved[way, edge])
    return moved


def yuan_by_chain(found: Round, case: Case) -> Floats:
    """Give what each chain costs with the upper manholes and lift stations of its pipes [yuan]."""
    share = case.parameters.infiltration_share
    spent = spent_yuan(found.network, found.laid, case.table, infiltration_share=share)
    return np.bincount(found.network.chain, weights=spent).astype(float)
