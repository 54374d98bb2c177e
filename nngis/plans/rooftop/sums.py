"""What roofs add up to, at every level, exactly: sums of whole thousandths, in any order."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Array, Floats, Offsets
from nngis.plans.rooftop.classes import CLASSES
from nngis.plans.rooftop.order import FURTHER, MINIMUM, ORDERED
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.roofs import min_shares
from nngis.plans.rooftop.whereabouts import ELSEWHERE

KEYS = ("county", "township", "class", "decision", "tranche")
NONE = "—"
THOUSANDTHS = 1000
SUMMED = (
    *("area_m2", "capacity_low_kwp", "capacity_kwp", "capacity_high_kwp"),
    *("energy_low_mwh_a", "energy_mwh_a", "energy_high_mwh_a", "cost_10k_cny"),
)
COUNTED = {"unknown": "roofs_unknown_count"}
DECISIONS = ("pilot", "phase_2", "unsuitable", "unknown")


def cube(roofs: pd.DataFrame) -> pd.DataFrame:
    """Add roofs up by county, township, class, decision and tranche.

    Parameters
    ----------
    roofs : DataFrame
        Decided roofs with `KEYS` and `SUMMED`; a missing amount adds nothing.

    Returns
    -------
    DataFrame
        Indexed by `KEYS`: `roofs_count` and, in whole thousandths, `SUMMED`. Cubes of parts add
        up to the cube of the whole, to the last digit and in any order.
    """
    coded = [pd.factorize(roofs[key].fillna(NONE)) for key in KEYS]
    at, number = np.zeros(len(roofs), np.int64), 1
    for codes, words in reversed(coded):
        at, number = at + codes * number, number * max(len(words), 1)
    groups, which = np.unique(at, return_inverse=True)
    names = []
    for _, words in coded:
        number //= max(len(words), 1)
        names.append(np.asarray(words, dtype=object)[groups // number % max(len(words), 1)])
    amounts = {name: roofs[name].to_numpy(float) for name in SUMMED}
    index = pd.MultiIndex.from_arrays(names, names=list(KEYS))
    return pd.DataFrame(sum_up(which.ravel(), len(groups), amounts), index=index).sort_index()


def sum_up(at: Array, groups: int, amounts: Mapping[str, Floats]) -> dict[str, Offsets]:
    """Count rows and add amounts up by group, in whole thousandths.

    Parameters
    ----------
    at : (n,) int array
        The group of each row.
    groups : int
        How many there are.
    amounts : mapping of str to (n,) float array
        What is added; a missing amount adds nothing.

    Returns
    -------
    dict of str to (groups,) int array
        `roofs_count` and the sums: whole numbers below 2⁵³, so no order of adding changes them.
    """
    found = {"roofs_count": np.bincount(at, minlength=groups).astype(np.int64)}
    for name, values in amounts.items():
        thousandths = np.rint(np.nan_to_num(values) * THOUSANDTHS)
        sums = np.bincount(at, weights=thousandths, minlength=groups)
        found[name] = np.rint(sums).astype(np.int64)
    return found


def add_cubes(cubes: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Add cubes of parts up.

    Parameters
    ----------
    cubes : sequence of DataFrame
        What `cube` returned for each part.

    Returns
    -------
    DataFrame
        The cube of the whole.
    """
    return pd.concat(cubes).groupby(level=list(KEYS), sort=True).sum()


