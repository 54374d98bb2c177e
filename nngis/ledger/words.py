"""The words of ledgers and the classes they stand for: fuels, states, kinds; yes and no."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from nngis import fields
from nngis.ledger.meaning import STATED, mentions_in
from nngis.ledger.table import Cell, brief
from nngis.ledger.tokens import Lexicon, build_lexicon, scan

# Vocabularies of states, where a plan or a part is no state; of kinds a plan is one too.
STATES = ("status", "unit_status", "project_status", "yes_no")
# Roles whose states have words of their own: generating units, projects.
_STATUS_OF = {"heat_sources": "unit_status", "sewer_projects": "project_status"}
# Fuels that a second word may name without the boiler burning two: 燃油燃气, 煤气.
_SOLID = ("coal", "biomass", "waste")
_MODES = ("negated", "intended", "awaited", "partial", "progress", "former")
# What a kind is not turned by: a sewer that is planned is a sewer.
_NOT_OF_KINDS = ("intended", "awaited", "partial", "progress", "open", "aside")


@dataclass(frozen=True)
class _Class:
    words: tuple[str, ...]
    removed: tuple[str, ...]
    whole: tuple[str, ...]
    beside: tuple[str, ...] = ()
    instead: tuple[tuple[str, str], ...] = ()  # mode -> the class that the word means then


@cache
def vocabulary() -> Mapping[str, Mapping[str, _Class]]:
    """Read the words."""
    raw = tomllib.loads(files("nngis.ledger").joinpath("words.toml").read_text(encoding="utf-8"))
    return {
        name: {
            word: _Class(
                tuple(entry["words"]),
                tuple(entry.get("not", ())),
                tuple(entry.get("whole", ())),
                tuple(entry.get("with", ())),
                tuple((mode, entry[mode]) for mode in _MODES if mode in entry),
            )
            for word, entry in classes.items()
        }
        for name, classes in raw.items()
    }


@cache
def classes(words: str) -> Mapping[str, _Class]:
    """Give the classes of a vocabulary, or of a field that has none of its own."""
    if words in vocabulary():
        return vocabulary()[words]
    titles = fields.get(words).values
    # The longest title first: 公共建筑 before 建筑.
    longest_first = sorted(titles.items(), key=lambda item: -len(item[1].zh))
    return {v: _Class((t.zh.lower(), t.en.lower()), (), ()) for v, t in longest_first}


def status_words(role: str) -> str:
    """Name the vocabulary that a role's states are read by.

    Examples
    --------
    >>> read_class("未开工", status_words("sewer_projects")), status_words("boilers")
    ('planned', 'status')
    """
    return _STATUS_OF.get(role, "status")


def read_class(cell: Cell, words: str) -> str | None:
    """Read a cell as one of the classes of a vocabulary, by what it states.

    Examples
    --------
    >>> read_class("停用（备用）", "status"), read_class("已拆除", "status")
    ('stopped', 'dismantled')
    >>> read_class("拟拆除", "status"), read_class("停用待拆除", "status")
    (None, 'stopped')
    >>> read_class("烟煤", "fuel"), read_class("焦炉煤气", "fuel"), read_class("电", "fuel")
    ('coal', 'gas', 'electric')
    >>> read_class("煤改气", "fuel"), read_class("非燃煤", "fuel"), read_class("拟煤改气", "fuel")
    ('gas', None, 'coal')
    """
    text = brief(cell).lower()
    if not text:
        return None
    known = classes(words)
    if text in known:
        return text
    if (titled := _titles(words).get(text)) in known:
        return titled
    return _stated(_modes(text, words), words)


def _stated(modes: Mapping[str, set[str]], words: str) -> str | None:
    """Choose the class that a cell states; None where it states none, or two that contradict."""
    known = classes(words)
    stated = [name for name in known if STATED in modes.get(name, ())]
    if words not in STATES:
        return next((name for name in stated if "negated" not in modes[name]), None)
    if any(modes[name] != {STATED} for name in stated):
        return None  # said and unsaid: 已完工未验收
    if stated:
        first = stated[0]
        apart = [name for name in stated[1:] if name not in known[first].beside]
        return None if apart else first
    found = {
        instead
        for name, one in known.items()
        for mode, instead in one.instead
        if mode in modes.get(name, ())
    }
    return found.pop() if len(found) == 1 else None


def is_mixed_fuel(cell: Cell) -> bool:
    """Tell whether a fuel's words name a solid fuel together with one of another class.

    Examples
    --------
    >>> is_mixed_fuel("煤、生物质混烧"), is_mixed_fuel("生物质成型燃料"), is_mixed_fuel("焦炉煤气")
    (True, False, False)
    >>> is_mixed_fuel("煤改气")
    False
    """
    text = brief(cell).lower()
    modes = _modes(text, "fuel")
    found = [name for name in classes("fuel") if STATED in modes.get(name, ())]
    return "混烧" in text or (len(found) > 1 and any(name in _SOLID for name in found))


def read_yes_no(cell: Cell) -> bool | None:
    """Read yes or no.

    Examples
    --------
    >>> read_yes_no("是"), read_yes_no("否"), read_yes_no("无"), read_yes_no("待查")
    (True, False, False, None)
    >>> read_yes_no("已安装"), read_yes_no("未安装"), read_yes_no("拟安装"), read_yes_no("部分安装")
    (True, False, False, None)
    """
    if isinstance(cell, str) and cell.strip() in ("无", "x", "X", "×"):
        return False
    found = read_class(cell, "yes_no")
    return None if found is None else found == "yes"


@lru_cache(maxsize=100_000)  # two ask of each word of a column, one after the other
def _modes(text: str, words: str) -> Mapping[str, set[str]]:
    """Say how each class that a cell mentions is meant."""
    modes: dict[str, set[str]] = {}
    is_kind = words not in STATES and words != "fuel"
    for mention in mentions_in(scan(text, _lexicon(words)), far=not is_kind):
        if is_kind:
            mention.turns = [turn for turn in mention.turns if turn not in _NOT_OF_KINDS]
        modes.setdefault(mention.name, set()).add(mention.mode())
    return modes


@cache
def _titles(words: str) -> Mapping[str, str]:
    """Give the values of a vocabulary's field by their titles, which templates offer."""
    field = "status" if words.endswith("status") else words
    return {
        title.lower(): value
        for value, text in fields.get(field).values.items()
        for title in (text.zh, text.en)
    }


@cache
def _lexicon(words: str) -> Lexicon:
    known = classes(words)
    return build_lexicon(
        ((word, name) for name, one in known.items() for word in one.words),
        ((word, name) for name, one in known.items() for word in one.whole),
        (word for one in known.values() for word in one.removed),
    )


def read_fuel(cell: Cell) -> str | None:
    """Read a fuel as its class.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    str or None
        A class; a mix that holds coal is coal; None where the words are not known.

    Examples
    --------
    >>> read_fuel("煤、生物质混烧"), read_fuel("蔗渣")
    ('coal', 'biomass')
    """
    return read_class(cell, "fuel")
