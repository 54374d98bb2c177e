"""How cost grows: each plan at 1, 10 and 100 times of each of its inputs.

    python benchmarks/bench_growth.py [CASE ...] [--times 1 10 100]

Prints the processor time of the analysis (of the ledger: of reading it), the memory of its process,
and the exponent: by what power of the input the time grew since the line before. Each line is a
process of its own, in which the smallest input was analysed first: imports and compiled code are
not what grows.
"""

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from bench_sewer import town

import nngis
from nngis.inputs.store import open_role
from nngis.plans.sewer.design import design
from nngis.plans.sewer.design_parameters import DesignParameters

SPREAD_DEG = 0.02  # how far a copy lies from its original
CORNER_DEG, BLOCK_DEG = (10.0, 50.0), 0.003  # a made town elsewhere, and its blocks
DEMANDS, ACROSS, CANDIDATES = 120, 40, 30  # 40 x 41 x 2 streets
HOUSES, ROWS = 200, 1_000

Work = Callable[[int], tuple[int, Callable[[], object]]]


def copies(plan: str, role: str) -> Work:
    """Repeat what the case ships, each copy beside its original."""

    def make(times: int) -> tuple[int, Callable[[], object]]:
        rng, parts = np.random.default_rng(0), []
        frame = open_role(role, nngis.case().store, {}).frame
        for k in range(times):
            part = frame.copy()
            if k:
                part.index = [f"{one}~{k}" for one in part.index]
                by = rng.uniform(-SPREAD_DEG, SPREAD_DEG, 2)
                part.geometry = part.geometry.translate(*by)
            parts.append(part)
        grown = pd.concat(parts).rename_axis(frame.index.name).reset_index()
        return len(grown), lambda: nngis.run(plan, **{role: grown})

    return make


def streets(across: int) -> gpd.GeoDataFrame:
    at = np.array(CORNER_DEG) + BLOCK_DEG * np.stack(np.mgrid[: across + 1, : across + 1], axis=-1)
    ways = [np.stack([at[:-1], at[1:]], axis=2), np.stack([at[:, :-1], at[:, 1:]], axis=2)]
    lines = shapely.linestrings(np.concatenate([one.reshape(-1, 2, 2) for one in ways]))
    ids = {"road_id": [f"R{k}" for k in range(len(lines))], "highway": "secondary"}
    return gpd.GeoDataFrame(ids, geometry=lines, crs=4326)


def county() -> gpd.GeoDataFrame:
    west, south = CORNER_DEG
    around = shapely.box(west - 1, south - 1, west + 3, south + 3)
    return gpd.GeoDataFrame(
        {"adcode": ["990001"], "name_zh": ["东县"]}, geometry=[around], crs=4326
    )


def points(name: str, count: int, across: int, **columns: object) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(len(name))
    at = np.array(CORNER_DEG) + rng.uniform(0, across * BLOCK_DEG, (count, 2))
    ids = {f"{name}_id": [f"{name}{k}" for k in range(count)], **columns}
    return gpd.GeoDataFrame(ids, geometry=shapely.points(at), crs=4326)


def charging(grows: str) -> Work:
    """Make a town elsewhere of which one input grows."""

    def make(times: int) -> tuple[int, Callable[[], object]]:
        by = {name: times if name == grows else 1 for name in ("demand", "roads", "candidates")}
        roads = streets(round(ACROSS * math.sqrt(by["roads"])))
        demand = points("demand", DEMANDS * by["demand"], ACROSS, population=1000)
        sites = points("candidate", CANDIDATES * by["candidates"], ACROSS)
        given = {
            "demand": demand,
            "roads": roads,
            "charging_candidates": sites,
            "counties": county(),
        }
        rows = {"demand": len(demand), "roads": len(roads), "candidates": len(sites)}[grows]
        return rows, lambda: nngis.run("charging", **given)

    return make


def sewers(times: int) -> tuple[int, Callable[[], object]]:
    made = town(HOUSES * times)
    return HOUSES * times, lambda: design(*made, DesignParameters())


def ledger(times: int) -> tuple[int, Callable[[], object]]:
    rng, count = np.random.default_rng(0), ROWS * times
    table = pd.DataFrame(
        {
            "锅炉编号": [f"GL{k}" for k in range(count)],
            "企业名称": [f"企业{k}" for k in range(count)],
            "蒸发量": rng.choice([4, 10, 20, 35], count),
            "燃料": rng.choice(["煤", "天然气"], count),
            "经度": rng.uniform(108.2, 108.5, count).round(6),
            "纬度": rng.uniform(22.7, 22.9, count).round(6),
        }
    )
    path = Path(tempfile.mkdtemp(), "台账.csv")
    table.to_csv(path, index=False, encoding="utf-8")
    return count, lambda: nngis.read_ledger(path, "boilers", datum="wgs84")


CASES: dict[str, Work] = {
    "heat, boilers": copies("heat", "boilers"),
    "rooftop, roofs": copies("rooftop", "roofs"),
    "charging, demands": charging("demand"),
    "charging, candidates": charging("candidates"),
    "charging, roads": charging("roads"),
    "sewers, houses": sewers,
    "ledger, rows of csv": ledger,
}


def measure(name: str, times: int) -> None:
    """Analyse the smallest input, then the one asked for, and print what that took."""
    CASES[name](1)[1]()
    rows, work = CASES[name](times)
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps([rows, cpu_s, after.ru_maxrss / 1024]))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("cases", nargs="*", help=f"words of: {'; '.join(CASES)}")
    asked.add_argument("--times", type=int, nargs="+", default=[1, 10, 100])
    asked.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.measure:
        measure(given.measure[0], int(given.measure[1]))
        return
    print("| case | rows | processor | memory | exponent |\n|---|---|---|---|---|")
    for name in CASES:
        if given.cases and not any(word in name for word in given.cases):
            continue
        last: tuple[int, float] | None = None
        for times in given.times:
            command = [sys.executable, __file__, "--measure", name, str(times)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            rows, cpu_s, memory = json.loads(done.stdout.splitlines()[-1])
            power = ""
            if last is not None:
                power = f"{math.log(cpu_s / last[1]) / math.log(rows / last[0]):.2f}"
            print(f"| {name} | {rows:,} | {cpu_s:.2f} s | {memory:,.0f} MB | {power} |", flush=True)
            last = rows, cpu_s


if __name__ == "__main__":
    main()
