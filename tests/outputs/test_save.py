"""The GeoPackage of a result holds every table, text as text."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely import Point

from nngis.outputs.save import write_geopackage


def test_tables_with_and_without_geometry_come_back(tmp_path: Path) -> None:
    drawn = gpd.GeoDataFrame(
        {"name_zh": ["甲", None]},
        index=pd.Index(["a", "b"], name="pipe_id"),
        geometry=[Point(0, 0), None],
        crs="EPSG:4545",
    )
    checks = pd.DataFrame(
        {"pipe_id": ["a", "a"], "result": ["pass", "=1+1"], "value": [0.5, None]},
    )
    empty = pd.DataFrame({"pipe_id": pd.Series(dtype=object)})
    path = tmp_path / "layers.gpkg"
    write_geopackage(path, {"checks": checks, "pipes": drawn, "none": empty})
    assert [name for name, _ in pyogrio.list_layers(path)] == ["pipes", "checks"]
    back = pyogrio.read_dataframe(path, layer="checks", read_geometry=False)
    assert back["result"].tolist() == ["pass", "=1+1"]
    assert back["value"].isna().tolist() == [False, True]
    pipes = pyogrio.read_dataframe(path, layer="pipes")
    assert pipes["pipe_id"].tolist() == ["a", "b"]
    assert pipes.crs == "EPSG:4545"
