"""What the heat decisions add up to, what was assumed, and what a reader must know."""

import geopandas as gpd
import pandas as pd

from nngis.kernel.indicator import Indicator
from nngis.plans.heat.parameters import CLAUSE_3_8
from nngis.text import Text

CLOSING = ("retire", "close_integrate")
TARGET_SOURCE = "方案二：氮氧化物重点工程减排量不低于1000吨（A04）"


def by_county(boilers: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> pd.DataFrame:
    """Add up boilers and their capacity by county.

    Parameters
    ----------
    boilers : GeoDataFrame
        The decided boilers.
    counties : GeoDataFrame
        Every county, so that one without boilers shows a zero.

    Returns
    -------
    DataFrame
        Indexed by `county`, last the boilers outside them all: `boilers_count`, `capacity_t_h`,
        `retire_count`, `close_integrate_count`, `closing_t_h`, `keep_count`, `unknown_count`.
    """
    elsewhere = "—"
    county = boilers["county"].fillna(elsewhere)
    rows = [*counties["name_zh"], *([elsewhere] if county.eq(elsewhere).any() else [])]
    out = pd.DataFrame(index=pd.Index(rows, name="county"))
    closing = boilers["decision"].isin(CLOSING)
    out["boilers_count"] = county.value_counts()
    out["capacity_t_h"] = boilers["capacity_t_h"].groupby(county).sum()
    for decision in ("retire", "close_integrate", "keep", "unknown"):
        out[f"{decision}_count"] = county[boilers["decision"].eq(decision)].value_counts()
    out["closing_t_h"] = boilers["capacity_t_h"][closing].groupby(county).sum()
    counts = [name for name in out if name.endswith("_count")]
    return out.fillna(0.0).astype(dict.fromkeys(counts, "int64"))


def indicators(boilers: gpd.GeoDataFrame) -> tuple[Indicator, ...]:
    """Say what the decisions add up to.

    Parameters
    ----------
    boilers : GeoDataFrame
        The decided boilers.

    Returns
    -------
    tuple of Indicator
        Boilers and capacity to close, boilers that cannot be decided, NOx against its target.
    """
    closing = boilers["decision"].isin(CLOSING)
    unknown = boilers["decision"].eq("unknown")
    return (
        Indicator(
            "boilers_closed_count",
            Text("淘汰与关停整合的燃煤锅炉", "Coal boilers to retire or close"),
            float(closing.sum()),
            "台",
            f"{CLAUSE_3_8}（A57、A63）",
        ),
        Indicator(
            "capacity_closed_t_h",
            Text("淘汰与关停整合的容量", "Capacity to retire or close"),
            round(float(boilers.loc[closing, "capacity_t_h"].sum()), 3),
            "t/h",
            f"{CLAUSE_3_8}（A57、A63）",
        ),
        Indicator(
            "boilers_unknown_count",
            Text("无法判定的锅炉", "Boilers that cannot be decided"),
            float(unknown.sum()),
            "台",
            f"{CLAUSE_3_8}（A57、A63）",
        ),
        Indicator(
            "nox_avoided_t_a",
            Text("氮氧化物减排量", "NOx avoided"),
            None,
            "t/a",
            TARGET_SOURCE,
            target=1000.0,
            sense="at_least",
            note=Text(
                "尚未计算：需要各锅炉的燃料用量与排放因子。",
                "Not computed yet: it needs fuel use and emission factors of each boiler.",
            ),
        ),
    )


def assumptions(units: gpd.GeoDataFrame) -> tuple[Text, ...]:
    """Say what was taken as true without data.

    Parameters
    ----------
    units : GeoDataFrame
        The judged units.

    Returns
    -------
    tuple of Text
        One sentence, or none.
    """
    assumed = units[units["assumed_chp"]]
    if assumed.empty:
        return ()
    names = "、".join(dict.fromkeys(assumed["name_zh"]))
    return (
        Text(
            f"假定{names}（{len(assumed)} 台机组）为热电联产并对外供热；"
            "公开数据没有说明（assume_chp）。",
            f"{names} ({len(assumed)} units) is assumed to be CHP and to supply heat; open data do "
            "not say so (assume_chp).",
        ),
    )


def warnings(
    table: gpd.GeoDataFrame, boilers: gpd.GeoDataFrame, built_up: gpd.GeoDataFrame
) -> tuple[Text, ...]:
    """Say what a reader must know before using the decisions.

    Parameters
    ----------
    table : GeoDataFrame
        The decided boilers.
    boilers, built_up : GeoDataFrame
        The layers they were decided from.

    Returns
    -------
    tuple of Text
        Sentences; none where there is nothing to say.
    """
    found = []
    if built_up.empty:
        found.append(
            Text(
                "没有建成区图层，A57 无法判定。",
                "There is no built-up area, so A57 cannot be decided.",
            )
        )
    elif not built_up["evidence"].eq("official").all():
        found.append(
            Text(
                "建成区不是法定边界，是由兴趣点与道路密度推算的替代范围；凡按 A57 得出的意见，"
                "须换用官方建成区边界后重新判定。",
                "The built-up area is no official boundary but a stand-in derived from the density "
                "of points and roads; every decision by A57 must be made again with the official "
                "polygon.",
            )
        )
    outside = int((boilers.geometry.notna() & table["county"].isna()).sum())
    if outside:
        found.append(
            Text(
                f"{outside} 台锅炉不在内置的县（市、区）边界内，所在县留空。",
                f"{outside} boilers lie outside the county boundaries at hand; their county is "
                "left empty.",
            )
        )
    if "county_stated" in boilers:
        stated = boilers["county_stated"]
        differ = int((stated.notna() & table["county"].notna() & stated.ne(table["county"])).sum())
        if differ:
            found.append(
                Text(
                    f"{differ} 台锅炉的坐标不在台账所写的县（市、区）内；请核对坐标与坐标系。",
                    f"The coordinates of {differ} boilers lie outside the county the ledger names; "
                    "check the coordinates and their datum.",
                )
            )
    return tuple(found)
