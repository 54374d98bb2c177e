"""Providers: points from tables behind an address: Open Charge Map, OurAirports."""

import json
import os
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.errors import ScenarioError
from nngis.fetch.endpoints import Endpoint
from nngis.fetch.http import Request
from nngis.fetch.order import Fetched, Order, Parcel
from nngis.fetch.place import is_local, place_of
from nngis.fetch.single import obtain, parcel
from nngis.fetch.troubles import trouble
from nngis.text import Text

WGS84 = "EPSG:4326"
KEY_HEADER = "X-API-Key"
CLOSED_AIRPORT = "closed"
AIRPORT_COLUMNS = ("ident", "type", "name", "latitude_deg", "longitude_deg")


def parcels(order: Order) -> list[Parcel]:
    """Tell what would be moved."""
    return [parcel(order, _request(order, key=False), Text("一个列表", "one list"))]


def fetch(order: Order) -> list[Fetched]:
    """Fetch a list of points and keep those of the area."""
    request = _request(order, key=True)
    single = obtain(order, request)
    reader, title, key, roles, note = KINDS[order.endpoint.id]
    try:
        frame = reader(single.path)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise trouble(
            f"答复的格式不是预期的：{error}。接口可能已变更。",
            f"The answer is not in the form expected: {error}. The interface may have changed.",
            place_of(request.url),
        ) from error
    inside = frame.intersects(order.area.shape).to_numpy()
    return [
        Fetched(
            id=order.layers[0],
            title=title,
            geometry="point",
            content=frame[inside].sort_values(key, ignore_index=True),
            key=key,
            roles=roles,
            vintage=single.day,
            licence=order.endpoint.licence,
            attribution=order.endpoint.attribution,
            evidence=order.endpoint.evidence,
            sources=(order.endpoint.title.en, place_of(request.url)),
            query=place_of(request.url),
            note=note,
            warnings=_cut_off(request.url, len(frame)),
        )
    ]


def _cut_off(url: str, count: int) -> tuple[Text, ...]:
    """Warn where an answer is as long as it may be: there may be more."""
    most = re.search(r"[?&]maxresults=(\d+)", url)
    if most is None or count < int(most[1]):
        return ()
    return (
        Text(
            f"答复达到上限 {count} 条，可能不全；请缩小范围。",
            f"The answer has as many rows as it may, {count}; there may be more: take a smaller "
            "area.",
        ),
    )


def key_of(endpoint: Endpoint) -> str:
    """Return the key that a source wants, from the environment."""
    return os.environ.get(endpoint.key_from, "") if endpoint.key_from else ""


def secret_of(order: Order) -> tuple[tuple[str, str], ...]:
    """Return the header that holds a source's key."""
    endpoint = order.endpoint
    if not endpoint.key_from:
        return ()
    word = key_of(endpoint)
    if not word:
        raise ScenarioError(
            f"来源“{endpoint.title.zh}”需要密钥；请申请后写入环境变量 {endpoint.key_from}。",
            f"{endpoint.title.en} wants a key; apply for one and put it into {endpoint.key_from}.",
            where=endpoint.id,
        )
    return ((KEY_HEADER, word),)


def _request(order: Order, *, key: bool) -> Request:
    endpoint, box = order.endpoint, order.area.box
    sides = {side: f"{getattr(box, side):.6f}" for side in box._fields}
    url = endpoint.url if is_local(endpoint.url) else endpoint.url.format(**sides)
    if is_local(url):
        return Request(url)
    if key:
        return Request(url, secret=secret_of(order))
    word = key_of(endpoint)
    return Request(url, secret=((KEY_HEADER, word),) if word else ())


def _charge_map(path: Path) -> gpd.GeoDataFrame:
    """Read Open Charge Map's answer; what it does not say is unknown, what is closed left out."""
    answer: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    places = [
        place
        for place in answer
        if (place.get("StatusType") or {}).get("IsOperational") is not False
    ]
    table = pd.DataFrame(
        {
            "station_id": [f"ocm{place['ID']}" for place in places],
            "name_zh": [place["AddressInfo"].get("Title") for place in places],
            "address": [place["AddressInfo"].get("AddressLine1") for place in places],
            "operator": [(place.get("OperatorInfo") or {}).get("Title") for place in places],
            "connectors_count": [_connectors(place) for place in places],
            "power_kw": [_power_kw(place) for place in places],
        }
    ).astype({"connectors_count": "Int64", "power_kw": "float64"})
    lon = [place["AddressInfo"]["Longitude"] for place in places]
    lat = [place["AddressInfo"]["Latitude"] for place in places]
    points = shapely.points(np.array(lon, float), np.array(lat, float))
    return gpd.GeoDataFrame(table, geometry=points, crs=WGS84)


def _connectors(place: dict[str, Any]) -> int | None:
    stated = [part.get("Quantity") for part in place.get("Connections") or []]
    return sum(stated) if stated and None not in stated else None


def _power_kw(place: dict[str, Any]) -> float | None:
    parts = place.get("Connections") or []
    stated = [(part.get("PowerKW"), part.get("Quantity")) for part in parts]
    if not stated or any(power is None or count is None for power, count in stated):
        return None
    return float(sum(power * count for power, count in stated))


def _airports(path: Path) -> gpd.GeoDataFrame:
    """Read OurAirports' table; closed ones are left out."""
    table = pd.read_csv(path, usecols=list(AIRPORT_COLUMNS), dtype={"ident": str, "type": str})
    table = table[table["type"] != CLOSED_AIRPORT].reset_index(drop=True)
    points = shapely.points(table["longitude_deg"].to_numpy(), table["latitude_deg"].to_numpy())
    return gpd.GeoDataFrame(
        {
            "place_id": table["ident"],
            "name_zh": table["name"],
            "class": table["type"],
            "place_class": "airport",
        },
        geometry=points,
        crs=WGS84,
    )


KINDS = {
    "open_charge_map": (
        _charge_map,
        Text("充电站（Open Charge Map）", "Charging stations (Open Charge Map)"),
        "station_id",
        ("charging_stations",),
        Text("志愿者登记，很不完整。", "Entered by volunteers, far from complete."),
    ),
    "airports": (
        _airports,
        Text("机场", "Airports"),
        "place_id",
        (),
        Text(
            "名称为英文；含直升机坪和小机场，见“类别”。",
            "Names are English; heliports and airfields are among them, see the class.",
        ),
    ),
}
