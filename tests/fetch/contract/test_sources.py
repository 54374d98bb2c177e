"""Each provider against a server that answers as the source's documentation says."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nngis.errors import FetchError, ScenarioError
from nngis.fetch import footprints, outlines, overpass, points, rasters, roof_areas, weather
from nngis.fetch.area import Area, read_area
from nngis.fetch.cache import Cache
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.order import Order
from nngis.fetch.tally import asked_today
from nngis.inputs.weather_files import read_weather

rasterio = pytest.importorskip("rasterio")
# rasterio multiplies affine matrices in a way that affine is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")


@pytest.fixture
def order(patient, tmp_path, documented):
    def make(name, url, *layers, area=None, **changes):
        endpoint = read_endpoints()[name].model_copy(
            update={"url": str(url), "mirrors": (), **changes}
        )
        where = area or Area("town", shapely.box(*documented.box), gpd.GeoDataFrame())
        return Order(layers, where, endpoint, patient, Cache(tmp_path / "cache"))

    return make


# WorldPop: 200 and the whole file, whatever range is asked for; nodata -99999.


def test_worldpop_comes_whole_and_is_cut_here(loopback, order, documented, tmp_path):
    values = np.full((600, 600), 2.5, "float32")
    values[:, :200] = -99999
    path = documented.geotiff(
        tmp_path / "pop.tif", values, west=108.2, north=23.1, cell=1 / 1200, nodata=-99999
    )
    loopback.paths["/chn_pop.tif"] = path
    loopback.without_ranges.add("/chn_pop.tif")
    here = order("worldpop", loopback.url("/chn_pop.tif"), "population_grid")
    (found,) = rasters.fetch(here)
    with rasterio.open(found.content) as read:
        people = read.read(1, masked=True)
        assert read.nodata == -99999
    _west, south, east, north = documented.box
    cells_east_of_hole = (east - (108.2 + 200 / 1200)) * 1200
    assert people.count() == pytest.approx(cells_east_of_hole * (north - south) * 1200, rel=0.02)
    assert float(people.min()) == 2.5
    assert "alpha" in found.note.en
    rasters.fetch(here)
    assert sum("Range" not in headers for _, _, headers in loopback.asked) == 1


# GHS-POP: a zip for each tile of 1,000 km, a GeoTIFF in Mollweide in it beside a list of places.


def test_a_zipped_tile_of_the_settlement_layer_is_read(loopback, order, documented, tmp_path):
    name = "GHS_POP_E2020_GLOBE_R2023A_54009_100_V1_0_R7_C29"
    tile = documented.geotiff(
        tmp_path / "t.tif", np.full((3000, 3000), 1.5), west=10_209_000.0, north=2_900_000.0,
        cell=100.0, crs="ESRI:54009", nodata=-200.0,
    )  # fmt: skip
    loopback.files[f"/tiles/{name}.zip"] = documented.zipped(
        {f"{name}.tif": tile.read_bytes(), "GHSL_Data_Package_2023.pdf": b"%PDF", "x.xlsx": b"PK"}
    )
    url = loopback.url("/tiles/GHS_POP_E2020_GLOBE_R2023A_54009_100_V1_0_R{row}_C{column}.zip")
    (found,) = rasters.fetch(order("ghs_pop", url, "population_grid_ghs"))
    assert found.crs == "ESRI:54009"
    with rasterio.open(found.content) as read:
        assert (read.read(1) == 1.5).all()
        assert read.units == ("people",)


def test_open_sea_has_no_zipped_tile(loopback, order):
    url = loopback.url("/R{row}_C{column}.zip")
    with pytest.raises(FetchError, match="does not cover"):
        rasters.fetch(order("ghs_pop", url, "population_grid_ghs"))


# Solar Atlas: a zip a country, the period in its name.


@pytest.mark.parametrize(
    ("period", "value", "unit"),
    [("AvgDailyTotals", 3.4, "kWh/m2/d"), ("YearlyMonthlyTotals", 1241.0, "kWh/m2/a")],
)
def test_the_unit_of_a_solar_map_is_found(
    loopback, order, documented, tmp_path, period, value, unit
):
    stem = f"China_GISdata_LTAy_{period}_GlobalSolarAtlas-v2_GEOTIFF"
    tif = documented.geotiff(
        tmp_path / "GHI.tif", np.full((400, 400), value, "float32"), west=108.0, north=23.2,
        cell=0.0025, nodata=np.nan,
    )  # fmt: skip
    loopback.files[f"/{stem}.zip"] = documented.zipped(
        {f"{stem}/GHI.tif": tif.read_bytes(), f"{stem}/readme.pdf": b"%PDF"}
    )
    (found,) = rasters.fetch(order("solar_atlas_ghi", loopback.url(f"/{stem}.zip"), "ghi"))
    with rasterio.open(found.content) as read:
        assert read.units == (unit,)
        assert read.read(1)[3, 3] == pytest.approx(value)
    assert found.vintage == "to 2022, start by region"


def test_a_solar_map_whose_name_lies_is_refused(loopback, order, documented, tmp_path):
    tif = documented.geotiff(
        tmp_path / "GHI.tif", np.full((400, 400), 1241.0, "float32"), west=108.0, north=23.2,
        cell=0.0025,
    )  # fmt: skip
    loopback.files["/x_AvgDailyTotals.zip"] = documented.zipped({"GHI.tif": tif.read_bytes()})
    with pytest.raises(FetchError, match=r"means kWh/m2/d, while .* are kWh/m2/a"):
        rasters.fetch(order("solar_atlas_ghi", loopback.url("/x_AvgDailyTotals.zip"), "ghi"))


# Copernicus DEM: what must be said.


def test_the_elevation_says_what_its_licence_prescribes(loopback, order, documented, tmp_path):
    path = documented.geotiff(
        tmp_path / "dem.tif", np.full((1200, 1200), 80.0, "float32"), west=108.0, north=23.0,
        cell=1 / 1200,
    )  # fmt: skip
    loopback.paths["/Copernicus_DSM_COG_10_N22_00_E108_00_DEM.tif"] = path
    url = loopback.url("/Copernicus_DSM_COG_10_{ns}{lat:02d}_00_{ew}{lon:03d}_00_DEM.tif")
    (found,) = rasters.fetch(order("copernicus_dem", url, "elevation"))
    assert found.attribution == (
        "produced using Copernicus WorldDEM-30 © DLR e.V. 2010-2014 and © Airbus Defence and Space "
        "GmbH 2014-2018 provided under COPERNICUS by the European Union and ESA; all rights "
        "reserved"
    )
    assert found.note.en.endswith(
        "The organisations in charge of the Copernicus programme by law or by delegation do not "
        "incur any liability for any use of the Copernicus WorldDEM-30."
    )


# Overture: the catalog names the release and its files.


@pytest.fixture
def overture(loopback, documented, tmp_path):
    """A catalog with one release: a file over Nanning and one elsewhere."""
    near, far = "part-00312-x.zstd.parquet", "part-00001-x.zstd.parquet"
    release = documented.release
    path = documented.overture_buildings(tmp_path / near)
    loopback.paths[f"/release/{release}/theme=buildings/type=building/{near}"] = path
    loopback.files["/catalog.json"] = documented.overture_catalog(release)
    files = {near: (107.0, 20.0, 110.0, 24.0), far: (-92.7, 14.3, -86.8, 15.0)}

    def index(**more):
        return documented.overture_index(loopback.url("").rstrip("/"), release, files, **more)

    loopback.files[f"/{release}/collections.parquet"] = index()
    return index


@pytest.mark.parametrize("collection", ["building", None])
def test_the_latest_release_is_read_and_only_its_files_over_the_area(
    loopback, order, documented, overture, collection
):
    loopback.files[f"/{documented.release}/collections.parquet"] = overture(collection=collection)
    (found,) = footprints.fetch(order("footprints", loopback.url("/catalog.json"), "footprints"))
    rows = found.content
    assert found.vintage == documented.release
    assert len(rows) == len(documented.houses()) - 1  # the first lies underground
    assert set(rows["source"]) == {"OpenStreetMap", "Zenodo"}
    assert rows["building"].dropna().tolist() == ["school"]
    assert rows["height_m"].isna().all()
    opened = {path for _, path, _ in loopback.asked if path.startswith("/release/")}
    assert {path.rpartition("/")[2] for path in opened} == {"part-00312-x.zstd.parquet"}
    for owner in ("OpenStreetMap", "Esri", "Microsoft", "USGS", "IGN", "10.5281/zenodo.8174931"):
        assert owner in found.attribution


def test_a_release_without_the_column_underground_is_read(
    loopback, order, documented, overture, tmp_path
):
    path = f"/release/{documented.release}/theme=buildings/type=building/part-00312-x.zstd.parquet"
    loopback.paths[path] = documented.overture_buildings(
        tmp_path / "b.parquet", drop=("is_underground",)
    )
    (found,) = footprints.fetch(order("footprints", loopback.url("/catalog.json"), "footprints"))
    assert len(found.content) == len(documented.houses())


def test_a_release_that_is_gone_is_named_with_the_latest(loopback, order, documented, overture):
    here = order("footprints", loopback.url("/catalog.json"), "footprints", release="2025-09-24.0")
    with pytest.raises(FetchError, match=rf"2025-09-24.0 is gone .* {documented.release}"):
        footprints.fetch(here)


def test_an_index_of_another_form_is_named(loopback, order, documented, overture):
    loopback.files[f"/{documented.release}/collections.parquet"] = b"PAR1 no table PAR1"
    with pytest.raises(FetchError, match="not in the form expected"):
        footprints.fetch(order("footprints", loopback.url("/catalog.json"), "footprints"))


# GlobalBuildingAtlas: tiles of 5 degrees, ids that are no ids, -999.


def test_a_tile_of_the_building_atlas_keeps_every_outline(loopback, order, documented, tmp_path):
    path = documented.gba_tile(tmp_path / "e105_n25_e110_n20.parquet")
    loopback.paths["/lod1/e105_n25_e110_n20.parquet"] = path
    url = loopback.url("/lod1/{tile}.parquet")
    (found,) = footprints.fetch(order("footprints_gba", url, "footprints_gba"))
    rows = found.content
    assert len(rows) == len(documented.houses())
    assert rows["height_m"].isna().sum() == 1
    assert set(rows["height_m"].dropna()) == {9.0}
    assert set(rows["source"]) == {"osm", "ours2"}
    assert (found.licence, found.evidence) == ("ODbL-1.0 AND CC-BY-NC-4.0", "approximate")
    assert "not for commercial use" in found.note.en


# 3D-GloBFP: parts on figshare list tiles by their boxes; downloads are redirected.


def test_heights_come_from_the_tile_that_its_name_places_here(
    loopback, order, documented, tmp_path
):
    height = np.where(np.arange(len(documented.houses())) == 0, -999.0, 7.5)
    members = documented.shapefile(tmp_path, "Guangxi_2019", "EPSG:4326", height=height)
    names = ["2019_107.5_22.5_110_25_China.zip", "12_-92_14_-87_15_Guatemala.zip"]
    root = loopback.url("").rstrip("/")
    loopback.files["/v2/articles/1/files?limit=1000"] = documented.figshare_list(root, [])
    loopback.files["/v2/articles/2/files?limit=1000"] = documented.figshare_list(root, names)
    loopback.moods["/ndownloader/5300"] = [
        ("status", 302, {"Location": loopback.url("/s3/tile.zip")})
    ] * 50
    loopback.files["/s3/tile.zip"] = documented.zipped(
        {f"2019/Guangxi_2019{suffix}": content for suffix, content in members.items()}
    )
    url = loopback.url("/v2/articles/{part}/files?limit=1000")
    here = order("footprints_globfp", url, "footprints_globfp", parts=("1", "2"))
    (found,) = outlines.fetch(here)
    assert len(found.content) == len(documented.houses())
    assert found.content["height_m"].isna().sum() == 1
    assert set(found.content["height_m"].dropna()) == {7.5}
    assert "/ndownloader/5301" not in {path for _, path, _ in loopback.asked}


# East Asian Buildings: one archive of a whole region, a city's shapefile in UTM, POLYGON Z among.


def test_of_the_archive_of_east_asia_only_the_city_moves(loopback, order, documented, tmp_path):
    members = documented.shapefile(tmp_path, "Nanning", "EPSG:32648", z=True)
    noise = np.random.default_rng(1).bytes(4_000_000)
    loopback.files["/api/records/8174931"] = documented.zenodo_record(
        loopback.url("").rstrip("/"), 8174931, ["readme.txt", "East_Asian_buildings.zip"]
    )
    content = "/api/records/8174931/files/East_Asian_buildings.zip/content"
    loopback.files[content] = documented.zipped(
        {f"China/Guangxi/Nanning{suffix}": one for suffix, one in members.items()}
        | {"China/Hebei/Baoding.shp": noise}
    )
    url = loopback.url("/api/records/8174931")
    (found,) = outlines.fetch(order("footprints_east_asia", url, "footprints_east_asia"))
    rows = found.content
    assert len(rows) == len(documented.houses())
    assert not rows.geometry.has_z.any()
    west, south, east, north = documented.box
    assert rows.total_bounds == pytest.approx((west, south, east, north), abs=0.005)
    assert rows.geometry.to_crs("EPSG:32648").area.median() == pytest.approx(455, rel=0.05)
    assert rows["height_m"].isna().all()
    assert loopback.bytes_served < 0.8 * len(loopback.files[content])


def test_an_archive_too_large_for_a_server_without_ranges_is_named(loopback, order, documented):
    loopback.files["/api/records/8174931"] = documented.zenodo_record(
        loopback.url("").rstrip("/"), 8174931, ["all.zip"]
    )
    content = "/api/records/8174931/files/all.zip/content"
    loopback.files[content] = documented.zipped({"a": bytes(2_000_000)})
    loopback.without_ranges.add(content)
    url = loopback.url("/api/records/8174931")
    here = order("footprints_east_asia", url, "footprints_east_asia", whole_mb=0.001)
    with pytest.raises(FetchError, match="raise whole_mb"):
        outlines.fetch(here)


def test_a_city_that_the_archive_lacks_is_named(loopback, order, documented):
    loopback.files["/api/records/1"] = documented.zenodo_record(
        loopback.url("").rstrip("/"), 1, ["all.zip"]
    )
    loopback.files["/api/records/1/files/all.zip/content"] = documented.zipped({"a.shp": b""})
    url = loopback.url("/api/records/1")
    with pytest.raises(FetchError, match=r"no shapefile .*Nanning\.shp"):
        outlines.fetch(order("footprints_east_asia", url, "footprints_east_asia"))


# CBRA: 0 and 255 on cells of 2.5 m, tiles named by their upper left corner, a zip a year.


def test_roofs_are_added_up_by_county(loopback, order, documented, tmp_path):
    cell = 2.245e-5
    values = np.zeros((1024, 1024), "uint8")
    values[:512, :512] = 255  # a quarter of 1024 x 1024 cells
    tile = documented.geotiff(
        tmp_path / "t.tif", values, west=107.5, north=25.0, cell=cell, size=(111_360, 111_360),
        at=(97_280, 38_400),
    )  # fmt: skip
    names = ["CBRA_2016.zip", "CBRA_2021.zip"]
    root = loopback.url("").rstrip("/")
    loopback.files["/api/records/7500612"] = documented.zenodo_record(root, 7500612, names)
    loopback.files["/api/records/7500612/files/CBRA_2021.zip/content"] = documented.zipped(
        {
            "CBRA_2021/CBRA_2021_E107.5N25.tif": tile.read_bytes(),
            "CBRA_2021/CBRA_2021_E110N25.tif": b"II*\0 elsewhere",
            "CBRA_2021/CBRA_2021_E107.5N22.5.tif": b"II*\0 south of it",
        }
    )
    where = read_area(",".join(map(str, documented.box)))
    here = order("cbra", loopback.url("/api/records/7500612"), "roof_areas", area=where)
    (found,) = roof_areas.fetch(here)
    # The cells lie at 108.362 to 108.385 E, 22.793 to 22.816 N: all in 青秀区 and its neighbours.
    side_m = (512 * cell * 111_320 * np.cos(np.radians(22.81)), 512 * cell * 110_752)
    assert found.content["roof_km2"].sum() == pytest.approx(side_m[0] * side_m[1] / 1e6, rel=0.02)
    assert found.content["adcode"].str.startswith("4501").all()
    asked = {path for _, path, _ in loopback.asked}
    assert "/api/records/7500612/files/CBRA_2016.zip/content" not in asked


def test_without_counties_roofs_cannot_be_added_up(loopback, order):
    with pytest.raises(ScenarioError, match="no counties"):
        roof_areas.fetch(order("cbra", loopback.url("/api/records/1"), "roof_areas"))


# PVGIS: UTC, the moment within the hour stated, the database named.


def test_a_typical_year_is_in_utc_and_names_its_database(loopback, order, documented, tmp_path):
    loopback.files["/tmy"] = documented.pvgis_tmy(offset_h=0.5, database="PVGIS-SARAH3")
    here = order("pvgis", loopback.url("/tmy"), "weather", "solar_climate_tmy")
    found, climate = weather.fetch(here)
    hours = found.content
    assert len(hours) == 8760
    # Noon by the sun is at 12 - 108.36 / 15 = 4.78 h UTC; sampled half an hour after the hour.
    assert hours["ghi_w_m2"].to_numpy().reshape(-1, 24).mean(axis=0).argmax() == 4
    assert "PVGIS-SARAH3" in found.sources[0]
    assert found.vintage == "2005-2023"
    assert "30 minutes after the full hour" in found.note.en
    (tmp_path / "weather.json").write_bytes(found.beside.read_bytes())
    assert found.beside_suffix == ".json"
    station = read_weather(tmp_path / "weather.json").iloc[0]
    assert (station["lon"], station["lat"]) == (108.36, 22.83)
    means = climate.content.iloc[0]
    assert means["ghi_kwh_m2_d"] == pytest.approx(station["ghi_kwh_m2_d"], rel=1e-4)


def test_what_an_answer_does_not_state_is_unknown(loopback, order, documented):
    said = json.loads(documented.pvgis_tmy())
    del said["inputs"]["location"]["irradiance_time_offset"]
    del said["inputs"]["meteo_data"]["radiation_db"]
    loopback.files["/tmy"] = json.dumps(said).encode()
    (found,) = weather.fetch(order("pvgis", loopback.url("/tmy"), "weather"))
    assert "does not state" in found.note.en
    assert "ERA5" not in found.note.en


def test_a_place_that_pvgis_does_not_know_is_told(loopback, order):
    loopback.moods["/tmy"] = [("status", 400, {}, b'{"message": "Location over the sea."}')]
    with pytest.raises(FetchError, match="HTTP 400"):
        weather.fetch(order("pvgis", loopback.url("/tmy"), "weather"))


# Open Charge Map: without compact the operator has a name.


def test_a_station_names_its_operator_and_a_closed_one_is_left_out(
    loopback, order, documented, monkeypatch
):
    monkeypatch.setenv("OPENCHARGEMAP_KEY", "k")
    endpoint = read_endpoints()["open_charge_map"]
    assert "compact" not in endpoint.url
    assert "opendata=true" in endpoint.url
    west, south, east, north = documented.box
    query = f"({north:.6f},{west:.6f}),({south:.6f},{east:.6f})"
    loopback.files[f"/v3/poi/?boundingbox={query}"] = documented.charge_map()
    url = loopback.url("/v3/poi/?boundingbox=({north},{west}),({south},{east})")
    (found,) = points.fetch(order("open_charge_map", url, "charging_points"))
    rows = found.content.set_index("station_id")
    assert rows.index.tolist() == ["ocm1", "ocm3"]
    assert rows.loc["ocm1", ["operator", "connectors_count", "power_kw"]].tolist() == [
        "国家电网", 4, 240.0,
    ]  # fmt: skip
    assert rows.loc["ocm3", ["operator", "connectors_count", "power_kw"]].isna().all()
    assert found.warnings == ()


def test_an_answer_as_long_as_it_may_be_is_told(loopback, order, documented, monkeypatch):
    monkeypatch.setenv("OPENCHARGEMAP_KEY", "k")
    loopback.files["/poi?maxresults=2"] = documented.charge_map()
    (found,) = points.fetch(
        order("open_charge_map", loopback.url("/poi?maxresults=2"), "charging_points")
    )
    assert "there may be more" in found.warnings[0].en


# Overpass: slots, limits, remarks.

EMPTY = b'<osm version="0.6"><meta osm_base="2026-11-29T00:00:00Z"/></osm>'


@pytest.fixture
def interpreter(loopback, order, documented):
    pytest.importorskip("osmium")
    loopback.speakers["/api/interpreter"] = lambda _: EMPTY
    return order("overpass", loopback.url("/api/interpreter"), "roads")


def test_overpass_hears_of_a_time_out_before_the_client_gives_up(interpreter):
    stated = interpreter.endpoint.timeout_s
    assert f"[timeout:{stated}]" in overpass.question(interpreter, interpreter.area.box)
    assert stated == 90
    assert overpass._patient(interpreter).network.timeout_s >= stated + 60


def test_after_too_many_questions_nobody_asks_for_half_a_minute(interpreter, loopback, waits):
    loopback.moods["/api/interpreter"] = [
        ("status", 429, {"Retry-After": "5"}), ("status", 429, {}),
    ]  # fmt: skip
    overpass.fetch(interpreter)
    assert waits[:2] == [30.0, 30.0]


def test_a_time_out_inside_an_answer_of_200_means_smaller_tiles(interpreter, loopback):
    said = (
        '<remark> runtime error: Query timed out in "query" at line 3 after 91 seconds. </remark>'
    )
    answers = [EMPTY.replace(b"</osm>", said.encode() + b"</osm>")]
    loopback.speakers["/api/interpreter"] = lambda _: answers.pop() if answers else EMPTY
    overpass.fetch(interpreter)
    # The one tile of a quarter degree, then its quarters, into all of which the area reaches.
    assert [verb for verb, _, _ in loopback.asked] == ["POST"] * 5


def test_overpass_may_pack_its_answers(interpreter, loopback):
    loopback.packed.add("/api/interpreter")
    overpass.fetch(interpreter)
    assert loopback.asked[0][2]["Accept-Encoding"] == "gzip"


def test_what_a_server_was_asked_today_is_counted_and_told(interpreter, loopback):
    (roads,) = overpass.fetch(interpreter)
    questions, size = asked_today(interpreter.cache.folder, interpreter.endpoint.url)
    assert (questions, size) == (1, len(EMPTY))
    assert "was asked 1 times today" in roads.warnings[0].en
    overpass.fetch(interpreter)  # from the cache
    assert asked_today(interpreter.cache.folder, interpreter.endpoint.url)[0] == 1


def test_a_province_is_sent_to_a_file(order, monkeypatch):
    monkeypatch.setenv("NNGIS_CONTACT", "gis@example.org")
    province = Area("450000", shapely.box(104.5, 20.9, 112.1, 26.4), pd.DataFrame())
    (said,) = overpass.advice(order("overpass", "http://x/api", "roads", area=province))
    assert ".osm.pbf" in said.en
    town = order("overpass", "http://x/api", "roads")
    assert overpass.advice(town) == []
    monkeypatch.delenv("NNGIS_CONTACT")
    (said,) = overpass.advice(town)
    assert "NNGIS_CONTACT" in said.en
