"""A stations layer made fit for use: what is wrong with its rows, and what was done about it."""

from functools import partial
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.arrays import Floats
from nngis.crs.place import has_place
from nngis.errors import LayerError
from nngis.plans.charging.station_merge import merge_doubled, merge_piles
from nngis.plans.charging.station_parameters import StationParameters
from nngis.plans.charging.station_problems import problem_rows
from nngis.text import counted
from nngis.units import W_PER_KW

DATUMS = {"gcj02": "GCJ-02", "bd09": "BD-09"}
COUNTED = ("piles_count", "fast_piles_count", "slow_piles_count", "connectors_count")
_POWER = {
    "power_in_w": (
        "corrected",
        "功率 {kw:g} kW 过大，应为以 W 填报，已改为 {mended:g} kW。",
        "A power of {kw:g} kW is too much and was given in W; it is now {mended:g} kW.",
    ),
    "power_zero": (
        "set_unknown",
        "功率为 {kw:g}，按未知处理。",
        "The power is {kw:g}, taken as unknown.",
    ),
    "power_odd": (
        "set_unknown",
        "功率 {kw:g} kW 与桩数不符，按未知处理；请核对单位。",
        "A power of {kw:g} kW does not suit the piles and is taken as unknown; check its unit.",
    ),
}


class Cleaned(NamedTuple):
    """Stations fit for use, and what was wrong.

    Parameters
    ----------
    stations : GeoDataFrame
        The rows left, corrected.
    problems : DataFrame
        One row a problem.
    """

    stations: gpd.GeoDataFrame
    problems: pd.DataFrame


def clean_stations(
    stations: gpd.GeoDataFrame,
    parameters: StationParameters,
    *,
    water: gpd.GeoDataFrame | None = None,
) -> Cleaned:
    """Find and mend what is commonly wrong with a list of charging stations.

    In this order: rows without a place are left out; what was moved from another datum is named
    (`datum_found`, `moved_m`); a number of piles or a power that cannot be right becomes unknown,
    or watts kilowatts; piles listed one by one become a station, entries made twice become one;
    stations in the water are named.

    Examples
    --------
    >>> from shapely import Point
    >>> rows = gpd.GeoDataFrame({"power_kw": [480_000.0, 0.0], "piles_count": [4, 2]},
    ...                         geometry=[Point(5e5, 2.5e6), Point(5.1e5, 2.5e6)],
    ...                         index=["a", "b"], crs="EPSG:4547")
    >>> found = clean_stations(rows, StationParameters())
    >>> found.stations["power_kw"].tolist()
    [480.0, nan]
    >>> found.problems[["station_id", "station_problem", "station_action"]].values.tolist()
    [['a', 'power_in_w', 'corrected'], ['b', 'power_zero', 'set_unknown']]
    """
    _check(stations)
    placed = has_place(stations)
    here, said = stations[placed], [_without_place(stations.index[~placed])]
    here, found = _of_datum(here)
    said.append(found)
    steps = (
        _mend_counts,
        partial(_mend_power, parameters=parameters),
        partial(merge_piles, parameters=parameters),
        partial(merge_doubled, parameters=parameters),
        partial(_mend_power, parameters=parameters),  # now by the piles added up
    )
    for step in steps:
        here, found = step(here)
        said.append(found)
    if water is not None:
        said.append(_in_water(here, water, parameters))
    return Cleaned(here, pd.concat(said, ignore_index=True))


def _check(stations: gpd.GeoDataFrame) -> None:
    twice = stations.index[stations.index.duplicated()]
    if len(twice):
        raise LayerError(
            f"编号重复 {len(twice)} 次，例如 {twice[0]!r}；编号应唯一。",
            f"{counted(len(twice), 'id')} occur again, for example {twice[0]!r}; ids must be "
            "unique.",
            where="charging_stations",
        )
    kinds = shapely.get_type_id(stations.geometry.to_numpy())
    others = int(((kinds >= 0) & (kinds != shapely.GeometryType.POINT)).sum())
    if others:
        raise LayerError(
            f"有 {others} 行不是点；请先取代表点（representative_point）。",
            f"{counted(others, 'row', 'are')} not points; take representative points first "
            "(representative_point).",
            where="charging_stations",
        )


def _without_place(ids: pd.Index) -> pd.DataFrame:
    said = ("没有坐标，未参与分析。", "It has no place and takes no part.")
    return problem_rows(ids, "no_place", "left_out", [said] * len(ids))


