"""No file brings in another file of the machine, and none opens a connection."""

import json
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from shapely import Point

from nngis.catalog.load import shipped_layers
from nngis.datasets.drivers import KEPT, close_gdal
from nngis.datasets.parquet import read_parquet
from nngis.datasets.raster import open_raster
from nngis.datasets.vector import list_layers, read_layer
from nngis.errors import LayerError, NngisError
from nngis.fetch.area import read_area
from nngis.fetch.osm_mapping import osm_layers
from nngis.fetch.osm_read import read_osm
from nngis.inputs.features import read_features
from nngis.inputs.rasters import read_grids
from nngis.inputs.roads import roads_from
from nngis.inputs.store import open_store
from nngis.inputs.weather_files import SUFFIXES, read_weather
from nngis.json_file import read_json
from nngis.ledger.mapinfo import BESIDE
from nngis.ledger.read import read_ledger
from nngis.ledger.sources import _readers
from nngis.roles import role
from nngis.run.scenario import read_scenario
from nngis.run.site_matrix import read_matrix
from tests.datasets.conftest import Listener
from tests.fuzz.elsewhere import texts

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
STORE = open_store(shipped_layers())
VECTORS = [".gpkg", ".geojson", ".json", ".fgb", ".kml", ".dxf", ".shp", ".gdb"]
VECTORS += [".geojsonl", ".geojsons", ".gpx", ".tab", ".mif"]
RASTERS = [".tif", ".tiff"]
# Every extension that a reader knows, and those of formats that point elsewhere by their nature.
FORMATS = sorted(
    {*VECTORS, *RASTERS, *_readers(role("boilers")), *BESIDE, *SUFFIXES}
    | {".osm", ".pbf", ".toml", ".vrt", ".dbf", ".gml", ".xml", ""}
)


def everything_read(path: Path) -> str:
    """Read a file by every door; return what came of it as text."""
    doors: list[Callable[[], object]] = [
        lambda: [read_ledger(path, role("boilers"), datum="wgs84").frame.to_dict()],
        lambda: [read_ledger(path, role("rivers"), datum="wgs84").frame.to_dict()],
        lambda: [read_features(str(path), "demand", STORE).frame.to_dict()],
        lambda: [read_layer(path, name).to_dict() for name in list_layers(path)],
        lambda: [read_parquet(path).to_dict()],
        lambda: read_grids({"population": path}, rasterio.crs.CRS.from_epsg(4545)),
        lambda: pixels(path),
        lambda: read_weather(path).to_dict(),
        lambda: [roads_from(path)[0].to_dict()],
        lambda: read_matrix(path, None, limit_m=None),
        lambda: read_area(str(path)).shape,
        lambda: read_osm(path, osm_layers().values()),
        lambda: read_json(path, LayerError),
        lambda: read_scenario(path),
    ]
    found = []
    for door in doors:
        try:
            found.append(str(door()))
        except NngisError as error:
            # A message may quote the file's own text, as the address of a link; not what is there.
            found.append(type(error).__name__)
    return " ".join(found)


def pixels(path: Path) -> float:
    with open_raster(path) as source:
        source.read(1, out_shape=(2, 2))
        return float(source.read(1).sum())


@pytest.mark.parametrize("suffix", FORMATS)
def test_text_that_points_elsewhere_is_not_obeyed(
    suffix: str, tmp_path: Path, secret: Path, listener: Listener
) -> None:
    for what, text in texts(secret, listener.url).items():
        path = tmp_path / f"a{suffix}"
        path.write_text(text, encoding="utf-8")
        assert "SECRET" not in everything_read(path), what
        assert listener.heard == [], what


