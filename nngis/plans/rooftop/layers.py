"""What the rooftop plan is given."""

from dataclasses import dataclass

import geopandas as gpd


@dataclass(frozen=True)
class RooftopLayers:
    """The roles of the rooftop plan, each in the work CRS; those with a default may be missing.

    Parameters
    ----------
    roofs : GeoDataFrame
        Outlines, indexed by `roof_id`.
    counties : GeoDataFrame
        Polygons, indexed by `adcode`.
    solar_climate : GeoDataFrame
        Middles of cells, indexed by `cell_id`, with `lon` and `lat`.
    townships, places, land_use, built_up : GeoDataFrame, optional
        What tells the township and the class of a roof.
    substations : GeoDataFrame, optional
        Without them the grid is not asked.
    population : GeoDataFrame, optional
        Without it counties are not estimated.
    pv_registered : GeoDataFrame, optional
        PV that stands; without it the least shares are not judged.
    """

    roofs: gpd.GeoDataFrame
    counties: gpd.GeoDataFrame
    solar_climate: gpd.GeoDataFrame
    townships: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    land_use: gpd.GeoDataFrame | None = None
    built_up: gpd.GeoDataFrame | None = None
    substations: gpd.GeoDataFrame | None = None
    population: gpd.GeoDataFrame | None = None
    pv_registered: gpd.GeoDataFrame | None = None
