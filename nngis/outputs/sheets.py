"""The print sheets of a run: one a plan, and on request one a county."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd

from nngis.cartography.stamp import stated_review_number
from nngis.catalog.prefectures import read_prefectures
from nngis.inputs.store import LayerStore
from nngis.outputs.drawing import Drawing
from nngis.outputs.pages import backdrop, sources, spoken_view
from nngis.result.imprint import imprint, made_with
from nngis.result.result import Result
from nngis.text import Lang

if TYPE_CHECKING:
    from nngis.cartography.sheet import SheetSubject


def write_sheets(
    folder: Path, result: Result, store: LayerStore, drawing: Drawing, lang: Lang
) -> list[str]:
    """Write a result's sheet as PDF and PNG, and what else was asked for.

    Parameters
    ----------
    folder : Path
        The plan's folder.
    result : Result
        The result.
    store : LayerStore
        Where the backdrop comes from.
    drawing : Drawing
        Paper, title block, and files beside the usual ones.
    lang : {"zh", "en"}
        Language of the sheets.

    Returns
    -------
    list of str
        Names of the files; none for a result that has nothing to draw.
    """
    if not result.view.layers:
        return []
    from nngis.cartography import sheet, write_sheet  # noqa: PLC0415 - matplotlib takes a while

    subject, named = sheet_subject(result, store)
    stamp = drawing.stamp
    if not stamp.review_number:
        stamp = replace(stamp, review_number=stated_review_number(named))
    title, about = result.title.say(lang), imprint([result], lang)
    figure = sheet.draw_sheet(subject, lang=lang, paper=drawing.paper, stamp=stamp)
    write_sheet.write_pdf([figure], folder / "sheet.pdf", title, about)
    write_sheet.write_png(figure, folder / "sheet.png", about=about)
    written = ["sheet.pdf", "sheet.png"]
    if drawing.svg:
        write_sheet.write_svg(figure, folder / "sheet.svg", about)
        written.append("sheet.svg")
    if drawing.atlas:
        atlas = sheet.draw_atlas(subject, lang=lang, paper=drawing.paper, stamp=stamp)
        write_sheet.write_pdf(atlas, folder / "atlas.pdf", title, about)
        written.append("atlas.pdf")
    return written


def sheet_subject(result: Result, store: LayerStore) -> tuple["SheetSubject", list[str]]:
    """Return what the sheets and cards of a result show, and the sources to be named."""
    from nngis.cartography import sheet  # noqa: PLC0415 - as above

    under = backdrop(store)
    named = sources(result, under)
    tables = result.analysis.tables
    subject = sheet.prepare_sheet(
        spoken_view(result),
        {name: frame for name, frame in tables.items() if isinstance(frame, gpd.GeoDataFrame)},
        backdrop={part: layer.frame for part, layer in under.items()},
        work_crs=result.work_crs,
        evidence=result.evidence,
        sources=named,
        region=read_prefectures(store.case.province, store.case.names_en),
        made_with=made_with([result]),
    )
    return subject, named
