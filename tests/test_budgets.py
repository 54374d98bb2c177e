"""What would take all memory or hours is refused by its budget, which can be raised."""

import json
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from pyproj import CRS
from rasterio.windows import Window

from nngis.budgets import VARIABLE, budget, check_time, over_budget, time_budget
from nngis.catalog.load import sha256_of
from nngis.catalog.roof_partitions import list_partitions, read_partition
from nngis.catalog.spec import LayerSpec
from nngis.datasets.parquet import read_parquet
from nngis.datasets.raster import open_raster, read_band
from nngis.errors import LayerError, LedgerError, NngisError, ScenarioError
from nngis.fetch.pack import LIST, unpack
from nngis.inputs.irradiation import read_window
from nngis.inputs.rasters import read_grid_around
from nngis.inputs.store import LayerStore
from nngis.inputs.weather_files import read_weather
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.ledger.shapes import tangles
from nngis.roles import role
from nngis.text import Text

# rasterio multiplies affine matrices in a way that affine is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")


def test_a_budget_is_raised_by_the_environment(monkeypatch):
    monkeypatch.setenv(VARIABLE, "rows=7, bytes=1e9")
    assert (budget("rows", 5), budget("bytes", 5), budget("vertices", 5)) == (7, 1_000_000_000, 5)
    over_budget("rows", 7, budget("rows", 5), "a", LedgerError)
    with pytest.raises(LedgerError, match=r'It has 8 rows.*NNGIS_BUDGET="rows=8"'):
        over_budget("rows", 8, budget("rows", 5), "a", LedgerError)


@pytest.mark.parametrize("said", ["rows", "rows=x", "row=5", "rows=-5", "rows=inf", "=1"])
def test_a_budget_that_says_nothing_is_refused(monkeypatch, said):
    monkeypatch.setenv(VARIABLE, said)
    with pytest.raises(ScenarioError, match="NAME=NUMBER"):
        budget("rows", 5)


HEAD = "锅炉编号,额定蒸发量,燃料种类,经度,纬度\n"


def boilers(path):
    path.write_text(HEAD + "".join(f"G{at},10,煤,108.{at},22.8\n" for at in range(10, 30)), "utf-8")
    return path


def test_rows_and_bytes_of_a_csv_are_counted_before_it_is_read(tmp_path, monkeypatch):
    path = boilers(tmp_path / "a.csv")
    for said in ("rows=19", "bytes=300"):
        monkeypatch.setenv(VARIABLE, said)
        with pytest.raises(LedgerError, match="more than the budget"):
            survey_ledger(path, role("boilers"), Options("wgs84"))
    monkeypatch.setenv(VARIABLE, "rows=21")
    assert len(survey_ledger(path, role("boilers"), Options("wgs84")).layer.frame) == 20


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson", ".parquet"])
def test_cells_of_every_ledger_are_counted(tmp_path, monkeypatch, suffix):
    table = pd.read_csv(boilers(tmp_path / "a.csv"))  # a header and 20 rows of 5 cells
    path = tmp_path / f"a{suffix}"
    places = gpd.points_from_xy(table["经度"], table["纬度"], crs=4326)
    frame = gpd.GeoDataFrame(table, geometry=places)
    if suffix == ".xlsx":
        table.to_excel(path, index=False)
    elif suffix != ".csv":
        frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
    monkeypatch.setenv(VARIABLE, "cells=104")
    with pytest.raises(LedgerError, match=r'It has 105 cells.*NNGIS_BUDGET="cells=105"'):
        survey_ledger(path, role("boilers"), Options("wgs84"))
    monkeypatch.setenv(VARIABLE, "cells=105")
    assert len(survey_ledger(path, role("boilers"), Options("wgs84")).layer.frame) == 20


