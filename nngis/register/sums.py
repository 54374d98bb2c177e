"""Sums and shares of quantities over objects and projects, by county."""

from collections.abc import Mapping
from math import inf
from typing import Any

import pandas as pd

from nngis.register.data import Data, matches, numbers
from nngis.register.finding import Finding, Part, bounded, part, worst
from nngis.register.rules import PlanRule, Target, columns_of
from nngis.text import Lang, Text, counted
from nngis.unit_words import with_unit


def total(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    column: str,
    where: Mapping[str, Any] | None = None,
    per: float = 1.0,
) -> Finding:
    """Add up a column over the objects that count."""
    frame = data.need(role, column, *columns_of(where or {}))
    size, counts = numbers(frame[column]) / per, matches(frame, where or {})
    sure = counts.fillna(value=False).astype(bool)
    unsure = int((counts.isna() | (sure & size.isna())).sum())
    value = float(size[sure].sum())
    one = part(rule, rule.targets[0], value, inf if unsure else value)
    county = data.county_of(frame)
    by_county = size[sure].groupby(county[sure]).sum()
    outside = float(size[sure & county.isna()].sum())
    kept = [c for c in ("name_zh", column, *(where or {})) if c in frame]
    objects = frame[[*kept, *(["geometry"] if "geometry" in frame else [])]]
    state = pd.Series("open", frame.index).mask(sure, "done").mask(counts.isna(), "unknown")
    zh = f"{int(sure.sum())} 项计入，合计 {value:g} {rule.targets[0].unit}"
    together = with_unit(f"{value:g}", rule.targets[0].unit, "en")
    en = f"{counted(int(sure.sum()), 'item', 'count')}, {together} together"
    if unsure:
        zh += f"；另有 {unsure} 项不详，合计可能更大"
        en += f"; {unsure} more are not known, the sum may be larger"
    if outside:
        zh += f"；其中 {outside:g} 未落入任何县（市、区）"
        en += f"; {outside:g} of it lies in no county"
    return Finding(
        one.status,
        Text(f"{zh}。", f"{en}."),
        (one,),
        objects=objects.assign(state=state, county=county),
        by_county=pd.DataFrame({"value": _all_counties(by_county, data)}),
    )


def share(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    weight: str | None = None,
    numerator: str | None = None,
    where: Mapping[str, Any] | None = None,
) -> Finding:
    """Give the share of objects, or of their weight, that fulfils each target."""
    asks = [c for t in rule.targets for c in columns_of(t.where)]
    of = [c for t in rule.targets for c in t.where.get("of", {})]
    needed = [c for c in (weight, numerator, *columns_of(where or {}), *asks, *of) if c]
    frame = data.need(role, *dict.fromkeys(needed))
    asked = matches(frame, where or {}).fillna(value=False).astype(bool)
    frame = frame[asked]
    size = numbers(frame[weight]) if weight else pd.Series(1.0, frame.index)
    frame, size = frame[size.notna()], size.dropna()
    parts, state = [], pd.Series("done", frame.index)
    present = [t for t in rule.targets if matches(frame, t.where.get("of", {})).any()]
    for target in present or rule.targets:
        # A target about some of the objects (homes, offices) names them in `of`.
        of = matches(frame, target.where.get("of", {})).fillna(value=False).astype(bool)
        good = {c: v for c, v in target.where.items() if c != "of"}
        fits = matches(frame, good)[of]
        part_size = numbers(frame[numerator])[of] if numerator else size[of].where(fits)
        parts.append(_part(rule, target, size[of], part_size, unsure=fits.isna()))
        state[of] = state[of].mask(fits.eq(False).fillna(value=False), "open")
        state[of] = state[of].mask(fits.isna(), "unknown")
    kept = [c for c in ("name_zh", weight, numerator) if c and c in frame]
    objects = frame[[*kept, *(["geometry"] if "geometry" in frame else [])]]
    county = data.county_of(frame)
    first = (present or rule.targets)[0]
    fits = matches(frame, {c: v for c, v in first.where.items() if c != "of"})
    of = matches(frame, first.where.get("of", {})).fillna(value=False).astype(bool)
    top = numbers(frame[numerator]) if numerator else size.where(fits.fillna(value=False), 0.0)
    by = size[of].groupby(county[of]).sum()
    by_county = top[of].groupby(county[of]).sum() / by.where(by > 0) * 100
    names = data.counties["name_zh"]
    said = [
        Text(f"{p.title.zh}：" if p.title else "", f"{p.title.en}: " if p.title else "")
        for p in parts
    ]
    return Finding(
        worst([p.status for p in parts]),
        Text(
            "".join(f"{s.zh}{_number(p, 'zh')}。" for s, p in zip(said, parts, strict=True))
            + f"共 {len(frame)} 个对象。",
            " ".join(f"{s.en}{_number(p, 'en')}." for s, p in zip(said, parts, strict=True))
            + f" {counted(len(frame), 'object')}.",
        ),
        tuple(parts),
        objects=objects.assign(state=state, county=county),
        by_county=pd.DataFrame({"value": by_county.reindex(names)}).rename_axis("county"),
    )


