"""Coverage: towns and counties served, and chains from village to town to plant."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from nngis.crs.place import has_place
from nngis.network.geodesic_links import nearest_straight
from nngis.register.data import Data, matches, numbers
from nngis.register.finding import Finding, Part, bounded, part
from nngis.register.lists import covered_by_county, tally
from nngis.register.nearness import nearest_of
from nngis.register.rules import PlanRule
from nngis.text import Text, listing


def services(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    facilities: Mapping[str, float],
) -> Finding:
    """Tell which towns are served by every kind of facility within its distance."""
    towns = data.need(role)
    missing = tuple(kind for kind in facilities if kind not in data.frames)
    if len(missing) == len(facilities):
        data.need(missing[0])
    kept = towns.assign()
    served = pd.Series(data=True, index=towns.index, dtype="boolean")
    for kind, limit in facilities.items():
        if kind in missing:
            served &= pd.Series(pd.NA, towns.index, dtype="boolean")
            continue
        away = nearest_of(towns, data.frames[kind])["facility_m"]
        kept[f"to_{kind}_m"] = away
        served &= (away <= limit).astype("boolean").mask(away.isna())
    every = pd.Series(data=True, index=towns.index, dtype="boolean")
    columns = [f"to_{kind}_m" for kind in facilities if kind not in missing]
    base = tally(rule, data, kept, every, served, columns=columns)
    # A kind without a layer leaves every town open, whatever the others say.
    return replace(
        base,
        status="unknown" if missing else base.status,
        # Of how many all kinds serve nothing is known, not even the least, where a kind is missing.
        parts=tuple(replace(p, value=None, status="unknown") for p in base.parts)
        if missing
        else base.parts,
        missing=missing,
        by_county=covered_by_county(data, towns, served),
        county_unit="%",
    )


def counties_served(
    rule: PlanRule, data: Data, *, role: str, centres: str, has: str, within_m: float
) -> Finding:
    """Tell which counties are covered: every hospital collected from, and in reach of a centre."""
    sites, plants = data.need(role, has), data.need(centres)
    away = nearest_of(sites, plants)["facility_m"]
    near = (away <= within_m).astype("boolean").mask(away.isna())
    good = matches(sites, {has: True}) & near
    county = data.county_of(sites)
    names = data.counties["name_zh"]
    n = county.value_counts().reindex(names, fill_value=0)
    yes = good.fillna(value=False).groupby(county).sum().reindex(names, fill_value=0)
    no = good.eq(False).fillna(value=False).groupby(county).sum().reindex(names, fill_value=0)
    full, failed = (n > 0) & (yes == n), no > 0
    low, high = float(full.sum()), float((~failed).sum())
    one = part(rule, rule.targets[0], low, high)
    bare = listing(names[n.eq(0).to_numpy()])
    late = listing(names[failed.to_numpy()])
    kept = sites.assign(facility_m=away)
    base = tally(rule, data, kept, good | True, good, columns=[has, "facility_m"])
    share = (yes / n.where(n > 0) * 100).astype(float)
    return Finding(
        one.status,
        Text(
            f"{len(names)} 个县（市、区）中 {low:g} 个全覆盖"
            f"{f'；未全覆盖：{late.zh}' if late.zh else ''}"
            f"{f'；没有医疗机构数据：{bare.zh}' if bare.zh else ''}。",
            f"{low:g} of {len(names)} counties are covered"
            f"{f'; not fully: {late.en}' if late.en else ''}"
            f"{f'; no hospitals given: {bare.en}' if bare.en else ''}.",
        ),
        (one,),
        objects=base.objects,
        by_county=pd.DataFrame({"value": share}).rename_axis("county"),
    )


def chain(
    rule: PlanRule,
    data: Data,
    *,
    steps: Sequence[str],
    limits_m: Sequence[float],
    weight: str,
) -> Finding:
    """Follow each village's waste to its town's station and on to the plant."""
    layers = [data.need(role) for role in steps]
    first = layers[0]
    size = numbers(first[weight]).fillna(1.0) if weight in first else pd.Series(1.0, first.index)
    hops = []
    for here, there, limit in zip(layers[:-1], layers[1:], limits_m, strict=True):
        hops.append(nearest_straight(here, there, limit))
    kept = first.assign(station_id=hops[0]["facility_id"].reindex(first.index))
    kept["collect_m"] = hops[0]["distance_m"].reindex(first.index)
    kept["plant_id"] = kept["station_id"].map(hops[1]["facility_id"])
    kept["haul_m"] = kept["station_id"].map(hops[1]["distance_m"]).astype(float)
    kept["chain_m"] = kept["collect_m"] + kept["haul_m"]
    lies = has_place(first)
    done = kept["chain_m"].notna().astype("boolean").mask(~lies)
    total, good = float(size.sum()), float(size[done.fillna(value=False).astype(bool)].sum())
    open_ = float(size[done.isna().to_numpy(bool)].sum())
    target = rule.targets[0]
    low, high = (good / total * 100, (good + open_) / total * 100) if total else (0.0, 100.0)
    one = Part(
        rule.id,
        low,
        "%",
        bounded(low, high, target.value, target.sense),
        target.value,
        target.sense,
    )
    every = pd.Series(data=True, index=first.index, dtype="boolean")
    columns = ["station_id", "plant_id", "collect_m", "haul_m", "chain_m"]
    base = tally(rule, data, kept, every, done, columns=columns)
    county = data.county_of(first)
    whole = size.groupby(county).sum()
    by = size.where(done.fillna(value=False).astype(bool), 0.0).groupby(county).sum() / whole
    mean = float((kept["chain_m"] * size).sum() / good / 1000) if good else 0.0
    return Finding(
        one.status,
        Text(
            f"{base.note.zh}收运链完整的人口 {low:.1f}%，平均运距 {mean:.1f} km。",
            f"{base.note.en} {low:.1f} % of the people have a whole chain, {mean:.1f} km on "
            "average.",
        ),
        (one,),
        objects=base.objects,
        by_county=pd.DataFrame({"value": (by * 100).reindex(data.counties["name_zh"])}).rename_axis(
            "county"
        ),
    )
