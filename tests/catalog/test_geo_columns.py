"""Roofs in parquet are read whatever their writer left out or called otherwise."""

import json
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import CRS

from nngis.catalog.roof_partitions import list_partitions, read_partition
from nngis.errors import LayerError

SHAPES = [shapely.box(108.3, 22.8, 108.301, 22.801), shapely.box(108.4, 22.8, 108.401, 22.801)]
IDS = ["a", "b"]


def meta(name: str, *, crs: object = "none said", more: str | None = None) -> dict[bytes, bytes]:
    column: dict[str, object] = {"encoding": "WKB", "geometry_types": ["Polygon"]}
    if crs != "none said":
        column["crs"] = crs
    columns = {name: column}
    if more is not None:
        columns[more] = {"encoding": "WKB", "geometry_types": ["Point"]}
    about = {"version": "1.1.0", "primary_column": name, "columns": columns}
    return {b"geo": json.dumps(about).encode()}


def write(path: Path, columns: dict[str, object], about: dict[bytes, bytes] | None) -> Path:
    table = pa.table({"roof_id": IDS, "use": ["厂房", "住宅"], **columns})
    pq.write_table(table.replace_schema_metadata(about), path)
    return path


def read(path: Path, datum: str | None = None) -> gpd.GeoDataFrame:
    (part,) = list_partitions(path)
    return read_partition(
        part, "EPSG:4326", key="roof_id", evidence="derived", rename={}, datum=datum
    )


WKB = [shapely.to_wkb(shape) for shape in SHAPES]
POINTS = [shapely.to_wkb(shape.centroid) for shape in SHAPES]
WAYS = {
    "no arrow extension": ({"geometry": WKB}, meta("geometry")),
    "another name": ({"outline": WKB}, meta("outline")),
    "two geometries": ({"middle": POINTS, "outline": WKB}, meta("outline", more="middle")),
    "a crs": ({"geom": WKB}, meta("geom", crs=CRS(4490).to_json_dict())),
    "no crs at all": ({"geom": WKB}, meta("geom", crs=None)),
    "no geo key": ({"geometry": WKB}, None),
    "no geo key, wkb": ({"WKB_Geometry": WKB}, None),
    "wkt": ({"the_geom": [shape.wkt for shape in SHAPES]}, None),
}


@pytest.mark.parametrize("way", WAYS)
def test_outlines_are_read_however_they_are_kept(tmp_path: Path, way: str) -> None:
    frame = read(write(tmp_path / "a.parquet", *WAYS[way]))
    assert list(frame.index) == IDS
    assert frame["use"].tolist() == ["厂房", "住宅"]
    assert all(one.equals(two) for one, two in zip(frame.geometry, SHAPES, strict=True))


def test_what_geopandas_writes_is_read(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"roof_id": IDS}, geometry=SHAPES, crs=4326)
    frame.to_parquet(tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet")
    assert all(one.equals(two) for one, two in zip(found.geometry, SHAPES, strict=True))


def test_a_table_without_geometry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match="geometry"):
        read(write(tmp_path / "a.parquet", {}, None))


def test_a_file_that_names_gcj02_is_refused_unless_it_is_told(tmp_path: Path) -> None:
    named = CRS(4326).to_json_dict() | {"name": "GCJ-02"}
    named.pop("id", None)
    path = write(tmp_path / "a.parquet", {"geometry": WKB}, meta("geometry", crs=named))
    with pytest.raises(LayerError, match="--datum gcj02"):
        read(path)
    assert len(read(path, "gcj02")) == 2
