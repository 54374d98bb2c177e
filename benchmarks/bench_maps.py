"""Time the drawing of the default heat run, part by part: ``python benchmarks/bench_maps.py``.

Every part is timed three times and the best is printed, on the clock and as processor time: other
work on the machine makes the first longer, and the second hardly.
"""

import tempfile
import time
from pathlib import Path

import geopandas as gpd

import nngis
from nngis.cartography import sheet, write_sheet
from nngis.catalog.load import shipped_layers
from nngis.catalog.prefectures import read_prefectures
from nngis.inputs.store import open_store
from nngis.outputs import pages, qgis, report
from nngis.outputs.drawing import PLAIN
from nngis.outputs.save import save_result
from nngis.run.scenario import read_scenario
from nngis.text import Text

TIMES = 3


def best(work):
    found = []
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - began, time.process_time() - used))
    return [min(times) for times in zip(*found, strict=True)]


def main():
    store = open_store(shipped_layers())
    scenario = read_scenario(store.folder / "nanning.toml")
    heat = scenario.model_copy(update={"plans": ("heat",)})
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "run"
        result = nngis.run_scenario(heat).results[0]
        result.save(out)
        tables = {
            name: table
            for name, table in result.analysis.tables.items()
            if isinstance(table, gpd.GeoDataFrame)
        }
        under = pages.backdrop(store)
        subject = sheet.prepare_sheet(
            pages.spoken_view(result),
            tables,
            backdrop={part: layer.frame for part, layer in under.items()},
            work_crs=result.work_crs,
            evidence=result.evidence,
            sources=pages.sources(result, under),
            region=read_prefectures(store.case.province),
        )
        figure = sheet.draw_sheet(subject, lang="zh")
        folder = Path(scratch)
        (out / "backdrop.gpkg").unlink()
        ground = qgis.write_backdrop(out, store, result.work_crs, "zh")

        def tables_and_qgis():
            (folder / "layers.gpkg").unlink(missing_ok=True)
            save_result(result, folder, "zh")
            qgis.write_qgis(folder, result, ground, "zh")

        parts = {
            "web map": lambda: pages.write_map(folder, result, store, "zh"),
            "draw a sheet": lambda: sheet.draw_sheet(subject, lang="zh"),
            "its PDF": lambda: write_sheet.write_pdf([figure], folder / "s.pdf", "t"),
            "its PNG, 300 dpi": lambda: write_sheet.write_png(figure, folder / "s.png"),
            "its SVG": lambda: write_sheet.write_svg(figure, folder / "s.svg"),
            "tables, workbook, QGIS": tables_and_qgis,
            "report": lambda: report.write_report(
                out, Text("报告", "Report"), [result], PLAIN, "zh"
            ),
        }
        for name, work in parts.items():
            clock, processor = best(work)
            print(f"{name:24} {clock:6.2f} s  {processor:6.2f} s")
        for path in sorted(folder.glob("s.*")):
            print(f"{path.name:24} {path.stat().st_size / 1000:6.0f} kB")


if __name__ == "__main__":
    main()
