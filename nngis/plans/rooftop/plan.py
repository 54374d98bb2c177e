"""The rooftop plan, as the run takes it."""

from collections.abc import Mapping

import geopandas as gpd

from nngis.plans.rooftop.analyse import analyse
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.view import SHEETS, TITLE, VIEW
from nngis.result.plan import Plan
from nngis.result.result import Analysis

ROLES = ("roofs", "counties", "solar_climate")
OPTIONAL = ("townships", "places", "land_use", "built_up", "substations", "population")


def _analyse(frames: Mapping[str, gpd.GeoDataFrame], parameters: RooftopParameters) -> Analysis:
    roofs, counties, solar_climate = (frames[role] for role in ROLES)
    more = {role: frames.get(role) for role in OPTIONAL}
    return analyse(roofs, counties, solar_climate, parameters, **more)


PLAN = Plan("rooftop", TITLE, ROLES, OPTIONAL, RooftopParameters, _analyse, "roofs", VIEW, SHEETS)