def test_a_csv_of_more_rows_than_anybody_has_is_refused_at_once_in_words(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "G1,10,煤,108.3,22.8\n" * 1_200_000, "utf-8")
    with pytest.raises(LedgerError, match='NNGIS_BUDGET="rows=1200001"'):
        survey_ledger(path, role("boilers"), Options("wgs84"))


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".parquet"])
def test_rows_and_vertices_of_a_vector_file_are_counted(tmp_path, monkeypatch, suffix):
    line = shapely.linestrings(np.linspace((108, 22), (108.5, 22.5), 50))
    frame = gpd.GeoDataFrame({"name_zh": ["河"] * 4}, geometry=[line] * 4, crs=4326)
    path = tmp_path / f"a{suffix}"
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
    for said in ("rows=3", "vertices=199"):
        monkeypatch.setenv(VARIABLE, said)
        with pytest.raises(LedgerError, match="more than the budget"):
            survey_ledger(path, role("rivers"), Options("wgs84"))
    monkeypatch.setenv(VARIABLE, "rows=4 vertices=200")
    assert len(survey_ledger(path, role("rivers"), Options("wgs84")).layer.frame) == 4


def test_an_array_of_blocks_is_counted_before_it_is_unfolded(tmp_path):
    path = tmp_path / "a.dxf"
    insert = "0\nINSERT\n8\n锅炉\n2\nB\n10\n108.9\n20\n22.8\n70\n{}\n71\n{}\n44\n1\n45\n1\n"
    whole = "0\nSECTION\n2\nENTITIES\n{}0\nENDSEC\n0\nEOF\n"
    path.write_text(whole.format(insert.format(30_000, 30_000)), "utf-8")
    with pytest.raises(LedgerError, match="It has 900,000,000 rows"):
        survey_ledger(path, role("boilers"), Options("wgs84"))
    path.write_text(whole.format(insert.format(2, 3)), "utf-8")
    reading = survey_ledger(path, role("boilers"), Options("wgs84"))
    assert reading.counts.accepted + reading.counts.rejected == 6


def star(count):
    """Give a polygon whose sides run to and fro at random: some count²/6 crossings."""
    at = np.random.default_rng(1).uniform(0, 0.1, (count, 2)) + np.array([108, 22])
    return shapely.polygons(np.vstack([at, at[:1]]))


def test_a_tangle_is_told_from_a_long_outline():
    turn = np.linspace(0, 2 * np.pi, 300_000, endpoint=False)
    wave = 1 + 0.01 * np.sin(500 * turn)
    outline = shapely.polygons(np.column_stack([wave * np.cos(turn), wave * np.sin(turn)]))
    shapes = np.array([outline, star(3_000), None, star(100), shapely.Point(0, 0)], dtype=object)
    assert tangles(shapes, 20_000).tolist() == [False, True, False, False, False]


def test_a_polygon_of_a_million_vertices_that_crosses_itself_is_a_reject(tmp_path):
    path = tmp_path / "a.fgb"
    shapes = [star(200_000), shapely.box(108, 22, 108.1, 22.1)]
    frame = gpd.GeoDataFrame({"name_zh": ["甲", "乙"]}, geometry=shapes, crs=4326)
    frame.to_file(path, driver="FlatGeobuf", SPATIAL_INDEX="NO")
    layer = survey_ledger(path, role("built_up"), Options("wgs84")).layer
    assert layer.rejects["reason_en"].str.contains("crosses itself at more than").all()
    assert (len(layer.frame), len(layer.rejects)) == (1, 1)


