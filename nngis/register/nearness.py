"""Nearness: the nearest facility, coverage of classes and people, resources within reach."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from nngis.crs import ground_distance_m
from nngis.crs.place import with_place
from nngis.register.data import Data, matches, numbers
from nngis.register.finding import Finding, Part, worst
from nngis.register.rules import PlanRule
from nngis.text import Text


def nearest_of(
    frame: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, within_m: float | None = None
) -> pd.DataFrame:
    """Find the nearest facility of each point, however far it is or within a distance."""
    out = pd.DataFrame({"facility_id": None, "facility_m": np.nan}, index=frame.index, dtype=object)
    out["facility_m"] = out["facility_m"].astype(float)
    here, there = with_place(frame), with_place(facilities)
    if here.empty or there.empty:
        return out
    if set(there.geom_type) == {"Point"} and set(here.geom_type) == {"Point"}:
        a, b = here.get_coordinates().to_numpy(), there.get_coordinates().to_numpy()
        _, at = KDTree(b).query(a)
        distance = ground_distance_m(a[:, 0], a[:, 1], b[at, 0], b[at, 1], frame.crs)
        rows = np.arange(len(here))
    else:
        (rows, at), distance = there.sindex.nearest(
            here.geometry, return_all=False, return_distance=True, max_distance=within_m
        )
    out.loc[here.index[rows], "facility_id"] = there.index[at].to_numpy()
    out.loc[here.index[rows], "facility_m"] = distance
    return out


def people_within(
    rule: PlanRule,
    data: Data,
    *,
    facilities: str,
    limits_m: Sequence[float],
    role: str = "demand",
    weight: str = "population",
    where: Mapping[str, Any] | None = None,
) -> Finding:
    """Give the share of people within some distances of a facility."""
    people = with_place(data.need(role, weight))
    stops = data.need(facilities, *(where or {}))
    stops = stops[matches(stops, where or {}).fillna(value=False).to_numpy(bool)]
    size = numbers(people[weight])
    near = nearest_of(people, stops)["facility_m"]
    total = float(size.sum())
    parts = tuple(
        Part(
            f"{rule.id}.{limit:g}m",
            float(size[near <= limit].sum()) / total * 100 if total else None,
            "%",
            "done" if total else "unknown",
            title=Text(f"{limit:g} 米覆盖率", f"Within {limit:g} m"),
        )
        for limit in limits_m
    )
    last = near <= limits_m[-1]
    county = data.county_of(people)
    by = size.where(last, 0.0).groupby(county).sum() / size.groupby(county).sum() * 100
    names = data.counties["name_zh"]
    kept = people.assign(facility_m=near, state=np.where(last, "done", "open"))
    said = "、".join(f"{p.title.zh} {p.value or 0:.1f}%" for p in parts if p.title)
    en = ", ".join(f"{p.title.en} {p.value or 0:.1f} %" for p in parts if p.title)
    return Finding(
        worst([p.status for p in parts]),
        Text(f"{said}（{total:g}）。", f"{en} of {total:g}."),
        parts,
        objects=kept[[weight, "facility_m", "state", "geometry"]],
        by_county=pd.DataFrame({"value": by.reindex(names)}).rename_axis("county"),
    )


def far_from(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    weight: str,
    at_least: float,
    facilities: Sequence[str],
    beyond_m: float,
    has: str,
) -> Finding:
    """List heavy shippers, how far rail and port are, and which lack a siding though near."""
    frame = data.need(role, weight)
    given = [one for one in facilities if one in data.frames]
    if not given:
        data.need(facilities[0])
    heavy = frame[(numbers(frame[weight]) >= at_least).to_numpy(bool)]
    away = pd.DataFrame({f: nearest_of(heavy, data.frames[f])["facility_m"] for f in given})
    sided = matches(heavy, {has: True}).fillna(value=False).astype(bool)
    close = (away.min(axis=1) <= beyond_m) & ~sided
    tonnes = numbers(heavy[weight])
    value = float(tonnes[close].sum())
    kept = heavy.assign(facility_m=away.min(axis=1), nearest_kind=_first_of(away))
    county = data.county_of(heavy)
    by = (
        tonnes[close].groupby(county[close]).sum().reindex(data.counties["name_zh"], fill_value=0.0)
    )
    columns = [c for c in ("name_zh", weight, "facility_m", "nearest_kind") if c in kept]
    return Finding(
        "done",
        Text(
            f"{len(heavy)} 家大宗货主中 {int(close.sum())} 家在铁路或港口 {beyond_m / 1000:g} km "
            f"以内而没有专用线，货运量 {value:g} t/a。",
            f"Of {len(heavy)} heavy shippers {int(close.sum())} lie within {beyond_m / 1000:g} km "
            f"of rail or port without a siding; they ship {value:g} t/a.",
        ),
        (Part(rule.id, value, "t/a", "done"),),
        objects=kept[[*columns, "geometry"]].assign(
            state=np.where(sided, "done", np.where(close, "open", "unknown")), county=county
        ),
        by_county=pd.DataFrame({"value": by.astype(float)}).rename_axis("county"),
    )


def _first_of(away: pd.DataFrame) -> pd.Series:
    filled = away.fillna(np.inf)
    return filled.idxmin(axis=1).where(away.notna().any(axis=1)) if len(away) else pd.Series()


def resource_around(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    column: str,
    plants: str,
    where: Mapping[str, Any] | None = None,
    limits_m: Sequence[float],
) -> Finding:
    """Add up a resource by the distance to its nearest plant: a supply curve."""
    fields = data.need(role, column)
    works = data.need(plants, *(where or {}))
    works = works[matches(works, where or {}).fillna(value=False).to_numpy(bool)]
    size = numbers(fields[column])
    close = nearest_of(fields, works)
    parts = tuple(
        Part(
            f"{rule.id}.{limit:g}m",
            float(size[close["facility_m"] <= limit].sum()),
            "t/a",
            "done",
            title=Text(f"{limit / 1000:g} km 以内", f"Within {limit / 1000:g} km"),
        )
        for limit in limits_m
    )
    total = float(size.sum())
    said = "、".join(
        f"{limit / 1000:g} km {p.value:g}" for limit, p in zip(limits_m, parts, strict=True)
    )
    county = data.county_of(fields)
    by = size.groupby(county).sum().reindex(data.counties["name_zh"], fill_value=0.0)
    state = np.where(close["facility_m"] <= limits_m[-1], "done", "open")
    kept = fields.assign(state=state, **close)
    columns = [c for c in ("name_zh", column, "facility_id", "facility_m", "state") if c in kept]
    return Finding(
        "done",
        Text(
            f"资源量 {total:g} t/a；距最近的厂以内：{said} t/a。",
            f"{total:g} t/a in all; within reach of a plant: {said} t/a.",
        ),
        parts,
        objects=kept[[*columns, "geometry"]].assign(county=county),
        by_county=pd.DataFrame({"value": by.astype(float)}).rename_axis("county"),
    )
