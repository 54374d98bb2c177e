"""Provider: a typical year from PVGIS or any EPW file, as hours and as the means a plan takes."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.fetch.http import Request
from nngis.fetch.order import Fetched, Order, Parcel, joined_notes
from nngis.fetch.place import is_local, place_of
from nngis.fetch.single import obtain, parcel
from nngis.fetch.troubles import trouble
from nngis.text import Text
from nngis.units import W_PER_KW

WGS84 = "EPSG:4326"
HOURS_A_YEAR, HOURS_A_DAY, MINUTES_PER_HOUR = 8760, 24, 60
DEG_PER_HOUR = 15.0
NOON_H, HALF_HOUR = 12.0, 0.5
#: A sun that is farther from noon than this is not explained by clouds or the equation of time.
BELIEVED_H = 1.5
STAMP = "%Y%m%d:%H%M"
#: Columns of PVGIS, and what the plan calls them.
PVGIS = {
    "G(h)": "ghi_w_m2",
    "Gb(n)": "dni_w_m2",
    "Gd(h)": "dhi_w_m2",
    "T2m": "air_c",
    "WS10m": "wind_m_s",
}
#: Columns of an EPW file as pvlib names them, and what the plan calls them.
HOURLY = {
    "ghi": "ghi_w_m2",
    "dni": "dni_w_m2",
    "dhi": "dhi_w_m2",
    "temp_air": "air_c",
    "wind_speed": "wind_m_s",
}


@dataclass(frozen=True)
class Year:
    """A typical year that has been read.

    Parameters
    ----------
    hours : DataFrame
        8,760 rows from 1 January, with the columns of the plan.
    lon, lat : float
        Where [degrees].
    clock_h : float
        Hours that the rows' clock is ahead of UTC.
    suffix : str
        Ending by which the file is known to the rooftop plan.
    database, years : str
        What its irradiance was taken from, and of which years; empty where the file tells nothing.
    note : Text, optional
        At which moment of an hour the irradiance holds.
    """

    hours: pd.DataFrame
    lon: float
    lat: float
    clock_h: float
    suffix: str
    database: str = ""
    years: str = ""
    note: Text | None = None


def parcels(order: Order) -> list[Parcel]:
    """Tell what would be moved."""
    return [parcel(order, _request(order), Text("逐时气象一年", "one year of hours"))]


def fetch(order: Order) -> list[Fetched]:
    """Fetch a typical year for the middle of the area."""
    request = _request(order)
    single = obtain(order, request)
    year = _read(single.path, request)
    endpoint = order.endpoint
    title = f"{endpoint.title.en} ({year.database})" if year.database else endpoint.title.en
    weather = Fetched(
        id="weather",
        title=Text("逐时气象（典型年）", "Hours of a typical year"),
        geometry="none",
        content=year.hours,
        key="hour_id",
        roles=(),
        vintage=year.years or (single.day if is_local(request.url) else endpoint.vintage),
        licence=endpoint.licence,
        attribution=endpoint.attribution,
        evidence=endpoint.evidence,
        sources=(title, place_of(request.url)),
        query=f"{place_of(request.url)} sha256:{single.sha256}",
        note=joined_notes(
            Text(
                "一个点的典型年，由各月选自不同年份拼成。",
                "A typical year at one point, its months taken from different years.",
            ),
            year.note,
        ),
        beside=single.path,
        beside_suffix=year.suffix,
        warnings=_clock_against_sun(year),
    )
    climate = replace(
        weather,
        beside=None,
        beside_suffix="",
        id="solar_climate_tmy",
        title=Text("太阳辐照与气候（典型年均值）", "Solar climate (means of a typical year)"),
        geometry="point",
        content=_means(year),
        key="cell_id",
        roles=("solar_climate",),
        yields_to="solar_climate",
    )
    return [layer for layer in (weather, climate) if layer.id in order.layers]


def _request(order: Order) -> Request:
    url = order.endpoint.url
    if is_local(url):
        return Request(url)
    middle = order.area.shape.representative_point()
    return Request(url.format(lat=middle.y, lon=middle.x))


def _read(path: Path, request: Request) -> Year:
    """Read what came, by what it says of itself."""
    place = place_of(request.url)
    try:
        with path.open(encoding="utf-8") as stream:
            head = stream.read(1)
        year = _pvgis(path) if head == "{" else _epw(path)
    except (ValueError, KeyError, IndexError, TypeError, UnicodeDecodeError) as error:
        raise trouble(
            f"不是 EPW 气象文件，也不是 PVGIS 的 JSON 答复：{error}。",
            f"No EPW weather file, and no answer of PVGIS in JSON: {error}.",
            place,
        ) from error
    hours = year.hours
    if len(hours) != HOURS_A_YEAR or hours.isna().any(axis=None):
        raise trouble(
            f"气象文件应有 8760 个完整的小时，实有 {len(hours)} 个；请重新获取。",
            f"A weather file has 8,760 whole hours, this one {len(hours)}; fetch it again.",
            place,
        )
    hours.insert(0, "hour_id", [f"{hour:04d}" for hour in range(HOURS_A_YEAR)])
    return year


def _pvgis(path: Path) -> Year:
    """Read PVGIS's JSON: rows are UTC, their irradiance holds some minutes after the full hour."""
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    location, meteo = said["inputs"]["location"], said["inputs"].get("meteo_data", {})
    rows = pd.DataFrame(said["outputs"]["tmy_hourly"])
    stamp = pd.to_datetime(rows["time(UTC)"], format=STAMP)
    # Months come from different years: the order is that of the calendar, whatever the years say.
    place = pd.DataFrame({"month": stamp.dt.month, "day": stamp.dt.day, "hour": stamp.dt.hour})
    calendar = place.sort_values(["month", "day", "hour"], kind="stable").index
    leap = (place["month"] == 2) & (place["day"] == 29)  # noqa: PLR2004 -- 29 February
    hours = rows.loc[calendar[~leap.loc[calendar].to_numpy()], list(PVGIS)].rename(columns=PVGIS)
    database = str(meteo.get("radiation_db", "")) or "?"
    return Year(
        hours.reset_index(drop=True).astype(float),
        float(location["longitude"]),
        float(location["latitude"]),
        0.0,
        ".json",
        f"{database}; {meteo.get('meteo_db', '?')}",
        f"{meteo.get('year_min', '?')}-{meteo.get('year_max', '?')}",
        _moment(location.get("irradiance_time_offset"), database),
    )


