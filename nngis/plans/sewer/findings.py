"""What the plan adds up to against the targets, what was assumed, what a reader must know."""

from collections.abc import Mapping

import pandas as pd

from nngis.decide.indicators import Indicator
from nngis.law import citing
from nngis.plans.sewer.additions import Additions
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.ledger import Counted
from nngis.plans.sewer.ledger_parameters import CLAUSE_3_10
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.progress import target_indicators
from nngis.plans.sewer.renovation import renovation_km
from nngis.plans.sewer.terrain import COARSE_M
from nngis.text import Text, Warned, counted
from nngis.units import YUAN_PER_10K

LEDGER = ("sewer_projects",)
A16, A74, A81 = citing("A16"), citing("A74"), citing("A81")
NOT_GIVEN = {
    "sewer_projects": Text(
        "没有管网项目清单，完成里程未知。", "There is no list of projects: what is done is unknown."
    ),
    "sewers": Text(
        "没有现状管网图层：谁已有服务、各厂的收水范围、该改造哪些管段均未知；布管时各需求点按需接入计。",
        "There is no layer of sewers: who is served, the catchments and what to renovate are not "
        "known; additions are laid out as if nobody were.",
    ),
    "treatment_plants": Text(
        "没有污水处理厂图层，收水范围和能力未核算。",
        "There are no treatment plants: catchments and capacity are not computed.",
    ),
    "roads": Text("没有道路图层，不布置管网。", "There are no roads: nothing is laid out."),
    "elevation": Text("没有高程，不布置管网。", "There is no terrain: nothing is laid out."),
    "counties": Text(
        "没有县（市、区）界，按台账所写的县汇总。",
        "There are no county boundaries: sums go by the county that a row names.",
    ),
}


def indicators(
    tables: Mapping[str, pd.DataFrame], ledger: Counted, layers: SewerLayers
) -> tuple[Indicator, ...]:
    """Say what the tables add up to."""
    gaps, mending = tables["gaps"], renovation_km(tables["renovation"])
    no_sewers = None if layers.sewers is not None else NOT_GIVEN["sewers"]
    open_ = gaps[gaps["decision"].ne("covered")]
    unsure = layers.sewers is None or open_["population"].isna().any()
    people = None if unsure else round(float(open_["population"].sum()))
    return (
        *target_indicators(tables["targets"], ledger),
        Indicator(
            "double_km",
            Text("重复计列的里程", "Kilometres listed twice"),
            round(float(tables["by_county"]["double_km"].sum()), 6)
            if layers.sewer_projects is not None
            else None,
            "km",
            A74,
            note=Text("已从完成里程中扣除。", "Taken off what is done."),
            basis="achieved",
            rule="A74",
            rests_on=LEDGER,
        ),
        Indicator(
            "gap_population",
            Text("没有污水管网服务的人口", "People without a sewer"),
            people if len(gaps) else None,
            "人",
            CLAUSE_3_10,
            note=_people_range(open_, layers) if unsure and len(gaps) else no_sewers,
            basis="achieved",
            rests_on=("sewers", "demand"),
        ),
        *(
            Indicator(
                f"{rule.lower()}_renovate_km",
                title,
                None if no_sewers else round(float(mending[rule]), 6),
                "km",
                source,
                note=no_sewers,
                rule=rule,
                basis="planned",
                rests_on=("sewers",),
            )
            for rule, title, source in (
                ("A16", Text("进水异常厂的片区管网", "Sewers of plants with thin influent"), A16),
                ("A81", Text("混错接与老旧破损管网", "Faulty and aged sewers"), A81),
            )
        ),
    )


def _people_range(open_: pd.DataFrame, layers: SewerLayers) -> Text:
    """Say between what numbers the people without a sewer lie."""
    low = 0.0 if layers.sewers is None else float(open_["population_low"].sum())
    high = float(open_["population_high"].sum())
    why = "没有现状管网图层，不知道谁已有服务" if layers.sewers is None else "乡镇人口只知道范围"
    why_en = (
        "there is no layer of sewers, so who is served is not known"
        if layers.sewers is None
        else "of towns only the range of their people is known"
    )
    return Text(
        f"未知：{why}；在 {low:,.0f}–{high:,.0f} 人之间。",
        f"Not known: {why_en}; between {low:,.0f} and {high:,.0f}.",
    )