def test_the_list_of_a_pack_is_not_read_when_it_is_absurdly_long(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(LIST, json.dumps({"files": {}, "format": " " * 6_000_000}))
    with pytest.raises(LayerError, match="no file that nngis layers pack made"):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson", ".kml"])
def test_seconds_of_every_reader_are_bounded_and_the_message_says_how_to_raise_them(
    tmp_path, monkeypatch, suffix
):
    path = boilers(tmp_path / "a.csv")
    table = pd.read_csv(path)
    if suffix == ".xlsx":
        table.to_excel(path := tmp_path / "a.xlsx", index=False)
    elif suffix != ".csv":
        places = gpd.points_from_xy(table["经度"], table["纬度"], crs=4326)
        driver = {"driver": "KML"} if suffix == ".kml" else {}
        path = tmp_path / f"a{suffix}"
        gpd.GeoDataFrame(table, geometry=places).to_file(path, **driver)
    monkeypatch.setenv(VARIABLE, "seconds=0")
    with pytest.raises(LedgerError, match=r'0 seconds of computing.*NNGIS_BUDGET="seconds=120"'):
        survey_ledger(path, role("boilers"), Options("wgs84"))


def test_the_seconds_of_a_reader_are_those_of_its_outermost_block(monkeypatch):
    monkeypatch.setenv(VARIABLE, "seconds=0")
    check_time()  # nobody reads
    with time_budget("outer", LedgerError):
        monkeypatch.setenv(VARIABLE, "seconds=50")
        with time_budget("inner", LayerError), pytest.raises(LedgerError, match="outer"):
            check_time()
    with time_budget("again", LayerError):
        check_time()


def test_cells_of_a_csv_are_counted(tmp_path, monkeypatch):
    path = boilers(tmp_path / "a.csv")
    monkeypatch.setenv(VARIABLE, "cells=104")
    with pytest.raises(LedgerError, match="It has 105 cells"):
        survey_ledger(path, role("boilers"), Options("wgs84"))
    monkeypatch.setenv(VARIABLE, "cells=105")
    assert len(survey_ledger(path, role("boilers"), Options("wgs84")).layer.frame) == 20


def raster(path, shape=(60, 80), **told):
    """Write a raster of irradiation over Nanning, or of heights."""
    height, width = shape
    cells = np.linspace(3.6, 4.0, height * width).reshape(shape).astype("float32")
    place = rasterio.Affine(2.4 / width, 0, 107.2, 0, -1.8 / height, 24.0)
    told = {"count": 1, "dtype": "float32", "crs": "EPSG:4326", "transform": place, **told}
    with rasterio.open(path, "w", driver="GTiff", width=width, height=height, **told) as out:
        for band in range(1, told["count"] + 1):
            out.write(cells, band)
    return path


def heights(path):
    around = (520_000, 2_500_000, 530_000, 2_510_000)
    return read_grid_around(path, CRS("EPSG:4545"), around, role="elevation")[0]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("cells=5", r"more than the budget of 5.*NNGIS_BUDGET=\"cells=\d+\""),
        ("bytes=5", r"more than the budget of 5.*NNGIS_BUDGET=\"bytes=\d+\""),
        ("seconds=0", r"0 seconds of computing.*NNGIS_BUDGET=\"seconds=120\""),
    ],
)
def test_cells_bytes_and_seconds_of_a_raster_are_bounded(tmp_path, monkeypatch, said, found):
    path = raster(tmp_path / "a.tif")
    counties = gpd.GeoDataFrame(
        {"name_zh": ["甲"]}, geometry=[shapely.box(108, 22.5, 108.5, 23)], crs=4326
    )
    assert np.isfinite(heights(path).values).all()
    assert read_window(path, counties).values.size > 5
    monkeypatch.setenv(VARIABLE, said)
    for read in (lambda: heights(path), lambda: read_window(path, counties)):
        with pytest.raises(LayerError, match=found):
            read()


def test_a_window_of_few_cells_in_wide_strips_of_many_bands_is_weighed_by_what_is_unpacked(
    tmp_path, monkeypatch
):
    # One tile of 64 rows and 80 columns, 4 bands beside each other, 4 bytes a cell: 81,920.
    told = {"count": 4, "interleave": "pixel", "tiled": True, "blockxsize": 80, "blockysize": 64}
    path = raster(tmp_path / "a.tif", **told)
    monkeypatch.setenv(VARIABLE, "bytes=81919")
    with pytest.raises(LayerError, match="It has 81,920 bytes"):
        heights(path)
    monkeypatch.setenv(VARIABLE, "bytes=81920")
    assert np.isfinite(heights(path).values).all()


