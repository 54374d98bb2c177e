"""The heat plan, as the run takes it."""

from collections.abc import Mapping

import geopandas as gpd

from nngis.plans.heat.analyse import analyse
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.view import SHEETS, TITLE, VIEW
from nngis.result.plan import Plan
from nngis.result.result import Analysis

ROLES = ("boilers", "heat_sources", "built_up", "counties")
OPTIONAL = ("roads", "parks", "steam_pipes", "waste_heat")


def _analyse(frames: Mapping[str, gpd.GeoDataFrame], parameters: HeatParameters) -> Analysis:
    boilers, heat_sources, built_up, counties = (frames[role] for role in ROLES)
    more = {role: frames.get(role) for role in OPTIONAL}
    return analyse(boilers, heat_sources, built_up, counties, parameters, **more)


PLAN = Plan("heat", TITLE, ROLES, OPTIONAL, HeatParameters, _analyse, "boilers", VIEW, SHEETS)
