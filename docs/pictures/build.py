"""Make the pictures of docs/outputs.md: every kind of file that a run leaves behind, as it opens.

Run it from the repository: ``python docs/pictures/build.py``. Pages need a Chromium with
playwright (in the ``dev`` extra), workbooks and reports LibreOffice, PDF poppler; what this
machine lacks is named and its pictures stay as they are. The sheets come from the gallery
(``maps/gallery/build.py``).
"""

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

import ezdxf
import geopandas as gpd
import matplotlib as mpl
from ezdxf.addons.drawing import Frontend, RenderContext
from ezdxf.addons.drawing.matplotlib import MatplotlibBackend
from matplotlib.figure import Figure
from PIL import Image

import nngis
from nngis.inputs.store import open_store
from nngis.run.compare import compare_folders
from nngis.run.difference import write_difference
from nngis.run.example_town import new_example

PICTURES = Path(__file__).parent
WIDE_PX = 1000
COLOURS = 48
SCREEN = {"width": 1280, "height": 800}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PRE_PX = 13  # of margin that a browser gives a text
LINES = 34  # of a text file that its picture shows
SHAPES = {
    "reach_after": {"color": "#DCE9F2", "edgecolor": "#7A828A"},
    "demand": {"color": "#8A6D1F", "markersize": 12},
    "candidates": {"color": "#7A828A", "markersize": 12, "marker": "^"},
    "stations": {"color": "#C8102E", "markersize": 45, "marker": "s"},
}


# Pictures by name: of which run, which file; of documents which pages.
PAGES = {
    "index_zh": ("city", "index.html"),
    "register_zh": ("city", "register/map.html"),
    "county_maps_zh": ("city", "register/county_maps.html"),
    "compare_zh": ("compared", "index.html"),
}
TEXTS = {
    "network_inp": ("town", "sewer/network.inp"),
    "result_json": ("stations", "charging/result.json"),
    "fields_csv": ("stations", "charging/shp/fields.csv"),
}
DOCUMENTS = {
    "report_zh": ("city", "report.docx", (1, 3, 5)),
    "tables_zh": ("city", "heat/tables.xlsx", (1,)),
    "steam_sections_zh": ("city", "heat/steam_sections.pdf", (1,)),
    "sections_zh": ("town", "sewer/sections.pdf", (1,)),
    "site_cards_zh": ("stations", "charging/site_cards.pdf", (1, 2)),
}


def runs(scratch: Path, *, whole: bool) -> Iterator[tuple[str, Path]]:
    """Run the example, whose terrain carries a design of sewers; with the case that ships."""
    if whole:
        yield "city", nngis.run_scenario().save(scratch / "city")
    town = new_example(scratch / "case")
    yield "town", nngis.run_scenario(("sewer",), case=town).save(scratch / "town")
    stations = nngis.run("charging", case=town)
    yield "stations", stations.save(scratch / "stations", site_cards=True, shp=True)
    sides = [
        nngis.run("heat", case=town, supply_radius_m=m).save(scratch / f"{m / 1000:g} km")
        for m in (3_000.0, 15_000.0)
    ]
    out = scratch / "compared"
    write_difference(out, compare_folders(*sides), open_store(scratch / "case"), lang="zh")
    yield "compared", out


def shrunk(picture: Image.Image, path: Path) -> None:
    """Keep a picture small: as wide as the page shows it, in few colours."""
    high = round(picture.height * WIDE_PX / picture.width)
    small = picture.convert("RGB").resize((WIDE_PX, high), Image.Resampling.LANCZOS)
    few = small.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def printed(path: Path, numbers: tuple[int, ...], scratch: Path) -> Image.Image:
    """Show pages of a document side by side, as LibreOffice prints it."""
    if path.suffix != ".pdf":
        told = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(scratch), str(path)]
        subprocess.run(told, check=True, capture_output=True)
        path = scratch / f"{path.stem}.pdf"
    shown = []
    for number in numbers:
        name = scratch / f"{path.stem}-{number}"
        told = ["pdftoppm", "-png", "-r", "90", "-f", str(number), "-singlefile", path, name]
        subprocess.run([str(one) for one in told], check=True)
        shown.append(Image.open(name.with_suffix(".png")).convert("RGB"))
    whole = Image.new("RGB", (sum(one.width for one in shown), shown[0].height), "white")
    left = 0
    for one in shown:
        whole.paste(one, (left, 0))
        left += one.width
    return whole


def opened(found: dict[str, Path], scratch: Path) -> Iterator[tuple[str, Image.Image]]:
    """Open pages in a browser; nothing without one."""
    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if browser is None:
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is one

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport=SCREEN)
        for name, (run, file) in {**PAGES, **TEXTS}.items():
            if run not in found:
                continue
            path = found[run] / file
            if name in TEXTS:
                lines = path.read_text(encoding="utf-8-sig").splitlines()[:LINES]
                page.set_content(f"<pre>{escape(chr(10).join(lines))}</pre>")
                high = page.locator("pre").bounding_box()["height"] + 2 * PRE_PX
                page.set_viewport_size({**SCREEN, "height": int(high)})
            else:
                page.set_viewport_size(SCREEN)
                page.goto(path.absolute().as_uri())
            page.wait_for_timeout(800)
            page.screenshot(path=scratch / f"{name}.png")
            yield name, Image.open(scratch / f"{name}.png")
        chromium.close()


def drawn(path: Path, scratch: Path) -> Image.Image:
    """Show a DXF drawing."""
    document = ezdxf.readfile(path)
    figure = Figure(figsize=(10, 6.4))
    axes = figure.add_axes((0, 0, 1, 1))
    Frontend(RenderContext(document), MatplotlibBackend(axes)).draw_layout(document.modelspace())
    with mpl.rc_context():
        figure.savefig(scratch / "dxf.png", dpi=120)
    return Image.open(scratch / "dxf.png")


def plotted(folder: Path, scratch: Path) -> Image.Image:
    """Show shapefiles over each other, as any program reads them."""
    figure = Figure(figsize=(10, 6.4), layout="constrained")
    axes = figure.add_subplot()
    for name, look in SHAPES.items():
        gpd.read_file(folder / f"{name}.shp").plot(ax=axes, label=f"{name}.shp", **look)
    axes.legend(loc="upper left")
    figure.savefig(scratch / "shp.png", dpi=120)
    return Image.open(scratch / "shp.png")


def main() -> None:
    """Build the pictures, from runs of its own."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=PICTURES, help="where the pictures go")
    parser.add_argument("--town", action="store_true", help="only those of the example town")
    out = (asked := parser.parse_args()).out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as held:
        scratch = Path(held)
        found = dict(runs(scratch, whole=not asked.town))
        for name, picture in opened(found, scratch):
            shrunk(picture, out / f"{name}.png")
        if shutil.which("soffice") and shutil.which("pdftoppm"):
            for name, (run, file, numbers) in DOCUMENTS.items():
                if run in found:
                    shrunk(printed(found[run] / file, numbers, scratch), out / f"{name}.png")
        shrunk(drawn(found["town"] / "sewer" / "network.dxf", scratch), out / "network_dxf.png")
        shrunk(plotted(found["stations"] / "charging" / "shp", scratch), out / "shapefiles.png")
    for path in sorted(out.glob("*.png")):
        print(f"{path}  {path.stat().st_size / 1000:.0f} kB")  # noqa: T201 - a script


if __name__ == "__main__":
    main()
