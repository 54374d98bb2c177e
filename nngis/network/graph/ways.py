"""A road graph from OSM ways: split at the nodes they share, broken where nodes are missing."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pyproj import CRS

from nngis.arrays import Floats, Offsets
from nngis.network.graph.arrays import graph_from_arrays
from nngis.network.graph.drive_rules import drive_rules
from nngis.network.graph.lines import ground_length_m
from nngis.network.graph.report import Built
from nngis.network.graph.shapes import measured


@dataclass(frozen=True, eq=False)
class Ways:
    """OSM ways as arrays.

    Parameters
    ----------
    tags : DataFrame
        A column for each of `drive_rules.KEYS`, one row a way, way ids in the index.
    ref : (k,) int64 array
        Ids of the nodes of all ways, one way after the other.
    first : (n + 1,) int64 array
        The nodes of way ``i`` are ``ref[first[i]:first[i + 1]]``.
    x, y : (k,) float array
        Easting and northing of those nodes in the work CRS [m]; nan where the file has them not.
    """

    tags: pd.DataFrame
    ref: Offsets
    first: Offsets
    x: Floats
    y: Floats


def graph_from_ways(ways: Ways, crs: CRS) -> Built:
    """Build a graph of the ways that cars may use.

    Ways meet at the nodes they share and nowhere else, so a bridge does not meet the road under
    it. Where nodes are missing, as at the edge of an extract, a way is broken.

    Parameters
    ----------
    ways : Ways
        The ways.
    crs : CRS
        The work CRS that the coordinates are in.

    Returns
    -------
    graph : Graph
        The graph with driving times; `row` is the position of each edge's way.
    report : GraphReport
        Ways left out, nodes missing, speed limits not read, connected parts.
    """
    rules = drive_rules(ways.tags)
    is_open = rules["open"].to_numpy()
    way = np.repeat(np.arange(is_open.size), np.diff(ways.first))
    used = is_open[way]
    missing = used & np.isnan(ways.x + ways.y)
    at = np.flatnonzero(used & ~missing)
    # A run is what is left of a way between missing nodes; a node said twice counts once.
    run = way[at] + np.cumsum(missing)[at]
    again = (np.diff(run, prepend=-1) == 0) & (np.diff(ways.ref[at], prepend=-1) == 0)
    at, run = at[~again], run[~again]
    run = np.cumsum(np.diff(run, prepend=-1) != 0)
    start = np.diff(run, prepend=-1) != 0
    end = np.append(start[1:], True)[: start.size]
    ids, node = np.unique(ways.ref[at], return_inverse=True)
    stop = start | end | (np.bincount(node, minlength=ids.size)[node] > 1)
    # A piece begins at every stop that is not the last of its run, and ends at the next stop.
    begin = np.flatnonzero(stop & ~end)
    stops = np.flatnonzero(stop)
    finish = stops[np.searchsorted(stops, begin) + 1]
    count = finish - begin + 1
    first = np.concatenate([[0], np.cumsum(count)])
    vertex = at[np.arange(first[-1]) - np.repeat(first[:-1] - begin, count)]
    shapes = measured(np.stack([ways.x[vertex], ways.y[vertex]], axis=1), count)
    length_m = ground_length_m(shapes, crs)
    ends, number = np.unique(np.concatenate([node[begin], node[finish]]), return_inverse=True)
    place = np.zeros(ids.size, np.int64)
    place[node] = at
    row = way[at[begin]]
    speed, back = rules["speed_km_h"].to_numpy()[row], rules["back_speed_km_h"].to_numpy()[row]
    graph, report = graph_from_arrays(
        ways.x[place[ends]],
        ways.y[place[ends]],
        number[: begin.size],
        number[begin.size :],
        length_m,
        crs=crs,
        oneway=rules["oneway"].to_numpy()[row],
        time_s=length_m / (speed / 3.6),
        back_time_s=length_m / (back / 3.6),
        geometry=shapes,
        row=row,
    )
    report = replace(
        report,
        rows_in=is_open.size,
        ways_closed=int((~is_open).sum()),
        nodes_missing=int(missing.sum()),
        speeds_unread=int((rules["speed_unread"].to_numpy() & is_open).sum()),
    )
    return Built(graph, report)