def assumptions(
    layers: SewerLayers, tables: Mapping[str, pd.DataFrame], parameters: SewerParameters
) -> tuple[Text, ...]:
    """Say what was taken as true without data."""
    found: list[Text] = []
    gaps, each = tables["gaps"], parameters.persons_per_building
    bare = gaps.index[gaps["people_basis"].eq("assumed")]
    if len(bare):
        found.append(
            Warned(
                f"{len(bare)} 个需求点没有人口，每点按 {each:g} 人计。",
                f"{counted(len(bare), 'point of demand', 'give')} no people; each counts as "
                f"{each:g}.",
                table="gaps",
                ids=bare,
            )
        )
    if layers.demand is None and len(tables["gaps"]):
        near = parameters.plant_reach_m / 1000
        found.append(
            Text(
                f"没有需求图层：以 {near:g} km 内没有污水处理厂的 {len(tables['gaps'])} 个"
                "乡镇代替，置于最近的道路上；各乡镇人口未知，只给出范围，管径按上限计。只为演示。",
                f"There is no demand: {counted(len(tables['gaps']), 'town')} with no treatment "
                f"plant within {near:g} km stand in, put on the nearest road. Their people are not "
                "known, only a range, and pipes are sized by its upper end. For show only.",
            )
        )
    if layers.sewers is not None:
        bod, years = parameters.least_bod_mg_l, parameters.renovate_after_years
        found.append(
            Text(
                f"离污水管 {parameters.served_within_m:g} m 以内视为有服务；进水 BOD < {bod:g} "
                f"mg/L 视为异常（方案未定数值）；管龄 {years} 年起视为老旧。",
                f"Within {parameters.served_within_m:g} m of a sewer counts as served; influent "
                f"BOD < {bod:g} mg/L counts as abnormal (the plan names no number); "
                f"{years} years count as aged.",
            )
        )
    return tuple(found)


def of_design(additions: Additions, parameters: SewerParameters) -> tuple[Indicator, ...]:
    """Say what the additions come to."""
    figures, order = additions.figures, additions.tables["priority"]
    if not figures:
        return ()
    source = A74
    low, high = figures["people_low"], figures["people_high"]
    people = Indicator(
        "design_people",
        Text("拟接入人口", "People they would join"),
        round(high, 3) if low == high else None,
        "人",
        source,
        note=None
        if low == high
        else Text(
            f"未知：在 {low:,.0f}–{high:,.0f} 人之间。",
            f"Not known: between {low:,.0f} and {high:,.0f}.",
        ),
        basis="planned",
    )
    if "total_yuan" not in figures:
        routes = Text("可能的管线长度", "Routes that sewers might take")
        km = round(float(figures["gravity_km"]), 3)
        return (Indicator("design_km", routes, km, "km", source, basis="planned"), people)
    made = (
        ("design_km", Text("拟建管网", "Sewers to build"), "km",
         figures["gravity_km"] + figures["rising_main_km"]),
        ("design_10k_cny", Text("投资估算", "Cost"), "万元", figures["total_yuan"] / YUAN_PER_10K),
        ("lift_stations_count", Text("提升泵站", "Lift stations"), "座", figures["lift_stations"]),
        ("clauses_failed_count", Text("不满足规范的条目", "Clauses not met"), "条",
         figures["clauses_failed"]),
    )  # fmt: skip
    found = [
        Indicator(name, title, round(float(value), 3), unit, source, basis="planned", rule="A74")
        for name, title, unit, value in made
    ]
    first = first_people(order, parameters)
    return (found[0], people, *found[1:], first, _programme(figures, source))


def first_people(order: pd.DataFrame, parameters: SewerParameters) -> Indicator:
    """Say how many people the years of building join.

    Parameters
    ----------
    order : DataFrame
        New pipes, as `put_in_order` has them.
    parameters : SewerParameters
        The years.

    Returns
    -------
    Indicator
        The sum of those built in time.
    """
    years = parameters.build_years
    return Indicator(
        "first_people",
        Text(f"前 {years} 年可接入人口", f"People joined in {counted(years, 'year')}"),
        round(float(order.loc[order["decision"].eq("build"), "people"].sum()), 3),
        "人",
        f"{CLAUSE_3_10}（A74）",
        basis="planned",
        rule="A74",
    )


def _programme(figures: Mapping[str, float], source: str) -> Indicator:
    """Say what the programme gains beside the order, and what none can pass."""
    order, bound = figures["order_people_years"], figures["bound_people_years"]
    return Indicator(
        "programme_people_years",
        Text("年度计划：接入人口×服务年数", "Programme: people joined by years of service"),
        round(figures["programme_people_years"], 3),
        "人·a",
        source,
        note=Text(
            f"逐街排序为 {order:,.0f}；任何计划不超过 {bound:,.0f}。",
            f"Street by street it is {order:,.0f}; no programme passes {bound:,.0f}.",
        ),
        basis="planned",
        rule="A74",
    )


