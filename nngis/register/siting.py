"""Siting of shared facilities: p places that keep the distance of all firms as small as can be."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack, vstack

from nngis.errors import InfeasibleError
from nngis.kernel.links import positions
from nngis.kernel.reach import euclidean
from nngis.register.data import Data, numbers, placed
from nngis.register.finding import Finding, Part
from nngis.register.rules import Rule
from nngis.text import Text


def p_median(
    links: pd.DataFrame, weight: pd.Series, sites: pd.Index, p: int
) -> npt.NDArray[np.intp]:
    """Choose p sites so that the weighted distance to the nearest chosen one is smallest.

    Parameters
    ----------
    links : DataFrame
        A links table of demands and sites.
    weight : Series
        Weight of each demand, indexed by its id.
    sites : Index
        Ids of the candidates.
    p : int
        How many are chosen.

    Returns
    -------
    (p,) int array
        Positions in `sites`, ascending.

    Raises
    ------
    InfeasibleError
        If no p sites reach every demand.

    References
    ----------
    ReVelle and Swain (1970), Central facilities location.

    Examples
    --------
    >>> links = pd.DataFrame({"demand_id": ["a", "a", "b", "b"],
    ...                       "facility_id": ["x", "y", "x", "y"],
    ...                       "distance_m": [1.0, 5.0, 9.0, 2.0]})
    >>> p_median(links, pd.Series({"a": 1.0, "b": 1.0}), pd.Index(["x", "y"]), 1).tolist()
    [1]
    """
    demand, site = positions(links, weight.index, sites)
    n, k = len(links), len(sites)
    ones, at = np.ones(n), np.arange(n)
    served = hstack(
        [coo_array((ones, (demand, at)), shape=(len(weight), n)), csr_array((len(weight), k))]
    )
    opened = hstack(
        [coo_array((ones, (at, at)), shape=(n, n)), coo_array((-ones, (at, site)), shape=(n, k))]
    )
    count = hstack([csr_array((1, n)), csr_array(np.ones((1, k)))])
    low = np.concatenate([np.ones(len(weight)), np.full(n, -np.inf), [p]])
    high = np.concatenate([np.ones(len(weight)), np.zeros(n), [p]])
    cost = np.concatenate([weight.to_numpy()[demand] * links["distance_m"].to_numpy(), np.zeros(k)])
    found = milp(
        cost,
        constraints=LinearConstraint(vstack([served, opened, count]).tocsr(), low, high),
        bounds=Bounds(0, 1),
        integrality=np.concatenate([np.zeros(n), np.ones(k)]),
    )
    if found.x is None:
        raise InfeasibleError(
            f"没有 {p} 个候选点能覆盖全部企业；请增加候选点、数量或距离。",
            f"No {p} candidates reach every firm; add candidates, sites or distance.",
            where="A17",
        )
    return np.flatnonzero(found.x[n:] > 0.5)  # noqa: PLR2004 - nearer to one than to none


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
    chosen = points.index[p_median(links, size, points.index, many)] if many else points.index[:0]
    mine = links[links["facility_id"].isin(chosen)].drop_duplicates("demand_id")
    mine = mine.set_index("demand_id")
    kept = firms.assign(
        site_id=mine["facility_id"].reindex(firms.index),
        distance_m=mine["distance_m"].reindex(firms.index),
    )
    kept["state"] = np.where(kept["site_id"].notna(), "done", "open")
    mean = float((kept["distance_m"] * size.reindex(firms.index)).sum() / max(size.sum(), 1e-9))
    names = sites["name_zh"] if "name_zh" in sites else sites.index.to_series()
    text = "、".join(str(names[c]) for c in chosen)
    columns = [c for c in ("name_zh", column, "site_id", "distance_m", "state") if c in kept]
    by = data.county_of(points.loc[chosen]).value_counts()
    by = by.reindex(data.counties["name_zh"], fill_value=0).astype(float)
    return Finding(
        "done",
        Text(
            f"{len(firms)} 家企业，选 {len(chosen)} 处共享设施：{text}；加权平均距离 "
            f"{mean / 1000:.1f} km，{len(firms) - len(reached)} 家过远未覆盖。",
            f"{len(firms)} firms, {len(chosen)} shared sites: {text}; {mean / 1000:.1f} km on "
            f"average by weight, {len(firms) - len(reached)} too far from any candidate.",
        ),
        (Part(rule.id, float(len(chosen)), "处", "done"),),
        objects=kept[[*columns, "geometry"]].assign(county=data.county_of(firms)),
        by_county=pd.DataFrame({"value": by}).rename_axis("county"),
        assumptions=(
            Text(f"{rule.id}：{assumed}", f"{rule.id}: number and distance are the tool's own."),
        ),
    )