def test_without_the_guard_such_text_is_obeyed(
    tmp_path: Path, secret: Path, listener: Listener
) -> None:
    """Hold what the other tests rest on: GDAL as it comes does follow these texts."""
    read = "import sys, pyogrio; print(pyogrio.read_dataframe(sys.argv[1]).to_csv())"
    told = texts(secret, listener.url)
    path = tmp_path / "a.geojson"
    path.write_text(told["a VRT of a file"], encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", read, path], capture_output=True, check=False)
    assert b"SECRET" in done.stdout
    path.write_text(told["a VRT of an address"], encoding="utf-8")
    subprocess.run([sys.executable, "-c", read, path], capture_output=True, check=False)
    assert listener.heard != []


def geojson(path: Path, crs: object) -> Path:
    feature = {
        "type": "Feature",
        "properties": {"锅炉编号": "G1", "额定蒸发量": 10},
        "geometry": {"type": "Point", "coordinates": [108.9, 22.8]},
    }
    content = {"type": "FeatureCollection", "crs": crs, "features": [feature]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("suffix", [".geojson", ".json"])
@pytest.mark.parametrize("kind", ["link", "url", "LINK"])
def test_a_crs_that_lies_at_an_address_is_refused(
    kind: str, suffix: str, escaped: bool, tmp_path: Path, listener: Listener
) -> None:
    where = {"href": listener.url, "url": listener.url, "type": "proj4"}
    path = geojson(tmp_path / f"a{suffix}", {"type": kind, "properties": where})
    if escaped:
        text = path.read_text(encoding="utf-8")
        for word in ("crs", "href", "url", "link"):
            text = text.replace(f'"{word}"', '"' + "".join(f"\\u{ord(c):04X}" for c in word) + '"')
        path.write_text(text, encoding="utf-8")
    with pytest.raises(NngisError, match="refers to other files"):
        read_layer(path)
    everything_read(path)
    assert listener.heard == []


def test_a_crs_at_an_address_is_found_however_long_what_stands_before_it(tmp_path: Path) -> None:
    told = {"x": "}" + "y" * 9_000, "z": {"a": [{}]}, "type": "link", "properties": {"href": "a"}}
    with pytest.raises(NngisError, match="refers to other files"):
        read_layer(geojson(tmp_path / "a.geojson", told))


def test_a_crs_that_is_named_is_read(tmp_path: Path) -> None:
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert len(read_layer(geojson(tmp_path / "a.geojson", named))) == 1


def geopackage(path: Path, *statements: str) -> Path:
    frame = gpd.GeoDataFrame({"锅炉编号": ["G1"]}, geometry=[Point(108.9, 22.8)], crs=4326)
    frame.to_file(path, layer="boilers", driver="GPKG")
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA writable_schema = ON")
        for at, statement in enumerate(statements):
            kind = "view" if "VIEW" in statement else "table"
            base.execute(
                "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) "
                "VALUES (?, ?, ?, 0, ?)",
                (kind, f"t{at}", f"t{at}", statement),
            )
            base.execute(
                "INSERT INTO gpkg_contents (table_name, data_type) VALUES (?, 'attributes')",
                (f"t{at}",),
            )
        base.commit()
    return path


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIRTUAL TABLE t0 USING VirtualOGR('{secret}')",
        "create  virtual table t0 using \"VirtualOGR\"('{url}/a.geojson')",
        "CREATE VIRTUAL TABLE t0 USING VirtualShape('{secret}')",
        "CREATE VIEW t0 AS SELECT ogr_datasource_load_layers('{secret}')",
        "CREATE VIEW t0 AS SELECT ogr_geocode('南宁') AS a",
        "CREATE VIEW t0 AS SELECT gdal_get_pixel_value('/vsicurl/{url}/a', 1, 'pixel', 1, 1) AS a",
        "CREATE VIEW t0 AS SELECT load_extension('{secret}')",
        "CREATE VIRTUAL/**/TABLE t0 USING/**/VirtualOGR('{secret}')",
        "CREATE VIRTUAL TABLE t0 USING --\nVirtualShape('{secret}')",
        "CREATE VIEW t0 AS SELECT '--' AS b, ogr_geocode/**/('南宁') AS a",
        "CREATE VIEW t0 AS SELECT BlobFromFile('{secret}') AS a",
        "CREATE TABLE t0 (a INTEGER, b TEXT GENERATED ALWAYS AS (ogr_geocode(a)) VIRTUAL)",
    ],
)
def test_a_geopackage_that_reaches_out_is_refused(
    statement: str, tmp_path: Path, secret: Path, listener: Listener
) -> None:
    told = statement.format(secret=secret, url=listener.url)
    path = geopackage(tmp_path / "a.gpkg", told)
    with pytest.raises(NngisError, match=r"refers to other files|damaged"):
        list_layers(path)
    assert "SECRET" not in everything_read(path)
    assert listener.heard == []


def test_words_of_a_schema_that_only_look_like_calls_are_let_be(tmp_path: Path) -> None:
    plain = "CREATE TABLE t0 (a TEXT DEFAULT 'http://a/b', edited TEXT) -- ogr_geocode(1)"
    assert "boilers" in list_layers(geopackage(tmp_path / "a.gpkg", plain))


def test_a_geopackage_with_a_plain_view_is_read(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", "CREATE VIEW t0 AS SELECT 1 AS a FROM boilers")
    assert set(list_layers(path)) == {"boilers", "t0"}


@pytest.mark.parametrize(
    "link",
    [
        "<NetworkLink><Link><href>{url}/a.kml</href></Link></NetworkLink>",
        "<k:NetworkLink xmlns:k='http://www.opengis.net/kml/2.2'><k:href>{url}</k:href></k:NetworkLink>",
    ],
)
def test_a_kml_that_links_elsewhere_is_refused(
    link: str, tmp_path: Path, listener: Listener
) -> None:
    path = tmp_path / "a.kml"
    mark = "<Placemark><name>a</name><Point><coordinates>108.9,22.8</coordinates></Point>"
    inside = link.format(url=listener.url) + mark + "</Placemark>"
    path.write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>',
        encoding="utf-8",
    )
    with pytest.raises(NngisError, match="NetworkLink"):
        read_ledger(path, role("boilers"))
    everything_read(path)
    assert listener.heard == []


