"""Rules that a plan decides: the register takes what the plan found, and decides nothing anew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis import fields
from nngis.decide.indicators import Indicator
from nngis.register.data import Data
from nngis.register.finding import Finding, MissingDataError, Part, Status, part, worst
from nngis.register.lists import covered_by_county, tally
from nngis.register.rules import PlanRule
from nngis.result.result import Analysis
from nngis.source_words import source_words
from nngis.text import Text
from nngis.unit_words import unit_words

GONE = ("retired", "dismantled")
PLAN_WORDS: Mapping[str, Text] = {
    "heat": Text("“供热”专项的结果", "Results of the plan heat"),
    "sewer": Text("“污水管网”专项的结果", "Results of the plan sewer"),
    "rooftop": Text("“屋顶光伏”专项的结果", "Results of the plan rooftop"),
    "charging": Text("“充换电”专项的结果", "Results of the plan charging"),
}


def result_of(rule: PlanRule, data: Data, plan: str) -> Analysis:
    """Return what a plan found."""
    if plan not in data.plans:
        raise MissingDataError([*_absent(rule, data), f"plan.{plan}"])
    return data.plans[plan]


def decided(
    rule: PlanRule,
    data: Data,
    *,
    plan: str,
    tables: Sequence[str],
    closed: Sequence[str] = ("already_closed",),
    columns: Sequence[str] = ("capacity_t_h", "fuel", "decision"),
) -> Finding:
    """List the objects that come under a rule by the plan's decision; each is open until closed."""
    found = result_of(rule, data, plan)
    table = _joined(_tables(found, tables, plan))
    mine = _hits(table, rule) & table["decision"].ne("keep").fillna(value=True).astype("boolean")
    stuck = (table["decision"].eq("unknown") & table["rule"].eq(rule.id)).fillna(value=False)
    gone = table["status"].isin(GONE) if "status" in table else False
    done = (table["decision"].isin(closed) | gone).astype("boolean").mask(stuck)
    absent = _absent(rule, data)
    if absent and not (mine | stuck).any():
        raise MissingDataError(absent)
    made = tally(rule, data, table, mine.mask(stuck & ~mine), done, columns=columns)
    if made.status == "unknown" and absent:
        made = replace(made, missing=absent)
    return _leaning(made, found, rule)


def banned(rule: PlanRule, data: Data, *, plan: str, tables: Sequence[str]) -> Finding:
    """List the proposals that a ban forbids, by the plan's decision."""
    found = result_of(rule, data, plan)
    table = _joined(_tables(found, tables, plan))
    if table.empty and _absent(rule, data):
        raise MissingDataError(_absent(rule, data))
    every = pd.Series(data=True, index=table.index, dtype="boolean")
    stuck = table["decision"].eq("unknown") & table["rule"].eq(rule.id)
    free = ~_hits(table, rule).mask(stuck)
    return tally(rule, data, table, every, free, columns=["capacity_t_h", "fuel", "decision"])


def ultra_low(rule: PlanRule, data: Data, *, plan: str, tables: Sequence[str]) -> Finding:
    """Tell which of those that must reach ultra-low emission do, by the plan's decision."""
    found = result_of(rule, data, plan)
    table = _joined(_tables(found, tables, plan))
    if "ultra_low_asked" not in table:
        raise MissingDataError([f"plan.{plan}"])
    asked, reached = (table[n].astype("boolean") for n in ("ultra_low_asked", "ultra_low"))
    if not asked.fillna(value=True).any():
        raise MissingDataError([rule.optional_roles[0]])
    columns = ["capacity_t_h", "capacity_mw", "fuel", "pm_mg_m3", "so2_mg_m3", "nox_mg_m3"]
    made = tally(rule, data, table, asked, reached, columns=columns)
    return replace(made, assumptions=_borrowed(rule))


