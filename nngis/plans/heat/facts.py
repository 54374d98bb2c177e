"""What the rules look at, gathered: place, reach, parks, stacks, and titles for the sentences."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis import fields
from nngis.crs import INCLUSION_TOLERANCE_M
from nngis.crs.place import has_place
from nngis.decide.counties import county_of
from nngis.network.geodesic_links import geodesic_links, inside
from nngis.plans.heat.parameters import HeatParameters
from nngis.solvers.links import nearest
from nngis.text import Text

ULTRA_LOW_FUELS = ("coal", "biomass")
STACK_COLUMNS = ("ultra_low", "pm_mg_m3", "so2_mg_m3", "nox_mg_m3")
PEAKING_WORDS = "调峰|尖峰|peak"
IDLE = ("stopped",)
IDLE_SAID = Text(
    "该锅炉已停用，关停不另减排放。", " It is stopped already: closing it saves nothing."
)
FLAGS = ("captive", "meets_standard", "ultra_low", "has_heat")
NEAREST_PARK_M = 200_000.0  # parks farther than this are in another city


@dataclass(frozen=True)
class Zones:
    """The areas that the rules name.

    Parameters
    ----------
    built_up : GeoDataFrame
        Polygons; no rows mean that the built-up area is not known.
    counties : GeoDataFrame
        Polygons with `name_zh`.
    parks : GeoDataFrame or None
        Polygons (or points); None where no layer of parks is given.
    """

    built_up: gpd.GeoDataFrame
    counties: gpd.GeoDataFrame
    parks: gpd.GeoDataFrame | None = None


def gather(
    boilers: gpd.GeoDataFrame, units: gpd.GeoDataFrame, zones: Zones, parameters: HeatParameters
) -> pd.DataFrame:
    """Gather what the rules look at."""
    frame = pd.DataFrame(boilers.drop(columns=["geometry"]))
    for name in ("name_zh", "status", "boiler_use", "fuel"):
        if name not in frame:
            frame[name] = None
    size = pd.to_numeric(frame["capacity_t_h"]).astype("float64")
    frame["capacity_t_h"] = size.where((size > 0) & (size <= parameters.boiler_max_t_h))
    for name in FLAGS[:3]:
        given = frame.get(name, pd.NA)
        frame[name] = pd.Series(given, index=frame.index, dtype="boolean")
    # A boiler of which nobody says so is a boiler, not a power plant.
    frame["captive"] = frame["captive"].fillna(value=False)
    frame["peaking"] = (
        frame["boiler_use"].astype("string").str.contains(PEAKING_WORDS, case=False, na=False)
    ).astype("boolean")
    frame["ultra_low"] = frame["ultra_low"].fillna(within_limits(frame, parameters))
    unsaid = frame["fuel"].isna()
    frame["ultra_low_asked"] = must_be_ultra_low(frame, parameters)
    frame["closes"] = frame["fuel"].isin(parameters.close_fuels).astype("boolean").mask(unsaid)
    idle = frame["status"].isin(IDLE)
    for lang in ("zh", "en"):
        frame[f"idle_{lang}"] = np.where(idle, IDLE_SAID.say(lang), "")
    frame = frame.assign(steam_short=False, steam_why_zh=None, steam_why_en=None, load_t_h=np.nan)
    frame = frame.assign(outside=False, unmapped=False)
    frame["county"] = county_of(boilers, zones.counties)
    frame["in_built_up"] = in_built_up(boilers, zones.built_up)
    frame = frame.join(reach_of(boilers, units, parameters))
    frame = frame.join(parks_of(boilers, units, zones.parks, parameters))
    return frame.join(fuel_words(frame["fuel"]))


def must_be_ultra_low(frame: pd.DataFrame, parameters: HeatParameters) -> pd.Series:
    """Say which boilers are large and burn what must leave the stack at ultra-low emission."""
    fuel = frame["fuel"].isin(ULTRA_LOW_FUELS).astype("boolean").mask(frame["fuel"].isna())
    return fuel & (frame["capacity_t_h"].astype("Float64") >= parameters.ultra_low_min_t_h)


def has_stacks(boilers: pd.DataFrame) -> bool:
    """Say whether a ledger tells anything of what leaves the stacks."""
    return any(name in boilers and boilers[name].notna().any() for name in STACK_COLUMNS)


def in_built_up(points: gpd.GeoDataFrame, built_up: gpd.GeoDataFrame) -> pd.Series:
    """Say which points lie in the built-up area.

    What a ledger itself states goes before the polygons. A point whose place is known to
    `uncertainty_m` only is not decided where the border runs nearer than that.
    """
    placed = has_place(points)
    within = pd.Series(points.index.isin(inside(points, built_up)["demand_id"]), points.index)
    known = within.astype("boolean").mask(~placed)
    if built_up.empty:
        known = known.mask(placed)
    else:
        border = shapely.boundary(built_up.geometry.union_all())
        known = known.mask(placed & (points.geometry.distance(border) < uncertainty_m(points)))
    if "in_built_up" in points:
        known = points["in_built_up"].astype("boolean").fillna(known)
    return known


def uncertainty_m(points: pd.DataFrame) -> pd.Series:
    """Say how far off each place may be [m]."""
    if "uncertainty_m" not in points:
        return pd.Series(0.0, index=points.index)
    return pd.to_numeric(points["uncertainty_m"]).astype("float64").fillna(0.0)


def fuel_words(fuel: pd.Series) -> pd.DataFrame:
    """Give the words for fuels that sentences use."""
    field = fields.get("fuel")
    zh = pd.Series([field.value_title(v, "zh") for v in fuel], index=fuel.index, dtype=object)
    en = pd.Series([field.value_title(v, "en") for v in fuel], index=fuel.index, dtype=object)
    articles = np.where(en.str[:1].isin(list("aeiou")), "An ", "A ")
    article = pd.Series(articles, index=fuel.index, dtype=object)  # as `en`, where both are empty
    return pd.DataFrame(
        {
            "fuel_zh": zh,
            "fuel_en": en,
            "fuel_adj_zh": "燃" + zh,
            "fuel_adj_en": article + en + " boiler",
        }
    )


def within_limits(frame: pd.DataFrame, parameters: HeatParameters) -> pd.Series:
    """Hold measured concentrations against the ultra-low limits; one above them decides."""
    answers = []
    for name in STACK_COLUMNS[1:]:
        limit = getattr(parameters, f"ultra_low_{name}")
        given = frame[name] if name in frame else pd.Series(np.nan, index=frame.index)
        answers.append(pd.to_numeric(given).astype("Float64") <= limit)
    return answers[0] & answers[1] & answers[2]


def reach_of(
    boilers: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    parameters: HeatParameters,
    links: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Tell which boilers a qualifying source reaches, and the nearest that does.

    Links that are known already, to all units and as far as any radius, may be given.
    """
    radius, off = parameters.supply_radius_m, uncertainty_m(boilers)
    asked = units["qualifies"].ne("not_a_source")
    if links is None:
        links = geodesic_links(boilers, units[asked], radius + float(off.max() or 0.0))
    else:
        links = links[links["facility_id"].isin(units.index[asked])]
    shift = off.reindex(links["demand_id"]).to_numpy(float)
    within = links["distance_m"] <= radius + INCLUSION_TOLERANCE_M
    counts = links["facility_id"].map(units["qualifies"]).eq("source")
    certain = links["distance_m"] + shift <= radius + INCLUSION_TOLERANCE_M
    possible = links["distance_m"] - shift <= radius + INCLUSION_TOLERANCE_M
    reached = nearest(links[counts & within]).reindex(boilers.index)
    sure = boilers.index.isin(links.loc[counts & certain, "demand_id"])
    perhaps = boilers.index.isin(links.loc[possible, "demand_id"]) & ~sure
    open_ = perhaps | ~has_place(boilers).to_numpy()
    return pd.DataFrame(
        {
            "in_radius": pd.Series(sure, index=boilers.index, dtype="boolean").mask(open_),
            "distance_m": reached["distance_m"],
            "distance_km": reached["distance_m"] / 1000,
            "plant_id": reached["facility_id"].map(units["plant_id"]),
            "plant_name": reached["facility_id"].map(units["name_zh"]),
        },
        index=boilers.index,
    )


