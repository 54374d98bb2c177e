"""The first two pages of a report: asked, found, to decide, unknown."""

from collections.abc import Sequence

import pandas as pd

from nngis import fields
from nngis.cartography.index_page import STATUS
from nngis.decide.indicators import BASES, Indicator, number
from nngis.parameter_values import ParameterRecord
from nngis.register.asking import named_missing
from nngis.register.finding import status_title
from nngis.register.scorecard import Scorecard, counts
from nngis.report.blocks import Block, Bullets, Heading, Paragraph, Table
from nngis.result.moves import Move, to_confirm
from nngis.result.result import Result
from nngis.result.settings import read_words, setting_words
from nngis.text import Lang, Text, counted
from nngis.unit_words import with_unit

FINDINGS = 5  # a plan
MOST_CHANGED = 4  # parameters named; the rest is counted
MOST_CONFIRMED = 1  # parameters a plan that are named as worth confirming first
MOVES_FROM = 0.05  # share of a headline; what moves it less is left to the annex
MOST_MISSING = 6  # layers named; the rest is counted
UNKNOWN = Text("尚不知道的，和能查清它的数据", "What is unknown, and which data would settle it")
SIDES = {"at_least": "≥ ", "at_most": "≤ "}
FINDINGS_KEY, MISSING_KEY, CONFIRM_KEY, VERDICTS_KEY = "findings", "missing", "confirm", "verdicts"


def summary(
    title: Text, results: Sequence[Result], card: Scorecard | None, lang: Lang
) -> list[Block]:
    """Write the summary."""
    found: list[Block] = [
        Heading(2, Text("任务", "What was asked").say(lang)),
        *_asked(title, results, lang),
        Heading(2, Text("主要发现", "What was found").say(lang)),
        *_findings(results, card, lang),
        Heading(2, Text("需要决定的事项", "What is to be decided").say(lang)),
        _to_decide(results, lang),
    ]
    unknown = _unknown(results, card, lang)
    if unknown:
        found += [
            Heading(2, UNKNOWN.say(lang)),
            *unknown,
        ]
    return found


def _asked(title: Text, results: Sequence[Result], lang: Lang) -> list[Block]:
    opening = Text(
        f"“{title.zh}”计算 {len(results)} 个专项，按方案条文逐一判定。所用数据和参数的改动如下。",
        f"“{title.en}” runs {counted(len(results), 'plan')}, each decided clause by clause, on "
        "these data and with these changes.",
    )
    items = tuple(_given(result, lang) for result in results)
    refs = tuple((_parameters_key(result),) for result in results)
    return [Paragraph(opening.say(lang)), Bullets(items, refs)]


def _given(result: Result, lang: Lang) -> str:
    """Say what a plan was run on, and which of its parameters were changed."""
    subject = result.analysis.tables[result.subject]
    evidence = fields.get("evidence").value_title(result.evidence, lang)
    changed = [one for one in result.parameters if one.origin != "default"]
    named = [_setting(one, lang) for one in changed[:MOST_CHANGED]]
    what = subject_title(result)
    zh = f"{result.title.zh}：{what.zh} {len(subject):,} 项，数据等级“{evidence}”；"
    en = f"{result.title.en}: {what.en}, {len(subject):,}; evidence: {evidence}; "
    if changed:
        zh += f"改动参数 {len(changed)} 项：{'，'.join(named)}"
        en += f"{counted(len(changed), 'parameter')} changed: {', '.join(named)}"
    else:
        zh += "参数均为缺省值"
        en += "all parameters as shipped"
    more = len(changed) > MOST_CHANGED
    return Text(zh + ("等。" if more else "。"), en + (" ..." if more else ".")).say(lang)


def _setting(one: ParameterRecord, lang: Lang) -> str:
    return f"{one.title.say(lang)} {setting_words(one, lang)}"


def subject_title(result: Result) -> Text:
    """Name what a plan decides, as its map does."""
    drawn = [one.title for one in result.view.layers if one.table == result.subject]
    listed = [one.title for one in result.sheets if one.table == result.subject]
    return (*drawn, *listed, Text(result.subject, result.subject))[0]


def headlines(result: Result) -> list[Indicator]:
    """Return the figures that a reader looks at first, as people read them.

    Where a run does not have one of them the next indicator of the plan takes its place.
    """
    known = {one.name: one for one in result.analysis.indicators}
    named = [known[name] for name in result.headlines if name in known]
    others = [one for one in result.analysis.indicators if one.name not in result.headlines]
    return [one.for_readers for one in (*named, *others)[:FINDINGS]]


def _findings(results: Sequence[Result], card: Scorecard | None, lang: Lang) -> list[Block]:
    heads = (
        Text("专项", "Plan"),
        Text("发现", "Finding"),
        Text("数值", "Figure"),
        Text("目标", "Target"),
        Text("结论", "Verdict"),
        Text("口径、证据", "Basis, evidence"),
    )
    rows = [
        (
            short_title(result).say(lang) if at == 0 else "",
            one.title.say(lang),
            value_text(one, lang),
            target_text(one, lang),
            STATUS[one.status][1].say(lang),
            _stands_on(one, lang),
        )
        for result in results
        for at, one in enumerate(headlines(result))
    ]
    caption = Text("每个专项的五个主要发现", "Five findings a plan").say(lang)
    numeric = (False, False, True, True, False, False)
    table = Table(
        caption, tuple(h.say(lang) for h in heads), tuple(rows), numeric, key=FINDINGS_KEY
    )
    found: list[Block] = [table]
    if card is not None:
        gap = "，" if lang == "zh" else ", "
        stand = gap.join(f"{status_title(s).say(lang)} {n}" for s, n in counts(card).items() if n)
        said = Text(
            f"方案全部 {len(card.rules)} 条：{stand}。",
            f"Of all {len(card.rules)} entries of the plan document: {stand}.",
        )
        found.append(Paragraph(said.say(lang), refs=(VERDICTS_KEY,)))
    return found