def numbers_of(
    rule: PlanRule,
    data: Data,
    *,
    plan: str,
    names: Sequence[str],
    table: str = "by_county",
    column: str,
    per: float = 1.0,
) -> Finding:
    """Take numbers that a plan found, for a rule that names none of its own."""
    found = result_of(rule, data, plan)
    known = {one.name: one for one in found.indicators}
    picked = [known[name] for name in names if name in known]
    parts = tuple(_part_of(rule, one) for one in picked)
    (by,) = _tables(found, [table], plan)
    by = by if by.index.name == "county" else by.set_index("county")
    values = by[column].astype(float).reindex(data.counties["name_zh"]) / per
    zh = "，".join(f"{one.title.zh} {shown(one).zh}" for one in picked)
    en = ", ".join(f"{one.title.en} {shown(one).en}" for one in picked)
    return Finding(
        worst([one.status for one in parts]),
        Text(f"{zh}。", f"{en}."),
        parts,
        by_county=pd.DataFrame({"value": values}).rename_axis("county"),
        county_unit=picked[0].unit,
        assumptions=tuple(a for one in picked for a in one.assumptions),
    )


def listed(
    rule: PlanRule,
    data: Data,
    *,
    plan: str,
    table: str,
    columns: Sequence[str],
    adds: str,
    unit: str,
) -> Finding:
    """Take a list that a plan made, for a rule that names no number."""
    (rows,) = _tables(result_of(rule, data, plan), [table], plan)
    if rows.empty and _absent(rule, data):
        raise MissingDataError(_absent(rule, data))
    size = rows[adds].astype(float)
    county = data.county_of(rows)
    by = size.groupby(county).sum().reindex(data.counties["name_zh"], fill_value=0.0)
    kept = [c for c in ("name_zh", *columns) if c in rows]
    value = float(size.sum())
    return Finding(
        "done",
        Text(f"{len(rows)} 处，合计 {value:g} {unit}。", f"{len(rows)}, {value:g} {unit} in all."),
        (Part(rule.id, value, unit, "done"),),
        objects=rows[[*kept, "geometry"]].assign(state="done", county=county),
        by_county=pd.DataFrame({"value": by.astype(float)}).rename_axis("county"),
        county_unit=unit,
    )


def mended(rule: PlanRule, data: Data, *, plan: str, table: str, needs: Sequence[str]) -> Finding:
    """Add up the sewers that a plan names for renovation under a rule, and those mended."""
    (rows,) = _tables(result_of(rule, data, plan), [table], plan)
    if not any(_holds(data, one) for one in needs):
        raise MissingDataError(needs[:1])
    mine = rows[_hits(rows, rule).to_numpy(bool)]
    left = mine["decision"].eq("renovate")
    km, county = mine["length_km"].astype(float), mine["county"].astype(object)
    open_km, whole_km = float(km[left].sum()), float(km.sum())
    by = km[left].groupby(county[left]).sum().reindex(data.counties["name_zh"], fill_value=0.0)
    one = Part(rule.id, open_km, "km", "done")
    if rule.targets:
        share = 100.0 * (1.0 - open_km / whole_km) if whole_km else 100.0
        one = part(rule, rule.targets[0], share, share)
    return Finding(
        one.status,
        Text(
            f"应改造 {whole_km:.2f} km，已修复 {whole_km - open_km:.2f} km，"
            f"尚余 {open_km:.2f} km。",
            f"{whole_km:.2f} km to renovate, {whole_km - open_km:.2f} mended, {open_km:.2f} left.",
        ),
        (one,),
        objects=mine[["length_km", "decision", "wwtp_id", "geometry"]].assign(
            state=np.where(left, "open", "done"), county=county
        ),
        by_county=pd.DataFrame({"value": by.astype(float)}).rename_axis("county"),
        county_unit="km",
        assumptions=_borrowed(rule),
    )


