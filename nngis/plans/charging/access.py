"""Access by capacity: piles that a vehicle can count on, shared with all others within reach."""

import numpy as np
import pandas as pd

from nngis.solvers.links import positions

PER_THOUSAND = 1000.0


def floating_catchment(links: pd.DataFrame, weight: pd.Series, piles: pd.Series) -> pd.Series:
    """Share each station's piles among the vehicles in its catchment, and add up what each has.

    Examples
    --------
    Two points of 100 and 300 vehicles share 8 piles, 20 to the thousand; the second has 3 more
    to itself, 10 to the thousand:

    >>> links = pd.DataFrame({"demand_id": ["a", "b", "b"], "facility_id": ["x", "x", "y"],
    ...                       "distance_m": [1.0, 1.0, 1.0]})
    >>> floating_catchment(links, pd.Series({"a": 100.0, "b": 300.0}),
    ...                    pd.Series({"x": 8.0, "y": 3.0})).tolist()
    [20.0, 30.0]
    """
    # W. Luo and F. Wang, "Measures of spatial accessibility to health care in a GIS environment",
    # Environment and Planning B 30 (2003): the two-step floating catchment area method.
    demand_at, station_at = positions(links, weight.index, piles.index)
    load = weight.fillna(0.0).to_numpy(float)
    supply = piles.fillna(0.0).to_numpy(float)
    catchment = np.bincount(station_at, load[demand_at], minlength=len(piles))
    ratio = np.divide(supply, catchment, out=np.zeros(len(piles)), where=catchment > 0)
    found = np.bincount(demand_at, ratio[station_at], minlength=len(weight))
    return pd.Series(found * PER_THOUSAND, index=weight.index)


def piles_by_county(
    points: pd.DataFrame, stations: pd.DataFrame, counties: pd.Series
) -> pd.DataFrame:
    """Set piles against vehicles, county by county."""
    sums = points.groupby("county")[["population", "nev_count"]].sum()
    out = sums.reindex(pd.Index(counties, name="county"))
    out["stations_count"] = stations["county"].value_counts().reindex(out.index, fill_value=0)
    for name in ("piles_count", "fast_piles_count", "slow_piles_count"):
        known = (
            pd.to_numeric(stations[name], errors="coerce")
            if name in stations
            else pd.Series(np.nan, stations.index)
        )
        out[name] = known.groupby(stations["county"]).sum(min_count=1).reindex(out.index)
    out["vehicle_per_pile"] = out["nev_count"] / out["piles_count"].where(out["piles_count"] > 0)
    return out
