"""A whole run, warm or as the first on a machine, and how analysis grows with its input.

    python benchmarks/bench_run.py [PLAN ...] [--cold] [--repeat N]
    python benchmarks/bench_run.py --growth [PLAN ...] [--times 1 10 100]

Prints wall time, processor time of all processes, and the largest process; beside them the load of
the machine, since other programs lengthen the wall time and, sharing caches, the processor time.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# the role of each plan whose layer grows; the other plans are still to be added
GROWS = {"rooftop": "roofs"}
SPREAD_DEG = 0.02  # how far a copy lies from its original

MAIN = "from nngis.cli.app import main; main()"
MEASURED = """
import json, resource, sys
import numpy as np, pandas as pd, nngis
plan, role, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
from nngis.inputs.store import open_role
from nngis.run.run import run
case = nngis.case()
layer = open_role(role, case.store, {})
frame = layer.frame
rng = np.random.default_rng(0)
parts = []
for k in range(times):
    part = frame.copy()
    if k:
        part.index = [f"{one}~{k}" for one in part.index]
        part.geometry = part.geometry.translate(*rng.uniform(-%(spread)s, %(spread)s, 2))
    parts.append(part)
grown = pd.concat(parts).rename_axis(frame.index.name)
run(plan)  # imports and compiled code are not what grows
before = resource.getrusage(resource.RUSAGE_SELF)
run(plan, **{role: grown.reset_index()})
after = resource.getrusage(resource.RUSAGE_SELF)
cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(json.dumps([len(grown), cpu, after.ru_maxrss / 1024]))
"""


def run_once(plans: list[str], *, cold: bool) -> tuple[float, float, float]:
    """Run the command; return wall time and processor time [s], and the largest process [MB]."""
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        if cold:
            environment["NUMBA_CACHE_DIR"] = str(Path(folder) / "compiled")
        command = [sys.executable, "-c", MAIN, "run", *plans, "--quiet"]
        command += ["--out", str(Path(folder) / "out")]
        start = time.perf_counter()
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        if status:
            raise SystemExit(f"nngis run ended with {status}")
        wall = time.perf_counter() - start
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def runs(plans: list[str], repeat: int, *, cold: bool) -> None:
    print("| case | wall | processor | largest process | load |\n|---|---|---|---|---|")
    name = f"`nngis run {' '.join(plans)}`".replace(" `", "`") + (", first run" if cold else "")
    best = min(run_once(plans, cold=cold) for _ in range(repeat))
    load = os.getloadavg()[0]
    print(f"| {name} | {best[0]:.1f} s | {best[1]:.1f} s | {best[2]:,.0f} MB | {load:.1f} |")


def growth(plans: list[str], times: list[int]) -> None:
    print("| plan | rows | processor | memory | exponent |\n|---|---|---|---|---|")
    for plan in plans or GROWS:
        before = None
        for factor in times:
            code = MEASURED % {"spread": SPREAD_DEG}
            command = [sys.executable, "-c", code, plan, GROWS[plan], str(factor)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            rows, cpu, memory = json.loads(done.stdout.splitlines()[-1])
            power = ""
            if before is not None:
                power = f"{math.log(cpu / before[1]) / math.log(rows / before[0]):.2f}"
            cells = f"{plan}, {GROWS[plan]} | {rows:,} | {cpu:.2f} s | {memory:,.0f} MB | {power}"
            print(f"| {cells} |")
            before = rows, cpu


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("plans", nargs="*")
    asked.add_argument("--cold", action="store_true", help="compile everything anew")
    asked.add_argument("--repeat", type=int, default=1)
    asked.add_argument("--growth", action="store_true")
    asked.add_argument("--times", type=int, nargs="+", default=[1, 10, 100])
    given = asked.parse_args()
    if given.growth:
        growth(given.plans, given.times)
    else:
        runs(given.plans, given.repeat, cold=given.cold)


if __name__ == "__main__":
    main()
