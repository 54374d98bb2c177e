"""Roof outlines: mended, measured true to the ground, and counted once."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Proj

from nngis.arrays import Bools, Floats, Objects
from nngis.crs import work_to_lonlat
from nngis.errors import LayerError
from nngis.near import met
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.text import Text

# The plane stretches areas alike within a square of this side to 1e-5 of them.
SCALE_SQUARE_M = 1_000.0
AREA_DECIMALS = 2
MOST_OVERLAPS = 5_000_000  # of two roofs, each cut out; one meets two or three others
SLIVER_SHARE = 1e-6  # of a roof's own area: outlines that only touch
DROPPED_COLUMNS = ("problem", "kept_id", "area_m2", "reason_zh", "reason_en")
PROBLEMS = {
    "no_outline": Text("没有轮廓，或轮廓不是面。", "No outline, or an outline that is no area."),
    "doubled": Text("与屋顶 {} 为同一屋顶，只计一次。", "The same roof as {}; it is counted once."),
    "within": Text(
        "整个轮廓在屋顶 {} 之内，不另计。", "Lies wholly within roof {}; it is not counted again."
    ),
}


@dataclass(frozen=True)
class Outlines:
    """Roofs that count, and those that do not.

    Parameters
    ----------
    roofs : GeoDataFrame
        Mended rows in the order they came, with `area_m2` (true to the ground, without what
        another roof covers already), `mended` and `overlap_m2`.
    dropped : DataFrame
        Indexed by `roof_id`: `problem`, `kept_id`, `area_m2`, `reason_zh`, `reason_en`.
    """

    roofs: gpd.GeoDataFrame
    dropped: pd.DataFrame


def take_outlines(roofs: gpd.GeoDataFrame, parameters: RooftopParameters) -> Outlines:
    """Mend, measure and count roofs once.

    Examples
    --------
    >>> from shapely import box
    >>> roofs = gpd.GeoDataFrame(index=["a", "b"], crs="EPSG:4547",
    ...     geometry=[box(5e5, 2.5e6, 5e5 + 10, 2.5e6 + 10)] * 2)
    >>> found = take_outlines(roofs, RooftopParameters())
    >>> found.roofs["area_m2"].to_dict(), found.dropped["kept_id"].to_dict()
    ({'a': 100.0}, {'b': 'a'})
    """
    crs = CRS(roofs.crs) if roofs.crs is not None else None
    if crs is None or not crs.is_projected:
        raise LayerError(
            f"屋顶须在投影坐标系中才能量面积（现为 {roofs.crs}）；请先转到工作坐标系。",
            f"Roofs must be in a projected CRS to be measured (they are in {roofs.crs}); bring "
            "them to the work CRS first.",
            where="roofs",
        )
    shapes, mended = _mended(np.asarray(roofs.geometry.array, dtype=object))
    usable = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    at = np.flatnonzero(usable)
    area = np.zeros(len(roofs))
    area[at] = true_area_m2(shapes[at], crs)
    usable &= area > 0
    at = np.flatnonzero(usable)
    keeper, overlap = _overlaps(shapes[at], area[at], roofs.index[at], parameters.doubled_share)
    kept = keeper < 0
    taken = roofs.iloc[at[kept]].set_geometry(gpd.GeoSeries(shapes[at[kept]], crs=roofs.crs).values)
    measured = np.round(area[at[kept]] - overlap[kept], AREA_DECIMALS)
    twice = at[~kept]
    into = at[keeper[~kept]]
    doubled = area[twice] >= parameters.doubled_share * area[into]
    problem = np.full(len(roofs), "", dtype=object)
    problem[~usable] = "no_outline"
    problem[twice] = np.where(doubled, "doubled", "within")
    kept_id = np.full(len(roofs), "", dtype=object)
    kept_id[twice] = roofs.index[into]
    return Outlines(
        taken.assign(
            area_m2=measured,
            mended=mended[at[kept]],
            overlap_m2=np.round(overlap[kept], AREA_DECIMALS),
        ),
        _dropped(roofs.index, problem, kept_id, np.round(area, AREA_DECIMALS)),
    )


def true_area_m2(shapes: Objects, crs: CRS) -> Floats:
    """Measure areas as they are on the ground."""
    plane = np.asarray(shapely.area(shapes), dtype=np.float64)
    if not len(plane):
        return plane
    bounds = shapely.bounds(shapes)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    square = np.round(middle / SCALE_SQUARE_M).astype(np.int64)
    squares, which = np.unique(square, axis=0, return_inverse=True)
    lon, lat = work_to_lonlat(squares[:, 0] * SCALE_SQUARE_M, squares[:, 1] * SCALE_SQUARE_M, crs)
    scale = np.asarray(Proj(crs).get_factors(lon, lat).areal_scale)
    return np.asarray(plane / scale[which.ravel()], dtype=np.float64)


def _mended(
    shapes: Objects,
) -> tuple[Objects, Bools]:
    """Drop heights, mend crossings, keep what has an area and lies somewhere."""
    flat = shapely.force_2d(shapes) if shapely.has_z(shapes).any() else shapes
    wrong = ~(shapely.is_valid(flat) | shapely.is_missing(flat))
    out = np.array(flat, dtype=object)
    xy, owner = shapely.get_coordinates(flat[wrong], return_index=True)
    nowhere = np.flatnonzero(wrong)[owner[~np.isfinite(xy).all(axis=1)]]
    out[nowhere], wrong[nowhere] = None, False
    out[wrong] = shapely.make_valid(flat[wrong], method="structure")
    dimension = shapely.get_dimensions(out)
    out[(dimension < 2) & ~shapely.is_missing(out)] = None  # noqa: PLR2004 -- lines, points
    return out, wrong & (dimension == 2)  # noqa: PLR2004 -- areas


def _overlaps(
    shapes: Objects, area: Floats, ids: pd.Index, doubled_share: float
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Say of each roof which one it repeats (or -1) and what area a larger one covers of it."""
    tree = shapely.STRtree(shapes)
    a, b = met(tree, shapes, "intersects", most=MOST_OVERLAPS)
    first = a < b
    a, b = a[first], b[first]
    shared = shapely.area(shapely.intersection(shapes[a], shapes[b]))
    real = shared > SLIVER_SHARE * np.minimum(area[a], area[b])
    a, b, shared = a[real], b[real], shared[real]
    keeper = np.full(len(shapes), -1, dtype=np.intp)
    overlap = np.zeros(len(shapes))
    if not len(a):
        return keeper, overlap
    order = np.argsort(np.argsort(np.asarray(ids, dtype=str), kind="stable"))
    same = shared >= doubled_share * (area[a] + area[b] - shared)
    # Of two outlines of one roof the first id stays; of others the larger one has the overlap.
    a_leads = np.where(
        same,
        order[a] < order[b],
        (area[a] > area[b]) | ((area[a] == area[b]) & (order[a] < order[b])),
    )
    leads, follows = np.where(a_leads, a, b), np.where(a_leads, b, a)
    gone = same | (shared >= doubled_share * area[follows])
    # The first of several keepers, by id, so that the order of rows changes nothing.
    by = np.lexsort((order[leads], follows))
    chosen = by[gone[by]]
    rows, where = np.unique(follows[chosen], return_index=True)
    keeper[rows] = leads[chosen][where]
    keeper = _to_the_last(keeper)
    stays = (keeper[leads] < 0) & (keeper[follows] < 0)
    leads, follows, shared = leads[stays], follows[stays], shared[stays]
    several = np.bincount(follows, minlength=len(shapes))[follows] > 1
    overlap[follows[~several]] = shared[~several]
    if several.any():
        # What several roofs cover together is less than the sum of what each does.
        cover = gpd.GeoSeries(shapes[leads[several]]).groupby(follows[several])
        united = cover.agg(shapely.union_all)
        rows = united.index.to_numpy()
        covered = shapely.area(shapely.intersection(shapes[rows], united.to_numpy()))
        overlap[rows] = covered
    overlap = np.minimum(overlap, area)
    return keeper, overlap


def _to_the_last(keeper: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Follow keepers that are themselves dropped to one that stays."""
    while True:
        further = np.where(keeper >= 0, keeper[keeper], -1)
        onward = further >= 0
        if not onward.any():
            return keeper
        keeper = np.where(onward, further, keeper)


def _dropped(
    ids: pd.Index,
    problem: Objects,
    kept_id: Objects,
    area_m2: Floats,
) -> pd.DataFrame:
    rows = np.flatnonzero(problem != "")
    words = problem[rows]
    said = [(PROBLEMS[word], kept) for word, kept in zip(words, kept_id[rows], strict=True)]
    return pd.DataFrame(
        {
            "problem": words,
            "kept_id": kept_id[rows],
            "area_m2": area_m2[rows],
            "reason_zh": [text.zh.format(kept) for text, kept in said],
            "reason_en": [text.en.format(kept) for text, kept in said],
        },
        index=pd.Index(ids[rows], name="roof_id"),
        columns=list(DROPPED_COLUMNS),
    )
