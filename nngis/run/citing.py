"""Cite the plan document of the case: clauses and targets of another place's are left out.

Rules and indicators of the plans name clauses of the document that ships. In a case with another
document each is named as that one has it, and one that it has not is not named at all.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from nngis.decide.indicators import Indicator
from nngis.law import Citation, Document, law
from nngis.parameter_values import ParameterRecord
from nngis.parameters import Parameters, source_of
from nngis.result.result import Analysis, Sheet
from nngis.text import Text

CLAUSES = Sheet(Text("方案条款", "Clauses of the plan"), "clauses")


def clauses_table(tables: Mapping[str, pd.DataFrame], document: Document) -> pd.DataFrame:
    """List the entries of the plan document that decided something, with its own words.

    Examples
    --------
    >>> from nngis.law import parse_document
    >>> mine = parse_document('''[A26]
    ... clause = "五"
    ... quote_zh = "每站不少于"''', "mine")
    >>> clauses_table({"sites": pd.DataFrame({"rule": ["A26", "none"]})}, mine)["clause"].to_dict()
    {'A26': '方案五'}
    """
    used = [set(table["rule"].dropna().astype(str)) for table in tables.values() if "rule" in table]
    ids = sorted(set().union(*used) & set(document.entries))
    entries = [document.entries[one] for one in ids]
    return pd.DataFrame(
        {
            "clause": [f"方案{one.get('clause', '')}" for one in entries],
            "quote_zh": [str(one.get("quote_zh", "")) for one in entries],
        },
        index=pd.Index(ids, name="rule_id", dtype="str"),
    )


def cite(text: str, document: Document) -> str:
    """Name the entries that a sentence cites as a document has them; other sentences stay."""
    return text.under(document) if isinstance(text, Citation) else text


def cited(
    analysis: Analysis,
    document: Document,
    given: Collection[str],
    model: type[Parameters],
    records: Sequence[ParameterRecord],
) -> Analysis:
    """Give an analysis the clauses and targets of a case's own document.

    Parameters
    ----------
    analysis : Analysis
        As a plan made it, with what the document that ships says.
    document : Document
        The case's own; it may be silent.
    given : collection of str
        Rules whose numbers a user gave.
    model : type of Parameters
        The plan's parameters, whose sources its tables and indicators name.
    records : sequence of ParameterRecord
        The same as the case has them.

    Returns
    -------
    Analysis
        The same; a target that the document does not set is none.
    """
    known = _sources(model, records)
    return replace(
        analysis,
        indicators=tuple(_held(one, document, given, known) for one in analysis.indicators),
        tables={name: cited_table(t, document, known) for name, t in analysis.tables.items()},
    )


def _held(
    one: Indicator, document: Document, given: Collection[str], sources: Mapping[str, str]
) -> Indicator:
    rules = one.source.rules if isinstance(one.source, Citation) else ()
    rule = one.rule or next(iter(rules), "")
    own = document.numbers.get(rule)
    kept = replace(one, source=sources.get(one.source, cite(one.source, document)))
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


def cited_table(
    table: pd.DataFrame, document: Document, sources: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Give a table the clauses of a case's own document.

    Parameters
    ----------
    table : DataFrame
        A table of decisions or rules.
    document : Document
        The case's own; it may be silent.
    sources : mapping of str to str, optional
        What the case names in place of each source of a parameter's default.

    Returns
    -------
    DataFrame
        The same: the clause of each row's rule is the document's, as are the sources.
    """
    said: dict[str, pd.Series] = {}
    if {"clause", "rule"} <= set(table.columns):
        entries = document.entries
        said["clause"] = table["rule"].map(
            lambda rule: f"方案{entries[rule].get('clause', '')}" if rule in entries else ""
        )
    if "source" in table and sources:
        said["source"] = table["source"].map(lambda one: sources.get(one, one))
    return table.assign(**said) if said else table


def _sources(model: type[Parameters], records: Sequence[ParameterRecord]) -> dict[str, str]:
    """Say what the case names in place of the source of each default, where that is one thing."""
    found: dict[str, set[str]] = {}
    for one in records:
        found.setdefault(str(source_of(model, one.name)), set()).add(str(one.source))
    return {old: new.pop() for old, new in found.items() if len(new) == 1}
