"""Coverage: how many people and vehicles have a station within reach, group by group."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.crs import INCLUSION_TOLERANCE_M
from nngis.plans.charging.coverage_parameters import CoverageParameters
from nngis.plans.charging.nearest import SECONDS
from nngis.units import M_PER_KM

ALL = -1  # beside the limits: what holds at each of them
GROUPS = ("city", "county", "ring", "demand_kind")
COLUMNS = (
    *("group_kind", "group", "measure", "limit", "demand_count", "population", "weight"),
    *("covered_straight_share", "covered_road_share", "drop_share", "off_road_share"),
    *("covered_straight_people", "covered_road_people", "drop_detour_share", "drop_off_share"),
)


def rings(points: gpd.GeoDataFrame, radii_m: tuple[float, ...]) -> pd.Series:
    """Name the ring about the middle of the demand that each point lies in.

    Examples
    --------
    >>> at = gpd.GeoDataFrame({"weight": [5.0, 1.0]}, index=["a", "b"], crs="EPSG:4547",
    ...     geometry=gpd.points_from_xy([5e5, 5.07e5], [2.5e6, 2.5e6]))
    >>> rings(at, (5000.0, 10000.0)).tolist()
    ['0-5 km', '5-10 km']
    """
    if not radii_m:
        return pd.Series("—", points.index)
    xy = points.geometry.get_coordinates().to_numpy()
    weight = points["weight"].fillna(0.0).to_numpy(float)
    middle = np.array([_median(xy[:, axis], weight) for axis in (0, 1)])
    away = np.hypot(*(xy - middle).T)
    ends = [f"{one / M_PER_KM:g}" for one in radii_m]
    names = [
        *(f"{low}-{high} km" for low, high in zip(["0", *ends[:-1]], ends, strict=True)),
        f"> {ends[-1]} km",
    ]
    return pd.Series(np.array(names, dtype=object)[np.searchsorted(radii_m, away)], points.index)


def _median(values: np.ndarray, weight: np.ndarray) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    if not total[-1] > 0:
        return float(np.median(values))
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def is_covered(
    nearest: pd.DataFrame, radius_m: pd.Series | float, column: str = "road_m"
) -> pd.Series:
    """Tell who has a station within a radius, which is included."""
    return nearest[column].le(radius_m + INCLUSION_TOLERANCE_M)


def coverage_table(
    points: gpd.GeoDataFrame, nearest: pd.DataFrame, parameters: CoverageParameters
) -> pd.DataFrame:
    """Add up who is covered at each radius and driving time, by county, ring and kind.

    Shares are of `weight`. What roads lose against straight lines is split in two: detours that
    are known (`drop_detour_share`) and those of points off the roads at hand, which are guessed
    (`drop_off_share`).
    """
    base = pd.DataFrame(
        {
            "city": "—",
            "county": points["county"].fillna("—"),
            "ring": points["ring"],
            "demand_kind": points["demand_kind"],
            "weight": points["weight"].fillna(0.0),
            "population": points["population"].fillna(0.0),
            "off": nearest["off_road"].astype(float),
        }
    )
    asked = [("radius_m", one) for one in parameters.radii_m]
    asked += [("minutes", one) for one in parameters.minutes]
    amounts = _amounts(base, nearest, asked)
    parts = {}
    for kind in GROUPS:
        sums = amounts.groupby(base[kind]).sum().rename_axis("group")
        for at, (measure, limit) in enumerate(asked):
            parts[kind, measure, limit] = pd.concat([sums[ALL], sums[at]], axis=1)
    out = _shares(pd.concat(parts, names=["group_kind", "measure", "limit"]).reset_index())
    out.index = pd.Index([f"V{at:03d}" for at in range(1, len(out) + 1)], name="row_id")
    return out[list(COLUMNS)]


def _amounts(
    base: pd.DataFrame, nearest: pd.DataFrame, asked: Sequence[tuple[str, float]]
) -> pd.DataFrame:
    """Give what adds up: of every point, and for each limit of those within it."""
    w, people, off = base["weight"], base["population"], base["weight"] * base["off"]
    columns = {
        (ALL, "demand_count"): pd.Series(1, base.index),
        (ALL, "population"): people,
        (ALL, "weight"): w,
        (ALL, "off"): off,
    }
    for at, (measure, limit) in enumerate(asked):
        by_road = (
            is_covered(nearest, limit)
            if measure == "radius_m"
            else nearest["time_s"].le(limit * SECONDS)
        )
        straight = is_covered(nearest, limit, "straight_m")
        columns[at, "straight"] = w * straight
        columns[at, "road"] = w * by_road
        columns[at, "lost_off"] = off * (straight & ~by_road)
        columns[at, "covered_straight_people"] = people * straight
        columns[at, "covered_road_people"] = people * by_road
    return pd.DataFrame(columns)


def _shares(out: pd.DataFrame) -> pd.DataFrame:
    """Set what lies within a limit beside what there is, group by group."""
    whole = out["weight"].where(out["weight"] > 0)
    lines = out["measure"].eq("radius_m")  # minutes are driven, not flown
    out["covered_straight_people"] = out["covered_straight_people"].where(lines)
    out["covered_road_share"] = out["road"] / whole
    out["off_road_share"] = out["off"] / whole
    out["covered_straight_share"] = out["straight"] / whole.where(lines)
    out["drop_share"] = out["covered_straight_share"] - out["covered_road_share"]
    out["drop_off_share"] = out["lost_off"] / whole.where(lines)
    # No road is shorter than a straight line; rounding may lie below.
    out["drop_detour_share"] = (out["drop_share"] - out["drop_off_share"]).clip(lower=0.0)
    return out
