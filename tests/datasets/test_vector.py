"""What is wrong with a file is said of the name that its reader goes by."""

import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from nngis.datasets import vector
from nngis.errors import LedgerError

READERS = (vector.list_layers, vector.describe_layer, vector.read_layer)


@pytest.mark.parametrize("read", READERS)
def test_a_damaged_file_is_called_what_it_is_said_to_be(read, tmp_path: Path) -> None:
    path = tmp_path / "unpacked.gpkg"
    path.write_bytes(b"no database")
    with pytest.raises(LedgerError, match=r"unpacked\.gpkg"):
        read(path)
    with pytest.raises(LedgerError, match="台账") as error:
        read(path, said=Path("台账.zip"))
    assert "unpacked" not in str(error.value)


def test_layers_are_listed_in_order_and_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    for name, x in (("b", 1.0), ("a", 2.0)):
        gpd.GeoDataFrame({"n": [name]}, geometry=[Point(x, 0)], crs=4326).to_file(path, layer=name)
    assert vector.list_layers(path) == ["b", "a"]
    assert vector.read_layer(path, "a").geometry.x.tolist() == [2.0]


def test_rows_that_a_file_states_and_has_not_take_no_room(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"a": ["x"]}, geometry=[Point(1, 2)], crs=4326).to_file(path)
    with closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE gpkg_ogr_contents SET feature_count = 2147483647")
        base.commit()
    with pytest.raises(LedgerError, match=r"2,147,483,647 rows.*NNGIS_BUDGET"):
        vector.read_layer(path)
    with closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE gpkg_ogr_contents SET feature_count = 1")
        base.commit()
    assert vector.read_layer(path)["a"].tolist() == ["x"]
