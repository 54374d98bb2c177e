"""What a report says: summary, method, results, counties, assumptions, sources, annexes."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from nngis import fields
from nngis.cartography.index_page import STATUS
from nngis.cartography.style import badge, marks_of
from nngis.decide.indicators import BASES, number
from nngis.evidence import weakest
from nngis.parameters import origin_words
from nngis.register.finding import status_title
from nngis.register.scorecard import Scorecard, as_records, counts, stands_on
from nngis.report.blocks import Block, Bullets, Heading, Paragraph, Picture, Report, Table
from nngis.result.result import InputRecord, Result, Sheet
from nngis.result.sheets import sheet_frame, shown_values
from nngis.text import Lang, Text

MOST_ROWS = 300  # rows of a list in an annex; the rest stands in the workbook
WIDE_FROM = 7  # columns
SUBTITLE = Text("规划分析报告", "Report of the analysis")
DISCLAIMER = Text(
    "本报告图件均为示意图，不作为划界依据。", "All maps here are schematic and delimit no boundary."
)
ANNEX = Text("附录", "Annex")
METHOD = Text(
    "各专项按同一顺序计算：先求需求点与设施之间谁在服务范围内、相距多远；再按容量分配；"
    "然后逐条规则判定，先命中的规则决定处置意见，命中的其他规则一并保留；最后与方案目标核对。"
    "每条判定都附规则编号和理由。",
    "Every plan is computed in the same order: who is within reach of which facility, and how far; "
    "whose capacity goes to whom; which rule decides, the first that matches, all that match being "
    "kept; and what it adds up to against the targets. Every decision carries its rule and reason.",
)


def compose_report(
    title: Text,
    results: Sequence[Result],
    pictures: Mapping[str, bytes],
    *,
    lang: Lang,
    made_by: str = "",
    date: str = "",
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
        Sheet of each plan as PNG, by the plan's id.
    lang : {"zh", "en"}
        Language.
    made_by, date : str
        Who made it and when, as they should be printed.
    card : Scorecard, optional
        Where the city stands on the whole plan document.

    Returns
    -------
    Report
        What it says, part by part.
    """
    chapters: list[tuple[Text, list[Block]]] = [
        (Text("摘要", "Summary"), _summary(results, lang)),
        (Text("目标完成情况", "Where the city stands"), _verdicts(card, lang) if card else []),
        (Text("方法与依据", "Method and clauses"), _method(results, lang)),
        (Text("各专项成果", "Results by plan"), _plans(results, pictures, lang)),
        (Text("分县（市、区）成果", "Results by county"), _counties(results, lang)),
        (Text("假定与提醒", "Assumptions and warnings"), _said(results, lang)),
        (Text("数据来源与可靠性", "Sources and evidence"), _sources(results, lang)),
    ]
    blocks: list[Block] = []
    kept = [(name, body) for name, body in chapters if body]
    for at, (name, body) in enumerate(kept, start=1):
        blocks.append(Heading(1, f"{at}  {name.say(lang)}"))
        blocks += _numbered(body, at)
    letters = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for result in results:
        for sheet in _annexes(result):
            annex = f"{ANNEX.say(lang)} {next(letters, '')}".rstrip()
            listed = f"{result.title.say(lang)} · {sheet.title.say(lang)}"
            blocks.append(Heading(1, f"{annex}  {listed}"))
            blocks += _list(result, sheet, lang)
    evidence = weakest(result.evidence for result in results)
    return Report(title.say(lang), SUBTITLE.say(lang), lang, evidence, made_by, date, tuple(blocks))


def _numbered(body: Sequence[Block], chapter: int) -> list[Block]:
    found: list[Block] = []
    section = 0
    for block in body:
        if isinstance(block, Heading):
            section += 1
            found.append(Heading(block.level, f"{chapter}.{section}  {block.text}"))
        else:
            found.append(block)
    return found


def _summary(results: Sequence[Result], lang: Lang) -> list[Block]:
    indicators = [one for result in results for one in result.analysis.indicators]
    found = [one.status for one in indicators]
    counts = "，" if lang == "zh" else ", "
    stand = counts.join(
        f"{STATUS[name][1].say(lang)} {found.count(name)}" for name in STATUS if name in found
    )
    names = ("、" if lang == "zh" else ", ").join(result.title.say(lang) for result in results)
    opening = Text(
        f"本报告汇总以下专项的分析成果：{names}。共 {len(indicators)} 项指标：{stand}。",
        f"This report covers: {names}. It has {len(indicators)} indicators: {stand}.",
    )
    evidence = weakest(result.evidence for result in results)
    shown = badge(evidence)
    word = fields.get("evidence").title.say(lang)
    stop = Text("。", ". ").say(lang)
    sure = f"{word}: {shown.title.say(lang)}{stop}{shown.sentence.say(lang)}"
    return [
        Paragraph(opening.say(lang)),
        Paragraph(f"{sure} {DISCLAIMER.say(lang)}", "note"),
        _indicators(results, lang),
    ]


