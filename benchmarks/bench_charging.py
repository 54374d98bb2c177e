"""The charging plan at the size of a city and of a region, from frames to tables.

    python benchmarks/bench_charging.py [--only WORD] [--runs N]

The city is that of `bench_reach.py`: 114,244 crossroads and two thirds of the streets between them,
with driving times. Demand, stations and candidates stand about crossroads. Every time is the best
of N runs after a first one that loads the compiled code, of the whole analysis: distances by road
and straight, coverage by group, gap areas, places, siting with its proof, the worth of each site,
years, service areas at three radii, sizes, every table. Nothing is written to disk.
"""

import argparse
import time
from collections.abc import Callable
from itertools import pairwise
from resource import RUSAGE_SELF, getrusage
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from bench_reach import CRS, city, crossroads
from shapely import box

from nngis.network.graph import Graph, graph_from_arrays
from nngis.network.service_area import service_areas
from nngis.plans.charging.analyse import analyse_on
from nngis.plans.charging.parameters import ChargingParameters
from nngis.result.result import Analysis

METRES_A_SECOND = 30 / 3.6


def main() -> None:
    """Run the cases asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="run the cases whose name holds this word")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    x, y, tail, head, length = city(338, 2 / 3)
    graph, _ = graph_from_arrays(x, y, tail, head, length, crs=CRS, time_s=length / METRES_A_SECOND)
    cases: dict[str, Callable[[Graph, int], None]] = {
        "city": whole_city,
        "region": region,
        "areas": isochrones,
    }
    for name, run in cases.items():
        if asked.only in name:
            run(graph, asked.runs)


def best_of(ask: Callable[[], Any], runs: int) -> tuple[float, float, Any]:
    """Shortest wall and processor time of several runs after a first one [s], and the answer."""
    answer, taken = ask(), []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = ask()
        taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    return min(taken)[0], min(one[1] for one in taken), answer


def spots(graph: Graph, count: int, seed: int, letter: str) -> gpd.GeoDataFrame:
    """Points some 40 m about different crossroads."""
    rng, at = np.random.default_rng(seed), crossroads(graph, count, seed)
    xy = [values[at] + rng.normal(0, 40, count) for values in (graph.x, graph.y)]
    index = pd.Index([f"{letter}{one}" for one in range(count)])
    return gpd.GeoDataFrame(index=index, geometry=gpd.points_from_xy(*xy), crs=CRS)


def frames(graph: Graph, demands: int, stations: int, candidates: int) -> dict[str, Any]:
    """Layers of a synthetic city: 12 counties in strips, people by a long-tailed law."""
    west, south, east, north = graph.x.min(), graph.y.min(), graph.x.max(), graph.y.max()
    cut = np.linspace(west - 500, east + 500, 13)
    counties = gpd.GeoDataFrame(
        {"name_zh": [f"county {one}" for one in range(12)]},
        index=pd.Index([f"4501{one:02d}" for one in range(12)], name="adcode"),
        geometry=[box(a, south - 500, b, north + 500) for a, b in pairwise(cut)],
        crs=CRS,
    )
    people = np.random.default_rng(11).lognormal(6, 1, demands)
    return {
        "counties": counties,
        "demand": spots(graph, demands, 5, "d").assign(population=people),
        "charging_stations": spots(graph, stations, 6, "s").assign(piles_count=8),
        "charging_candidates": spots(graph, candidates, 7, "c").assign(name_zh="site"),
    }


def tell(case: str, taken: tuple[float, float, Analysis]) -> None:
    """Print one line."""
    wall, cpu, found = taken
    values = {one.name: one.value for one in found.indicators}
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{case}: {wall:.2f} s ({cpu:.2f} s of processor), covered "
        f"{values['covered_before_share']:.4f} -> {values['covered_share']:.4f}, gap "
        f"{values['siting_gap_share']:.1e}, {values['built_count']:.0f} built, peak {peak:.0f} MB",
        flush=True,
    )


def whole_city(graph: Graph, runs: int) -> None:
    """5,000 demands, 500 stations, 500 candidates, 30 to build; curve and other plans too."""
    layers = frames(graph, 5_000, 500, 500)
    asked = ChargingParameters(new_stations=30, trip_share=0.0, grid_candidate_m=50_000.0)
    case = "city, 114,244 nodes, 500 stations, 5,000 x 500, p 30"
    tell(case, best_of(lambda: analyse_on(graph, layers, asked), runs))


def region(graph: Graph, runs: int) -> None:
    """50,000 demands, 2,000 candidates, 100 to build, to within 0.5 %."""
    layers = frames(graph, 50_000, 100, 2_000)
    more = {"new_stations": 100, "trip_share": 0.0, "grid_candidate_m": 50_000.0}
    more |= {"gap_allowed": 0.005, "curve_points_count": 0, "alternatives_count": 1}
    asked = ChargingParameters(**more)
    case = "region, 50,000 x 2,000, p 100, 100 stations, gap 5e-3 asked, no curve"
    tell(case, best_of(lambda: analyse_on(graph, layers, asked), min(runs, 2)))


def isochrones(graph: Graph, runs: int) -> None:
    """Service areas of each of 500 stations at the plan's three radii."""
    stops = spots(graph, 500, 6, "s")
    p = ChargingParameters()
    wall, cpu, found = best_of(
        lambda: service_areas(graph, stops, breaks_m=p.radii_m, max_snap_m=p.max_snap_m), runs
    )
    print(f"isochrones, 500 x 3: {wall:.2f} s ({cpu:.2f} s), {len(found.areas)} polygons")


if __name__ == "__main__":
    main()
