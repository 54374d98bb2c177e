"""Links of demand and sites that a session keeps: of a site that is new only its own are sought."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from nngis.arrays import Bools
from nngis.network.graph import Graph
from nngis.network.graph.places import Placed
from nngis.plans.charging.nearest import cover_links, on_roads
from nngis.plans.charging.parameters import ChargingParameters
from nngis.solvers.site import SiteLinks

MOST_LINKED = 4


@dataclass(frozen=True, eq=False)
class _Linked:
    """Links that were found: between which points and sites, and where the points ride."""

    asked: tuple[object, ...]
    points: gpd.GeoDataFrame
    riders: Placed | None
    sites: gpd.GeoDataFrame
    links: SiteLinks


class KeptLinks:
    """Links of the sites that were asked about last; of one that is new only its own are sought."""

    def __init__(self) -> None:
        self._held: list[_Linked] = []

    def cover_links(
        self,
        graph: Graph | None,
        points: gpd.GeoDataFrame,
        sites: gpd.GeoDataFrame,
        parameters: ChargingParameters,
    ) -> SiteLinks:
        """Do as `nearest.cover_links` does."""
        asked = (graph, parameters.max_snap_m, parameters.detour_ratio)
        alike = [x for x in self._held if x.asked == asked and _same_points(x.points, points)]
        for one in alike:
            if one.sites.index.equals(sites.index) and _unmoved(one.sites, sites).all():
                self._held.remove(one)
                self._held.insert(0, one)
                return one.links
        riders = alike[0].riders if alike else None
        if graph is not None and riders is None:
            riders = on_roads(graph, points, parameters)
        # With fewer points than sites the searches start at the points, and all are made anew.
        if alike and len(points) >= len(sites):
            links = _with_new(alike[0], graph, sites, parameters)
        else:
            links = cover_links(graph, points, sites, parameters, riders)
        self._held.insert(0, _Linked(asked, points, riders, sites, links))
        del self._held[MOST_LINKED:]
        return links


def _with_new(
    old: _Linked, graph: Graph | None, sites: gpd.GeoDataFrame, parameters: ChargingParameters
) -> SiteLinks:
    """Keep the links of sites that are where they were, and seek those of the others."""
    kept = _unmoved(old.sites, sites)
    row = old.sites.index.get_indexer(sites.index)
    links = old.links
    if not kept.all():
        more = cover_links(graph, old.points, sites[~kept], parameters, old.riders)
        row[~kept] = len(old.sites) + np.arange(int((~kept).sum()))
        links = SiteLinks(
            links.demand_ids,
            links.site_ids.append(more.site_ids),
            np.r_[links.start, links.start[-1] + more.start[1:]],
            np.r_[links.demand_at, more.demand_at],
            np.r_[links.distance_m, more.distance_m],
        )
    at, _ = links.of_sites(row)
    count = links.start[row + 1] - links.start[row]
    start = np.r_[0, np.cumsum(count)]
    return SiteLinks(
        old.points.index, sites.index, start, links.demand_at[at], links.distance_m[at]
    )


def _unmoved(old: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> Bools:
    """Say which sites stand where they stood."""
    if old.empty:
        return np.zeros(len(sites), bool)
    at = old.index.get_indexer(sites.index)
    there = old.geometry.to_numpy()[at]
    return np.asarray((at >= 0) & shapely.equals(there, sites.geometry.to_numpy()), bool)


def _same_points(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame) -> bool:
    return a is b or (
        a.index.equals(b.index)
        and a["own_radius_m"].equals(b["own_radius_m"])
        and bool(a.geometry.geom_equals(b.geometry, align=False).all())
    )
