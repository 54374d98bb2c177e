"""The programme by county: kilometres to build and people they join, beside what is done."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Floats
from nngis.decide.counties import county_of
from nngis.plans.sewer.ledger_parameters import LedgerParameters
from nngis.units import M_PER_KM

WORKS = ("build_km", "defer_km", "build_people", "target_share")


def county_of_pipes(pipes: gpd.GeoDataFrame, counties: gpd.GeoDataFrame | None) -> pd.Series:
    """Name the county of each pipe by its middle.

    Parameters
    ----------
    pipes : GeoDataFrame
        Lines.
    counties : GeoDataFrame or None
        Polygons with `name_zh`.

    Returns
    -------
    Series of str
        On the pipes' index; missing where no county is known.
    """
    if counties is None or pipes.empty:
        return pd.Series(None, pipes.index, dtype=object)
    return county_of(pipes.set_geometry(pipes.geometry.interpolate(0.5, normalized=True)), counties)


def with_works(
    by_county: pd.DataFrame,
    order: pd.DataFrame,
    connections: pd.DataFrame,
    county: tuple[pd.Series, pd.Series],
    parameters: LedgerParameters,
) -> pd.DataFrame:
    """Set what the programme builds beside what each county has done.

    Parameters
    ----------
    by_county : DataFrame
        As `progress_tables` has it.
    order : DataFrame
        New pipes in their order, as `put_in_order` has it.
    connections : DataFrame
        By demand: the `pipe_id` it joins, and its `people`.
    county : pair of Series
        The county of each pipe and of each demand.
    parameters : LedgerParameters
        The target of the whole city.

    Returns
    -------
    DataFrame
        With `WORKS`: kilometres in time and put off, people joined in time, and what is done as a
        share of the city's target. Not known where nothing is laid out.
    """
    names = by_county["county"]
    km = order["length_m"].astype(float) / M_PER_KM
    sums = {
        word: km[order["decision"].eq(word)].groupby(county[0]).sum() for word in ("build", "defer")
    }
    in_time = connections["pipe_id"].isin(order.index[order["decision"].eq("build")])
    people = connections.loc[in_time, "people"].astype(float).groupby(county[1]).sum()
    known = len(order) > 0 and bool(county[0].notna().any())

    def placed(found: pd.Series) -> Floats | float:
        return found.reindex(names, fill_value=0.0).to_numpy(float) if known else np.nan

    return by_county.assign(
        build_km=placed(sums["build"]),
        defer_km=placed(sums["defer"]),
        build_people=placed(people),
        target_share=by_county["done_km"] / (parameters.sewer_target_km or np.nan),
    )
