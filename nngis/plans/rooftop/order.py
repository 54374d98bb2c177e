"""In what order: the roofs that make up the least shares first, the cheaper energy before."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Integers = npt.NDArray[np.int64]

ORDERED = ("pilot", "phase_2")
MINIMUM, FURTHER = "minimum", "further"
ORDER_COLUMNS = ("county", "class", "decision", "area_m2", "energy_mwh_a", "cost_10k_cny")


def put_in_order(
    roofs: pd.DataFrame, min_share: dict[str, float], *, has_room: pd.Series | None = None
) -> pd.DataFrame:
    """Rank the roofs that are to carry PV, and mark those that make up the least shares.

    Within a county and class, roofs are taken by energy a yuan until their area reaches the
    class's least share of all roof area of that class there; these come first.

    Parameters
    ----------
    roofs : DataFrame
        Decided roofs by `roof_id` with `ORDER_COLUMNS`.
    min_share : dict of str to float
        Least share by class; a class that is not there has none.
    has_room : Series of bool, optional
        Whether the substation takes all of it; such roofs come before the others of their
        tranche.

    Returns
    -------
    DataFrame
        On the same index: `tranche` (``minimum``, ``further``, or missing), `energy_per_cny`
        [MWh a year for 10⁴ yuan] and `rank`, from 1, missing where nothing is installed.

    Examples
    --------
    Of two schools of 100 m² in one county the first alone reaches 40 %:

    >>> roofs = pd.DataFrame({"county": "A", "class": "public", "decision": "pilot",
    ...     "area_m2": 100.0, "energy_mwh_a": [9.0, 8.0], "cost_10k_cny": 3.0}, index=["x", "y"])
    >>> put_in_order(roofs, {"public": 0.4})[["tranche", "rank"]]
       tranche  rank
    x  minimum     1
    y  further     2
    """
    taken = roofs["decision"].isin(ORDERED).to_numpy()
    efficiency = (roofs["energy_mwh_a"] / roofs["cost_10k_cny"]).to_numpy(float)
    efficiency = np.where(taken, np.nan_to_num(efficiency), 0.0)
    area = roofs["area_m2"].to_numpy(float)
    by_id = np.empty(len(roofs), dtype=np.int64)
    by_id[roofs.index.argsort()] = np.arange(len(roofs))
    group, kinds = _groups(roofs)
    by = np.lexsort((by_id, -area, -efficiency, ~taken, group))
    before = _sum_before(np.rint(area[by] * 100).astype(np.int64), group[by])
    total = np.bincount(group, weights=np.rint(area * 100), minlength=len(kinds))
    goal = total * kinds["class"].map(min_share).fillna(0.0).to_numpy(float)
    minimum = np.zeros(len(roofs), dtype=bool)
    minimum[by] = before < goal[group[by]]
    minimum &= taken
    words = np.array([FURTHER, MINIMUM, None], dtype=object)
    tranche = words[np.where(taken, minimum.astype(np.int8), -1)]
    late = roofs["decision"].ne("pilot").to_numpy()
    full = np.zeros(len(roofs), bool) if has_room is None else ~has_room.to_numpy(bool)
    ranked = np.lexsort((by_id, -area, -efficiency, full, ~minimum, late, ~taken))
    rank = np.empty(len(roofs), dtype=np.int64)
    rank[ranked] = np.arange(1, len(roofs) + 1)
    return pd.DataFrame(
        {
            "tranche": pd.Series(tranche, index=roofs.index, dtype=object),
            "energy_per_cny": np.where(taken, np.round(efficiency, 4), np.nan),
            "rank": pd.arrays.IntegerArray(rank, ~taken),
        },
        index=roofs.index,
    )


def _groups(roofs: pd.DataFrame) -> tuple[Integers, pd.DataFrame]:
    """Give each pair of county and class a number."""
    # Codes, not pairs of words: there may be ten million.
    (county, counties), (kind, kinds) = (pd.factorize(roofs[n]) for n in ("county", "class"))
    pairs, codes = np.unique((county + 1) * (len(kinds) + 1) + kind + 1, return_inverse=True)
    names = np.array([None, *kinds], dtype=object)
    known = np.array(["", *counties], dtype=object)
    table = {"county": known[pairs // len(names)], "class": names[pairs % len(names)]}
    return codes.astype(np.int64), pd.DataFrame(table)


def _sum_before(values: Integers, group: Integers) -> Integers:
    """Add up what stands before each value within its run of equal groups."""
    total = np.cumsum(values) - values
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else group
    first = np.zeros(len(values), dtype=np.int64)
    first[starts] = total[starts]
    return np.asarray(total - np.maximum.accumulate(first))
