"""Run the tests that run a changed line, in a process that has the libraries already."""

import ast
import importlib
import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant, room_of

WARM = (
    "geopandas", "highspy", "matplotlib.pyplot", "numba", "numpy", "openpyxl",
    "pandas", "pydantic", "pyogrio", "pyproj", "rasterio", "scipy.optimize", "scipy.sparse.csgraph",
    "scipy.spatial", "shapely", "xlsxwriter",
)  # fmt: skip
ENDS = {0: "passed", 1: "failed", 2: "not even collected", 4: "not even begun", 5: "not found"}
BLIND = "qgis_plugin"  # runs in QGIS's own Python, where no line is seen


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant; ``how`` names the tests, or says why none ran."""

    noticed: bool
    how: str


@dataclass(frozen=True)
class Judge:
    """A copy of the checkout, and what each test runs there."""

    home: Path
    tests: list[tuple[str, float]]
    lines: dict[str, dict[int, list[int]]]
    most_s: float

    def chosen(self, mutant: Mutant) -> list[int]:
        """Return the tests that run the line: the mirrored file's, the room's, then the others."""
        if mutant.path.split("/")[1] == BLIND:
            return [-1]
        seen = self.lines.get(mutant.path, {})
        of_line = {at for row in range(mutant.lines[0], mutant.lines[1] + 1)
                   for at in seen.get(row, ())}  # fmt: skip
        of_file = {at for one in seen.values() for at in one} if of_line else set()
        if mutant.compiled:  # no line of it is seen; who calls it is
            of_file = set()
            for path in callers_of(mutant.path, self.home):
                of_line.update(at for one in self.lines.get(path, {}).values() for at in one)
        kept, spent_s = [], 0.0
        # What is kept after its first use runs in the first test alone: others of the file follow.
        for some in (of_line, of_file - of_line):
            for at in sorted(some, key=lambda at: self._rank(at, mutant.path)):
                spent_s += self.tests[at][1]
                if not kept or spent_s <= self.most_s:
                    kept.append(at)
        return kept

    def _rank(self, at: int, path: str) -> tuple[int, float]:
        file = self.tests[at][0].split("::")[0]
        mirrored = Path(file).stem == f"test_{Path(path).stem.lstrip('_')}" or file == path
        room = room_of(path)
        near = file.startswith((f"tests/{room}/", f"nngis/{room}/"))
        nearness = 0 if mirrored and (near or room == "ground") else 1 if near else 2
        return nearness, self.tests[at][1]

    def judged(self, mutant: Mutant) -> Verdict:
        """Change the file, run the tests until one fails, and put the file back."""
        chosen = self.chosen(mutant)
        if not chosen:
            return Verdict(noticed=False, how="no test runs it")
        names = [f"tests/{BLIND}"] if chosen == [-1] else [self.tests[at][0] for at in chosen]
        usual_s = 120.0 if chosen == [-1] else sum(self.tests[at][1] for at in chosen)
        file = self.home / mutant.path
        kept, stamp = file.read_bytes(), file.stat()
        machine_code = _machine_code(mutant.path, self.home) if mutant.compiled else []
        aside = [(one, one.read_bytes(), one.stat()) for one in machine_code]
        for one in machine_code:
            one.unlink()
        file.write_bytes(mutant.written(kept.decode()).encode())
        try:
            return self._run(names, 30 + 4 * usual_s + 90 * mutant.compiled)
        finally:
            _put_back(file, kept, stamp)
            for one in _machine_code(mutant.path, self.home) if mutant.compiled else []:
                one.unlink()
            for path, content, was in aside:
                _put_back(path, content, was)

    def _run(self, names: list[str], limit_s: float) -> Verdict:
        child = os.fork()
        if not child:
            _test(self.home, names, limit_s)
        end = time.monotonic() + 20 * limit_s  # others may work on this machine
        while time.monotonic() < end:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                if os.WIFSIGNALED(status):
                    return Verdict(noticed=True, how=f"signal {os.WTERMSIG(status)}")
                code = os.WEXITSTATUS(status)
                if code not in ENDS:
                    raise RuntimeError(f"pytest ended with {code}: {names}")
                return Verdict(noticed=code not in (0, 5), how=f"{ENDS[code]}: {len(names)} tests")
            time.sleep(0.05)
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return Verdict(noticed=True, how="did not end")


def warm() -> None:
    """Import what every test imports; the package itself is imported anew for each mutant."""
    for name in WARM:
        importlib.import_module(name)


def callers_of(path: str, home: Path) -> set[str]:
    """Return the files that import a module, or one that imports it, and it."""
    imports = {
        one.relative_to(home).as_posix(): _imported(one) for one in (home / "nngis").rglob("*.py")
    }
    found, new = {path}, {path}
    while new:
        modules = {one.removesuffix(".py").replace("/", ".") for one in new}
        new = {one for one, names in imports.items() if names & modules} - found
        new = {one for one in new if Path(one).name.startswith("_") or found == {path}}
        found |= new
    return found


def _imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return names


def _machine_code(path: str, home: Path) -> list[Path]:
    """Return the kept machine code that may hold the module's: its own and its room's."""
    folder = (home / path).parent
    top = home / "nngis" / path.split("/")[1]
    return sorted({*folder.rglob("*.nb[ic]"), *top.rglob("*.nb[ic]")})


def _put_back(path: Path, content: bytes, was: os.stat_result) -> None:
    path.write_bytes(content)
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


class _Chosen:
    """Keeps the tests that are named, in the order of their names."""

    def __init__(self, names: list[str]) -> None:
        self.order = {name: at for at, name in enumerate(names)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if all("::" in name for name in self.order):
            kept = [one for one in items if one.nodeid in self.order]
            items[:] = sorted(kept, key=lambda one: self.order[one.nodeid])


def _test(home: Path, names: list[str], limit_s: float) -> None:
    """Run tests in this process and end it."""
    import resource  # noqa: PLC0415 - not there on Windows

    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit_s), int(limit_s) + 5))
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.chdir(home)
    sys.path[:] = [str(home), *(one for one in sys.path if one)]
    sys.dont_write_bytecode = True
    os.environ["PYTHONPATH"] = str(home)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    for name in [one for one in sys.modules if one.split(".")[0] in ("tests", "nngis")]:
        del sys.modules[name]
    files = list(dict.fromkeys(name.split("::")[0] for name in names))
    code = 3
    try:
        code = int(
            pytest.main(
                ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", *files],
                plugins=[_Chosen(names)],
            )
        )
    except BaseException:  # noqa: BLE001 - a fault of this tool, which the parent tells by the code
        traceback.print_exc()
    finally:
        os._exit(code)
