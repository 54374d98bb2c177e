"""Siting of shared facilities: p places that keep the distance of all firms as small as can be."""

from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.kernel.links import positions
from nngis.kernel.reach import euclidean
from nngis.register.data import Data, numbers, placed
from nngis.register.finding import Finding, Part
from nngis.register.rules import Rule
from nngis.text import Text

FEW_TRIALS = 1_000_000_000  # distances compared when every choice is tried: some seconds
FEW_CELLS = 20_000_000  # of them at once


def p_median(
    distance_m: npt.NDArray[np.float64], weight: npt.NDArray[np.float64], p: int
) -> tuple[npt.NDArray[np.intp], bool]:
    """Choose p sites so that the weighted distance to the nearest chosen one is smallest.

    Every choice is tried where they are few; else one site at a time is exchanged for a better
    one, from the greedy choice on, until none is better.

    Parameters
    ----------
    distance_m : (n, k) float array
        From each demand to each site [m]; what is out of reach bears the distance that a demand
        left out counts for.
    weight : (n,) float array
        Weight of each demand.
    p : int
        How many are chosen, at most k.

    Returns
    -------
    chosen : (p,) int array
        Columns of `distance_m`, ascending; the first of equal choices.
    proven : bool
        Whether no other choice is better; after exchanges alone it is not known.

    References
    ----------
    Teitz and Bart (1968), Heuristic methods for estimating the generalized vertex median of a
    weighted graph.

    Examples
    --------
    >>> p_median(np.array([[1.0, 5.0], [9.0, 2.0]]), np.array([1.0, 1.0]), 1)
    (array([1]), True)
    """
    cost = distance_m * weight[:, None]
    n, k = cost.shape
    if comb(k, p) * n * p <= FEW_TRIALS:
        choices = np.array(list(combinations(range(k), p)))
        step = max(FEW_CELLS // max(n * p, 1), 1)
        parts = [choices[at : at + step] for at in range(0, len(choices), step)]
        totals = np.concatenate([cost[:, one].min(axis=2).sum(axis=0) for one in parts])
        return choices[totals.argmin()], True
    chosen: list[int] = []
    for _ in range(p):
        chosen.append(_best_addition(cost, chosen)[0])
    total = np.inf
    while True:
        trials = []
        for out in chosen:
            others = [one for one in chosen if one != out]
            site, cost_with = _best_addition(cost, others)
            trials.append((cost_with, [*others, site]))
        best = min(trials)
        if best[0] >= total:
            return np.array(sorted(chosen)), False
        total, chosen = best


def _best_addition(cost: npt.NDArray[np.float64], chosen: list[int]) -> tuple[int, float]:
    """Find the site that lowers the cost most when it joins those chosen."""
    base = cost[:, chosen].min(axis=1, keepdims=True) if chosen else np.inf
    totals = np.minimum(cost, base).sum(axis=0)
    totals[chosen] = np.inf
    site = int(totals.argmin())
    return site, float(totals[site])


def shared_facilities(
    rule: Rule,
    data: Data,
    *,
    role: str,
    column: str,
    words: str,
    candidates: str,
    p: int,
    within_m: float,
    weight: str,
    assumed: str,
) -> Finding:
    """Choose where firms of a kind share a treatment plant.

    Parameters
    ----------
    rule : Rule
        Without a number of its own.
    data : Data
        The layers.
    role : str
        Layer of the firms.
    column, words : str
        Column of their sector, and words of the kind, separated by ``|``.
    candidates : str
        Layer of the places to choose from; an area stands by a point inside it.
    p : int
        How many are chosen, fewer where there are not so many.
    within_m : float
        Firms farther than this from every candidate are left out [m].
    weight : str
        Column of what is treated; a firm without it counts as one.
    assumed : str
        Where these numbers come from.

    Returns
    -------
    Finding
        Objects: firms with `site_id` and `distance_m`; value: number of sites.
    """
    frame, sites = data.need(role, column), placed(data.need(candidates))
    kind = frame[column].astype("string").str.contains(words).fillna(value=False).to_numpy(bool)
    firms = placed(frame[kind])
    points = sites.set_geometry(sites.geometry.representative_point())
    links = euclidean(firms, points, within_m)
    reached = firms.loc[firms.index.isin(links["demand_id"])]
    size = (
        numbers(reached[weight]).fillna(1.0) if weight in firms else pd.Series(1.0, reached.index)
    )
    many = min(p, links["facility_id"].nunique())
    chosen = points.index[:0]
    proven = True
    if many:
        firm, site = positions(links, reached.index, points.index)
        away = np.full((len(reached), len(points)), 2 * within_m)
        away[firm, site] = links["distance_m"]
        found, proven = p_median(away, size.to_numpy(float), many)
        chosen = points.index[found]
    mine = links[links["facility_id"].isin(chosen)].drop_duplicates("demand_id")
    mine = mine.set_index("demand_id")
    kept = firms.assign(
        site_id=mine["facility_id"].reindex(firms.index),
        distance_m=mine["distance_m"].reindex(firms.index),
    )
    kept["state"] = np.where(kept["site_id"].notna(), "done", "open")
    mean = float((kept["distance_m"] * size.reindex(firms.index)).sum() / max(size.sum(), 1e-9))
    lost = int(kept["site_id"].isna().sum())
    names = sites["name_zh"] if "name_zh" in sites else sites.index.to_series()
    text = "、".join(str(names[c]) for c in chosen)
    sure = (
        Text("", "") if proven else Text("（逐一交换所得，未证最优）", " (by exchange, not proven)")
    )
    columns = [c for c in ("name_zh", column, "site_id", "distance_m", "state") if c in kept]
    by = data.county_of(points.loc[chosen]).value_counts()
    by = by.reindex(data.counties["name_zh"], fill_value=0).astype(float)
    return Finding(
        "done",
        Text(
            f"{len(firms)} 家企业，选 {len(chosen)} 处共享设施{sure.zh}：{text}；加权平均距离 "
            f"{mean / 1000:.1f} km，{lost} 家过远未覆盖。",
            f"{len(firms)} firms, {len(chosen)} shared sites{sure.en}: {text}; "
            f"{mean / 1000:.1f} km on average by weight, {lost} too far from all of them.",
        ),
        (Part(rule.id, float(len(chosen)), "处", "done"),),
        objects=kept[[*columns, "geometry"]].assign(county=data.county_of(firms)),
        by_county=pd.DataFrame({"value": by}).rename_axis("county"),
        assumptions=(
            Text(f"{rule.id}：{assumed}", f"{rule.id}: number and distance are the tool's own."),
        ),
    )
