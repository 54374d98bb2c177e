"""A chapter a plan: its map, what was decided, its figures, its lists, what must be known."""

import re
from collections.abc import Mapping

import pandas as pd

from nngis.cartography.index_page import STATUS
from nngis.cartography.style import marks_of
from nngis.decide.indicators import BASES
from nngis.report.blocks import Block, Bullets, Heading, Paragraph, Picture, Table
from nngis.report.lists import list_blocks
from nngis.report.summary import brief_key, subject_title, target_text, value_text
from nngis.result.result import Result, Sheet
from nngis.source_words import source_words
from nngis.text import Lang, Text

ENTRY = re.compile(r"[A-Z]\d+")  # of the plan document; other rules have no number there


def plan_chapter(result: Result, pictures: Mapping[str, bytes], lang: Lang) -> list[Block]:
    """Write the chapter of one plan."""
    found: list[Block] = []
    map_key, figures_key = f"{result.plan}/map", f"{result.plan}/all"
    subject = pd.DataFrame(result.analysis.tables[result.subject])
    if "decision" in subject:
        found.append(Paragraph(_counted(result, subject, lang), refs=(map_key, figures_key)))
    if result.plan in pictures:
        title = result.title
        described = Text(f"{title.zh}的地图", f"Map of {title.en}").say(lang)
        found.append(Picture(described, pictures[result.plan], described, key=map_key))
    found.append(_figures(result, lang, figures_key))
    for at, sheet in enumerate(result.brief or default_lists(result)):
        found += list_blocks(result, sheet, lang, key=brief_key(result, at))
    for heading, texts in (
        (Text("假定", "Assumptions"), result.analysis.assumptions),
        (Text("提醒", "Warnings"), result.analysis.warnings),
    ):
        said = tuple(dict.fromkeys(text.say(lang) for text in texts))
        if said:
            found += [Heading(2, heading.say(lang)), Bullets(said)]
    return found


def default_lists(result: Result) -> tuple[Sheet, ...]:
    """Return the lists of a plan that names none for the report: what an office acts on."""
    return tuple(one for one in result.sheets if one.where is not None or one.table == "by_county")


def _counted(result: Result, subject: pd.DataFrame, lang: Lang) -> str:
    words = subject["decision"].astype("string")
    tally = words.value_counts()
    marks = marks_of("decision", [str(value) for value in tally.index])
    listed = [
        f"{mark.title.say(lang)} {int(tally[mark.value]):,}"
        + _by_entries(subject[words.eq(mark.value)], lang)
        for mark in marks
    ]
    joined = ("，" if lang == "zh" else ", ").join(listed)
    what = subject_title(result)
    return Text(
        f"共判定{what.zh} {len(subject):,} 项：{joined}。",
        f"{what.en}: {len(subject):,} decided: {joined}.",
    ).say(lang)


def _figures(result: Result, lang: Lang, key: str) -> Table:
    heads = (
        Text("指标", "Indicator"),
        Text("数值", "Value"),
        Text("目标", "Target"),
        Text("结论", "Status"),
        Text("口径", "Basis"),
        Text("说明与依据", "Note and source"),
    )
    gap = "" if lang == "zh" else " "
    rows = tuple(
        (
            one.title.say(lang),
            value_text(one, lang),
            target_text(one, lang),
            STATUS[one.status][1].say(lang),
            BASES[one.basis].say(lang),
            gap.join(
                filter(
                    None,
                    (
                        one.remark.say(lang) if one.remark else "",
                        source_words(one.source).say(lang),
                    ),
                )
            ),
        )
        for one in (indicator.for_readers for indicator in result.analysis.indicators)
    )
    caption = Text("指标与目标", "Indicators against targets")
    name = f"{result.title.say(lang)} · {caption.say(lang)}"
    numeric = (False, True, True, False, False, False)
    headings = tuple(h.say(lang) for h in heads)
    return Table(name, headings, rows, numeric, key=key, fine=True)


def _by_entries(decided: pd.DataFrame, lang: Lang) -> str:
    """Name the entries of the plan document that decided, with how many each."""
    if "rule" not in decided:
        return ""
    tally = decided["rule"].astype("string").value_counts().sort_index()
    named = [f"{rule} {count:,}" for rule, count in tally.items() if ENTRY.fullmatch(str(rule))]
    if not named:
        return ""
    return f"（{'，'.join(named)}）" if lang == "zh" else f" ({', '.join(named)})"