def test_styles_and_icons_of_a_kml_are_not_fetched(tmp_path: Path, listener: Listener) -> None:
    path = tmp_path / "a.kml"
    path.write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Style id="s"><IconStyle><Icon>'
        f"<href>{listener.url}/i.png</href></Icon></IconStyle></Style><Placemark><name>河</name>"
        f"<styleUrl>{listener.url}/style.kml#s</styleUrl><LineString><coordinates>108.9,22.8 "
        "108.95,22.85</coordinates></LineString></Placemark></Document></kml>",
        encoding="utf-8",
    )
    assert len(read_ledger(path, role("rivers"), datum="wgs84").frame) == 1
    assert listener.heard == []


def test_the_prj_of_a_shapefile_fetches_nothing(tmp_path: Path, listener: Listener) -> None:
    frame = gpd.GeoDataFrame({"name": ["河"]}, geometry=[Point(108.9, 22.8)], crs=4326)
    frame.to_file(tmp_path / "a.shp", encoding="UTF-8")
    for text in (listener.url, f"/vsicurl/{listener.url}/a.prj", f"+init={listener.url}:1"):
        (tmp_path / "a.prj").write_text(text, encoding="utf-8")
        everything_read(tmp_path / "a.shp")
    assert listener.heard == []


def tiff(path: Path) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", width=64, height=64, count=1, dtype="uint8", crs="EPSG:4326",
        transform=rasterio.transform.from_origin(108, 23, 0.01, 0.01),
    ) as made:  # fmt: skip
        made.write(np.ones((1, 64, 64), "uint8"))
        made.update_tags(ns="OVERVIEWS", OVERVIEW_FILE="REPLACE")
    return path


def test_a_raster_with_overviews_elsewhere_is_refused(tmp_path: Path, listener: Listener) -> None:
    path = tiff(tmp_path / "a.tif")
    with rasterio.open(path, "r+") as made:
        made.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=f"/vsicurl/{listener.url}/a.ovr")
    with pytest.raises(NngisError, match="overviews elsewhere"), open_raster(path):
        pass
    assert listener.heard == []


def test_what_lies_beside_a_raster_is_not_followed(tmp_path: Path, listener: Listener) -> None:
    path = tiff(tmp_path / "a.tif")
    with rasterio.open(path, "r+") as made:
        made.update_tags(ns="OVERVIEWS", OVERVIEW_FILE="")
    address = f"/vsicurl/{listener.url}/a.ovr"
    path.with_name("a.tif.aux.xml").write_text(
        '<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">'
        f"{address}</MDI></Metadata></PAMDataset>",
        encoding="utf-8",
    )
    path.with_name("a.tif.ovr").write_text(
        '<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1">'
        f"<SimpleSource><SourceFilename>{address}</SourceFilename></SimpleSource>"
        "</VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    everything_read(path)
    assert listener.heard == []


@pytest.mark.parametrize("path", ["/vsicurl/{}/a.geojson", "{}/a.geojson", "/vsimem/a.tif"])
def test_paths_of_gdal_and_addresses_are_no_files(path: str, listener: Listener) -> None:
    told = Path(path.format(listener.url))
    everything_read(told)
    with pytest.raises(NngisError, match="no such file"):
        read_layer(told)
    assert listener.heard == []


def test_no_driver_is_left_that_is_not_wanted() -> None:
    import pyogrio  # noqa: PLC0415

    close_gdal()
    assert set(pyogrio.list_drivers()) <= KEPT
    assert {"GPKG", "GeoJSON", "FlatGeobuf", "OpenFileGDB", "DXF", "ESRI Shapefile"} <= set(
        pyogrio.list_drivers()
    )


def test_gdal_itself_reaches_no_address_any_more(listener: Listener) -> None:
    import pyogrio  # noqa: PLC0415

    close_gdal()
    for name in ("a.geojson", "a.gpkg", "a.json"):
        with pytest.raises(Exception, match=r".+"):
            pyogrio.read_info(f"/vsicurl/{listener.url}/{name}")
        with pytest.raises(Exception, match=r".+"):
            pyogrio.read_info(f"{listener.url}/{name}")
    assert listener.heard == []


def test_a_shapefile_begins_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    path.write_bytes(struct.pack(">i", 9995) + b"\0" * 96)
    with pytest.raises(NngisError, match=r"not that of a \.shp"):
        read_layer(path)
