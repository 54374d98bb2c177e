"""A made-up town of roofs for the demonstration: no building in it exists."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from recipe import write

SEED = 20210620
M_PER_DEG = 111_320.0
FIELDS = ("roof_id", "roof_class", "name_zh", "roof_form", "roof_azimuth_deg", "storeys_count")
UNTOLD = 0.15  # of the houses and works no ledger tells the class
TURN_DEG = 8.0


@dataclass(frozen=True)
class Part:
    """One part of the town: rows of plots with buildings of one kind.

    Parameters
    ----------
    name : str
        Short name, the beginning of its roofs' ids.
    middle : (float, float)
        Longitude and latitude [°] of its first plot.
    plots : (int, int)
        Plots west to east and south to north.
    plot_m : (float, float)
        Size of a plot [m].
    kinds : tuple of (weight, class, form, least and greatest side [m], storeys)
        What stands on a plot.
    """

    name: str
    middle: tuple[float, float]
    plots: tuple[int, int]
    plot_m: tuple[float, float]
    kinds: tuple[tuple[int, str, str, float, float, int], ...]


TOWN = (
    (60, "urban", "flat", 14.0, 30.0, 6),
    (18, "commercial", "flat", 14.0, 34.0, 3),
    (5, "government", "flat", 18.0, 36.0, 5),
    (9, "public", "flat", 18.0, 42.0, 4),
    (3, "public", "tile", 12.0, 22.0, 1),
)
WORKS = (
    (20, "commercial", "metal", 30.0, 85.0, 1),
    (3, "commercial", "unfit", 20.0, 40.0, 1),
    (3, "commercial", "flat", 15.0, 40.0, 3),
)
VILLAGE = (
    (30, "rural", "flat", 8.0, 14.0, 3),
    (14, "rural", "tile", 7.0, 13.0, 1),
    (4, "rural", "metal", 3.0, 6.0, 1),
    (1, "public", "flat", 11.0, 20.0, 2),
)
PARTS = (
    Part("HZ-T", (109.2700, 22.6800), (16, 14), (48.0, 44.0), TOWN),
    Part("HZ-W", (109.2850, 22.6795), (8, 7), (110.0, 105.0), WORKS),
    Part("HZ-V", (109.2500, 22.6900), (20, 14), (22.0, 20.0), VILLAGE),
    Part("XN-T", (108.4560, 22.8950), (9, 7), (48.0, 44.0), TOWN),
    Part("XN-W", (108.4640, 22.8950), (5, 4), (110.0, 105.0), WORKS),
    Part("XN-V", (108.4500, 22.9050), (14, 10), (22.0, 20.0), VILLAGE),
    Part("BY-T", (108.8150, 23.2150), (8, 6), (48.0, 44.0), TOWN),
    Part("BY-W", (108.8230, 23.2150), (4, 4), (110.0, 105.0), WORKS),
    Part("BY-V", (108.8050, 23.2250), (14, 10), (22.0, 20.0), VILLAGE),
)
NAMES = {
    "government": ("演示镇人民政府", "演示税务所", "演示派出所"),
    "public": ("演示小学", "演示中学", "演示卫生院", "演示村委会"),
}


def roofs(layers: Path) -> None:
    """Write roofs.geojson.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    random = Random(SEED)  # noqa: S311  (a demonstration, no secret)
    rows = [row for part in PARTS for row in of_part(random, part)]
    rows += slips(rows)
    write.features(layers / "roofs.geojson", rows, key="roof_id")


def of_part(random: Random, part: Part) -> Iterator[tuple[dict[str, Any], str, list[Any]]]:
    """Make the roofs of one part.

    Parameters
    ----------
    random : Random
        Draws them.
    part : Part
        The part.

    Yields
    ------
    (properties, geometry type, coordinates)
        One a building.
    """
    turn = random.uniform(-TURN_DEG, TURN_DEG)
    columns, lines = part.plots
    for plot in range(columns * lines):
        east = (plot % columns) * part.plot_m[0]
        north = (plot // columns) * part.plot_m[1]
        _, kind, form, least, most, storeys = random.choices(
            part.kinds, [row[0] for row in part.kinds]
        )[0]
        wide, deep = random.uniform(least, most), random.uniform(least, most)
        wide, deep = min(wide, part.plot_m[0] - 3), min(deep, part.plot_m[1] - 3)
        told = kind in NAMES or random.random() > UNTOLD
        named = random.choice(NAMES[kind]) if kind in NAMES else None
        azimuth = round((180 + turn + random.choice((0, 90))) % 360) if form == "tile" else None
        properties = {
            "roof_id": f"{part.name}{plot + 1:03d}",
            # Half of what has a name is told by the name alone.
            "roof_class": kind if told and (named is None or random.random() < 0.5) else None,
            "name_zh": named,
            "roof_form": form,
            "roof_azimuth_deg": azimuth,
            "storeys_count": storeys,
        }
        yield properties, "Polygon", [rectangle(part.middle, (east, north), (wide, deep), turn)]


def rectangle(
    origin: tuple[float, float], at: tuple[float, float], size: tuple[float, float], turn: float
) -> list[list[float]]:
    """Draw a turned rectangle.

    Parameters
    ----------
    origin : (float, float)
        Longitude and latitude [°].
    at : (float, float)
        Its corner, east and north of the origin [m].
    size : (float, float)
        Its sides [m].
    turn : float
        How far all is turned about the origin, clockwise [°].

    Returns
    -------
    list of [lon, lat]
        Five corners, the last the first again.

    Examples
    --------
    >>> rectangle((108.0, 0.0), (0, 0), (111.32, 222.64), 0.0)[2]
    [108.001, 0.002]
    """
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    ring = []
    for x, y in ((0, 0), (size[0], 0), size, (0, size[1]), (0, 0)):
        east, north = at[0] + x, at[1] + y
        turned = (east * cos + north * sin, north * cos - east * sin)
        lon = origin[0] + turned[0] / (M_PER_DEG * math.cos(math.radians(origin[1])))
        ring.append([round(lon, 6), round(origin[1] + turned[1] / M_PER_DEG, 6)])
    return ring


def slips(
    rows: list[tuple[dict[str, Any], str, list[Any]]],
) -> list[tuple[dict[str, Any], str, list[Any]]]:
    """Enter two roofs twice, one of them some decimetres off, as two sources would.

    Parameters
    ----------
    rows : list of (properties, geometry type, coordinates)
        The town.

    Returns
    -------
    list of (properties, geometry type, coordinates)
        The doubles.
    """
    doubles = []
    for number, off in ((0, 0.0), (230, 2e-6)):
        properties, kind, (ring,) = rows[number]
        again = [[round(lon + off, 6), round(lat + off, 6)] for lon, lat in ring]
        doubles.append((properties | {"roof_id": f"{properties['roof_id']}B"}, kind, [again]))
    return doubles
