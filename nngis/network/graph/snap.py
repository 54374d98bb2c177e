"""Where points meet the road graph: the nearest place on an edge, and the ways off and onto it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools, Floats, Ints, Positions
from nngis.crs import ground_distance_m
from nngis.errors import ParameterError
from nngis.network.graph.core import Graph
from nngis.network.graph.edges import SAME_M
from nngis.network.graph.grid import nearest_on_lines


@dataclass(frozen=True, eq=False)
class Snap:
    """The place on the graph of each point.

    Parameters
    ----------
    edge : (n,) int32 array
        The nearest edge; -1 for a point without coordinates.
    share : (n,) float array
        Where on the edge, as a share of its length from `Graph.edge_from`: 0 and 1 are its ends.
    distance_m : (n,) float array
        True straight length of the access leg from the point to the edge [m]; nan without
        coordinates.
    x, y : (n,) float array
        The nearest point on the edge [m].
    ok : (n,) bool array
        Whether the leg is no longer than was allowed. Places that are not ok are not used.
    """

    edge: Ints
    share: Floats
    distance_m: Floats
    x: Floats
    y: Floats
    ok: Bools

    def take(self, at: Positions) -> "Snap":
        """Pick some of the points."""
        return Snap(**{name: values[at] for name, values in vars(self).items()})


def snap(graph: Graph, x: npt.ArrayLike, y: npt.ArrayLike, *, max_snap_m: float) -> Snap:
    """Find the nearest place on an edge for each point.

    Examples
    --------
    >>> from nngis.network.graph import graph_from_arrays, snap
    >>> graph, _ = graph_from_arrays([500_000, 500_100], [0, 0], [0], [1], [100], crs="EPSG:4547")
    >>> places = snap(graph, [500_025, 500_050], [10, 900], max_snap_m=200)
    >>> places.share.tolist(), places.distance_m.round(6).tolist(), places.ok.tolist()
    ([0.25, 0.5], [10.0, 900.0], [True, False])
    """
    if not max_snap_m >= 0:
        raise ParameterError(
            f"max_snap_m 为 {max_snap_m}，应为不小于零的米数。",
            f"max_snap_m is {max_snap_m}; it must be a number of metres, zero or more.",
            where="max_snap_m",
        )
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if not graph.n_edges:
        nowhere = np.full(x.size, np.nan)
        none = np.zeros(x.size, bool)
        return Snap(np.full(x.size, -1, np.int32), nowhere, nowhere, nowhere, nowhere, none)
    edge, along_m, foot_x, foot_y = nearest_on_lines(graph.grid, graph.shapes, x, y)
    whole_m = graph.shapes.length_m[edge]
    share = np.divide(along_m, whole_m, out=np.zeros(x.size), where=whole_m > 0)
    share[along_m <= SAME_M] = 0.0
    share[(whole_m - along_m <= SAME_M) & (along_m > SAME_M)] = 1.0
    distance_m = ground_distance_m(x, y, foot_x, foot_y, graph.crs)
    ok = (edge >= 0) & (distance_m <= max_snap_m)
    return Snap(edge.astype(np.int32), share, distance_m, foot_x, foot_y, ok)


@dataclass(frozen=True, eq=False)
class Legs:
    """How each point gets from its place on an edge to the edge's two ends, or back.

    Parameters
    ----------
    node : (n, 2) int32 array
        The start and the end of the point's edge.
    share : (n, 2) float array
        Share of the edge between the point and that end.
    arc : (n, 2) int32 array
        The arc that is used; -1 where that way is closed or the point is the end itself.
    open : (n, 2) bool array
        Whether that end can be used.
    """

    node: Ints
    share: Floats
    arc: Ints
    open: Bools

    def cost(self, weight: Floats, before: Floats, beyond: float = np.inf) -> Floats:
        """Give what it costs to use each leg."""
        along = np.where(self.arc >= 0, weight[self.arc] * self.share, 0.0)
        return np.where(self.open, before[:, None] + along, beyond)


def legs(graph: Graph, places: Snap, *, leaving: bool) -> Legs:
    """Find the legs between places on edges and the edges' ends, one-way streets respected."""
    edge, share = places.edge, places.share
    node = np.stack([graph.edge_from[edge], graph.edge_to[edge]], axis=1)
    part = np.stack([share, 1.0 - share], axis=1)
    down, up = graph.backward_arc[edge], graph.forward_arc[edge]
    arc = np.stack([down, up] if leaving else [up, down], axis=1)
    return Legs(node, part, np.where(part > 0, arc, -1), (arc >= 0) | (part == 0))
