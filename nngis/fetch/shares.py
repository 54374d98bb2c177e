"""Shares of a class in blocks of a raster's cells: what a map of ten metres says at a hundred."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import CRS, Geod, Transformer

from nngis.arrays import Floats
from nngis.crs.extent import Box
from nngis.fetch.http import Network
from nngis.fetch.place import place_of
from nngis.fetch.troubles import trouble
from nngis.fetch.windows import opened_gdal
from nngis.units import M2_PER_KM2

WGS84 = "EPSG:4326"
M_PER_DEG = 111_320.0  # of latitude, to choose a block's size by; areas are measured exactly
BLOCKS_AT_ONCE = 32


@dataclass(frozen=True)
class Blocks:
    """Shares of a class in blocks.

    Parameters
    ----------
    share : (h, w) float array
        Share of the known cells that are of the class; NaN where no cell is known.
    west, north : float
        Upper left corner, in the CRS.
    width, height : float
        Of a block, in the CRS; positive.
    crs : str
        The CRS.
    """

    share: Floats
    west: float
    north: float
    width: float
    height: float
    crs: str

    def size_m(self) -> tuple[float, float]:
        """Measure a block in the middle."""
        if not CRS(self.crs).is_geographic:
            return self.width, self.height
        middle = self.north - self.height * len(self.share) / 2
        return self.width * M_PER_DEG * np.cos(np.radians(middle)), self.height * M_PER_DEG

    def area_km2(self) -> Floats:
        """Measure the blocks of each row on the ellipsoid."""
        rows = self.share.shape[0]
        if not CRS(self.crs).is_geographic:
            return np.full((rows, 1), self.width * self.height / M2_PER_KM2)
        globe = Geod(ellps="WGS84")
        x = np.array([0.0, self.width, self.width, 0.0])
        found = [
            abs(globe.polygon_area_perimeter(x, [top - self.height] * 2 + [top] * 2)[0])
            for top in self.north - self.height * np.arange(rows)
        ]
        return np.array(found).reshape(-1, 1) / M2_PER_KM2


def block_shares(
    path: Path, box: Box, *, classes: tuple[int, int], block_m: float, network: Network
) -> Blocks:
    """Count a class in the blocks over a box, strip by strip."""
    with opened_gdal(network) as rasterio:
        try:
            with rasterio.open(path, driver="GTiff") as source:
                return _counted(source, box, classes, block_m)
        except (rasterio.errors.RasterioError, ValueError) as error:
            raise trouble(
                f"读不到栅格：{error}。",
                f"The raster cannot be read: {error}.",
                place_of(str(path)),
            ) from error


def _counted(source: Any, box: Box, classes: tuple[int, int], block_m: float) -> Blocks:  # noqa: ANN401
    from rasterio.windows import Window, from_bounds  # type: ignore[import-untyped]  # noqa: PLC0415

    crs = source.crs.to_string()
    to_own = Transformer.from_crs(WGS84, crs, always_xy=True)
    bounds = to_own.transform_bounds(*box)
    (top, bottom), (left, right) = from_bounds(*bounds, transform=source.transform).toranges()
    cell, line = source.transform.a, -source.transform.e
    cell_m = line * M_PER_DEG if source.crs.is_geographic else line
    side = max(1, round(block_m / cell_m))
    # Blocks begin at whole multiples of their size, so that a larger area gives the same ones.
    left, top = (max(0, int(np.floor(round(at, 3))) // side * side) for at in (left, top))
    right = min(source.width, int(np.ceil(round(right, 3))))
    bottom = min(source.height, int(np.ceil(round(bottom, 3))))
    columns, rows = (max(0, -(-length // side)) for length in (right - left, bottom - top))
    share = np.full((rows, columns), np.nan)
    value, unknown = classes
    for first in range(0, rows, BLOCKS_AT_ONCE):
        count = min(BLOCKS_AT_ONCE, rows - first)
        window = Window(left, top + first * side, columns * side, count * side)
        cells = source.read(1, window=window, boundless=True, fill_value=unknown)
        known = cells != unknown
        shape = (count, side, columns, side)
        hits = (cells == value).reshape(shape).sum(axis=(1, 3))
        of = known.reshape(shape).sum(axis=(1, 3))
        share[first : first + count] = np.divide(
            hits, of, out=np.full(hits.shape, np.nan), where=of > 0
        )
    west, north = source.transform * (left, top)
    return Blocks(share, west, north, cell * side, line * side, crs)