def _indicators(results: Sequence[Result], lang: Lang) -> Table:
    titles = (
        Text("指标", "Indicator"),
        Text("数值", "Value"),
        Text("目标", "Target"),
        Text("单位", "Unit"),
        Text("结论", "Status"),
        Text("依据", "Source"),
        Text("口径", "Basis"),
    )
    sides = {"at_least": "≥ ", "at_most": "≤ ", None: ""}
    rows = tuple(
        (
            one.title.say(lang) + (f"（{one.remark.say(lang)}）" if one.remark else ""),
            number(one.value, lang),
            "" if one.target is None else sides[one.sense] + number(one.target, lang),
            one.unit,
            STATUS[one.status][1].say(lang),
            one.source,
            BASES[one.basis].say(lang),
        )
        for result in results
        for one in (indicator.for_readers for indicator in result.analysis.indicators)
    )
    caption = Text("指标与目标", "Indicators against targets").say(lang)
    numeric = (False, True, True, False, False, False, False)
    return Table(caption, tuple(t.say(lang) for t in titles), rows, numeric)


def _verdicts(card: Scorecard, lang: Lang) -> list[Block]:
    """Say where the city stands on every entry of which something is known, and count the rest."""
    tally = "，" if lang == "zh" else ", "
    stand = tally.join(f"{status_title(s).say(lang)} {n}" for s, n in counts(card).items() if n)
    headings = (
        Text("条目", "Entry"),
        Text("要求", "What is asked"),
        Text("数值", "Value"),
        Text("目标", "Target"),
        Text("单位", "Unit"),
        Text("结论", "Status"),
        Text("说明", "Note"),
    )
    rows = []
    for record in as_records(card):
        finding = card.findings[str(record["id"])]
        value, target, sense = record["value"], record["target"], record["sense"]
        if finding.status in ("unknown", "not_computable") and not isinstance(value, float | int):
            continue
        side = {"at_least": "≥ ", "at_most": "≤ "}.get(str(sense), "")
        rows.append(
            (
                str(record["id"]),
                card.rules[str(record["id"])].meaning.say(lang),
                number(value, lang) if isinstance(value, float | int) else "",
                f"{side}{number(target, lang)}" if isinstance(target, float | int) else "",
                str(record["unit"]),
                status_title(finding.status).say(lang),
                stands_on(finding).say(lang),
            )
        )
    caption = Text("方案各条的完成情况", "Where the city stands, entry by entry").say(lang)
    numeric = (False, False, True, True, False, False, False)
    said = Text(f"方案共 90 条：{stand}。", f"Of 90 entries: {stand}.")
    return [
        Paragraph(said.say(lang)),
        Table(caption, tuple(h.say(lang) for h in headings), tuple(rows), numeric, wide=True),
    ]


def _method(results: Sequence[Result], lang: Lang) -> list[Block]:
    found: list[Block] = [Paragraph(METHOD.say(lang))]
    headings = (
        Text("参数", "Parameter"),
        Text("取值", "Value"),
        Text("单位", "Unit"),
        Text("依据", "Source"),
        Text("取自", "From"),
    )
    for result in results:
        if not result.parameters:
            continue
        rows = tuple(
            (
                one.title.say(lang),
                _value(one.value, lang),
                one.unit,
                one.source,
                origin_words(one.origin, lang),
            )
            for one in result.parameters
        )
        found.append(Heading(2, result.title.say(lang)))
        text = Text(
            f"工作坐标系 {result.work_crs}。下表为所用的全部参数，改动过的参数在最后一列注明出处。",
            f"The work CRS is {result.work_crs}. All parameters used; the last column says where a "
            "value was changed.",
        )
        found.append(Paragraph(text.say(lang)))
        caption = Text("参数及其依据", "Parameters and their clauses").say(lang)
        titles = tuple(one.say(lang) for one in headings)
        found.append(Table(caption, titles, rows, (False, True, False, False, False)))
    return found


def _value(value: object, lang: Lang) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return Text("是", "yes").say(lang) if value else Text("否", "no").say(lang)
    if isinstance(value, int | float):
        return number(float(value), lang)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def _plans(results: Sequence[Result], pictures: Mapping[str, bytes], lang: Lang) -> list[Block]:
    found: list[Block] = []
    for result in results:
        title = result.title.say(lang)
        found.append(Heading(2, title))
        subject = result.analysis.tables.get(result.subject)
        if subject is not None and "decision" in subject:
            found += _decisions(pd.DataFrame(subject), lang)
        if result.plan in pictures:
            described = Text(f"{title}图纸", f"Sheet of {title}").say(lang)
            found.append(Picture(title, pictures[result.plan], described))
    return found


