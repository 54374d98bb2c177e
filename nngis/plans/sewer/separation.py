"""Combined and misconnected sewers: what may be done about a district, at what length and cost."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nngis.arrays import Bools, Floats, Offsets, Positions
from nngis.crs.place import with_place
from nngis.evidence import weakest
from nngis.network.tracing import pipe_nodes
from nngis.plans.sewer.code import design_flow_l_s, rule
from nngis.plans.sewer.manning import capacity_l_s
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.prices import Sizes, manhole_yuan, pipe_yuan_m, prices
from nngis.plans.sewer.quota import sewage_m3_d
from nngis.plans.sewer.separation_parameters import storm_of
from nngis.plans.sewer.storm import (
    FULL,
    Drained,
    drain,
    flow_levels,
    gathered,
    sanitary_sizes,
)
from nngis.units import M_PER_KM, YUAN_PER_10K

M3_D_PER_L_S = 86.4
SEPARATION_COLUMNS = (
    *("district_id", "county", "wwtp_id", "variant", "pipes_count", "mixed_km", "lay_km"),
    *("cost_10k_cny", "dry_m3_d", "wet_m3_d", "storm_l_s", "overflow_l_s", "short_km", "evidence"),
)


@dataclass(frozen=True, eq=False)
class _Network:
    """The sewers that carry sewage, as arrays over their rows; NaN where a fact is not known."""

    start: Positions
    end: Positions
    length_m: Floats
    slope: Floats
    diameter_mm: Floats
    drained_ha: Floats
    dry_l_s: Floats
    combined: Bools
    mixed: Bools


@dataclass(frozen=True, eq=False)
class _Works:
    """What each sewer gets of rain; by variant the cost of a new one beside it, and the old's lack.

    `short_m` is the length of an old sewer that is too small for what is left to it, else 0; all
    are NaN where it is not known.
    """

    rain_l_s: Floats
    yuan: dict[str, Floats]
    short_m: dict[str, Floats]


def compare_separation(
    judged: gpd.GeoDataFrame,
    sewers: gpd.GeoDataFrame,
    gaps: pd.DataFrame,
    parameters: SewerParameters,
) -> pd.DataFrame:
    """Compare what may be done where rain and sewage share a pipe.

    A district is a set of combined or misconnected sewers that hang together. It may stay as it
    is with its flow intercepted (`keep`); have its misconnections mended (`mend`); get new
    sewers for the sewage, the old ones left to the rain (`new_sanitary`); or the other way round
    (`new_storm`). A new sewer follows the old one.

    Parameters
    ----------
    judged : GeoDataFrame
        See `judge_sewers`.
    sewers : GeoDataFrame
        The same sewers as the layer gives them.
    gaps : DataFrame
        See `find_gaps`: who is served by which sewer.
    parameters : SewerParameters
        The plan's.

    Returns
    -------
    DataFrame
        A row a district and variant, by `variant_id`; missing what hangs on something unknown.
    """
    lines = with_place(judged)
    combined = lines["sewer_kind"].eq("combined").to_numpy(bool)
    wrong = lines["misconnected"] & ~lines["mended"].fillna(value=False)
    mixed = combined | wrong.fillna(value=False).to_numpy(bool)
    if not mixed.any():
        return no_variants()
    network = _network(lines, sewers.loc[lines.index], _dry_l_s(lines.index, gaps, parameters),
                       combined, mixed)  # fmt: skip
    works = _works(network, parameters)
    facts = pd.DataFrame(lines[["county", "wwtp_id", "length_km", "evidence"]])
    rows = [
        {"district_id": f"H{at:03d}", **_common(facts.iloc[rows]), **row}
        for at, rows in enumerate(_districts(network), 1)
        for row in _variants(network, rows, works, parameters)
    ]
    out = pd.DataFrame(rows)
    out.index = pd.Index(out["district_id"] + "-" + out["variant"], name="variant_id", dtype=object)
    return out[list(SEPARATION_COLUMNS)]


def no_variants() -> pd.DataFrame:
    """Make the table of no district."""
    index = pd.Index([], name="variant_id", dtype=object)
    return pd.DataFrame(columns=list(SEPARATION_COLUMNS), index=index)


def _network(
    lines: gpd.GeoDataFrame, given: gpd.GeoDataFrame, dry_l_s: Floats, combined: Bools, mixed: Bools
) -> _Network:
    def number(name: str) -> Floats:
        nothing = pd.Series(np.nan, index=given.index)
        found: Floats = pd.to_numeric(given.get(name, nothing)).to_numpy(float, na_value=np.nan)
        return found

    start, end = pipe_nodes(lines)
    length = lines.length.to_numpy()
    fall = (number("invert_up_m") - number("invert_down_m")) / length
    through = gathered(dry_l_s, start, end, flow_levels(start, end))
    return _Network(
        start, end, length, np.where(fall > 0, fall, np.nan), number("diameter_mm"),
        number("drained_ha"), through, combined, mixed,
    )  # fmt: skip


def _dry_l_s(pipes: pd.Index, gaps: pd.DataFrame, parameters: SewerParameters) -> Floats:
    """Add up the sewage that enters each sewer itself; unknown without anybody's place."""
    if not len(gaps):
        return np.full(len(pipes), np.nan)
    served = gaps[gaps["decision"].eq("covered")]
    flow = sewage_m3_d(served, parameters).astype(float) / M3_D_PER_L_S
    own = flow.groupby(served["sewer_id"]).apply(lambda part: part.sum(skipna=False))
    found: Floats = own.reindex(pipes, fill_value=0.0).to_numpy(float)
    return found


