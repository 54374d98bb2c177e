"""Hostile files of good structure: one value of a good JSON or TOML file made another."""

import copy
import json
import tomllib
from random import Random
from typing import Any

from tests.fuzz.kinds_of_text import ODD, TEXTS

VALUES = (*ODD, *TEXTS, None, 0, -1.5, 10**400, [None], {"a": {"b": {"c": []}}}, ["x"] * 3_000)
VALUES += ("", "x/../../y", "1e400", [1, "a", None], {"": ""}, [[[0]]], "2020-13-45", float("nan"))


def changed(chance: Random, whole: Any, words: tuple[str, ...]) -> Any:
    """Put another value, name, depth or nothing somewhere into a structure."""
    whole = copy.deepcopy(whole)
    for _ in range(chance.choice((1, 1, 2, 4))):
        inside = whole
        while isinstance(inside, dict | list) and inside:
            at: Any = chance.choice([*inside] if isinstance(inside, dict) else range(len(inside)))
            below = inside[at]
            if isinstance(below, dict | list) and below and chance.random() < 0.75:
                inside = below
                continue
            kind = chance.randrange(7)
            if kind == 0:
                del inside[at]
            elif kind == 1 and isinstance(inside, dict):
                inside[chance.choice(words)] = inside.pop(at)
            elif kind == 2:
                inside[at] = chance.choice(([below], {"a": below}, [below] * 3_000))
            else:
                inside[at] = copy.deepcopy(chance.choice((*VALUES, *words)))
            break
    return whole


def in_structure(chance: Random, data: bytes, suffix: str, words: tuple[str, ...]) -> bytes | None:
    """Change the structure of a .toml, .json or .geojson file; None where there is none."""
    try:
        whole = tomllib.loads(data.decode()) if suffix == ".toml" else json.loads(data)
        made = changed(chance, whole, words)
        if suffix == ".toml":
            said = "\n".join(f"{_quoted(key)} = {_as_toml(one)}" for key, one in made.items())
        else:
            said = json.dumps(made, ensure_ascii=chance.random() < 0.5)
        return said.encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError, AttributeError):  # hostile already
        return None


def _as_toml(value: Any) -> str:
    """Write a value in line; what TOML has not is text."""
    if isinstance(value, dict):
        inner = ", ".join(f"{_quoted(str(key))} = {_as_toml(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_as_toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else _quoted(str(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
