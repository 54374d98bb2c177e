"""Roles of a plan are what its layers are declared as: needed, optional, rasters."""

from dataclasses import dataclass, replace

import geopandas as gpd

from nngis.grid import Grid
from nngis.run.plans import load_plan


@dataclass(frozen=True)
class Layers:
    """Two layers that are needed, one that is not, and a raster."""

    boilers: gpd.GeoDataFrame
    counties: gpd.GeoDataFrame
    parks: gpd.GeoDataFrame | None = None
    elevation: Grid | None = None


def test_roles_are_needed_unless_they_have_a_default_and_rasters_stand_apart() -> None:
    plan = replace(load_plan("heat"), layers=Layers)
    assert plan.roles == ("boilers", "counties")
    assert plan.optional_roles == ("parks",)
    assert plan.raster_roles == ("elevation",)
