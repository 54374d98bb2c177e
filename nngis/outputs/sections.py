"""The long sections of a result: one PDF and one DXF a table, a picture of each sheet for QGIS."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from nngis.outputs.drawing import Drawing
from nngis.result.imprint import imprint
from nngis.result.result import Result
from nngis.text import Lang, Text

if TYPE_CHECKING:
    from nngis.cartography.section_frame import SectionFrame, SectionSheet

SEWERS = "sections"  # name of the files of a designed network
PNG_DPI = 110  # the first sheet, to be looked at on a screen
SHEETS_SHOWN = 40  # pictures for QGIS; further sheets are in PDF and DXF alone


def write_sections(folder: Path, result: Result, drawing: Drawing, lang: Lang) -> list[str]:
    """Write the long sections that a plan asks for."""
    written = []
    for stem, title, sheets in section_sheets(result, drawing, lang):
        about = (lang, result.work_crs)
        written += write_section_files(folder, stem, sheets, title, about, png=stem == SEWERS)
        written += _write_pictures(folder, stem, sheets)
    return written


def section_sheets(
    result: Result, drawing: Drawing, lang: Lang
) -> Iterator[tuple[str, Text, "list[SectionSheet]"]]:
    """Lay out the sheets of each table of sections: name of its files, title, sheets."""
    tables, network = result.analysis.tables, result.view.network
    for section in result.view.sections:
        if len(tables[section.table]):
            from nngis.cartography import long_section  # noqa: PLC0415 - matplotlib is slow

            frame = section_frame(result, section.title, drawing, lang)
            sheets = long_section.value_sheets(section, tables[section.table], frame=frame)
            yield section.table, section.title, sheets
    if network is not None and len(tables.get(network.sections, pd.DataFrame())):
        from nngis.cartography import pipe_section  # noqa: PLC0415

        frame = section_frame(result, network.title, drawing, lang)
        ground = tables.get(network.ground)
        yield (
            SEWERS,
            network.title,
            pipe_section.pipe_sheets(tables[network.sections], ground, frame=frame),
        )


def section_frame(result: Result, title: Text, drawing: Drawing, lang: Lang) -> "SectionFrame":
    """Return what stands around the profiles of a result."""
    from nngis.cartography.section_frame import SectionFrame  # noqa: PLC0415 - as above

    said = (imprint([result], lang), *(warning.say(lang) for warning in result.warnings))
    return SectionFrame(title, lang, result.evidence, said, drawing.stamp, result.work_crs)


def write_section_files(
    folder: Path,
    stem: str,
    sheets: "list[SectionSheet]",
    title: Text,
    about: tuple[Lang, str],
    *,
    png: bool = True,
) -> list[str]:
    """Write sheets as one PDF and one DXF, and the first as a picture.

    Parameters
    ----------
    folder : Path
        Where they go.
    stem : str
        Name of the files, without ending.
    sheets : list of SectionSheet
        The sheets.
    title : Text
        Title of the PDF.
    about : tuple of (str, str)
        Language, and work CRS.
    png : bool
        Whether the first sheet is written as a picture.

    Returns
    -------
    list of str
        Names of the files; none without sheets.
    """
    from nngis.cartography import section_dxf, section_frame, write_sheet  # noqa: PLC0415

    if not sheets:
        return []
    lang, work_crs = about
    pages = section_frame.draw_figures(sheets)
    write_sheet.write_pdf(pages, folder / f"{stem}.pdf", title.say(lang))
    if png:
        write_sheet.write_png(pages[0], folder / f"{stem}.png", PNG_DPI)
    drawn = section_dxf.draw_section_dxf(sheets, lang=lang, work_crs=work_crs)
    (folder / f"{stem}.dxf").write_bytes(drawn)
    return [f"{stem}.{kind}" for kind in ("pdf", *(["png"] if png else []), "dxf")]


def picture_names(stem: str, sheets: "list[SectionSheet]") -> list[str]:
    """Name the pictures of the sheets that QGIS shows."""
    return [f"{stem}/{number:02d}.svg" for number in range(1, len(sheets[:SHEETS_SHOWN]) + 1)]


def _write_pictures(folder: Path, stem: str, sheets: "list[SectionSheet]") -> list[str]:
    from nngis.cartography.section_svg import draw_svg  # noqa: PLC0415 - as above

    names = picture_names(stem, sheets)
    for name, sheet in zip(names, sheets, strict=False):
        (folder / stem).mkdir(exist_ok=True)
        (folder / name).write_text(draw_svg(sheet), encoding="utf-8", newline="\n")
    return names
