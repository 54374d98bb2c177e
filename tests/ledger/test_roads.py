"""Road layers as people send them: every column that a graph needs, and no row lost."""

from pathlib import Path

import geopandas as gpd
import pytest
from shapely import LineString, Point

from nngis.ledger.read import read_ledger
from nngis.roles import role

CRS = "EPSG:4545"
X, Y = 520_000, 2_524_000


@pytest.fixture
def read(tmp_path):
    """Write a layer of roads and read it for its role."""

    def write(suffix=".gpkg", n=4, **columns):
        lines = [LineString([(X + 500 * k, Y), (X + 500 * k + 400, Y)]) for k in range(n)]
        path = tmp_path / f"roads{suffix}"
        gpd.GeoDataFrame(columns, geometry=lines, crs=CRS).to_file(path)
        return read_ledger(path, role("roads"))

    return write


def test_the_columns_of_a_graph_keep_their_names(read):
    layer = read(
        oneway=["yes", "no", "-1", None],
        layer=[0, 1, None, "-1"],
        bridge=["yes", "viaduct", "no", None],
        speed_km_h=[50, None, 30, 20],
        maxspeed=["50 mph", None, "signals", "40"],
        highway=["primary", "['steps', 'path']", None, "footway"],
    )
    frame = layer.frame
    assert [None if v is None else float(v) for v in frame["oneway"].astype(object).where(
        frame["oneway"].notna(), None)] == [1, 0, -1, None]  # fmt: skip
    assert frame["layer"].tolist() == ["0", "1", None, "-1"]
    assert frame["bridge"].astype(object).where(frame["bridge"].notna(), None).tolist() == [
        True, True, False, None,
    ]  # fmt: skip
    assert frame["speed_km_h"].iloc[[0, 2, 3]].tolist() == [50, 30, 20]
    assert frame["maxspeed"].tolist() == ["50 mph", None, "signals", "40"]
    assert len(layer.rejects) == 0
    assert not any("原表" in name for name in frame.columns)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp"])
def test_a_layer_of_geometry_alone_is_a_road_layer(read, tmp_path, suffix):
    if suffix == ".shp":
        assert len(read(suffix, nothing=[None] * 4).frame) == 4
    else:
        assert len(read(suffix).frame) == 4


@pytest.mark.parametrize(
    "ids", ["abcd", ["road_id", "id", "d", "total road"], ["e1", "e", "oad", "_id"]]
)
def test_ids_are_rows_though_they_end_like_their_header(read, ids):
    layer = read(road_id=list(ids))
    assert layer.frame.index.tolist() == list(ids)


def test_a_sign_that_is_not_understood_costs_no_row_but_a_note(read):
    layer = read(oneway=["yes", "sometimes", "no", "no"], speed_km_h=["50", "fast", "0", "60"])
    assert len(layer.frame) == 4
    said = " ".join(note.en for note in layer.notes)
    assert "sometimes" in said
    assert "fast" in said


def test_a_repeated_header_is_still_no_row(tmp_path):
    header = "boiler_id,额定蒸发量(t/h),经度,纬度"
    text = f"{header}\na,4,108.3,22.8\n{header}\nd,6,108.4,22.8\n"
    path = tmp_path / "b.csv"
    path.write_text(text, encoding="utf-8")
    assert read_ledger(path, role("boilers"), datum="wgs84").frame.index.tolist() == ["a", "d"]


def test_a_point_without_a_filled_cell_is_a_row_too(tmp_path):
    path = tmp_path / "demand.gpkg"
    frame = gpd.GeoDataFrame(
        {"name": [None, "x"]}, geometry=[Point(X, Y), Point(X, Y + 9)], crs=CRS
    )
    frame.to_file(path)
    assert len(read_ledger(path, role("demand")).frame) == 2


def test_the_small_road_layers_beside_the_checkout_lose_no_row():
    folder = Path(__file__).parents[3] / "shared" / "cases" / "roads"
    if not folder.is_dir():
        pytest.skip("no ../shared/cases")
    rows = {
        path.stem: len(read_ledger(path, role("roads")).frame) for path in folder.glob("*.gpkg")
    }
    assert rows["geometry_only"] == 12
    assert rows["ids_a_b_c_d"] == 4
