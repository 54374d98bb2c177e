"""The desk in Chromium: change to picture, 95th percentile of 100 changes; start; memory.

    python benchmarks/bench_desk.py [plan=rows ...] [charging] [soak=changes]
    python benchmarks/bench_desk.py      heat=122 heat=20000 rooftop=200000 charging soak=200

A change is a step of a slider (the radius, the least share of public roofs), or a station that is
refused, allowed again or dragged; the picture is there when the canvas has been drawn. For stations
a second time is that of the best choice with its bound. A soak changes all four plans in turn in
one session, while the worker runs, and says how much memory the desk and its worker hold.
Prints one JSON object; the targets are those of docs/desk.md.
"""

import json
import multiprocessing
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from playwright.sync_api import sync_playwright

from nngis.catalog.load import shipped_layers
from nngis.desk.start import make_desk
from nngis.inputs.choices import LayerChoice
from nngis.run.plans import PLAN_IDS

CHANGES = 100
CHROMIUM = next(p for n in ("chromium", "google-chrome") if (p := shutil.which(n)))
ASKED = ("heat=122", "heat=20000", "rooftop=200000", "charging", "soak=200")
IN_A_ROW = 5  # changes of one plan before the next is opened
SHIPPED = 122  # boilers
SLIDERS = {"heat": ("supply_radius_m", 10_000.0, 100.0),
           "rooftop": ("policy_min_share_public", 0.2, 0.005)}  # fmt: skip
STEP = """async ([name, value]) => {
  const bar = document.querySelector(`[data-slider="${name}"]`);
  const desk = nngis.desk;
  const before = desk.drawnAt;
  const began = performance.now();
  bar.value = String(value);
  bar.dispatchEvent(new Event("input"));
  while (desk.drawnAt === before) await new Promise((done) => setTimeout(done, 1));
  await new Promise((done) => requestAnimationFrame(done));
  return performance.now() - began;
}"""

SITES = """nngis.scene.layers.find((l) => l.table === "stations").ids"""
SITE = """async ([how, id]) => {
  const desk = nngis.desk;
  const layer = nngis.scene.layers.find((l) => l.table === "stations");
  const siting = document.getElementById("siting").dataset;
  const before = desk.drawnAt;
  const began = performance.now();
  const tick = () => new Promise((done) => setTimeout(done, 1));
  if (how === "drag") {
    const at = desk.latLngOf(layer, desk.featureOf(layer, id));
    desk.moveRow(layer, "charging_candidates", id, { lng: at.lng + 0.004, lat: at.lat + 0.003 });
  } else {
    const refused = how === "refuse" ? [id] : [];
    desk.act({ do: "set", plan: "charging", values: { refused_sites: refused } });
  }
  while (desk.drawnAt === before) await tick();
  await new Promise((done) => requestAnimationFrame(done));
  const drawn = performance.now() - began;
  while (siting.stage === "sought") await tick();
  await new Promise((done) => requestAnimationFrame(done));
  return [drawn, performance.now() - began];
}"""


def many_boilers(count: int, path: Path) -> None:
    """Boilers strewn over the city, half of them coal."""
    rng = np.random.default_rng(7)
    points = gpd.points_from_xy(rng.uniform(107.6, 109.5, count), rng.uniform(22.3, 23.7, count))
    table = {
        "boiler_id": [f"Z{at:06d}" for at in range(count)],
        "capacity_t_h": rng.choice([4.0, 10.0, 20.0, 35.0, 75.0], count),
        "fuel": rng.choice(["coal", "gas", "biomass", "coal"], count),
        "status": "in_use",
    }
    gpd.GeoDataFrame(table, geometry=points, crs=4326).to_file(path, driver="GPKG")


def many_roofs(count: int, path: Path) -> None:
    """Roofs strewn over the city, of every class that has a share."""
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(107.9, 109.3, count), rng.uniform(22.5, 23.4, count)
    side = rng.choice([8.0, 12.0, 25.0, 60.0], count) / 111_000.0
    table = {
        "roof_id": [f"R{at:06d}" for at in range(count)],
        "roof_class": rng.choice(["government", "public", "factory", "rural", "urban"], count),
        "roof_form": rng.choice(["flat", "metal", "tile"], count),
    }
    shapes = shapely.box(lon, lat, lon + side, lat + side)
    gpd.GeoDataFrame(table, geometry=shapes, crs=4326).to_file(path, driver="GPKG")


MADE = {"heat": ("boilers", many_boilers), "rooftop": ("roofs", many_roofs)}