def warnings(
    layers: SewerLayers, ledger: Counted, additions: Additions, separation: pd.DataFrame
) -> tuple[Text, ...]:
    """Say what a reader must know before using the tables."""
    found = [text for role, text in NOT_GIVEN.items() if getattr(layers, role) is None]
    coarse = coarse_terrain(layers)
    found = found if coarse is None else [coarse, *found]
    told = [
        Warned(f"{p.where}：{p.zh}", f"{p.where}: {p.en}", table=p.where, ids=p.ids)
        for p in additions.problems
    ]
    return (*found, *_of_ledger(ledger), *_of_rain(separation), *told)


def _of_rain(separation: pd.DataFrame) -> list[Text]:
    """Name the combined districts whose rain nobody can tell."""
    unknown = separation["variant"].eq("new_storm") & separation["storm_l_s"].isna()
    if not unknown.any():
        return []
    n = int(unknown.sum())
    return [
        Warned(
            f"{n} 个合流片区的雨水流量未知：须有当地暴雨强度公式（storm_a1、storm_c、storm_b、"
            "storm_n）和各管段的汇水面积（drained_ha）。",
            f"The rain of {n} combined districts is not known: it takes the place's storm formula "
            "(storm_a1, storm_c, storm_b, storm_n) and the area that each sewer drains "
            "(drained_ha).",
            table="separation",
            ids=separation.index[unknown],
        )
    ]


def coarse_terrain(layers: SewerLayers) -> Text | None:
    """Say that the terrain carries no design, where that is so.

    Parameters
    ----------
    layers : SewerLayers
        What the plan is given.

    Returns
    -------
    Text or None
        What is given instead, and what to do.
    """
    if layers.elevation is None or layers.elevation.cell_m <= COARSE_M:
        return None
    cell = layers.elevation.cell_m
    return Text(
        f"高程格网约 {cell:,.0f} m，只表示区域地形，承载不了设计：只给出可能的走向、长度和"
        "人口范围，不给坡度、管径、埋深、泵站和造价；设计须换用真实的数字高程模型。",
        f"The terrain has cells of about {cell:,.0f} m, regional relief only, and carries "
        "no design: where sewers might run, their lengths and a range of people are "
        "given, no slopes, sizes, depths, pumps or costs; give a real DEM.",
    )


def _of_ledger(ledger: Counted) -> list[Text]:
    projects = ledger.projects
    told = (
        (
            "difference",
            "上报与量算长度相差超限，按量算计",
            "declare a length too far from that of the line, which counts",
        ),
        ("metres", "长度以米填在公里列，已换算", "give metres where kilometres are asked for"),
        (
            "perhaps_metres",
            "长度疑以米填报，没有图形可核，未计入",
            "seem to give metres; not counted",
        ),
        ("no_length", "没有长度，未计入", "give no length: not counted"),
        ("storm", "是雨水管，不计入", "are for storm water: not counted"),
    )
    found: list[Text] = []

    def about(rows: pd.Series, zh: str, en: str) -> None:
        ids = projects.index[rows.fillna(value=False).to_numpy(bool)]
        if len(ids):
            one = Warned(
                f"{len(ids)} {zh}", counted(len(ids), "project", en), table="projects", ids=ids
            )
            found.append(one)

    for word, zh, en in told:
        about(projects["ledger_problem"].eq(word), f"个项目{zh}。", f"{en}.")
    about(
        projects["stage"].eq("unknown"),
        "个项目没有说明进展，未计入完成。",
        "do not say how far it is; not counted as done.",
    )
    pairs = ledger.overlaps.groupby("double_basis")["double_m"].agg(["size", "sum"])
    if "geometry" in pairs.index:
        size, km = int(pairs.loc["geometry", "size"]), pairs.loc["geometry", "sum"] / 1000
        found.append(
            Warned(
                f"{size} 对项目同在一条街，重复的 {km:.2f} km 只计一次。",
                f"{counted(size, 'pair of projects', 'share')} a street; {km:.2f} km count once.",
                table="overlaps",
                ids=ledger.overlaps.index[ledger.overlaps["double_basis"].eq("geometry")],
            )
        )
    if "name" in pairs.index:
        size = int(pairs.loc["name", "size"])
        found.append(
            Warned(
                f"{size} 对没有图形的项目名称相同，可能重复，未扣除，请核对。",
                f"{counted(size, 'pair of projects', 'bear')} one name and no line; possibly "
                "double, nothing was taken off, check them.",
                table="overlaps",
                ids=ledger.overlaps.index[ledger.overlaps["double_basis"].eq("name")],
            )
        )
    about(
        projects["stage"].eq("done") & projects["plan_year"].isna(),
        "个已完成的项目没有年份，计入完成，不计入进度。",
        "finished projects name no year; they count, but not in the pace.",
    )
    return found
