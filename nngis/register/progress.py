"""Progress of a quantity by county and year: value, target, share, pace, forecast with range."""

from dataclasses import replace

import numpy as np
import pandas as pd

from nngis.decide.trends import linear_forecast
from nngis.register.data import Data, numbers
from nngis.register.finding import (
    Finding,
    MissingDataError,
    Part,
    Status,
    bounded,
    worst,
)
from nngis.register.rules import PlanRule, Target
from nngis.register.split import split_by_weight
from nngis.register.trend import judge
from nngis.text import Text, listing
from nngis.unit_words import with_unit

TABLE = "counties_table"
WHOLE = "全市"  # what tables call the whole place, beside its name
TOLERANCE_SHARE = 0.001  # parts and whole may differ by their rounding


def quantity(rule: PlanRule, data: Data) -> Finding:
    """Say where the city and its counties stand on a quantity."""
    table = data.need(TABLE, "county", "indicator", "year", "indicator_value")
    rows = {t.key: _rows(table, rule, t) for t in rule.targets}
    absent = [rule.indicator(t) for t in rule.targets if rows[t.key].empty]
    if len(absent) == len(rule.targets):
        raise MissingDataError([f"{TABLE}.{rule.id}"])
    parts, said = [], []
    for target in rule.targets:
        part, note = _city_part(rule, target, rows[target.key], data)
        parts.append(part)
        said.append(note)
    first = next(t for t in rule.targets if not rows[t.key].empty)
    by_county, assumptions = _counties(rule, first, rows[first.key], data)
    adds = _targets_add_up(first, by_county)
    return Finding(
        worst([p.status for p in parts]),
        Text("".join(n.zh for n in (*said, *adds)), " ".join(n.en for n in (*said, *adds))),
        tuple(parts),
        missing=tuple(f"{TABLE}.{name}" for name in absent),
        by_county=by_county,
        assumptions=assumptions,
    )


def trend(rule: PlanRule, data: Data) -> Finding:
    """Say whether a quantity moves the way the plan wants, where it names no number."""
    target = rule.targets[0]
    table = data.need(TABLE, "county", "indicator", "year", "indicator_value")
    series = _city_series(_rows(table, rule, target), target, data)[0].dropna()
    if series.empty:
        raise MissingDataError([f"{TABLE}.{rule.id}"])
    if len(series) == 1 or int(series.index[0]) != target.base_year:
        raise MissingDataError([f"{TABLE}.{rule.id}.{target.base_year}"])
    was, now, year = float(series.iloc[0]), float(series.iloc[-1]), int(series.index[-1])
    better = now > was if target.sense == "at_least" else now < was
    status: Status = "missed"
    if better:
        status = "met" if year >= target.year else "on_track"
    ahead = linear_forecast(series.index.to_numpy(), series.to_numpy(), target.year)
    return Finding(
        status,
        Text(
            f"方案未定数值，只看方向：{target.base_year} 年 {was:g}，{year} 年 {now:g} "
            f"{target.unit}。",
            f"The plan names no number, only a direction: {was:g} in {target.base_year}, "
            f"{with_unit(f'{now:g}', target.unit, 'en')} in {year}.",
        ),
        (Part(rule.id, now, target.unit, status, None, target.sense, None, ahead, year),),
    )


def county_targets(rule: PlanRule, data: Data) -> Finding:
    """Judge every county by its own target, where the plan leaves the numbers to the city."""
    target = rule.targets[0]
    table = data.need(TABLE, "county", "indicator", "year", "indicator_value", "target_basic")
    rows = _rows(table, rule, target)
    if rows.empty:
        raise MissingDataError([f"{TABLE}.{rule.id}"])
    by_county, _ = _counties(rule, target, rows, data)
    own = by_county.loc[by_county.index.isin(data.counties["name_zh"])]
    count = own["status"].value_counts()
    met, missed = int(count.get("met", 0)), int(count.get("missed", 0))
    total = len(data.counties)
    open_ = total - met - missed - int(count.get("on_track", 0))
    status: Status = "on_track"
    if missed or met == total:
        status = "missed" if missed else "met"
    elif open_:
        status = "unknown"
    late = listing(own.index[own["status"].eq("missed")])
    extra = int(own["incentive_met"].fillna(value=False).sum()) if len(own) else 0
    return Finding(
        status,
        Text(
            f"{total} 个县（市、区）中 {met} 个达到基本目标，{extra} 个达到激励目标，"
            f"{missed} 个未达到{f'（{late.zh}）' if late.zh else ''}，{open_} 个缺数据或缺目标。",
            f"Of {total} counties {met} reach their basic target and {extra} the incentive one, "
            f"{missed} do not{f' ({late.en})' if late.en else ''}, {open_} lack figures or target.",
        ),
        (Part(rule.id, float(met), "个", status, float(total), "at_least"),),
        by_county=by_county,
    )