def parks_of(
    boilers: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame | None,
    parameters: HeatParameters,
) -> pd.DataFrame:
    """Tell who is in a park, and which park with heat is nearest."""
    out = pd.DataFrame(index=boilers.index)
    out["in_park"] = pd.Series(pd.NA, index=boilers.index, dtype="boolean")
    for name in ("park_id", "park_name", "park_title_zh", "park_title_en"):
        out[name] = pd.Series(None, index=boilers.index, dtype=object)
    out["park_distance_m"] = np.nan
    if parks is None or parks.empty:
        return out
    judged = parks_with_heat(parks, units, parameters.supply_radius_m)
    within = pd.Series(boilers.index.isin(inside(boilers, parks)["demand_id"]), boilers.index)
    placed = has_place(boilers)
    near = boilers.geometry.distance(parks.geometry.boundary.union_all()) < uncertainty_m(boilers)
    out["in_park"] = within.astype("boolean").mask(~placed | near)
    target = judged[judged["has_heat"].fillna(value=False)]
    heated = len(target) > 0
    if not heated:
        target = judged
    id_, distance = nearest_park(boilers, target)
    names = id_.map(target["park_name"]).astype(object)
    km = (distance / 1000).map("{:.1f}".format).astype(object)
    out["park_id"], out["park_name"], out["park_distance_m"] = id_, names, distance
    zh = "有热源的园区" if heated else "最近的园区（是否有热源未知）"
    en = "the nearest park with heat" if heated else "the nearest park (heat unknown)"
    out["park_title_zh"] = zh + "“" + names + "”（" + km + " km）"
    out["park_title_en"] = en + ", " + names + " (" + km + " km)"
    return out


