"""Open a vector file as a table of cells and a geometry for each row."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from nngis.errors import LedgerError
from nngis.ledger.table import RawTable

VECTORS = {".gpkg", ".geojson", ".json", ".shp", ".fgb", ".kml"}


def read_vector(path: Path) -> tuple[RawTable, gpd.GeoSeries]:
    """Read the first layer of a vector file.

    Parameters
    ----------
    path : Path
        GeoPackage, GeoJSON, shapefile, FlatGeobuf or KML.

    Returns
    -------
    RawTable
        Its attributes below a header row.
    GeoSeries
        Its geometries in WGS84, indexed by the row numbers of the table.

    Raises
    ------
    LedgerError
        If the file is missing, damaged, empty, or does not say its CRS.
    """
    if not path.is_file():
        raise LedgerError(
            "文件不存在；请检查路径。", "There is no such file; check the path.", where=str(path)
        )
    try:
        frame = pyogrio.read_dataframe(path)
    except (DataSourceError, DataLayerError) as error:
        raise LedgerError(
            f"无法作为矢量文件打开（{error}）；请重新导出。",
            f"Cannot be opened as a vector file ({error}); export it again.",
            where=str(path),
        ) from None
    if len(frame) == 0 or "geometry" not in frame:
        raise LedgerError(
            "文件中没有图形；请检查是否选错了文件。",
            "The file holds no geometry; check that it is the right one.",
            where=str(path),
        )
    if frame.crs is None:
        raise LedgerError(
            "文件没有说明坐标参考系（shapefile 需要 .prj）；请补上后再导入。",
            "The file does not say its CRS (a shapefile needs its .prj); add it.",
            where=str(path),
        )
    attributes = frame.drop(columns="geometry").astype(object)
    attributes = attributes.where(pd.notna(attributes), None)
    rows = [list(attributes.columns), *attributes.to_numpy().tolist()]
    geometry = frame.geometry.to_crs("EPSG:4326")
    geometry.index = pd.RangeIndex(2, len(frame) + 2)
    return RawTable(path.name, "", rows), geometry
