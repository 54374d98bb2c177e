"""The sewer plan, as the run takes it."""

from collections.abc import Mapping

import geopandas as gpd

from nngis.grid import Grid
from nngis.plans.sewer.analyse import analyse
from nngis.plans.sewer.layers import Layers
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.view import SHEETS, TITLE, VIEW
from nngis.result.plan import Plan
from nngis.result.result import Analysis

OPTIONAL = (
    *("demand", "sewers", "sewer_projects", "treatment_plants", "roads", "counties"),
    *("townships", "population", "rivers", "railways"),
)


def _analyse(
    frames: Mapping[str, gpd.GeoDataFrame],
    parameters: SewerParameters,
    grids: Mapping[str, Grid],
) -> Analysis:
    given = {role: frames[role] for role in OPTIONAL if role in frames}
    return analyse(Layers(**given, elevation=grids.get("elevation")), parameters)


PLAN = Plan(
    "sewer",
    TITLE,
    (),
    OPTIONAL,
    SewerParameters,
    _analyse,
    "gaps",
    VIEW,
    SHEETS,
    raster_roles=("elevation",),
    stand_ins={"demand": ("townships", "population")},
)