def _districts(network: _Network) -> list[Positions]:
    """Give the rows of each set of mixed sewers that hang together, the longest first."""
    rows = np.flatnonzero(network.mixed)
    size = int(max(network.start.max(), network.end.max())) + 1
    ends = network.start[rows], network.end[rows]
    _, label = connected_components(
        coo_array((np.ones(len(rows)), ends), shape=(size, size)), directed=False
    )
    own = label[ends[0]]
    order = np.argsort(own, kind="stable")
    parts = np.split(rows[order], np.flatnonzero(np.diff(own[order])) + 1)
    return sorted(parts, key=lambda part: -network.length_m[part].sum())


def _common(lines: pd.DataFrame) -> dict[str, object]:
    """Say what is the same for all variants: where the district lies and where it leads."""
    longest = lines.groupby("county", dropna=False)["length_km"].sum().idxmax()
    plants = lines["wwtp_id"].dropna().unique()
    return {
        "county": None if pd.isna(longest) else longest,
        "wwtp_id": ";".join(map(str, plants)) or None,
        "pipes_count": len(lines),
        "mixed_km": float(lines["length_km"].sum()),
        "evidence": weakest(lines["evidence"].unique()),
    }


def _works(network: _Network, parameters: SewerParameters) -> _Works:
    """Size and price new sewers beside all old ones, and hold these against what is left them."""
    sizes, n = prices().sizes, parameters.roughness_n
    rain = _rain(network, parameters)
    sewage = design_flow_l_s(network.dry_l_s, infiltration_share=parameters.infiltration_share)
    sanitary = sanitary_sizes(sewage, network.slope, sizes, n)
    fill = rule("max_fill").at(network.diameter_mm)

    def short(flow_l_s: Floats, allowed: Floats | float) -> Floats:
        can = capacity_l_s(network.diameter_mm, network.slope, allowed, n)
        known = np.isfinite(can) & np.isfinite(flow_l_s)
        return np.where(known, np.where(flow_l_s > can, network.length_m, 0.0), np.nan)

    return _Works(
        rain.flow_l_s,
        {
            "new_sanitary": _yuan(network, sanitary, parameters),
            "new_storm": _yuan(network, rain.size, parameters),
        },
        {
            "keep": short(sewage + rain.flow_l_s, FULL),
            "new_sanitary": short(rain.flow_l_s, FULL),
            "new_storm": short(sewage, fill),
        },
    )


def _rain(network: _Network, parameters: SewerParameters) -> Drained:
    """Find what the rain brings to each combined sewer, and a storm sewer for it."""
    rows = np.flatnonzero(network.combined)
    found = drain(
        network.drained_ha[rows], network.length_m[rows], network.slope[rows],
        network.start[rows], network.end[rows],
        storm=storm_of(parameters), sizes=prices().sizes, roughness_n=parameters.roughness_n,
    )  # fmt: skip
    flow, size = np.full(len(network.start), np.nan), np.full(len(network.start), -1, np.int64)
    flow[rows], size[rows] = found
    return Drained(flow, size)


def _variants(
    network: _Network, rows: Positions, works: _Works, parameters: SewerParameters
) -> list[dict[str, object]]:
    """Add up the variants of one district."""
    combined = rows[network.combined[rows]]
    dry = float(network.dry_l_s[_outlets(network, rows)].sum())
    storm = float(works.rain_l_s[_outlets(network, combined)].sum()) if len(combined) else np.nan

    def variant(name: str, wet_l_s: float, overflow_l_s: float) -> dict[str, object]:
        lay_m, yuan, short = 0.0, 0.0, np.nan
        if name == "mend":
            price = parameters.mend_yuan_m
            yuan = np.nan if price is None else price * float(network.length_m[rows].sum())
        if name in works.yuan:
            lay_m = float(network.length_m[combined].sum())
            yuan = float(works.yuan[name][combined].sum())
        if name in works.short_m:
            short = float(works.short_m[name][combined].sum()) / M_PER_KM
        return {
            "variant": name, "lay_km": lay_m / M_PER_KM, "cost_10k_cny": yuan / YUAN_PER_10K,
            "dry_m3_d": dry * M3_D_PER_L_S, "wet_m3_d": wet_l_s * M3_D_PER_L_S,
            "storm_l_s": storm, "overflow_l_s": overflow_l_s, "short_km": short,
        }  # fmt: skip

    if not len(combined):  # how much rain wrong connections let in, no ledger says
        return [variant("keep", np.nan, np.nan), variant("mend", dry, 0.0)]
    spilt = float(np.maximum(storm - parameters.intercept_ratio * dry, 0.0))
    return [
        variant("keep", (1.0 + parameters.intercept_ratio) * dry, spilt),
        variant("new_sanitary", dry, 0.0),
        variant("new_storm", dry, 0.0),
    ]


def _outlets(network: _Network, rows: Positions) -> Positions:
    """Keep the pipes from which no other of the rows goes on."""
    return rows[~np.isin(network.end[rows], network.start[rows])]


def _yuan(network: _Network, size: Offsets, parameters: SewerParameters) -> Floats:
    """Price a new sewer beside each old one; NaN where it has no size."""
    table, depth = prices(), parameters.separate_depth_m
    laid = Sizes(*(column[size] for column in vars(table.sizes).values()))
    length, spacing = network.length_m, rule("manhole_spacing_m").at(laid.diameter_mm)
    manholes = np.ceil(length / spacing) * manhole_yuan(laid.diameter_mm, depth, table)
    return np.where(size < 0, np.nan, length * pipe_yuan_m(laid, depth, table) + manholes)
