"""Ledgers of projects that a plan has counted: each street once, against the target and ahead."""

from dataclasses import replace
from math import inf

import numpy as np
import pandas as pd

from nngis.decide.trends import Forecast
from nngis.register.data import Data
from nngis.register.finding import Finding, MissingDataError, Part, part
from nngis.register.plans import result_of
from nngis.register.rules import PlanRule
from nngis.text import Text, counted
from nngis.unit_words import with_unit

STATE_OF = {"done": "done", "under_way": "open", "planned": "open", "unknown": "unknown"}


def projects(
    rule: PlanRule,
    data: Data,
    *,
    plan: str,
    target: str,
    amount: str,
    by_county: str,
    per: float = 1.0,
) -> Finding:
    """Take what a plan has counted on a ledger of projects."""
    found = result_of(rule, data, plan)
    tables = found.tables
    projects = tables["projects"]
    mine = projects[projects[amount].notna()]
    if mine.empty:
        raise MissingDataError([*rule.roles, *rule.optional_roles][:1])
    row = tables["targets"].loc[target]
    value, unsure = float(row["indicator_value"]), int(mine["stage"].eq("unknown").sum())
    least = any(i.name == target and i.is_least for i in found.indicators)
    one = part(rule, rule.targets[0], value, inf if least else value)
    zh = f"{len(mine)} 个项目，同一条街只计一次，已完成 {value:.4g} {one.unit}"
    done = with_unit(f"{value:.4g}", one.unit, "en")
    en = f"{counted(len(mine), 'project')}, each street once: {done} done"
    if least and not unsure:
        zh += "；有项目没有说明长度，合计可能更大"
        en += "; some projects do not say how long they are, the sum may be larger"
    if unsure:
        zh += f"；{unsure} 个项目没有说明进展，合计可能更大"
        en += (
            f"; {counted(unsure, 'project', 'do')} not say how far they are, the sum may be larger"
        )
    sums = tables["by_county"].set_index("county")[by_county] / per
    sums = sums.reindex(data.counties["name_zh"], fill_value=0.0).astype(float)
    return Finding(
        one.status,
        Text(f"{zh}。", f"{en}."),
        (_with_forecast(one, row, rule),),
        objects=mine[["name_zh", amount, "stage", "county", "geometry"]].assign(
            state=mine["stage"].map(STATE_OF)
        ),
        by_county=pd.DataFrame({"value": sums}).rename_axis("county"),
    )


def _with_forecast(one: Part, row: pd.Series, rule: PlanRule) -> Part:
    if np.isnan(row["needed_per_year"]) or pd.isna(row["last_year"]):
        return one
    bounds = (row["forecast_low_value"], row["forecast_high_value"])
    low, high = (None if np.isnan(v) else float(v) for v in bounds)
    ahead = Forecast(
        rule.targets[0].year, float(row["forecast_value"]), low, high, float(row["pace_per_year"])
    )
    return replace(one, forecast=ahead, year=int(row["last_year"]))
