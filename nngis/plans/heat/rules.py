"""The heat plan's rules: which units count as heat sources, and what becomes of each boiler."""

import operator

import pandas as pd

from nngis.decide.rules import Rule
from nngis.plans.heat.parameters import CLAUSE_3_8, HeatParameters
from nngis.text import Text

# A boiler that is only stopped can be lit again, so the rules still hold for it.
GONE = "dismantled"
GONE_UNITS = ("retired", "dismantled")
PENDING = "close_pending_capacity"
SPARED = "spared_because"  # why somebody takes a boiler off the list, against the rules
MW_PER_10K_KW = 10.0
THERMAL = ("coal", "gas", "oil", "biomass", "waste")
CHP = Text("是否热电联产", "whether it is CHP")
FUEL = Text("燃料", "the fuel")
CAPACITY = Text("额定蒸发量", "the rated capacity")
BUILT_UP = Text("是否在建成区", "whether it lies in the built-up area")
IN_RADIUS = Text("是否在合格热源的供热半径内", "whether a qualifying source is within the radius")
IN_PARK = Text("是否在园区内", "whether it lies in a park")
STANDARD = Text("是否达标", "whether it meets its emission standard")
STACK = Text("烟尘、二氧化硫、氮氧化物排放浓度", "what leaves its stack")
CAPTIVE = Text("是否自备机组", "whether it is captive")


def unit_rules(parameters: HeatParameters) -> tuple[list[Rule], Rule]:
    """Return the rules that say whether a unit counts as a heat source of rule A63."""
    above = operator.gt if parameters.threshold_op == ">" else operator.ge
    limit = f"{parameters.threshold_op} {parameters.threshold_mw:g} MW"
    rules = [
        Rule(
            "status",
            CLAUSE_3_8,
            "not_a_source",
            lambda f: f["status"].ne("operating").astype("boolean").mask(f["status"].isna()),
            Text("未投运（{status_zh}）。", "Not operating ({status_en})."),
            {"status": Text("是否在运", "whether it operates")},
        ),
        Rule(
            "threshold",
            CLAUSE_3_8,
            "not_a_source",
            lambda f: ~above(f["rated_mw"].astype("Float64"), parameters.threshold_mw),
            Text(
                f"容量 {{rated_mw:g}} MW，不满足 {limit}。",
                f"{{rated_mw:g}} MW does not meet {limit}.",
            ),
            {"rated_mw": Text("装机容量", "the capacity")},
        ),
        Rule(
            "thermal",
            CLAUSE_3_8,
            "not_a_source",
            lambda f: (~f["fuel"].isin(THERMAL)).astype("boolean"),
            Text("不是火电机组。", "Not a thermal unit."),
        ),
        Rule(
            "chp",
            CLAUSE_3_8,
            "not_a_source",
            lambda f: ~f["chp"],
            Text("不是热电联产机组。", "Not a CHP unit."),
            {"chp": CHP},
        ),
    ]
    otherwise = Rule(
        "A63",
        CLAUSE_3_8,
        "source",
        lambda f: f["chp"],
        Text(f"{{rated_mw:g}} MW {limit}，{{chp_zh}}。", f"{{rated_mw:g}} MW {limit}, {{chp_en}}."),
    )
    return rules, otherwise


def boiler_rules(
    parameters: HeatParameters,
    *,
    parks: bool = False,
    stacks: bool = False,
    spared: bool = False,
) -> tuple[list[Rule], Rule]:
    """Return the rules that decide on a boiler that exists."""
    rules = [_dismantled(), *_coal_rules(parameters), *_radius_rules(parameters)]
    if spared:
        rules.insert(1, _spared())
    if stacks:
        rules.append(_ultra_low(parameters))
    rules.append(_not_meant())
    if parks:
        rules.append(_relocation(parameters))
    size, radius_km = f"{parameters.retire_max_t_h:g} t/h", parameters.supply_radius_m / 1000
    otherwise = Rule(
        "none",
        CLAUSE_3_8,
        "keep",
        lambda f: pd.Series(True, index=f.index, dtype="boolean"),
        Text(
            f"燃煤锅炉，但既不属于建成区 {size} 及以下，也不在 {radius_km:g} km 供热半径内。",
            f"A coal boiler, but neither one of {size} or less in the built-up area nor within a "
            f"{radius_km:g} km supply radius.",
        ),
        leans_on=("built_up", "heat_sources"),
    )
    return rules, otherwise


