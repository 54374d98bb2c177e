"""Outlets: the steam that each plant can give at each pressure, by season, and what is known."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.plans.heat.parameters import HeatParameters

SEASONS = ("winter", "summer")
KEY = ["plant_id", "steam_p_mpa"]
TOTALS = ["steam_capacity_t_h", "existing_load_t_h"]


def outlets_of(units: gpd.GeoDataFrame, parameters: HeatParameters) -> gpd.GeoDataFrame:
    """List the outlets of the plants that count: one a plant and pressure."""
    frame = _per_unit(units, parameters)
    groups = frame.groupby(KEY, sort=False)
    first = {"plant_name": ("name_zh", "first"), "steam_t_c": ("steam_t_c", "min")}
    rest = {
        "assumed_steam": ("assumed_steam", "any"),
        "assumed_load": ("assumed_load", "any"),
        "steam_from_year": ("steam_from_year", "max"),
    }
    out = groups.agg(**first, units_count=("plant_id", "size"))
    out = out.join(_totals(frame)).join(groups.agg(**rest)).reset_index()
    order = np.lexsort((-out["steam_p_mpa"], out["plant_id"].to_numpy(str)))
    out = out.iloc[order].reset_index(drop=True)
    out = out.join(_available(out["steam_capacity_t_h"], out["existing_load_t_h"], parameters))
    largest = frame.sort_values("steam_capacity_t_h", ascending=False, kind="stable")
    out = out.merge(_largest(largest, KEY), on=KEY, how="left")
    left = out["steam_capacity_t_h"] - out.pop("largest_t_h")
    out["n1_available_t_h"] = _available(left, out["existing_load_t_h"], parameters)[
        "available_t_h"
    ]
    place = frame.drop_duplicates("plant_id").set_index("plant_id")["geometry"]
    pairs = zip(out["plant_id"], out["steam_p_mpa"], strict=True)
    named = [f"{plant}@{p:g}MPa" for plant, p in pairs]
    out.index = pd.Index(named, name="outlet_id", dtype=object)
    shapes = gpd.GeoSeries(place.reindex(out["plant_id"]).to_numpy(), index=out.index)
    return gpd.GeoDataFrame(out, geometry=shapes, crs=units.crs)


def available_t_h(
    outlets: pd.DataFrame, units: gpd.GeoDataFrame, parameters: HeatParameters
) -> pd.Series:
    """Say what some outlets would have for new users under other parameters."""
    total = _totals(_per_unit(units, parameters)).reindex(pd.MultiIndex.from_frame(outlets[KEY]))
    capacity, existing = (total[name].set_axis(outlets.index) for name in TOTALS)
    return _available(capacity, existing, parameters)["available_t_h"]


def season_table(outlets: pd.DataFrame, parameters: HeatParameters) -> pd.DataFrame:
    """Set steam against load for each outlet and season."""
    rows = []
    for season in SEASONS:
        load, steam = _factors(season, parameters)
        part = pd.DataFrame({"plant_name": outlets["plant_name"], "season": season})
        part["steam_t_h"] = outlets["steam_capacity_t_h"] * steam
        part["existing_t_h"] = outlets["existing_load_t_h"] * load
        part["new_t_h"] = outlets["assigned_t_h"] * load
        part["spare_t_h"] = part["steam_t_h"] - part["existing_t_h"] - part["new_t_h"]
        rows.append(part)
    out = pd.concat(rows).reset_index()
    out = out.sort_values("outlet_id", kind="stable")
    ids = [f"{o}_{s}" for o, s in zip(out["outlet_id"], out["season"], strict=True)]
    out.index = pd.Index(ids, name="season_id", dtype=object)
    return out


def _per_unit(units: gpd.GeoDataFrame, parameters: HeatParameters) -> pd.DataFrame:
    counted = units[units["qualifies"].eq("source") & units.geometry.notna()]
    frame = pd.DataFrame(counted)
    for name in ("steam_capacity_t_h", "existing_load_t_h", "steam_p_mpa", "steam_t_c"):
        given = counted.get(name, pd.Series(np.nan, index=counted.index))
        frame[name] = pd.to_numeric(given).astype("float64")
    year = counted.get("steam_from_year", pd.Series(np.nan, index=counted.index))
    frame["steam_from_year"] = pd.to_numeric(year).astype("float64")
    frame["steam_p_mpa"] = frame["steam_p_mpa"].fillna(parameters.steam_source_p_mpa)
    frame["steam_t_c"] = frame["steam_t_c"].fillna(parameters.steam_source_t_c)
    assumed = parameters.assume_steam_t_h
    frame["assumed_steam"] = frame["steam_capacity_t_h"].isna() & (assumed is not None)
    if assumed is not None:
        frame["steam_capacity_t_h"] = frame["steam_capacity_t_h"].fillna(assumed)
    frame["assumed_load"] = frame["existing_load_t_h"].isna()
    share = frame["steam_capacity_t_h"] * parameters.existing_load_share
    frame["existing_load_t_h"] = frame["existing_load_t_h"].fillna(share)
    return frame


def _totals(frame: pd.DataFrame) -> pd.DataFrame:
    """Add up extraction and load of each outlet's units; what one of them does not say is open."""
    return frame.groupby(KEY, sort=False)[TOTALS].sum(skipna=False)


def _largest(units: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    first = units.reset_index(names="n1_unit_id").drop_duplicates(key)
    return first[[*key, "n1_unit_id", "steam_capacity_t_h"]].rename(
        columns={"steam_capacity_t_h": "largest_t_h"}
    )


def _available(
    capacity: pd.Series, existing: pd.Series, parameters: HeatParameters
) -> pd.DataFrame:
    """Say what design load new users may have, and in which season no more is to be had.

    In a season the existing and the new load, each times the season's load factor, must stay
    within the extraction times the season's steam factor.
    """
    by_season = []
    for season in SEASONS:
        load, steam = _factors(season, parameters)
        if load > 0:
            by_season.append((capacity * steam / load - existing).rename(season))
        else:
            by_season.append(pd.Series(np.inf, index=capacity.index, name=season))
    table = pd.concat(by_season, axis=1)
    least = table.min(axis=1, skipna=False).clip(lower=0.0)
    tightest = pd.Series(np.array(SEASONS)[table.to_numpy().argmin(axis=1)], index=capacity.index)
    return pd.DataFrame({"available_t_h": least, "season": tightest.where(least.notna())})


def _factors(season: str, parameters: HeatParameters) -> tuple[float, float]:
    return (
        float(getattr(parameters, f"{season}_load_share")),
        float(getattr(parameters, f"{season}_steam_share")),
    )
