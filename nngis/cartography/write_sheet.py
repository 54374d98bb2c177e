"""Write sheets as PDF, PNG and SVG: fonts inside, no dates, the same bytes for the same sheet."""

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import nngis
from nngis.cartography.font import SETTINGS
from nngis.cartography.lettering import as_data_uri, give_letters

DPI = 300
COLOURS = 255  # a sheet has few; a palette makes the picture a third as large
CREATOR = f"nngis {nngis.__version__}"


def write_pdf(figures: Sequence[Figure], path: Path, title: str, about: str = "") -> None:
    """Write sheets as one PDF: vectors, with the letters of the font inside and selectable.

    What `about` says of version, data and evidence stands among the file's properties.
    """
    said = {"Title": title, "Subject": about, "Creator": CREATOR}
    nothing = {"Producer": None, "CreationDate": None}
    give_letters(figures)
    with mpl.rc_context(SETTINGS), PdfPages(path, metadata=said | nothing) as pages:
        for figure in figures:
            pages.savefig(figure)


def write_png(figure: Figure, path: Path, dpi: int = DPI, about: str = "") -> None:
    """Write a sheet as a picture, which says in itself what made it of which data."""
    give_letters([figure])
    picture = _drawn(figure, dpi)
    few = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    told = PngInfo()
    told.add_text("Software", CREATOR)
    told.add_itxt("Description", about)
    few.save(path, dpi=(dpi, dpi), pnginfo=told)


def _drawn(figure: Figure, dpi: int) -> Image.Image:
    """Draw a sheet as pixels, with one copy of them: each takes 70 MB of an A3 sheet."""
    before = figure.dpi
    canvas = FigureCanvasAgg(figure)
    figure.set_dpi(dpi)
    try:
        with mpl.rc_context(SETTINGS):
            canvas.draw()  # type: ignore[no-untyped-call, unused-ignore]
        pixels = np.asarray(canvas.renderer.buffer_rgba())
        return Image.frombuffer("RGBA", pixels.shape[1::-1], pixels).convert("RGB")
    finally:
        figure.set_dpi(before)


def write_svg(figure: Figure, path: Path, about: str = "") -> None:
    """Write a sheet as SVG, its text as text and the letters it needs inside."""
    letters = give_letters([figure])
    text = io.StringIO()
    said = {"Creator": CREATOR, "Description": about, "Date": None}
    with mpl.rc_context(SETTINGS):
        figure.savefig(text, format="svg", metadata=said)
    face = (
        f"<style>@font-face{{font-family:'{letters.stem}';"
        f"src:url({as_data_uri(letters)}) format('truetype');}}</style>\n"
    )
    head, mark, rest = text.getvalue().partition("<defs>")
    path.write_text(f"{head}{face}{mark}{rest}", encoding="utf-8", newline="\n")
