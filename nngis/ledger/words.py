"""The words of ledgers and the classes they stand for: fuels, states, kinds; yes and no."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nngis import fields
from nngis.ledger.table import Cell, tidy

YES = {"是", "有", "在", "内", "y", "yes", "true", "1", "√", "对"}
NO = {"否", "没有", "无", "不是", "不在", "外", "n", "no", "false", "0", "×", "x"}
# Roles whose states have words of their own: generating units, projects.
_STATUS_OF = {"heat_sources": "unit_status", "sewer_projects": "project_status"}
# Fuels that a second word may name without the boiler burning two: 燃油燃气, 煤气.
_SOLID = ("coal", "biomass", "waste")


@dataclass(frozen=True)
class _Class:
    words: tuple[str, ...]
    removed: tuple[str, ...]
    whole: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        if text in self.whole:
            return True
        for word in self.removed:
            text = text.replace(word, "")
        return any(word in text for word in self.words)


@cache
def vocabulary() -> Mapping[str, Mapping[str, _Class]]:
    """Read the words.

    Returns
    -------
    mapping of str to mapping
        Vocabulary (``fuel``, ``status`` ...) -> class -> its words.
    """
    raw = tomllib.loads(files("nngis.ledger").joinpath("words.toml").read_text(encoding="utf-8"))
    return {
        name: {
            word: _Class(
                tuple(entry["words"]), tuple(entry.get("not", ())), tuple(entry.get("whole", ()))
            )
            for word, entry in classes.items()
        }
        for name, classes in raw.items()
    }


@cache
def classes(words: str) -> Mapping[str, _Class]:
    """Give the classes of a vocabulary, or of a field that has none of its own.

    Parameters
    ----------
    words : str
        Name of the vocabulary or field.

    Returns
    -------
    mapping of str to class
        A field's classes are known by their titles.
    """
    if words in vocabulary():
        return vocabulary()[words]
    titles = fields.get(words).values
    # The longest title first: 公共建筑 before 建筑.
    longest_first = sorted(titles.items(), key=lambda item: -len(item[1].zh))
    return {v: _Class((t.zh.lower(), t.en.lower()), (), ()) for v, t in longest_first}


def status_words(role: str) -> str:
    """Name the vocabulary that a role's states are read by.

    Parameters
    ----------
    role : str
        Name of the role.

    Returns
    -------
    str
        Name of a vocabulary.

    Examples
    --------
    >>> read_class("未开工", status_words("sewer_projects")), status_words("boilers")
    ('planned', 'status')
    """
    return _STATUS_OF.get(role, "status")


def read_class(cell: Cell, words: str) -> str | None:
    """Read a cell as one of the classes of a vocabulary.

    Parameters
    ----------
    cell : object
        A cell's value.
    words : str
        Name of the vocabulary, or of a field whose titles are its words.

    Returns
    -------
    str or None
        A class, or None where the words are not known or there are none.

    Examples
    --------
    >>> read_class("停用（备用）", "status"), read_class("已拆除", "status")
    ('stopped', 'dismantled')
    >>> read_class("烟煤", "fuel"), read_class("焦炉煤气", "fuel"), read_class("电", "fuel")
    ('coal', 'gas', 'electric')
    """
    text = tidy(cell).lower()
    if not text:
        return None
    known = classes(words)
    if text in known:
        return text
    return next((name for name, one in known.items() if one.is_in(text)), None)


def is_mixed_fuel(cell: Cell) -> bool:
    """Tell whether a fuel's words name a solid fuel together with one of another class.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    bool
        True for a mix; such a boiler has the class of `read_class`, coal before all others.

    Examples
    --------
    >>> is_mixed_fuel("煤、生物质混烧"), is_mixed_fuel("生物质成型燃料"), is_mixed_fuel("焦炉煤气")
    (True, False, False)
    """
    text = tidy(cell).lower()
    found = [name for name, one in vocabulary()["fuel"].items() if one.is_in(text)]
    return "混烧" in text or (len(found) > 1 and any(name in _SOLID for name in found))


def read_yes_no(cell: Cell) -> bool | None:
    """Read yes or no.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    bool or None
        None where the cell says neither; ``无`` is no here, not missing.

    Examples
    --------
    >>> read_yes_no("是"), read_yes_no("否"), read_yes_no("无"), read_yes_no("待查")
    (True, False, False, None)
    """
    if isinstance(cell, str) and cell.strip() == "无":
        return False
    text = tidy(cell).lower()
    if text in YES:
        return True
    return False if text in NO else None


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
