"""Formats that nasty files do not cover: geodatabases, KMZ, shapefiles without .prj, old DXF."""

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
from pyproj import CRS
from shapely import LineString, Point, Polygon

from nngis.catalog.layer import Layer
from nngis.crs import gcj02_from_wgs84
from nngis.errors import LayerError, LedgerError
from nngis.ledger.headers import find_header
from nngis.ledger.part import Options
from nngis.ledger.read import read_ledger, survey_ledger
from nngis.ledger.shapefile import read_shapefile
from nngis.ledger.table import RawTable
from nngis.ledger.write import write_reading
from nngis.roles import role

BOILERS = role("boilers")
LON, LAT = 108.94, 22.79


def frame(crs: int = 4326) -> gpd.GeoDataFrame:
    made = gpd.GeoDataFrame(
        {"boiler_id": ["G1"], "capacity_t_h": [10.0], "fuel": ["烟煤"]},
        geometry=[Point(LON, LAT)],
        crs=4326,
    )
    return made.to_crs(crs)


def is_at(layer: Layer, lon: float = LON, lat: float = LAT) -> bool:
    point = layer.frame.geometry["G1"]
    return abs(point.x - lon) < 1e-6 and abs(point.y - lat) < 1e-6


def test_a_file_geodatabase_and_its_zip_are_read(tmp_path: Path) -> None:
    path = tmp_path / "台账.gdb"
    pyogrio.write_dataframe(frame(4545), path, layer="boilers", driver="OpenFileGDB")
    assert is_at(read_ledger(path, BOILERS))
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for one in sorted(path.iterdir()):
            archive.write(one, f"台账.gdb/{one.name}")
    assert is_at(read_ledger(packed, BOILERS))


def test_kmz_is_read_and_says_that_its_datum_may_be_another(tmp_path: Path) -> None:
    kml = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>甲</name>'
        '<ExtendedData><Data name="锅炉编号"><value>G1</value></Data><Data name="蒸吨"><value>10'
        f"</value></Data></ExtendedData><Point><coordinates>{LON},{LAT}</coordinates></Point>"
        "</Placemark></Document></kml>"
    )
    path = tmp_path / "a.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", kml)
    layer = read_ledger(path, BOILERS)
    assert is_at(layer)
    assert any("奥维" in note.zh for note in layer.notes)
    shifted = read_ledger(path, BOILERS, datum="gcj02")
    lon, lat = gcj02_from_wgs84(shifted.frame.geometry["G1"].x, shifted.frame.geometry["G1"].y)
    assert (float(lon), float(lat)) == (pytest.approx(LON), pytest.approx(LAT))


def shapefile(path: Path, crs: int, *, prj: bool) -> Path:
    pyogrio.write_dataframe(frame(crs).rename(columns={"capacity_t_h": "capacity_t"}), path)
    if not prj:
        path.with_suffix(".prj").unlink()
    return path


def test_a_shapefile_without_prj_in_degrees_is_asked_for_its_datum(tmp_path: Path) -> None:
    path = shapefile(tmp_path / "a.shp", 4326, prj=False)
    with pytest.raises(LedgerError, match="--datum"):
        read_ledger(path, BOILERS)
    assert is_at(read_ledger(path, BOILERS, datum="wgs84"))


def test_a_shapefile_without_prj_in_metres_takes_its_zone_from_prefix_or_option(
    tmp_path: Path,
) -> None:
    assert is_at(read_ledger(shapefile(tmp_path / "a.shp", 4524, prj=False), BOILERS))
    plain = shapefile(tmp_path / "b.shp", 4545, prj=False)
    assert is_at(read_ledger(plain, BOILERS, datum="EPSG:4545"))
    assumed = read_ledger(plain, BOILERS, work_crs=CRS(4545))
    assert is_at(assumed)
    assert any("zone" in note.en for note in assumed.notes)


def test_a_shapefile_in_xian_1980_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    made = frame().rename(columns={"capacity_t_h": "capacity_t"})
    pyogrio.write_dataframe(made.set_crs(2384, allow_override=True), path)
    with pytest.raises(LayerError, match="no public shift"):
        read_ledger(path, BOILERS)