def equipped(
    rule: PlanRule, data: Data, *, plan: str, table: str, column: str, named: Sequence[str]
) -> Finding:
    """Tell class by class which places have chargers, by the plan's decision."""
    (rows,) = _tables(result_of(rule, data, plan), [table], plan)
    frame = gpd.GeoDataFrame(rows)
    done = frame["equipped"].astype("boolean")
    scope = frame[column].isin(named).astype("boolean").mask(frame[column].isna())
    inside = scope.fillna(value=False).to_numpy(bool)
    kept = frame.assign(facility_m=frame["nearest_m"], facility_id=frame["nearest_station_id"])
    base = tally(rule, data, kept, scope, done, columns=[column, "facility_id", "facility_m"])
    sure = done[scope.fillna(value=False)].groupby(frame[column])
    share = (sure.mean() * 100).reindex(list(named))
    absent = [name for name in named if not frame[column].eq(name).any()]
    told = {name: "?" if pd.isna(v) else f"{v:.0f}%" for name, v in share.items()}
    word = fields.get(column).value_title
    zh = "、".join(f"{word(name, 'zh')} {v}" for name, v in told.items())
    en = ", ".join(f"{word(name, 'en')} {v}" for name, v in told.items())
    nothing = bool(sure.count().sum() == 0)
    status: Status = "unknown" if nothing or (absent and base.status == "met") else base.status
    lacking = ["charging_stations"] if nothing else []
    return replace(
        base,
        status=status,
        note=Text(f"{base.note.zh}各类覆盖率：{zh}。", f"{base.note.en} Covered by class: {en}."),
        missing=(*lacking, *(f"{rule.roles[0]}.{name}" for name in absent)),
        by_county=covered_by_county(data, frame[inside], done[inside]),
        county_unit="%",
    )


def _absent(rule: PlanRule, data: Data) -> tuple[str, ...]:
    return tuple(role for role in rule.roles if role not in data.frames)


def _holds(data: Data, name: str) -> bool:
    role, _, column = name.partition(".")
    frame = data.frames.get(role)
    return frame is not None and column in frame and bool(frame[column].notna().any())


def _hits(table: pd.DataFrame, rule: PlanRule) -> pd.Series:
    """Say which rows a rule matched."""
    ids = ";" + table["rules_hit"].astype("string").fillna("") + ";"
    return ids.str.contains(f";{rule.id};", regex=False).astype("boolean")


def _borrowed(rule: PlanRule) -> tuple[Text, ...]:
    """Name the numbers of a rule that the plan document itself does not give."""
    return tuple(
        Text(f"{source.zh}。", f"{rule.id}: the plan names no number; {source.en}.")
        for source in map(source_words, rule.borrowed)
    )


def _tables(found: Analysis, names: Sequence[str], plan: str) -> list[pd.DataFrame]:
    """Return those tables that the plan made; at least one."""
    made = [found.tables[name] for name in names if name in found.tables]
    if not made:
        raise MissingDataError([f"plan.{plan}"])
    return made


def _joined(tables: Sequence[pd.DataFrame]) -> gpd.GeoDataFrame:
    """Put tables one under the other; the ids of later ones that stand twice get a letter."""
    many = [table for table in tables if len(table)] or list(tables[:1])
    whole = pd.concat(many)
    twice = whole.index.duplicated()
    index = np.where(twice, whole.index.astype(str) + "*", whole.index.astype(object))
    return gpd.GeoDataFrame(whole.set_axis(pd.Index(index, dtype=object)), geometry="geometry")


def _leaning(made: Finding, found: Analysis, rule: PlanRule) -> Finding:
    """Carry the assumptions on which the plan's indicator of the same rule stands."""
    said = [a for one in found.indicators if one.rule == rule.id for a in one.assumptions]
    return replace(made, assumptions=tuple(dict.fromkeys(said)))


def _part_of(rule: PlanRule, one: Indicator) -> Part:
    status: Status = "unknown" if one.value is None else "done"
    return Part(f"{rule.id}.{one.name}", one.value, one.unit, status, title=one.title)


def shown(one: Indicator) -> Text:
    """Write a plan's number with its unit."""
    if one.value is None:
        return Text("?", "?")
    return Text(*(f"{one.value:,.6g} {unit}".strip() for unit in unit_words(one.unit)))
