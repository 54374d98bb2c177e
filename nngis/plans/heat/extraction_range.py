"""How far an assumed extraction can be wrong before anybody's steam changes."""

from collections.abc import Callable

import geopandas as gpd
import pandas as pd

from nngis.plans.heat.outlets import available_t_h, outlets_of
from nngis.plans.heat.parameters import HeatParameters
from nngis.text import Text

HALVINGS = 9
MOST_T_H = 2_000.0  # the bound of the parameter
MOST_BOILERS = 1_000  # beyond it the balance takes too long to be asked twenty times

Served = Callable[[gpd.GeoDataFrame], frozenset[str]]


def same_decisions(
    units: gpd.GeoDataFrame, parameters: HeatParameters, served_with: Served
) -> tuple[float, float] | None:
    """Find the range of the assumed extraction in which the same boilers get steam."""
    # Halving finds the nearest change where the answer changes once; that it does is not proved.
    assumed = parameters.assume_steam_t_h
    if assumed is None:
        return None

    outlets = outlets_of(units, parameters)

    def at(t_h: float) -> frozenset[str]:
        other = parameters.model_copy(update={"assume_steam_t_h": t_h})
        return served_with(outlets.assign(available_t_h=available_t_h(outlets, units, other)))

    mine = at(assumed)
    if not outlets["assumed_steam"].any() or not mine or len(mine) > MOST_BOILERS:
        return None
    least = assumed if at(0.0) != mine else 0.0
    if least:
        least = _halved(0.0, assumed, lambda t_h: at(t_h) == mine)
    most = float("inf")
    if at(MOST_T_H) != mine:
        most = _halved(MOST_T_H, assumed, lambda t_h: at(t_h) == mine)
    return least, most


def _halved(other: float, same: float, is_same: Callable[[float], bool]) -> float:
    """Walk from where the answer is the same towards where it is another; stay on this side."""
    for _ in range(HALVINGS):
        middle = (other + same) / 2
        if is_same(middle):
            same = middle
        else:
            other = middle
    return same


def range_words(
    found: tuple[float, float] | None, outlets: pd.DataFrame, parameters: HeatParameters
) -> tuple[Text, ...]:
    """Say in which range of the assumed extraction the decisions stay the same."""
    if found is None:
        return ()
    least, most = found
    units = int(outlets.loc[outlets["assumed_steam"], "units_count"].sum())
    mine = parameters.assume_steam_t_h
    open_ended = most == float("inf")
    zh = f"不低于 {least:,.0f} t/h" if open_ended else f"在 {least:,.0f}–{most:,.0f} t/h 之间"
    en = f"{least:,.0f} t/h or more" if open_ended else f"{least:,.0f} to {most:,.0f} t/h"
    return (
        Text(
            f"抽汽能力为假定（每台 {mine:g} t/h，共 {units} 台）；每台{zh}时，供汽与关停意见都"
            "不变。须向电厂核实。",
            f"The extraction is assumed ({mine:g} t/h a unit, {units} units); with {en} a unit the "
            "same boilers get steam and close. Ask the plant.",
        ),
    )
