"""The clock of a weather file: half-hour zones, PVGIS's moments, and what clear days tell."""

from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
import pytest

from nngis.inputs.clock import note_of_clock, shift_of
from nngis.inputs.weather_files import read_weather
from nngis.plans.rooftop.weather import SHIFT

# Zones that keep half and quarter hours, and one that keeps none, with places in them.
ZONES = {
    8.0: (108.4, 22.8),
    5.5: (82.5, 23.0),
    5.75: (85.3, 27.7),
    4.5: (69.2, 34.5),
    9.5: (130.9, -12.4),
    -3.5: (-52.7, 47.6),
}


def clear_sky(times: pd.DatetimeIndex, lon: float, lat: float) -> np.ndarray:
    sun = pvlib.solarposition.get_solarposition(times, lat, lon)
    return pvlib.clearsky.haurwitz(sun["apparent_zenith"])["ghi"].to_numpy()


def epw(path: Path, zone: float, moment_h: float, comment: str = "x") -> Path:
    """Write a clear year: in each hour of the zone's clock the sky at a moment of it."""
    lon, lat = ZONES[zone]
    start = pd.Timestamp("2021-01-01", tz="UTC") + pd.Timedelta(hours=moment_h - zone)
    sky = clear_sky(pd.date_range(start, periods=8760, freq="h").as_unit("ns"), lon, lat)
    lines = [
        f"LOCATION,A,B,C,made up,0,{lat},{lon},{zone},0.0",
        *["X"] * 4,
        f"COMMENTS 1,{comment}",
    ]
    lines += ["X"] * 2
    local = pd.date_range("2021-01-01", periods=8760, freq="h")
    for time, ghi in zip(local, sky, strict=True):
        cells = ["0"] * 35
        cells[:6] = [str(x) for x in (time.year, time.month, time.day, time.hour + 1, 0, "?")]
        cells[6], cells[13], cells[15], cells[21] = "22", f"{ghi:.2f}", f"{ghi:.2f}", "2"
        lines.append(",".join(cells))
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("zone", ZONES)
def test_the_clock_of_every_zone_fits_the_sun(tmp_path: Path, zone: float) -> None:
    row = read_weather(epw(tmp_path / "a.epw", zone, 0.5)).iloc[0]
    assert shift_of(row["ghi_w_m2"], *ZONES[zone]) == pytest.approx(row[SHIFT], abs=0.03)
    assert note_of_clock(row["ghi_w_m2"], ZONES[zone], row[SHIFT], "a") == []


@pytest.mark.parametrize("offset", [0.1761, 0.0, 0.75])
def test_an_epw_by_pvgis_stands_where_it_says(tmp_path: Path, offset: float) -> None:
    said = f"Irradiance Time Offset: {offset}"
    row = read_weather(epw(tmp_path / "a.epw", 8.0, offset, said)).iloc[0]
    assert row[SHIFT] == pytest.approx(offset - 0.5)
    assert note_of_clock(row["ghi_w_m2"], ZONES[8.0], row[SHIFT], "a") == []


def test_clear_days_contradict_a_clock_that_is_off(tmp_path: Path) -> None:
    row = read_weather(epw(tmp_path / "a.epw", 8.0, 0.0)).iloc[0]  # moments, and not said
    (note,) = note_of_clock(row["ghi_w_m2"], ZONES[8.0], row[SHIFT], "a")
    assert "-30 minutes" in note.en