def _moment(offset_h: object, database: str) -> Text:
    """Say at which moment of the hour irradiance holds, or that the answer does not state it."""
    if not isinstance(offset_h, int | float):
        return Text(
            f"时刻为 UTC，辐照数据库 {database}；答复没有注明辐照在整点后多少分钟。",
            f"Times are UTC, irradiance from {database}; the answer does not state at which moment "
            "of the hour it holds.",
        )
    minutes = offset_h * MINUTES_PER_HOUR
    return Text(
        f"时刻为 UTC；辐照是整点后 {minutes:.0f} 分钟的值（irradiance_time_offset "
        f"{offset_h:g} h），数据库 {database}。",
        f"Times are UTC; irradiance is that of {minutes:.0f} minutes after the full hour "
        f"(irradiance_time_offset {offset_h:g} h), from {database}.",
    )


def _epw(path: Path) -> Year:
    from pvlib import iotools  # noqa: PLC0415 -- takes a while

    table, about = iotools.read_epw(path.resolve())
    hours = table[list(HOURLY)].rename(columns=HOURLY).reset_index(drop=True).astype(float)
    return Year(
        hours, float(about["longitude"]), float(about["latitude"]), float(about["TZ"]), ".epw"
    )


def _clock_against_sun(year: Year) -> tuple[Text, ...]:
    """Warn where the sun stands highest at another hour than the stated clock has noon."""
    angle = 2 * np.pi * (np.arange(HOURS_A_YEAR) % HOURS_A_DAY + HALF_HOUR) / HOURS_A_DAY
    mean = np.sum(year.hours["ghi_w_m2"].to_numpy() * np.exp(1j * angle))
    highest_h = float(np.angle(mean)) / (2 * np.pi) * HOURS_A_DAY % HOURS_A_DAY
    noon_h = (NOON_H + year.clock_h - year.lon / DEG_PER_HOUR) % HOURS_A_DAY
    off_h = abs((highest_h - noon_h + NOON_H) % HOURS_A_DAY - NOON_H)
    if off_h <= BELIEVED_H:
        return ()
    return (
        Text(
            f"文件写明的时区（UTC{year.clock_h:+g}）与太阳不符：逐时辐照的中点在 "
            f"{highest_h:.1f} 时，应在 {noon_h:.1f} 时；时刻不可信，请改用 PVGIS 的 JSON。",
            f"The clock that the file states (UTC{year.clock_h:+g}) contradicts its sun, which "
            f"stands highest at {highest_h:.1f} h instead of {noon_h:.1f} h; do not trust its "
            "hours, take PVGIS's JSON.",
        ),
    )


def _means(year: Year) -> gpd.GeoDataFrame:
    hours, lon, lat = year.hours, year.lon, year.lat
    air, wind = hours["air_c"], hours["wind_m_s"]
    return gpd.GeoDataFrame(
        {
            "cell_id": [f"tmy_{lon:.3f}_{lat:.3f}"],
            "ghi_kwh_m2_d": [hours["ghi_w_m2"].mean() * HOURS_A_DAY / W_PER_KW],
            "air_mean_c": [air.mean()],
            "air_min_c": [air.min()],
            "air_max_c": [air.max()],
            "wind_rms_m_s": [float(np.sqrt((wind**2).mean()))],
            "wind_max_m_s": [wind.max()],
        },
        geometry=[shapely.Point(lon, lat)],
        crs=WGS84,
    )
