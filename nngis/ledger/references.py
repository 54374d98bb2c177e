"""References: known layers that rows are held against, to find a datum or to place an address."""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS
from scipy.spatial import KDTree

from nngis.arrays import Floats
from nngis.crs import choose_work_crs, lonlat_to_work
from nngis.ledger.divisions import NOWHERE, Divisions

_AREA = 2  # dimensions
_ROAD_STEP_M = 50.0


@dataclass(frozen=True)
class References:
    """Layers of the place that ledgers speak of, all in WGS84 longitude and latitude.

    Parameters
    ----------
    counties : GeoDataFrame
        Polygons with `name_zh`; at least one.
    townships : GeoDataFrame
        `name_zh`, `adcode`, and the extent as `west`, `south`, `east`, `north` where known.
    roads : GeoDataFrame
        Lines; may be empty.
    sites : GeoDataFrame
        Points of industrial sites with `name_zh`; may be empty.
    places : GeoDataFrame
        Points of named places with `name_zh`; may be empty.
    divisions : Divisions
        What the counties are and were called.
    """

    counties: gpd.GeoDataFrame
    townships: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    divisions: Divisions = NOWHERE

    @cached_property
    def crs(self) -> CRS:
        """The plane that distances are measured in."""
        west, south, east, north = self.counties.total_bounds
        return choose_work_crs([(west + east) / 2], [(south + north) / 2])

    def plane(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
        """Project points."""
        return np.column_stack(lonlat_to_work(lon, lat, self.crs))

    @cached_property
    def polygons(self) -> dict[str, shapely.Geometry]:
        """Counties in the plane by name, prepared for many questions."""
        shapes = self.counties.geometry.to_crs(self.crs)
        out = dict(zip(self.counties["name_zh"], shapes, strict=True))
        shapely.prepare(list(out.values()))
        return out

    @cached_property
    def boxes(self) -> dict[tuple[str, str], Floats]:
        """Extents of townships in the plane: (adcode, name) -> west, south, east, north [m].

        Those of their columns, else of their outlines; a township known by a point has none.
        """
        sides, wanted = ["west", "south", "east", "north"], ["adcode", "name_zh"]
        if not set(wanted) <= set(self.townships):
            return {}
        known = pd.DataFrame(self.townships[wanted])
        if set(sides) <= set(self.townships):
            known[sides] = self.townships[sides]
        else:
            outlines = shapely.get_dimensions(self.townships.geometry.to_numpy()) == _AREA
            known[sides] = np.where(outlines[:, None], self.townships.bounds.to_numpy(), np.nan)
        known = known.dropna()
        low = self.plane(known["west"], known["south"])
        high = self.plane(known["east"], known["north"])
        keys = zip(known["adcode"].astype(str), known["name_zh"], strict=True)
        return dict(zip(keys, np.hstack([low, high]), strict=True))

    @cached_property
    def road_tree(self) -> KDTree | None:
        """Points every 50 m along the roads."""
        if self.roads.empty:
            return None
        lines = self.roads.geometry.to_crs(self.crs).segmentize(_ROAD_STEP_M)
        return KDTree(lines.get_coordinates().to_numpy())

    @cached_property
    def site_tree(self) -> KDTree | None:
        """Industrial sites."""
        points = self.sites.geometry[self.sites.geometry.notna()]
        if points.empty:
            return None
        return KDTree(self.plane(points.x, points.y))
