"""Read the layers of vector files: GeoPackage, GeoJSON, FlatGeobuf, GeoParquet, Geodatabase."""

import warnings
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

from nngis.budgets import ROWS, VERTICES, budget, check_time, over_budget
from nngis.datasets.parquet import open_parquet, read_parquet
from nngis.datasets.vector import describe_layer, list_layers, read_columns, read_layer
from nngis.errors import LedgerError
from nngis.ledger.crs_names import crs_name_in
from nngis.ledger.exact import with_exact_integers
from nngis.ledger.part import Part
from nngis.ledger.table import Cell, RawTable
from nngis.text import Text

VECTORS = {".gpkg", ".geojson", ".json", ".fgb", ".parquet", ".geoparquet", ".gdb"}
VECTORS |= {".geojsonl", ".geojsons"}  # a feature a line
_STYLES = {
    "layer_styles",
    "provenance",
    "rejects",
    "doubts",
    "duplicates",
}  # tables that are no ledgers


def read_vector(path: Path) -> list[Part]:
    """Read every layer of a vector file."""
    kind = path.suffix.lower()
    if kind in (".parquet", ".geoparquet"):
        return [part_of(_read_parquet(path), path, "")]
    return read_layers(path, path)


def read_layers(
    path: Path,
    said: Path,
    *,
    only: Collection[str] = (),
    **options: Any,  # noqa: ANN401 -- of GDAL
) -> list[Part]:
    """Read the layers of a file through GDAL: those named, or all that may be ledgers."""
    parts = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        names = list_layers(path, said=said)
        for name in names:
            if name in only or (not only and name not in _STYLES):
                check_time()
                frame = _read_layer(path, name, said, **options)
                part = part_of(frame, said, name if len(names) > 1 else "")
                parts.append(replace(part, crs_name=crs_name_in(path, name)))
    notes = [str(one.message) for one in caught if issubclass(one.category, RuntimeWarning)]
    if not parts:
        raise LedgerError(
            "文件中没有图层；请检查是否选错了文件。",
            "The file holds no layer; check that it is the right one.",
            where=str(said),
        )
    said_by_gdal = tuple(Text(f"GDAL：{note}", f"GDAL: {note}") for note in dict.fromkeys(notes))
    return [replace(part, notes=(*part.notes, *said_by_gdal)) for part in parts]


def _read_layer(path: Path, name: str, said: Path, **options: Any) -> pd.DataFrame:  # noqa: ANN401
    info = describe_layer(path, name, said=said, **options)
    over_budget("rows", info["features"], budget("rows", ROWS), str(said), LedgerError)
    frame = read_layer(path, name, said=said, **options)
    whole = [
        str(column)
        for column, kind in zip(info["fields"], info["dtypes"], strict=True)
        if str(kind).startswith("int")
    ]
    return with_exact_integers(
        frame, whole, lambda columns: read_columns(path, name, columns, said=said, **options)
    )


def part_of(frame: pd.DataFrame, path: Path, layer: str, **cut: Any) -> Part:  # noqa: ANN401
    """Turn a frame into a table of cells and its geometries.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Features.
    path : Path
        The file they come from.
    layer : str
        Name of the layer; empty where the file has but one.
    **cut
        `names_cut` and `encoding` of the table.

    Returns
    -------
    Part
        Rows numbered from 1 below a header that stands in no row of the file.
    """
    over_budget("rows", len(frame), budget("rows", ROWS), str(path), LedgerError)
    geometry = None
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
        geometry = frame.geometry.copy()
        vertices = int(shapely.get_num_coordinates(geometry.to_numpy()).sum())
        over_budget("vertices", vertices, budget("vertices", VERTICES), str(path), LedgerError)
        geometry.index = pd.RangeIndex(1, len(frame) + 1)
        frame = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    columns = [_cells(frame.iloc[:, at]) for at in range(frame.shape[1])]
    rows: list[list[Cell]] = [list(map(str, frame.columns))]
    rows += [list(row) for row in zip(*columns, strict=True)] if columns else [[]] * len(frame)
    return Part(RawTable(path.name, layer, rows, first_row=0, **cut), geometry)


def without_empty_columns(part: Part) -> Part:
    """Leave out columns that hold nothing: a format has them whether or not anybody fills them."""
    header, *rows = part.table.rows
    used = [at for at in range(len(header)) if any(row[at] not in (None, "") for row in rows)]
    kept = [[row[at] for at in used] for row in (header, *rows)]
    return replace(part, table=replace(part.table, rows=kept))


def _cells(column: pd.Series) -> list[Cell]:
    listed = column.astype(object)
    return list(listed.where(listed.notna(), None))


def _read_parquet(path: Path) -> pd.DataFrame:
    frame = read_parquet(path)
    with open_parquet(path) as file:
        schema = file.schema_arrow
        whole = [column.name for column in schema if pa.types.is_integer(column.type)]
        return with_exact_integers(
            frame, whole, lambda columns: file.read(columns=columns).to_pydict()
        )