def _dismantled() -> Rule:
    return Rule(
        "dismantled",
        CLAUSE_3_8,
        "already_closed",
        lambda f: f["status"].eq(GONE).astype("boolean"),
        Text("台账注明已报废或拆除。", "The ledger says that it is scrapped or dismantled."),
    )


def _spared() -> Rule:
    return Rule(
        "spared",
        "",
        "keep",
        lambda f: f[SPARED].notna().astype("boolean"),
        Text(
            f"不列入关停：{{{SPARED}}}（人工决定，非条款所定）。",
            f"Not on the list: {{{SPARED}}} (decided by hand, not by a clause).",
        ),
    )


def _coal_rules(parameters: HeatParameters) -> list[Rule]:
    size = f"{parameters.retire_max_t_h:g} t/h"
    return [
        Rule(
            "A57",
            CLAUSE_3_8,
            "retire",
            lambda f: (
                is_coal(f)
                & f["in_built_up"]
                & _at_most(f["capacity_t_h"], parameters.retire_max_t_h)
            ),
            Text(
                f"位于城市建成区的燃煤锅炉，{{capacity_t_h:g}} t/h 不超过 {size}，应淘汰。"
                "{idle_zh}",
                f"A coal boiler in the built-up area; {{capacity_t_h:g}} t/h is not above {size}: "
                "retire.{idle_en}",
            ),
            {"fuel": FUEL, "in_built_up": BUILT_UP, "capacity_t_h": CAPACITY},
            ("built_up",),
        ),
        Rule(
            "A62",
            CLAUSE_3_8,
            "retire",
            lambda f: (
                is_coal(f)
                & f["captive"]
                & _at_most(f["capacity_t_h"], parameters.captive_max_t_h)
                & ~f["meets_standard"]
            ),
            Text(
                f"不达标的 {parameters.captive_max_mw / MW_PER_10K_KW:g} 万千瓦级及以下"
                "燃煤自备机组，应加快淘汰关停。{idle_zh}",
                f"A captive coal unit of the {parameters.captive_max_mw:g} MW class or less that "
                "does not meet its standard: retire.{idle_en}",
            ),
            {"fuel": FUEL, "capacity_t_h": CAPACITY, "meets_standard": STANDARD},
        ),
    ]


def _radius_rules(parameters: HeatParameters) -> list[Rule]:
    radius_km = parameters.supply_radius_m / 1000
    zh = (
        "{fuel_adj_zh}锅炉，距{plant_name} {distance_km:.3f} km，"
        f"在 {radius_km:g} km 供热半径内"
    )
    en = (
        "{fuel_adj_en} {distance_km:.3f} km from {plant_name}, "
        f"within its {radius_km:g} km supply radius"
    )
    needs, leans_on = {"fuel": FUEL, "in_radius": IN_RADIUS}, ("heat_sources",)
    wait = Rule(
        "A63",
        CLAUSE_3_8,
        PENDING,
        lambda f: f["closes"] & f["in_radius"] & f["steam_short"],
        Text(
            f"{zh}，应关停整合；但供汽尚未落实（{{steam_why_zh}}），缺 {{load_t_h:.1f}} t/h："
            "待供汽能力落实后关停。",
            f"{en}: close and integrate; but steam is not secured ({{steam_why_en}}), "
            "{load_t_h:.1f} t/h short: close once it is.",
        ),
        needs,
        leans_on,
    )
    close = Rule(
        "A63",
        CLAUSE_3_8,
        "close_integrate",
        lambda f: f["closes"] & f["in_radius"],
        Text(f"{zh}，应关停整合。{{idle_zh}}", f"{en}: close and integrate.{{idle_en}}"),
        needs,
        leans_on,
    )
    if not parameters.exempt_peaking:
        return [wait, close]
    stay = Rule(
        "peaking",
        CLAUSE_3_8,
        "keep",
        lambda f: f["closes"] & f["in_radius"] & f["peaking"],
        Text(
            f"{zh}，但为调峰锅炉，按参数 exempt_peaking 保留。",
            f"{en}, but kept for peaks (exempt_peaking).",
        ),
        leans_on=leans_on,
    )
    return [stay, wait, close]


