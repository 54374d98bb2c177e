"""What is wrong with a parameter's name or value, in words of this package and of no library."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from nngis.errors import Problem
from nngis.text import Text

# What pydantic calls a fault, and what we say; other faults are said without its English.
WANTED: Mapping[str, Text] = {
    "float_parsing": Text("须为数字", "it must be a number"),
    "float_type": Text("须为数字", "it must be a number"),
    "int_parsing": Text("须为整数", "it must be a whole number"),
    "int_type": Text("须为整数", "it must be a whole number"),
    "int_from_float": Text("须为整数", "it must be a whole number"),
    "bool_parsing": Text("须为 true 或 false（是或否）", "it must be true or false"),
    "bool_type": Text("须为 true 或 false（是或否）", "it must be true or false"),
    "finite_number": Text("须为有限的数", "it must be finite"),
    "string_type": Text("须为文字", "it must be text"),
    "tuple_type": Text("须为以逗号分开的列表", "it must be a list parted by commas"),
    "missing": Text("没有给出", "it is not given"),
}


def nearest(name: str, titles: Mapping[str, Text]) -> str | None:
    """Return the name that somebody may have meant, by name or by title.

    Examples
    --------
    >>> titles = {"supply_radius_m": Text("供热半径", "Supply radius")}
    >>> [nearest(word, titles) for word in ("suply_radius", "供热半径", "supply radius", "xyz")]
    ['supply_radius_m', 'supply_radius_m', 'supply_radius_m', None]
    """
    words: dict[str, str] = {}
    for known, title in titles.items():
        words |= {known.lower(): known, title.zh.lower(): known, title.en.lower(): known}
    close = get_close_matches(name.strip().lower(), words, n=1, cutoff=0.6)
    return words[close[0]] if close else None


def unknown_name(name: str, titles: Mapping[str, Text], where: str, plans: str) -> Problem:
    """Say that there is no such parameter, and which was meant or where all are listed.

    Parameters
    ----------
    name : str
        The name that was given.
    titles : mapping of str to Text
        The parameters that there are.
    where : str
        Where it was given.
    plans : str
        The plans, as `nngis schema` takes them.

    Returns
    -------
    Problem
        One sentence, with the nearest name.
    """
    near = nearest(name, titles)
    listed = Text(f"全部参数见 nngis schema {plans}。", f"nngis schema {plans} lists them all.")
    if near is None:
        return Problem(
            f"没有参数 {name!r}；{listed.zh}", f"There is no parameter {name!r}; {listed.en}", where
        )
    title = titles[near]
    return Problem(
        f"没有参数 {name!r}；是不是 {near}（{title.zh}）？{listed.zh}",
        f"There is no parameter {name!r}. Did you mean {near} ({title.en})? {listed.en}",
        where,
    )


def wrong_value(error: Mapping[str, Any], unit: str, where: str) -> Problem:
    """Say what is wrong with a value, and in which unit it is wanted.

    Parameters
    ----------
    error : mapping
        What pydantic says.
    unit : str
        Unit, or ``""``.
    where : str
        Where it was given.

    Returns
    -------
    Problem
        One sentence in two languages.
    """
    given, context = error.get("input"), error.get("ctx", {})
    kind = str(error["type"])
    behind = f" {unit}" if unit else ""
    bounds = {
        "greater_than_equal": ("不得小于", "must be at least", context.get("ge")),
        "less_than_equal": ("不得大于", "must be at most", context.get("le")),
    }.get(kind)
    if bounds:
        zh, en, limit = bounds
        return Problem(
            f"数值 {given} {zh} {limit:g}{behind}。",
            f"The value {given} {en} {limit:g}{behind}.",
            where,
        )
    if kind == "literal_error":
        choices = str(context.get("expected", ""))
        listed = choices.replace(" or ", "、").replace(", ", "、")
        return Problem(
            f"没有选项 {given!r}；可用的有：{listed}。",
            f"There is no choice {given!r}; there are: {choices}.",
            where,
        )
    if kind == "value_error" and isinstance(context.get("error"), Exception):
        own = context["error"].args[0] if context["error"].args else ""
        text = own if isinstance(own, Text) else Text(f"数值 {given!r} 无效", f"{own}")
        return Problem(
            f"{text.zh}。".replace("。。", "。"), f"Bad value {given!r}: {text.en}.", where
        )
    wanted = WANTED.get(kind, Text("无法采用", "it cannot be used"))
    unit_zh, unit_en = (f"，单位 {unit}", f", in {unit}") if unit else ("", "")
    return Problem(
        f"数值 {given!r} 无效：{wanted.zh}{unit_zh}。",
        f"Bad value {given!r}: {wanted.en}{unit_en}.",
        where,
    )