def test_a_raster_read_in_pieces_is_that_read_whole(tmp_path, monkeypatch):
    path = raster(tmp_path / "a.tif", (300, 400))
    monkeypatch.setattr("nngis.datasets.raster.AT_ONCE", 1_000)
    with open_raster(path) as source:
        part = read_band(source, 1, Window(3, 5, 200, 100))
    np.testing.assert_array_equal(
        part, np.linspace(3.6, 4.0, 120_000).astype("float32").reshape(300, 400)[5:105, 3:203]
    )


def roofs(path, count=30, **columns):
    at = 108.3 + np.arange(count) * 1e-3
    frame = gpd.GeoDataFrame(
        {"roof_id": [f"R{one}" for one in range(count)], **columns},
        geometry=list(shapely.box(at, 22.8, at + 3e-4, 22.8003)),
        crs=4326,
    )
    frame.to_parquet(path)
    return path


def read_one(path):
    (part,) = list_partitions(path)
    return read_partition(
        part, "EPSG:4545", key="roof_id", evidence="derived", rename={}, columns=("building",)
    )


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("rows=29", "It has 30 rows"),
        ("vertices=149", "It has 150 vertices"),
        ("bytes=100", 'NNGIS_BUDGET="bytes='),
        ("seconds=0", 'NNGIS_BUDGET="seconds='),
    ],
)
def test_rows_vertices_bytes_and_seconds_of_streamed_roofs_are_bounded(
    tmp_path, monkeypatch, said, found
):
    path = roofs(tmp_path / "a.parquet")
    monkeypatch.setenv(VARIABLE, "rows=30 vertices=150")
    assert len(read_one(path)) == 30
    monkeypatch.setenv(VARIABLE, said)
    with pytest.raises(NngisError, match=found):
        read_one(path)


def test_one_long_word_in_every_row_is_weighed_as_it_is_unpacked(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"a": ["x" * 1_000_000] * 700}).to_parquet(path)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(LedgerError, match=r"more than the budget of 600,000,000"):
        read_parquet(path)


def test_bytes_and_seconds_of_a_weather_file_are_bounded(tmp_path, monkeypatch):
    path = tmp_path / "a.epw"
    path.write_text("LOCATION,a\n" * 4, "utf-8")
    monkeypatch.setenv(VARIABLE, "bytes=43")
    with pytest.raises(LayerError, match="It has 44 bytes"):
        read_weather(path)
    monkeypatch.setenv(VARIABLE, "seconds=0")
    with time_budget("years", LayerError), pytest.raises(LayerError, match="seconds=120"):
        read_weather(path)


@pytest.mark.parametrize("said", ["rows=3", "vertices=7", "bytes=20", "crossings=0"])
def test_a_layer_of_a_case_has_budgets_too(tmp_path, monkeypatch, said):
    at = np.linspace(0, 40 * np.pi, 2_000)
    knot = shapely.polygons(np.c_[108 + np.cos(7 * at), 22 + np.sin(9 * at + at / 50)])
    shapes = [*shapely.box(108, 22, 109 + np.arange(3), 23), knot]
    frame = gpd.GeoDataFrame({"park_id": list("abcd")}, geometry=shapes, crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    pd.DataFrame({"park_id": list("abcd"), "lon": 108, "lat": 22}).to_csv(tmp_path / "a.csv")
    name = "a.csv" if said.startswith("bytes") else "a.gpkg"
    told = dict.fromkeys(("vintage", "licence", "attribution"), "")
    spec = LayerSpec(
        **told, id="a", title=Text("甲", "a"), file=name, sha256=sha256_of(tmp_path / name),
        geometry="point", key="park_id", sources=("x",), evidence="surveyed",
    )  # fmt: skip
    store = LayerStore(tmp_path, {"a": spec})
    monkeypatch.setenv(VARIABLE, said)
    with pytest.raises(LayerError, match=f"{said.partition('=')[0]}"):
        store.open("a")
