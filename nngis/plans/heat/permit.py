"""May a new boiler or captive unit be built here: rules A58, A59 and A64 of clause 3(8)."""

import geopandas as gpd
import pandas as pd

from nngis.crs.place import has_place
from nngis.decide.counties import county_of
from nngis.decide.rules import UNKNOWN, Rule, decide, holds
from nngis.network.geodesic_links import nearest_straight
from nngis.plans.heat.facts import (
    fuel_words,
    in_built_up,
    nearest_park,
    parks_with_heat,
)
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
    "clause",
    "rules_hit",
    "reason_zh",
    "reason_en",
    "in_built_up",
    "plant_id",
    "plant_name",
    "distance_m",
    "in_supply_radius",
    "beyond_radius_m",
    "park_id",
    "park_name",
    "park_distance_m",
    "park_has_heat",
)


def judge_proposals(
    proposals: gpd.GeoDataFrame,
    heat_sources: gpd.GeoDataFrame,
    built_up: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    parameters: HeatParameters,
    *,
    parks: gpd.GeoDataFrame | None = None,
    mapped: frozenset[str] | None = None,
) -> gpd.GeoDataFrame:
    """Say of each proposed boiler whether the plan bans it, and where steam could come from.

    Parameters
    ----------
    proposals : GeoDataFrame
        Points in the work CRS: `capacity_t_h`, `fuel`, optionally `captive` and `name_zh`.
    heat_sources, built_up, counties : GeoDataFrame
        As in the heat plan; sources may have been judged already.
    parameters : HeatParameters
        Size limits of the bans, supply radius, what counts as a source.
    parks : GeoDataFrame, optional
        Parks; the nearest is named.
    mapped : frozenset of str, optional
        Counties of which the built-up area is known; in others it is not, and outside all counties
        the plan document says nothing. Without it the polygons are taken to be all there is.

    Returns
    -------
    GeoDataFrame
        On the same index: `decision` (``banned``, ``not_banned``, ``unknown``), its rules and
        reasons, `in_built_up`, the nearest qualifying source with `distance_m` (empty beyond
        100 km), `in_supply_radius` and `beyond_radius_m` (below zero inside), and the nearest
        park with `park_distance_m` and `park_has_heat`.
    """
    frame = pd.DataFrame(proposals.drop(columns="geometry"))
    for name in ("name_zh", "captive", "fuel"):
        if name not in frame:
            frame[name] = None
    # A proposal that does not say so is a boiler, not a power plant.
    frame["captive"] = frame["captive"].astype("boolean").fillna(value=False)
    frame["in_built_up"] = in_built_up(proposals, built_up)
    frame["county"] = county_of(proposals, counties)
    placed = has_place(proposals)
    frame["outside"] = placed & frame["county"].isna() & (mapped is not None)
    known = frame["county"].isin(mapped) if mapped is not None else placed
    stated = proposals["in_built_up"].notna() if "in_built_up" in proposals else ~placed
    frame["unmapped"] = placed & ~frame["outside"] & ~known & ~stated
    inside = frame["in_built_up"].fillna(value=False)
    frame["in_built_up"] = frame["in_built_up"].mask(frame["unmapped"] & ~inside)
    judged = "qualifies" in heat_sources
    units = heat_sources if judged else judge_units(heat_sources, parameters)
    sure = units[units["qualifies"].eq("source")]
    source = nearest_straight(proposals, sure, LOOK_AROUND_M).reindex(frame.index)
    frame["plant_id"] = source["facility_id"].map(units["plant_id"])
    frame["plant_name"] = source["facility_id"].map(units["name_zh"])
    frame["distance_m"] = source["distance_m"]
    radius = parameters.supply_radius_m
    reached = nearest_straight(proposals, sure, radius).index
    in_radius = pd.Series(frame.index.isin(reached), frame.index).astype("boolean")
    frame["in_supply_radius"] = in_radius.where(placed)
    frame["beyond_radius_m"] = (source["distance_m"] - radius).where(placed)
    frame = frame.join(_nearest_park(proposals, units, parks, radius))
    frame["clause"] = CLAUSE_3_8
    frame = frame.join(fuel_words(frame["fuel"]))
    table = frame.join(decide(frame, *permit_rules(parameters)))
    return gpd.GeoDataFrame(table[list(COLUMNS)], geometry=proposals.geometry, crs=proposals.crs)


