"""Whether existing sewers lie under the ground of the terrain, or are levelled by another datum."""

import geopandas as gpd
import numpy as np
import shapely

from nngis.arrays import Bools, Floats
from nngis.grid import Grid, heights_at
from nngis.text import Text, Warned, counted
from nngis.units import MM_PER_M

# What cover a street sewer can have [m]: terrains of trees and roofs err by a few metres, and
# open cuts end some 20 m down. A median beyond tells of levels that count from elsewhere.
MEDIAN_COVER_M = (-3.0, 20.0)
COVER_M = (-8.0, 40.0)
FEWEST = 3  # ends with a level; of fewer the median tells nothing
SHOWN = 5
INVERTS = ("invert_up_m", "invert_down_m")


def check_levels(sewers: gpd.GeoDataFrame, ground: Grid) -> tuple[gpd.GeoDataFrame, list[Text]]:
    """Hold the levels of existing sewers against the terrain."""
    if not set(INVERTS) <= set(sewers.columns) or not len(sewers):
        return sewers, []
    cover = _cover(sewers, ground)
    known = cover[np.isfinite(cover)]
    if not known.size:
        return sewers, []
    median = float(np.median(known))
    low, high = (float(x) for x in np.quantile(known, (0.1, 0.9)))
    if known.size >= FEWEST and not MEDIAN_COVER_M[0] <= median <= MEDIAN_COVER_M[1]:
        wrong = np.asarray(np.isfinite(cover).any(axis=1), np.bool_)
        note = Warned(
            f"现状管的标高与地形对不上：覆土中位数 {median:.1f} m（十分之八在 {low:.1f} 至 "
            f"{high:.1f} m），多半是高程基准或单位不同；其标高一律不用，不与之衔接。"
            "请统一高程基准后重来。",
            f"The levels of the existing sewers do not fit the terrain: their median cover is "
            f"{median:.1f} m (eight in ten from {low:.1f} to {high:.1f} m), mostly for another "
            "height datum or unit. None of these levels is used, and nothing is joined to them; "
            "bring both to one datum and run again.",
            table="sewers",
            ids=sewers.index[wrong],
        )
        return _without_levels(sewers, wrong), [note]
    with np.errstate(invalid="ignore"):
        odd = (cover < COVER_M[0]) | (cover > COVER_M[1])
    wrong = np.asarray(odd.any(axis=1), np.bool_)
    if not wrong.any():
        return sewers, []
    names = [str(name) for name in sewers.index[wrong][:SHOWN]]
    note = Warned(
        f"{int(wrong.sum())} 条现状管的覆土不可能（不在 {COVER_M[0]:g} 至 {COVER_M[1]:g} m 内），"
        f"其标高不用：{'、'.join(names)}；其余的覆土中位数 {median:.1f} m。",
        f"{counted(int(wrong.sum()), 'existing sewer', 'have')} a cover that cannot be (not within "
        f"{COVER_M[0]:g} to {COVER_M[1]:g} m), and their levels are not used: {', '.join(names)}; "
        f"the median cover is {median:.1f} m.",
        table="sewers",
        ids=sewers.index[wrong],
    )
    return _without_levels(sewers, wrong), [note]


def _cover(sewers: gpd.GeoDataFrame, ground: Grid) -> Floats:
    """Give the cover over both ends of each sewer [m]; NaN where anything is not known."""
    lines = shapely.line_merge(np.asarray(sewers.geometry.array, dtype=object))
    single = shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING
    lines[~single] = None
    diameter = (
        sewers["diameter_mm"].to_numpy(float, na_value=np.nan) / MM_PER_M
        if "diameter_mm" in sewers
        else np.zeros(len(sewers))
    )
    cover = np.full((len(sewers), 2), np.nan)
    for end, (name, at) in enumerate(zip(INVERTS, (0, -1), strict=True)):
        points = shapely.get_point(lines, at)
        xy = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
        placed = np.isfinite(xy).all(axis=1)
        invert = sewers[name].to_numpy(float, na_value=np.nan)
        level = np.full(len(sewers), np.nan)
        level[placed] = heights_at(ground, xy[placed])
        cover[:, end] = level - invert - np.nan_to_num(diameter)
    return cover


def _without_levels(sewers: gpd.GeoDataFrame, wrong: Bools) -> gpd.GeoDataFrame:
    return sewers.assign(**{name: sewers[name].mask(wrong) for name in INVERTS})
