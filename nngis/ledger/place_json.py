"""Read answers of the place searches of Amap, Baidu and Tencent, whose form tells the datum."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from nngis.budgets import ROWS, budget, check_time, over_budget
from nngis.datasets.content import is_there
from nngis.errors import LedgerError
from nngis.ledger.delimited import decode
from nngis.ledger.part import Part
from nngis.ledger.table import Cell, RawTable
from nngis.ledger.vector import read_vector
from nngis.text import Text

MAX_FILE = 60_000_000  # bytes; the whole is taken apart in memory
_HEAD = 4096
_GEOGRAPHIC = re.compile(
    rb'"type"\s*:\s*"(?:Feature|Topology|Geometry|Point|Multi|LineString|Polygon)|"geometryType"\s*:|'
    rb'"features"\s*:'
)
# A district is called so, whoever answers.
_COUNTY = ("adname", "area", "district")
_SKIPPED = ("location", "ad_info", "address_components")


class _Service(NamedTuple):
    """Whose answer it is: where its places stand, and what its coordinates are in."""

    name: Text
    places: tuple[str, ...]
    datum: str


_AMAP = _Service(Text("高德", "Amap"), ("pois", "geocodes", "tips"), "GCJ-02")
_BAIDU = _Service(Text("百度", "Baidu"), ("results", "result"), "BD-09")
_TENCENT = _Service(Text("腾讯", "Tencent"), ("data",), "GCJ-02")


def read_json(path: Path) -> list[Part]:
    """Read GeoJSON and its kin, or the answers of a place search."""
    if not is_there(path) or not path.is_file() or _is_geographic(path):
        return read_vector(path)
    over_budget("bytes", path.stat().st_size, budget("bytes", MAX_FILE), str(path), LedgerError)
    try:
        answer = json.loads(decode(path.read_bytes(), path))
    except (ValueError, RecursionError):
        return read_vector(path)  # which says what is wrong with it
    found = list(_answers(answer))
    if not found:
        raise LedgerError(
            "不是 GeoJSON，也不是高德、百度、腾讯的地点检索结果；请导出 GeoJSON 或 .csv。",
            "This is neither GeoJSON nor an answer of the place search of Amap, Baidu or Tencent; "
            "export GeoJSON or .csv.",
            where=str(path),
        )
    over_budget("rows", len(found), budget("rows", ROWS), str(path), LedgerError)
    rows: dict[_Service, list[dict[str, Cell]]] = {}
    for service, place in found:
        check_time()
        rows.setdefault(service, []).append(_row(service, place))
    return [_part(path, service, places) for service, places in rows.items()]


def _part(path: Path, service: _Service, rows: Sequence[Mapping[str, Cell]]) -> Part:
    header = list(dict.fromkeys(name for row in rows for name in row))
    table: list[list[Cell]] = [[*header], *([row.get(name) for name in header] for row in rows)]
    return Part(RawTable(path.name, "", table, first_row=0), None, (_note(service),))


def _is_geographic(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    opens = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return opens not in (b"{", b"[") or bool(_GEOGRAPHIC.search(head))


def _answers(content: object) -> Iterator[tuple[_Service, Mapping[str, Any]]]:
    """Find the places of one answer, or of several in a list."""
    if isinstance(content, Sequence) and not isinstance(content, str):
        for one in content:
            yield from _answers(one)
    if not isinstance(content, Mapping):
        return
    for service in (_AMAP, _BAIDU, _TENCENT):
        for name in service.places:
            places = content.get(name)
            listed = [places] if isinstance(places, Mapping) else places
            if not isinstance(listed, Sequence) or isinstance(listed, str):
                continue
            placed = [one for one in listed if isinstance(one, Mapping) and "location" in one]
            if placed:
                yield from ((service, one) for one in placed)
                return


def _row(service: _Service, place: Mapping[str, Any]) -> dict[str, Cell]:
    row: dict[str, Cell] = {}
    for name, value in place.items():
        if name in _SKIPPED or isinstance(value, Mapping):
            continue
        # Amap writes [] where there is nothing.
        text = "、".join(map(str, value)) if isinstance(value, list) else value
        row["county" if name in _COUNTY else name] = text if text != "" else None
    for inner in ("ad_info", "address_components"):
        more = place.get(inner)
        if isinstance(more, Mapping) and "county" not in row:
            row["county"] = more.get("district")
    if "uid" in row and "id" not in row:
        row["id"] = row.pop("uid")
    if "title" in row and "name" not in row:
        row["name"] = row.pop("title")
    row[f"经纬度（{service.datum}）"] = _lonlat(place["location"])
    return row


def _lonlat(location: object) -> str | None:
    if isinstance(location, Mapping):
        lon = location.get("lng", location.get("lon"))
        lat = location.get("lat")
        return None if lon is None or lat is None else f"{lon},{lat}"
    return str(location) if location else None


def _note(service: _Service) -> Text:
    zh, en = service.name
    also_zh = also_en = ""
    if service is _BAIDU:
        also_zh = "；若检索时指定了 ret_coordtype=gcj02ll，请加 --datum gcj02"
        also_en = "; if it was asked with ret_coordtype=gcj02ll, add --datum gcj02"
    return Text(
        f"{zh}地点检索的结果，坐标系为 {service.datum}{also_zh}。",
        f"An answer of {en}'s place search, whose datum is {service.datum}{also_en}.",
    )
