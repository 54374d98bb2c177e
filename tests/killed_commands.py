"""Run a real command again and again, each time killed at another of its steps.

``python -m tests.killed_commands FOLDER MOST NAME`` makes the example town in the folder, lets the
command write once (the old result) and once with another content (the new one), and then kills
it before its steps: what Python's audit hooks report of opening to write, moving, linking and
removing. Printed as json: for each kill what lay there, untouched and after the command was run
again, as "old", "new", "both" where they are alike, or what else; and what was left over.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from nngis.cli.app import main
from nngis.run.example_town import new_example

TOWN = ("--case", "town")
REACH = ("reach", "--demand", "places", "--facilities", "charging_stations", *TOWN, "--out", "out")
STREETS = ("layers", "streets", "roads", *TOWN, "--out", "out.gpkg", "--force")
COMPARE = ("compare", *TOWN, "--out", "out")
REGISTER = ("register", "--out", "out")
NEAR = ("--limit-km", "3", "--out", "out")
SITE = ("site", "mclp", "--demand", "places", "--candidates", "charging_stations", *TOWN)
# The command that leaves the old result, and the one that is killed.
COMMANDS = {
    "reach": ((*REACH, "--limit-km", "3"), (*REACH, "--limit-km", "2")),
    "register": ((*REGISTER, "--date", "2025-06-30"), (*REGISTER, "--date", "2025-12-31")),
    "compare": ((*COMPARE, "a", "b"), (*COMPARE, "b", "a")),
    "streets": (STREETS, (*STREETS, "--merge-junctions", "12")),
    "site": ((*SITE, *NEAR, "-p", "1"), (*SITE, *NEAR, "-p", "2")),
    "case add": (
        ("case", "add", "town", "sewers=a.geojson"),
        ("case", "add", "town", "sewers=b.geojson"),
    ),
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
STEPS = ("os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir", "os.mkdir", "os.truncate",
         "shutil.", "ctypes.call", "sqlite3.connect")  # fmt: skip


def is_step(event: str, told: tuple[object, ...]) -> bool:
    """Tell whether an event changes what lies on the disk."""
    if event == "open":
        return isinstance(told[2], int) and bool(told[2] & WRITING) and told[0] != os.devnull
    return event.startswith(STEPS)


def ran(words: tuple[str, ...], kill_at: int | None = None) -> int:
    """Run a command in a child, killed before a step; give how many steps it had, -1 if killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        steps = 0

        def hook(event: str, told: tuple[object, ...]) -> None:
            nonlocal steps
            if is_step(event, told):
                steps += 1
                if steps == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        sys.argv = ["nngis", *words]
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        os.write(writing, json.dumps([steps, code]).encode())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        said = stream.read()
    if os.WIFSIGNALED(status):
        return -1
    steps, code = json.loads(said)
    if code not in (0, 3, None):
        raise RuntimeError(words, code)
    return int(steps)


def content(path: Path) -> dict[str, str]:
    """Hash what a command wrote: a folder's files, or a file."""
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return {
        one.relative_to(path.parent).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted(files)
        if not any(part.startswith(".") for part in one.relative_to(path.parent).parts)
    }


def kills(name: str, most: int) -> Iterator[dict[str, object]]:
    """Kill a command at its steps; its folder is the current one."""
    first, second = COMMANDS[name]
    out = Path("town" if name == "case add" else "out.gpkg" if name == "streets" else "out")
    ran(first)
    shutil.copytree(".", "../kept", dirs_exist_ok=True)
    old = content(out)
    steps = ran(second)
    new = content(out)
    if old == new:
        raise RuntimeError(name)
    names = sorted(path.name for path in Path().iterdir())
    for at in range(1, steps + 1, max(1, steps // most)):
        here = Path.cwd()
        os.chdir("..")
        shutil.rmtree(here)
        shutil.copytree("kept", here)
        os.chdir(here)
        ended = ran(second, at)
        lying = content(out)
        ran(second)
        yield {
            "step": at,
            "of": steps,
            "killed": ended < 0,
            "lying": {json.dumps(old): "old", json.dumps(new): "new"}.get(json.dumps(lying), lying),
            "after": "new" if content(out) == new else content(out),
            "left": sorted({path.name for path in Path().iterdir()} - {*names}),
        }


if __name__ == "__main__":
    base, most, what = Path(sys.argv[1]) / "work", int(sys.argv[2]), sys.argv[3]
    base.mkdir(parents=True)
    os.chdir(base)
    new_example(Path("town"))
    if what == "compare":
        for folder, more in (("a", ()), ("b", ("--set", "supply_radius_m=2000"))):
            ran(("run", "heat", "--case", "town", "--out", folder, *more))
    if what == "case add":
        shutil.copy("town/sewers.geojson", "a.geojson")
        told = json.loads(Path("a.geojson").read_text("utf-8"))
        told["features"] = told["features"][:2]
        Path("b.geojson").write_text(json.dumps(told), "utf-8")
    print(json.dumps(list(kills(what, most)), indent=1))  # noqa: T201 -- its answer
