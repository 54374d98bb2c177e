"""Catchments: which sewers lead to which plant, who lives on them, how strong their sewage is."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.network.tracing import trace_from
from nngis.plans.sewer.parameters import SewerParameters

CATCHMENT_COLUMNS = (
    *("name_zh", "county", "upstream_km", "pipes_count", "population", "influent_bod_mg_l"),
    *("abnormal", "capacity_m3_d", "load_m3_d", "load_basis", "spare_m3_d", "load_share"),
)


def foul_sewers(sewers: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    """Keep the sewers that carry sewage."""
    if sewers is None:
        return None
    kind = sewers.get("sewer_kind", pd.Series(None, sewers.index, dtype=object))
    kept = sewers[kind.ne("storm").to_numpy() & ~sewers.geometry.isna().to_numpy()]
    return kept if len(kept) else None


def trace_plants(
    sewers: gpd.GeoDataFrame | None, plants: gpd.GeoDataFrame | None
) -> tuple[pd.DataFrame, pd.Series]:
    """Trace the sewers upstream of every plant."""
    if sewers is None or plants is None:
        index = pd.Index([]) if plants is None else plants.index
        found = pd.DataFrame({"upstream_km": np.nan, "pipes_count": np.nan}, index=index)
        own = pd.Index([]) if sewers is None else sewers.index
        return found, pd.Series(None, index=own, dtype=object)
    found, belongs = trace_from(plants, sewers)
    return found, belongs.reindex(sewers.index)


def catchment_table(
    plants: gpd.GeoDataFrame,
    found: pd.DataFrame,
    people: pd.Series,
    sewage_m3_d: pd.Series,
    parameters: SewerParameters,
) -> pd.DataFrame:
    """Hold the load of every plant against its capacity."""
    nothing = pd.Series(None, index=plants.index, dtype=object)

    def number(name: str) -> pd.Series:
        return pd.to_numeric(plants.get(name, nothing)).astype(float)

    treated, capacity, bod = (
        number(name) for name in ("treated_m3_d", "capacity_m3_d", "influent_bod_mg_l")
    )
    mine = people.reindex(plants.index).astype(float)
    of_people = sewage_m3_d.reindex(plants.index).astype(float)
    load = treated.fillna(of_people)
    basis = pd.Series("treated", plants.index).where(treated.notna(), "people")
    out = pd.DataFrame(
        {
            "name_zh": plants.get("name_zh", nothing),
            "county": plants.get("county_stated", plants.get("county", nothing)),
            "upstream_km": found["upstream_km"].reindex(plants.index),
            "pipes_count": found["pipes_count"].reindex(plants.index).astype("Int64"),
            "population": mine,
            "influent_bod_mg_l": bod,
            "abnormal": (bod < parameters.least_bod_mg_l).astype("boolean").mask(bod.isna()),
            "capacity_m3_d": capacity,
            "load_m3_d": load,
            "load_basis": basis.where(load.notna()),
            "spare_m3_d": capacity - load,
            "load_share": load / capacity.where(capacity > 0),
        },
        index=plants.index,
    )
    return out[list(CATCHMENT_COLUMNS)]


def catchment_areas(
    sewers: gpd.GeoDataFrame | None, belongs: pd.Series, within_m: float
) -> gpd.GeoSeries:
    """Draw the ground that each plant's sewers serve."""
    if sewers is None or not belongs.notna().any():
        return gpd.GeoSeries([], index=pd.Index([], dtype=object), crs=None)
    lines = gpd.GeoDataFrame({"wwtp_id": belongs}, geometry=sewers.geometry, crs=sewers.crs)
    return lines.dropna(subset=["wwtp_id"]).dissolve("wwtp_id").buffer(within_m).simplify(1.0)
