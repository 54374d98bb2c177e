"""A report as one HTML page: pictures inside, no script, nothing from outside."""

import base64
from importlib.resources import files

from nngis import fields
from nngis.cartography.page import environment, policy
from nngis.cartography.style import badge
from nngis.report.blocks import Block, Caption, Report, captions, references, referring
from nngis.report.word import CONTENTS


def draw_report(report: Report) -> str:
    """Draw a report as an HTML page.

    Parameters
    ----------
    report : Report
        The report.

    Returns
    -------
    str
        The page; the same report gives the same text.
    """
    source = files("nngis.report").joinpath("report.html.j2").read_text(encoding="utf-8")
    template = environment().from_string(source)
    known = references(report)

    def said(text: str, keys: tuple[str, ...]) -> list[str | Caption]:
        """Put what a sentence names before its full stop, as Word does."""
        parts = referring(keys, known, report.lang)
        stop = text[-1:] if parts and text.endswith(("。", ".")) else ""
        return [text.removesuffix(stop) if stop else text, *parts, stop]

    return template.render(
        report=report,
        blocks=list(enumerate(report.blocks)),
        captions=captions(report),
        said=said,
        kind=_kind,
        badge=badge(report.evidence),
        evidence=fields.get("evidence"),
        contents=CONTENTS.say(report.lang),
        colon="：" if report.lang == "zh" else ": ",
        base64=lambda raw: base64.b64encode(raw).decode("ascii"),
        policy=policy([]),
    )


def _kind(block: Block | Caption | str) -> str:
    return type(block).__name__
