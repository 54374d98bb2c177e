"""A stand-in for the built-up area: where named points and road junctions lie close together."""

import csv
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from scipy.ndimage import gaussian_filter

from recipe import write

WORK_CRS = "EPSG:4545"
CELL_M = 500.0
BLUR_M = 750.0
# Points per square kilometre; chosen so that the main part comes near the 320-330 km² that the
# city district is remembered to have, a figure that no open source confirms.
DENSE_PER_KM2 = 2.25
# Around the seats that lie apart from the main city OpenStreetMap is thinner.
DENSE_AT_SEAT_PER_KM2 = 0.75
APART = ("武鸣", "隆安", "马山", "上林", "宾阳", "横州")
SEAT_M = 4_000.0
# A dense part further than this from every seat is a park or a village, not a city.
CITY_M = 15_000.0
JUNCTION_WEIGHT = 0.5
SMOOTH_M = 400.0
SMALLEST_M2 = 2e6
M2_PER_KM2 = 1e6

Points = npt.NDArray[np.float64]


def built_up(layers: Path) -> None:
    """Write built_up.geojson, from places, roads and towns as shipped.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    to_work = Transformer.from_crs("EPSG:4326", WORK_CRS, always_xy=True)
    to_degrees = Transformer.from_crs(WORK_CRS, "EPSG:4326", always_xy=True)
    towns = rows_of(layers / "towns.csv")
    seats = projected(to_work, towns)
    roads = json.loads((layers / "roads.geojson").read_text(encoding="utf-8"))["features"]
    junctions = np.unique(
        np.array([end for road in roads for end in road["geometry"]["coordinates"]]), axis=0
    )
    density, west, south = density_per_km2(
        projected(to_work, rows_of(layers / "places.csv")),
        np.column_stack(to_work.transform(*junctions.T)),
    )
    apart = np.array([town["name_zh"] in APART for town in towns])
    parts = dense_parts(density, seats[apart], (west, south))
    parts = [part for part in parts if shapely.distance(part, shapely.multipoints(seats)) < CITY_M]
    names = name_parts(parts, seats, [town["name_zh"] for town in towns])
    rows = []
    for part, name in zip(parts, names, strict=True):
        outline = shapely.transform(part, lambda xy: np.column_stack(to_degrees.transform(*xy.T)))
        shape = json.loads(shapely.to_geojson(shapely.orient_polygons(outline)))
        rows.append(
            (
                {
                    "area_id": name,
                    "name_zh": name,
                    "area_km2": round(part.area / M2_PER_KM2, 2),
                },
                shape["type"],
                shape["coordinates"],
            )
        )
    write.features(layers / "built_up.geojson", rows, key="area_id")


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a shipped table.

    Parameters
    ----------
    path : Path
        A csv file.

    Returns
    -------
    list of dict
        Its rows, as text.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def projected(to_work: Transformer, rows: list[dict[str, str]]) -> Points:
    """Give the positions of rows in the work CRS.

    Parameters
    ----------
    to_work : Transformer
        From WGS84 to the work CRS.
    rows : list of dict
        With `lon` and `lat`.

    Returns
    -------
    (n, 2) float array
        Easting, northing [m].
    """
    lon, lat = ([float(row[name]) for row in rows] for name in ("lon", "lat"))
    return np.column_stack(to_work.transform(lon, lat))


def density_per_km2(places: Points, junctions: Points) -> tuple[Points, float, float]:
    """Count points on a grid and blur the counts.

    Parameters
    ----------
    places, junctions : (n, 2) float array
        Easting, northing [m].

    Returns
    -------
    density : (rows, columns) float array
        Weighted points per km², rows from south to north.
    west, south : float
        Corner of the grid [m].

    Examples
    --------
    >>> density, west, south = density_per_km2(np.array([[100.0, 100.0]] * 8), np.empty((0, 2)))
    >>> round(float(density.sum() * 0.25), 6)  # the blur moves points, it loses none
    8.0
    """
    margin = 10 * BLUR_M
    every = np.vstack([places, junctions])
    west, south = np.floor((every.min(axis=0) - margin) / CELL_M) * CELL_M
    columns, rows = np.ceil((every.max(axis=0) + margin - (west, south)) / CELL_M).astype(int)
    edges = (south + CELL_M * np.arange(rows + 1), west + CELL_M * np.arange(columns + 1))
    counted = np.histogram2d(places[:, 1], places[:, 0], bins=edges)[0]
    crossed = np.histogram2d(junctions[:, 1], junctions[:, 0], bins=edges)[0]
    weighted = counted + JUNCTION_WEIGHT * crossed
    blurred = gaussian_filter(weighted, BLUR_M / CELL_M, mode="constant")
    return blurred * (M2_PER_KM2 / CELL_M**2), float(west), float(south)


def dense_parts(
    density: Points, seats: Points, corner: tuple[float, float]
) -> list[shapely.Polygon]:
    """Outline the dense parts.

    Parameters
    ----------
    density : (rows, columns) float array
        Points per km².
    seats : (n, 2) float array
        Where less is enough, easting and northing [m].
    corner : (float, float)
        West and south of the grid [m].

    Returns
    -------
    list of Polygon
        Smooth outlines without holes, from the largest to the smallest.
    """
    row, column = np.nonzero(density > 0)
    x, y = corner[0] + CELL_M * column, corner[1] + CELL_M * row
    centres = shapely.points(x + CELL_M / 2, y + CELL_M / 2)
    off_seat_m = shapely.distance(shapely.multipoints(seats), centres)
    needed = np.where(off_seat_m <= SEAT_M, DENSE_AT_SEAT_PER_KM2, DENSE_PER_KM2)
    dense = density[row, column] >= needed
    cells = shapely.box(x[dense], y[dense], x[dense] + CELL_M, y[dense] + CELL_M)
    # Out, in twice, out: closes gaps, then rounds corners, and keeps the size.
    smooth = shapely.union_all(cells).buffer(SMOOTH_M).buffer(-2 * SMOOTH_M).buffer(SMOOTH_M)
    parts = shapely.get_parts(smooth.simplify(SMOOTH_M / 10))
    filled = [shapely.Polygon(part.exterior) for part in parts]
    kept = [part for part in filled if part.area >= SMALLEST_M2]
    return sorted(kept, key=lambda part: (-part.area, part.bounds))


def name_parts(parts: list[shapely.Polygon], seats: Points, names: list[str]) -> list[str]:
    """Name each part after the nearest seat, numbered where a seat names several.

    Parameters
    ----------
    parts : list of Polygon
        The largest first; the first is the city itself.
    seats : (n, 2) float array
        County seats, easting and northing [m].
    names : list of str
        Their names.

    Returns
    -------
    list of str
        Unique names.

    Examples
    --------
    >>> parts = [shapely.box(0, 0, 9, 9), shapely.box(50, 0, 52, 2), shapely.box(54, 0, 55, 1)]
    >>> name_parts(parts, np.array([[1.0, 1.0], [51.0, 1.0]]), ["南宁", "邕宁"])
    ['南宁主城区', '邕宁', '邕宁2']
    """
    points = shapely.points(seats)
    found: list[str] = []
    for part in parts[1:]:
        name = names[int(np.argmin(shapely.distance(points, part)))]
        same = sum(other.rstrip("0123456789") == name for other in found)
        found.append(f"{name}{same + 1}" if same else name)
    return ["南宁主城区", *found]
