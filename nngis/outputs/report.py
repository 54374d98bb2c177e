"""The written report of a run: report.docx and report.html."""

import io
from collections.abc import Sequence
from pathlib import Path

from nngis.outputs.drawing import Drawing
from nngis.register.scored import Scored
from nngis.result.result import Result
from nngis.text import Lang, Text

PICTURE_PX = 2200  # width of a sheet in the report: 220 dpi on a wide page of A4


def write_report(
    folder: Path,
    title: Text,
    results: Sequence[Result],
    drawing: Drawing,
    lang: Lang,
    scored: Scored | None = None,
) -> list[str]:
    """Write the report of a run; the sheets must have been written before."""
    if not results:
        return []
    from nngis.report.content import compose_report  # noqa: PLC0415 - python-docx takes a while
    from nngis.report.page import draw_report  # noqa: PLC0415
    from nngis.report.word import write_word  # noqa: PLC0415

    sheets = {result.plan: folder / result.plan / "sheet.png" for result in results}
    report = compose_report(
        title,
        results,
        {plan: _reduced(path) for plan, path in sheets.items() if path.is_file()},
        lang=lang,
        made_by=drawing.stamp.unit,
        date=drawing.stamp.date,
        card=scored.card if scored else None,
    )
    write_word(report, folder / "report.docx")
    (folder / "report.html").write_text(draw_report(report), encoding="utf-8", newline="\n")
    return ["report.docx", "report.html"]


def _reduced(path: Path) -> bytes:
    from PIL import Image  # noqa: PLC0415

    with Image.open(path) as picture:
        small = picture.convert("RGB").reduce(max(1, picture.width // PICTURE_PX))
    few = small.quantize(255, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    held = io.BytesIO()
    few.save(held, "PNG")
    return held.getvalue()
