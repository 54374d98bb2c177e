"""A file that names its datum is read in it, whatever the format and the spelling."""

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS

from nngis.crs import bd09_from_wgs84, gcj02_from_wgs84
from nngis.errors import LedgerError
from nngis.ledger.part import Options
from nngis.ledger.read import Reading, survey_ledger
from nngis.roles import role

TRUE_LON, TRUE_LAT = 108.79, 22.79
SPELLINGS = {
    "gcj02": (
        *("GCJ-02", "GCJ02", "gcj_02", "GCJ 02", "GCJ2002", "GCS_GCJ_02", "D_GCJ_2002"),
        *(
            "火星坐标系",
            "高德",
            "AMap",
            "AutoNavi",
            "Tencent Map",
            "国测局02",
            "Mars Geodetic 2000",
        ),
    ),
    "bd09": (
        "BD-09",
        "BD09",
        "bd_09",
        "BD 09",
        "BD09LL",
        "GCS_BD_09",
        "百度坐标系",
        "Baidu-09",
        "BD9",
    ),
}
NAMES = [(datum, name) for datum, names in SPELLINGS.items() for name in names]
FORMATS = ("geojson", "geojson_behind", "gpkg", "gpkg_srs_name", "shp", "fgb", "parquet")


def wkt(name: str, datum: str = "D_unknown") -> str:
    return (
        f'GEOGCS["{name}",DATUM["{datum}",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
    )


def made(folder: Path, kind: str, name: str, lon: float, lat: float) -> Path:
    """Write one boiler into a file of a kind, its CRS called by a name."""
    frame = gpd.GeoDataFrame(
        {"boiler_id": ["1"], "蒸吨": [10.0], "燃料": ["煤"]}, geometry=[shapely.Point(lon, lat)]
    )
    if kind.startswith("geojson"):
        path = folder / "a.geojson"
        content = json.loads(frame.to_json())
        crs = {"crs": {"type": "name", "properties": {"name": name}}}
        content = content | crs if kind == "geojson_behind" else crs | content
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path
    if kind == "gpkg_srs_name":
        path = folder / "a.gpkg"
        frame.set_crs(4326).to_file(path)
        with sqlite3.connect(path) as base:
            base.execute(
                "UPDATE gpkg_spatial_ref_sys SET srs_name = ? WHERE srs_id = 4326", (name,)
            )
        return path
    frame = frame.set_crs(CRS(wkt(name)))
    path = folder / f"a.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
        return path
    frame.to_file(path, encoding="utf-8")
    if kind == "shp":
        path.with_suffix(".prj").write_text(wkt(name), encoding="utf-8")
    return path


def read(path: Path, datum: str | None = None) -> Reading:
    return survey_ledger(path, role("boilers"), Options(datum))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(named=st.sampled_from(NAMES), kind=st.sampled_from(FORMATS))
def test_a_web_datum_is_recognised_by_its_name(
    tmp_path_factory: pytest.TempPathFactory, named: tuple[str, str], kind: str
) -> None:
    datum, name = named
    shifted = (gcj02_from_wgs84 if datum == "gcj02" else bd09_from_wgs84)(TRUE_LON, TRUE_LAT)
    folder = tmp_path_factory.mktemp("named")
    reading = read(made(folder, kind, name, float(shifted[0]), float(shifted[1])))
    point = reading.layer.frame.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((TRUE_LON, TRUE_LAT), abs=1e-8)  # a millimetre
    assert any(datum in note.en for note in reading.layer.notes)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_owners_word_goes_before_the_files_and_is_noted(tmp_path: Path, kind: str) -> None:
    reading = read(made(tmp_path, kind, "GCJ-02", TRUE_LON, TRUE_LAT), datum="wgs84")
    point = reading.layer.frame.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((TRUE_LON, TRUE_LAT), abs=1e-9)
    assert any("GCJ-02" in note.en and "--datum wgs84" in note.en for note in reading.layer.notes)


def test_not_knowing_does_not_go_before_the_files_word(tmp_path: Path) -> None:
    lon, lat = map(float, gcj02_from_wgs84(TRUE_LON, TRUE_LAT))
    point = read(
        made(tmp_path, "gpkg", "GCJ-02", lon, lat), datum="assume-wgs84"
    ).layer.frame.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((TRUE_LON, TRUE_LAT), abs=1e-8)


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "shp"])
def test_a_name_that_nobody_knows_is_asked_about(tmp_path: Path, kind: str) -> None:
    with pytest.raises(LedgerError, match="datum"):
        read(made(tmp_path, kind, "Nanning City Grid", TRUE_LON, TRUE_LAT))


@pytest.mark.parametrize("name", ["WGS 84", "EPSG:4490", "urn:ogc:def:crs:OGC:1.3:CRS84"])
def test_a_name_of_the_register_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    point = read(made(tmp_path, "geojson", name, TRUE_LON, TRUE_LAT)).layer.frame.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((TRUE_LON, TRUE_LAT), abs=1e-9)


def test_metres_of_a_web_datum_are_shifted_too(tmp_path: Path) -> None:
    """A transverse Mercator over GCJ-02: back to its degrees, then to WGS84."""
    lon, lat = gcj02_from_wgs84([TRUE_LON], [TRUE_LAT])
    plane = CRS(
        f'PROJCS["GCJ02 TM",{wkt("GCJ-02")},PROJECTION["Transverse_Mercator"],'
        'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",108],'
        'PARAMETER["scale_factor",1],PARAMETER["false_easting",500000],UNIT["Meter",1]]'
    )
    frame = gpd.GeoDataFrame(
        {"锅炉编号": ["1"], "蒸吨": [10.0], "燃料": ["煤"]},
        geometry=gpd.points_from_xy(lon, lat),
        crs=4490,
    ).to_crs(4545)
    frame.set_crs(plane, allow_override=True).to_file(tmp_path / "a.gpkg")
    point = read(tmp_path / "a.gpkg").layer.frame.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((TRUE_LON, TRUE_LAT), abs=1e-7)


def test_metres_of_baidu_are_refused(tmp_path: Path) -> None:
    plane = CRS(
        f'PROJCS["BD09MC",{wkt("BD-09")},PROJECTION["Mercator_1SP"],'
        'PARAMETER["central_meridian",0],PARAMETER["scale_factor",1],PARAMETER["false_easting",0],'
        'PARAMETER["false_northing",0],UNIT["Meter",1]]'
    )
    frame = gpd.GeoDataFrame(
        {"boiler_id": ["1"], "蒸吨": [10.0]}, geometry=[shapely.Point(12112900, 2591000)], crs=plane
    )
    frame.to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").write_text(plane.to_wkt("WKT1_ESRI"), encoding="utf-8")
    with pytest.raises(LedgerError, match="Baidu"):
        read(tmp_path / "a.shp")
