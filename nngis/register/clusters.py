"""Clusters of firms and centres of heat load: points joined within a distance of each other.

A radius graph and its connected parts: single linkage cut at the distance. That is DBSCAN whose
every point is a core point; a part with fewer than the least number of points is no cluster.
"""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nngis.crs.place import with_place
from nngis.near import pairs_near
from nngis.register.data import Data
from nngis.register.finding import Finding, Part
from nngis.register.rules import PlanRule
from nngis.text import Text


def label_clusters(frame: gpd.GeoDataFrame, *, radius_m: float, at_least: int) -> pd.Series:
    """Find the cluster of each point.

    Examples
    --------
    >>> points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 1, 9], [0, 0, 0]),
    ...                           index=list("abc"), crs="EPSG:4547")
    >>> label_clusters(points, radius_m=1, at_least=2).tolist()
    [1, 1, <NA>]
    """
    here = with_place(frame)
    out = pd.Series(pd.NA, frame.index, dtype="Int64")
    if here.empty:
        return out
    places, place = np.unique(here.get_coordinates().to_numpy(), axis=0, return_inverse=True)
    pairs = pairs_near(places, radius_m)
    graph = coo_array((np.ones(len(pairs)), pairs.T), shape=(len(places), len(places)))
    part = connected_components(graph, directed=False)[1][place.ravel()]
    size = np.bincount(part)
    first = np.full(len(size), len(here))
    np.minimum.at(first, part, np.arange(len(here)))
    order = np.lexsort((first, -size))
    number = np.empty(len(size), dtype=np.int64)
    number[order] = np.arange(1, len(size) + 1)
    large = size[part] >= at_least
    out.loc[here.index[large]] = number[part[large]]
    return out


def clusters(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    radius_m: float,
    at_least: int,
    column: str | None = None,
    words: Mapping[str, list[str]] | None = None,
) -> Finding:
    """Find clusters of firms, class by class where classes are named."""
    frame = data.need(role, *([column] if column else []))
    hulls = []
    for name, wanted in (words or {"": []}).items():
        mine = frame
        if column:
            text = frame[column].astype("string").str.lower()
            hits = [text.str.contains(w, regex=False, na=False).to_numpy(bool) for w in wanted]
            mine = frame[np.logical_or.reduce(hits)]
        label = label_clusters(mine, radius_m=radius_m, at_least=at_least)
        hulls.append(_hulls(mine, label, name, radius_m))
    table = gpd.GeoDataFrame(pd.concat(hulls, ignore_index=True), crs=frame.crs)
    table.index = pd.Index([f"C{at:03d}" for at in range(1, len(table) + 1)], name="cluster_id")
    count = float(len(table))
    firms = int(table["firms_count"].sum()) if len(table) else 0
    county = data.county_of(table)
    by = county.value_counts().reindex(data.counties["name_zh"], fill_value=0).astype(float)
    return Finding(
        "done",
        Text(
            f"{count:g} 个集群，{firms} 家企业（单连接聚类：相距 {radius_m:g} m 以内连为一体，"
            f"至少 {at_least} 家）。",
            f"{count:g} clusters of {firms} firms (single linkage: joined within {radius_m:g} m, "
            f"at least {at_least}).",
        ),
        (Part(rule.id, count, "个", "done"),),
        objects=table.assign(county=county, state="done"),
        by_county=pd.DataFrame({"value": by}).rename_axis("county"),
    )


def _hulls(
    frame: gpd.GeoDataFrame, label: pd.Series, name: str, radius_m: float
) -> gpd.GeoDataFrame:
    """Return the area of each cluster: the hull of its points, widened by half the radius."""
    mine = frame[label.notna().to_numpy(bool)]
    groups = label.dropna().astype(int)
    union = gpd.GeoSeries(mine.geometry).groupby(groups).agg(lambda g: g.union_all())
    shape = gpd.GeoSeries(union, crs=frame.crs).convex_hull.buffer(radius_m / 2)
    return gpd.GeoDataFrame(
        {"rule_class": name, "firms_count": groups.value_counts().sort_index().to_numpy()},
        geometry=shape.to_numpy(),
        crs=frame.crs,
    )
