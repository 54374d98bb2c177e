"""Elevation: the 30 arc-second grid out of meteva, as a small GeoTIFF."""

import io
from pathlib import Path

import h5py
import numpy as np
import rasterio
from rasterio.transform import from_origin

from recipe import box, packages

GRID = "meteva/resources/stations/dem_0.00833.nc"
SOUTH = 22.0
NO_DATA = -32768


def elevation(layers: Path) -> None:
    """Write elevation.tif.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    with h5py.File(io.BytesIO(packages.member(packages.METEVA, GRID))) as source:
        lat, lon = source["lat"][:], source["lon"][:]
        rows = np.flatnonzero((lat >= SOUTH) & (lat <= box.NORTH))
        columns = np.flatnonzero((lon >= box.WEST) & (lon <= box.EAST))
        # lat runs from south to north in the source, an image from north to south.
        cells = source["data0"][0, 0, 0, 0, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    step = float(lon[1] - lon[0])
    corner = from_origin(lon[columns[0]] - step / 2, lat[rows[-1]] + step / 2, step, step)
    with rasterio.open(
        layers / "elevation.tif",
        "w",
        driver="GTiff",
        width=len(columns),
        height=len(rows),
        count=1,
        dtype="int16",
        crs="EPSG:4326",
        transform=corner,
        nodata=NO_DATA,
        compress="deflate",
        predictor=2,
        zlevel=9,
    ) as target:
        target.write(np.asarray(cells[::-1], "int16"), 1)