def test_upper_case_extensions_and_missing_sidecars(tmp_path: Path) -> None:
    made = shapefile(tmp_path / "a.shp", 4326, prj=True)
    for suffix in (".shp", ".shx", ".dbf", ".prj"):
        made.with_suffix(suffix).rename(tmp_path / f"B{suffix.upper()}")
    assert is_at(read_ledger(tmp_path / "B.SHP", BOILERS))
    (tmp_path / "B.DBF").unlink()
    with pytest.raises(LedgerError, match=r"\.dbf"):
        read_ledger(tmp_path / "B.SHP", BOILERS)


def test_a_cut_name_that_two_fields_begin_with_is_no_field() -> None:
    rows = [["locationx", "capacity_t", "fuel"]]
    header = find_header(RawTable("a.shp", "", rows, first_row=0, names_cut=10), BOILERS)
    assert header is not None
    assert header.columns == {"capacity_t_h": 1, "fuel": 2}
    # 燃料年用量 is a name itself; 锅炉使用单 begins two names of one field.
    rows = [["燃料年用量", "锅炉使用单"]]
    cut = RawTable("a.shp", "", rows, first_row=0, names_cut=10, encoding="gb18030")
    header = find_header(cut, BOILERS)
    assert header is not None
    assert header.columns == {"fuel_use_t_a": 0, "name_zh": 1}


def test_a_table_without_geometry_in_a_geopackage_is_a_ledger(tmp_path: Path) -> None:
    table = frame().drop(columns="geometry").assign(lon=LON, lat=LAT)
    pyogrio.write_dataframe(table, tmp_path / "a.gpkg")
    assert is_at(read_ledger(tmp_path / "a.gpkg", BOILERS, datum="wgs84"))


def test_a_drawing_in_the_code_page_of_chinese_windows(tmp_path: Path) -> None:
    text = (
        "0\nSECTION\n2\nENTITIES\n"
        f"0\nPOINT\n8\n锅炉\n10\n{LON}\n20\n{LAT}\n"
        "0\nTEXT\n8\n文字\n10\n{}\n20\n{}\n40\n1\n1\n甲糖厂 蔗渣 35t/h\n".format(LON + 0.0001, LAT)
        + "0\nENDSEC\n0\nEOF\n"
    )
    (tmp_path / "a.dxf").write_bytes(text.encode("gbk"))
    row = read_ledger(tmp_path / "a.dxf", BOILERS, datum="wgs84").frame.iloc[0]
    assert (row["name_zh"], row["capacity_t_h"], row["fuel"]) == (
        "甲糖厂 蔗渣 35t/h",
        35,
        "biomass",
    )


def test_a_formula_outside_the_columns_that_are_read_is_no_matter(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["序号", "编号", "蒸吨", "燃料", "经度", "纬度"],
        ["=ROW()-1", "G1", 10, "煤", LON, LAT],
    ):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    assert is_at(read_ledger(tmp_path / "a.xlsx", BOILERS, datum="wgs84"))


