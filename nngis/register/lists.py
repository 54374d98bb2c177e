"""Lists of objects: which come under a rule, and which of them have done what it asks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from nngis.register.data import Data, matches, numbers
from nngis.register.finding import Finding, MissingDataError, Part, bounded, worst
from nngis.register.finding import part as make_part
from nngis.register.rules import PlanRule, Target, columns_of
from nngis.text import Text, counted, listing

ALL = ("done", "open", "unknown")


def tally(
    rule: PlanRule,
    data: Data,
    frame: pd.DataFrame,
    scope: pd.Series,
    done: pd.Series | None,
    *,
    columns: Sequence[str] = (),
) -> Finding:
    """Count the objects of a rule, and those that have done what it asks."""
    done = pd.Series(pd.NA, frame.index, dtype="boolean") if done is None else done
    sure, perhaps = scope.fillna(value=False).astype(bool), scope.isna()
    state = pd.Series("unknown", frame.index, dtype="object")
    state = state.mask(sure & done.fillna(value=False), "done")
    state = state.mask(sure & done.eq(False).fillna(value=False), "open")
    state = state[sure | perhaps]
    counts = {one: int(state.eq(one).sum()) for one in ALL}
    n_perhaps = int(perhaps.sum())
    kept = [c for c in ("name_zh", *columns) if c in frame]
    objects = frame.loc[state.index, [*kept, *(["geometry"] if "geometry" in frame else [])]]
    objects = objects.assign(state=state, county=data.county_of(frame).reindex(state.index))
    left = state.ne("done") if rule.targets else sure.loc[state.index]
    by_county = objects["county"][left].value_counts()
    by_county = by_county.reindex(data.counties["name_zh"], fill_value=0).astype(float)
    part = _counted(rule, counts, n_perhaps)
    zh = f"{sum(counts.values()) - n_perhaps} 个对象"
    en = f"{counted(sum(counts.values()) - n_perhaps, 'object')}"
    if rule.targets:
        zh += f"：{counts['done']} 个已完成，{counts['open']} 个未完成，{counts['unknown']} 个不详"
        en += f": {counts['done']} done, {counts['open']} open, {counts['unknown']} not known"
    if n_perhaps:
        zh += f"（其中 {n_perhaps} 个无法确定是否属于本条）"
        en += f" ({n_perhaps} of them perhaps not under this rule)"
    return Finding(
        part.status,
        Text(f"{zh}。", f"{en}."),
        (part,),
        objects=objects,
        by_county=pd.DataFrame({"value": by_county}).rename_axis("county"),
        county_unit="个",
    )


def covered_by_county(data: Data, frame: pd.DataFrame, done: pd.Series) -> pd.DataFrame:
    """Give the per cent of a county's objects that are covered."""
    county = data.county_of(frame)
    size = pd.Series(done.astype("Float64").to_numpy(float, na_value=np.nan), frame.index)
    sums = size.groupby(county).agg(["sum", "size", "count"])
    value = (sums["sum"] / sums["size"] * 100.0).where(sums["count"].eq(sums["size"]))
    by = value.reindex(data.counties["name_zh"]).astype("float64")
    return pd.DataFrame({"value": by}).rename_axis("county")


def checklist(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    where: Mapping[str, Any] | None = None,
    done: Mapping[str, Any] | None = None,
) -> Finding:
    """List the objects that have some values, and tell which have done what is asked."""
    needed = [*columns_of(where or {}), *(columns_of(done or {}) if rule.targets else ())]
    frame = data.need(role, *needed)
    return tally(
        rule,
        data,
        frame,
        matches(frame, where or {}),
        matches(frame, done) if done else None,
        columns=[*columns_of(where or {}), *columns_of(done or {})],
    )


def threshold(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    column: str,
    above: float,
    done: Mapping[str, Any] | None = None,
) -> Finding:
    """List the objects above a threshold, and tell which have done what is asked."""
    frame = data.need(role, column, *columns_of(done or {}))
    size = numbers(frame[column])
    scope = (size > above).astype("boolean").mask(size.isna())
    return tally(
        rule,
        data,
        frame,
        scope,
        matches(frame, done) if done else None,
        columns=[column, *columns_of(done or {})],
    )


def limit(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    limits: Mapping[str, float],
    where: Mapping[str, Any] | None = None,
    below: bool = False,
) -> Finding:
    """List the objects that some limits bind, and tell which keep all of them."""
    frame = data.need(role, *(where or {}), *limits)
    keeps = pd.Series(data=True, index=frame.index, dtype="boolean")
    for column, most in limits.items():
        size = numbers(frame[column])
        good = size < most if below else size <= most
        keeps &= good.astype("boolean").mask(size.isna())
    return tally(rule, data, frame, matches(frame, where or {}), keeps, columns=list(limits))


