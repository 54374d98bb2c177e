"""Which rows have a place: a geometry that is neither missing nor empty."""

from typing import TypeVar

import geopandas as gpd
import pandas as pd
import shapely

Rows = TypeVar("Rows", gpd.GeoDataFrame, gpd.GeoSeries)


def has_place(rows: gpd.GeoDataFrame | gpd.GeoSeries) -> pd.Series:
    """Say which rows have a place.

    Parameters
    ----------
    rows : GeoDataFrame or GeoSeries
        Any geometries.

    Returns
    -------
    Series of bool
        On their index. (`isna` of geopandas means the missing ones alone, and warns of the empty.)

    Examples
    --------
    >>> has_place(gpd.GeoSeries([shapely.Point(1, 2), shapely.Point(), None])).tolist()
    [True, False, False]
    """
    shape = rows.geometry.to_numpy()
    return pd.Series(~(shapely.is_missing(shape) | shapely.is_empty(shape)), rows.index)


def with_place(rows: Rows) -> Rows:
    """Keep the rows that have a place.

    Parameters
    ----------
    rows : GeoDataFrame or GeoSeries
        Any geometries.

    Returns
    -------
    GeoDataFrame or GeoSeries
        Those of them.
    """
    return rows[has_place(rows).to_numpy()]
