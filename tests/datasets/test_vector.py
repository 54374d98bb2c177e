"""What is wrong with a file is said of the name that its reader goes by."""

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
