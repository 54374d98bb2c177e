"""Cite the plan document of the case: clauses and targets of another place's are left out.

Rules and indicators of the plans name clauses of the document that ships. In a case with another
document each is named as that one has it, and one that it has not is not named at all.
"""

import re
from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from nngis.decide.indicators import Indicator
from nngis.law import Document, law
from nngis.result.result import Analysis

CITED = re.compile(
    r"方案[一二三四五六](?:（[一二三四五六七八九十]+）)?(?:（(A\d\d(?:、A\d\d)*)）)?"
)
CITED_EN = re.compile(r"[Cc]lause \d\(\d+\)")
ID = re.compile(r"A\d\d")
COLUMNS = ("clause", "source", "reason_zh", "reason_en")


def cite(text: str, document: Document) -> str:
    """Name the clauses of a sentence as a document has them.

    Examples
    --------
    >>> from nngis.law import NO_DOCUMENT, parse_document
    >>> cite("方案三（四）（A26）；按 2022 年", NO_DOCUMENT)
    '按 2022 年'
    >>> mine = parse_document('''[A26]
    ... clause = "五"
    ... quote_zh = ""''', "mine")
    >>> cite("方案三（四）（A26）；按 2022 年", mine)
    '方案五（A26）；按 2022 年'
    """

    def named(match: re.Match[str]) -> str:
        ids = [one for one in (match[1] or "").split("、") if one in document.entries]
        if not ids:
            return ""
        return f"方案{document.entries[ids[0]].get('clause', '')}（{'、'.join(ids)}）"

    plain = CITED_EN.sub("The plan", text)
    return CITED.sub(named, plain).lstrip("：；、 ")


def cited(analysis: Analysis, document: Document, given: Collection[str]) -> Analysis:
    """Give an analysis the clauses and targets of a case's own document.

    Parameters
    ----------
    analysis : Analysis
        As a plan made it, with what the document that ships says.
    document : Document
        The case's own; it may be silent.
    given : collection of str
        Rules whose numbers a user gave.

    Returns
    -------
    Analysis
        The same; a target that the document does not set is none.
    """
    return replace(
        analysis,
        indicators=tuple(_held(one, document, given) for one in analysis.indicators),
        tables={name: cited_table(table, document) for name, table in analysis.tables.items()},
    )


def _held(one: Indicator, document: Document, given: Collection[str]) -> Indicator:
    found = ID.search(one.source)
    rule = one.rule or (found[0] if found else "")
    own = document.numbers.get(rule)
    kept = replace(one, source=cite(one.source, document))
    if one.target is None or not rule or rule in given:
        return kept
    if own is not None and one.target == _shipped(rule):
        return replace(kept, target=own.number)
    return kept if rule in document.entries else replace(kept, target=None, sense=None)


def _shipped(rule: str) -> float | None:
    try:
        return law(rule).number
    except KeyError:
        return None


def cited_table(table: pd.DataFrame, document: Document) -> pd.DataFrame:
    """Give a table the clauses of a case's own document.

    Parameters
    ----------
    table : DataFrame
        A table of decisions or rules.
    document : Document
        The case's own; it may be silent.

    Returns
    -------
    DataFrame
        The same, its columns of clauses, sources and reasons said anew.
    """
    columns = {
        name: table[name]
        .map(lambda one: cite(one, document) if isinstance(one, str) else one)
        .astype(table[name].dtype)
        for name in COLUMNS
        if name in table
    }
    return table.assign(**columns) if columns else table