def _rows(table: pd.DataFrame, rule: PlanRule, target: Target) -> pd.DataFrame:
    mine = table[table["indicator"].astype("string").str.strip().eq(rule.indicator(target))]
    frame = pd.DataFrame(
        {
            "county": mine["county"].astype("string").str.strip(),
            "year": numbers(mine["year"]),
            "value": numbers(mine["indicator_value"]),
            "unit": mine.get("indicator_unit", pd.Series(None, mine.index, dtype="object")),
            "target": numbers(mine.get("target_basic", pd.Series(None, mine.index, dtype=float))),
            "incentive": numbers(
                mine.get("target_incentive", pd.Series(None, mine.index, dtype=float))
            ),
        }
    ).dropna(subset=["county", "year"])
    frame["year"] = frame["year"].astype(int)
    frame = frame.sort_values(["county", "year"], kind="stable")
    return _as_change(frame, target) if target.unit == "%" else frame


def _as_change(rows: pd.DataFrame, target: Target) -> pd.DataFrame:
    """Turn levels (any unit but %) into per cent of decrease since the base year."""
    level = rows["unit"].notna() & rows["unit"].astype("string").str.strip().ne("%")
    if not level.any():
        return rows
    base = rows[rows["year"].eq(target.base_year)].drop_duplicates("county").set_index("county")
    drop = (1 - rows["value"] / rows["county"].map(base["value"])) * 100
    return rows.assign(value=rows["value"].where(~level.fillna(value=False), drop))


def _city_series(
    rows: pd.DataFrame, target: Target, data: Data
) -> tuple[pd.Series, Text | None, bool]:
    """Return the city's values by year, what is wrong with them, and whether they are partial."""
    is_city = rows["county"].isin([WHOLE, *data.city])
    own = rows[is_city].drop_duplicates("year", keep="last").set_index("year")["value"]
    if not target.extensive:
        return own.sort_index(), None, False
    names = data.counties["name_zh"]
    counties = rows[rows["county"].isin(names)].pivot_table(
        index="year", columns="county", values="value", aggfunc="last"
    )
    sums, full = counties.sum(axis=1), counties.notna().sum(axis=1).eq(len(names))
    both = own.index.intersection(sums.index[full])
    apart = (sums[both] - own[both]).abs() > TOLERANCE_SHARE * own[both].abs().clip(lower=1.0)
    if apart.any():
        year = int(both[apart.to_numpy()][-1])
        problem = Text(
            f"{year} 年各县（市、区）之和 {sums[year]:g} 与全市 {own[year]:g} {target.unit} 不符。",
            f"In {year} the counties add up to {sums[year]:g}, the city is said to have "
            f"{with_unit(f'{own[year]:g}', target.unit, 'en')}.",
        )
        return own.sort_index(), problem, False
    if own.empty and not full.any():
        return sums.sort_index(), None, True
    return own.combine_first(sums[full]).sort_index(), None, False


def _city_part(rule: PlanRule, target: Target, rows: pd.DataFrame, data: Data) -> tuple[Part, Text]:
    name, words = rule.indicator(target), target.title or Text("", "")
    lead = Text(f"{words.zh}：", f"{words.en}: ") if target.title else words
    series, problem, partial = _city_series(rows, target, data)
    series = series.dropna()
    blank = Part(name, None, target.unit, "unknown", target.value, target.sense, target.title)
    if series.empty:
        text = Text(
            f"{lead.zh}表中没有全市的数（{name}）。",
            f"{lead.en}The table has no figure of the city ({name}).",
        )
        return blank, text
    now, year = float(series.iloc[-1]), int(series.index[-1])
    if problem or partial:
        text = problem or Text(
            f"{lead.zh}只有部分县（市、区）的数，合计 {now:g} {target.unit}（{year} 年）。",
            f"{lead.en}Only some counties are given, "
            f"{with_unit(f'{now:g}', target.unit, 'en')} together ({year}).",
        )
        least = bounded(now, np.inf, target.value, target.sense) if partial else "unknown"
        return replace(blank, value=now, status=least, year=year), text
    status = judge(series, target.value, target.sense, target.year)
    ahead = linear_forecast(series.index.to_numpy(), series.to_numpy(), target.year)
    ahead = ahead if year < target.year else None
    part = Part(
        name, now, target.unit, status, target.value, target.sense, target.title, ahead, year
    )
    return part, _say(lead, part)


