"""Rooftops: the yield engine beside pvlib's chain, and a million roofs from GeoParquet.

Run ``python benchmarks/bench_rooftop.py yield`` or ``... roofs [COUNT [WORKERS]]``.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.catalog.counties import read_counties
from nngis.catalog.load import shipped_layers
from nngis.catalog.roof_partitions import list_partitions
from nngis.plans.rooftop.analyse import surroundings
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.weather import make_weather
from nngis.plans.rooftop.yields import orientations, specific_yield
from nngis.run.roof_stream import Stream, add_up, judge_all

CRS = "EPSG:4545"
PART = 100_000
CELLS = 100


def climate() -> gpd.GeoDataFrame:
    table = pd.read_csv(shipped_layers() / "solar_climate.csv", index_col="cell_id")
    points = gpd.points_from_xy(table["lon"], table["lat"], crs="EPSG:4326")
    return gpd.GeoDataFrame(table.assign(evidence="derived"), geometry=points).to_crs(CRS)


def bench_yield() -> None:
    parameters = RooftopParameters()
    table = pd.read_csv(shipped_layers() / "solar_climate.csv", index_col="cell_id")
    cells = pd.concat([table, table.iloc[: CELLS - len(table)].rename(index=lambda c: c + "b")])
    facing = orientations(parameters)[:12]
    best = {}
    for _ in range(3):
        start = time.perf_counter()
        weather = make_weather(cells, parameters)
        middle = time.perf_counter()
        specific_yield(weather, facing, parameters, loss_share=0.09)
        end = time.perf_counter()
        now = {"weather": middle - start, "yield": end - middle, "both": end - start}
        best = {key: min(value, best.get(key, value)) for key, value in now.items()}
    points = CELLS * len(facing)
    print(f"8,760 h x {CELLS} cells x {len(facing)} orientations:", best)
    print(f"a point: {1e3 * best['yield'] / points:.3f} ms; pvlib's ModelChain is in the tests")


def town(count: int, folder: Path) -> None:
    """Write roofs spread over the counties, a row group a hundred thousand."""
    counties = read_counties()[0].to_crs(CRS)
    west, south, east, north = counties.total_bounds
    random = np.random.default_rng(1)
    for at in range(0, count, PART):
        rows = min(PART, count - at)
        x, y = random.uniform(west, east, rows), random.uniform(south, north, rows)
        wide, deep = random.uniform(5, 40, rows), random.uniform(5, 40, rows)
        classes = random.choice(["public", "commercial", "rural", "urban", None], rows)
        roofs = gpd.GeoDataFrame(
            {"roof_id": [f"R{at + i:09d}" for i in range(rows)], "roof_class": classes},
            geometry=shapely.box(x, y, x + wide, y + deep),
            crs=CRS,
        )
        roofs.to_parquet(folder / f"{at:010d}.parquet", row_group_size=PART)


def bench_roofs(count: int, workers: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "in"
        folder.mkdir()
        town(count, folder)
        counties = read_counties()[0].to_crs(CRS).assign(evidence="derived")
        parameters = RooftopParameters()
        start = time.perf_counter()
        around = surroundings(counties, counties, climate(), parameters)
        ready = time.perf_counter()
        stream = Stream(around, parameters, CRS, Path(name) / "out")
        names = judge_all(list_partitions(folder, rows_at_once=PART), stream, workers=workers)
        judged = time.perf_counter()
        tables = add_up(names, stream, counties)
        end = time.perf_counter()
        print(tables["by_phase"][["roofs_count", "capacity_kwp", "energy_mwh_a"]])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{count:,} roofs, {workers} processes: yield table {ready - start:.1f} s, "
        f"judged and written {judged - ready:.1f} s, ranked and added up {end - judged:.1f} s, "
        f"in all {end - start:.1f} s; peak {peak:.2f} GB (this process, making the roofs too)"
    )


if __name__ == "__main__":
    what, *more = [*sys.argv[1:], "yield"][: max(len(sys.argv) - 1, 1)]
    if what == "yield":
        bench_yield()
    else:
        bench_roofs(*(int(value) for value in [*more, "1000000", "1"][:2]) if len(more) != 1
                    else (int(more[0]), 1))  # fmt: skip
