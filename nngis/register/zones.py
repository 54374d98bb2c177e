"""Zones: inside and outside, offsets inside a region, and what is clipped to one."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from nngis.crs.place import has_place, with_place
from nngis.network.geodesic_links import inside
from nngis.register.data import Data, matches, numbers
from nngis.register.finding import Finding, Part
from nngis.register.lists import tally
from nngis.register.rules import PlanRule, columns_of
from nngis.solvers.links import nearest
from nngis.text import Text, counted


def within(frame: gpd.GeoDataFrame, zone: gpd.GeoDataFrame) -> pd.Series:
    """Say which objects lie in a zone."""
    known = has_place(frame)
    lies = pd.Series(frame.index.isin(inside(frame, zone)["demand_id"]), frame.index)
    return lies.astype("boolean").mask(~known | zone.empty)


def in_zone(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    zone: str,
    where: Mapping[str, Any] | None = None,
    at_most: Mapping[str, float] | None = None,
    done: Mapping[str, Any],
    silence_is_open: bool = False,
) -> Finding:
    """List the objects of a kind and size inside a zone; each must have done what is asked."""
    needed = [*columns_of(where or {}), *(at_most or {}), *(() if silence_is_open else done)]
    frame = data.need(role, *needed)
    scope = within(frame, data.need(zone)) & matches(frame, where or {})
    for column, most in (at_most or {}).items():
        size = numbers(frame[column])
        scope &= (size <= most).astype("boolean").mask(size.isna())
    kept = [*(where or {}), *(at_most or {}), *(c for c in done if c in frame)]
    return tally(
        rule,
        data,
        frame,
        scope,
        _is_done(frame, done, silence_is_open=silence_is_open),
        columns=kept,
    )


def offset(rule: PlanRule, data: Data, *, regions: str) -> Finding:
    """Tell which new projects are offset by cuts of the same pollutant in the same region."""
    new = data.need("new_projects", "pollutant", "emission_t_a")
    cuts = data.need("emission_projects", "pollutant", "cut_t_a", "offset_for")
    zones = data.need(regions) if regions != "counties" else data.counties
    region = [nearest(inside(f, zones))["facility_id"].reindex(f.index) for f in (new, cuts)]
    own = pd.DataFrame(
        {
            "for": cuts["offset_for"],
            "cut": numbers(cuts["cut_t_a"]),
            "region": region[1],
            "pollutant": cuts["pollutant"],
        }
    )
    same = own["for"].map(new["pollutant"]).eq(own["pollutant"]) & own["for"].map(region[0]).eq(
        own["region"]
    )
    zero = dict.fromkeys(new.index, 0.0)
    here = own["cut"][same].groupby(own["for"][same]).sum()
    away = own["cut"][~same].groupby(own["for"][~same]).sum()
    frame = new.assign(
        offset_t_a=here.reindex(new.index).fillna(zero),
        offset_elsewhere_t_a=away.reindex(new.index).fillna(zero),
    )
    need = numbers(frame["emission_t_a"])
    enough = (frame["offset_t_a"] >= need).astype("boolean").mask(need.isna() | region[0].isna())
    every = pd.Series(data=True, index=frame.index, dtype="boolean")
    columns = ["pollutant", "emission_t_a", "offset_t_a", "offset_elsewhere_t_a"]
    return tally(rule, data, frame, every, enough, columns=columns)


def clip(rule: PlanRule, data: Data, *, role: str, zone: str, named: str) -> Finding:
    """Cut lines to a zone and give their length inside."""
    lines = data.need(role, "name_zh")
    mine = lines[lines["name_zh"].astype("string").str.contains(named).fillna(value=False)]
    area = data.need(zone).geometry.union_all()
    cut = with_place(mine.set_geometry(mine.geometry.intersection(area)))
    cut = cut.assign(length_km=cut.length / 1000)
    parts = cut[["name_zh", "geometry"]].overlay(
        data.counties[["name_zh", "geometry"]].rename(columns={"name_zh": "county"}),
        how="intersection",
        keep_geom_type=True,
    )
    by = (parts.length / 1000).groupby(parts["county"]).sum()
    value = float(cut["length_km"].sum())
    return Finding(
        "done",
        Text(
            f"排放控制区内的通航水道 {value:.1f} km（{len(cut)} 段）。",
            f"{value:.1f} km of waterway lie in the control area ({counted(len(cut), 'stretch')}).",
        ),
        (Part(rule.id, value, "km", "done"),),
        objects=cut[["name_zh", "length_km", "geometry"]],
        by_county=pd.DataFrame({"value": by.reindex(data.counties["name_zh"], fill_value=0.0)}),
    )


def _is_done(frame: pd.DataFrame, done: Mapping[str, Any], *, silence_is_open: bool) -> pd.Series:
    found = matches(frame, done)
    return found.fillna(value=False) if silence_is_open else found
