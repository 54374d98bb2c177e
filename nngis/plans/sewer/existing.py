"""Existing sewers: which can be kept as they lie, and what of them a network uses."""

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.arrays import Bools
from nngis.errors import Problem
from nngis.plans.sewer.code import design_flow_l_s, rule
from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.plans.sewer.manning import capacity_l_s
from nngis.plans.sewer.network import SewerNetwork
from nngis.plans.sewer.profile import Kept
from nngis.text import counted

COLUMNS = ("diameter_mm", "invert_up_m", "invert_down_m")
SHOWN = 3
TINY = 1e-9


class KeptSewers(NamedTuple):
    """Existing sewers, sorted out.

    Parameters
    ----------
    good : GeoDataFrame
        Those that are kept: one line each, with diameter and inverts that fall.
    ways : GeoDataFrame or None
        The others that have a course: pipes may be laid anew along them.
    """

    good: gpd.GeoDataFrame
    ways: gpd.GeoDataFrame | None

    def without(self, rows: Bools) -> "KeptSewers":
        """Give up some of the good ones; their courses stay ways."""
        more = self.good.loc[rows, ["geometry"]]
        ways = more if self.ways is None else pd.concat([self.ways[["geometry"]], more])
        return KeptSewers(self.good[~rows], ways)


def overfull(network: SewerNetwork, good: gpd.GeoDataFrame, parameters: DesignParameters) -> Bools:
    """Find the existing sewers that what joins them fills beyond the greatest fill allowed."""
    at = np.flatnonzero(network.sewer >= 0)
    full = np.zeros(len(good), bool)
    if not at.size:
        return full
    row = network.sewer[at]
    bore, up, low = (good[name].to_numpy(float)[row] for name in COLUMNS)
    slope = (up - low) / good.length.to_numpy()[row]
    most = capacity_l_s(bore, slope, rule("max_fill").at(bore), parameters.roughness_n)
    flow = design_flow_l_s(
        network.mean_flow_l_s[at], infiltration_share=parameters.infiltration_share
    )
    full[row[flow > most * (1 + TINY)]] = True
    return full


def told_relieved(sewers: Sequence[object]) -> list[Problem]:
    """Name the existing sewers beside which new ones are laid."""
    if not sewers:
        return []
    some = [str(name) for name in sewers[:SHOWN]]
    return [
        Problem(
            f"{len(sewers)} 条现状管接入新增污水后超过最大充满度（尚未计其现有水量），改为沿线平行"
            f"新建或另择路线，例如 {'、'.join(some)}。",
            f"{counted(len(sewers), 'existing sewer')} would be fuller than allowed with what "
            "joins them (not counting what they carry today); new ones are laid beside them or "
            f"elsewhere, for example {', '.join(some)}.",
            where="sewers",
            ids=sewers,
        )
    ]


def keep_sewers(
    sewers: gpd.GeoDataFrame | None, roads: gpd.GeoDataFrame
) -> tuple[KeptSewers, tuple[Problem, ...]]:
    """Sort out which existing sewers can be kept."""
    if sewers is None or not len(sewers):
        nothing = {name: np.empty(0) for name in COLUMNS}
        return KeptSewers(gpd.GeoDataFrame(nothing, geometry=[], crs=roads.crs), None), ()
    shape = sewers.geometry.to_numpy()
    whole = shapely.get_type_id(shape) == shapely.GeometryType.LINESTRING
    merged = np.where(whole, shape, shapely.line_merge(shape, directed=True))
    course = (shapely.get_type_id(merged) == shapely.GeometryType.LINESTRING) & (
        shapely.length(merged) > 0
    )
    diameter, up, low = (
        sewers[name].to_numpy(float, na_value=np.nan)
        if name in sewers
        else np.full(len(sewers), np.nan)
        for name in COLUMNS
    )
    known = np.isfinite(diameter) & np.isfinite(up) & np.isfinite(low) & (diameter > 0)
    falls = known & (up > low)
    good = course & falls
    problems = [
        *_told(
            sewers,
            ~course,
            "没有长度或不是一条线，未使用",
            "have no length or are no single line, and are left out",
        ),
        *_told(
            sewers,
            course & ~known,
            "缺管径或管底标高，不能保留，沿线可重新铺设；"
            "请补齐 diameter_mm、invert_up_m、invert_down_m",
            "lack a diameter or inverts and are not kept, though pipes may be laid anew along "
            "them; fill in diameter_mm, invert_up_m, invert_down_m",
        ),
        *_told(
            sewers,
            course & known & ~falls,
            "平坡或倒坡，不能保留，沿线可重新铺设；请核对画线方向与两端管底标高",
            "are level or fall against their course and are not kept, though pipes may be laid "
            "anew along them; see which way they are drawn and what their inverts are",
        ),
    ]
    kept = gpd.GeoDataFrame(
        {"diameter_mm": diameter[good], "invert_up_m": up[good], "invert_down_m": low[good]},
        geometry=merged[good],
        crs=sewers.crs,
        index=sewers.index[good],
    )
    ways = None
    if (course & ~good).any():
        ways = gpd.GeoDataFrame(geometry=merged[course & ~good], crs=sewers.crs)
    return KeptSewers(kept, ways), tuple(problems)


def _told(sewers: gpd.GeoDataFrame, wrong: Bools, zh: str, en: str) -> list[Problem]:
    if not wrong.any():
        return []
    some = [str(name) for name in sewers.index[wrong][:SHOWN]]
    count = int(wrong.sum())
    return [
        Problem(
            f"{count} 条现状管{zh}，例如 {'、'.join(some)}。",
            f"{counted(count, 'existing sewer')} {en}; for example {', '.join(some)}.",
            where="sewers",
            ids=sewers.index[wrong],
        )
    ]


def parts_of(network: SewerNetwork, good: gpd.GeoDataFrame) -> Kept:
    """Give the diameters and inverts of the parts of existing sewers that a network uses."""
    n = len(network.down)
    diameter, up, low = (np.full(n, np.nan) for _ in range(3))
    at = np.flatnonzero(network.sewer >= 0)
    if not at.size:
        return Kept(diameter, up, low)
    row = network.sewer[at]
    whole = good.geometry.to_numpy()[row]
    first, last = good["invert_up_m"].to_numpy()[row], good["invert_down_m"].to_numpy()[row]
    diameter[at] = good["diameter_mm"].to_numpy()[row]
    for found, end in ((up, 0), (low, -1)):
        place = shapely.get_point(network.line[at], end)
        share = shapely.line_locate_point(whole, place, normalized=True)
        found[at] = first + share * (last - first)
    return Kept(diameter, up, low)
