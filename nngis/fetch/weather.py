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

WGS84 = "EPSG:4326"
HOURS_A_YEAR, HOURS_A_DAY, MINUTES_PER_HOUR, W_PER_KW = 8760, 24, 60, 1000.0
DEG_PER_HOUR = 15.0
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
    """Tell what would be moved.

    Parameters
    ----------
    order : Order
        What is wanted.

    Returns
    -------
    list of Parcel
        The one file.
    """
    return [parcel(order, _request(order), Text("逐时气象一年", "one year of hours"))]


def fetch(order: Order) -> list[Fetched]:
    """Fetch a typical year for the middle of the area.

    Parameters
    ----------
    order : Order
        ``weather`` (8,760 hours), ``solar_climate_tmy`` (their means at the point), or both.

    Returns
    -------
    list of Fetched
        A layer each.

    Raises
    ------
    FetchError
        If the file cannot be had, or is neither PVGIS's JSON nor an EPW of a whole year.
    """
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
    location, meteo = said["inputs"]["location"], said["inputs"]["meteo_data"]
    rows = pd.DataFrame(said["outputs"]["tmy_hourly"])
    stamp = pd.to_datetime(rows["time(UTC)"], format=STAMP)
    # Months come from different years: the order is that of the calendar, whatever the years say.
    place = pd.DataFrame({"month": stamp.dt.month, "day": stamp.dt.day, "hour": stamp.dt.hour})
    calendar = place.sort_values(["month", "day", "hour"], kind="stable").index
    leap = (place["month"] == 2) & (place["day"] == 29)  # noqa: PLR2004 -- 29 February
    hours = rows.loc[calendar[~leap.loc[calendar].to_numpy()], list(PVGIS)].rename(columns=PVGIS)
    offset_h = float(location.get("irradiance_time_offset", 0.0))
    minutes = offset_h * MINUTES_PER_HOUR
    return Year(
        hours.reset_index(drop=True).astype(float),
        float(location["longitude"]),
        float(location["latitude"]),
        0.0,
        ".json",
        f"{meteo['radiation_db']}; {meteo['meteo_db']}",
        f"{meteo['year_min']}-{meteo['year_max']}",
        Text(
            f"时刻为 UTC；辐照是整点后 {minutes:.0f} 分钟的值（irradiance_time_offset "
            f"{offset_h:g} h），数据库 {meteo['radiation_db']}。",
            f"Times are UTC; irradiance is that of {minutes:.0f} minutes after the full hour "
            f"(irradiance_time_offset {offset_h:g} h), from {meteo['radiation_db']}.",
        ),
    )


def _epw(path: Path) -> Year:
    from pvlib import iotools  # noqa: PLC0415 -- takes a while

    table, about = iotools.read_epw(path.resolve())
    hours = table[list(HOURLY)].rename(columns=HOURLY).reset_index(drop=True).astype(float)
    return Year(
        hours, float(about["longitude"]), float(about["latitude"]), float(about["TZ"]), ".epw"
    )


def _means(year: Year) -> gpd.GeoDataFrame:
    """Average over the year and over its days, which begin at midnight by the sun."""
    hours, lon, lat = year.hours, year.lon, year.lat
    late_h = round(lon / DEG_PER_HOUR - year.clock_h)
    local = np.roll(hours["air_c"].to_numpy(), late_h)
    daily = local.reshape(-1, HOURS_A_DAY)
    return gpd.GeoDataFrame(
        {
            "cell_id": [f"tmy_{lon:.3f}_{lat:.3f}"],
            "ghi_kwh_m2_d": [hours["ghi_w_m2"].mean() * HOURS_A_DAY / W_PER_KW],
            "air_mean_c": [daily.mean()],
            "air_min_c": [daily.min()],
            "air_max_c": [daily.max()],
            "wind_rms_m_s": [float(np.sqrt((hours["wind_m_s"] ** 2).mean()))],
            "wind_max_m_s": [hours["wind_m_s"].max()],
        },
        geometry=[shapely.Point(lon, lat)],
        crs=WGS84,
    )
