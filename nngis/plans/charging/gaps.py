"""Gap areas: where people live beyond the reach of any station, as polygons with the people."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from nngis.units import M2_PER_KM2

NEIGHBOUR = 1.5  # cells that touch at a side or a corner
COLUMNS = ("county", "demand_count", "population", "nev_count", "weight", "area_km2", "nearest_m")


def gap_areas(
    points: gpd.GeoDataFrame, uncovered: pd.Series, nearest_m: pd.Series, cell_m: float
) -> gpd.GeoDataFrame:
    """Join the cells in which somebody is beyond reach into areas.

    Examples
    --------
    >>> at = gpd.GeoDataFrame(
    ...     {"county": "x", "population": [10.0, 5.0, 1.0], "nev_count": 0.0,
    ...      "weight": [1.0, 0.5, 0.1]}, index=["a", "b", "c"],
    ...     geometry=gpd.points_from_xy([500, 1500, 9500], [500, 500, 500]), crs="EPSG:4547")
    >>> found = gap_areas(at, pd.Series(True, at.index), pd.Series(9e3, at.index), 1000.0)
    >>> found["population"].tolist(), found.area.tolist()
    ([15.0, 1.0], [2000000.0, 1000000.0])
    """
    held = ["county", "population", "nev_count", "weight"]
    lacks = uncovered.to_numpy(bool)
    away = pd.DataFrame({name: points[name].array[lacks] for name in held}, points.index[lacks])
    if away.empty:
        empty = pd.DataFrame({name: [] for name in COLUMNS}, index=pd.Index([], name="gap_id"))
        return gpd.GeoDataFrame(empty, geometry=[], crs=points.crs)
    xy = points.geometry[lacks].get_coordinates().to_numpy()
    cell = np.floor(xy / cell_m).astype(np.int64)
    cells, at = np.unique(cell, axis=0, return_inverse=True)
    at = at.ravel()
    pairs = KDTree(cells).query_pairs(NEIGHBOUR, output_type="ndarray")
    joined = sparse.coo_matrix((np.ones(len(pairs)), pairs.T), shape=(len(cells), len(cells)))
    _, area = connected_components(joined, directed=False)
    low = cells * cell_m
    squares = shapely.box(low[:, 0], low[:, 1], low[:, 0] + cell_m, low[:, 1] + cell_m)
    order = np.argsort(area, kind="stable")
    parts = np.split(squares[order], np.flatnonzero(np.diff(area[order])) + 1)
    shapes = gpd.GeoSeries([shapely.union_all(one) for one in parts], crs=points.crs)
    part = pd.Series(area[at], away.index)
    sums = away[["population", "nev_count", "weight"]].groupby(part).sum()
    heaviest = away["weight"].fillna(0.0).groupby(part).idxmax()
    out = gpd.GeoDataFrame(
        {
            "county": away["county"].reindex(heaviest).to_numpy(),
            "demand_count": part.value_counts().reindex(sums.index),
            **sums,
            "nearest_m": nearest_m.reindex(away.index).groupby(part).max(),
        },
        geometry=gpd.GeoSeries(shapes.reindex(sums.index), crs=points.crs),
        crs=points.crs,
    )
    out["area_km2"] = out.area / M2_PER_KM2
    order = np.lexsort((out.index, -out["weight"].fillna(0.0)))
    out = out.iloc[order]
    out.index = pd.Index([f"G{one:03d}" for one in range(1, len(out) + 1)], name="gap_id")
    return out[[*COLUMNS, "geometry"]]
