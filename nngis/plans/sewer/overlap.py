"""Overlap: stretches of street that two projects of a ledger count, found on their geometry."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nngis.arrays import Floats, Objects
from nngis.near import met

STEPS_PER_REACH = 4  # a step is so many times as long as the reach: no crossing looks parallel


def find_doubles(
    parts: gpd.GeoDataFrame, *, within_m: float, least_m: float
) -> tuple[Floats, gpd.GeoDataFrame]:
    """Find the stretches of lines that run along a line before them.

    Examples
    --------
    The second line follows the first for 100 m, 2 m beside it, and then leaves it:

    >>> from shapely import LineString
    >>> parts = gpd.GeoDataFrame(
    ...     {"project_id": ["a", "b"]},
    ...     geometry=[LineString([(0, 0), (200, 0)]), LineString([(100, 2), (300, 2)])],
    ...     crs="EPSG:4547")
    >>> double_m, pairs = find_doubles(parts, within_m=5.0, least_m=50.0)
    >>> double_m.tolist(), pairs["counted_with"].tolist()
    ([0.0, 100.0], ['a'])
    """
    # Every line is looked at in even steps of at most four times `within_m`. A step is doubled
    # where its two ends and its middle lie near one line before it, so that a crossing at more than
    # 30 degrees, or a line that goes on where another ends, is none. The steps add up to the line.
    shape, owner = parts.geometry.to_numpy(), parts["project_id"].to_numpy(object)
    line, ends, length = _steps(shape, STEPS_PER_REACH * within_m)
    tree = shapely.STRtree(shape)
    step, other = met(tree, ends[:, 1], "dwithin", within_m)
    kept = (other < line[step]) & (length[step] > 2 * within_m)
    step, other = step[kept], other[kept]
    for end in (0, 2):
        near = shapely.distance(ends[step, end], shape[other]) <= within_m
        step, other = step[near], other[near]
    found = pd.DataFrame({"step": step, "other": other})
    found["project_id"], found["counted_with"] = owner[line[step]], owner[other]
    found["double_m"] = length[step]
    # A step near two lines of one project is shared with it once.
    found = found.drop_duplicates(["step", "counted_with"])
    pair = ["project_id", "counted_with"]
    found = found[found.groupby(pair)["double_m"].transform("sum") >= least_m]
    # Of several projects before it, a step is counted with the first.
    found = found.sort_values(["step", "other"], kind="stable").drop_duplicates("step")
    at = found["step"].to_numpy(np.intp)
    double = np.bincount(line[at], weights=length[at], minlength=len(shape)).astype(float)
    found["geometry"] = shapely.linestrings(
        np.stack([shapely.get_coordinates(ends[at, 0]), shapely.get_coordinates(ends[at, 2])], 1)
    )
    found = gpd.GeoDataFrame(found, geometry="geometry", crs=parts.crs)
    pairs = found[[*pair, "double_m", "geometry"]].dissolve(pair, aggfunc="sum").reset_index()
    return double, pairs[[*pair, "double_m", "geometry"]]


def _steps(shape: Objects, step_m: float) -> tuple[npt.NDArray[np.intp], Objects, Floats]:
    """Cut lines into even steps: the line of each, its start, middle and end, and its length."""
    whole = shapely.length(shape)
    count = np.maximum(np.ceil(whole / step_m).astype(np.intp), 1)
    line = np.repeat(np.arange(len(shape)), count)
    number = np.arange(len(line)) - (np.cumsum(count) - count)[line]
    length = whole[line] / count[line]
    at = (number[:, None] + np.array([0.0, 0.5, 1.0])) * length[:, None]
    return line, shapely.line_interpolate_point(shape[line][:, None], at), length


def same_streets(projects: pd.DataFrame) -> pd.DataFrame:
    """Find projects without lines that name the same street in the same county.

    Examples
    --------
    >>> rows = pd.DataFrame({"name_zh": ["人民大道 管网", "人民大道管网"], "county": ["甲区"] * 2,
    ...                      "declared_km": [2.0, 1.5]}, index=["a", "b"])
    >>> same_streets(rows).to_numpy().tolist()
    [['b', 'a', 1500.0]]
    """
    named = projects.get("address", pd.Series(None, projects.index, dtype=object))
    named = named.where(named.notna(), projects.get("name_zh"))
    word = named.astype("string").str.replace(r"[\s（）()·,，。、-]", "", regex=True)
    key = word.where(word.str.len() > 0) + "|" + projects["county"].fillna("").astype("string")
    known = pd.DataFrame({"key": key, "km": projects["declared_km"]}).dropna(subset=["key"])
    known["counted_with"] = known.index.to_series().groupby(known["key"]).transform("first")
    first_km = known["km"].groupby(known["key"]).transform("first")
    known["double_m"] = np.minimum(known["km"], first_km) * 1000
    again = known[known["counted_with"] != known.index]
    return again[["counted_with", "double_m"]].rename_axis("project_id").reset_index()
