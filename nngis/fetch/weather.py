"""Provider: a typical year from PVGIS or any EPW file, as hours and as the means a plan takes."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.fetch.http import Request
from nngis.fetch.order import Fetched, Order, Parcel
from nngis.fetch.place import is_local, place_of
from nngis.fetch.single import Single, obtain, parcel
from nngis.fetch.troubles import trouble
from nngis.text import Text

WGS84 = "EPSG:4326"
HOURS_A_YEAR, HOURS_A_DAY, W_PER_KW = 8760, 24, 1000.0
#: Columns of an EPW file as pvlib names them, and what the plan calls them.
HOURLY = {
    "ghi": "ghi_w_m2",
    "dni": "dni_w_m2",
    "dhi": "dhi_w_m2",
    "temp_air": "air_c",
    "wind_speed": "wind_m_s",
}


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
        If the file cannot be had, or is no EPW of a whole year.
    """
    request = _request(order)
    single = obtain(order, request)
    hours, lon, lat = _read(single, request)
    endpoint = order.endpoint
    weather = Fetched(
        id="weather",
        title=Text("逐时气象（典型年）", "Hours of a typical year"),
        geometry="none",
        content=hours,
        key="hour_id",
        roles=(),
        vintage=endpoint.vintage,
        licence=endpoint.licence,
        attribution=endpoint.attribution,
        evidence=endpoint.evidence,
        sources=(endpoint.title.en, place_of(request.url)),
        query=f"{place_of(request.url)} sha256:{single.sha256}",
        note=Text(
            "一个点的典型年，由各月选自不同年份拼成。",
            "A typical year at one point, its months taken from different years.",
        ),
        beside=single.path,
    )
    climate = replace(
        weather,
        beside=None,
        id="solar_climate_tmy",
        title=Text("太阳辐照与气候（典型年均值）", "Solar climate (means of a typical year)"),
        geometry="point",
        content=_means(hours, lon, lat),
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


def _read(single: Single, request: Request) -> tuple[pd.DataFrame, float, float]:
    from pvlib import iotools  # noqa: PLC0415 -- takes a while

    try:
        table, about = iotools.read_epw(single.path.resolve())
        hours = table[list(HOURLY)].rename(columns=HOURLY).reset_index(drop=True).astype(float)
        lon, lat = float(about["longitude"]), float(about["latitude"])
    except (ValueError, KeyError, IndexError, UnicodeDecodeError) as error:
        raise trouble(
            f"不是 EPW 气象文件：{error}。",
            f"No EPW weather file: {error}.",
            place_of(request.url),
        ) from error
    if len(hours) != HOURS_A_YEAR or hours.isna().any(axis=None):
        raise trouble(
            f"气象文件应有 8760 个完整的小时，实有 {len(hours)} 个；请重新获取。",
            f"A weather file has 8,760 whole hours, this one {len(hours)}; fetch it again.",
            place_of(request.url),
        )
    hours.insert(0, "hour_id", [f"{hour:04d}" for hour in range(HOURS_A_YEAR)])
    return hours, lon, lat


def _means(hours: pd.DataFrame, lon: float, lat: float) -> gpd.GeoDataFrame:
    daily = hours["air_c"].to_numpy().reshape(-1, HOURS_A_DAY)
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
