"""What the sewer plan may be given."""

from dataclasses import dataclass

import geopandas as gpd

from nngis.grid import Grid


@dataclass(frozen=True)
class SewerLayers:
    """What the plan may be given; each of it may be missing.

    Parameters
    ----------
    demand, sewers, sewer_projects : GeoDataFrame, optional
        Roles of the plan, in the work CRS.
    plant_projects : GeoDataFrame, optional
        Projects that add treatment alone; they are counted with the sewers'.
    treatment_plants, roads, counties : GeoDataFrame, optional
        More roles of the plan.
    townships, population : GeoDataFrame, optional
        What stands in for the demand.
    rivers, railways : GeoDataFrame, optional
        What new sewers cross at a cost only.
    elevation : Grid, optional
        The terrain.
    """

    demand: gpd.GeoDataFrame | None = None
    sewers: gpd.GeoDataFrame | None = None
    sewer_projects: gpd.GeoDataFrame | None = None
    plant_projects: gpd.GeoDataFrame | None = None
    treatment_plants: gpd.GeoDataFrame | None = None
    roads: gpd.GeoDataFrame | None = None
    counties: gpd.GeoDataFrame | None = None
    townships: gpd.GeoDataFrame | None = None
    population: gpd.GeoDataFrame | None = None
    rivers: gpd.GeoDataFrame | None = None
    railways: gpd.GeoDataFrame | None = None
    elevation: Grid | None = None