def _decisions(subject: pd.DataFrame, lang: Lang) -> list[Block]:
    """Count the decided objects, and say which rule decided how many."""
    field = fields.get("decision")
    counts = subject["decision"].astype("string").value_counts()
    marks = marks_of("decision", [str(value) for value in counts.index])
    listed = [f"{mark.title.say(lang)} {int(counts[mark.value]):,}" for mark in marks]
    joined = ("，" if lang == "zh" else ", ").join(listed)
    text = Text(
        f"共判定 {len(subject):,} 个对象：{joined}。", f"{len(subject):,} decided: {joined}."
    )
    found: list[Block] = [Paragraph(text.say(lang))]
    if "rule" in subject:
        pairs = subject.assign(rule=subject["rule"].astype("string").fillna("—"))
        by_rule = pairs.groupby(["decision", "rule"], observed=True).size()
        order = {mark.value: at for at, mark in enumerate(marks)}
        items = sorted(by_rule.items(), key=lambda item: (order[str(item[0][0])], str(item[0][1])))
        rows = [(field.value_title(d, lang), str(rule), f"{n:,}") for (d, rule), n in items]
        rows.append((Text("合计", "Total").say(lang), "", f"{len(subject):,}"))
        headings = (
            field.title.say(lang),
            fields.get("rule").title.say(lang),
            Text("件数", "Count").say(lang),
        )
        caption = Text("处置意见与规则", "Decisions and rules").say(lang)
        found.append(Table(caption, headings, tuple(rows), (False, False, True), total=True))
    return found


def _counties(results: Sequence[Result], lang: Lang) -> list[Block]:
    found: list[Block] = []
    for result in results:
        for sheet in result.sheets:
            if sheet.table == "by_county":
                found.append(Heading(2, result.title.say(lang)))
                found += _list(result, sheet, lang, total=True)
    return found


def _said(results: Sequence[Result], lang: Lang) -> list[Block]:
    found: list[Block] = []
    for title, take in _SAID:
        texts = dict.fromkeys(text.say(lang) for result in results for text in take(result))
        if texts:
            found += [Heading(2, title.say(lang)), Bullets(tuple(texts))]
    return found


_SAID: tuple[tuple[Text, Callable[[Result], Sequence[Text]]], ...] = (
    (Text("假定", "Assumptions"), lambda result: result.analysis.assumptions),
    (Text("提醒", "Warnings"), lambda result: result.warnings),
)


def _sources(results: Sequence[Result], lang: Lang) -> list[Block]:
    records: dict[str, InputRecord] = {one.role: one for result in results for one in result.inputs}
    headings = (
        Text("图层", "Layer"),
        Text("数据等级", "Evidence"),
        Text("记录数", "Rows"),
        Text("未采用", "Rejected"),
        Text("来源与许可", "Source and licence"),
        Text("校验值", "sha256"),
    )
    evidence = fields.get("evidence")
    rows = tuple(
        (
            one.title.say(lang),
            evidence.value_title(one.evidence, lang),
            f"{one.rows:,}",
            f"{one.rejected:,}",
            "; ".join(filter(None, (one.attribution, one.licence))),
            one.sha256[:12],
        )
        for one in records.values()
    )
    versions = {name: text for result in results for name, text in result.versions.items()}
    used = ", ".join(f"{name} {text}" for name, text in sorted(versions.items()))
    said = Text(f"计算所用软件：{used}。", f"Computed with: {used}.").say(lang)
    caption = Text("采用的数据", "Data used").say(lang)
    numeric = (False, False, True, True, False, False)
    table = Table(caption, tuple(one.say(lang) for one in headings), rows, numeric)
    return [table, Paragraph(said, "note")] if used else [table]


def _annexes(result: Result) -> list[Sheet]:
    """Return the lists that an office acts on, and the rows that were not used."""
    return [one for one in result.sheets if one.where is not None or one.table == "rejects"]


def _list(result: Result, sheet: Sheet, lang: Lang, *, total: bool = False) -> list[Block]:
    frame = sheet_frame(result, sheet, lang)
    glossary = [fields.get(str(name)) for name in frame]
    numeric = tuple(
        pd.api.types.is_numeric_dtype(frame[one.name])
        and not pd.api.types.is_bool_dtype(frame[one.name])
        for one in glossary
    )
    columns = [
        [_cell(value, lang) for value in shown_values(frame[one.name].iloc[:MOST_ROWS], one, lang)]
        for one in glossary
    ]
    rows = list(zip(*columns, strict=True))
    adds = total and any(one.sum for one in glossary)
    if adds:
        sums = [number(float(frame[one.name].sum()), lang) if one.sum else "" for one in glossary]
        rows.append((Text("合计", "Total").say(lang), *sums[1:]))
    headings = tuple(one.heading(lang) for one in glossary)
    wide = len(headings) >= WIDE_FROM
    table = Table(sheet.title.say(lang), headings, tuple(rows), numeric, total=adds, wide=wide)
    if len(frame) <= MOST_ROWS:
        none = Text("没有记录。", "No rows.").say(lang)
        return [table] if rows else [Paragraph(none)]
    rest = Text(
        f"共 {len(frame):,} 行，此处列出前 {MOST_ROWS} 行；其余见 tables.xlsx。",
        f"{len(frame):,} rows; the first {MOST_ROWS} are listed, the rest is in tables.xlsx.",
    )
    return [Paragraph(rest.say(lang), "note"), table]


def _cell(value: object, lang: Lang) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return number(float(value), lang)
    return str(value)
