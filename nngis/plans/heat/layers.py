"""What the heat plan is given."""

from dataclasses import dataclass

import geopandas as gpd


@dataclass(frozen=True)
class HeatLayers:
    """The roles of the heat plan, each in the work CRS; those with a default may be missing.

    Parameters
    ----------
    boilers : GeoDataFrame
        Points, indexed by `boiler_id`.
    heat_sources : GeoDataFrame
        Generating units, points, indexed by `unit_id`.
    built_up : GeoDataFrame
        Polygons; no rows mean that the built-up area is not known.
    counties : GeoDataFrame
        Polygons, indexed by `adcode`.
    roads : GeoDataFrame, optional
        Lines; without them there is no road radius and no network.
    parks : GeoDataFrame, optional
        Polygons; without them rule A61 is not asked.
    steam_pipes : GeoDataFrame, optional
        Steam mains that lie there already.
    waste_heat : GeoDataFrame, optional
        Steam from waste heat.
    heat_users : GeoDataFrame, optional
        Users of heat without a boiler of their own; they count in clusters and take waste heat.
    proposed_boilers : GeoDataFrame, optional
        Boilers that somebody would build; judged by the bans.
    stacks : GeoDataFrame, optional
        Stacks of others that must reach ultra-low emission (cement).
    """

    boilers: gpd.GeoDataFrame
    heat_sources: gpd.GeoDataFrame
    built_up: gpd.GeoDataFrame
    counties: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame | None = None
    parks: gpd.GeoDataFrame | None = None
    steam_pipes: gpd.GeoDataFrame | None = None
    waste_heat: gpd.GeoDataFrame | None = None
    heat_users: gpd.GeoDataFrame | None = None
    proposed_boilers: gpd.GeoDataFrame | None = None
    stacks: gpd.GeoDataFrame | None = None
