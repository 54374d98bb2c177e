"""Rasters as grids of one extent in the work CRS."""

import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pyproj import CRS

from nngis.errors import LayerError
from nngis.kernel.raster import Grid

CONTINUOUS = ("elevation",)  # averaged between cells; classes are taken from the nearest one


def read_grids(paths: Mapping[str, Path], crs: CRS) -> dict[str, Grid]:
    """Read rasters onto the grid of the last one, which is the one that was given.

    Parameters
    ----------
    paths : mapping of str to Path
        Files by role.
    crs : pyproj.CRS
        The work CRS.

    Returns
    -------
    dict of str to Grid
        Grids that share extent and cells; NaN where a file has no value.

    Raises
    ------
    LayerError
        If rasterio is not installed, or a file cannot be read or has no CRS.
    """
    try:
        # Only rasters need it, and it takes a while.
        import rasterio  # type: ignore[import-untyped]  # noqa: PLC0415
        from rasterio import enums, warp  # noqa: PLC0415
    except ImportError:
        raise LayerError(
            "读栅格需要 rasterio；请运行 pip install rasterio。",
            "Rasters need rasterio; run pip install rasterio.",
            where=", ".join(map(str, paths.values())),
        ) from None
    grids: dict[str, Grid] = {}
    try:
        with warnings.catch_warnings(), rasterio.open(list(paths.values())[-1]) as leading:
            # rasterio multiplies affine matrices in a way that affine is about to drop.
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            transform, width, height = warp.calculate_default_transform(
                leading.crs, crs.to_wkt(), leading.width, leading.height, *leading.bounds
            )
            for role, path in paths.items():
                how = "bilinear" if role in CONTINUOUS else "nearest"
                values = np.full((height, width), np.nan)
                with rasterio.open(path) as source:
                    warp.reproject(
                        rasterio.band(source, 1),
                        values,
                        dst_transform=transform,
                        dst_crs=crs.to_wkt(),
                        dst_nodata=np.nan,
                        resampling=enums.Resampling[how],
                    )
                grids[role] = Grid(values, transform.c, transform.f, transform.a)
    except (rasterio.errors.RasterioError, ValueError) as error:
        raise LayerError(
            f"读不到栅格：{error}。请给出带坐标系的 GeoTIFF。",
            f"The raster cannot be read: {error}. Give a GeoTIFF that states its CRS.",
            where=", ".join(map(str, paths.values())),
        ) from None
    return grids