def _of_datum(stations: gpd.GeoDataFrame) -> Cleaned:
    """Name the rows that the inputs moved from another datum, batch by batch."""
    said = [problem_rows([], "other_datum", "moved", [])]
    if "datum_found" not in stations:
        return Cleaned(stations, said[0])
    for datum, rows in stations.groupby("datum_found", sort=True):
        name = DATUMS[str(datum)]
        zh = f"坐标为 {name}（同批 {len(rows)} 站整体偏离道路，改正后落在路旁），已移动"
        en = (
            f"The coordinates are in {name} (the {counted(len(rows), 'station')} of this batch lie "
            "off the roads, and at them once corrected); moved by"
        )
        words = [(f"{zh} {m:.0f} m。", f"{en} {m:.0f} m.") for m in rows["moved_m"]]
        said.append(problem_rows(rows.index, "other_datum", "moved", words))
    out = stations.drop(columns=["datum_found", "moved_m"])
    return Cleaned(out, pd.concat(said, ignore_index=True))


def _mend_counts(stations: gpd.GeoDataFrame) -> Cleaned:
    """Take numbers of piles of 0 or less for unknown; a kind of pile may be 0 beside the other."""
    out, said = stations, [problem_rows([], "no_piles", "set_unknown", [])]
    for column in COUNTED:
        if column not in stations:
            continue
        count = stations[column].to_numpy(float, na_value=np.nan)
        least = 0.0 if column in ("fast_piles_count", "slow_piles_count") else 1.0
        odd = count < least
        if odd.any():
            out = out.assign(**{column: out[column].mask(odd)})
            words = [
                (f"{column} 为 {n:g}，按未知处理。", f"{column} is {n:g}, taken as unknown.")
                for n in count[odd]
            ]
            said.append(problem_rows(stations.index[odd], "no_piles", "set_unknown", words))
    return Cleaned(out, pd.concat(said, ignore_index=True))


def _mend_power(stations: gpd.GeoDataFrame, parameters: StationParameters) -> Cleaned:
    """Judge the power by pile, or of the whole station where its piles are not known."""
    if "power_kw" not in stations:
        return Cleaned(stations, problem_rows([], "power_zero", "set_unknown", []))
    power = stations["power_kw"].to_numpy(float, na_value=np.nan)
    piles = _piles(stations)
    known = ~np.isnan(piles)
    per_pile = parameters.pile_power_most_kw
    most = np.where(known, piles * per_pile, parameters.station_power_most_kw)
    least = np.where(known, piles, 1.0) * parameters.pile_power_least_kw
    in_kw = power / W_PER_KW
    zero = power <= 0
    in_w = (power > most) & (in_kw >= least) & (in_kw <= most)
    odd = ~zero & ~in_w & ((power > most) | (power < least))
    said = []
    for problem, rows in (("power_in_w", in_w), ("power_zero", zero), ("power_odd", odd)):
        action, zh, en = _POWER[problem]
        words = [
            (zh.format(kw=kw, mended=kw / W_PER_KW), en.format(kw=kw, mended=kw / W_PER_KW))
            for kw in power[rows]
        ]
        said.append(problem_rows(stations.index[rows], problem, action, words))
    out = stations
    if (in_w | zero | odd).any():
        mended = np.where(in_w, in_kw, np.where(zero | odd, np.nan, power))
        out = stations.assign(power_kw=mended)
    return Cleaned(out, pd.concat(said, ignore_index=True))


def _piles(stations: gpd.GeoDataFrame) -> Floats:
    """Give the piles of each station: the total, else fast and slow, else connectors."""
    unknown = pd.Series(np.nan, stations.index)
    total, fast, slow, guns = (
        stations[name].astype("Float64").astype(float) if name in stations else unknown
        for name in COUNTED
    )
    split = pd.concat([fast, slow], axis="columns").sum(axis="columns", min_count=1)
    piles = total.fillna(split).fillna(guns)
    return np.asarray(piles.where(piles > 0), np.float64)


def _in_water(
    stations: gpd.GeoDataFrame, water: gpd.GeoDataFrame, parameters: StationParameters
) -> pd.DataFrame:
    """Name stations inside a polygon of water, or close to a line of it."""
    points = stations.geometry.to_numpy()
    shapes = water.geometry[water.geometry.notna()].to_numpy()
    areas = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004 -- polygons
    wet = np.zeros(len(stations), bool)
    inside = shapely.STRtree(shapes[areas]).query(points, predicate="within")[0]
    near = shapely.STRtree(shapes[~areas]).query(
        points, predicate="dwithin", distance=parameters.waterway_m
    )[0]
    wet[inside] = True
    wet[near] = True
    said = (
        "位于水域内；仍按所给坐标计入，请核对位置。",
        "It lies in the water; it is counted where it is, and its place should be checked.",
    )
    return problem_rows(stations.index[wet], "in_water", "kept", [said] * int(wet.sum()))
