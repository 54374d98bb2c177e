"""The ways by road that corridors follow, from pairs of places."""

import geopandas as gpd
import pandas as pd

from nngis.errors import LayerError
from nngis.network.graph import Graph
from nngis.network.paths import paths
from nngis.network.road_links import nearest_facility
from nngis.plans.charging.corridor_parameters import CorridorParameters

# No way by road in one city region is longer.
_LONGEST_ROUTE_M = 5_000_000.0


def routes_between(
    graph: Graph, ends: gpd.GeoDataFrame, pairs: pd.DataFrame, parameters: CorridorParameters
) -> gpd.GeoDataFrame:
    """Draw the shortest way by road between each pair of places.

    Examples
    --------
    >>> from shapely import Point
    >>> from nngis.network.graph import graph_from_arrays
    >>> graph, _ = graph_from_arrays([500_000, 560_000], [0, 0], [0], [1], [60_000],
    ...                              crs="EPSG:4547")
    >>> ends = gpd.GeoDataFrame(geometry=[Point(500_000, 10), Point(560_000, 0)],
    ...                         index=["a", "b"], crs="EPSG:4547")
    >>> pairs = pd.DataFrame({"from_id": ["a"], "to_id": ["b"]}, index=["a-b"])
    >>> routes_between(graph, ends, pairs, CorridorParameters()).length
    corridor_id
    a-b    60000.0
    dtype: float64
    """
    named = pd.Index(pairs["from_id"]).union(pd.Index(pairs["to_id"]))
    lost = named.difference(ends.index)
    if len(lost):
        raise LayerError(
            f"起讫点中没有 {', '.join(map(str, lost))}；请补上，或删去这些线路。",
            f"There is no end called {', '.join(map(str, lost))}; add it or drop its routes.",
            where="pairs",
        )
    lines = pd.Series(None, index=pairs.index, dtype=object)
    for to_id, group in pairs.groupby("to_id", sort=True):
        found = nearest_facility(
            graph,
            ends.loc[group["from_id"].unique()],
            ends.loc[[to_id]],
            max_snap_m=parameters.corridor_snap_m,
            limit_m=_LONGEST_ROUTE_M,
        )
        ways = paths(graph, found).set_index("demand_id").geometry
        lines.loc[group.index] = ways.reindex(group["from_id"]).to_numpy(dtype=object)
    index = pairs.index.rename("corridor_id")
    return gpd.GeoDataFrame(
        pairs.set_axis(index, axis="index"),
        geometry=gpd.GeoSeries(lines.to_numpy(), index=index, crs=graph.crs),
    )
