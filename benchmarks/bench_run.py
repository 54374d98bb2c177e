"""A whole run, warm or as the first on a machine.

    python benchmarks/bench_run.py [PLAN ...] [--cold] [--repeat N]

Python's bytecode is written first, as an installation has it. Prints wall time, processor time of
all processes, and the largest process; beside them the load of the machine, since other programs
lengthen the wall time and, sharing caches, the processor time.
"""

import argparse
import compileall
import os
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

MAIN = "from nngis.cli.app import main; main()"


def run_once(plans: list[str], *, cold: bool) -> tuple[float, float, float]:
    """Run the command; return wall time and processor time [s], and the largest process [MB]."""
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
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


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("plans", nargs="*")
    asked.add_argument("--cold", action="store_true", help="compile everything anew")
    asked.add_argument("--repeat", type=int, default=1)
    given = asked.parse_args()
    compileall.compile_dir(files("nngis"), quiet=1)
    runs(given.plans, given.repeat, cold=given.cold)


if __name__ == "__main__":
    main()
