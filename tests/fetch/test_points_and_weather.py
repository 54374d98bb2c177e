"""Lists of points and a typical year, from the loopback."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.catalog.load import load_layer
from nngis.errors import FetchError, ScenarioError
from nngis.fetch import points, weather
from nngis.fetch.area import Area
from nngis.fetch.cache import Cache
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.folder import write_folder
from nngis.fetch.order import Order

TOWN = Area("town", shapely.box(108.0, 22.0, 109.0, 23.0), gpd.GeoDataFrame())
STATIONS = [
    {
        "ID": 7,
        "AddressInfo": {"Title": "甲站", "Latitude": 22.8, "Longitude": 108.3},
        "OperatorInfo": {"Title": "国家电网"},
        "Connections": [{"PowerKW": 120, "Quantity": 2}, {"PowerKW": 7, "Quantity": 4}],
    },
    {
        "ID": 8,
        "AddressInfo": {"Title": "乙站", "Latitude": 22.9, "Longitude": 108.4},
        "OperatorInfo": None,
        "Connections": [{"PowerKW": None, "Quantity": 2}, {"PowerKW": 7}],
    },
    {"ID": 9, "AddressInfo": {"Title": "远", "Latitude": 30.0, "Longitude": 108.4}},
]
AIRPORTS = """id,ident,type,name,latitude_deg,longitude_deg,elevation_ft
1,ZGNN,large_airport,"Nanning Wuxu Airport",22.608299,108.171997,421
2,XX,closed,"Old",22.7,108.2,
3,ZZZZ,large_airport,"Far",10,10,1
"""


@pytest.fixture
def order(patient, tmp_path):
    def make(name, url, *layers):
        endpoint = read_endpoints()[name].model_copy(update={"url": str(url)})
        return Order(layers, TOWN, endpoint, patient, Cache(tmp_path / "cache"))

    return make


def test_stations_keep_what_is_known_and_leave_the_rest_unknown(loopback, order, monkeypatch):
    monkeypatch.setenv("OPENCHARGEMAP_KEY", "geheim")
    loopback.files["/poi?box=(22.000000,108.000000)"] = json.dumps(STATIONS).encode()
    here = order("open_charge_map", loopback.url("/poi?box=({south},{west})"), "charging_points")
    (found,) = points.fetch(here)
    rows = found.content.set_index("station_id")
    assert rows.index.tolist() == ["ocm7", "ocm8"]
    assert rows.loc["ocm7", ["connectors_count", "power_kw"]].tolist() == [6, 268]
    assert rows.loc["ocm8", ["connectors_count", "power_kw"]].isna().all()
    assert loopback.asked[0][2]["X-API-Key"] == "geheim"
    assert "geheim" not in repr(found)


def test_a_source_that_wants_a_key_says_where_to_put_it(loopback, order, monkeypatch):
    monkeypatch.delenv("OPENCHARGEMAP_KEY", raising=False)
    with pytest.raises(ScenarioError, match="OPENCHARGEMAP_KEY"):
        points.fetch(order("open_charge_map", loopback.url("/poi"), "charging_points"))
    assert loopback.asked == []


@pytest.mark.parametrize("answer", [b'{"error": "no"}', b"[{}]", b"not json"])
def test_an_answer_of_another_form_is_named(loopback, order, monkeypatch, answer):
    monkeypatch.setenv("OPENCHARGEMAP_KEY", "x")
    loopback.files["/poi"] = answer
    with pytest.raises(FetchError, match="not in the form expected"):
        points.fetch(order("open_charge_map", loopback.url("/poi"), "charging_points"))


def test_airports_of_the_area_that_are_open_are_kept(loopback, order):
    loopback.files["/airports.csv"] = AIRPORTS.encode()
    loopback.moods["/airports.csv"] = [("cut", 60)]
    (found,) = points.fetch(order("airports", loopback.url("/airports.csv"), "airports"))
    assert found.content["place_id"].tolist() == ["ZGNN"]
    assert found.content["place_class"].tolist() == ["airport"]
    assert loopback.ranges() == ["", "bytes=60-"]


def local_hours(hours=8760):
    """Sun and air by the hour of the place's own day: sun from six to six, warmer by the hour."""
    for hour in range(hours):
        local = hour % 24
        yield hour, 480 if 6 <= local < 18 else 0, 20 + local / 10


