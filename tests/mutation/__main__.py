"""How many random changes the tests notice: ``python -m tests.mutation -n 300 --work FOLDER``.

The checkout is copied to the folder, and each room's tests run there once to see which lines each
of them runs (coverage.py). Then one change after the other is written into the copy, and the tests
that run the changed line are run until one fails. What survives is printed with its line, to be
read: it is a test that is missing or a change that does not matter. The same seed draws the same
changes from the same code. A folder that is given again is used again: the package stays as it was
copied, tests are brought up to date, and ``--again`` tries only what survived.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from tests.mutation.judge import Judge, Verdict, warm
from tests.mutation.mutants import Mutant, pick, room_of
from tests.mutation.seen import stamp

ROOT = Path(__file__).parents[2]
COPIED = ("nngis", "layers", "tests", "pyproject.toml", "README.md", "docs", "maps", "notebooks",
          "packaging", "constraints.txt", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE")  # fmt: skip
# What looks at files and at other programs, at no line of the package, or only slowly.
LEFT_OUT = ("data", "docs", "fuzz", "mutation", "packaging", "qgis_plugin")
SLOW = ("test_notebooks.py", "test_replacing.py", "test_second_process.py")


def copy_checkout(to: Path) -> Path:
    """Copy what tests need, with the data that lie beside the checkout in reach."""
    home = to / "home"
    if home.is_dir():
        shutil.copytree(ROOT / "tests", home / "tests", dirs_exist_ok=True)
        return home
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, home / name)
        elif source.is_file():
            shutil.copy2(source, home / name)
    beside = ROOT.parent / "shared"
    if beside.is_dir() and not (to / "shared").exists():
        (to / "shared").symlink_to(beside.resolve())
    return home


def groups(home: Path) -> dict[str, list[str]]:
    """Return the files of tests and doctests by room."""
    found = defaultdict(list)
    for one in sorted([*(home / "tests").rglob("test_*.py"), *(home / "nngis").rglob("*.py")]):
        file = one.relative_to(home).as_posix()
        left_out = file.split("/")[1] in LEFT_OUT or one.name in SLOW
        doctested = file.startswith("tests/") or ">>> " in one.read_text(encoding="utf-8")
        if doctested and not left_out:
            found[room_of(file)].append(file)
    return found


def look(home: Path, to: Path, rooms: list[str]) -> None:
    """Run, room by room, the tests that have not been seen as they are now."""
    to.mkdir(exist_ok=True)
    known: dict[str, str] = {}
    for file in sorted(to.glob("*.json"), key=lambda one: one.stat().st_mtime):
        known |= json.loads(file.read_text(encoding="utf-8"))["files"]
    for room, files in groups(home).items():
        new = [one for one in files if known.get(one) != stamp(home / one)]
        if new and (not rooms or room in rooms):
            name = f"{len(list(to.iterdir()))}-{room.replace('/', '-')}"
            seen = {"PYTHONPATH": os.pathsep.join([str(home), *sys.path]),
                    "NNGIS_SEEN": str(to / f"{name}.json")}  # fmt: skip
            command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.mutation.seen",
                       "-p", "no:cacheprovider", *new]  # fmt: skip
            with (to / f"{name}.txt").open("w") as said:
                subprocess.run(command, cwd=home, env=os.environ | seen, stdout=said, check=False)


def judge_of(home: Path, seen: Path, most_s: float) -> Judge:
    """Put together what the tests run; of a file that was seen twice, the last time counts."""
    tests: list[tuple[str, float]] = []
    lines: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    done: set[str] = set()
    for file in sorted(seen.glob("*.json"), key=lambda one: -one.stat().st_mtime):
        found = json.loads(file.read_text(encoding="utf-8"))
        place = {
            at: len(tests) + new
            for new, at in enumerate(
                at for at, (name, _) in enumerate(found["tests"]) if name.split("::")[0] not in done
            )
        }
        tests += [(found["tests"][at][0], found["tests"][at][1]) for at in place]
        for path, by_line in found["lines"].items():
            for line, those in by_line.items():
                lines[path][int(line)] += [place[at] for at in those if at in place]
        done.update(found["files"])
    return Judge(home, tests, lines, most_s)


def main() -> int:
    """Draw mutants, judge them, print the score by room."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        prog="python -m tests.mutation",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-n", type=int, default=300, help="changes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="a folder to keep and to use again")
    parser.add_argument("--again", action="store_true", help="only what survived in the folder")
    parser.add_argument("--most-s", type=float, default=25.0, help="computing of a change's tests")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rooms", nargs="*", default=[], help="only these of the rooms")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        work = (asked.work or Path(passing)).resolve()
        work.mkdir(exist_ok=True)
        home = copy_checkout(work)
        drawn = pick(sorted((home / "nngis").rglob("*.py")), home, asked.n, asked.seed)
        drawn = [one for one in drawn if not asked.rooms or room_of(one.path) in asked.rooms]
        look(home, work / "seen", asked.rooms)
        judge = judge_of(home, work / "seen", asked.most_s)
        known = known_verdicts(work)
        new = [
            one
            for one in drawn
            if key(one) not in known or (asked.again and not known[key(one)].noticed)
        ]
        judge_all(judge, new, work, asked.jobs)
        known = known_verdicts(work)
    print_table({one: known[key(one)] for one in drawn})
    return 0


def key(one: Mutant) -> str:
    """Return what names a mutant in the list of those judged."""
    return f"{one.path}:{one.line}: {one.what}"


def known_verdicts(work: Path) -> dict[str, Verdict]:
    """Read what was judged; the last word counts."""
    kept = work / "judged.jsonl"
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.is_file() else []
    return {name: Verdict(**verdict) for name, verdict in map(json.loads, lines)}


def judge_all(judge: Judge, mutants: list[Mutant], work: Path, jobs: int) -> None:
    """Judge mutants, each job in a copy of its own; a verdict is kept as soon as it is known."""
    warm()
    children = []
    for at in range(jobs):
        child = os.fork()
        if child:
            children.append(child)
            continue
        try:
            _judge_in(work, judge, mutants[at::jobs])
        finally:
            os._exit(0)
    for child in children:
        os.waitpid(child, 0)


def _judge_in(work: Path, judge: Judge, mutants: list[Mutant]) -> None:
    with tempfile.TemporaryDirectory(dir=work) as own:
        copy = Path(own) / "home"
        shutil.copytree(judge.home, copy)
        (Path(own) / "shared").symlink_to((work / "shared").resolve())
        mine = replace(judge, home=copy)
        for one in mutants:
            verdict = mine.judged(one)
            with (work / "judged.jsonl").open("a", encoding="utf-8") as out:
                out.write(json.dumps([key(one), vars(verdict)]) + "\n")


def print_table(verdicts: dict[Mutant, Verdict]) -> None:
    """Print what survived, and the score by room."""
    score: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one, verdict in verdicts.items():
        for room in (room_of(one.path), "all"):
            score[room][0] += verdict.noticed
            score[room][1] += 1
        if not verdict.noticed:
            print(f"{key(one)} ({verdict.how})")
    print("| room | noticed | of | share |\n|---|---|---|---|")
    for room, (noticed, of) in sorted(score.items(), key=lambda row: (row[0] == "all", row[0])):
        print(f"| {room} | {noticed} | {of} | {noticed / of:.0%} |")


if __name__ == "__main__":
    sys.exit(main())
