"""Heat and the command line: start-up, the default run, 100,000 boilers by 50 plants.

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
from shapely import box

from nngis.plans.heat.analyse import analyse
from nngis.plans.heat.parameters import HeatParameters

NNGIS = [sys.executable, "-c", "from nngis.cli.app import main; main()"]


def command(*arguments: str, repeat: int = 3) -> tuple[float, float]:
    """Run a command; return its best seconds and the largest memory of any child [MB]."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        subprocess.run([*NNGIS, *arguments], check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    return best, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def many(boilers: int = 100_000, plants: int = 50) -> float:
    """Decide random boilers; return seconds."""
    rng = np.random.default_rng(1)

    def points(n: int, prefix: str) -> gpd.GeoDataFrame:
        xy = rng.uniform([430e3, 2_470e3], [660e3, 2_650e3], (n, 2))
        index = [f"{prefix}{i}" for i in range(n)]
        frame = gpd.GeoDataFrame(
            index=index, geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]), crs="EPSG:4545"
        )
        return frame.assign(evidence="synthetic", name_zh=index, status="in_use")

    b = points(boilers, "b").assign(
        capacity_t_h=rng.uniform(1, 75, boilers), fuel=rng.choice(["coal", "gas"], boilers)
    )
    p = points(plants, "p").assign(
        fuel="coal", capacity_mw=660.0, status="operating", is_chp=True, plant_id=lambda f: f.index
    )
    zones = gpd.GeoDataFrame(
        {"name_zh": ["a"], "evidence": "derived"},
        geometry=[box(500e3, 2_500e3, 530e3, 2_530e3)],
        crs="EPSG:4545",
    )
    start = time.perf_counter()
    analyse(b, p, zones, zones, HeatParameters())
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    seconds, _ = command("--help", repeat=5)
    print(f"nngis --help: {seconds:.2f} s (wanted: under 0.5)")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        seconds, megabytes = command("run", "heat", "--out", str(out))
        size = (out / "heat" / "map.html").stat().st_size / 1e6
        print(
            f"nngis run heat: {seconds:.2f} s (6), {megabytes:.0f} MB (500), map {size:.2f} MB (3)"
        )
    print(f"100,000 boilers x 50 plants: {many():.2f} s (5)")


if __name__ == "__main__":
    main()
