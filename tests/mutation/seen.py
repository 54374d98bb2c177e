"""A pytest plugin: which test runs which line of the package, and how long each test takes.

``python -m pytest -p tests.mutation.seen tests/ledger`` writes the file that ``NNGIS_SEEN`` names.
A line that a fixture runs is run by every test that asks for the fixture.
"""

import hashlib
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def stamp(file: Path) -> str:
    """Return what tells a file from another version of it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


class Seen:
    """Writes down what runs under whose name."""

    def __init__(self, to: Path) -> None:
        self.to = to
        self.under = [""]
        self.spent_s: dict[str, float] = {}
        self.asks: dict[str, list[str]] = {}
        self.files: set[str] = set()
        import coverage  # noqa: PLC0415 - only those who ask for mutants have it

        self.cov = coverage.Coverage(
            data_file=None, config_file=False, source=[str(ROOT / "nngis")], messages=False
        )
        self.cov.start()
        self.cov.switch_context("import")

    def _now(self, name: str) -> None:
        self.under.append(name)
        self.cov.switch_context(name)

    def _back(self) -> None:
        self.under.pop()
        self.cov.switch_context(self.under[-1] or "import")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """What a fixture runs is written under the fixture."""
        self._now(f"fixture {fixturedef.argname}")
        try:
            return (yield)
        finally:
            self._back()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """What a test runs is written under the test."""
        self.files.add(item.nodeid.split("::")[0])
        self._now(item.nodeid)
        try:
            return (yield)
        finally:
            self._back()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Count what the test computes, and keep it if it passes."""
        began = time.process_time()
        result = yield
        self.spent_s[item.nodeid] = round(time.process_time() - began, 3)
        self.asks[item.nodeid] = list(getattr(item, "fixturenames", ()))
        return result

    def pytest_sessionfinish(self) -> None:
        """Write the tests that passed and the lines that each ran."""
        self.cov.stop()
        names = list(self.spent_s)
        number = {name: at for at, name in enumerate(names)}
        asking = defaultdict(list)
        for name, fixtures in self.asks.items():
            for fixture in fixtures:
                asking[f"fixture {fixture}"].append(number[name])
        data = self.cov.get_data()
        lines: dict[str, dict[int, list[int]]] = {}
        for file in data.measured_files():
            found = lines[Path(file).relative_to(ROOT).as_posix()] = {}
            for line, contexts in data.contexts_by_lineno(file).items():
                tests = {number[one] for one in contexts if one in number}
                tests.update(at for one in contexts for at in asking[one])
                if tests:
                    found[line] = sorted(tests)
        whole = {
            "files": {file: stamp(ROOT / file) for file in sorted(self.files)},
            "tests": [[name, self.spent_s[name]] for name in names],
            "lines": lines,
        }
        self.to.write_text(json.dumps(whole), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Begin before anything of the package is imported."""
    config.pluginmanager.register(Seen(Path(os.environ["NNGIS_SEEN"])))
