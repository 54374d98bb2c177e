"""Where pipes may run: streets and existing sewers, cut where houses, plants and sewers join."""

from dataclasses import dataclass
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from nngis.arrays import Floats, Positions
from nngis.crs import ground_distance_m
from nngis.errors import LayerError, Problem
from nngis.network.graph import Graph, graph_for_pipes, snap
from nngis.network.graph.shapes import Shapes, cut, measured, straight_shapes
from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.text import counted

NONE = -1
APART_M = 1.0
"""Joints on a street nearer to each other than this are one."""
AROUND_M, AROUND_SHARE = 2_000.0, 0.25
"""How far streets may lie around the box of all demands and plants: so far, and so much of its
diagonal more."""


class _Pieces(NamedTuple):
    """The first fields of `Streets`."""

    xy: Floats
    tail: Positions
    head: Positions
    length_m: Floats
    shapes: Shapes
    sewer: Positions


@dataclass(frozen=True, eq=False)
class Streets:
    """A graph on which pipes are laid: n nodes, e edges.

    Parameters
    ----------
    xy : (n, 2) float array
        The nodes [m].
    tail, head : (e,) int array
        The nodes of each edge.
    length_m : (e,) float array
        True length [m].
    shapes : Shapes
        Courses of the edges, from tail to head.
    sewer : (e,) int array
        Position of the existing sewer that the edge is a piece of; -1 for streets.
    demand_node : (d,) int array
        Where each demand joins; -1 where no street is near.
    demand_off_m : (d,) float array
        How far it is from there [m].
    plant_node : (p,) int array
        The node of each plant; -1 where no street is near.
    crs : CRS
        The work CRS.
    problems : tuple of Problem
        What could not be used.
    """

    xy: Floats
    tail: Positions
    head: Positions
    length_m: Floats
    shapes: Shapes
    sewer: Positions
    demand_node: Positions
    demand_off_m: Floats
    plant_node: Positions
    crs: CRS
    problems: tuple[Problem, ...]


def lay_streets(
    demand_xy: Floats,
    plant_xy: Floats,
    roads: gpd.GeoDataFrame,
    sewers: gpd.GeoDataFrame | None,
    parameters: DesignParameters,
) -> Streets:
    """Build the graph on which pipes are laid."""
    near = _near(roads, np.concatenate([demand_xy, plant_xy]))
    lines, sewer_row, problems = _lines(near, sewers)
    graph = graph_for_pipes(lines, tolerance_m=parameters.road_tolerance_m).graph
    sewer = sewer_row[graph.row]
    demand = snap(graph, *demand_xy.T, max_snap_m=parameters.connect_within_m)
    plant = snap(graph, *plant_xy.T, max_snap_m=parameters.plant_within_m)
    loose, loose_edge, loose_share = _sewer_ends(graph, sewer, parameters.join_within_m)
    edge = np.concatenate([demand.edge[demand.ok], plant.edge[plant.ok], loose_edge])
    share = np.concatenate([demand.share[demand.ok], plant.share[plant.ok], loose_share])
    pieces, joint = _split(graph, sewer, edge.astype(np.intp), share)
    n_demand, n_plant = int(demand.ok.sum()), int(plant.ok.sum())
    demand_node = np.full(len(demand_xy), NONE)
    demand_node[demand.ok] = joint[:n_demand]
    plant_joint = joint[n_demand : n_demand + n_plant]
    pieces, plant_at = _with_plants(pieces, plant_xy[plant.ok], plant_joint, graph)
    plant_node = np.full(len(plant_xy), NONE)
    plant_node[plant.ok] = plant_at
    pieces = _with_links(pieces, loose, joint[n_demand + n_plant :], graph)
    return Streets(
        *pieces,
        demand_node=demand_node,
        demand_off_m=demand.distance_m,
        plant_node=plant_node,
        crs=graph.crs,
        problems=tuple(problems),
    )


def _near(roads: gpd.GeoDataFrame, places: Floats) -> gpd.GeoDataFrame:
    """Leave out roads that lie far from all demands and plants; those that are no lines stay."""
    known = places[np.isfinite(places).all(axis=1)]
    if not len(known):
        return roads
    low, high = known.min(axis=0), known.max(axis=0)
    margin = AROUND_M + AROUND_SHARE * float(np.hypot(*(high - low)))
    west, south, east, north = shapely.bounds(roads.geometry.to_numpy()).T
    far = (east < low[0] - margin) | (west > high[0] + margin)
    far |= (north < low[1] - margin) | (south > high[1] + margin)
    return roads[~far]


