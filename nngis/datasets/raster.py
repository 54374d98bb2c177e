"""Raster files: GeoTIFF alone, and nothing beside it."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np

from nngis.arrays import Floats
from nngis.budgets import CELLS, budget, check_time, over_budget, time_budget
from nngis.datasets.content import look_into
from nngis.datasets.drivers import NETWORK_OFF
from nngis.errors import LayerError, boundary

UNPACKED = 2_000_000_000  # bytes that GDAL unpacks for the cells that are wanted
AT_ONCE = 2_000_000  # cells between two looks at the clock
CACHE_MB = 64


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
        If it is damaged, or what is done with it fails, or it points to another file, or takes
        more seconds than its budget has.
    """
    look_into(path, path)
    # Only rasters need it, and it takes a while.
    import rasterio  # type: ignore[import-untyped]  # noqa: PLC0415

    with (
        time_budget(str(path), LayerError),
        boundary(
            str(path),
            "读不到栅格：{}。请给出带坐标系的 GeoTIFF。",
            "The raster cannot be read: {}. Give a GeoTIFF that states its CRS.",
            error=LayerError,
        ),
        warnings.catch_warnings(),
        rasterio.Env(
            GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_CACHEMAX=CACHE_MB, **NETWORK_OFF
        ),
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


def read_band(source: Any, band: int, window: Any) -> Floats:  # noqa: ANN401 -- of rasterio
    """Read a window of one band, row by row, within the budgets of cells, bytes and seconds.

    Parameters
    ----------
    source : DatasetReader
        As `open_raster` gives it.
    band : int
        Which band, from 1.
    window : Window
        Of rasterio, in whole cells, within the raster.

    Returns
    -------
    (r, c) float array
        Values scaled as the file states; NaN where it says that there is none.

    Raises
    ------
    LayerError
        If a budget is gone over.
    """
    from rasterio.windows import Window  # type: ignore[import-untyped]  # noqa: PLC0415 -- heavy

    left, top = round(window.col_off), round(window.row_off)
    width, height = round(window.width), round(window.height)
    check_cells(source, height * width)
    check_unpacked(source, band, (left, top, left + width, top + height))
    found = np.empty((height, width))
    rows = max(1, AT_ONCE // max(width, 1))
    for start in range(0, height, rows):
        check_time()
        part = Window(left, top + start, width, min(rows, height - start))
        cells = source.read(band, window=part, masked=True)
        found[start : start + rows] = cells.astype(float).filled(np.nan)
    found *= source.scales[band - 1]
    found += source.offsets[band - 1]
    return found


def check_cells(source: Any, cells: int) -> None:  # noqa: ANN401 -- of rasterio
    """Refuse more cells than the budget has.

    Parameters
    ----------
    source : DatasetReader
        As `open_raster` gives it.
    cells : int
        How many are wanted.

    Raises
    ------
    LayerError
        If they are too many.
    """
    over_budget("cells", cells, budget("cells", CELLS), source.name, LayerError)


def check_unpacked(source: Any, band: int, box: tuple[float, float, float, float]) -> None:  # noqa: ANN401
    """Refuse a part of a raster that lies in blocks of more bytes than the budget has.

    A window of few cells may lie in a strip of millions, and beside each cell those of all other
    bands.

    Parameters
    ----------
    source : DatasetReader
        As `open_raster` gives it.
    band : int
        Which band, from 1.
    box : tuple of float
        First column and row, last column and row of the part.

    Raises
    ------
    LayerError
        If there are too many bytes.
    """
    high, wide = source.block_shapes[band - 1]
    left, top = max(floor(box[0] / wide), 0), max(floor(box[1] / high), 0)
    right = ceil(min(box[2], source.width) / wide)
    bottom = ceil(min(box[3], source.height) / high)
    blocks = max(right - left, 0) * max(bottom - top, 0)
    beside = source.count if "PIXEL" in f"{source.interleaving}".upper() else 1
    size = np.dtype(source.dtypes[band - 1]).itemsize
    unpacked = blocks * high * wide * beside * size
    over_budget("bytes", unpacked, budget("bytes", UNPACKED), source.name, LayerError)
