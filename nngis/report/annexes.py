"""The annexes of a report: verdicts, method, parameters, what to confirm, sources."""

from collections.abc import Sequence

from nngis import fields
from nngis.decide.indicators import number
from nngis.parameter_values import origin_words
from nngis.register.finding import status_title
from nngis.register.scorecard import Scorecard, as_records, stands_on
from nngis.report.blocks import Block, Paragraph, Table
from nngis.report.summary import (
    CONFIRM_KEY,
    SIDES,
    VERDICTS_KEY,
    moved_defaults,
    short_title,
)
from nngis.result.result import InputRecord, Result
from nngis.result.settings import read_words, setting_words
from nngis.source_words import source_words
from nngis.text import Lang, Text, listing
from nngis.unit_words import with_unit

MOVES_AT_LEAST = 0.05  # share of a headline; parameters that move less are counted, not listed
METHOD = Text(
    "各专项按同一顺序计算：先求需求点与设施之间谁在服务范围内、相距多远；再按容量分配；"
    "然后逐条规则判定，先命中的规则决定处置意见，命中的其他规则一并保留；最后与方案目标核对。"
    "每条判定都附规则编号和理由。工作坐标系：",
    "Every plan is computed in the same order: who is within reach of which facility, and how far; "
    "whose capacity goes to whom; which rule decides, the first that matches, all that match being "
    "kept; and what it adds up to against the targets. Every decision carries its rule and reason. "
    "Work CRS: ",
)


def method(results: Sequence[Result], lang: Lang) -> list[Block]:
    """Say how the plans are computed, and with which software."""
    crs = ("、" if lang == "zh" else ", ").join(dict.fromkeys(one.work_crs for one in results))
    stop = "。" if lang == "zh" else "."
    versions = {name: text for result in results for name, text in result.versions.items()}
    used = ", ".join(f"{name} {text}" for name, text in sorted(versions.items()))
    found: list[Block] = [Paragraph(f"{METHOD.say(lang)}{crs}{stop}")]
    if used:
        text = Text(f"计算所用软件：{used}。", f"Computed with: {used}.")
        found.append(Paragraph(text.say(lang), "note"))
    return found


def verdicts(card: Scorecard, lang: Lang) -> list[Block]:
    """Say where the city stands on every entry of which something is known."""
    heads = (
        Text("条目", "Entry"),
        Text("要求", "What is asked"),
        Text("数值", "Value"),
        Text("目标", "Target"),
        Text("结论", "Status"),
        Text("说明", "Note"),
    )
    rows = []
    for record in as_records(card):
        id_ = str(record["id"])
        finding, value, target = card.findings[id_], record["value"], record["target"]
        if finding.status in ("unknown", "not_computable") and not isinstance(value, float | int):
            continue
        unit, side = str(record["unit"]), SIDES.get(str(record["sense"]), "")
        rows.append(
            (
                id_,
                card.rules[id_].meaning.say(lang),
                with_unit(number(value, lang), unit, lang)
                if isinstance(value, float | int)
                else "",
                side + with_unit(number(target, lang), unit, lang)
                if isinstance(target, float | int)
                else "",
                status_title(finding.status).say(lang),
                stands_on(finding).say(lang),
            )
        )
    caption = Text("方案各条的完成情况", "Where the city stands, entry by entry").say(lang)
    numeric = (False, False, True, True, False, False)
    said = Text(
        "下表为已有结论或数值的条目；其余条目缺少数据，见“尚不知道的”一节。",
        "Entries with a verdict or a value; the others lack data, see what is unknown.",
    )
    return [
        Paragraph(said.say(lang)),
        Table(
            caption,
            tuple(h.say(lang) for h in heads),
            tuple(rows),
            numeric,
            key=VERDICTS_KEY,
            fine=True,
        ),
    ]


def parameters(results: Sequence[Result], lang: Lang) -> list[Block]:
    """List every parameter with its value and the number of its source, then the sources."""
    sources: dict[str, int] = {}
    found: list[Block] = []
    told = Text(
        "全部参数；“源”为本附录末所列依据的编号，“改”为改动过的取值及其出处。",
        "Every parameter; “src” is the number of its source at the end of this annex, and a "
        "changed value says where it was changed.",
    )
    found.append(Paragraph(told.say(lang)))
    for result in results:
        if result.parameters:
            cells = []
            for one in result.parameters:
                at = sources.setdefault(one.source, len(sources) + 1)
                value = setting_words(one, lang)
                if one.origin != "default":
                    value += f"（{origin_words(one.origin, lang)}）"
                cells.append((one.title.say(lang), value, str(at)))
            found.append(_two_up(result, cells, lang))
    if sources:
        found.append(Paragraph(Text("依据：", "Sources:").say(lang)))
        words = {at: source_words(text, quoted=False) for text, at in sources.items()}
        listed = (f"[{at}] {said.say(lang)}" for at, said in words.items())
        found.append(Paragraph(("； " if lang == "zh" else "; ").join(listed), "note"))
    return found


