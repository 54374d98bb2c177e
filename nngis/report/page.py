"""A report as one HTML page: pictures inside, no script, nothing from outside."""

import base64
from importlib.resources import files

from nngis import fields
from nngis.cartography.page import environment, policy
from nngis.cartography.style import badge
from nngis.report.blocks import Block, Report, numbered_captions
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
    return template.render(
        report=report,
        blocks=list(enumerate(report.blocks)),
        captions=numbered_captions(report),
        kind=_kind,
        badge=badge(report.evidence),
        evidence=fields.get("evidence"),
        contents=CONTENTS.say(report.lang),
        base64=lambda raw: base64.b64encode(raw).decode("ascii"),
        policy=policy([]),
    )


def _kind(block: Block) -> str:
    return type(block).__name__
