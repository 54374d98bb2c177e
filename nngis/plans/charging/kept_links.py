"""Links of demand and sites that a session keeps: of a site that is new only its own are sought."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nngis.arrays import Bools, Floats
from nngis.network.graph import Graph
from nngis.plans.charging.nearest import cover_links
from nngis.plans.charging.parameters import ChargingParameters
from nngis.solvers.links import make_links, positions

MOST_LINKED = 4
Ends = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]  # demand, site, metres


@dataclass(frozen=True, eq=False)
class _Linked:
    """Links that were found: between which points and sites, and where each has its ends."""

    asked: tuple[object, ...]
    points: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    links: pd.DataFrame
    ends: Ends


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
    ) -> pd.DataFrame:
        """Do as `nearest.cover_links` does."""
        asked = (graph, parameters.max_snap_m, parameters.detour_ratio)
        alike = [x for x in self._held if x.asked == asked and _same_points(x.points, points)]
        for one in alike:
            if one.sites.index.equals(sites.index) and _unmoved(one.sites, sites).all():
                self._held.remove(one)
                self._held.insert(0, one)
                return one.links
        # With fewer points than sites the searches start at the points, and all are made anew.
        if alike and len(points) >= len(sites):
            links, ends = _with_new(alike[0], graph, points, sites, parameters)
        else:
            links = cover_links(graph, points, sites, parameters)
            ends = _ends(links, points, sites)
        self._held.insert(0, _Linked(asked, points, sites, links, ends))
        del self._held[MOST_LINKED:]
        return links


def _with_new(
    old: _Linked,
    graph: Graph | None,
    points: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    parameters: ChargingParameters,
) -> tuple[pd.DataFrame, Ends]:
    """Keep the links of sites that are where they were, and seek those of the others."""
    kept = _unmoved(old.sites, sites)
    now = np.full(len(old.sites), -1, np.intp)
    now[old.sites.index.get_indexer(sites.index[kept])] = np.flatnonzero(kept)
    demand_at, site_at, distance_m = old.ends
    stays = now[site_at] >= 0
    ends = (demand_at[stays], now[site_at[stays]], distance_m[stays])
    if not kept.all():
        more = _ends(cover_links(graph, points, sites[~kept], parameters), points, sites)
        ends = (np.r_[ends[0], more[0]], np.r_[ends[1], more[1]], np.r_[ends[2], more[2]])
    return make_links(points.index, sites.index, *ends), ends


def _ends(links: pd.DataFrame, points: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> Ends:
    at = positions(links, points.index, sites.index)
    return (*at, links["distance_m"].to_numpy(float))


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
