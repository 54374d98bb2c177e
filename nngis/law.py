"""The law: the numbers of the plan document, each with its clause and the words it stands in.

They stand once, in the case's own file; parameters, permit and register read them here. A case with
a document of its own replaces them all (`nngis.case_parameters.case_values`); one without any has
none.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from nngis.case_file import CaseFile, CaseTarget, shipped_case, shipped_layers
from nngis.errors import LayerError, NngisError, Problem, require
from nngis.text import Text
from nngis.toml_file import read_toml

Value = float | str | tuple[str, ...]


@dataclass(frozen=True)
class LawNumber:
    """One number of the plan document.

    Parameters
    ----------
    name : str
        Rule and key: ``"A63.supply_radius_m"``; of a target ``"A74"`` or ``"A40.pesticide"``.
    value : float, str or tuple of str
        What is asked.
    unit : str
        Its unit.
    clause : str
        Clause as people cite it: ``"方案三（八）"``.
    quote_zh : str
        The words it stands in.
    origin : str
        The document it comes from, where that is not the plan document itself.
    """

    name: str
    value: Value
    unit: str
    clause: str
    quote_zh: str
    origin: str = ""

    @property
    def source(self) -> "Citation":
        """Clause and quote in one line, as a parameter names its source.

        Examples
        --------
        >>> law("A58.ban_built_up_t_h").source
        '方案三（八）：禁止城市建成区新建35蒸吨/小时及以下燃煤锅炉（A58）'
        """
        rule = self.name.partition(".")[0]
        made = Citation(f"{self.origin or self.clause}：{self.quote_zh}（{rule}）")
        made.rules, made.number = (rule,), self.name
        return made

    @property
    def number(self) -> float:
        """The value as a number."""
        if isinstance(self.value, int | float):
            return float(self.value)
        raise TypeError(self.name)

    @property
    def words(self) -> tuple[str, ...]:
        """The value as a list of words."""
        if isinstance(self.value, tuple):
            return self.value
        raise TypeError(self.name)


@dataclass(frozen=True)
class Document:
    """A plan document as data.

    Parameters
    ----------
    name : str
        What to call it.
    clauses : mapping of str to mapping
        By clause: the offices it names.
    entries : mapping of str to mapping
        By rule: its clause, quote, targets, numbers and how the register computes it.
    """

    name: str
    clauses: Mapping[str, Mapping[str, Any]]
    entries: Mapping[str, Mapping[str, Any]]

    @property
    def numbers(self) -> Mapping[str, LawNumber]:
        """Every number of the document."""
        return {
            one.name: one for id_, entry in self.entries.items() for one in _numbers(id_, entry)
        }


def parse_document(text: str, name: str) -> Document:
    """Read a plan document from its text.

    Examples
    --------
    >>> text = '''[A1]
    ... clause = "一"
    ... quote_zh = "20 蒸吨及以下"
    ... law = { most_t_h = { value = 20, unit = "t/h" } }'''
    >>> parse_document(text, "elsewhere").numbers["A1.most_t_h"].source
    '方案一：20 蒸吨及以下（A1）'
    """
    return _document(tomllib.loads(text), name)


def read_document(path: Path) -> Document:
    """Read a plan document from the file that somebody typed it into.

    Parameters
    ----------
    path : Path
        TOML, as `parse_document` takes it.

    Returns
    -------
    Document
        The document.

    Raises
    ------
    NngisError
        If it cannot be read, or a number lacks its value.
    """
    return _document(read_toml(path, LayerError), path.name)


def case_document(folder: Path, case: CaseFile) -> Document:
    """Read what a case knows of its plan document: the typed register, and targets stated singly.

    Parameters
    ----------
    folder : Path
        The case's folder.
    case : CaseFile
        What it says of itself.

    Returns
    -------
    Document
        `NO_DOCUMENT`, where it names neither.
    """
    typed = read_document(folder / case.document) if case.document else NO_DOCUMENT
    if not case.targets:
        return typed
    entries = {id_: dict(entry) for id_, entry in typed.entries.items()}
    for one in case.targets:
        entry = entries.setdefault(one.rule, {"clause": one.clause, "quote_zh": one.quote_zh})
        others = [t for t in entry.get("targets", ()) if t.get("key", "") != one.key]
        entry["targets"] = [*others, _target(one)]
    return Document(typed.name or "case.toml", typed.clauses, entries)


def _target(one: CaseTarget) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("key", "value", "unit", "sense", "year")}


def _document(entries: dict[str, Any], name: str) -> Document:
    clauses = entries.pop("clause", {})
    odd = [id_ for id_, entry in entries.items() if not isinstance(entry, dict)]
    require(
        [Problem("条目应是一个表。", "An entry is a table.", where=f"{name} {id_}") for id_ in odd],
        NngisError,
    )
    problems = [
        Problem("这个数没有数值。", "This number has no value.", where=f"{name} [{id_}.law] {key}")
        for id_, entry in entries.items()
        for key, one in entry.get("law", {}).items()
        if "value" not in one
    ]
    require(problems, NngisError)
    return Document(name, clauses, entries)


NO_DOCUMENT = Document("", {}, {})
"""A case without a plan document: it asks for nothing."""


@cache
def plan_document() -> Document:
    """Read the plan document of the case that ships.

    Returns
    -------
    Document
        The document.
    """
    return case_document(shipped_layers(), shipped_case())


@cache
def _shipped() -> Mapping[str, LawNumber]:
    return plan_document().numbers


def law(name: str) -> LawNumber:
    """Look up one number of the plan document.

    Parameters
    ----------
    name : str
        Rule and key; the rule's id alone for its first target.

    Returns
    -------
    LawNumber
        The number with clause and quote.

    Raises
    ------
    KeyError
        If the document has no such number.

    Examples
    --------
    >>> law("A63.supply_radius_m").value, law("A74").value, law("A74").unit
    (15000, 280, 'km')
    """
    return _shipped()[name]


def clause_of(rule: str) -> "Citation":
    """Return the clause of a rule as people cite it.

    Parameters
    ----------
    rule : str
        Its id.

    Returns
    -------
    str
        ``"方案三（八）"``.

    Examples
    --------
    >>> clause_of("A63")
    '方案三（八）'
    """
    return citing(rule, ids=False)


_NUMERAL = re.compile("[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]")
_BRACKETS = str.maketrans("（）", "()")


@lru_cache(maxsize=1_000)
def clause_words(clause: str) -> Text:
    """Say a clause in both languages.

    Parameters
    ----------
    clause : str
        As `clause_of` has it.

    Returns
    -------
    Text
        In English with figures for Chinese numerals; as it is where that leaves Chinese words.

    Examples
    --------
    >>> clause_words("方案三（十二）").en, clause_words("细则第二条").en
    ('plan 3(12)', '细则第二条')
    """
    english = _NUMERAL.sub(_figure, clause.replace("方案", "plan ")).translate(_BRACKETS)
    return Text(clause, english if english.isascii() else clause)


def _figure(found: re.Match[str]) -> str:
    """Read a numeral up to ninety-nine."""
    tens, ten, ones = found[0].rpartition("十")
    value = "零一二三四五六七八九".index
    return str((10 * (value(tens) if tens else 1) if ten else 0) + (value(ones) if ones else 0))


class Citation(str):  # noqa: SLOT000 - it is kept, not made by the million
    """A sentence that names entries of the plan document, as the case that ships has them.

    Attributes
    ----------
    rules : tuple of str
        The entries.
    ids : bool
        Whether their ids follow the clause.
    then : str
        What follows.
    number : str
        The number whose words it quotes; it says nothing of a document without that number.
    """

    rules: tuple[str, ...] = ()
    ids: bool = False
    then: str = ""
    number: str = ""

    def under(self, document: Document) -> str:
        """Say it as another document has it; what that has not is not named.

        Parameters
        ----------
        document : Document
            The document of a case.

        Returns
        -------
        str
            The sentence, perhaps empty.

        Examples
        --------
        >>> mine = parse_document('''[A26]
        ... clause = "五"
        ... quote_zh = ""''', "mine")
        >>> said = citing("A26", then="；按 2022 年")
        >>> said.under(mine), said.under(NO_DOCUMENT)
        ('方案五（A26）；按 2022 年', '按 2022 年')
        """
        if self.number:
            found = document.numbers.get(self.number)
            return "" if found is None else str(found.source)
        return _cited(self.rules, document, ids=self.ids, then=self.then)


def citing(*rules: str, ids: bool = True, then: str = "") -> Citation:
    """Name entries of the plan document in a sentence.

    Parameters
    ----------
    *rules : str
        Their ids; the clause is that of the first.
    ids : bool
        Whether the ids follow the clause.
    then : str
        What follows.

    Returns
    -------
    Citation
        As the case that ships has it; `Citation.under` says it for another.

    Examples
    --------
    >>> citing("A57", "A63")
    '方案三（八）（A57、A63）'
    """
    made = Citation(_cited(rules, plan_document(), ids=ids, then=then))
    made.rules, made.ids, made.then = rules, ids, then
    return made


def _cited(rules: tuple[str, ...], document: Document, *, ids: bool, then: str) -> str:
    known = [one for one in rules if one in document.entries]
    if not known:
        return then.lstrip("：；、 ")
    listed = f"（{'、'.join(known)}）" if ids else ""
    return f"方案{document.entries[known[0]].get('clause', '')}{listed}{then}"


def _numbers(id_: str, entry: Mapping[str, Any]) -> Iterable[LawNumber]:
    clause, quote = f"方案{entry.get('clause', '')}", entry.get("quote_zh", "")
    for target in entry.get("targets", ()):
        key = f"{id_}.{target['key']}" if target.get("key") else id_
        if "value" in target:
            yield LawNumber(key, target["value"], target["unit"], clause, quote)
    for key, one in entry.get("law", {}).items():
        value = one["value"]
        yield LawNumber(
            f"{id_}.{key}",
            tuple(value) if isinstance(value, list) else value,
            one.get("unit", ""),
            clause,
            one.get("quote_zh", quote),
            one.get("origin", ""),
        )