def parks_with_heat(
    parks: gpd.GeoDataFrame, units: gpd.GeoDataFrame, radius_m: float
) -> gpd.GeoDataFrame:
    """Say which parks have heat: those that say so, or that a qualifying source reaches."""
    said = parks.get("has_heat", pd.NA)
    out = parks.assign(has_heat=pd.Series(said, index=parks.index, dtype="boolean"))
    named = parks["name_zh"] if "name_zh" in parks else pd.Series(None, parks.index, dtype=object)
    out["park_name"] = named.fillna(parks.index.to_series())
    sources = units[units["qualifies"].eq("source")]
    if len(sources):
        # A park counts as reached where any part of it lies within the radius of a source.
        apart = parks.geometry.distance(sources.geometry.union_all())
        out["has_heat"] = out["has_heat"].mask(out["has_heat"].isna() & (apart <= radius_m), True)
    return out


def nearest_park(points: gpd.GeoDataFrame, parks: gpd.GeoDataFrame) -> tuple[pd.Series, pd.Series]:
    """Find the nearest park of each point."""
    ids = pd.Series(None, index=points.index, dtype=object)
    metres = pd.Series(np.nan, index=points.index)
    placed = np.flatnonzero(has_place(points).to_numpy())
    if len(parks) and len(placed):
        (at, found), apart = parks.sindex.nearest(
            points.geometry.iloc[placed],
            return_all=False,
            return_distance=True,
            max_distance=NEAREST_PARK_M,
        )
        ids.iloc[placed[at]] = parks.index[found]
        metres.iloc[placed[at]] = apart
    return ids, metres
