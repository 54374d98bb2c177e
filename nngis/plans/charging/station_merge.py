"""Rows of a stations layer that are one station: its piles one by one, or an entry made twice."""

import re
import unicodedata
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from nngis.arrays import Bools, Objects, Positions
from nngis.near import pairs_near
from nngis.plans.charging.station_parameters import StationParameters
from nngis.plans.charging.station_problems import problem_rows

ADDED_UP = ("piles_count", "fast_piles_count", "slow_piles_count", "connectors_count", "power_kw")
# Two rows may be an entry made twice; from three on, alike and of one pile each, they are piles.
MOST_COMPARED = 5_000_000  # pairs of rows near each other, by name
_PILES_FROM = 3
_UNIT = r"(?:直流|交流|快|慢)?充?电?(?:桩|枪|机|终端)"
_NUMBER = r"[a-z]?[0-9]{1,3}[a-z]?"
_PILE = re.compile(
    rf"[-_#（(]*(?:{_NUMBER}[#号]?{_UNIT}|{_UNIT}[-_#]?{_NUMBER}[#号]?)[)）]?$", re.IGNORECASE
)
_LONGEST = 200  # letters of a name that the pattern is held against
_LETTERS = re.compile(r"[0-9]+|[A-Za-z]+|[一二三四五六七八九十]+")


class Merged(NamedTuple):
    """What is left of the rows, and which went where.

    Parameters
    ----------
    stations : GeoDataFrame
        The rows left.
    problems : DataFrame
        The rows merged away.
    """

    stations: gpd.GeoDataFrame
    problems: pd.DataFrame


def merge_piles(stations: gpd.GeoDataFrame, parameters: StationParameters) -> Merged:
    """Make one station of rows that are its piles.

    Rows are piles of one station if they lie close together and their names are the same but for
    a pile's number (站名-03号桩), or, for three rows or more, wholly the same with one pile each.
    Piles and power are added up; a row that states no number of piles is one pile, and a sum
    of which a part is missing is unknown.

    Examples
    --------
    >>> from shapely import Point
    >>> rows = gpd.GeoDataFrame({"name_zh": ["南湖站1号桩", "南湖站2号桩"]}, index=["a", "b"],
    ...                         geometry=[Point(0, 0), Point(3, 0)], crs="EPSG:4547")
    >>> merge_piles(rows, StationParameters()).stations[["name_zh", "piles_count"]]
      name_zh  piles_count
    a     南湖站            2
    """
    names = _plain(stations)
    bases = np.array(
        [_PILE.sub("", name) if len(name) <= _LONGEST else name for name in names], dtype=object
    )
    numbered = (bases != names) & (bases != "")
    single = np.ones(len(stations), bool)
    if "piles_count" in stations:
        single = ~(stations["piles_count"].to_numpy(float, na_value=np.nan) > 1)
    i, j = _near_pairs(stations, parameters.one_station_within_m)
    same_base = (bases[i] == bases[j]) & (bases[i] != "")
    by_number = same_base & numbered[i] & numbered[j] & (names[i] != names[j])
    alike = (names[i] == names[j]) & (names[i] != "") & single[i] & single[j]
    group = _groups(len(stations), i[alike], j[alike])
    alike &= (np.bincount(group, minlength=1)[group] >= _PILES_FROM)[i]
    group = _groups(len(stations), i[by_number | alike], j[by_number | alike])
    return _add_up(stations, group, names, bases)


def merge_doubled(stations: gpd.GeoDataFrame, parameters: StationParameters) -> Merged:
    """Make one station of entries made twice.

    Two rows are one station if they lie close together and their names are alike, with the same
    numbers and letters in them (一期 and 二期 are two stations), or if one has no name and both
    have the same operator and the same number of piles. Nothing is added up: the row that knows
    most stays, the earlier one of equals, and takes what it lacks from the others.

    Examples
    --------
    >>> from shapely import Point
    >>> rows = gpd.GeoDataFrame({"name_zh": ["南湖公园充电站", "南湖公园 充电站", "南湖二期"]},
    ...                         index=["a", "b", "c"],
    ...                         geometry=[Point(0, 0), Point(3, 0), Point(6, 0)], crs="EPSG:4547")
    >>> merge_doubled(rows, StationParameters()).stations.index.tolist()
    ['a', 'c']
    """
    names = _plain(stations)
    i, j = _near_pairs(stations, parameters.one_station_within_m)
    marks = np.array(["|".join(_LETTERS.findall(name)) for name in names], dtype=object)
    named = (names[i] != "") & (names[j] != "")
    likeness = np.array(
        [fuzz.ratio(a, b) / 100 for a, b in zip(names[i], names[j], strict=True)], np.float64
    )
    alike = named & (marks[i] == marks[j]) & (likeness >= parameters.name_alike)
    nameless = ~named & _same(stations, "operator", i, j) & _same(stations, "piles_count", i, j)
    together = alike | nameless
    return _keep_best(stations, _groups(len(stations), i[together], j[together]))


