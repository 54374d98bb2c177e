"""How many random changes the tests notice: ``python -m tests.mutation -n 300 --jobs 2``.

Each mutant is written into a copy of the checkout, and the tests that mirror its file, or that
import it in the mirrored room, are run there until one fails. What survives is printed with its
line, to be read: it is a test that is missing or a change that does not matter. The same seed draws
the same mutants from the same code.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.mutation.mutants import Mutant, pick

ROOT = Path(__file__).parents[2]
COPIED = ("nngis", "layers", "tests", "pyproject.toml", "README.md", "docs", "maps", "notebooks",
          "packaging", "constraints.txt", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE")  # fmt: skip
MOST_FILES = 6


def room_of(path: str) -> str:
    """Return the room of a file: ``plans/heat``, ``ledger``."""
    parts = path.split("/")[1:-1]
    return "/".join(parts[:2] if parts[:1] == ["plans"] else parts[:1]) or "ground"


def tests_of(path: str) -> list[str]:
    """Return the mirrored test, and those of its room that import the module; else the room's."""
    parts = Path(path).with_suffix("").parts[1:]
    name = parts[-1].lstrip("_")
    folder = ROOT.joinpath("tests", *parts[:-1])
    while not folder.is_dir():
        folder = folder.parent
    module = ".".join(("nngis", *parts))
    imports = re.compile(rf"\b{re.escape(module)}\b")
    found = [one for one in folder.rglob("test_*.py") if one.stem == f"test_{name}"]
    found += [
        one
        for one in sorted((ROOT / "tests").rglob("test_*.py"))
        if one not in found and imports.search(one.read_text(encoding="utf-8"))
    ]
    if not found and folder != ROOT / "tests":
        found = sorted(folder.rglob("test_*.py"))
    return [one.relative_to(ROOT).as_posix() for one in found[:MOST_FILES]]


def copy_checkout(to: Path) -> Path:
    """Copy what tests need, with the data that lie beside the checkout in reach."""
    home = to / "checkout"
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, home / name)
        elif source.is_file():
            home.mkdir(exist_ok=True)
            shutil.copy2(source, home / name)
    beside = ROOT.parent / "shared"
    if beside.is_dir():
        (to / "shared").symlink_to(beside)
    return home


def judged(mutant: Mutant, home: Path, limit_s: float) -> str:
    """Return ``noticed``, ``survived``, ``slow`` (noticed by the clock) or ``untested``."""
    tests = tests_of(mutant.path)
    if not tests:
        return "untested"
    file = home / mutant.path
    kept = file.read_bytes()
    file.write_text(mutant.source, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider"]
    try:
        ran = subprocess.run(
            [*command, *tests],
            cwd=home,
            env={**os.environ, "PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "slow"
    finally:
        file.write_bytes(kept)
    return "survived" if ran.returncode == 0 else "noticed"


def main() -> int:
    """Draw mutants, judge them, print the score by room."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.mutation")
    parser.add_argument("-n", type=int, default=300, help="mutants")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--limit-s", type=float, default=600.0, help="time for one mutant's tests")
    parser.add_argument("--room", default="", help="only files whose path begins like this")
    asked = parser.parse_args()
    files = [
        one
        for one in sorted((ROOT / "nngis").rglob("*.py"))
        if one.relative_to(ROOT / "nngis").as_posix().startswith(asked.room)
    ]
    drawn = pick(files, ROOT, asked.n, asked.seed)
    homes: Queue[Path] = Queue()
    score: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    with tempfile.TemporaryDirectory() as folder:
        for at in range(asked.jobs):
            homes.put(copy_checkout(Path(folder) / str(at)))

        def run(mutant: Mutant) -> tuple[Mutant, str]:
            home = homes.get()
            try:
                return mutant, judged(mutant, home, asked.limit_s)
            finally:
                homes.put(home)

        with ThreadPoolExecutor(asked.jobs) as pool:
            for mutant, verdict in pool.map(run, drawn):
                score[room_of(mutant.path)][0] += verdict in ("noticed", "slow")
                score[room_of(mutant.path)][1] += 1
                if verdict not in ("noticed", "slow"):
                    print(f"{verdict}: {mutant.path}:{mutant.line}: {mutant.what}", flush=True)
    print("| room | noticed | of | share |\n|---|---|---|---|")
    rows = [*sorted(score.items()), ("all", [sum(x) for x in zip(*score.values(), strict=True)])]
    for room, (noticed, of) in rows:
        print(f"| {room} | {noticed} | {of} | {noticed / of:.0%} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