def _lines(
    roads: gpd.GeoDataFrame, sewers: gpd.GeoDataFrame | None
) -> tuple[gpd.GeoDataFrame, Positions, list[Problem]]:
    """Put sewers and streets in one layer, sewers first, without what is no line."""
    problems = []
    kind = shapely.get_type_id(roads.geometry.to_numpy())
    is_line = np.isin(kind, [shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING])
    length = np.where(is_line, shapely.length(roads.geometry.to_numpy()), 0.0)
    good = is_line & (length > 0)
    if not good.all():
        wrong = [str(name) for name in roads.index[~good][:3]]
        problems.append(
            Problem(
                f"{int((~good).sum())} 条道路没有长度或不是线，未使用，例如 {'、'.join(wrong)}。",
                f"{counted(int((~good).sum()), 'road', 'have')} no length or no line: left out, "
                f"for example {', '.join(wrong)}.",
                where="roads",
                ids=roads.index[~good],
            )
        )
    if not good.any():
        raise LayerError(
            "没有可用的道路；请给出有长度的线图层。",
            "There is no usable road; give a layer of lines that have some length.",
            where="roads",
        )
    parts = [shapely.force_2d(roads.geometry.to_numpy()[good])]
    n_sewers = 0
    if sewers is not None and len(sewers):
        parts.insert(0, shapely.force_2d(sewers.geometry.to_numpy()))
        n_sewers = len(sewers)
    lines = gpd.GeoDataFrame(geometry=np.concatenate(parts), crs=roads.crs)
    row = np.arange(len(lines))
    for name in ("layer", "bridge", "tunnel"):
        # A sewer lies in the ground, whatever the street above it does.
        if name in roads:
            lines[name] = [*[None] * n_sewers, *roads[name][good].astype(object)]
    return lines, np.where(row < n_sewers, row, NONE), problems


def _sewer_ends(
    graph: Graph, sewer: Positions, within_m: float
) -> tuple[Positions, Positions, Floats]:
    """Find ends of sewers that meet no street, and the nearest place on one."""
    on_street, on_sewer = np.zeros(graph.n_nodes, bool), np.zeros(graph.n_nodes, bool)
    for ends in (graph.edge_from, graph.edge_to):
        on_street[ends[sewer < 0]] = True
        on_sewer[ends[sewer >= 0]] = True
    loose = np.flatnonzero(on_sewer & ~on_street)
    street = np.flatnonzero(sewer < 0)
    nothing = np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0)
    if not loose.size or not street.size:
        return nothing
    shapes = graph.geometry[street]
    points = shapely.points(graph.x[loose], graph.y[loose])
    which, near = shapely.STRtree(shapes).query_nearest(
        points, max_distance=within_m, all_matches=False
    )
    share = shapely.line_locate_point(shapes[near], points[which], normalized=True)
    return loose[which], street[near], share


def _split(
    graph: Graph, sewer: Positions, edge: Positions, share: Floats
) -> tuple[_Pieces, Positions]:
    """Cut edges at places on them; return the pieces and the node of each place."""
    planar = graph.shapes.length_m
    along = np.round(share * planar[edge] / APART_M) * APART_M
    at_start = along <= APART_M / 2
    at_end = ~at_start & (along >= planar[edge] - APART_M / 2)
    joint = np.where(at_start, graph.edge_from[edge], np.where(at_end, graph.edge_to[edge], NONE))
    inner = np.flatnonzero(joint < 0)
    places, place = np.unique(np.stack([edge[inner], along[inner]]), axis=1, return_inverse=True)
    joint[inner] = graph.n_nodes + place.ravel()
    new_edge, new_along = places[0].astype(np.intp), places[1]
    n_edges = graph.n_edges
    of_edge = np.concatenate([np.arange(n_edges), new_edge, np.arange(n_edges)])
    at_m = np.concatenate([np.zeros(n_edges), new_along, planar])
    node = np.concatenate(
        [graph.edge_from, graph.n_nodes + np.arange(len(new_edge)), graph.edge_to]
    )
    order = np.lexsort((at_m, of_edge))
    a, b = order[:-1], order[1:]
    step = of_edge[a] == of_edge[b]
    a, b = a[step], b[step]
    shapes = cut(graph.shapes, of_edge[a], at_m[a], at_m[b])
    x, y = graph.x, graph.y
    if len(new_edge):
        new = cut(graph.shapes, new_edge, new_along, new_along)
        x, y = (np.concatenate([old, new.xy[new.first[:-1], k]]) for k, old in enumerate((x, y)))
    scale = graph.edge_length_m / np.where(planar > 0, planar, 1.0)
    pieces = _Pieces(
        np.column_stack([x, y]),
        node[a].astype(np.intp),
        node[b].astype(np.intp),
        (at_m[b] - at_m[a]) * scale[of_edge[a]],
        shapes,
        sewer[of_edge[a]],
    )
    return pieces, joint.astype(np.intp)


def _with_plants(
    pieces: _Pieces, plant_xy: Floats, joint: Positions, graph: Graph
) -> tuple[_Pieces, Positions]:
    """Add a node for each plant off the street; return the node of each plant."""
    node = joint.copy()
    off = np.flatnonzero(np.hypot(*(plant_xy - pieces.xy[joint]).T) > APART_M)
    node[off] = len(pieces.xy) + np.arange(len(off))
    pieces = pieces._replace(xy=np.concatenate([pieces.xy, plant_xy[off]]))
    return _with_links(pieces, joint[off], node[off], graph), node


def _with_links(pieces: _Pieces, tail: Positions, head: Positions, graph: Graph) -> _Pieces:
    """Add straight edges between nodes."""
    (x0, y0), (x1, y1) = pieces.xy[tail].T, pieces.xy[head].T
    links = straight_shapes(x0, y0, x1, y1)
    shapes = measured(
        np.concatenate([pieces.shapes.xy, links.xy]),
        np.concatenate([np.diff(pieces.shapes.first), np.diff(links.first)]),
    )
    return pieces._replace(
        tail=np.concatenate([pieces.tail, tail]),
        head=np.concatenate([pieces.head, head]),
        length_m=np.concatenate([pieces.length_m, ground_distance_m(x0, y0, x1, y1, graph.crs)]),
        shapes=shapes,
        sewer=np.concatenate([pieces.sewer, np.full(len(tail), NONE)]),
    )