def short_title(result: Result) -> Text:
    """Return a plan's title up to its colon."""
    return Text(result.title.zh.split("：")[0], result.title.en.split(":")[0])


def target_text(one: Indicator, lang: Lang) -> str:
    """Write a target with its side and unit; a dash where there is none."""
    if one.target is None:
        return "—"
    return SIDES.get(one.sense or "", "") + with_unit(number(one.target, lang), one.unit, lang)


def value_text(one: Indicator, lang: Lang) -> str:
    """Write a value with its unit; what is not known has none."""
    return with_unit(number(one.value, lang), one.unit if one.value is not None else "", lang)


def _stands_on(one: Indicator, lang: Lang) -> str:
    words = [BASES[one.basis].say(lang)]
    if one.evidence:
        words.append(fields.get("evidence").value_title(one.evidence, lang))
    return ("，" if lang == "zh" else ", ").join(words)


def _to_decide(results: Sequence[Result], lang: Lang) -> Bullets:
    items: list[str] = []
    refs: list[tuple[str, ...]] = []
    for result in results:
        name = short_title(result).say(lang)
        colon = "：" if lang == "zh" else ": "
        for at, sheet in enumerate(result.brief):
            if sheet.where is None:
                continue
            rows = pd.DataFrame(result.analysis.tables[sheet.table])
            count = int(rows[sheet.where[0]].isin(sheet.where[1]).sum())
            if count:
                said = Text(
                    f"审定“{sheet.title.zh}”，共 {count:,} 项。",
                    f"sign the list “{sheet.title.en}”, {counted(count, 'row')}.",
                )
                items.append(name + colon + said.say(lang))
                refs.append((brief_key(result, at),))
        for record, move in moved_defaults(result)[:MOST_CONFIRMED]:
            if move.moved_share < MOVES_FROM:
                break
            items.append(name + colon + _confirm(result, record, move, lang))
            refs.append((CONFIRM_KEY,))
    return Bullets(tuple(items), tuple(refs))


def _confirm(result: Result, record: ParameterRecord, move: Move, lang: Lang) -> str:
    known = {one.name: one.title for one in result.analysis.indicators}
    headline = known.get(move.headline, Text(move.headline, move.headline))
    value, other = setting_words(record, lang), read_words(record.name, move.moved_to, lang)
    share = f"{move.moved_share:.0%}"
    return Text(
        f"核实“{record.title.zh}”（现取 {value}）：改为 {other} 时，{headline.zh}变动 {share}。",
        f"confirm “{record.title.en}” (now {value}): at {other}, {headline.en} moves by {share}.",
    ).say(lang)


def moved_defaults(result: Result) -> list[tuple[ParameterRecord, Move]]:
    """Return the defaults that nobody verified and that were moved, the weightiest first."""
    defaults = [one for one in result.parameters if one.origin == "default"]
    return [(one, move) for one, move in to_confirm(defaults, result.moves) if move]


def _unknown(results: Sequence[Result], card: Scorecard | None, lang: Lang) -> list[Block]:
    """List what is not known with what would settle it: the layers that most entries wait for."""
    found: list[Block] = []
    items = []
    for result in results:
        by_note: dict[str, list[str]] = {}
        for one in result.analysis.indicators:
            if one.value is None:
                note = one.note.say(lang) if one.note else ""
                by_note.setdefault(note, []).append(one.title.say(lang))
        colon, gap = ("：", "、") if lang == "zh" else (": ", ", ")
        name = short_title(result).say(lang)
        items += [f"{name}{colon}{gap.join(names)}{colon}{note}" for note, names in by_note.items()]
    if items:
        found.append(Bullets(tuple(items)))
    if card is not None:
        found += _missing(card, lang)
    return found


def _missing(card: Scorecard, lang: Lang) -> list[Block]:
    waits: dict[str, list[str]] = {}
    for id_, finding in card.findings.items():
        if finding.status == "unknown":
            for name in dict.fromkeys(_layer_of(one) for one in finding.missing):
                waits.setdefault(name, []).append(id_)
    if not waits:
        return []
    ranked = sorted(waits.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = tuple(
        (named_missing(name).say(lang), f"{len(ids)}", " ".join(ids))
        for name, ids in ranked[:MOST_MISSING]
    )
    heads = (
        Text("缺少的数据", "Data that are missing"),
        Text("条数", "Entries"),
        Text("条目", "Which"),
    )
    caption = Text("补上哪些数据能判定哪些条目", "Which data would settle which entries").say(lang)
    found: list[Block] = [
        Table(
            caption, tuple(h.say(lang) for h in heads), rows, (False, True, False), key=MISSING_KEY
        )
    ]
    rest = len(ranked) - len(rows)
    if rest > 0:
        more = Text(
            f"另有 {rest} 种数据各关系到较少的条目，见 register/tables.xlsx。",
            f"{rest} more, each for fewer entries, are in register/tables.xlsx.",
        )
        found.append(Paragraph(more.say(lang), "note"))
    return found


def _layer_of(missing: str) -> str:
    """Return the layer of a missing column; a plan that was not run goes by its whole name."""
    return missing if missing.startswith("plan.") else missing.partition(".")[0]


def brief_key(result: Result, at: int) -> str:
    """Return the key of one of a plan's lists."""
    return f"{result.plan}/brief/{at}"


def _parameters_key(result: Result) -> str:
    return f"{result.plan}/parameters"
