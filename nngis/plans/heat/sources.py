"""Heat sources: which generating units count for rule A63, and the area each plant supplies."""

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, Polygon

from nngis import fields
from nngis.crs import true_circle, work_to_lonlat
from nngis.crs.place import has_place
from nngis.decide.rules import decide
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.rules import GONE_UNITS, captive_rules, unit_rules


def judge_units(heat_sources: gpd.GeoDataFrame, parameters: HeatParameters) -> gpd.GeoDataFrame:
    """Say of each unit whether it counts as a heat source of rule A63."""
    units = heat_sources.copy()
    for name in ("plant_id", "name_zh"):
        units[name] = units[name].fillna(units.index.to_series()) if name in units else units.index
    for name in ("is_chp", "captive", "meets_standard", "ultra_low"):
        given = units.get(name, pd.NA)
        units[name] = pd.Series(given, index=units.index, dtype="boolean")
    if "status" not in units:
        units["status"] = "operating"  # a list of units without a status is a list of what runs
    operating = units["status"].eq("operating")
    frame = pd.DataFrame(units.drop(columns="geometry"))
    frame["rated_mw"] = units["capacity_mw"]
    if parameters.threshold_per == "plant":
        running = units["capacity_mw"].where(operating, 0.0)
        frame["rated_mw"] = running.groupby(units["plant_id"]).transform("sum")
    assumed = units["is_chp"].isna() & parameters.assume_chp
    frame["chp"] = units["is_chp"].mask(assumed, True)
    frame["chp_zh"] = assumed.map({True: "假定为热电联产", False: "为热电联产"})
    frame["chp_en"] = assumed.map({True: "assumed to be CHP", False: "CHP"})
    for lang in ("zh", "en"):
        status = fields.get("status")
        frame[f"status_{lang}"] = [status.value_title(v, lang) for v in units["status"]]
    decided = decide(frame, *unit_rules(parameters))
    coal = units["fuel"].eq("coal")
    stacks = bool(units["ultra_low"].notna().any())
    rules = captive_rules(parameters, stacks=stacks)
    closing = decide(frame[operating & coal], *rules).reindex(units.index)
    # Of a unit that is gone nothing is left to decide; what it came under is kept.
    gone = decide(frame[units["status"].isin(GONE_UNITS) & coal], *rules)["rules_hit"]
    told = {
        name: (
            decided[name].astype("string") + gap + closing[name].astype("string").fillna("")
        ).str.strip()
        for name, gap in (("reason_zh", ""), ("reason_en", " "))
    }
    return units.assign(
        qualifies=decided["decision"],
        assumed_chp=assumed & decided["decision"].eq("source"),
        ultra_low_asked=operating.astype("boolean") & units["fuel"].eq("coal").astype("boolean"),
        decision=closing["decision"],
        rule=closing["rule"],
        rules_hit=closing["rules_hit"].astype(object).fillna(gone.reindex(units.index)),
        **told,
    )


def plants_of(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """List the plants that count for rule A63."""
    counted = units[units["qualifies"].eq("source") & units.geometry.notna()]
    plants = counted.groupby("plant_id", sort=True)
    first = counted[~counted["plant_id"].duplicated()].set_index("plant_id").geometry
    return gpd.GeoDataFrame(
        {"plant_name": plants["name_zh"].first(), "units_count": plants.size()},
        geometry=first,
        crs=units.crs,
    )


def supply_areas(units: gpd.GeoDataFrame, radius_m: float) -> gpd.GeoDataFrame:
    """Draw the supply area of every qualifying plant: a circle that is true on the ground."""
    counted = units[units["qualifies"].eq("source") & has_place(units)]
    plants = counted.groupby("plant_id", sort=True)
    shapes = []
    for _, plant in plants:
        xy = plant.get_coordinates().drop_duplicates()
        lon, lat = work_to_lonlat(xy["x"].to_numpy(), xy["y"].to_numpy(), units.crs)
        rings = true_circle(lon, lat, radius_m, units.crs)
        circles = gpd.GeoSeries([Polygon(ring) for ring in rings]).union_all()
        shapes.append(circles if isinstance(circles, MultiPolygon) else MultiPolygon([circles]))
    names = plants["name_zh"].first()
    return gpd.GeoDataFrame(
        {"plant_name": names.to_numpy(), "radius_m": radius_m},
        index=pd.Index(names.index, name="plant_id"),
        geometry=shapes,
        crs=units.crs,
    )
