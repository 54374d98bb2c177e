"""Run the command line inside the test's process."""

import contextlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from nngis.cli.app import main

# A check that lets a change pass asks the same questions each time; by hand they are new ones.
# No question has a time limit: on a busy machine a good answer may take long.
settings.register_profile("check", derandomize=True, deadline=None)
settings.register_profile("by hand", deadline=None)
settings.load_profile("check" if os.environ.get("CI") else "by hand")


# Files that take longest go first, so that no process is left alone with one at the end
# (`-n 2 --dist loadfile --no-loadscope-reorder`).
LONGEST = (
    "qgis_plugin/test_plugin.py", "desk/test_page.py", "desk/test_town.py", "run/test_roles.py",
    "docs/test_quickstarts.py", "desk/test_scenarios.py", "cli/test_run.py",
    "test_notebooks.py", "fetch/contract/test_plans.py", "plans/heat/test_supply.py",
    "run/test_any_city.py", "cli/test_json.py", "solvers/site/test_p_median.py",
    "fetch/test_no_network.py", "packaging/test_windows_rules.py", "packaging/test_bundle.py",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Leave what is slow to ``pytest -m slow``, unless files or marks are named."""
    if config.args_source is config.ArgsSource.TESTPATHS and not config.option.markexpr:
        config.option.markexpr = "not slow"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the order within a file, and of the others, stays.

    What drives the desk in a browser is slow.
    """
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here / "desk" and "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
    turn = {here / name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turn.get(item.path, len(turn)))


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in the test's own process: a second one would import everything once more."""
    monkeypatch.setattr("nngis.second_process.cores", lambda: 1)


class Ran(NamedTuple):
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


@pytest.fixture
def nngis(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Return a function that runs ``nngis`` with arguments."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["nngis", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def nngis_once() -> Callable[..., Ran]:
    """Return what runs ``nngis`` for a fixture that serves many tests."""

    def run(*arguments: object) -> Ran:
        out, err, code = io.StringIO(), io.StringIO(), 0
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            patch.setattr("nngis.second_process.cores", lambda: 1)
            patch.setattr(sys, "argv", ["nngis", *map(str, arguments)])
            try:
                main()
            except SystemExit as stop:
                code = int(stop.code or 0)
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def map_data() -> Callable[[Path], Any]:
    """Read what a map's page draws."""
    held = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.DOTALL)

    def read(path: Path) -> Any:
        found = held.search(path.read_text(encoding="utf-8"))
        assert found is not None
        return json.loads(found[1])

    return read


class DefaultRun(NamedTuple):
    """What ``nngis run`` left and said."""

    out: Path
    said: str


@pytest.fixture(scope="session")
def default_run(
    tmp_path_factory: pytest.TempPathFactory, nngis_once: Callable[..., Ran]
) -> DefaultRun:
    """Run the shipped case once, for all tests of all processes; nobody writes into its folder."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    home, told = folder / "default_run", folder / "default_run.json"
    try:
        home.mkdir()
    except FileExistsError:
        for _ in range(6_000):
            if told.is_file():
                break
            time.sleep(0.1)
    else:
        part = told.with_suffix(".part")
        ran = Ran(1, "", "it did not end")
        try:
            ran = nngis_once("run", "--out", home / "out")
        finally:
            part.write_text(json.dumps(ran), encoding="utf-8")
            part.replace(told)
    ran = Ran(*json.loads(told.read_text(encoding="utf-8")))
    assert ran.code == 0, ran.err
    return DefaultRun(home / "out", ran.out)


@pytest.fixture(scope="session")
def small_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the desk's small case, for what does not ask for the size of a city; nobody writes."""
    file = Path(__file__).parent / "desk" / "small_case.py"
    found = importlib.util.spec_from_file_location("small_case_of_desk", file)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return Path(module.make_case(tmp_path_factory.mktemp("small") / "case"))


@pytest.fixture(scope="session")
def qgis_python() -> str:
    """Return the Python that holds QGIS; skip where there is none (Debian: python3-qgis)."""
    python = shutil.which("/usr/bin/python3")
    if python is None:
        pytest.skip("there is no Python of the system")
    tried = subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False)
    if tried.returncode != 0:
        pytest.skip("QGIS is not installed (Debian: python3-qgis)")
    return python


@pytest.fixture(scope="session")
def qgis_environment() -> dict[str, str]:
    """Return an environment in which QGIS's own Python finds its own, without a screen."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    path = os.pathsep.join(["/usr/bin", clean.get("PATH", "")])  # QGIS asks it for its Python
    return {**clean, "PATH": path, "QT_QPA_PLATFORM": "offscreen"}


CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start the Chromium of this machine, one for all tests of a process, or skip."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=list(SWITCHES))
        yield browser
        browser.close()
