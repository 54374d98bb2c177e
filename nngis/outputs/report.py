"""The written report of a run: report.docx and report.html."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd

from nngis.inputs.store import LayerStore
from nngis.outputs.drawing import Drawing
from nngis.outputs.pages import backdrop
from nngis.register.scored import Scored
from nngis.result.result import Result
from nngis.text import Lang, Text

MAP_DPI = 220


def write_report(
    folder: Path,
    title: Text,
    results: Sequence[Result],
    pictures: Mapping[str, bytes],
    *,
    drawing: Drawing,
    lang: Lang,
    scored: Scored | None = None,
) -> list[str]:
    """Write the report of a run; of each plan that has a map its picture is given."""
    if not results:
        return []
    from nngis.report.content import compose_report  # noqa: PLC0415 - python-docx takes a while
    from nngis.report.page import draw_report  # noqa: PLC0415
    from nngis.report.word import write_word  # noqa: PLC0415

    report = compose_report(
        title,
        results,
        pictures,
        lang=lang,
        stamp=drawing.stamp,
        card=scored.card if scored else None,
    )
    write_word(report, folder / "report.docx")
    (folder / "report.html").write_text(draw_report(report), encoding="utf-8", newline="\n")
    return ["report.docx", "report.html"]


def draw_picture(result: Result, store: LayerStore, lang: Lang) -> bytes:
    """Draw a plan's map as wide as the text of a page, in few colours."""
    import matplotlib as mpl  # noqa: PLC0415 - as above
    from PIL import Image  # noqa: PLC0415

    from nngis.cartography.figure import PAGE, draw_figure  # noqa: PLC0415
    from nngis.cartography.font import SETTINGS  # noqa: PLC0415

    tables = result.analysis.tables.items()
    figure = draw_figure(
        result.view,
        {name: one for name, one in tables if isinstance(one, gpd.GeoDataFrame)},
        work_crs=result.work_crs,
        lang=lang,
        backdrop={part: layer.frame for part, layer in backdrop(store).items()},
        evidence=result.evidence,
        size=PAGE,
    )
    held = io.BytesIO()
    with mpl.rc_context(SETTINGS):
        figure.savefig(held, format="png", dpi=MAP_DPI)
    with Image.open(held) as picture:
        few = picture.convert("RGB").quantize(
            255, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
    small = io.BytesIO()
    few.save(small, "PNG")
    return small.getvalue()