def _say(lead: Text, part: Part) -> Text:
    zh = f"{lead.zh}{part.year} 年 {part.value:g}"
    en = f"{lead.en}{part.value:g} in {part.year}"
    if part.target is not None:
        sign = "≥" if part.sense == "at_least" else "≤"
        zh, en = f"{zh}（目标 {sign}{part.target:g}）", f"{en} (target {sign} {part.target:g})"
    ahead = part.forecast
    if ahead:
        bounds = "" if ahead.low is None else f" [{ahead.low:.4g}, {ahead.high:.4g}]"
        zh += f"，每年 {ahead.pace:+.4g}，按此 {ahead.year} 年为 {ahead.value:.4g}{bounds}"
        en += (
            f", {ahead.pace:+.4g} a year, which leads to {ahead.value:.4g}{bounds} in {ahead.year}"
        )
    zh, en = f"{zh} {part.unit}", with_unit(en, part.unit, "en")
    if ahead and part.status == "missed":
        zh, en = f"{zh}，到期达不到", f"{en}, short of the target"
    return Text(f"{zh}。", f"{en}.")


def _counties(
    rule: PlanRule, target: Target, rows: pd.DataFrame, data: Data
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Judge every county of the table, and zones that the table names beside them."""
    own = rows[~rows["county"].isin([WHOLE, *data.city])]
    latest = own.dropna(subset=["value"]).groupby("county", sort=True).tail(1).set_index("county")
    out = pd.DataFrame(index=pd.Index(sorted(own["county"].unique()), name="county"))
    out["value"], out["year"] = latest["value"], latest["year"]
    out["target"] = own.groupby("county")["target"].last()
    out["incentive"] = own.groupby("county")["incentive"].last()
    out, assumptions = _with_split(rule, target, out, data)
    series = {c: g.set_index("year")["value"] for c, g in own.groupby("county")}
    out["status"] = [
        judge(series[c], None if pd.isna(t) else t, target.sense, target.year)
        for c, t in out["target"].items()
    ]
    out["status"] = out["status"].where(out["target"].notna(), "unknown")
    if target.sense == "at_least":
        out["share"] = out["value"] / out["target"].where(out["target"] > 0)
        out["incentive_met"] = (out["value"] >= out["incentive"]).mask(out["incentive"].isna())
    else:
        out["share"] = np.nan
        out["incentive_met"] = (out["value"] <= out["incentive"]).mask(out["incentive"].isna())
    return out, assumptions


def _with_split(
    rule: PlanRule, target: Target, counties: pd.DataFrame, data: Data
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    if not data.split or target.value is None or counties["target"].notna().any():
        return counties, ()
    if not target.extensive:
        said = Text(
            f"{rule.id}：假定各县（市、区）的目标与全市相同；方案没有分县。",
            f"{rule.id}: every county is assumed to have the city's target; the plan names none.",
        )
        return counties.assign(target=target.value), (said,)
    if data.population is None:
        return counties, ()
    parts = split_by_weight(target.value, data.population)
    said = Text(
        f"{rule.id}：假定全市目标按人口分到各县（市、区）；方案没有分县。",
        f"{rule.id}: the city's target is assumed to be split by population; the plan does not "
        "split it.",
    )
    return counties.assign(target=parts.reindex(counties.index)), (said,)


def _targets_add_up(target: Target, by_county: pd.DataFrame) -> tuple[Text, ...]:
    """Warn where the counties' own targets do not make the city's."""
    given = by_county["target"]
    if not target.extensive or target.value is None or given.empty or given.isna().any():
        return ()
    total = float(given.sum())
    if abs(total - target.value) <= TOLERANCE_SHARE * target.value:
        return ()
    return (
        Text(
            f"各县（市、区）目标之和 {total:g} 与全市目标 {target.value:g} {target.unit} 不等。",
            f"The counties' targets add up to {total:g}, the city's is "
            f"{with_unit(f'{target.value:g}', target.unit, 'en')}.",
        ),
    )
