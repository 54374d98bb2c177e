"""In what order: the roofs that make up the least shares first, the cheaper energy before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nngis.arrays import Array, Bools, Floats, Objects, Offsets, Positions

ORDERED = ("pilot", "phase_2")
MINIMUM, FURTHER = "minimum", "further"
ORDER_COLUMNS = ("county", "class", "decision", "area_m2", "energy_mwh_a", "cost_10k_cny")


@dataclass(frozen=True, eq=False)
class Standing:
    """What of the order hangs on no decision, energy or price.

    Parameters
    ----------
    by : (n,) int array
        The roofs from the largest down, equal ones by their ids.
    group : (n,) int array
        The pair of county and class of each.
    hundredths : (n,) float array
        Areas in whole hundredths of a square metre.
    total : (k,) float array
        Their sums by group.
    kinds : (k,) object array
        The class of each group.
    """

    by: Positions
    group: Array
    hundredths: Offsets
    total: Floats
    kinds: Objects


@dataclass(frozen=True, eq=False)
class Ranked:
    """The order of roofs.

    Parameters
    ----------
    order : (n,) int array
        The roofs, first to last; those that carry none stand last.
    minimum : (n,) bool array
        Which make up the least shares.
    efficiency : (n,) float array
        Energy a yuan [MWh a year for 10⁴ yuan]; 0 where nothing is installed.
    hosted_kwp : (n,) float array, optional
        What substations take of each, where that was asked [kWp].
    """

    order: Positions
    minimum: Bools
    efficiency: Floats
    hosted_kwp: Floats | None = None


def stand(roofs: pd.DataFrame) -> Standing:
    """Sort once what hangs on no lever.

    Parameters
    ----------
    roofs : DataFrame
        By `roof_id`: `county`, `class`, `area_m2`.

    Returns
    -------
    Standing
        What `rank` takes.
    """
    area = roofs["area_m2"].to_numpy(float)
    by_id = np.empty(len(roofs), dtype=np.int64)
    by_id[roofs.index.argsort()] = np.arange(len(roofs))
    group, kinds = _groups(roofs)
    hundredths = np.rint(area * 100).astype(np.int64)
    total = np.bincount(group, weights=hundredths, minlength=len(kinds)).astype(float)
    # Narrow numbers are sorted by their digits, which is several times as fast.
    small = group.astype(np.int16) if 2 * len(kinds) < np.iinfo(np.int16).max else group
    return Standing(np.lexsort((by_id, -area)), small, hundredths, total, kinds)


def rank(
    standing: Standing,
    decision: tuple[Bools, Bools],
    amounts: tuple[Floats, Floats],
    min_share: dict[str, float],
    full: Bools | None = None,
) -> Ranked:
    """Rank roofs, and find those that make up the least shares.

    Parameters
    ----------
    standing : Standing
        What hangs on no lever.
    decision : (n,) bool arrays
        Which carry PV, and which of them in the first phase.
    amounts : (n,) float arrays
        Energy [MWh/a] and cost [10⁴ yuan].
    min_share : dict of str to float
        Least share by class.
    full : (n,) bool array, optional
        For which the substation has no room.

    Returns
    -------
    Ranked
        As `put_in_order` has it.
    """
    taken, first = decision
    energy, cost = amounts
    with np.errstate(divide="ignore", invalid="ignore"):
        efficiency = np.where(taken, np.nan_to_num(energy / cost), 0.0)
    best = _stable(standing.by, -efficiency)
    by = _stable(best, standing.group * 2 + ~taken)
    minimum = np.zeros(len(by), dtype=bool)
    goal = standing.total * np.array([min_share.get(kind, 0.0) for kind in standing.kinds])
    before = sum_before(standing.hundredths[by], standing.group[by])
    minimum[by] = before < goal[standing.group[by]]
    minimum &= taken
    late = np.where(taken, np.where(minimum, 0, 2) + np.where(first, 0, 4), 8).astype(np.int8)
    return Ranked(_stable(best, late if full is None else late + full), minimum, efficiency)


def _stable(by: Positions, keys: Array) -> Positions:
    found: Positions = by[np.argsort(keys[by], kind="stable")]
    return found


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
    found = rank(
        stand(roofs),
        (taken, roofs["decision"].eq("pilot").to_numpy()),
        (roofs["energy_mwh_a"].to_numpy(float), roofs["cost_10k_cny"].to_numpy(float)),
        min_share,
        None if has_room is None else ~has_room.to_numpy(bool),
    )
    words = np.array([FURTHER, MINIMUM, None], dtype=object)
    tranche = words[np.where(taken, found.minimum.astype(np.int8), -1)]
    place = np.empty(len(roofs), dtype=np.int64)
    place[found.order] = np.arange(1, len(roofs) + 1)
    return pd.DataFrame(
        {
            "tranche": pd.Series(tranche, index=roofs.index, dtype=object),
            "energy_per_cny": np.where(taken, np.round(found.efficiency, 4), np.nan),
            "rank": pd.arrays.IntegerArray(place, ~taken),
        },
        index=roofs.index,
    )


def _groups(roofs: pd.DataFrame) -> tuple[Offsets, Objects]:
    """Give each pair of county and class a number, and say the class of each."""
    # Codes, not pairs of words: there may be ten million.
    (county, _), (kind, kinds) = (pd.factorize(roofs[n]) for n in ("county", "class"))
    pairs, codes = np.unique((county + 1) * (len(kinds) + 1) + kind + 1, return_inverse=True)
    names = np.array([None, *kinds], dtype=object)
    return codes.astype(np.int64), names[pairs % len(names)]


def sum_before(values: Offsets, group: Array) -> Offsets:
    """Add up what stands before each value within its run of equal groups.

    Parameters
    ----------
    values : (n,) int array
        What is added.
    group : (n,) int array
        Their groups; equal ones stand together.

    Returns
    -------
    (n,) int array
        The sums.
    """
    total = np.cumsum(values) - values
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])[: len(group)]
    first = np.zeros(len(values), dtype=np.int64)
    first[starts] = total[starts]
    return np.asarray(total - np.maximum.accumulate(first))
