"""The desk in Chromium: change to picture, 95th percentile of 100 changes; start; memory.

    python benchmarks/bench_desk.py [boilers ...]   122 (as shipped) and 20000 if none is named

A change is a step of the radius slider; the picture is there when the canvas has been drawn.
Prints one JSON object; the targets are those of docs/desk.md.
"""

import json
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
from playwright.sync_api import sync_playwright

from nngis.catalog.load import shipped_layers
from nngis.desk.start import make_desk
from nngis.inputs.choices import LayerChoice

CHANGES = 100
CHROMIUM = next(p for n in ("chromium", "google-chrome") if (p := shutil.which(n)))
STEP = """async (n) => {
  const bar = document.querySelector('[data-slider="supply_radius_m"]');
  const desk = nngis.desk;
  const before = desk.drawnAt;
  const began = performance.now();
  bar.value = String(10000 + 100 * n);
  bar.dispatchEvent(new Event("input"));
  while (desk.drawnAt === before) await new Promise((done) => setTimeout(done, 1));
  await new Promise((done) => requestAnimationFrame(done));
  return performance.now() - began;
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


def peak_mb() -> float:
    """Peak memory of this process [MB]."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(x.split()[1]) for x in lines if x.startswith("VmHWM")) / 1024


def main() -> None:
    counts = [int(one) for one in sys.argv[1:]] or [122, 20_000]
    found: dict[str, object] = {}
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for count in counts:
            with tempfile.TemporaryDirectory() as home:
                found[str(count)] = measured(browser, count, Path(home))
        browser.close()
    found["peak_mb"] = round(peak_mb())
    print(json.dumps(found, indent=2))


def measured(browser, count: int, home: Path) -> dict[str, float]:
    """Open a desk on so many boilers and move the slider."""
    began = time.perf_counter()
    desk = make_desk(shipped_layers(), home / "desk")
    session = desk.session
    session.computing.want = lambda *_: None  # the worker would share the processor
    if count != 122:
        many_boilers(count, home / "boilers.gpkg")
        path = session.shelf.store("boilers.gpkg", (home / "boilers.gpkg").read_bytes())
        choice = LayerChoice(path=path.name).model_dump()
        session.do({"do": "layer", "role": "boilers", "choice": choice})
    threading.Thread(target=desk.serve, daemon=True).start()
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(desk.address)
    page.wait_for_selector("body.ready", timeout=120_000)
    ready_s = time.perf_counter() - began
    page.evaluate(STEP, 0)
    took = [page.evaluate(STEP, n) for n in range(1, CHANGES + 1)]
    page.close()
    desk.server.should_exit = True
    session.computing.close()
    return {
        "ready_s": round(ready_s, 2),
        "p50_ms": round(float(np.percentile(took, 50)), 1),
        "p95_ms": round(float(np.percentile(took, 95)), 1),
    }


if __name__ == "__main__":
    main()
