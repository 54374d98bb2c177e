"""Write a result again and again, each time killed at the next of its real steps.

A program of its own, for it forks. Its steps are the calls of the system that Python audits; a
child is killed before its n-th, for every n until one is not killed. What each left behind is
printed as json: how the folder lay there when nobody had touched it yet, and how after the next
command asked for it.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from nngis import replacing
from nngis.files import write_json

PARTS = ("a.txt", "sub/b.txt")


def write(out: Path, text: str) -> None:
    with replacing.replaced_folder(out) as folder:
        for name in PARTS:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        write_json(folder / "run.json", {"files": [*PARTS, "run.json"]})


def write_pair(out: Path, text: str) -> None:
    with replacing.replaced_files([out / "a.gpkg", out / "a.xlsx"]) as made:
        for path in made:
            path.write_text(text, encoding="utf-8")


def killed_before(step: int, work: Callable[[], None]) -> bool:
    """Run in a child that is killed before its n-th step; tell whether it was."""
    child = os.fork()
    if child == 0:
        seen = 0

        def hook(event: str, _: object) -> None:
            nonlocal seen
            if event.startswith(("os.", "open", "shutil.", "ctypes.", "fcntl.", "tempfile.")):
                seen += 1
                if seen == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise RuntimeError(status)
    return False


def state(out: Path) -> dict[str, str]:
    """Give every file of a folder and what it holds; empty where there is none."""
    return {
        path.relative_to(out).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def folders(base: Path) -> list[dict[str, object]]:
    found = []
    step = 0
    while True:
        step += 1
        shutil.rmtree(base, ignore_errors=True)
        out = base / "out"
        base.mkdir()
        write(out, "old")
        (out / "mine.txt").write_text("mine", encoding="utf-8")
        (out / "sub" / "mine.txt").write_text("mine", encoding="utf-8")
        killed = killed_before(step, lambda: write(out, "new"))  # noqa: B023 -- called at once
        lying = state(out)
        replacing.settle(out)
        settled = state(out)
        write(out, "newest")
        left = sorted(path.name for path in base.iterdir())
        found.append({"lying": lying, "settled": settled, "after": state(out), "left": left})
        if not killed:
            return found


def pairs(base: Path) -> list[dict[str, object]]:
    found = []
    step = 0
    while True:
        step += 1
        shutil.rmtree(base, ignore_errors=True)
        base.mkdir()
        write_pair(base, "old")
        killed = killed_before(step, lambda: write_pair(base, "new"))
        replacing.settle(base / "a.gpkg")
        settled = {name: (base / name).read_text("utf-8") for name in ("a.gpkg", "a.xlsx")}
        write_pair(base, "newest")
        found.append({"settled": settled, "left": sorted(p.name for p in base.iterdir())})
        if not killed:
            return found


if __name__ == "__main__":
    what, base = sys.argv[1], Path(sys.argv[2]) / "base"
    if what == "two renames":
        replacing._exchange = lambda *_: False
    print(json.dumps(pairs(base) if what == "pair" else folders(base)))  # noqa: T201 -- its answer
