"""The rooftop plan's rules: what becomes of each roof."""

import pandas as pd

from nngis.decide.rules import Rule
from nngis.plans.rooftop.parameters import CLAUSE_3_5, RooftopParameters
from nngis.text import Text

CLASS = Text("建筑类别", "the class of building")
COUNTY = Text("所在县（市、区）", "the county")
# What the rules look at: roofs alike in these are decided alike.
FACTS = ("protected", "too_large", "fit", "too_small", "excluded", "in_pilot")


def roof_rules(parameters: RooftopParameters) -> tuple[list[Rule], Rule]:
    """Return the rules that decide on a roof."""
    names = "、".join(parameters.pilot_counties)
    rules = [
        _rule(
            "protected",
            "unsuitable",
            "protected",
            Text("受保护的建筑，不安装。", "A protected building: none is installed."),
        ),
        _rule(
            "too_large",
            "unknown",
            "too_large",
            Text(
                f"轮廓大于 {parameters.max_roof_m2:g} m²，不像单个屋顶；请核对轮廓与坐标单位。",
                f"The outline is larger than {parameters.max_roof_m2:g} m², hardly one roof; "
                "check the outline and the unit of its coordinates.",
            ),
        ),
        Rule(
            "form",
            CLAUSE_3_5,
            "unsuitable",
            lambda f: ~f["fit"].astype("boolean"),
            Text("屋面形式不能承载光伏。", "The form of the roof cannot carry PV."),
        ),
        _rule(
            "too_small",
            "unsuitable",
            "too_small",
            Text(
                f"屋顶小于 {parameters.min_roof_m2:g} m²。",
                f"The roof is smaller than {parameters.min_roof_m2:g} m².",
            ),
        ),
        Rule(
            "class",
            CLAUSE_3_5,
            "unsuitable",
            lambda f: f["excluded"].astype("boolean"),
            Text(
                "该类建筑没有安装比例，产权分散，不列入。",
                "Buildings of this class have no share to reach and many owners: left out.",
            ),
            {"excluded": CLASS},
        ),
        Rule(
            "A37",
            CLAUSE_3_5,
            "pilot",
            # A roof of an unknown class is no pilot: whether it is left out cannot be told.
            lambda f: f["in_pilot"].astype("boolean") & ~f["excluded"].astype("boolean"),
            Text(
                f"位于试点县（市、区）（{names}），整县推进试点先行。",
                "In one of the counties that pilot county-wide rooftops: first.",
            ),
            {"in_pilot": COUNTY, "excluded": CLASS},
        ),
    ]
    otherwise = Rule(
        "A37",
        CLAUSE_3_5,
        "phase_2",
        lambda f: f["in_pilot"].notna(),
        Text("不在试点县（市、区），第二阶段推广。", "Outside the pilot counties: second phase."),
    )
    return rules, otherwise


def _rule(name: str, decision: str, column: str, reason: Text) -> Rule:
    def when(frame: pd.DataFrame) -> pd.Series:
        return frame[column].astype("boolean")

    return Rule(name, CLAUSE_3_5, decision, when, reason)