def _nearest_park(
    proposals: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame | None,
    radius_m: float,
) -> pd.DataFrame:
    """Name the nearest park of each proposal, how far it is, and whether it has heat."""
    columns = ["park_id", "park_name", "park_distance_m", "park_has_heat"]
    if parks is None or parks.empty:
        return pd.DataFrame(None, index=proposals.index, columns=columns, dtype=object)
    judged = parks_with_heat(parks, units, radius_m)
    id_, distance = nearest_park(proposals, judged)
    values = [id_, id_.map(judged["park_name"]), distance, id_.map(judged["has_heat"])]
    return pd.DataFrame(dict(zip(columns, values, strict=True)))


def permit_rules(parameters: HeatParameters) -> tuple[list[Rule], Rule]:
    """Return the rules that ban a proposal."""
    city, elsewhere = parameters.ban_built_up_t_h, parameters.ban_elsewhere_t_h
    size = {"capacity_t_h": CAPACITY, "fuel": FUEL, "in_built_up": BUILT_UP}
    town = ("built_up",)
    least, most = min(city, elsewhere), max(city, elsewhere)

    def unmapped(frame: pd.DataFrame) -> pd.Series:
        blind = frame["unmapped"].astype("boolean") & frame["in_built_up"].isna()
        return is_coal(frame) & blind

    rules = [
        Rule(
            "outside",
            CLAUSE_3_8,
            UNKNOWN,
            holds("outside"),
            Text(
                "位置不在本案例的县（市、区）边界内：方案管不到，也没有那里的建成区数据，无法判定。",
                "It lies outside the counties of the case: the plan document does not reach there, "
                "and its built-up area is not known.",
            ),
        ),
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
            town,
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
            town,
        ),
    ]
    rules += [
        Rule(
            "A59",
            CLAUSE_3_8,
            "banned",
            lambda f: unmapped(f) & (f["capacity_t_h"].astype("Float64") <= least),
            Text(
                f"{{county}}的建成区范围未知，但 {least:g} 蒸吨/小时及以下燃煤锅炉"
                "在建成区内外都禁止新建（本项目 {capacity_t_h:g} t/h）。",
                f"The built-up area of {{county}} is not known, but new coal boilers of {least:g} "
                "t/h or less are banned inside and outside (this one: {capacity_t_h:g} t/h).",
            ),
            size,
            town,
        ),
        Rule(
            "A58",
            CLAUSE_3_8,
            UNKNOWN,
            lambda f: unmapped(f) & (f["capacity_t_h"].astype("Float64") <= most),
            Text(
                f"{{county}}的建成区范围未知：建成区内禁止 {city:g}、区外禁止 {elsewhere:g} "
                "蒸吨/小时及以下，本项目 {capacity_t_h:g} t/h，无法判定；"
                "请用 --layer built_up=文件 给出建成区。",
                f"The built-up area of {{county}} is not known: {city:g} t/h or less are banned in "
                f"it, {elsewhere:g} or less outside, and this one has {{capacity_t_h:g}} t/h; give "
                "the area with --layer built_up=FILE.",
            ),
            size,
            town,
        ),
    ]
    otherwise = Rule(
        "none",
        CLAUSE_3_8,
        "not_banned",
        lambda f: f["fuel"].notna(),
        Text("没有条款禁止。", "No clause bans it."),
        leans_on=town,
    )
    return rules, otherwise
