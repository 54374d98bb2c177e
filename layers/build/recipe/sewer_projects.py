"""A made-up ledger of sewer projects for the demonstration: no project in it exists."""

import json
import math
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from recipe import write

SEED = 20211231
# Where projects are put: around the city and its county seats [degrees].
WINDOW = (107.6, 22.5, 109.3, 23.5)
LEAST_KM, MOST_KM = 1.5, 6.5
FIELDS = (
    *("project_id", "name_zh", "project_kind", "sewer_kind", "county", "plan_year", "status"),
    *("sewer_length_km", "capacity_m3_d", "remark"),
)
# Year, state, and how many projects with a line.
LINES = (
    (2021, "已完工", 9),
    (2022, "已完工", 13),
    (2023, "竣工", 12),
    (2024, "已完工", 11),
    (2025, "在建", 8),
    (2025, "计划", 6),
)
KINDS = ("新建", "新建", "新建", "改造", "改造", "混错接改造")
# Projects that a list names without drawing them: year, state, county, km, treatment [m3/d].
LOOSE = (
    (2021, "已完工", "宾阳县", 4.2, None, "示范街道一污水管网"),
    (2022, "已完工", "横州市", 3.6, None, "示范街道二污水管网"),
    (2023, "已完工", "武鸣区", 2.8, None, "示范街道三污水管网"),
    (2024, "在建", "武鸣区", 2.5, None, "示范街道三 污水管网"),
    (2024, None, "隆安县", 1.9, None, "示范街道四污水管网"),
    (2023, "取消", "上林县", 2.2, None, "示范街道五污水管网"),
    (2022, "已完工", "宾阳县", None, 20_000, "示范一厂扩建"),
    (2023, "已完工", "横州市", None, 50_000, "示范二厂新建"),
    (2024, "已完工", "武鸣区", None, 30_000, "示范三厂二期"),
    (2025, "在建", "江南区", None, 80_000, "示范四厂新建"),
    (2025, "计划", "良庆区", None, 50_000, "示范五厂新建"),
)


def sewer_projects(layers: Path) -> None:
    """Write sewer_projects.geojson along lines of roads.geojson.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    random = Random(SEED)  # noqa: S311 - a demonstration, no secret
    roads = json.loads((layers / "roads.geojson").read_text(encoding="utf-8"))["features"]
    lines = [road["geometry"]["coordinates"] for road in roads]
    west, south, east, north = WINDOW
    fit = [
        line
        for line in lines
        if all(west < lon < east and south < lat < north for lon, lat in line)
        and LEAST_KM <= length_km(line) <= MOST_KM
    ]
    chosen = random.sample(fit, sum(count for _, _, count in LINES))
    rows: list[tuple[dict[str, Any], str, list[Any]]] = []
    for year, state, count in LINES:
        for _ in range(count):
            line = chosen[len(rows)]
            declared = length_km(line) * random.uniform(0.992, 1.008)
            row = _row(len(rows) + 1, year, state, round(declared, 3))
            row |= {"project_kind": random.choice(KINDS), "sewer_kind": "污水"}
            rows.append((row | {"name_zh": f"示范{len(rows) + 1}号污水管网"}, "LineString", line))
    slips(rows)
    for year, state, county, km, treatment, name in LOOSE:
        row = _row(len(rows) + 1, year, state, km)
        row |= {"name_zh": name, "county": county, "capacity_m3_d": treatment}
        rows.append((row | {"project_kind": "新建"}, "", []))
    features(layers / "sewer_projects.geojson", rows)


def _row(number: int, year: int, state: str | None, km: float | None) -> dict[str, Any]:
    return dict.fromkeys(FIELDS) | {
        "project_id": f"S{number:03d}",
        "plan_year": year,
        "status": state,
        "sewer_length_km": km,
        "remark": "合成演示",
    }


def slips(rows: list[tuple[dict[str, Any], str, list[Any]]]) -> None:
    """Put into the ledger what real ones hold: metres, wrong lengths, one street listed twice.

    Parameters
    ----------
    rows : list of (properties, geometry type, coordinates)
        The projects with lines; changed, and two added.
    """
    rows[4][0]["sewer_length_km"] = round(rows[4][0]["sewer_length_km"] * 1000)
    rows[17][0]["sewer_length_km"] = round(rows[17][0]["sewer_length_km"] * 1.06, 3)
    rows[30][0]["sewer_kind"] = "雨水"
    for at, year in ((10, 2023), (25, 2024)):
        (lon, lat), (lon_to, lat_to) = rows[at][2][0], rows[at][2][-1]
        # The further half of the same street, some three metres beside it.
        half = [
            [(lon + lon_to) / 2 + 2e-5, (lat + lat_to) / 2 + 2e-5],
            [lon_to + 2e-5, lat_to + 2e-5],
        ]
        row = _row(len(rows) + 1, year, "已完工", round(length_km(half), 3))
        row |= {"project_kind": "改造", "sewer_kind": "污水"}
        name = f"示范{at + 1}号污水管网（二标段）"
        rows.append((row | {"name_zh": name}, "LineString", half))


def length_km(line: list[list[float]]) -> float:
    """Measure a short line on the ellipsoid.

    Parameters
    ----------
    line : list of [lon, lat]
        In degrees.

    Returns
    -------
    float
        Length [km], good to a thousandth.

    Examples
    --------
    >>> round(length_km([[108.0, 22.8], [108.1, 22.8]]), 2)
    10.27
    """
    total = 0.0
    for (lon, lat), (lon_to, lat_to) in pairwise(line):
        middle = math.radians((lat + lat_to) / 2)
        north = 111.13295 - 0.55982 * math.cos(2 * middle)
        east = 111.41284 * math.cos(middle) - 0.0935 * math.cos(3 * middle)
        total += math.hypot((lon_to - lon) * east, (lat_to - lat) * north)
    return total


def features(path: Path, rows: list[tuple[dict[str, Any], str, list[Any]]]) -> None:
    """Write projects as GeoJSON, those without a line with no geometry.

    Parameters
    ----------
    path : Path
        File to write.
    rows : list of (properties, geometry type, coordinates)
        The projects.
    """
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": row,
                "geometry": {"type": kind, "coordinates": write.rounded(line)} if kind else None,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for row, kind, line in rows
    ]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="")
