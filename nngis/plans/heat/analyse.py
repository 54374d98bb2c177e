"""Heat, analysed: who is within reach of which source, and what becomes of each boiler."""

import geopandas as gpd
import pandas as pd

from nngis import fields
from nngis.evidence import ORDER
from nngis.kernel.decide import decide
from nngis.kernel.links import nearest
from nngis.kernel.reach import euclidean, inside
from nngis.plans.heat import findings
from nngis.plans.heat.findings import by_county
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.rules import boiler_rules
from nngis.plans.heat.sources import judge_units, supply_areas
from nngis.result.result import Analysis

# Layers whose evidence a decision leans on, beyond the ledger's own.
LEANS_ON = {
    "A57": ("built_up",),
    "A63": ("heat_sources",),
    "none": ("built_up", "heat_sources"),
}
BOILER_COLUMNS = (
    "name_zh",
    "county",
    "capacity_t_h",
    "fuel",
    "decision",
    "rule",
    "rules_hit",
    "reason_zh",
    "reason_en",
    "plant_id",
    "plant_name",
    "distance_m",
    "in_built_up",
    "evidence",
)


def analyse(
    boilers: gpd.GeoDataFrame,
    heat_sources: gpd.GeoDataFrame,
    built_up: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    parameters: HeatParameters,
) -> Analysis:
    """Decide what becomes of each boiler.

    Parameters
    ----------
    boilers : GeoDataFrame
        Role ``boilers``, points in the work CRS, indexed by `boiler_id`.
    heat_sources : GeoDataFrame
        Role ``heat_sources``, points, indexed by `unit_id`.
    built_up : GeoDataFrame
        Role ``built_up``, polygons; no rows mean that the built-up area is not known.
    counties : GeoDataFrame
        Role ``counties``, polygons, indexed by `adcode`.
    parameters : HeatParameters
        The plan's parameters.

    Returns
    -------
    Analysis
        Tables ``boilers``, ``heat_sources``, ``supply_areas``, ``built_up``,
        ``by_county``; indicators;
        assumptions; warnings.
    """
    units = judge_units(heat_sources, parameters)
    frame = _facts(boilers, units, built_up, counties, parameters)
    decided = decide(frame, *boiler_rules(parameters))
    table = frame.join(decided)
    table["evidence"] = _evidence(table, heat_sources, built_up)
    own = [name for name in boilers.columns if name not in (*BOILER_COLUMNS, "geometry")]
    out = gpd.GeoDataFrame(
        table[[*BOILER_COLUMNS, *own]], geometry=boilers.geometry, crs=boilers.crs
    )
    return Analysis(
        tables={
            "boilers": out,
            # Those that count come last, so that a map draws them on top of the others.
            "heat_sources": units.sort_values("qualifies", kind="stable"),
            "supply_areas": supply_areas(units, parameters.supply_radius_m),
            "built_up": built_up,
            "by_county": by_county(out, counties),
        },
        indicators=findings.indicators(out),
        assumptions=findings.assumptions(units),
        warnings=findings.warnings(out, boilers, built_up),
    )


def _facts(
    boilers: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    built_up: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    parameters: HeatParameters,
) -> pd.DataFrame:
    """Gather what the rules look at: reach, membership, and titles for the sentences."""
    frame = pd.DataFrame(boilers.drop(columns=["geometry"]))
    placed = boilers.geometry.notna() & ~boilers.geometry.is_empty
    for name in ("name_zh", "status"):
        if name not in frame:
            frame[name] = None
    home = nearest(inside(boilers, counties))["facility_id"].map(counties["name_zh"])
    frame["county"] = home.reindex(boilers.index)
    frame["in_built_up"] = _in_built_up(boilers, built_up, placed)

    links = euclidean(
        boilers, units[units["qualifies"].ne("not_a_source")], parameters.supply_radius_m
    )
    sure = links[links["facility_id"].map(units["qualifies"]).eq("source")]
    reached = nearest(sure).reindex(boilers.index)
    in_radius = reached["distance_m"].notna().astype("boolean")
    perhaps = boilers.index.isin(links["demand_id"]) & ~in_radius.to_numpy(bool)
    frame["in_radius"] = in_radius.mask(perhaps | ~placed.to_numpy(), pd.NA)
    frame["distance_m"] = reached["distance_m"]
    frame["distance_km"] = reached["distance_m"] / 1000
    frame["plant_id"] = reached["facility_id"].map(units["plant_id"])
    frame["plant_name"] = reached["facility_id"].map(units["name_zh"])
    fuel = fields.get("fuel")
    frame["fuel_zh"] = [fuel.value_title(v, "zh") for v in frame["fuel"]]
    frame["fuel_en"] = [fuel.value_title(v, "en") for v in frame["fuel"]]
    return frame


def _in_built_up(
    boilers: gpd.GeoDataFrame, built_up: gpd.GeoDataFrame, placed: pd.Series
) -> pd.Series:
    """Say where each boiler lies; what the ledger itself states goes before the polygons."""
    within = pd.Series(boilers.index.isin(inside(boilers, built_up)["demand_id"]), boilers.index)
    known = within.astype("boolean").mask(~placed)
    if built_up.empty:
        known = known.mask(placed)
    if "in_built_up" in boilers:
        known = boilers["in_built_up"].astype("boolean").fillna(known)
    return known


def _evidence(
    table: pd.DataFrame, heat_sources: gpd.GeoDataFrame, built_up: gpd.GeoDataFrame
) -> pd.Series:
    rank = {word: at for at, word in enumerate(ORDER)}
    own = table["evidence"].map(rank)
    layers = {"built_up": built_up, "heat_sources": heat_sources}
    for name, layer in layers.items():
        if len(layer):
            leaning = table["rule"].isin([rule for rule, used in LEANS_ON.items() if name in used])
            weak = layer["evidence"].map(rank).max()
            own = own.mask(leaning & (own < weak), weak)
    return own.map(dict(enumerate(ORDER)))
