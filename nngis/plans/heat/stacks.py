"""Stacks of others that must reach ultra-low emission (A65): cement and the like."""

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from nngis.decide.rules import decide
from nngis.plans.heat.facts import within_limits
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.rules import stack_rules

COLUMNS = ("name_zh", "pm_mg_m3", "so2_mg_m3", "nox_mg_m3", "ultra_low", "ultra_low_asked")


def judge_stacks(
    stacks: gpd.GeoDataFrame | None, parameters: HeatParameters, *, crs: CRS
) -> gpd.GeoDataFrame:
    """Decide on each stack by what leaves it."""
    if stacks is None:
        names = [*COLUMNS, "decision", "rule", "rules_hit", "reason_zh", "reason_en"]
        index = pd.Index([], name="stack_id", dtype=object)
        return gpd.GeoDataFrame(columns=names, index=index, geometry=[], crs=crs)
    frame = pd.DataFrame(stacks.drop(columns="geometry"))
    frame["ultra_low"] = within_limits(frame, parameters)
    frame["ultra_low_asked"] = pd.Series(data=True, index=frame.index, dtype="boolean")
    table = frame.reindex(columns=list(COLUMNS)).join(decide(frame, *stack_rules()))
    return gpd.GeoDataFrame(table, geometry=stacks.geometry, crs=stacks.crs)
