"""What the charging plan is given."""

from dataclasses import dataclass

import geopandas as gpd


@dataclass(frozen=True)
class ChargingLayers:
    """The roles of the charging plan, each in the work CRS; those with a default may be missing.

    Parameters
    ----------
    counties : GeoDataFrame
        Polygons, indexed by `adcode`.
    roads : GeoDataFrame, optional
        Lines; without them distances are straight.
    demand, population, townships, places : GeoDataFrame, optional
        Who is to be served; one of them is needed.
    car_parks, petrol_stations, charging_stations, charging_candidates : GeoDataFrame, optional
        Where chargers are, and where they could be.
    substations : GeoDataFrame, optional
        Room for stations.
    built_up, red_lines, water_areas : GeoDataFrame, optional
        Areas with a radius of their own, and areas where nothing may be built.
    towns, motorways : GeoDataFrame, optional
        What long routes go by.
    """

    counties: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame | None = None
    demand: gpd.GeoDataFrame | None = None
    population: gpd.GeoDataFrame | None = None
    townships: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    car_parks: gpd.GeoDataFrame | None = None
    petrol_stations: gpd.GeoDataFrame | None = None
    charging_stations: gpd.GeoDataFrame | None = None
    charging_candidates: gpd.GeoDataFrame | None = None
    substations: gpd.GeoDataFrame | None = None
    built_up: gpd.GeoDataFrame | None = None
    red_lines: gpd.GeoDataFrame | None = None
    water_areas: gpd.GeoDataFrame | None = None
    towns: gpd.GeoDataFrame | None = None
    motorways: gpd.GeoDataFrame | None = None