def test_lines_and_polygons_come_as_wkt_and_shift_with_their_datum(tmp_path: Path) -> None:
    square = Polygon([(108.9, 22.8), (108.91, 22.8), (108.91, 22.81)])
    moved = Polygon(list(zip(*gcj02_from_wgs84(*square.exterior.xy), strict=True)))
    line = LineString([(108.9, 22.8), (109, 22.8)])
    rows = [
        ["园区名称", "图形（WKT）", "坐标系"],
        ["甲", square.wkt, "WGS84"],
        ["乙", moved.wkt, "GCJ-02"],
        ["丙", "POLYGON((1 2", "WGS84"],
        ["丁", line.wkt, "WGS84"],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    reading = survey_ledger(tmp_path / "a.xlsx", role("parks"), Options())
    first, second = reading.layer.frame.geometry
    assert first.equals_exact(square, 1e-9)
    assert second.equals_exact(square, 1e-9)
    assert reading.layer.rejects["row"].tolist() == [4, 5]


def test_a_polygon_stands_for_a_boiler_by_a_point_within(tmp_path: Path) -> None:
    made = frame(4545)
    made.geometry = made.buffer(100)
    made.to_file(tmp_path / "a.gpkg")
    layer = read_ledger(tmp_path / "a.gpkg", BOILERS)
    assert layer.frame.geometry["G1"].within(made.to_crs(4326).geometry.iloc[0])
    assert any("polygons" in note.en for note in layer.notes)


@pytest.mark.parametrize(
    "word", ["hex", "rot13", "zip", "unicode_escape", "idna", "undefined", "utf-7", "../a", "a\0b"]
)
def test_a_cpg_that_names_a_codec_of_no_text_is_passed_over(tmp_path, word):
    frame = gpd.GeoDataFrame({"name": ["\\u7532厂"]}, geometry=[Point(108.9, 22.8)], crs=4326)
    frame.to_file(tmp_path / "a.shp", encoding="GBK")
    (tmp_path / "a.cpg").write_text(word, encoding="utf-8")
    (part,) = read_shapefile(tmp_path / "a.shp")
    assert part.table.rows == [["name"], ["\\u7532厂"]]


def test_more_columns_than_a_geopackage_holds_are_kept_in_one(tmp_path: Path) -> None:
    more = [f"col{at}" for at in range(2_095)]
    path = tmp_path / "a.csv"
    rows = [["G1", "4", "煤", "108.3", "22.8", *map(str, range(2_095))]]
    rows += [["G2", "6", "煤", "108.4", "22.9", *[""] * 2_095]]
    head = ["锅炉编号", "额定蒸发量", "燃料种类", "经度", "纬度", *more]
    path.write_text("\n".join(",".join(row) for row in [head, *rows]), encoding="utf-8")
    reading = survey_ledger(path, BOILERS, Options("wgs84"))
    frame = reading.layer.frame
    assert frame.loc["G1", "col999"] == "999"
    assert json.loads(frame.loc["G1", "其余列"]) == {
        f"col{at}": f"{at}" for at in range(1_000, 2_095)
    }
    assert frame.loc["G2", "其余列"] is None
    assert any("1095 列以 JSON" in note.zh for note in reading.layer.notes)
    write_reading(tmp_path / "a.gpkg", reading, BOILERS, "zh")
    back = survey_ledger(tmp_path / "a.gpkg", BOILERS, Options()).layer.frame
    assert back["其余列"].tolist() == frame["其余列"].tolist()


@pytest.mark.parametrize("zipped", [False, True])
def test_a_geodatabase_of_several_classes_in_the_citys_own_grid_is_read(
    tmp_path: Path, zipped: bool
) -> None:
    base = tmp_path / "管网.gdb"
    line = LineString([(108.3, 22.8), (108.31, 22.8)])
    pipes = gpd.GeoDataFrame(
        {"管段编号": ["W1", "W2"], "管径": [300, None], "管道类别": ["污水", "雨水"],
         "SHAPE_Length": [1.0, 2.0]},
        geometry=[line, LineString([(108.31, 22.8), (108.31, 22.81)])],
        crs=4326,
    ).to_crs(4545)  # fmt: skip
    wells = gpd.GeoDataFrame({"井号": ["J1"]}, geometry=[Point(108.3, 22.8)], crs=4326)
    pyogrio.write_dataframe(pipes, base, layer="污水管线", driver="OpenFileGDB")
    pyogrio.write_dataframe(
        wells.to_crs(4545), base, layer="检查井", driver="OpenFileGDB", append=True
    )
    path = base
    if zipped:
        path = tmp_path / "管网.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for one in base.iterdir():
                archive.write(one, f"南宁/管网.gdb/{one.name}")
    layer = read_ledger(path, role("sewers"))
    assert layer.rejects.empty
    assert layer.frame["diameter_mm"].isna().tolist() == [False, True]
    assert layer.frame["sewer_kind"].tolist() == ["sewage", "storm"]
    drawn = layer.frame.geometry["W1"]
    assert drawn.hausdorff_distance(line) < 1e-7


def test_columns_that_could_hold_a_position_are_not_said_to_have_given_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "锅炉编号,额定蒸发量,燃料种类,geom,GEOM,经度,纬度\nG1,10,煤,x,y,108.94,22.79\n", "utf-8"
    )
    layer = survey_ledger(path, BOILERS, Options("wgs84")).layer
    assert is_at(layer)
    assert not any("was read from" in note.en for note in layer.notes)
    frame().assign(geom="x", GEOM="y").to_file(tmp_path / "a.geojson")
    layer = survey_ledger(tmp_path / "a.geojson", BOILERS, Options()).layer
    assert is_at(layer)
    assert not any("was read from" in note.en for note in layer.notes)
