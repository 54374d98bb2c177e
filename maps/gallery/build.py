"""Make the small pictures of the default run: its sheets, and its maps as a browser shows them.

Run it from the repository: ``python maps/gallery/build.py``. Sheets need nothing beside nngis;
maps need playwright (in the ``dev`` extra) and a Chromium, and are left as they are without it.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from PIL import Image

import nngis
from nngis.text import Lang

GALLERY = Path(__file__).parent
SHEET_PX = 1600  # width of a sheet's picture
SCREEN = {"width": 1280, "height": 800}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LANGUAGES: tuple[Lang, ...] = ("zh", "en")


def default_run(out: Path, lang: Lang) -> Path:
    """Run the demonstration as ``nngis run`` does, and return its folder."""
    return nngis.run_scenario().save(out, lang=lang)


def small_sheets(out: Path, gallery: Path, lang: Lang) -> list[Path]:
    """Write a small picture of each plan's sheet, and return their paths."""
    made = []
    for path in sorted(out.glob("*/sheet.png")):
        with Image.open(path) as sheet:
            high = round(sheet.height * SHEET_PX / sheet.width)
            small = sheet.convert("RGB").resize((SHEET_PX, high), Image.Resampling.LANCZOS)
        made.append(gallery / f"{path.parent.name}_sheet_{lang}.png")
        few = small.quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(made[-1], optimize=True)
    return made


def screenshots(out: Path, gallery: Path, lang: Lang) -> list[Path]:
    """Write what a browser shows of each plan's map; nothing without a Chromium."""
    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if browser is None:
        return []
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is one

    made = []
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = opened.new_page(viewport=SCREEN)
        for path in sorted(out.glob("*/map.html")):
            page.goto(path.absolute().as_uri())
            page.wait_for_timeout(800)
            made.append(gallery / f"{path.parent.name}_{lang}.png")
            page.screenshot(path=made[-1])
        opened.close()
    for path in made:
        with Image.open(path) as shot:
            few = shot.convert("RGB").quantize(128, method=Image.Quantize.FASTOCTREE)
        few.save(path, optimize=True)
    return made


def main() -> None:
    """Build the gallery, from runs of its own or from one that lies there."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--gallery", type=Path, default=GALLERY, help="where the pictures go")
    gallery = parser.parse_args().gallery
    gallery.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for lang in LANGUAGES:
            out = default_run(Path(scratch) / lang, lang)
            for path in (*small_sheets(out, gallery, lang), *screenshots(out, gallery, lang)):
                print(f"{path}  {path.stat().st_size / 1000:.0f} kB")  # noqa: T201 - a script


if __name__ == "__main__":
    main()
