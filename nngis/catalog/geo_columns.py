"""The geometry of a parquet table, whatever its writer left out or called otherwise."""

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS

from nngis.errors import LayerError

DEGREES = "OGC:CRS84"  # what GeoParquet says of a file that says nothing
# Names that programs give a column of WKB where the file does not say which it is.
NAMES = ("geometry", "geom", "the_geom", "wkb_geometry", "wkb", "shape", "geography")


def geometry_columns(schema: Any) -> list[str]:  # noqa: ANN401 -- pyarrow has no types
    """Name the columns of a parquet file in which geometry may lie.

    Parameters
    ----------
    schema : pyarrow.Schema
        Of the file.

    Returns
    -------
    list of str
        Those that the file says, and those that bear a usual name.
    """
    said = _about(schema.metadata).get("columns", {})
    return [name for name in schema.names if name in said or name.lower() in NAMES]


def frame_of(table: Any, where: str) -> gpd.GeoDataFrame:  # noqa: ANN401 -- pyarrow has no types
    """Make a frame of a table, its geometry the primary one."""
    about = _about(table.schema.metadata)
    columns = about.get("columns", {})
    name = _primary(table, about)
    if name is None:
        raise LayerError(
            "文件没有图形列（GeoParquet，或名为 geometry、geom、wkb 的 WKB 列）。",
            "No column of the file holds geometry (GeoParquet, or WKB called geometry, geom or "
            "wkb).",
            where=where,
        )
    said = columns.get(name, {})
    shapes = _shapes(table, name, str(said.get("encoding", "WKB")))
    others = [one for one in table.column_names if one == name or one in columns]
    rest = table.drop_columns(others).replace_schema_metadata(None).to_pandas()
    crs = said.get("crs", DEGREES)
    if isinstance(crs, dict):
        crs = CRS.from_json_dict(crs)
    rest = rest.drop(columns=["geometry"], errors="ignore")
    return gpd.GeoDataFrame(rest, geometry=shapes, crs=crs)


def _about(metadata: dict[bytes, bytes] | None) -> dict[str, Any]:
    """Read what a file says of its geometry; nothing where it is not of the form that it has."""
    raw = (metadata or {}).get(b"geo")
    try:
        about = json.loads(raw) if raw else {}
    except ValueError:
        return {}
    columns = about.get("columns", {}) if isinstance(about, dict) else None
    if not isinstance(columns, dict) or not all(isinstance(one, dict) for one in columns.values()):
        return {}
    return dict(about)


def _primary(table: Any, about: dict[str, Any]) -> str | None:  # noqa: ANN401
    """Name the column of geometry: the primary one, else the first that is known, else WKB."""
    named = [about.get("primary_column"), *about.get("columns", {})]
    named += [name for known in NAMES for name in table.column_names if name.lower() == known]
    return next((name for name in named if name in table.column_names), None)


def _shapes(table: Any, name: str, encoding: str) -> Any:  # noqa: ANN401
    column = table[name].combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    kind = getattr(column, "storage", column).type
    if encoding.upper() == "WKB" and (pa.types.is_binary(kind) or pa.types.is_large_binary(kind)):
        return shapely.from_wkb(np.asarray(getattr(column, "storage", column).to_pylist(), object))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return shapely.from_wkt(np.asarray(column.to_pylist(), object))
    return gpd.GeoDataFrame.from_arrow(table.select([name]), geometry=name).geometry.to_numpy()