def totals(whole: pd.DataFrame, by: Sequence[str], parameters: RooftopParameters) -> pd.DataFrame:
    """Turn a cube into one table of amounts.

    Parameters
    ----------
    whole : DataFrame
        A cube.
    by : sequence of str
        The keys to keep.
    parameters : RooftopParameters
        Grid factor.

    Returns
    -------
    DataFrame
        Indexed by `by`: `roofs_count`, the counts of each decision, `SUMMED`,
        `installed_area_m2` (area of roofs that carry PV), `policy_capacity_kwp` (capacity of
        those that make up the least shares) and `co2_avoided_t_a`.
    """
    keys = whole.reset_index()
    amounts = keys[["roofs_count", *SUMMED]].copy()
    for decision in DECISIONS:
        amounts[COUNTED.get(decision, f"{decision}_count")] = keys["roofs_count"].where(
            keys["decision"].eq(decision), 0
        )
    on = keys["decision"].isin(ORDERED)
    amounts["installed_area_m2"] = keys["area_m2"].where(on, 0)
    amounts["policy_capacity_kwp"] = keys["capacity_kwp"].where(keys["tranche"].eq(MINIMUM), 0)
    found = amounts.groupby([keys[key] for key in by], sort=True).sum()
    counts = [name for name in found if name.endswith("_count")]
    out = (found / THOUSANDTHS).assign(**{name: found[name] for name in counts})
    for suffix in ("low_", "", "high_"):
        energy = out[f"energy_{suffix}mwh_a"]
        out[f"co2_avoided_{suffix}t_a"] = (energy * parameters.grid_factor_kg_kwh).round(3)
    return out.rename_axis(list(by))


def with_shares(
    table: pd.DataFrame, kind: pd.Series, parameters: RooftopParameters
) -> pd.DataFrame:
    """Set the roofs that carry PV beside the least share of their class."""
    least = kind.map(min_shares(parameters)).astype(float)
    area = table["area_m2"]
    reached = (table["installed_area_m2"] / area).where(area > 0)
    lacking = (least - reached).clip(lower=0.0)
    return table.assign(
        policy_min_share=least,
        installed_share=reached.round(6),
        shortfall_share=lacking.round(6),
        shortfall_m2=(lacking * area).round(2),
    )


def all_tables(
    whole: pd.DataFrame, counties: gpd.GeoDataFrame, parameters: RooftopParameters
) -> dict[str, pd.DataFrame]:
    """Make every table of sums.

    Parameters
    ----------
    whole : DataFrame
        A cube.
    counties : GeoDataFrame
        Every county with `name_zh`, so that one without roofs shows zeros.
    parameters : RooftopParameters
        Shares and grid factor.

    Returns
    -------
    dict of str to DataFrame
        ``by_county``, ``by_township``, ``by_class``, ``by_county_class``, ``by_phase``.
    """
    pairs = totals(whole, ("county", "class"), parameters)
    pairs = with_shares(pairs, pairs.index.to_frame()["class"], parameters).reset_index()
    pairs.index = pd.Index(pairs["county"] + "/" + pairs["class"], name="group_id")
    kinds = totals(whole, ("class",), parameters)
    kinds = kinds.reindex([k for k in CLASSES if k in kinds.index])
    phases = totals(whole, ("decision", "tranche"), parameters).reset_index()
    wanted = [(d, t) for d in ORDERED for t in (MINIMUM, FURTHER)]
    phases.index = pd.Index(phases["decision"] + "/" + phases["tranche"], name="phase_id")
    phases = phases.reindex([f"{d}/{t}" for d, t in wanted if f"{d}/{t}" in phases.index])
    towns = totals(whole, ("county", "township"), parameters).reset_index()
    towns.index = pd.Index(towns["county"] + "/" + towns["township"], name="group_id")
    return {
        "by_county": _by_county(whole, pairs, counties, parameters),
        "by_township": towns,
        "by_class": with_shares(kinds, kinds.index.to_series(), parameters),
        "by_county_class": pairs,
        "by_phase": phases,
    }


def _by_county(
    whole: pd.DataFrame,
    pairs: pd.DataFrame,
    counties: gpd.GeoDataFrame,
    parameters: RooftopParameters,
) -> gpd.GeoDataFrame:
    found = totals(whole, ("county",), parameters)
    rows = [*counties["name_zh"], *([ELSEWHERE] if ELSEWHERE in found.index else [])]
    counted = [name for name in found if name.endswith("_count")]
    # Where no roof is known, how much there is is not known either.
    out = found.fillna(0.0).reindex(rows)
    out[counted] = out[counted].fillna(0.0).astype("int64")
    for kind in min_shares(parameters):
        mine = pairs[pairs["class"].eq(kind)].set_index("county")["shortfall_m2"]
        out[f"shortfall_{kind}_m2"] = mine.reindex(rows)
    shapes = counties.set_index("name_zh").geometry.reindex(rows)
    return gpd.GeoDataFrame(out, geometry=shapes, crs=counties.crs).rename_axis("county")
