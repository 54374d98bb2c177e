"""Each provider against a server that answers as the source's documentation says."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely

from nngis.errors import FetchError
from nngis.fetch import overpass, points, rasters, weather
from nngis.fetch.area import Area
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.tally import asked_today
from nngis.inputs.weather_files import read_weather

rasterio = pytest.importorskip("rasterio")
# rasterio multiplies affine matrices in a way that affine is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")


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


def test_a_raster_behind_a_redirection_that_refuses_head_is_read_by_its_window(
    loopback, order, documented, tmp_path
):
    path = documented.geotiff(
        tmp_path / "a.tif", np.random.default_rng(1).random((2000, 2000)), west=108.0, north=23.0,
        cell=0.0005,
    )  # fmt: skip
    loopback.paths["/s3/a.tif"] = path
    loopback.without_head |= {"/s3/a.tif", "/a.tif"}
    loopback.moods["/a.tif"] = [("status", 302, {"Location": loopback.url("/s3/a.tif")})] * 50
    (found,) = rasters.fetch(order("worldpop", loopback.url("/a.tif"), "population_grid"))
    with rasterio.open(found.content) as read:
        assert read.shape == (200, 240)
    assert loopback.bytes_served < 0.7 * path.stat().st_size


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
    assert "was asked 1 time today" in roads.warnings[0].en
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
