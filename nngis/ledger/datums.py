"""Find the datum of a ledger's degrees from evidence, or say that the evidence does not tell.

Each datum is a hypothesis that puts the points in another place: GCJ-02 some 500 m, BD-09 some
1.1 km from WGS84. What must hold is tested in each: a point lies in the county and township that
its row names, at the place of its own name, near a road or an industrial site. The best one is
believed only if its place stands out from everywhere else around: the same points moved by some
three hundred other vectors of up to 2 km must all fit worse, and much worse on the whole. Points
that fit anywhere, or nowhere, or in two places, tell nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import KDTree

from nngis.arrays import Floats, Objects
from nngis.crs import Datum, to_wgs84
from nngis.ledger.gazetteer import Gazetteer
from nngis.ledger.references import References

HYPOTHESES: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
CLAIMS = ("county_stated", "township", "name_zh")
MAX_ROWS = 240  # more say no more, and cost time
FEWEST_ROWS = 5
# How near counts as at: roads are drawn to about 100 m, sites and places by their middle.
_ROAD_M, _SITE_M, _NAMED_M = 120.0, 150.0, 200.0
_COUNTY_WEIGHT, _TOWNSHIP_WEIGHT, _NAMED_WEIGHT = 2.0, 1.0, 3.0
_CELL_M = 100.0  # points of one yard count once
# The displaced copies: a grid, but for what lies about the hypothesis itself.
_FARTHEST_M, _STEP_M, _NEAREST_M = 2_000.0, 200.0, 350.0
# Calibrated on random ledgers, see tests/ledger/test_datums.py.
_STANDS_OUT = 4.0  # standard deviations above the displaced copies
_ROWS_GAINED = 3.0  # rows' worth of evidence above their mean
_CLEAR_SHARE = 0.25  # of that gain by which the best displaced copy must fall behind


@dataclass(frozen=True)
class Score:
    """How well one datum fits.

    Parameters
    ----------
    datum : str
        The hypothesis.
    score : float
        Evidence gained over displaced copies, in rows' worth.
    in_county, of_county : int
        Rows in the county they name, of those that name one.
    in_township, of_township : int
        The same for townships whose extent is known.
    near_roads, near_sites, at_named : int
        Rows at a road, at an industrial site, at the place of their own name.
    """

    datum: Datum
    score: float
    in_county: int
    of_county: int
    in_township: int
    of_township: int
    near_roads: int
    near_sites: int
    at_named: int


@dataclass(frozen=True)
class Verdict:
    """What the evidence says.

    Parameters
    ----------
    datum : str or None
        The datum; None where the evidence does not separate the hypotheses.
    rows : int
        Rows that were tested; 0 where none lies in the reference layers.
    scores : tuple of Score
        One a hypothesis.
    """

    datum: Datum | None
    rows: int
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class _Evidence:
    """What a set of rows claims, ready to be tested at any positions."""

    references: References
    county: Objects
    boxes: Floats  # (n, 4), NaN where the township's extent is not known
    named: Floats  # (n, 2), NaN where no place bears the row's name

    def parts(self, at: Floats) -> dict[str, Floats]:
        """Give each kind of evidence for every row at (..., n, 2) positions."""
        flat = at.reshape(-1, 2)
        near = {
            "road": _nearness(self.references.road_tree, flat, _ROAD_M).reshape(at.shape[:-1]),
            "site": _nearness(self.references.site_tree, flat, _SITE_M).reshape(at.shape[:-1]),
        }
        apart = np.linalg.norm(at - self.named, axis=-1)
        near["named"] = np.nan_to_num(np.exp(-((apart / _NAMED_M) ** 2)))
        near["county"] = self._in_county(at)
        west, south, east, north = self.boxes.T
        x, y = at[..., 0], at[..., 1]
        inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        near["township"] = np.where(np.isnan(west), np.nan, inside)
        return near

    def _in_county(self, at: Floats) -> Floats:
        found = np.full(at.shape[:-1], np.nan)
        for name, polygon in self.references.polygons.items():
            rows = np.flatnonzero(self.county == name)
            if rows.size:
                x, y = at[..., rows, 0], at[..., rows, 1]
                found[..., rows] = shapely.contains_xy(polygon, x, y)
        return found

    def totals(self, at: Floats) -> Floats:
        """Add the evidence of all rows up, for each of (..., n, 2) positions."""
        parts = self.parts(at)
        total = np.maximum(parts["road"], parts["site"]) + _NAMED_WEIGHT * parts["named"]
        total = total + _COUNTY_WEIGHT * np.nan_to_num(parts["county"])
        total = total + _TOWNSHIP_WEIGHT * np.nan_to_num(parts["township"])
        return np.asarray(total.sum(axis=-1))


def infer_datum(
    lon: npt.ArrayLike, lat: npt.ArrayLike, claims: pd.DataFrame, references: References
) -> Verdict:
    """Find the datum of points from what their rows claim.

    Parameters
    ----------
    lon, lat : (n,) array_like
        Longitude and latitude as written [degrees].
    claims : DataFrame
        What the rows say, in the same order: any of `county_stated`, `township`, `name_zh`.
    references : References
        What to hold them against.

    Returns
    -------
    Verdict
        The datum if one stands out, and the scores of all.
    """
    written = np.column_stack([np.asarray(lon, np.float64), np.asarray(lat, np.float64)])
    rows = _sample(written, references)
    if not rows.size:
        return Verdict(None, 0, ())
    evidence = _gather(claims.iloc[rows], references)
    places = {
        datum: references.plane(*to_wgs84(written[rows, 0], written[rows, 1], datum))
        for datum in HYPOTHESES
    }
    totals = {datum: float(evidence.totals(at)) for datum, at in places.items()}
    best = max(HYPOTHESES, key=lambda datum: totals[datum])
    displaced = evidence.totals(places[best][None] + _displacements()[:, None])
    mean, spread = float(displaced.mean()), float(displaced.std())
    gain = totals[best] - mean
    told = (
        rows.size >= FEWEST_ROWS
        and gain >= _ROWS_GAINED
        and gain >= _STANDS_OUT * spread
        and all(
            totals[best] - other >= _CLEAR_SHARE * gain
            for other in (displaced.max(), *(totals[d] for d in HYPOTHESES if d != best))
        )
    )
    scores = tuple(_score(d, totals[d] - mean, evidence.parts(at)) for d, at in places.items())
    return Verdict(best if told else None, int(rows.size), scores)


def _sample(written: Floats, references: References) -> npt.NDArray[np.intp]:
    """Choose the rows to test: in the reference layers, one a yard, not too many."""
    west, south, east, north = references.counties.total_bounds
    x, y = written.T
    inside = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    cells = np.floor(references.plane(x[inside], y[inside]) / _CELL_M)
    _, first = np.unique(cells, axis=0, return_index=True)
    rows = inside[np.sort(first)]
    if rows.size > MAX_ROWS:
        rows = rows[np.linspace(0, rows.size - 1, MAX_ROWS).astype(np.intp)]
    return rows


def _gather(claims: pd.DataFrame, references: References) -> _Evidence:
    count = len(claims)
    texts = {name: _column(claims, name) for name in CLAIMS}
    boxes = np.full((count, 4), np.nan)
    named = np.full((count, 2), np.nan)
    gazetteer, code_of = Gazetteer(references), references.divisions.code_of
    for at in range(count):  # at most MAX_ROWS
        county = texts["county_stated"][at]
        box = references.boxes.get((code_of(county or "") or "", texts["township"][at] or ""))
        if box is not None:
            boxes[at] = box
        place = gazetteer.by_own_name(texts["name_zh"][at] or "")
        if place is not None:
            named[at] = place.x_m, place.y_m
    return _Evidence(references, texts["county_stated"], boxes, named)


def _column(claims: pd.DataFrame, name: str) -> Objects:
    if name not in claims:
        return np.full(len(claims), None, dtype=object)
    column = claims[name].astype(object)
    return np.asarray(column.where(column.notna(), None), dtype=object)


def _nearness(tree: KDTree | None, at: Floats, scale_m: float) -> Floats:
    if tree is None:
        return np.zeros(len(at))
    apart, _ = tree.query(at, distance_upper_bound=4 * scale_m)
    return np.asarray(np.exp(-((apart / scale_m) ** 2)))


def _displacements() -> Floats:
    steps = np.arange(-_FARTHEST_M, _FARTHEST_M + 1, _STEP_M)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    far = np.linalg.norm(grid, axis=1)
    return np.asarray(grid[(far >= _NEAREST_M) & (far <= _FARTHEST_M)], np.float64)


def _score(datum: Datum, gain: float, parts: dict[str, Floats]) -> Score:
    at = np.exp(-1.0)  # within the distance that counts as at
    return Score(
        datum=datum,
        score=round(gain, 1),
        in_county=int(np.nansum(parts["county"])),
        of_county=int(np.isfinite(parts["county"]).sum()),
        in_township=int(np.nansum(parts["township"])),
        of_township=int(np.isfinite(parts["township"]).sum()),
        near_roads=int((parts["road"] >= at).sum()),
        near_sites=int((parts["site"] >= at).sum()),
        at_named=int((parts["named"] >= at).sum()),
    )


def describe(scores: Sequence[Score]) -> tuple[str, str]:
    """Say in Chinese and in English how well each datum fits.

    Parameters
    ----------
    scores : sequence of Score
        The scores of a verdict.

    Returns
    -------
    zh, en : str
        One clause a datum.
    """
    zh = "；".join(
        f"{s.datum} 得分 {s.score:g}（在所写县内 {s.in_county}/{s.of_county}，"
        f"在所写乡镇内 {s.in_township}/{s.of_township}，临路 {s.near_roads}，"
        f"在工业地点 {s.near_sites}，在同名地点 {s.at_named}）"
        for s in scores
    )
    en = "; ".join(
        f"{s.datum} scores {s.score:g} (in its county {s.in_county}/{s.of_county}, in its "
        f"township {s.in_township}/{s.of_township}, at a road {s.near_roads}, at an industrial "
        f"site {s.near_sites}, at the place of its name {s.at_named})"
        for s in scores
    )
    return zh, en
