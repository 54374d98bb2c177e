"""May a new boiler or captive unit be built here: rules A58, A59 and A64 of clause 3(8)."""

import geopandas as gpd
import pandas as pd

from nngis import fields
from nngis.kernel.decide import Rule, decide
from nngis.kernel.links import nearest
from nngis.kernel.reach import euclidean, inside
from nngis.plans.heat.parameters import CLAUSE_3_8, HeatParameters
from nngis.plans.heat.rules import BUILT_UP, CAPACITY, FUEL, is_coal
from nngis.plans.heat.sources import judge_units
from nngis.text import Text

# How far a heat source is looked for, to say where the next one is [m].
LOOK_AROUND_M = 100_000.0
CAPTIVE = Text("是否燃煤自备电厂", "whether it is a captive power plant")
COLUMNS = (
    "name_zh",
    "county",
    "capacity_t_h",
    "fuel",
    "decision",
    "rule",
    "rules_hit",
    "reason_zh",
    "reason_en",
    "in_built_up",
    "plant_id",
    "plant_name",
    "distance_m",
    "in_supply_radius",
)


def judge_proposals(
    proposals: gpd.GeoDataFrame,
    heat_sources: gpd.GeoDataFrame,
    built_up: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    parameters: HeatParameters,
) -> gpd.GeoDataFrame:
    """Say of each proposed boiler whether the plan bans it, and where steam could come from.

    Parameters
    ----------
    proposals : GeoDataFrame
        Points in the work CRS: `capacity_t_h`, `fuel`, optionally `captive` and `name_zh`.
    heat_sources, built_up, counties : GeoDataFrame
        As in the heat plan.
    parameters : HeatParameters
        Size limits of the bans, supply radius, what counts as a source.

    Returns
    -------
    GeoDataFrame
        On the same index: `decision` (``banned``, ``not_banned``, ``unknown``), its rules and
        reasons, `in_built_up`, the nearest qualifying source with `distance_m` (empty beyond
        100 km) and `in_supply_radius`.
    """
    frame = pd.DataFrame(proposals.drop(columns="geometry"))
    placed = proposals.geometry.notna() & ~proposals.geometry.is_empty
    for name in ("name_zh", "captive"):
        if name not in frame:
            frame[name] = None
    # A proposal that does not say so is a boiler, not a power plant.
    frame["captive"] = frame["captive"].astype("boolean").fillna(value=False)
    within = pd.Series(frame.index.isin(inside(proposals, built_up)["demand_id"]), frame.index)
    known = placed if len(built_up) else placed & False
    frame["in_built_up"] = within.astype("boolean").where(known)
    home = nearest(inside(proposals, counties))["facility_id"].map(counties["name_zh"])
    frame["county"] = home.reindex(frame.index)
    units = judge_units(heat_sources, parameters)
    sure = units[units["qualifies"].eq("source")]
    source = nearest(euclidean(proposals, sure, LOOK_AROUND_M)).reindex(frame.index)
    frame["plant_id"] = source["facility_id"].map(units["plant_id"])
    frame["plant_name"] = source["facility_id"].map(units["name_zh"])
    frame["distance_m"] = source["distance_m"]
    reached = euclidean(proposals, sure, parameters.supply_radius_m)["demand_id"]
    in_radius = pd.Series(frame.index.isin(reached), frame.index).astype("boolean")
    frame["in_supply_radius"] = in_radius.where(placed)
    fuel = fields.get("fuel")
    for lang in ("zh", "en"):
        frame[f"fuel_{lang}"] = [fuel.value_title(value, lang) for value in frame["fuel"]]
    table = frame.join(decide(frame, *permit_rules(parameters)))
    return gpd.GeoDataFrame(table[list(COLUMNS)], geometry=proposals.geometry, crs=proposals.crs)


def permit_rules(parameters: HeatParameters) -> tuple[list[Rule], Rule]:
    """Return the rules that ban a proposal.

    Parameters
    ----------
    parameters : HeatParameters
        Size limits of the bans.

    Returns
    -------
    rules : list of Rule
        In order of precedence.
    otherwise : Rule
        ``not_banned``.
    """
    city, elsewhere = parameters.ban_built_up_t_h, parameters.ban_elsewhere_t_h
    size = {"capacity_t_h": CAPACITY, "fuel": FUEL, "in_built_up": BUILT_UP}
    rules = [
        Rule(
            "A64",
            CLAUSE_3_8,
            "banned",
            lambda f: is_coal(f) & f["captive"],
            Text(
                "燃煤自备电厂，除国家政策允许的领域外禁止新（扩）建。",
                "A captive coal power plant: new ones and extensions are banned but where national "
                "policy allows them.",
            ),
            {"fuel": FUEL, "captive": CAPTIVE},
        ),
        Rule(
            "A58",
            CLAUSE_3_8,
            "banned",
            lambda f: is_coal(f) & f["in_built_up"] & (f["capacity_t_h"].astype("Float64") <= city),
            Text(
                f"城市建成区内禁止新建 {city:g} 蒸吨/小时及以下燃煤锅炉"
                "（本项目 {capacity_t_h:g} t/h）。",
                f"New coal boilers of {city:g} t/h or less are banned in the built-up area (this "
                "one: {capacity_t_h:g} t/h).",
            ),
            size,
        ),
        Rule(
            "A59",
            CLAUSE_3_8,
            "banned",
            lambda f: (
                is_coal(f) & ~f["in_built_up"] & (f["capacity_t_h"].astype("Float64") <= elsewhere)
            ),
            Text(
                f"建成区以外禁止新建 {elsewhere:g} 蒸吨/小时及以下燃煤锅炉"
                "（本项目 {capacity_t_h:g} t/h）。",
                f"Outside the built-up area new coal boilers of {elsewhere:g} t/h or less are "
                "banned (this one: {capacity_t_h:g} t/h).",
            ),
            size,
        ),
    ]
    otherwise = Rule(
        "none",
        CLAUSE_3_8,
        "not_banned",
        lambda f: f["fuel"].notna(),
        Text("方案三（八）没有禁止。", "Clause 3(8) does not ban it."),
    )
    return rules, otherwise
