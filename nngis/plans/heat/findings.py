"""What the heat decisions add up to, what was assumed, and what a reader must know."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from nngis.decide.indicators import Indicator
from nngis.evidence import weakest
from nngis.fields import get
from nngis.law import citing, law
from nngis.plans.heat.facts import Zones
from nngis.plans.heat.parameters import CLAUSE_3_8
from nngis.plans.heat.rules import PENDING
from nngis.plans.heat.tonnes import KINDS, totals
from nngis.text import Text, Warned, counted, listing

CLOSING = ("retire", "close_integrate")
DECISIONS = (
    "retire",
    "close_integrate",
    PENDING,
    "relocate",
    "retrofit",
    "keep",
    "already_closed",
    "banned",
    "not_banned",
    "unknown",
)
NOX = law("A04")
UNDECIDED = "boilers_unknown_count"
FACTORS = "emissions.toml（部分系数未核对）"
TONNES_OF = {
    "coal": Text("节煤量", "Coal avoided"),
    "co2": Text("二氧化碳减排量", "CO2 avoided"),
    "so2": Text("二氧化硫减排量", "SO2 avoided"),
    "pm": Text("烟尘减排量", "Dust avoided"),
}


def by_county(boilers: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> pd.DataFrame:
    """Add up boilers, capacity and tonnes by county."""
    elsewhere = "—"
    county = boilers["county"].fillna(elsewhere)
    rows = [*counties["name_zh"], *([elsewhere] if county.eq(elsewhere).any() else [])]
    out = pd.DataFrame(index=pd.Index(rows, name="county"))
    closing = boilers["decision"].isin(CLOSING)
    out["boilers_count"] = county.value_counts()
    out["capacity_t_h"] = boilers["capacity_t_h"].groupby(county).sum()
    for decision in DECISIONS:
        out[f"{decision}_count"] = county[boilers["decision"].eq(decision)].value_counts()
    out["closing_t_h"] = boilers["capacity_t_h"][closing].groupby(county).sum()
    avoided = boilers.loc[closing, [f"{kind}_avoided_t_a" for kind in KINDS]]
    out = out.join(avoided.groupby(county).sum())
    counts = [name for name in out if name.endswith("_count")]
    return out.fillna(0.0).astype(dict.fromkeys(counts, "int64"))


def indicators(
    boilers: gpd.GeoDataFrame, units: gpd.GeoDataFrame, outlets: gpd.GeoDataFrame
) -> tuple[Indicator, ...]:
    """Say what the decisions add up to."""
    closing = boilers["decision"].isin(CLOSING)
    chp, steam = _assumed_chp(units), assumptions(units, outlets)
    by_name = {one.name: one for one in of_decisions(boilers, steam)}
    left = (
        ("A57", Text("建成区内应淘汰而未淘汰的锅炉", "Boilers left that must leave the town"), ()),
        ("A63", Text("供热半径内应关停而未关停的锅炉", "Boilers left within supply radii"), chp),
    )
    return (
        *(one for name, one in by_name.items() if name != UNDECIDED),
        _steam(outlets),
        by_name[UNDECIDED],
        *(_left(boilers, rule, title, leaning) for rule, title, leaning in left),
        *(replace(_tonnes(boilers[closing], kind), assumptions=steam) for kind in TONNES_OF),
        replace(_nox(boilers[closing]), assumptions=steam),
    )


def of_decisions(boilers: pd.DataFrame, assumed: tuple[Text, ...]) -> tuple[Indicator, ...]:
    """Count the boilers and the capacity that close, wait for steam, cannot be decided.

    Parameters
    ----------
    boilers : DataFrame
        The decided boilers.
    assumed : tuple of Text
        What the decisions rest on.

    Returns
    -------
    tuple of Indicator
        Counts and capacities.
    """
    rules = citing("A57", "A62", "A63")
    leans = ("boilers", "heat_sources", "built_up")
    rows = {
        "closed": boilers["decision"].isin(CLOSING),
        "pending": boilers["decision"].eq(PENDING),
        "unknown": boilers["decision"].eq("unknown"),
    }

    def one(name: str, title: Text, value: float, unit: str) -> Indicator:
        return Indicator(name, title, value, unit, rules, basis="planned", rests_on=leans,
                         assumptions=assumed)  # fmt: skip

    def count(kind: str, title: Text) -> Indicator:
        return one(f"boilers_{kind}_count", title, float(rows[kind].sum()), "台")

    def capacity(kind: str, title: Text) -> Indicator:
        value = round(float(boilers.loc[rows[kind], "capacity_t_h"].sum()), 3)
        return one(f"capacity_{kind}_t_h", title, value, "t/h")

    return (
        count("closed", Text("淘汰与关停整合的燃煤锅炉", "Coal boilers to retire or close")),
        capacity("closed", Text("淘汰与关停整合的容量", "Capacity to retire or close")),
        count(
            "pending", Text("待供汽能力落实后关停的锅炉", "Boilers to close once there is steam")
        ),
        capacity(
            "pending", Text("待供汽能力落实后关停的容量", "Capacity to close once there is steam")
        ),
        count("unknown", Text("无法判定的锅炉", "Boilers that cannot be decided")),
    )


def _left(boilers: pd.DataFrame, rule: str, title: Text, assumed: tuple[Text, ...]) -> Indicator:
    """Count what a rule still asks to close; one left is enough to miss, none must be sure."""
    hit = boilers["rules_hit"].astype("string").str.split(";").map(lambda ids: rule in ids)
    spared = boilers["rule"].eq("spared")  # somebody's wish: the clause still asks for it
    done = boilers["decision"].isin(("already_closed", "keep")) & ~spared
    stuck = int((boilers["decision"].eq("unknown") & boilers["rule"].eq(rule)).sum())
    count = int((hit.fillna(value=False).astype(bool) & ~done).sum())
    note = None
    if stuck:
        note = Text(f"另有 {stuck} 台无法判定。", f"Of {stuck} more it cannot be told.")
    return Indicator(
        f"{rule.lower()}_left_count",
        title,
        float(count),
        "台",
        law(rule).source,
        target=law(rule).number,
        sense="at_most",
        note=note,
        basis="achieved",
        is_least=bool(stuck),
        rule=rule,
        rests_on=("boilers", "built_up" if rule == "A57" else "heat_sources"),
        assumptions=assumed,
    )


def cost(phases: pd.DataFrame) -> Indicator:
    """Say what closing takes: dismantling, pipes, boilers of another kind."""
    return Indicator(
        "cost_10k_cny",
        Text("投资（关停、管网与替代锅炉）", "Cost (closing, pipes, other boilers)"),
        round(float(phases["cost_10k_cny"].sum()), 3),
        "万元",
        "",
        note=Text(
            "不含燃料差价，见“关停途径比较”表。",
            "Fuel is not in it; see the sheet of ways to close.",
        ),
        basis="planned",
        rests_on=("boilers",),
    )


def _steam(outlets: gpd.GeoDataFrame) -> Indicator:
    known = outlets["balance"].eq("known")
    value = float(outlets.loc[known, "spare_t_h"].sum()) if len(outlets) and known.all() else None
    note = None
    if value is None:
        note = Text(
            "抽汽能力未知：请提供各机组的抽汽能力（t/h）。",
            "Extraction is not known: give the steam capacity of the units (t/h).",
        )
    title = Text("分配后剩余可供蒸汽", "Steam left after all is given")
    return Indicator("steam_spare_t_h", title, value, "t/h", CLAUSE_3_8, note=note, basis="planned",
                     rests_on=("boilers", "heat_sources"))  # fmt: skip


def _range(closing: pd.DataFrame, kind: str) -> tuple[float | None, Text | None]:
    """Return the tonnes that all which close avoid, and the sentence that goes with them."""
    found = totals(closing, kind)
    counted = closing[f"{kind}_avoided_t_a"].notna()
    if found is None:
        return None, Text(
            "无法计算：没有一台应关停锅炉的燃料用量或容量已知。",
            "Not computed: of no boiler that closes is fuel use or capacity known.",
        )
    central, low, high = found
    missing = int((~counted).sum())
    left_out = Text("", "")
    if low < 0:
        worst = Text(
            "下限为负：各系数都取最不利值时不减反增。",
            " Below zero: with every factor at its worst there would be more of it, not less.",
        )
    else:
        worst = Text("", "")
    if missing:
        left_out = Text(
            f"有 {missing} 台未计入。", f" {counted(missing, 'boiler', 'are')} not counted."
        )
    return round(central, 3), Text(
        f"范围 {low:,.0f}–{high:,.0f} t/a，部分系数未核对；已扣除替代热源的排放。"
        f"{worst.zh}{left_out.zh}",
        f"Between {low:,.0f} and {high:,.0f} t/a, some factors unverified; what replaces the heat "
        f"is taken off.{worst.en}{left_out.en}",
    )


def _tonnes(closing: pd.DataFrame, kind: str) -> Indicator:
    value, note = _range(closing, kind)
    return Indicator(f"{kind}_avoided_t_a", TONNES_OF[kind], value, "t/a", FACTORS, note=note,
                     basis="planned", rests_on=("boilers",))  # fmt: skip


def _nox(closing: pd.DataFrame) -> Indicator:
    value, note = _range(closing, "nox")
    return Indicator(
        "nox_avoided_t_a",
        Text("氮氧化物减排量（A04 的一部分）", "NOx avoided (a part of A04)"),
        value,
        "t/a",
        NOX.source,
        target=NOX.number,
        sense="at_least",
        note=note,
        basis="planned",
        rule="A04",
        rests_on=("boilers",),
    )


def assumptions(units: gpd.GeoDataFrame, outlets: gpd.GeoDataFrame) -> tuple[Text, ...]:
    """Say what was taken as true of the plants without data."""
    said = list(_assumed_chp(units))
    steam = outlets[outlets["assumed_steam"]]
    if len(steam):
        names = listing(dict.fromkeys(steam["plant_name"]))
        total = steam["steam_capacity_t_h"].sum()
        said.append(
            Text(
                f"假定{names.zh}可抽汽 {total:g} t/h，未经核实（assume_steam_t_h）。",
                f"{names.en} is assumed to extract {total:g} t/h of steam, unverified "
                "(assume_steam_t_h).",
            )
        )
    load = outlets[outlets["assumed_load"] & outlets["balance"].eq("known")]
    if len(load):
        names = listing(dict.fromkeys(load["plant_name"]))
        total = load["existing_load_t_h"].sum()
        said.append(
            Text(
                f"未给出{names.zh}的现状热负荷，取 {total:g} t/h（existing_load_share）。",
                f"The existing load of {names.en} is not given and taken as {total:g} t/h "
                "(existing_load_share).",
            )
        )
    return tuple(said)


def _assumed_chp(units: gpd.GeoDataFrame) -> tuple[Text, ...]:
    """Say which plants count only because they are assumed to be CHP."""
    assumed = units[units["assumed_chp"]]
    if assumed.empty:
        return ()
    names = listing(dict.fromkeys(assumed["name_zh"]))
    return (
        Warned(
            f"假定{names.zh}（{len(assumed)} 台机组）为热电联产并对外供热；"
            "数据没有说明（assume_chp）。",
            f"{names.en} ({counted(len(assumed), 'unit')}) is assumed to be CHP and to supply "
            "heat; the data do not say so (assume_chp).",
            table="heat_sources",
            ids=assumed.index,
        ),
    )


def taken_as_true(boilers: gpd.GeoDataFrame) -> tuple[Text, ...]:
    """Say what was taken as true of the boilers without data."""
    gas = boilers.index[boilers["replaced_by"].eq("gas") & boilers["decision"].eq("retire")]
    if not len(gas):
        return ()
    return (
        Warned(
            f"假定 {len(gas)} 台淘汰锅炉改用天然气（retired_by_gas）。",
            f"{counted(len(gas), 'retiring boiler', 'are')} assumed to turn to gas "
            "(retired_by_gas).",
            table="boilers",
            ids=gas,
        ),
    )


def not_asked(boilers: gpd.GeoDataFrame, zones: Zones, *, stacks: bool) -> tuple[Text, ...]:
    """Say which rules were not asked, for want of a layer or a column."""
    said = []
    if zones.parks is None or zones.parks.empty:
        said.append(
            Text(
                "没有园区图层，未判断是否应搬迁入园（A61）。",
                "There is no layer of parks, so relocation (A61) is not asked.",
            )
        )
    if not stacks and len(boilers):
        said.append(
            Text(
                "台账没有排放浓度，未检查超低排放（A65）。",
                "The ledger says nothing of what leaves the stacks, so ultra-low emission (A65) is "
                "not checked.",
            )
        )
    size = boilers.index[boilers["capacity_t_h"].isna()]
    if len(size):
        said.append(
            Warned(
                f"{len(size)} 台锅炉的容量缺失、为零或大得不可信，按未知处理。",
                f"The capacity of {counted(len(size), 'boiler')} is missing, zero or beyond "
                "belief; it counts as unknown.",
                table="boilers",
                ids=size,
            )
        )
    return tuple(said)


def warnings(
    table: gpd.GeoDataFrame, boilers: gpd.GeoDataFrame, built_up: gpd.GeoDataFrame
) -> tuple[Text, ...]:
    """Say what a reader must know before using the decisions."""
    found = []
    if built_up.empty:
        found.append(
            Text(
                "没有建成区图层，A57 无法判定。",
                "There is no built-up area, so A57 cannot be decided.",
            )
        )
    elif not built_up["evidence"].eq("official").all():
        level = weakest(built_up["evidence"].unique())
        title = get("evidence")
        found.append(
            Text(
                f"建成区不是官方公布的边界（数据等级：{title.value_title(level, 'zh')}）；"
                "凡按 A57 得出的意见，须换用官方建成区边界后重新判定。",
                f"The built-up area is no official boundary (evidence: "
                f"{title.value_title(level, 'en')}); every decision by A57 must be made again "
                "with the official polygon.",
            )
        )
    outside = boilers.index[boilers.geometry.notna() & table["county"].isna()]
    if len(outside):
        found.append(
            Warned(
                f"{len(outside)} 台锅炉不在县（市、区）边界内，所在县留空。",
                f"{counted(len(outside), 'boiler', 'lie')} outside the county boundaries at hand; "
                "their county is left empty.",
                table="boilers",
                ids=outside,
            )
        )
    if "county_stated" in boilers:
        stated = boilers["county_stated"]
        apart = stated.notna() & table["county"].notna() & stated.ne(table["county"])
        differ = boilers.index[apart]
        if len(differ):
            found.append(
                Warned(
                    f"{len(differ)} 台锅炉的坐标不在台账所写的县（市、区）内；请核对坐标与坐标系。",
                    f"The coordinates of {counted(len(differ), 'boiler')} lie outside the county "
                    "the ledger names; check the coordinates and their datum.",
                    table="boilers",
                    ids=differ,
                )
            )
    return tuple(found)
