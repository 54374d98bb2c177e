"""Each coal boiler's stack against its legal limit: what is stated, what factors say."""

import numpy as np
import pandas as pd

from nngis.plans.heat.emission_factors import emission_factors, known_factors
from nngis.plans.heat.emission_limits import limits_of, local_limits
from nngis.plans.heat.emission_table import FactorTable
from nngis.plans.heat.emissions import MG_PER_KG, POLLUTANTS, by_factors_kg_t
from nngis.plans.heat.parameters import HeatParameters
from nngis.text import Text, Warned, counted
from nngis.units import KG_PER_T

NAMES = {
    "pm": Text("烟尘", "dust"),
    "so2": Text("二氧化硫", "SO2"),
    "nox": Text("氮氧化物", "NOx"),
}


def stacks(boilers: pd.DataFrame, parameters: HeatParameters) -> pd.DataFrame:
    """Hold the stack of every coal boiler that runs against its limits."""
    rows = boilers[boilers["coal_t_a"] > 0]
    table = FactorTable(known_factors(emission_factors(), parameters), rows)
    limits = limits_of(rows, table.furnace, local_limits(parameters.so2_note1_mg_m3))
    flue = table.rows("flue_gas_m3_t")[1]
    out = rows[["name_zh", "county", "capacity_t_h", "furnace"]].copy()
    for name in POLLUTANTS:
        by_factors = by_factors_kg_t(name, table)[1] * MG_PER_KG / flue
        counted = rows[f"{name}_t_a"] / rows["coal_t_a"] * KG_PER_T * MG_PER_KG / flue
        out[f"{name}_by_factors_mg_m3"] = by_factors.round(1)
        out[f"{name}_stack_mg_m3"] = counted.round(1)
        out[f"{name}_limit_mg_m3"] = limits[name].round(1)
        out[f"{name}_basis"] = rows[f"{name}_basis"]
    return _judged(out).rename_axis("boiler_id")


def contradictions(checked: pd.DataFrame) -> tuple[Text, ...]:
    """Say how many boilers contradict their limits, and what is counted of them."""
    said = []
    broken = checked.index[checked["decision"].eq("missed")]
    if len(broken):
        said.append(
            Warned(
                f"{len(broken)} 台锅炉台账所列排放高于限值，见“排放核对”表。",
                f"What the ledger states of {counted(len(broken), 'boiler')} is above the limit; "
                "see the sheet of stacks.",
                table="stacks",
                ids=broken,
            )
        )
    odd = checked.index[checked["decision"].eq("unknown")]
    if len(odd):
        said.append(
            Warned(
                f"{len(odd)} 台锅炉按系数算得的浓度高于限值，台账又未给出实测：排放按限值计，"
                "范围上限为系数值，见“排放核对”表。",
                f"By the factors {counted(len(odd), 'boiler', 'are')} above the limit, and the "
                "ledger states nothing: the limit is counted, the factors' value is the high end; "
                "see the sheet of stacks.",
                table="stacks",
                ids=odd,
            )
        )
    return tuple(said)


def _judged(out: pd.DataFrame) -> pd.DataFrame:
    stated_over, factors_over, stated = [], [], []
    for name in POLLUTANTS:
        told = out[f"{name}_basis"].eq("stated").to_numpy(bool)
        limit = out[f"{name}_limit_mg_m3"]
        stated.append(told)
        stated_over.append(told & (out[f"{name}_stack_mg_m3"] > limit).to_numpy(bool))
        factors_over.append(~told & (out[f"{name}_by_factors_mg_m3"] > limit).to_numpy(bool))
    broken, odd = np.array(stated_over), np.array(factors_over)
    word = np.select(
        [broken.any(axis=0), odd.any(axis=0), np.array(stated).all(axis=0)],
        ["missed", "unknown", "met"],
        "not_checked",
    )
    zh, en = [], []
    for at in range(len(out)):
        over = [name for name, hit in zip(POLLUTANTS, broken[:, at], strict=True) if hit]
        strange = [name for name, hit in zip(POLLUTANTS, odd[:, at], strict=True) if hit]
        zh.append(_words(over, strange, "zh"))
        en.append(_words(over, strange, "en"))
    return out.assign(decision=word, reason_zh=zh, reason_en=en)


def _words(over: list[str], strange: list[str], lang: str) -> str:
    """Say what contradicts what."""
    said = []
    if over:
        names = ("、" if lang == "zh" else ", ").join(getattr(NAMES[one], lang) for one in over)
        said.append(
            f"台账所列{names}高于限值。"
            if lang == "zh"
            else f"The ledger's {names} is above the limit."
        )
    if strange:
        names = ("、" if lang == "zh" else ", ").join(getattr(NAMES[one], lang) for one in strange)
        said.append(
            f"按系数与缺省治理效率，{names}高于限值：或者该炉超标，或者缺省的煤质、治理效率与它不符；"
            "请补充实测排放。"
            if lang == "zh"
            else f"By the factors and the default removal {names} is above the limit: either the "
            "boiler breaks it, or the default coal or removal is not its own; give a measured one."
        )
    if not said:
        return "未见矛盾。" if lang == "zh" else "Nothing contradicts the limits."
    return ("" if lang == "zh" else " ").join(said)
