"""EPW, TMY3 and PVGIS files of one and the same sky give one and the same climate."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
import pytest

from nngis.errors import LayerError
from nngis.inputs.weather_files import kind_of, read_weather, weather_files
from nngis.plans.rooftop.weather import make_weather
from nngis.plans.rooftop.yield_parameters import YieldParameters
from nngis.plans.rooftop.yields import yield_table

LON, LAT = 108.3, 22.8
PARAMETERS = YieldParameters()
GREENSBORO = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"
ALASKA = GREENSBORO.with_name("703165TY.csv")


def sky(times):
    """Return half the clear sky at Nanning, split by Erbs so that beam and diffuse close."""
    sun = pvlib.solarposition.get_solarposition(times, LAT, LON)
    clear = pvlib.clearsky.haurwitz(sun["apparent_zenith"])["ghi"] * 0.6
    parts = pvlib.irradiance.erbs(clear, sun["zenith"], times.day_of_year.to_numpy())
    return pd.DataFrame(
        {"ghi": clear, "dni": parts["dni"], "dhi": parts["dhi"], "t": 22.0, "w": 2.0}
    ).fillna(0.0)


def in_the_middle():
    """Return the sky in the middle of each hour of China's clock."""
    times = pd.date_range("2021-01-01 00:30", periods=8760, freq="h", tz="Etc/GMT-8")
    return sky(times.as_unit("ns"))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weather")
    hours = in_the_middle()
    local = hours.index
    epw = ["LOCATION,Nanning,Guangxi,CHN,made up,594310,22.800,108.300,8.0,120.0"]
    epw += ["X"] * 7
    for at, (time, row) in enumerate(zip(local, hours.itertuples(), strict=True)):
        cells = ["0"] * 35
        cells[:6] = [time.year, time.month, time.day, at % 24 + 1, 0, "?"]
        cells[6], cells[13], cells[14], cells[15], cells[21] = (
            row.t,
            row.ghi,
            row.dni,
            row.dhi,
            row.w,
        )
        epw.append(",".join(map(str, cells)))
    (folder / "a.epw").write_text("\n".join(epw))
    stamps = pd.date_range("2021-01-01", periods=8760, freq="h", tz="UTC").as_unit("ns")
    late = sky(stamps + pd.Timedelta(minutes=12))  # PVGIS: 0.2 h after the full hour
    names = ["time(UTC)", "T2m", "RH", "G(h)", "Gb(n)", "Gd(h)", "IR(h)", "WS10m", "WD10m", "SP"]
    rows = [
        [t.strftime("%Y%m%d:%H%M"), r.t, 80, r.ghi, r.dni, r.dhi, 0, r.w, 0, 1e5]
        for t, r in zip(stamps, late.itertuples(), strict=True)
    ]
    head = [f"Latitude (decimal degrees): {LAT}", f"Longitude (decimal degrees): {LON}",
            "Elevation (m): 80", "Irradiance Time Offset (h): 0.2", "month,year"]  # fmt: skip
    head += [f"{month},2021" for month in range(1, 13)]
    body = [",".join(map(str, row)) for row in rows]
    (folder / "b.csv").write_text("\r\n".join([*head, ",".join(names), *body, ""]))
    about = {"location": {"latitude": LAT, "longitude": LON, "irradiance_time_offset": 0.2}}
    outputs = {
        "months_selected": [],
        "tmy_hourly": [dict(zip(names, r, strict=True)) for r in rows],
    }
    (folder / "c.json").write_text(
        json.dumps({"inputs": about, "outputs": outputs, "meta": {"inputs": {}}})
    )
    (folder / "notes.txt").write_text("nothing")
    return folder


def test_every_kind_is_told_by_its_content(files, tmp_path):
    assert [kind_of(files / name) for name in ("a.epw", "b.csv", "c.json")] == [
        "epw", "pvgis", "pvgis"
    ]  # fmt: skip
    assert kind_of(GREENSBORO) == kind_of(ALASKA) == "tmy3"
    table = tmp_path / "cells.csv"
    table.write_text("cell_id,ghi_kwh_m2_d,air_mean_c,wind_rms_m_s,lon,lat,x\n1,2,3,4,5,6,7\n")
    assert kind_of(table) is None
    assert [path.name for path in weather_files(files)] == ["a.epw", "b.csv", "c.json"]


@pytest.mark.parametrize("name", ["a.epw", "b.csv", "c.json"])
def test_files_of_one_sky_yield_the_same(files, name):
    made = in_the_middle()
    read = read_weather(files / name)
    assert (read["lon"].item(), read["lat"].item()) == (LON, LAT)
    assert read["ghi_kwh_m2_d"].item() == pytest.approx(made["ghi"].sum() / 365_000, rel=2e-3)
    weather = make_weather(read, PARAMETERS)
    beam = weather.dni_w_m2 * np.cos(np.radians(weather.sun.zenith_deg))
    gap = beam + weather.dhi_w_m2 - weather.ghi_w_m2
    assert np.abs(gap).max() < 3.0  # a wrong hour is off by some 100 W/m²
    found = yield_table(read, PARAMETERS)["central"].to_numpy()
    first = yield_table(read_weather(files / "a.epw"), PARAMETERS)["central"].to_numpy()
    np.testing.assert_allclose(found, first, rtol=4e-3)


@pytest.mark.parametrize("path", [GREENSBORO, ALASKA])
def test_a_published_tmy3_closes_so_its_hours_stand_where_the_sun_does(path):
    weather = make_weather(read_weather(path), PARAMETERS)
    beam = weather.dni_w_m2 * np.cos(np.radians(weather.sun.apparent_zenith_deg))
    gap = beam + weather.dhi_w_m2 - weather.ghi_w_m2
    assert np.sqrt((gap**2).mean()) < 2.0


def test_a_file_cut_short_is_refused_by_name(files, tmp_path):
    short = tmp_path / "short.csv"
    short.write_text("\n".join((files / "b.csv").read_text().splitlines()[:500]))
    with pytest.raises(LayerError, match="lacks 8,278 hours") as refused:
        read_weather(short)
    assert "short.csv" in refused.value.say("zh")
    bare = tmp_path / "bare.json"
    bare.write_text('{"inputs": {"location": {}}, "outputs": {}}')
    with pytest.raises(LayerError, match="PVGIS weather file cannot be read"):
        read_weather(bare)
    with pytest.raises(LayerError, match="Neither an EPW"):
        read_weather(files / "notes.txt")