def balance(rule: PlanRule, data: Data, *, needs: str, offers: str, by: str) -> Finding:
    """Compare by category what is produced with what can be treated."""
    producers = data.need(needs, by, "generated_t_a")
    plants = data.need(offers, by, "capacity_t_a")
    made = numbers(producers["generated_t_a"]).groupby(producers[by]).sum()
    room = numbers(plants["capacity_t_a"]).groupby(plants[by]).sum()
    table = pd.DataFrame({"generated_t_a": made}).rename_axis(by)
    table["capacity_t_a"] = room.reindex(table.index, fill_value=0.0)
    table["spare_t_a"] = table["capacity_t_a"] - table["generated_t_a"]
    table["state"] = pd.Series("done", table.index).mask(table["spare_t_a"] < 0, "open")
    short = table.index[table["spare_t_a"] < 0]
    one = part(rule, rule.targets[0], float(len(short)), float(len(short)))
    zh = "、".join(f"{name}（缺 {-table.loc[name, 'spare_t_a']:g} t/a）" for name in short)
    en = ", ".join(f"{name} (short of {-table.loc[name, 'spare_t_a']:g} t/a)" for name in short)
    text = Text(f"能力不足的类别：{zh or '无'}。", f"Categories without capacity: {en or 'none'}.")
    return Finding(one.status, text, (one,), objects=table)


def ranking(
    rule: PlanRule, data: Data, *, roles: Mapping[str, str], cell_m: float, top: int
) -> Finding:
    """Rank emitters and lay their emissions on a grid."""
    found = []
    for role, column in roles.items():
        if role in data.frames and column in data.frames[role]:
            frame = data.frames[role]
            size = numbers(frame[column])
            kept = frame[size.gt(0)]
            columns = [c for c in ("name_zh", "county") if c in kept]
            one = kept[[*columns, "geometry"]].assign(emission_t_a=size[size.gt(0)], layer=role)
            found.append(one.rename_axis("id"))
    if not found:
        first, column = next(iter(roles.items()))
        data.need(first, column)
    table = pd.concat(found).sort_values("emission_t_a", ascending=False, kind="stable")
    xy = table.geometry.representative_point().get_coordinates()
    column, row = (xy["x"] // cell_m).astype("Int64"), (xy["y"] // cell_m).astype("Int64")
    table["cell_id"] = column.astype("string") + "_" + row.astype("string")
    table["rank"] = range(1, len(table) + 1)
    county = data.county_of(table)
    cells = table.groupby("cell_id")["emission_t_a"].sum().nlargest(top)
    value = float(table["emission_t_a"].sum())
    heavy = float(table["emission_t_a"].head(top).sum()) / value * 100 if value else 0.0
    one = Part(rule.id, value, "t/a", "done")
    return Finding(
        "done",
        Text(
            f"{len(table)} 个排放源，合计 {value:g} t/a；前 {top} 个占 {heavy:.0f}%；"
            f"排放最多的格网（{cell_m / 1000:g} km）{cells.iloc[0] if len(cells) else 0:g} t/a。",
            f"{counted(len(table), 'emitter')}, {value:g} t/a; the first {top} have {heavy:.0f} % "
            f"of it; the heaviest cell ({cell_m / 1000:g} km) has "
            f"{cells.iloc[0] if len(cells) else 0:g} t/a.",
        ),
        (one,),
        objects=table.assign(county=county),
        by_county=pd.DataFrame(
            {"value": _all_counties(table["emission_t_a"].groupby(county).sum(), data)}
        ),
    )


def _part(
    rule: PlanRule, target: Target, whole: pd.Series, counted: pd.Series, *, unsure: pd.Series
) -> Part:
    base = float(whole.sum())
    if not base:
        return Part(
            rule.indicator(target),
            None,
            target.unit,
            "unknown",
            target.value,
            target.sense,
            target.title,
        )
    low = float(counted.sum()) / base * 100
    high = low + float(whole[unsure.reindex(whole.index, fill_value=False)].sum()) / base * 100
    status = bounded(low, high, target.bound, target.sense)
    return Part(
        rule.indicator(target), low, target.unit, status, target.value, target.sense, target.title
    )


def _number(one: Part, lang: Lang) -> str:
    value = "?" if one.value is None else f"{one.value:.4g}"
    return with_unit(value, one.unit, lang)


def _all_counties(values: pd.Series, data: Data) -> pd.Series:
    """Give every county a number: zero where none of the objects lies."""
    names = data.counties["name_zh"].to_numpy()
    return values.reindex(names, fill_value=0.0).astype(float).rename_axis("county")