def _ultra_low(parameters: HeatParameters) -> Rule:
    return Rule(
        "A65",
        CLAUSE_3_8,
        "retrofit",
        lambda f: f["ultra_low_asked"] & ~f["ultra_low"],
        Text(
            "大型燃煤或生物质锅炉（{capacity_t_h:g} t/h），未达到超低排放"
            f"（烟尘 {parameters.ultra_low_pm_mg_m3:g}、二氧化硫 "
            f"{parameters.ultra_low_so2_mg_m3:g}、氮氧化物 {parameters.ultra_low_nox_mg_m3:g} "
            "mg/m³），应改造。",
            "A large coal or biomass boiler ({capacity_t_h:g} t/h) above the ultra-low limits "
            f"(dust {parameters.ultra_low_pm_mg_m3:g}, SO2 {parameters.ultra_low_so2_mg_m3:g}, "
            f"NOx {parameters.ultra_low_nox_mg_m3:g} mg/m³): retrofit.",
        ),
        {"fuel": FUEL, "capacity_t_h": CAPACITY, "ultra_low": STACK},
    )


def _not_meant() -> Rule:
    return Rule(
        "not_coal",
        CLAUSE_3_8,
        "keep",
        lambda f: is_coal(f).eq(False) & f["closes"].eq(False),
        Text("燃料为{fuel_zh}，不属于燃煤锅炉。", "It burns {fuel_en}: no coal boiler."),
    )


def _relocation(parameters: HeatParameters) -> Rule:
    radius_km = parameters.supply_radius_m / 1000
    return Rule(
        "A61",
        CLAUSE_3_8,
        "relocate",
        lambda f: f["closes"] & ~f["in_park"] & ~f["in_radius"],
        Text(
            f"分散锅炉，不在园区内，也不在 {radius_km:g} km 供热半径内；"
            "鼓励关停并搬迁至{park_title_zh}。",
            f"Dispersed: in no park and within no {radius_km:g} km supply radius; close it and "
            "move to {park_title_en}.",
        ),
        {"fuel": FUEL, "in_park": IN_PARK, "in_radius": IN_RADIUS},
        ("heat_sources", "parks"),
    )


def captive_rules(parameters: HeatParameters, *, stacks: bool = False) -> tuple[list[Rule], Rule]:
    """Return the rules that decide on a coal unit that operates: A62 and A65."""
    rules = [
        Rule(
            "A62",
            CLAUSE_3_8,
            "retire",
            lambda f: (
                f["captive"]
                & _at_most(f["capacity_mw"], parameters.captive_max_mw)
                & ~f["meets_standard"]
            ),
            Text(
                "不达标的燃煤自备机组，{capacity_mw:g} MW，应加快淘汰关停。",
                "A captive coal unit of {capacity_mw:g} MW below its standard: retire.",
            ),
            {
                "captive": CAPTIVE,
                "capacity_mw": Text("装机容量", "the capacity"),
                "meets_standard": STANDARD,
            },
        ),
    ]
    if stacks:
        rules.append(
            Rule(
                "A65",
                CLAUSE_3_8,
                "retrofit",
                lambda f: ~f["ultra_low"],
                Text("燃煤机组未达到超低排放，应改造。", "Not at ultra-low emission: retrofit."),
                {"ultra_low": STACK},
            ),
        )
    otherwise = Rule(
        "none",
        CLAUSE_3_8,
        "keep",
        lambda f: pd.Series(True, index=f.index, dtype="boolean"),
        Text("不属于不达标的燃煤自备机组。", "No sub-standard captive coal unit."),
    )
    return rules, otherwise


def stack_rules() -> tuple[list[Rule], Rule]:
    """Return the rules that decide on the stacks of others: A65 alone."""
    retrofit = Rule(
        "A65",
        CLAUSE_3_8,
        "retrofit",
        lambda f: ~f["ultra_low"],
        Text("排放浓度未达到超低排放，应改造。", "Above the ultra-low limits: retrofit."),
        {"ultra_low": STACK},
    )
    keep = Rule(
        "none", CLAUSE_3_8, "keep", lambda f: f["ultra_low"],
        Text("已达到超低排放。", "At ultra-low emission."),
    )  # fmt: skip
    return [retrofit], keep


def _at_most(column: pd.Series, limit: float) -> pd.Series:
    return column.astype("Float64") <= limit


def is_coal(frame: pd.DataFrame) -> pd.Series:
    """Say which rows burn coal."""
    return frame["fuel"].eq("coal").astype("boolean").mask(frame["fuel"].isna())
