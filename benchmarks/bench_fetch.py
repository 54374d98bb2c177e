"""Fetching: a made .osm.pbf of a million nodes to layers, land cover of all Nanning to a town.

Run ``python benchmarks/bench_fetch.py [osm] [folder] [built_up]``: ``osm`` reads the file and makes
the rows, ``folder`` writes the whole layers folder from it, ``built_up`` takes the built-up area of
Nanning's twelve counties out of made tiles of WorldCover (cells of 10 m, some 625 million).
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import rasterio
import shapely
from rasterio.transform import from_origin
from rasterio.windows import Window

from nngis.fetch import built_up, osm_source
from nngis.fetch.area import Area, read_area
from nngis.fetch.cache import Cache
from nngis.fetch.collect import collect
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.http import Network
from nngis.fetch.order import Order
from nngis.fetch.providers import Wish

CELLS = 12_000  # a degree, as WorldCover
BUILDINGS, ROADS, POINTS = 150_000, 50_000, 20_000
CORNERS, ROAD_NODES = 4, 8
LAYERS = ("roads", "roofs", "places", "charging_stations", "petrol_stations", "car_parks")
KINDS = ("yes", "school", "industrial", "residential", "apartments")
ROAD_CLASSES = ("residential", "tertiary", "secondary", "primary", "footway")
AMENITIES = ("charging_station", "fuel", "parking", "school", "hospital")


def make(path: Path) -> None:
    """A million nodes (600,000 of buildings, 400,000 of roads, some points) and 200,000 ways."""
    rng = np.random.default_rng(1)
    corner = rng.uniform((107.5, 22.2), (109.5, 23.8), (BUILDINGS, 2))
    step = np.array([(0, 0), (2e-4, 0), (2e-4, 1e-4), (0, 1e-4)])
    outlines = (corner[:, None] + step).reshape(-1, 2)
    start = rng.uniform((107.5, 22.2), (109.5, 23.8), (ROADS, 1, 2))
    roads = (start + rng.normal(0, 1e-3, (ROADS, ROAD_NODES, 2)).cumsum(axis=1)).reshape(-1, 2)
    places = rng.uniform((107.5, 22.2), (109.5, 23.8), (POINTS, 2))
    writer = osmium.SimpleWriter(str(path), overwrite=True)
    node = osmium.osm.mutable.Node
    way = osmium.osm.mutable.Way
    for ref, at in enumerate(np.concatenate([outlines, roads]).tolist(), start=1):
        writer.add_node(node(id=ref, location=at, version=1))
    first = len(outlines) + len(roads) + 1
    for ref, at in enumerate(places.tolist(), start=first):
        tags = {"amenity": AMENITIES[ref % 5], "name": f"甲{ref}"}
        writer.add_node(node(id=ref, location=at, version=1, tags=tags))
    for number in range(BUILDINGS):
        refs = [number * CORNERS + corner + 1 for corner in (0, 1, 2, 3, 0)]
        tags = {"building": KINDS[number % 5]}
        writer.add_way(way(id=number + 1, nodes=refs, version=1, tags=tags))
    for number in range(ROADS):
        at = BUILDINGS * CORNERS + number * ROAD_NODES + 1
        tags = {"highway": ROAD_CLASSES[number % 5], "name": f"{number}路"}
        refs = list(range(at, at + ROAD_NODES))
        writer.add_way(way(id=BUILDINGS + number + 1, nodes=refs, version=1, tags=tags))
    writer.close()


def make_cover(folder: Path, areas: Area) -> None:
    """Tiles of 3 degrees: towns of class 50 with gaps in fields of class 40."""
    rng = np.random.default_rng(2)
    west, south, east, north = areas.box
    towns = rng.uniform((west, south), (east, north), (60, 2))
    radius = rng.exponential(0.02, 60)
    for lon in (105, 108):
        for lat in (21, 24):
            left = max(0, int((west - lon) * CELLS)) // 1024 * 1024
            right = min(3 * CELLS, int((east - lon) * CELLS) + 1)
            top = max(0, int((lat + 3 - north) * CELLS)) // 1024 * 1024
            bottom = min(3 * CELLS, int((lat + 3 - south) * CELLS) + 1)
            with rasterio.open(
                folder / f"N{lat}E{lon}.tif", "w", driver="GTiff", width=3 * CELLS,
                height=3 * CELLS, count=1, dtype="uint8", crs="EPSG:4326", nodata=0, tiled=True,
                blockxsize=1024, blockysize=1024, compress="deflate", SPARSE_OK=True,
                transform=from_origin(lon, lat + 3, 1 / CELLS, 1 / CELLS),
            ) as tile:  # fmt: skip
                for first in range(top, bottom, 1024):
                    count, width = min(1024, bottom - first), right - left
                    if width <= 0 or count <= 0:
                        continue
                    y = lat + 3 - (first + np.arange(count)) / CELLS
                    x = lon + (left + np.arange(width)) / CELLS
                    town = np.zeros((count, width), bool)
                    for (at, height), size in zip(towns, radius, strict=True):
                        near = np.flatnonzero(abs(x - at) < size)
                        if near.size and (abs(y - height) < size).any():
                            across = (x[near] - at) ** 2 + ((y - height) ** 2)[:, None] < size**2
                            town[:, near] |= across
                    cells = np.where(town & (rng.random(town.shape) < 0.75), 50, 40)
                    tile.write(cells.astype("uint8"), 1, window=Window(left, first, width, count))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def time_built_up() -> None:
    area = read_area("450100", margin_km=2.0)
    with tempfile.TemporaryDirectory() as made:
        make_cover(Path(made), area)
        print(f"tiles made, {peak_mb():.0f} MB")
        endpoint = read_endpoints()["worldcover"].model_copy(
            update={"url": f"{made}/N{{lat:02d}}E{{lon:03d}}.tif"}
        )
        order = Order(("built_up",), area, endpoint, Network(), Cache(Path(made) / "cache"))
        begin = time.perf_counter()
        (found,) = built_up.fetch(order)
        print(f"to {len(found.content)} polygons {time.perf_counter() - begin:.1f} s, "
              f"peak {peak_mb():.0f} MB")  # fmt: skip


def main(what: list[str]) -> None:
    if "built_up" in what:
        time_built_up()
    if what and set(what) <= {"built_up"}:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.osm.pbf"
        make(path)
        print(f"file {path.stat().st_size / 1e6:.1f} MB, {peak_mb():.0f} MB after making it")
        area = Area("made", shapely.box(107, 22, 110, 24), gpd.GeoDataFrame())
        endpoints = read_endpoints()
        cache = Cache(Path(folder) / "cache")
        endpoint = endpoints["osm_file"].model_copy(update={"url": str(path)})
        if not what or "osm" in what:
            begin = time.perf_counter()
            found = osm_source.fetch(Order(LAYERS, area, endpoint, Network(), cache))
            print(f"to rows {time.perf_counter() - begin:.1f} s, peak {peak_mb():.0f} MB")
            print({layer.id: len(layer.content) for layer in found})
            del found
        if not what or "folder" in what:
            begin = time.perf_counter()
            wish = Wish(LAYERS, area, endpoints, Network(), cache, str(path))
            collect(wish, Path(folder) / "out")
            print(f"to a folder {time.perf_counter() - begin:.1f} s, peak {peak_mb():.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
