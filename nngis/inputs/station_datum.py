"""Stations drawn in another datum than the roads: found by the roads, and moved into place."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nngis.arrays import Floats
from nngis.crs import Datum, lonlat_to_work, to_wgs84, work_to_lonlat
from nngis.crs.place import has_place
from nngis.ledger.datums import infer_datum
from nngis.ledger.references import References

# An operator with fewer stations is tested with the others: few points fit anywhere.
FEWEST_OF_ONE = 20
# Roads farther than this from all stations say nothing of them, whatever the datum.
_AROUND_M = 5_000.0
MENDED = ("gcj02", "bd09")


def mend_datum(stations: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Move stations that lie in GCJ-02 or BD-09 among roads in WGS84.

    Stations stand at roads. Each operator's rows (those of small operators, and rows without one,
    together) are held against the roads as they are, as if GCJ-02 and as if BD-09, by the test
    that ledgers go through (`nngis.ledger.datums.infer_datum`): a datum is believed only if the
    roads fit it far better than the others and than some three hundred other displacements.
    Where roads are everywhere, or stations few, nothing stands out and nothing is moved.
    """
    found = pd.Series(pd.NA, index=stations.index, dtype="string")
    moved_m = pd.Series(np.nan, index=stations.index)
    placed = np.flatnonzero(has_place(stations).to_numpy())
    references = _references(stations, roads)
    if references is None or stations.iloc[placed].geom_type.ne("Point").any():
        return stations.assign(datum_found=found, moved_m=moved_m)
    here = stations.iloc[placed]
    x, y = here.geometry.x.to_numpy(copy=True), here.geometry.y.to_numpy(copy=True)
    lon, lat = work_to_lonlat(x, y, stations.crs)
    for rows in _batches(here):
        verdict = infer_datum(lon[rows], lat[rows], pd.DataFrame(index=rows), references)
        if verdict.datum not in MENDED:
            continue
        new_x, new_y = _moved(lon[rows], lat[rows], verdict.datum, stations)
        moved_m.iloc[placed[rows]] = np.hypot(new_x - x[rows], new_y - y[rows])
        found.iloc[placed[rows]] = verdict.datum
        x[rows], y[rows] = new_x, new_y
    shapes = stations.geometry.copy()
    shapes.iloc[placed] = gpd.points_from_xy(x, y, crs=stations.crs)
    return stations.set_geometry(shapes).assign(datum_found=found, moved_m=moved_m)


def _references(stations: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> References | None:
    """Gather the roads near the stations; None where there are none."""
    west, south, east, north = stations.total_bounds
    around = shapely.box(west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M)
    near = roads.iloc[roads.sindex.query(around)]
    if near.empty or stations.empty:
        return None
    box = gpd.GeoDataFrame({"name_zh": [""]}, geometry=[around], crs=stations.crs).to_crs(4326)
    none = gpd.GeoDataFrame({"name_zh": []}, geometry=[], crs=4326)
    towns = none.assign(adcode="", west=0.0, south=0.0, east=0.0, north=0.0)
    return References(
        counties=box,
        townships=towns,
        roads=near[["geometry"]].to_crs(4326),
        sites=none,
        places=none,
    )


def _batches(stations: gpd.GeoDataFrame) -> list[npt.NDArray[np.intp]]:
    """Part the rows by operator, small operators together."""
    if "operator" not in stations:
        return [np.arange(len(stations))]
    code = pd.factorize(stations["operator"], sort=True)[0]
    size = np.bincount(code + 1, minlength=1)
    size[0] = 0
    code = np.where(size[code + 1] >= FEWEST_OF_ONE, code, -1)
    return [np.flatnonzero(code == one) for one in np.unique(code)]


def _moved(
    lon: Floats, lat: Floats, datum: Datum | None, stations: gpd.GeoDataFrame
) -> tuple[Floats, Floats]:
    true_lon, true_lat = to_wgs84(lon, lat, datum or "wgs84")
    return lonlat_to_work(true_lon, true_lat, stations.crs)
