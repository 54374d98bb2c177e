"""What a report says: two pages of findings, a chapter a plan, the annexes."""

from collections.abc import Mapping, Sequence

from nngis import fields
from nngis.cartography.stamp import Stamp
from nngis.evidence import weakest
from nngis.register.scorecard import Scorecard
from nngis.report import annexes
from nngis.report.blocks import Block, Heading, Report, chapter_number, section_number
from nngis.report.plan_chapters import plan_chapter
from nngis.report.summary import summary
from nngis.result.imprint import data_dates
from nngis.result.result import Result
from nngis.text import Lang, Text

SUBTITLE = Text("规划分析报告", "Report of the analysis")
ANNEX = Text("附录", "Annex")


def compose_report(
    title: Text,
    results: Sequence[Result],
    pictures: Mapping[str, bytes],
    *,
    lang: Lang,
    stamp: Stamp = Stamp(),  # noqa: B008 - frozen
    card: Scorecard | None = None,
) -> Report:
    """Compose the report of a run.

    Parameters
    ----------
    title : Text
        Title of the scenario.
    results : sequence of Result
        What was found; at least one.
    pictures : mapping of str to bytes
        Map of each plan as PNG, by the plan's id.
    lang : {"zh", "en"}
        Language.
    stamp : Stamp
        Who made it and when, and its number.
    card : Scorecard, optional
        Where the city stands on the whole plan document.

    Returns
    -------
    Report
        What it says, part by part.
    """
    chapters = [(Text("要点", "Summary"), summary(title, results, card, lang))]
    chapters += [(one.title, plan_chapter(one, pictures, lang)) for one in results]
    if card is not None:
        chapters.append(
            (Text("目标完成情况", "Where the city stands"), annexes.verdicts(card, lang))
        )
    blocks: list[Block] = []
    for at, (name, body) in enumerate(chapters, start=1):
        # The summary fills two pages of its own; what follows runs on.
        blocks.append(Heading(1, chapter_number(at, lang) + name.say(lang), new_page=at <= 2))  # noqa: PLR2004
        blocks += _numbered(body, at, lang)
    parts = (
        (Text("方法", "Method"), annexes.method(results, lang)),
        (Text("待核实的参数", "Parameters to confirm"), annexes.confirmations(results, lang)),
        (Text("参数及其依据", "Parameters and their sources"), annexes.parameters(results, lang)),
        (Text("数据来源与可靠性", "Sources and evidence"), annexes.sources(results, lang)),
    )
    letters = iter("ABCDEFGH")
    for name, body in ((name, body) for name, body in parts if body):
        text = f"{ANNEX.say(lang)} {next(letters)}  {name.say(lang)}"
        blocks += [Heading(1, text), *body]
    evidence = weakest(result.evidence for result in results)
    return Report(
        title.say(lang),
        SUBTITLE.say(lang),
        lang,
        evidence,
        _cover(stamp, results, lang),
        tuple(blocks),
    )


def _cover(stamp: Stamp, results: Sequence[Result], lang: Lang) -> tuple[tuple[str, str], ...]:
    """List what the cover says below the title; what is empty is written by hand."""
    version = next((one.versions["nngis"] for one in results if "nngis" in one.versions), "")
    evidence = fields.get("evidence").value_title(weakest(r.evidence for r in results), lang)
    inputs = [record for one in results for record in one.inputs]
    rows = (
        (Text("编号", "Number"), stamp.number),
        (Text("编制单位", "Made by"), stamp.unit),
        (Text("日期", "Date"), stamp.date),
        (Text("编制", "Drawn up by"), stamp.drawn_by),
        (Text("审核", "Checked by"), stamp.checked_by),
        (Text("批准", "Approved by"), stamp.approved_by),
        (Text("数据等级", "Evidence"), evidence),
        (Text("数据时间", "Date of data"), data_dates(inputs).say(lang)),
        (Text("版本", "Version"), f"nngis {version}".strip()),
    )
    return tuple((name.say(lang), text) for name, text in rows)


def _numbered(body: Sequence[Block], chapter: int, lang: Lang) -> list[Block]:
    found: list[Block] = []
    section = 0
    for block in body:
        if isinstance(block, Heading):
            section += 1
            found.append(Heading(2, section_number(chapter, section, lang) + block.text))
        else:
            found.append(block)
    return found
