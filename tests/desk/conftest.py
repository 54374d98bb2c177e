"""One desk and one Chromium a module; what the desk shows is read against `nngis.run`.

Every test begins with one scenario, as the case has it, and with no history; whole results that
were found before stay known, as to a planner who opens another scenario.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import nngis
from nngis.desk.start import Desk, make_desk
from nngis.run.plans import PLAN_IDS
from nngis.run.scenario import read_scenario

sys.path.insert(0, str(Path(__file__).parent))
from small_case import make_case

SOON = 240_000  # ms; only a desk that hangs takes so long
START = "2026-01-01T00:00:00+00:00"


@dataclass
class Served:
    """A desk that answers, and the case that it stands on."""

    desk: Desk
    case: Path
    folder: Path
    runs: dict[tuple[str, str], Any] = field(default_factory=dict)

    def begin_anew(self, plans: tuple[str, ...] = PLAN_IDS) -> None:
        """Forget scenarios, dropped files, and what was stopped."""
        session = self.desk.session
        session.seeking.stop()
        session.computing.failed.clear()
        for folder in ("scenarios", "files"):
            for path in (session.shelf.folder / folder).iterdir():
                path.unlink()
        first = session.case.scenario.model_copy(update={"plans": plans})
        session.kept = session.shelf.make(first, first.title, at=START)
        session.shelf.note(current=session.kept.id, base="", who="", columns={}, names={})

    def scenario(self) -> Path:
        """The file of the scenario that is open."""
        return self.desk.session.shelf.place_of(self.desk.session.kept)

    def run(self, plan: str) -> Any:
        """Run the open scenario's file as `nngis run` does, from scratch; the same file once."""
        path = self.scenario()
        key = (plan, path.read_text(encoding="utf-8"))
        if "[layers" in key[1] or key not in self.runs:
            asked = read_scenario(path).model_copy(update={"plans": (plan,)})
            self.runs[key] = nngis.run_scenario(asked, case=self.case)[plan]
        return self.runs[key]


def serve(case: Path, folder: Path) -> Served:
    """Start a desk in a thread."""
    desk = make_desk(case, folder)
    threading.Thread(target=desk.serve, daemon=True).start()
    return Served(desk, case, folder)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk on a small case."""
    home = tmp_path_factory.mktemp("desk")
    found = serve(make_case(home / "case"), home / "desk")
    yield found
    found.desk.server.should_exit = True
    found.desk.session.close()


@pytest.fixture
def open_desk(chromium: Any, served: Served) -> Iterator[Callable[..., Any]]:
    """Open the desk's page; what goes wrong in it fails the test."""
    served.begin_anew()
    pages, wrong = [], []

    def opened(lang: str = "zh", size: tuple[int, int] = (1366, 768), **more: Any) -> Any:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]}, **more)
        page.set_default_timeout(SOON)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{served.desk.address}?lang={lang}")
        page.wait_for_selector("body.ready")
        settled(page)
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert not wrong


def settled(page: Any) -> None:
    """Wait until what is shown is a whole result."""
    page.wait_for_selector("#desk[data-stage=settled]")


def until(page: Any, asked: str) -> None:
    """Wait until an expression holds; the page's own policy lets nothing wait for it there."""
    end = time.monotonic() + SOON / 1000
    while not page.evaluate(asked):
        assert time.monotonic() < end, asked
        page.wait_for_timeout(50)


def draw_ring(page: Any, shares: list[tuple[float, float]]) -> list[list[float]]:
    """Click the corners of an area, as shares of the map's size; return where they lie."""
    page.click("#draw-area")
    box = page.locator("#map").bounding_box()
    places = []
    for x, y in shares:
        at = [box["width"] * x, box["height"] * y]
        places.append(page.evaluate(
            "at => { const p = nngis.map.containerPointToLatLng(at); return [p.lng, p.lat]; }", at
        ))  # fmt: skip
        page.mouse.click(box["x"] + at[0], box["y"] + at[1])
    page.keyboard.press("Enter")
    return places


def agree(page: Any, served: Served, plan: str) -> Any:
    """Hold every indicator on the page against a run of the scenario's file from scratch."""
    settled(page)
    found = served.run(plan)
    for one in found.analysis.indicators:
        value = one.for_readers.value
        if value is None:
            assert shown(page, one.name) is None, one.name
        else:
            assert shown(page, one.name) == pytest.approx(value, rel=1e-3, abs=0.5), one.name
    return found


def shown(page: Any, indicator: str) -> float | None:
    """Read a number on the page as a person would."""
    text = page.locator(f'[data-indicator="{indicator}"] .value').inner_text()
    return None if text == "—" else float(text.replace(",", ""))
