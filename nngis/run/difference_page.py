"""The tables of a comparison's page: runs side by side, the first against each of the others."""

from collections.abc import Sequence

import pandas as pd

from nngis import fields
from nngis.cartography.compare_page import CompareTable
from nngis.decide.indicators import number
from nngis.result.result import Result, Sheet
from nngis.result.settings import value_words
from nngis.result.sheets import sheet_frame, shown_values
from nngis.run.compare import Comparison
from nngis.text import Lang, Text
from nngis.unit_words import unit_words

MOST_LISTED = 200  # changed objects on the page; the rest is in the workbook
DIFFERENCE = Text("差值", "Difference")
UNIT = Text("单位", "Unit")


def page_tables(
    result: Result, changes: Sheet, same: Sequence[Comparison], lang: Lang
) -> tuple[CompareTable, ...]:
    """Return what was set otherwise, the figures, the counts, and the objects that changed."""
    return (
        _settings(same, lang),
        _indicators(same, lang),
        _counts(same, lang),
        _changes(result, changes, len(same), lang),
    )


def _runs(same: Sequence[Comparison], lang: Lang) -> list[str]:
    return [one.after.name.say(lang) for one in same]


def _settings(same: Sequence[Comparison], lang: Lang) -> CompareTable:
    """Set what differs in any of the runs side by side; what does not differ is as in the first."""
    first: dict[str, tuple[str, str, str]] = {}  # title, value, unit
    cells: dict[str, dict[int, str]] = {}
    for at, one in enumerate(same):
        for name, row in one.parameters.iterrows():
            key = f"parameter {name}"
            before, after = (value_words(str(name), row[s], lang) for s in ("before", "after"))
            first[key] = (row[f"title_{lang}"], before, unit_words(row["unit"]).say(lang))
            cells.setdefault(key, {})[at] = after
        for role, row in one.inputs.iterrows():
            key = f"layer {role}"
            first[key] = (row[f"title_{lang}"], row["before"], "")
            cells.setdefault(key, {})[at] = row["after"]
    rows = tuple(
        (title, before, *(cells[key].get(at, before) for at in range(len(same))), unit)
        for key, (title, before, unit) in first.items()
    )
    heads = (
        fields.get("setting").title.say(lang),
        same[0].before.name.say(lang),
        *_runs(same, lang),
        UNIT.say(lang),
    )
    title = Text("参数与数据", "Parameters and data")
    return CompareTable(title, heads, rows, (False,) * len(heads))


def _indicators(same: Sequence[Comparison], lang: Lang) -> CompareTable:
    names = list(dict.fromkeys(name for one in same for name in one.indicators.index))
    rows = []
    for name in names:
        scale = 100.0 if str(name).endswith("_share") else 1.0  # readers see per cent
        found = [one.indicators.loc[name] if name in one.indicators.index else None for one in same]
        known = next(row for row in found if row is not None)
        cells = [_number(known["before"], scale, lang)]
        for row in found:
            cells.append(_number(None if row is None else row["after"], scale, lang))
            cells.append(_signed(None if row is None else row["difference"], scale, lang))
        unit = "%" if scale > 1 else unit_words(str(known["unit"])).say(lang)
        rows.append((str(known[f"title_{lang}"]), *cells, unit))
    heads = [fields.get("indicator").title.say(lang), same[0].before.name.say(lang)]
    for run in _runs(same, lang):
        heads += [run, DIFFERENCE.say(lang)]
    heads.append(UNIT.say(lang))
    numeric = (False, *(True,) * (1 + 2 * len(same)), False)
    title = Text("指标对比", "Indicators side by side")
    return CompareTable(title, tuple(heads), tuple(rows), numeric)


def _counts(same: Sequence[Comparison], lang: Lang) -> CompareTable:
    keys = ["decision_before", "decision_after"]
    pairs = [one.counts.set_index(keys)["objects_count"] for one in same]
    table = pd.concat(pairs, axis=1).fillna(0).astype(int).sort_index()
    decision = fields.get("decision")
    rows = tuple(
        (*(decision.value_title(word, lang) for word in pair), *(f"{n:,}" for n in counts))
        for pair, *counts in table.itertuples(name=None)
        for pair in [tuple(pair)]
    )
    heads = (*(fields.get(one).title.say(lang) for one in keys), *_runs(same, lang))
    numeric = (False, False, *(True,) * len(same))
    return CompareTable(Text("变化统计", "How many went where"), heads, rows, numeric)


def _changes(result: Result, sheet: Sheet, runs: int, lang: Lang) -> CompareTable:
    frame = sheet_frame(result, sheet, lang)
    if runs == 1:
        frame = frame.drop(columns="compared_run")
    glossary = [fields.get(str(name)) for name in frame]
    listed = frame.iloc[:MOST_LISTED]
    columns = [
        [str(v) if v is not None else "—" for v in shown_values(listed[one.name], one, lang)]
        for one in glossary
    ]
    rows = tuple(zip(*columns, strict=True))
    heads = tuple(one.heading(lang) for one in glossary)
    left_out = max(0, len(frame) - MOST_LISTED)
    return CompareTable(sheet.title, heads, rows, (False,) * len(heads), left_out)


def _number(value: float | None, scale: float, lang: Lang) -> str:
    known = value is not None and pd.notna(value)
    return number(scale * value if known and value is not None else None, lang)


def _signed(value: float | None, scale: float, lang: Lang) -> str:
    if value is None or pd.isna(value):
        return "—"
    return ("+" if value > 0 else "") + number(scale * value, lang)