def classes(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    column: str,
    named: Mapping[str, Sequence[str]],
) -> Finding:
    """Sort objects into the classes that the plan names, by words in a column."""
    frame = data.need(role, column)
    said = frame[column].astype("string").str.lower()
    found = pd.Series(pd.NA, frame.index, dtype="string")
    for name, words in named.items():
        hits = [said.str.contains(w, regex=False, na=False).to_numpy(bool) for w in words]
        found = found.mask(found.isna() & np.logical_or.reduce(hits), name)
    scope = found.notna().astype("boolean").mask(said.isna())
    base = tally(rule, data, frame.assign(rule_class=found), scope, None, columns=["rule_class"])
    count = found.value_counts().reindex(list(named), fill_value=0)
    zh = "、".join(f"{name} {n}" for name, n in count.items())
    note = Text(f"{base.note.zh}分类：{zh}。", f"{base.note.en} By class: {zh}.")
    return Finding(base.status, note, base.parts, objects=base.objects, by_county=base.by_county)


def named_places(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    column: str,
    names: Sequence[str],
    done: Mapping[str, Any],
) -> Finding:
    """Find the places that the plan names in a layer, and tell which have done what is asked."""
    frame = data.need(role, column)
    said = frame[column].astype("string")
    hits = {name: said.str.contains(name, regex=False).fillna(value=False) for name in names}
    scope = pd.Series(np.logical_or.reduce(list(hits.values())), frame.index).astype("boolean")
    base = tally(rule, data, frame, scope, matches(frame, done), columns=list(done))
    lost = [name for name, hit in hits.items() if not hit.any()]
    if not lost:
        return base
    text = listing(lost)
    return replace(
        base,
        status="unknown",
        note=Text(
            f"{base.note.zh}图层中没有：{text.zh}。", f"{base.note.en} Not in the layer: {text.en}."
        ),
        missing=(f"{role}.{text.zh}",),
    )


def named_counties(rule: PlanRule, data: Data, *, names: Sequence[str]) -> Finding:
    """Tell which counties have reached what the plan asks of named ones and of a share of all."""
    table = data.need("counties_table", "county", "indicator", "indicator_value")
    mine = table[table["indicator"].astype("string").eq(rule.id)]
    if mine.empty:
        raise MissingDataError([f"counties_table.{rule.id}"])
    if "year" in mine:
        mine = mine.sort_values("year", kind="stable")
    reached = numbers(mine.set_index("county")["indicator_value"]).groupby(level=0).last()
    target, all_names = rule.targets[0], data.counties["name_zh"]
    value = reached.reindex(all_names)
    total, yes, open_ = len(all_names), int(value.eq(1).sum()), int(value.isna().sum())
    one = make_part(rule, target, yes / total * 100, (yes + open_) / total * 100)
    own = reached.reindex(list(names))
    sure, perhaps = float(own.eq(1).sum()), float((own.eq(1) | own.isna()).sum())
    status = worst([one.status, bounded(sure, perhaps, len(names), "at_least")])
    zh = f"{total} 个县（市、区）中 {yes} 个已达标，{open_} 个不详"
    en = f"{yes} of {total} counties have reached it, {open_} are not known"
    late = listing(own.index[own.ne(1)])
    if names:
        zh += f"；点名的 {len(names)} 个中{f'尚未确认达标：{late.zh}' if late.zh else '全部达标'}"
        en += (
            f"; of the {len(names)} named {f'not confirmed: {late.en}' if late.en else 'all have'}"
        )
    return Finding(
        status,
        Text(f"{zh}。", f"{en}."),
        (replace(one, status=status),),
        missing=(f"counties_table.{rule.id}",) if status == "unknown" else (),
        by_county=pd.DataFrame({"value": value}).rename_axis("county"),
    )


def _counted(rule: PlanRule, counts: Mapping[str, int], n_perhaps: int) -> Part:
    done, open_, unsure = (counts[one] for one in ALL)
    if not rule.targets:
        n = float(sum(counts.values()) - n_perhaps)
        return make_part(rule, Target(unit="个", sense="at_least"), n, n + n_perhaps)
    target = rule.targets[0]
    total = done + open_ + unsure
    if target.unit == "%":
        if not total:
            return make_part(rule, target, 100.0)
        # Those that perhaps are not the rule's may only worsen or leave the share.
        low = 100.0 * done / total
        high = 100.0 * (done + unsure) / total
        known = 100.0 * done / (done + open_) if done + open_ else None
        made = make_part(rule, target, low, high)
        return replace(made, value=known, status="unknown" if known is None else made.status)
    if target.sense == "at_most":
        return make_part(rule, target, float(open_), float(open_ + unsure))
    return make_part(rule, target, float(done), float(done + unsure))