def _two_up(result: Result, cells: list[tuple[str, str, str]], lang: Lang) -> Table:
    """Set two parameters a row, those of the second half beside those of the first."""
    half = -(-len(cells) // 2)
    left, right = cells[:half], cells[half:]
    right += [("", "", "")] * (half - len(right))
    one = (Text("参数", "Parameter"), Text("取值", "Value"), Text("源", "src"))
    heads = tuple(text.say(lang) for text in (*one, *one))
    caption = Text(f"{result.title.zh} · 参数", f"{result.title.en} · parameters").say(lang)
    rows = tuple((*a, *b) for a, b in zip(left, right, strict=True))
    numeric = (False, False, True, False, False, True)
    return Table(caption, heads, rows, numeric, key=f"{result.plan}/parameters", fine=True)


def confirmations(results: Sequence[Result], lang: Lang) -> list[Block]:
    """List what a planner must confirm, by how much each moves the headlines."""
    rows = []
    rest = 0
    for result in results:
        known = {one.name: one.title for one in result.analysis.indicators}
        for record, move in moved_defaults(result):
            if move.moved_share < MOVES_AT_LEAST:
                rest += 1
                continue
            headline = known.get(move.headline, Text(move.headline, move.headline))
            rows.append(
                (
                    short_title(result).say(lang),
                    record.title.say(lang),
                    setting_words(record, lang),
                    read_words(record.name, move.moved_to, lang),
                    headline.say(lang),
                    f"{move.moved_share:.1%}",
                )
            )
    if not rows:
        return []
    heads = (
        Text("专项", "Plan"),
        Text("参数", "Parameter"),
        Text("现取", "Now"),
        Text("改为", "Moved to"),
        Text("变动最大的指标", "Figure that moves most"),
        Text("变动", "By"),
    )
    commands = listing(f"nngis schema {one.plan} --unverified" for one in results if one.moves)
    told = Text(
        "缺省值中尚未核实的参数，逐一单独改动（数值增减 20%，选项取另一项），看主要指标变动多少；"
        f"按内置图层计算，另有 {rest} 项变动不足 {MOVES_AT_LEAST:.0%}。重新列出：{commands.zh}。",
        "Defaults that nobody verified, each moved alone (numbers by 20 %, a choice to another), "
        f"and what that does to the headlines, on the layers that ship; {rest} more move them by "
        f"less than {MOVES_AT_LEAST:.0%}. Printed by: {commands.en}.",
    )
    caption = Text("待核实的参数，按影响大小", "Parameters to confirm, by how much they move").say(
        lang
    )
    numeric = (False, False, False, False, False, True)
    table = Table(
        caption, tuple(h.say(lang) for h in heads), tuple(rows), numeric, key=CONFIRM_KEY, fine=True
    )
    return [Paragraph(told.say(lang)), table]


def sources(results: Sequence[Result], lang: Lang) -> list[Block]:
    """List the layers with their evidence, rows, origin and hash."""
    records: dict[str, InputRecord] = {one.role: one for result in results for one in result.inputs}
    heads = (
        Text("图层", "Layer"),
        Text("数据等级", "Evidence"),
        Text("记录", "Rows"),
        Text("未采用", "Not used"),
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
            "; ".join(filter(None, (one.vintage, one.attribution, one.licence))),
            one.sha256[:7],
        )
        for one in records.values()
    )
    caption = Text("采用的数据", "Data used").say(lang)
    numeric = (False, False, True, True, False, False)
    found: list[Block] = [
        Table(caption, tuple(h.say(lang) for h in heads), rows, numeric, fine=True)
    ]
    # One paragraph a layer: what is said of it begins with its name.
    mark, gap = ("：", "") if lang == "zh" else (": ", " ")
    notes: dict[str, list[str]] = {}
    for text in dict.fromkeys(text.say(lang) for result in results for text in result.notes):
        layer, _, said = text.partition(mark)
        notes.setdefault(layer, []).append(said)
    told = (f"{layer}{mark}{gap.join(said)}".removesuffix(mark) for layer, said in notes.items())
    return [*found, *(Paragraph(text, "note") for text in told)]
