"""Raster files: GeoTIFF alone, and nothing beside it."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nngis.datasets.content import look_into
from nngis.datasets.drivers import NETWORK_OFF
from nngis.errors import LayerError, boundary


@contextmanager
def open_raster(path: Path) -> Iterator[Any]:
    """Open a GeoTIFF.

    Parameters
    ----------
    path : Path
        The file.

    Yields
    ------
    DatasetReader
        Of rasterio. Files beside it (.aux.xml, .ovr, .tfw) are not read.

    Raises
    ------
    LedgerError
        If it is no GeoTIFF.
    LayerError
        If it is damaged, or what is done with it fails, or it points to another file.
    """
    look_into(path, path)
    # Only rasters need it, and it takes a while.
    import rasterio  # type: ignore[import-untyped]  # noqa: PLC0415

    with (
        boundary(
            str(path),
            "读不到栅格：{}。请给出带坐标系的 GeoTIFF。",
            "The raster cannot be read: {}. Give a GeoTIFF that states its CRS.",
            error=LayerError,
        ),
        warnings.catch_warnings(),
        rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", **NETWORK_OFF),
    ):
        # rasterio multiplies affine matrices in a way that affine is about to drop.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(path.resolve(), driver="GTiff", sharing=False) as source:
            if source.tags(ns="OVERVIEWS"):
                raise LayerError(
                    "栅格引用了别处的金字塔文件，不予打开；请重新导出。",
                    "The raster refers to overviews elsewhere and is not opened; export it again.",
                    where=str(path),
                )
            yield source
