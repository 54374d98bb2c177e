"""Street statistics of a road graph, as osmnx counts them."""

from typing import NamedTuple

import numpy as np

from nngis.network.graph.core import Graph
from nngis.network.graph.to_networkx import networkx_of
from nngis.text import Text
from nngis.units import M2_PER_KM2, M_PER_KM


class StreetFigure(NamedTuple):
    """One figure: its name, title, value (None where it is not known) and unit."""

    name: str
    title: Text
    value: float | None
    unit: str


def street_statistics(graph: Graph, *, area_m2: float | None = None) -> tuple[StreetFigure, ...]:
    """Count streets, junctions and dead ends of a road graph.

    Parameters
    ----------
    graph : Graph
        The road graph.
    area_m2 : float, optional
        Area that the roads lie in [m²]; without it there are no densities.

    Returns
    -------
    tuple of StreetFigure
        `junctions_count` (three streets or more meet), `dead_ends_count`, `streets_count`,
        `street_length_km` (each street once, whatever its directions), `street_mean_m`,
        `streets_per_node`, `circuity` (length over straight distance; None where it is not known),
        `oneway_share` (of the length, 0 to 1), `parts_count`, and with an area `junctions_per_km2`
        and `street_km_per_km2`.

    References
    ----------
    Boeing (2017), "OSMnx: New methods for acquiring, constructing, analyzing, and visualizing
    complex street networks", Computers, Environment and Urban Systems 65, 126-139.

    Examples
    --------
    A crossing of four streets of 100 m, one of them one-way:

    >>> from nngis.network.graph import graph_from_arrays
    >>> graph, _ = graph_from_arrays([0, 100, -100, 0, 0], [0, 0, 0, 100, -100], [0] * 4,
    ...                              [1, 2, 3, 4], [100] * 4, crs="EPSG:4547", oneway=[1, 0, 0, 0])
    >>> figures = {one.name: one.value for one in street_statistics(graph)}
    >>> figures["junctions_count"], figures["dead_ends_count"], figures["oneway_share"]
    (1.0, 4.0, 0.25)
    """
    if not graph.n_edges:
        return ()
    from osmnx.stats import basic_stats, intersection_count  # noqa: PLC0415

    with np.errstate(divide="ignore", invalid="ignore"):  # loops alone have no straight distance
        network = networkx_of(graph)
        found = basic_stats(network)
    junctions = intersection_count(network, min_streets=3)
    length_m = graph.edge_length_m
    total_m = float(length_m.sum())
    oneway_m = float(length_m[(graph.forward_arc < 0) | (graph.backward_arc < 0)].sum())
    dead_ends = found["streets_per_node_counts"].get(1, 0)
    figures = [
        ("junctions_count", "交叉口数", "Junctions", junctions, ""),
        ("dead_ends_count", "断头路端点数", "Dead ends", dead_ends, ""),
        ("streets_count", "路段数", "Streets", graph.n_edges, ""),
        ("street_length_km", "道路总长", "Length of streets", total_m / M_PER_KM, "km"),
        ("street_mean_m", "平均路段长", "Mean length of a street", total_m / graph.n_edges, "m"),
        ("streets_per_node", "每节点路段数", "Streets a node", found["streets_per_node_avg"], ""),
        ("circuity", "平均曲折系数", "Mean circuity", found["circuity_avg"], ""),
        ("oneway_share", "单行道长度占比", "Share of one-way length",
         oneway_m / total_m if total_m else None, ""),
        ("parts_count", "互不连通部分数", "Parts that no road joins",
         graph.component.max() + 1, ""),
    ]  # fmt: skip
    if area_m2:
        km2 = area_m2 / M2_PER_KM2
        figures += [
            ("junctions_per_km2", "交叉口密度", "Junctions a km²", junctions / km2, "1/km²"),
            ("street_km_per_km2", "路网密度", "Street density", total_m / M_PER_KM / km2, "km/km²"),
        ]
    return tuple(
        StreetFigure(name, Text(zh, en), _known(value), unit)
        for name, zh, en, value, unit in figures
    )


def _known(value: float | None) -> float | None:
    """Give a figure as a number, None where it is no finite one."""
    return float(value) if value is not None and np.isfinite(value) else None
