"""Heat and the command line: start-up, the default run, a large city with its network.

python benchmarks/bench_heat.py
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely import LineString, box

from nngis.decide.rules import decide as by_rules
from nngis.plans.heat.analyse import analyse
from nngis.plans.heat.facts import Zones, gather, has_stacks
from nngis.plans.heat.layers import HeatLayers
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.rules import boiler_rules
from nngis.plans.heat.sources import judge_units

NNGIS = [sys.executable, "-c", "from nngis.cli.app import main; main()"]


def command(*arguments: str, repeat: int = 3) -> tuple[float, float]:
    """Run a command; return its best seconds and the largest memory of any child [MB]."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        subprocess.run([*NNGIS, *arguments], check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    return best, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def points(rng: np.random.Generator, n: int, prefix: str, side_m: float) -> gpd.GeoDataFrame:
    """Return random points of a square."""
    xy = rng.uniform(0, side_m, (n, 2)) + np.array([480e3, 2_500e3])
    index = [f"{prefix}{i}" for i in range(n)]
    frame = gpd.GeoDataFrame(
        index=index, geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]), crs="EPSG:4545"
    )
    return frame.assign(evidence="synthetic", name_zh=index, status="in_use")


def city(boilers: int, plants: int, side_m: float) -> dict[str, gpd.GeoDataFrame]:
    """Return a random city."""
    rng = np.random.default_rng(1)
    b = points(rng, boilers, "b", side_m).assign(
        capacity_t_h=rng.integers(1, 75, boilers).astype(float),
        fuel=rng.choice(["coal", "gas"], boilers),
    )
    p = points(rng, plants, "p", side_m).assign(
        fuel="coal",
        capacity_mw=660.0,
        status="operating",
        is_chp=True,
        plant_id=lambda f: f.index,
        steam_capacity_t_h=600.0,
    )
    square = box(480e3, 2_500e3, 480e3 + side_m / 5, 2_500e3 + side_m / 5)
    zones = gpd.GeoDataFrame(
        {"name_zh": ["a"], "evidence": "derived"}, geometry=[square], crs="EPSG:4545"
    )
    return {"boilers": b, "heat_sources": p, "built_up": zones, "counties": zones}


def streets(nodes: int, side_m: float) -> gpd.GeoDataFrame:
    """Return a square grid of street blocks with so many junctions."""
    count = round(nodes**0.5)
    at = np.linspace(0, side_m, count)
    x, y = 480e3 + at, 2_500e3 + at
    lines = [LineString([(x[0], v), (x[-1], v)]) for v in y]
    lines += [LineString([(v, y[0]), (v, y[-1])]) for v in x]
    return gpd.GeoDataFrame(geometry=lines, crs="EPSG:4545")


def decide(boilers: int = 100_000, plants: int = 50) -> tuple[float, float]:
    """Decide random boilers without extraction data; return seconds of the decisions and of all."""
    layers = city(boilers, plants, 200_000.0)
    layers["heat_sources"] = layers["heat_sources"].drop(columns="steam_capacity_t_h")
    parameters = HeatParameters()
    start = time.perf_counter()
    units = judge_units(layers["heat_sources"], parameters)
    zones = Zones(layers["built_up"], layers["counties"], None)
    frame = gather(layers["boilers"], units, zones, parameters)
    by_rules(frame, *boiler_rules(parameters, parks=False, stacks=has_stacks(frame)))
    decided = time.perf_counter() - start
    start = time.perf_counter()
    analyse(HeatLayers(**layers), parameters)
    return decided, time.perf_counter() - start


def whole(boilers: int = 5_000, plants: int = 20, nodes: int = 100_000) -> float:
    """Balance, lay and phase a large city; return seconds."""
    layers, roads = city(boilers, plants, 150_000.0), streets(nodes, 150_000.0)
    start = time.perf_counter()
    found = analyse(HeatLayers(**layers, roads=roads), HeatParameters())
    seconds = time.perf_counter() - start
    tables = found.tables
    print(
        f"  {len(tables['radii'])} pairs, {len(tables['assignment'])} boilers served, "
        f"{len(tables['steam_network'])} pipes, "
        f"{tables['steam_network']['length_m'].sum() / 1000:.0f} km"
    )
    return seconds


def main() -> None:
    """Measure and print."""
    seconds, _ = command("--help", repeat=5)
    print(f"nngis --help: {seconds:.2f} s (wanted: under 0.5)")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        seconds, megabytes = command("run", "heat", "--out", str(out))
        size = (out / "heat" / "map.html").stat().st_size / 1e6
        print(f"nngis run heat: {seconds:.2f} s (10), {megabytes:.0f} MB, map {size:.2f} MB (3)")
    print(f"5,000 boilers x 20 plants x 100,000 junctions: {whole():.1f} s (60)")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {megabytes:.0f} MB (2,000)")
    decided, all_of_it = decide()
    print(f"100,000 boilers x 50 plants, decisions: {decided:.1f} s (5), all: {all_of_it:.1f} s")


if __name__ == "__main__":
    main()
