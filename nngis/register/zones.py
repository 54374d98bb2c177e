"""Zones: inside and outside, bans, radii, offsets inside a region, and what is clipped to one."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from nngis.network.geodesic_links import geodesic_links, inside
from nngis.register.data import Data, has_place, matches, numbers, placed
from nngis.register.finding import Finding, Part
from nngis.register.lists import tally
from nngis.register.rules import PlanRule, columns_of
from nngis.solvers.links import nearest
from nngis.text import Text


def within(frame: gpd.GeoDataFrame, zone: gpd.GeoDataFrame) -> pd.Series:
    """Say which objects lie in a zone.

    Parameters
    ----------
    frame : GeoDataFrame
        Objects in the work CRS.
    zone : GeoDataFrame
        Polygons; no rows mean that the zone is not known.

    Returns
    -------
    Series of nullable boolean
        NA without a place, or without a zone.
    """
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
    plan: str | None = None,
) -> Finding:
    """List the objects of a kind and size inside a zone; each must have done what is asked.

    Parameters
    ----------
    rule : PlanRule
        The rule.
    data : Data
        The layers.
    role, zone : str
        Layers of the objects and of the zone.
    where : mapping, optional
        Kind of the objects.
    at_most : mapping of str to float, optional
        Largest size by column, included.
    done : mapping
        What makes an object done.
    silence_is_open : bool
        Whether an object that does not say so is taken as still to do.
    plan : str, optional
        A plan that has decided on the same objects; its list goes before this one.

    Returns
    -------
    Finding
        As `tally` makes it.
    """
    if plan and plan in data.plans:
        return decided(rule, data, plan=plan)
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


def in_radius(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    where: Mapping[str, Any],
    around: str,
    of: Mapping[str, Any],
    more_than: Mapping[str, float],
    radius_m: float,
    done: Mapping[str, Any],
    silence_is_open: bool = False,
    plan: str | None = None,
) -> Finding:
    """List the objects within a distance of qualifying sources; each must have done its part.

    Parameters
    ----------
    rule : PlanRule
        The rule.
    data : Data
        The layers.
    role : str
        Layer of the objects.
    where : mapping
        Kind of the objects.
    around : str
        Layer of the sources.
    of : mapping
        Kind of the sources; one that does not say so is perhaps of it.
    more_than : mapping of str to float
        Size that a source must exceed, by column.
    radius_m : float
        Distance on the ground [m], included.
    done : mapping
        What makes an object done.
    silence_is_open : bool
        Whether an object that does not say so is taken as still to do.
    plan : str, optional
        A plan that has decided on the same objects; its list goes before this one.

    Returns
    -------
    Finding
        As `tally` makes it.
    """
    if plan and plan in data.plans:
        return decided(rule, data, plan=plan)
    frame = data.need(role, *where, *(() if silence_is_open else done))
    sources = data.need(around, *more_than)
    fits = matches(sources, of)
    for column, least in more_than.items():
        size = numbers(sources[column])
        fits &= (size > least).astype("boolean").mask(size.isna())
    links = geodesic_links(frame, sources[fits.fillna(value=True).to_numpy(bool)], radius_m)
    sure = links[links["facility_id"].map(fits).fillna(value=False).astype(bool)]
    reached = pd.Series(frame.index.isin(sure["demand_id"]), frame.index).astype("boolean")
    perhaps = frame.index.isin(links["demand_id"]) & ~reached.to_numpy(bool)
    unplaced = ~has_place(frame).to_numpy()
    scope = reached.mask(perhaps | unplaced) & matches(frame, where)
    kept = frame.assign(distance_m=nearest(sure)["distance_m"].reindex(frame.index))
    columns = [*where, "distance_m"]
    return tally(
        rule,
        data,
        kept,
        scope,
        _is_done(frame, done, silence_is_open=silence_is_open),
        columns=columns,
    )


def decided(rule: PlanRule, data: Data, *, plan: str) -> Finding:
    """Take what a plan decided under this rule: each object is open until it has closed.

    Parameters
    ----------
    rule : PlanRule
        The rule.
    data : Data
        With the plan's analysis.
    plan : str
        The plan.

    Returns
    -------
    Finding
        As `tally` makes it.
    """
    table = data.plans[plan].tables["boilers"]
    hit = table["rules_hit"].astype("string").str.split(";")
    mine = hit.map(lambda ids: rule.id in ids).astype("boolean")
    stuck = table["decision"].eq("unknown") & table["rule"].eq(rule.id)
    closed = table["decision"].eq("already_closed").astype("boolean").mask(stuck)
    columns = ["capacity_t_h", "fuel", "decision"]
    return tally(rule, data, table, mine.mask(stuck & ~mine), closed, columns=columns)


def ban(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    where: Mapping[str, Any],
    at_most: Mapping[str, float] | None = None,
    zone: str | None = None,
    outside: bool = False,
) -> Finding:
    """List the proposals that a ban forbids.

    Parameters
    ----------
    rule : PlanRule
        Its target is no forbidden proposal.
    data : Data
        The layers.
    role : str
        Layer of the proposals.
    where : mapping
        Kind of the forbidden ones.
    at_most : mapping of str to float, optional
        Size up to which the ban holds, by column, included.
    zone : str, optional
        Layer in which the ban holds; everywhere without it.
    outside : bool
        Whether the ban holds outside the zone instead.

    Returns
    -------
    Finding
        Objects: every proposal; `state` is open where it is banned.
    """
    frame = data.need(role, *where, *(at_most or {}))
    banned = matches(frame, where)
    for column, most in (at_most or {}).items():
        size = numbers(frame[column])
        banned &= (size <= most).astype("boolean").mask(size.isna())
    if zone:
        lies = within(frame, data.need(zone))
        banned &= ~lies if outside else lies
    every = pd.Series(data=True, index=frame.index, dtype="boolean")
    return tally(rule, data, frame, every, ~banned, columns=[*where, *(at_most or {})])


def offset(rule: PlanRule, data: Data, *, regions: str) -> Finding:
    """Tell which new projects are offset by cuts of the same pollutant in the same region.

    Parameters
    ----------
    rule : PlanRule
        Its target is no project without its offset.
    data : Data
        `new_projects` (points; `pollutant`, `emission_t_a`) and `emission_projects` (points;
        `pollutant`, `cut_t_a`, `offset_for`: the id of the project it makes room for).
    regions : str
        Layer within whose polygons an offset counts.

    Returns
    -------
    Finding
        Objects: every new project with `offset_t_a` from its own region and `offset_elsewhere_t_a`
        that does not count.
    """
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
    """Cut lines to a zone and give their length inside.

    Parameters
    ----------
    rule : PlanRule
        Without a number of its own.
    data : Data
        The layers.
    role, zone : str
        Layers of the lines and of the zone.
    named : str
        Words, separated by ``|``: only lines whose name holds one count.

    Returns
    -------
    Finding
        Objects: the lines inside with `length_km`; by county the same.
    """
    lines = data.need(role, "name_zh")
    mine = lines[lines["name_zh"].astype("string").str.contains(named).fillna(value=False)]
    area = data.need(zone).geometry.union_all()
    cut = placed(mine.set_geometry(mine.geometry.intersection(area)))
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
            f"{value:.1f} km of waterway lie in the control area ({len(cut)} stretches).",
        ),
        (Part(rule.id, value, "km", "done"),),
        objects=cut[["name_zh", "length_km", "geometry"]],
        by_county=pd.DataFrame({"value": by.reindex(data.counties["name_zh"], fill_value=0.0)}),
    )


def _is_done(frame: pd.DataFrame, done: Mapping[str, Any], *, silence_is_open: bool) -> pd.Series:
    found = matches(frame, done)
    return found.fillna(value=False) if silence_is_open else found
