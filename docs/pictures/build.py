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
from pathlib import Path

import ezdxf
import matplotlib as mpl
from ezdxf.addons.drawing import Frontend, RenderContext
from ezdxf.addons.drawing.matplotlib import MatplotlibBackend
from matplotlib.figure import Figure
from PIL import Image

import nngis
from nngis.run.example_town import new_example

PICTURES = Path(__file__).parent
WIDE_PX = 1000
COLOURS = 48
SCREEN = {"width": 1280, "height": 800}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LINES = 34  # of a text file that its picture shows


def runs(scratch: Path) -> Iterator[tuple[str, Path]]:
    """Run the case that ships, and the example, whose terrain carries a design of sewers."""
    yield "city", nngis.run_scenario().save(scratch / "city")
    town = new_example(scratch / "case")
    yield "town", nngis.run_scenario(("sewer",), case=town).save(scratch / "town")


def pages(found: dict[str, Path]) -> Iterator[tuple[str, Path]]:
    """Name the pages that a browser opens."""
    yield "index_zh", found["city"] / "index.html"
    yield "register_zh", found["city"] / "register" / "map.html"
    yield "county_maps_zh", found["city"] / "register" / "county_maps.html"


def documents(found: dict[str, Path]) -> Iterator[tuple[str, Path, tuple[int, ...]]]:
    """Name the files that are printed, and which of their pages are shown."""
    yield "report_zh", found["city"] / "report.docx", (1, 3, 5)
    yield "tables_zh", found["city"] / "heat" / "tables.xlsx", (1,)
    yield "steam_sections_zh", found["city"] / "heat" / "steam_sections.pdf", (1,)
    yield "sections_zh", found["town"] / "sewer" / "sections.pdf", (1,)


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
        for name, path in pages(found):
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


def main() -> None:
    """Build the pictures, from runs of its own."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=PICTURES, help="where the pictures go")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as held:
        scratch = Path(held)
        found = dict(runs(scratch))
        for name, picture in opened(found, scratch):
            shrunk(picture, out / f"{name}.png")
        if shutil.which("soffice") and shutil.which("pdftoppm"):
            for name, path, numbers in documents(found):
                shrunk(printed(path, numbers, scratch), out / f"{name}.png")
        shrunk(drawn(found["town"] / "sewer" / "network.dxf", scratch), out / "network_dxf.png")
    for path in sorted(out.glob("*.png")):
        print(f"{path}  {path.stat().st_size / 1000:.0f} kB")  # noqa: T201 - a script


if __name__ == "__main__":
    main()
