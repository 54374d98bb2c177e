"""The heat plan's rules: which units count as heat sources, and what becomes of each boiler."""

import operator

import pandas as pd

from nngis.kernel.decide import Rule
from nngis.plans.heat.parameters import CLAUSE_3_8, HeatParameters
from nngis.text import Text

# A boiler that is only stopped can be lit again, so the rules still hold for it.
GONE = "dismantled"
THERMAL = ("coal", "gas", "oil", "biomass", "waste")
CHP = Text("是否热电联产", "whether it is CHP")
FUEL = Text("燃料", "the fuel")
CAPACITY = Text("额定蒸发量", "the rated capacity")
BUILT_UP = Text("是否在建成区", "whether it lies in the built-up area")
IN_RADIUS = Text("是否在合格热源的供热半径内", "whether a qualifying source is within the radius")


def unit_rules(parameters: HeatParameters) -> tuple[list[Rule], Rule]:
    """Return the rules that say whether a unit counts as a heat source of rule A63.

    Parameters
    ----------
    parameters : HeatParameters
        Threshold, how it is compared, and whether CHP is assumed.

    Returns
    -------
    rules : list of Rule
        In order; decisions are ``not_a_source`` and, where nobody says whether it is CHP,
        ``unknown``.
    otherwise : Rule
        ``source``.
    """
    above = operator.gt if parameters.threshold_op == ">" else operator.ge
    limit = f"{parameters.threshold_op} {parameters.threshold_mw:g} MW"
    rules = [
        Rule(
            "status",
            CLAUSE_3_8,
            "not_a_source",
            lambda f: f["status"].ne("operating").astype("boolean"),
            Text("未投运（{status_zh}）。", "Not operating ({status_en})."),
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


def boiler_rules(parameters: HeatParameters) -> tuple[list[Rule], Rule]:
    """Return the rules that decide on a boiler.

    Parameters
    ----------
    parameters : HeatParameters
        Radius and size limit.

    Returns
    -------
    rules : list of Rule
        In order of precedence.
    otherwise : Rule
        ``keep``.
    """
    radius_km = parameters.supply_radius_m / 1000
    size = f"{parameters.retire_max_t_h:g} t/h"
    rules = [
        Rule(
            "dismantled",
            CLAUSE_3_8,
            "already_closed",
            lambda f: f["status"].eq(GONE).astype("boolean"),
            Text("台账注明已报废或拆除。", "The ledger says that it is scrapped or dismantled."),
        ),
        Rule(
            "not_coal",
            CLAUSE_3_8,
            "keep",
            lambda f: is_coal(f).eq(False),
            Text("燃料为{fuel_zh}，不属于燃煤锅炉。", "It burns {fuel_en}: no coal boiler."),
        ),
        Rule(
            "A57",
            CLAUSE_3_8,
            "retire",
            lambda f: (
                is_coal(f)
                & f["in_built_up"]
                & (f["capacity_t_h"].astype("Float64") <= parameters.retire_max_t_h)
            ),
            Text(
                f"位于城市建成区的燃煤锅炉，{{capacity_t_h:g}} t/h 不超过 {size}，应淘汰。",
                f"A coal boiler in the built-up area; {{capacity_t_h:g}} t/h is not above {size}: "
                "retire.",
            ),
            {"fuel": FUEL, "in_built_up": BUILT_UP, "capacity_t_h": CAPACITY},
        ),
        Rule(
            "A63",
            CLAUSE_3_8,
            "close_integrate",
            lambda f: is_coal(f) & f["in_radius"],
            Text(
                f"燃煤锅炉，距{{plant_name}} {{distance_km:.3f}} km，"
                f"在 {radius_km:g} km 供热半径内，应关停整合。",
                f"A coal boiler {{distance_km:.3f}} km from {{plant_name}}, within its "
                f"{radius_km:g} km supply radius: close and integrate.",
            ),
            {"fuel": FUEL, "in_radius": IN_RADIUS},
        ),
    ]
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
    )
    return rules, otherwise


def is_coal(frame: pd.DataFrame) -> pd.Series:
    """Say which rows burn coal.

    Parameters
    ----------
    frame : DataFrame
        With a column `fuel`.

    Returns
    -------
    Series of boolean
        NA where the fuel is not known.
    """
    return frame["fuel"].eq("coal").astype("boolean").mask(frame["fuel"].isna())