def tmy():
    """PVGIS's answer: rows of UTC, which at 108.3 degrees east is seven hours behind the sun."""
    by_local = {hour: (sun, air) for hour, sun, air in local_hours(24)}
    rows = []
    for hour in range(8760):
        day = np.datetime64("2019-01-01") + hour // 24
        sun, air = by_local[(hour + 7) % 24]
        rows.append({
            "time(UTC)": f"{str(day).replace('-', '')}:{hour % 24:02d}00", "T2m": air, "RH": 80.0,
            "G(h)": sun, "Gb(n)": sun / 2, "Gd(h)": sun / 2, "IR(h)": 380.0, "WS10m": 3.0,
            "WD10m": 90.0, "SP": 100000.0,
        })  # fmt: skip
    meteo = {"radiation_db": "PVGIS-ERA5", "meteo_db": "ERA5", "year_min": 2005, "year_max": 2023}
    place = {"latitude": 22.8, "longitude": 108.3, "elevation": 80.0}
    return json.dumps({
        "inputs": {"location": place | {"irradiance_time_offset": 0.5}, "meteo_data": meteo},
        "outputs": {"months_selected": [], "tmy_hourly": rows},
        "meta": {},
    }).encode()  # fmt: skip


def epw(hours=8760, clock=8.0):
    head = [
        f"LOCATION,Nanning,GX,CHN,station,0,22.8,108.3,{clock},80.0",
        *[f"{name},0" for name in ("DESIGN CONDITIONS", "TYPICAL/EXTREME PERIODS",
          "GROUND TEMPERATURES", "HOLIDAYS/DAYLIGHT SAVINGS", "COMMENTS 1", "COMMENTS 2")],
        "DATA PERIODS,1,1,Data,Sunday,1/1,12/31",
    ]  # fmt: skip
    rows = []
    for hour, sun, air in local_hours(hours):
        day = np.datetime64("2019-01-01") + hour // 24
        year, month, date = str(day).split("-")
        numbers = [air, 15, 80, 100000, 0, 0, 0, sun, sun / 2, sun / 2]
        more = [0, 0, 0, 0, 180, 3.0, 0, 0, 10, 77777, 9, 999999999, 0, 0, 0, 0, 0, 0, 0]
        stamp = [year, int(month), int(date), hour % 24 + 1, 0, "?"]
        rows.append(",".join(map(str, [*stamp, *numbers, *more])))
    return "\n".join([*head, *rows, ""]).encode()


def test_a_typical_year_gives_hours_and_the_means_that_a_plan_takes(loopback, order, tmp_path):
    loopback.files["/tmy?lat=22.5&lon=108.5"] = tmy()
    url = loopback.url("/tmy?lat={lat:.1f}&lon={lon:.1f}")
    here = order("pvgis", url, "weather", "solar_climate_tmy")
    found = weather.fetch(here)
    assert [layer.id for layer in found] == ["weather", "solar_climate_tmy"]
    climate = found[1].content.iloc[0]
    assert climate["ghi_kwh_m2_d"] == pytest.approx(12 * 0.48)
    assert climate[["air_mean_c", "air_min_c", "air_max_c"]].tolist() == pytest.approx(
        [21.15, 20.0, 22.3]
    )
    assert climate["wind_rms_m_s"] == pytest.approx(3.0)
    specs = write_folder(tmp_path / "out", found)
    assert specs["solar_climate_tmy"].roles == ("solar_climate",)
    assert (tmp_path / "out/weather.json").read_bytes() == tmy()
    hours = load_layer(specs["weather"], tmp_path / "out").frame
    assert len(hours) == 8760
    assert hours["ghi_w_m2"].sum() * 1e-3 == pytest.approx(365 * 12 * 0.48)
    assert hours["ghi_w_m2"].to_numpy()[:24].tolist() == [480] * 11 + [0] * 12 + [480]


def test_a_year_that_was_cut_goes_on_where_it_stopped(loopback, order):
    path = "/tmy?lat=22.5&lon=108.5"
    loopback.files[path] = tmy()
    loopback.moods[path] = [("cut", 100_000)]
    url = loopback.url("/tmy?lat={lat:.1f}&lon={lon:.1f}")
    (found,) = weather.fetch(order("pvgis", url, "weather"))
    assert found.id == "weather"
    assert loopback.ranges() == ["", "bytes=100000-"]


def test_a_clock_that_contradicts_the_sun_is_told(order, tmp_path):
    for clock, told in ((8.0, False), (7.0, False), (0.0, True)):
        (tmp_path / "x.epw").write_bytes(epw(clock=clock))
        (found,) = weather.fetch(order("pvgis", tmp_path / "x.epw", "weather"))
        assert bool(found.warnings) == told, clock
    assert "UTC+0" in found.warnings[0].en


def test_an_epw_file_at_hand_is_read_without_a_network(order, tmp_path, loopback):
    (tmp_path / "nanning.epw").write_bytes(epw())
    (found,) = weather.fetch(order("pvgis", tmp_path / "nanning.epw", "weather"))
    assert found.sources[-1] == "nanning.epw"
    assert loopback.asked == []


@pytest.mark.parametrize(("content", "words"), [(epw(100), "8,760 whole hours"), (b"x", "No EPW")])
def test_half_a_year_and_other_files_are_refused(order, tmp_path, content, words):
    (tmp_path / "x.epw").write_bytes(content)
    with pytest.raises(FetchError, match=words):
        weather.fetch(order("pvgis", tmp_path / "x.epw", "weather"))
