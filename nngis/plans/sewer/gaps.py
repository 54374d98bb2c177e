"""Gaps: who lives too far from a sewer, or on one that leads to no plant."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.decide.rules import Rule, decide, holds
from nngis.plans.sewer.ledger_parameters import CLAUSE_3_10
from nngis.plans.sewer.service_parameters import ServiceParameters
from nngis.text import Text

GAP_COLUMNS = (
    *("name_zh", "county", "population", "population_low", "population_high", "people_basis"),
    *("settlement", "decision", "gap_reason", "sewer_id", "sewer_distance_m", "wwtp_id"),
    "evidence",
)

SERVED = Rule(
    "A74", CLAUSE_3_10, "covered", holds("served"), Text("附近有污水管。", "A sewer is near.")
)
NOT_SERVED = Rule(
    "A74", CLAUSE_3_10, "gap", holds("served"), Text("附近没有污水管。", "No sewer is near.")
)


def find_gaps(
    demand: gpd.GeoDataFrame,
    sewers: gpd.GeoDataFrame | None,
    belongs: pd.Series,
    parameters: ServiceParameters,
) -> gpd.GeoDataFrame:
    """Tell whom the sewers serve."""
    out = demand.assign(sewer_id=None, sewer_distance_m=np.nan, wwtp_id=None)
    if sewers is None:
        unknown = pd.Series(pd.NA, index=demand.index, dtype="boolean")
        out = out.assign(decision=_served(unknown), gap_reason="no_sewers")
        return out[[*GAP_COLUMNS, "geometry"]]
    leading = sewers[belongs.notna().to_numpy()]
    traced = leading if len(leading) else sewers
    near = _nearest(demand, traced)
    any_near = near if traced is sewers else _nearest(demand, sewers)
    served = near["distance_m"] <= parameters.served_within_m
    beside = any_near["distance_m"] <= parameters.served_within_m
    shown = near.where(served | ~beside, any_near)
    out["sewer_id"] = shown["sewer_id"].astype(object)
    out["sewer_distance_m"] = shown["distance_m"]
    out["wwtp_id"] = shown["sewer_id"].map(belongs).astype(object).where(served)
    out["decision"] = _served(served)
    reason = pd.Series("far", demand.index).mask(beside, "no_catchment")
    out["gap_reason"] = reason.mask(served).astype(object)
    return out[[*GAP_COLUMNS, "geometry"]]


def _served(served: pd.Series) -> pd.Series:
    return decide(served.to_frame("served"), [SERVED], NOT_SERVED)["decision"]


def _nearest(demand: gpd.GeoDataFrame, sewers: gpd.GeoDataFrame) -> pd.DataFrame:
    (rows, at), distance = sewers.sindex.nearest(
        demand.geometry, return_all=False, return_distance=True
    )
    found = pd.DataFrame(
        {"sewer_id": sewers.index.to_numpy(object)[at], "distance_m": distance},
        index=demand.index[rows],
    )
    return found.reindex(demand.index)


def gaps_by_county(gaps: pd.DataFrame) -> pd.DataFrame:
    """Add up people with and without a sewer by county."""
    county = gaps["county"].fillna("").astype(str)
    whole = gaps["population"].groupby(county).agg(["size"])
    whole["sum"] = gaps["population"].groupby(county).apply(lambda p: p.sum(skipna=False))
    unsure = gaps["decision"].eq("unknown")
    open_ = gaps["decision"].ne("covered")
    people = gaps["population"].mask(unsure).where(open_, 0.0)
    lost = people.groupby(county).apply(lambda p: p.sum(skipna=False))
    low = gaps["population_low"].where(open_ & ~unsure, 0.0).groupby(county).sum()
    high = gaps["population_high"].where(open_, 0.0).groupby(county).sum()
    out = pd.DataFrame(
        {
            "county": whole.index.to_numpy(object),
            "blocks_count": whole["size"].to_numpy(),
            "population": whole["sum"].to_numpy(),
            "gap_population": lost.to_numpy(float),
            "gap_population_low": low.to_numpy(float),
            "gap_population_high": high.to_numpy(float),
            "covered_share": (1 - lost / whole["sum"]).to_numpy(float),
        }
    )
    out.index = pd.Index([f"G{at:03d}" for at in range(1, len(out) + 1)], name="group_id")
    return out