def _plain(stations: gpd.GeoDataFrame) -> Objects:
    """Bring names to one form: half-width, no spaces; empty where there is none."""
    if "name_zh" not in stations:
        return np.full(len(stations), "", dtype=object)
    return np.array(
        [
            "".join(unicodedata.normalize("NFKC", name).split()) if isinstance(name, str) else ""
            for name in stations["name_zh"]
        ],
        dtype=object,
    )


def _near_pairs(stations: gpd.GeoDataFrame, within_m: float) -> tuple[Positions, Positions]:
    xy = np.column_stack([stations.geometry.x, stations.geometry.y])
    pairs = pairs_near(xy, within_m, MOST_COMPARED)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return pairs[order, 0], pairs[order, 1]


def _groups(count: int, i: Positions, j: Positions) -> npt.NDArray[np.int32]:
    matrix = coo_matrix((np.ones(i.size, bool), (i, j)), shape=(count, count))
    return np.asarray(connected_components(matrix, directed=False)[1], np.int32)


def _same(stations: gpd.GeoDataFrame, column: str, i: Positions, j: Positions) -> Bools:
    """Tell which pairs state the same value; what is missing is the same as nothing."""
    if column not in stations:
        return np.zeros(i.size, bool)
    codes = pd.factorize(stations[column])[0]
    return np.asarray((codes[i] == codes[j]) & (codes[i] >= 0))


def _add_up(
    stations: gpd.GeoDataFrame,
    group: npt.NDArray[np.int32],
    names: Objects,
    bases: Objects,
) -> Merged:
    size = np.bincount(group, minlength=1)[group]
    several = size > 1
    if not several.any():
        return Merged(stations, problem_rows([], "piles_as_stations", "merged", []))
    first = pd.Series(stations.index, index=stations.index).groupby(group).transform("first")
    out = stations.copy()
    piles = (
        out["piles_count"] if "piles_count" in out else pd.Series(pd.NA, out.index, dtype="Int64")
    )
    out["piles_count"] = piles.where(piles.notna() | ~several, 1)
    for column in ADDED_UP:
        if column in out:  # what one row does not state, nobody knows of all
            parts = out[column].groupby(group)
            total = parts.transform("sum").where(parts.transform("count") == size)
            out[column] = out[column].where(~several, total)
    if "name_zh" in out:
        renamed = several & (bases != names)
        out["name_zh"] = out["name_zh"].where(~renamed, pd.Series(bases, index=out.index))
    gone = several & (first.to_numpy() != stations.index.to_numpy())
    zh = "与 {} 同站：{} 行为同一站的桩，已合为一座站，桩数与功率相加。"
    en = "A pile of {}: {} rows are piles of one station, made one and added up."
    pairs = list(zip(first[gone], size[gone], strict=True))
    said = [(zh.format(*pair), en.format(*pair)) for pair in pairs]
    ids = stations.index[gone]
    return Merged(out[~gone], problem_rows(ids, "piles_as_stations", "merged", said, first[gone]))


def _keep_best(stations: gpd.GeoDataFrame, group: npt.NDArray[np.int32]) -> Merged:
    several = np.bincount(group, minlength=1)[group] > 1
    if not several.any():
        return Merged(stations, problem_rows([], "doubled", "merged", []))
    known = stations.notna().sum(axis="columns").to_numpy()
    order = np.lexsort((np.arange(len(stations)), -known, group))
    best = order[np.diff(group[order], prepend=-1) > 0]  # of each group, in the groups' order
    kept = pd.Series(stations.index[best[group]], index=stations.index)
    # Of each group and column the first value in the order of who knows most.
    ranked = pd.DataFrame(stations.drop(columns="geometry")).iloc[order]
    lent = ranked.groupby(group[order]).first().reindex(group).set_axis(stations.index)
    out = stations.copy()
    for column in lent:
        filled = out[column].where(out[column].notna(), lent[column])
        out[column] = out[column].where(~several, filled)
    gone = several & (kept.to_numpy() != stations.index.to_numpy())
    said = [
        (
            f"与 {one} 重复：位置相同、名称或运营商相同，只保留 {one}。",
            f"The same as {one}: at one place, with a like name or operator; only {one} is kept.",
        )
        for one in kept[gone]
    ]
    ids = stations.index[gone]
    return Merged(out[~gone], problem_rows(ids, "doubled", "merged", said, kept[gone]))