def memory_mb(what: str, pid: int | str = "self") -> float:
    """Memory of a process now (`VmRSS`) or at its peak (`VmHWM`) [MB]."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(x.split()[1]) for x in lines if x.startswith(what)) / 1024


def main() -> None:
    asked = sys.argv[1:] or ASKED
    found: dict[str, object] = {}
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for one in asked:
            plan, _, count = one.partition("=")
            with tempfile.TemporaryDirectory() as home:
                path = Path(home)
                if plan == "charging":
                    found[one] = stations(browser, path)
                elif plan == "soak":
                    found[one] = soak(browser, int(count), path)
                else:
                    found[one] = measured(browser, plan, int(count), path)
        browser.close()
    found["peak_mb"] = round(memory_mb("VmHWM"))
    print(json.dumps(found, indent=2))


def measured(browser, plan: str, count: int, home: Path) -> dict[str, float]:
    """Open a desk on so many rows and move the slider."""
    began = time.perf_counter()
    desk = make_desk(shipped_layers(), home / "desk")
    session = desk.session
    session.computing.want = lambda *_: None  # the worker would share the processor
    if (plan, count) != ("heat", SHIPPED):
        role, make = MADE[plan]
        make(count, home / "made.gpkg")
        path = session.shelf.store("made.gpkg", (home / "made.gpkg").read_bytes())
        choice = LayerChoice(path=path.name).model_dump()
        session.do({"do": "layer", "role": role, "choice": choice})
    threading.Thread(target=desk.serve, daemon=True).start()
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(desk.address)
    page.wait_for_selector("body.ready", timeout=120_000)
    ready_s = time.perf_counter() - began
    if plan != "heat":
        page.click(f"[data-plan={plan}]")
        page.wait_for_selector("#desk[data-stage=quick]", timeout=300_000)  # facts are gathered
    name, low, step = SLIDERS[plan]
    page.evaluate(STEP, [name, low])
    took = [page.evaluate(STEP, [name, low + step * n]) for n in range(1, CHANGES + 1)]
    page.close()
    desk.server.should_exit = True
    session.close()
    return {
        "ready_s": round(ready_s, 2),
        "p50_ms": round(float(np.percentile(took, 50)), 1),
        "p95_ms": round(float(np.percentile(took, 95)), 1),
    }


def stations(browser, home: Path) -> dict[str, float]:
    """Open the charging plan of the shipped city; refuse, allow and drag its stations."""
    desk = make_desk(shipped_layers(), home / "desk")
    session = desk.session
    session.computing.want = lambda *_: None  # the worker would share the processor
    threading.Thread(target=desk.serve, daemon=True).start()
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(desk.address)
    page.wait_for_selector("body.ready", timeout=120_000)
    page.click('[data-plan="charging"]')
    page.wait_for_selector("#siting[data-stage]:not([data-stage=sought])", timeout=300_000)
    took = []
    for n in range(1 + CHANGES // 3):
        ids = page.evaluate(SITES)
        site = ids[(7 * n) % len(ids)]
        took.append(page.evaluate(SITE, ["refuse", site]))
        page.evaluate(SITE, ["allow", site])  # known from before: not counted
        if site not in (ids := page.evaluate(SITES)):  # another one is as good
            site = ids[(7 * n) % len(ids)]
        took.append(page.evaluate(SITE, ["drag", site]))
        page.click("#undo")
        page.wait_for_timeout(50)
        page.wait_for_selector("#siting:not([data-stage=sought])")
        took.append(page.evaluate(SITE, ["refuse", ids[(7 * n + 3) % len(ids)]]))
    page.close()
    desk.server.should_exit = True
    session.close()
    at_once, best = np.array(took).T
    return {
        "coverage_p50_ms": round(float(np.percentile(at_once, 50)), 1),
        "coverage_p95_ms": round(float(np.percentile(at_once, 95)), 1),
        "optimum_p50_ms": round(float(np.percentile(best, 50)), 1),
        "optimum_p95_ms": round(float(np.percentile(best, 95)), 1),
    }


def soak(browser, count: int, home: Path) -> dict[str, object]:
    """Change all plans of the shipped city so many times, with the worker at work."""
    desk = make_desk(shipped_layers(), home / "desk")
    session = desk.session
    threading.Thread(target=desk.serve, daemon=True).start()
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(600_000)
    page.goto(desk.address)
    page.wait_for_selector("body.ready")
    rng = np.random.default_rng(7)
    held, most = [], 0.0
    for n in range(count):
        plan = PLAN_IDS[n // IN_A_ROW % len(PLAN_IDS)]
        if n % IN_A_ROW == 0:
            page.click(f"[data-plan={plan}]")
            page.wait_for_selector("#desk:not([data-stage=waiting])")
        page.evaluate("message => nngis.desk.act(message)", mixed(plan, n, rng))
        pids = ["self", *(one.pid for one in multiprocessing.active_children())]
        most = max(most, sum(memory_mb("VmRSS", pid) for pid in pids))
        if n % 50 == 49:
            held.append(round(sum(memory_mb("VmRSS", pid) for pid in pids)))
            print(n + 1, "changes:", held[-1], "MB, at most", round(most), "MB", file=sys.stderr)
    kept = len(session.kept.history.entries)
    page.close()
    desk.server.should_exit = True
    session.close()
    return {"changes": kept - 1, "held_mb": held, "most_mb": round(most)}


def mixed(plan: str, n: int, rng: np.random.Generator) -> dict[str, object]:
    """One change of many kinds: levers, rows, sites, and steps back."""
    if n % IN_A_ROW == IN_A_ROW - 1:
        return {"do": "undo"}
    if plan == "heat" and n % 2:
        id_ = f"YS-{rng.integers(1, SHIPPED):03d}"
        edit = {"role": "boilers", "id": id_, "action": "set", "values": {"spared_because": "-"}}
        return {"do": "edit", "edit": edit}
    value = {
        "heat": {"supply_radius_m": float(rng.integers(5, 40) * 1000)},
        "sewer": {"build_years": int(rng.integers(2, 9))},
        "rooftop": {"policy_min_share_public": round(float(rng.uniform(0.2, 0.9)), 2)},
        "charging": {"new_stations": int(rng.integers(100, 160))},
    }[plan]
    return {"do": "set", "plan": plan, "values": value}


if __name__ == "__main__":
    main()
