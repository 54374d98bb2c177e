"""Means of a raster over areas, by the exact share of each cell that an area covers."""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from nngis.arrays import Bools, Floats, Objects
from nngis.errors import LayerError


@dataclass(frozen=True)
class Field:
    """A north-up raster of a quantity that averages.

    Parameters
    ----------
    values : (r, c) float array
        Cells, the northern row first; NaN where there is no value.
    west, north : float
        Outer corner of the first cell, in the units of `crs`.
    step_x, step_y : float
        Size of a cell, above 0.
    crs : CRS
        The raster's CRS.
    """

    values: Floats
    west: float
    north: float
    step_x: float
    step_y: float
    crs: CRS


def zonal_means(field: Field, areas: gpd.GeoSeries) -> pd.DataFrame:
    """Average a raster over each area, weighted by the area that each cell covers of it.

    Most roofs hold no middle of a cell, and many lie wholly in one: these are looked up, the
    others go through exactextract.

    Parameters
    ----------
    field : Field
        The raster.
    areas : GeoSeries
        Polygons, in any CRS.

    Returns
    -------
    DataFrame
        On the areas' index: `mean` (missing where no cell with a value is touched) and
        `covered_share`, the part of the area that cells with a value cover.

    Raises
    ------
    LayerError
        If an area lies on several cells and exactextract is not installed.

    References
    ----------
    D. Baston, "exactextract", https://github.com/isciences/exactextract.

    Examples
    --------
    A square over two cells, a quarter of it in the first:

    >>> field = Field(np.array([[4.0, 8.0]]), 0.0, 1.0, 1.0, 1.0, CRS("EPSG:4547"))
    >>> square = gpd.GeoSeries([shapely.box(0.75, 0.0, 1.75, 1.0)], crs="EPSG:4547")
    >>> zonal_means(field, square)
       mean  covered_share
    0   7.0            1.0
    """
    shapes = np.asarray(areas.to_crs(field.crs).array, dtype=object)
    mean = np.full(len(shapes), np.nan)
    share = np.zeros(len(shapes))
    row, column, whole = _cells_of(field, shapes)
    found = field.values[row[whole], column[whole]]
    mean[whole] = found
    share[whole] = np.isfinite(found)
    rest = np.flatnonzero(~whole & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if rest.size:
        mean[rest], counts = _extract(field, shapes[rest])
        cells = shapely.area(shapes[rest]) / (field.step_x * field.step_y)
        share[rest] = np.divide(counts, cells, out=np.zeros(len(rest)), where=cells > 0)
    return pd.DataFrame(
        {"mean": mean, "covered_share": np.round(np.clip(share, 0.0, 1.0), 6)}, index=areas.index
    )


def _cells_of(
    field: Field, shapes: Objects
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Bools]:
    """Give the cell of each shape's corner, and whether the whole shape lies in that cell."""
    rows, columns = field.values.shape
    west, south, east, north = shapely.bounds(shapes).T
    known = np.isfinite(west)
    x0, x1 = ((side - field.west) / field.step_x for side in (west, east))
    y0, y1 = ((field.north - side) / field.step_y for side in (north, south))
    at = [np.floor(np.where(known, side, -1.0)).astype(np.intp) for side in (x0, x1, y0, y1)]
    whole = known & (at[0] == at[1]) & (at[2] == at[3])
    whole &= (at[0] >= 0) & (at[0] < columns) & (at[2] >= 0) & (at[2] < rows)
    return at[2], at[0], whole


def _extract(field: Field, shapes: Objects) -> tuple[Floats, Floats]:
    """Take mean and number of cells with a value from exactextract."""
    try:
        from exactextract import exact_extract, feature  # type: ignore[import-untyped]  # noqa: PLC0415 -- heavy
        from exactextract.raster import NumPyRasterSource  # type: ignore[import-untyped]  # noqa: PLC0415
    except ModuleNotFoundError:
        raise LayerError(
            "按屋顶统计栅格需要 exactextract；请运行 pip install exactextract"
            "（ARM 版 Linux 上需要编译器）。",
            "Means of a raster over roofs need exactextract; run pip install exactextract "
            "(on Linux for ARM it needs a compiler).",
            where="exactextract",
        ) from None

    words = field.crs.to_wkt()

    class One(feature.Feature):  # type: ignore[misc]
        """A polygon as bytes: exactextract's own way through GeoJSON takes twice the time."""

        def __init__(self, wkb: bytes = b"") -> None:
            super().__init__()
            self.wkb = wkb
            self.found: dict[str, float] = {}

        def geometry(self) -> bytes:
            return self.wkb

        def get(self, name: str) -> float:
            return self.found[name]

        def set(self, name: str, value: float) -> None:
            self.found[name] = value

        def fields(self) -> list[str]:
            return list(self.found)

    class Many(feature.FeatureSource):  # type: ignore[misc]
        """The polygons."""

        def count(self) -> int:
            return len(shapes)

        def __iter__(self) -> Iterator[One]:
            return map(One, shapely.to_wkb(shapes))

        def srs_wkt(self) -> str:
            return words

    rows, columns = field.values.shape
    source = NumPyRasterSource(
        field.values,
        xmin=field.west,
        ymin=field.north - rows * field.step_y,
        xmax=field.west + columns * field.step_x,
        ymax=field.north,
        srs_wkt=words,
    )
    table = exact_extract(source, Many(), ["mean", "count"], output="pandas")
    return table["mean"].to_numpy(np.float64), table["count"].to_numpy(np.float64)
