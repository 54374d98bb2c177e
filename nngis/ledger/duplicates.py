"""Find rows of different files that may be one object: alike in name, position and size."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from rapidfuzz import fuzz
from scipy.spatial import KDTree

from nngis.arrays import Bools, Floats, Objects, Positions
from nngis.budgets import budget, over_budget
from nngis.catalog.layer import REJECT_COLUMNS
from nngis.crs import choose_work_crs, geodesic_m, lonlat_to_work
from nngis.errors import LedgerError
from nngis.ledger.divisions import Divisions
from nngis.ledger.gazetteer import plain_name

PAIR_COLUMNS = (
    "kept_id", "other_id", "score", "kept_name", "other_name", "apart_m", "kept_at", "other_at",
    "merged",
)  # fmt: skip
PROPOSED_FROM = 0.75
MAX_APART_M = 1_500.0  # farther apart two rows are two objects, even with a datum taken wrongly
MOST_COMPARED = 5_000_000  # pairs of rows of different sheets, by name
SAME_SPOT_M = 400.0  # half as alike at this distance
SIZES = ("capacity_t_h", "capacity_mw", "capacity_m3_d", "capacity_mva", "power_kw", "spaces_count")
_WEIGHTS = {"name": 0.5, "spot": 0.3, "size": 0.2}


def propose_pairs(
    frame: gpd.GeoDataFrame, origin: pd.DataFrame, divisions: Callable[[], Divisions]
) -> pd.DataFrame:
    """Propose pairs of rows that may be one object."""
    sheets = ["ledger_file", "ledger_sheet"]
    alone = all(origin[name].nunique() < 2 for name in sheets)  # noqa: PLR2004 -- one sheet of one file
    names = None if alone else _names(frame, divisions())
    if names is None:
        return pd.DataFrame(columns=list(PAIR_COLUMNS))
    part = (origin["ledger_file"] + "\0" + origin["ledger_sheet"]).to_numpy()
    lon, lat = _middles(frame)
    i, j = _candidates(names, lon, lat, pd.factorize(part)[0])
    scores, apart = _scores(frame, names, lon, lat, i, j)
    good = scores >= PROPOSED_FROM
    i, j, scores, apart = i[good], j[good], scores[good], apart[good]
    taken: set[int] = set()
    kept = []
    for at in np.lexsort((j, i, np.nan_to_num(apart), -scores)).tolist():
        if i[at] not in taken and j[at] not in taken:
            taken |= {int(i[at]), int(j[at])}
            kept.append(at)
    i, j = i[kept], j[kept]
    ids = frame.index.to_numpy()
    shown = frame["name_zh"].to_numpy()
    where = _where(origin)
    return pd.DataFrame(
        {
            "kept_id": ids[i],
            "other_id": ids[j],
            "score": scores[kept].round(3),
            "kept_name": shown[i],
            "other_name": shown[j],
            "apart_m": apart[kept].round(1),
            "kept_at": where[i],
            "other_at": where[j],
            "merged": False,
        }
    )


def merge_pairs(
    frame: gpd.GeoDataFrame, origin: pd.DataFrame, pairs: pd.DataFrame, threshold: float | None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, pd.DataFrame]:
    """Merge the pairs that reach a score; without one nothing is merged."""
    gone = pd.DataFrame(columns=list(REJECT_COLUMNS))
    if threshold is None or pairs.empty:
        return frame, pairs, gone
    pairs = pairs.assign(merged=pairs["score"] >= threshold)
    merged = pairs[pairs["merged"]]
    if merged.empty:
        return frame, pairs, gone
    kept, other = frame.loc[merged["kept_id"]], frame.loc[merged["other_id"]]
    lent = other.set_index(kept.index)
    filled = kept.where(kept.notna(), lent)
    out = frame.drop(index=merged["other_id"]).copy()
    for name in out.columns:
        out.loc[filled.index, name] = filled[name]
    records = []
    raws = other.drop(columns="geometry").astype(object)
    for (kept_id, other_id, score), (_, raw) in zip(
        merged[["kept_id", "other_id", "score"]].itertuples(index=False),
        raws.iterrows(),
        strict=True,
    ):
        place = origin.loc[other_id]
        records.append(
            (
                place["ledger_file"],
                place["ledger_sheet"],
                int(place["ledger_row"]),
                "",
                " | ".join(str(c) for c in raw if not pd.isna(c)),
                f"与 {kept_id} 合并（相似度 {score:g}）。",
                f"Merged into {kept_id} (score {score:g}).",
            )
        )
    return out, pairs, pd.DataFrame(records, columns=list(REJECT_COLUMNS))


def _names(frame: gpd.GeoDataFrame, divisions: Divisions) -> Objects | None:
    if "name_zh" not in frame:
        return None
    return np.array(
        [divisions.bare(plain_name(n)) if isinstance(n, str) else "" for n in frame["name_zh"]],
        dtype=object,
    )


def _middles(frame: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    bounds = shapely.bounds(frame.geometry.to_numpy())
    return (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2


def _candidates(
    names: Objects,
    lon: Floats,
    lat: Floats,
    part: npt.NDArray[np.intp],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """List pairs of different sheets: near each other, or one without position of a like name."""
    placed = np.flatnonzero(np.isfinite(lon))
    listed = [np.empty((0, 2), np.intp)]
    if placed.size:
        crs = choose_work_crs(lon[placed], lat[placed])
        xy = np.column_stack(lonlat_to_work(lon[placed], lat[placed], crs))
        near = placed[_near_of_other(xy, part[placed])]
        listed.append(near[part[near[:, 0]] != part[near[:, 1]]])
    listed += _unplaced(names, np.isfinite(lon), part)
    pairs = np.unique(np.sort(np.concatenate(listed), axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _near_of_other(xy: Floats, part: Positions) -> Positions:
    """List pairs near each other; where those of one sheet are many, of different ones alone."""
    whole = KDTree(xy)
    within = MAX_APART_M
    if len(xy) ** 2 <= MOST_COMPARED or whole.count_neighbors(whole, within) <= MOST_COMPARED:
        return np.asarray(whole.query_pairs(within, output_type="ndarray"), np.intp).reshape(-1, 2)
    found, many = [], 0
    for one in range(part.max()):
        mine, later = np.flatnonzero(part == one), np.flatnonzero(part > one)
        if mine.size and later.size:
            a, b = KDTree(xy[mine]), KDTree(xy[later])
            many += int(a.count_neighbors(b, within))
            over_budget("pairs", many, budget("pairs", MOST_COMPARED), "", LedgerError)
            pairs = a.sparse_distance_matrix(b, within, output_type="ndarray")
            found.append(np.column_stack([mine[pairs["i"]], later[pairs["j"]]]))
    return np.concatenate(found) if found else np.empty((0, 2), np.intp)


def _unplaced(names: Objects, placed: Bools, part: Positions) -> list[Positions]:
    """List pairs of one name in different sheets, of which one has no position."""
    rows_of: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        if name:
            rows_of.setdefault(name, []).append(at)
    found, many = [], 0
    for rows in map(np.array, rows_of.values()):
        lost = rows[~placed[rows]]
        if not lost.size or (part[rows] == part[rows[0]]).all():
            continue
        many += lost.size * rows.size
        over_budget("pairs", many, budget("pairs", MOST_COMPARED), "", LedgerError)
        pairs = np.column_stack([np.repeat(lost, rows.size), np.tile(rows, lost.size)])
        found.append(pairs[part[pairs[:, 0]] != part[pairs[:, 1]]])
    return found


def _scores(
    frame: gpd.GeoDataFrame,
    names: Objects,
    lon: Floats,
    lat: Floats,
    i: npt.NDArray[np.intp],
    j: npt.NDArray[np.intp],
) -> tuple[Floats, Floats]:
    alike = np.array(
        [
            fuzz.token_sort_ratio(a, b) / 100 if a and b else np.nan
            for a, b in zip(names[i], names[j], strict=True)
        ],
        np.float64,
    )
    apart = geodesic_m(lon[i], lat[i], lon[j], lat[j]) if len(i) else np.array([])
    spot = 1.0 / (1.0 + (apart / SAME_SPOT_M) ** 2)
    column = next((name for name in SIZES if name in frame), None)
    size = np.full(len(i), np.nan)
    if column is not None:
        values = pd.to_numeric(frame[column]).to_numpy(np.float64, na_value=np.nan)
        low, high = np.minimum(values[i], values[j]), np.maximum(values[i], values[j])
        size = np.divide(low, high, out=np.full(len(i), np.nan), where=high > 0)
    parts = np.column_stack([alike, spot, size])
    weights = np.where(np.isfinite(parts), list(_WEIGHTS.values()), 0.0)
    total = weights.sum(axis=1)
    enough = np.isfinite(alike) & (np.isfinite(spot) | np.isfinite(size))
    score = np.divide(
        (np.nan_to_num(parts) * weights).sum(axis=1), total, out=np.zeros(len(i)), where=total > 0
    )
    return np.where(enough, score, 0.0), apart


def _where(origin: pd.DataFrame) -> Objects:
    sheet = origin["ledger_sheet"].map(lambda name: f" {name}" if name else "")
    row = origin["ledger_row"].astype(str)
    return np.asarray(origin["ledger_file"] + sheet + ":" + row, dtype=object)
