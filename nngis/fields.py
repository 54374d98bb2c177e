"""The glossary of columns: one definition per name, read from fields.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from nngis.text import Lang, Text
from nngis.unit_words import unit_words

FieldType = Literal["text", "number", "integer", "boolean", "category", "year"]


@dataclass(frozen=True)
class Field:
    """What a column means.

    Parameters
    ----------
    name : str
        Column name; a quantity's name ends in its unit.
    title : Text
        What a sheet or popup calls it.
    unit : str, optional
        Unit as written after the title.
    type : str
        One of text, number, integer, boolean, category, year.
    note : Text
        One sentence: what it is.
    sum : bool
        Whether the column adds up over rows (extensive) or not.
    values : mapping of str to Text
        Titles of a category's values.
    aliases : tuple of str
        Other headers seen in ledgers.
    """

    name: str
    title: Text
    unit: str | None = None
    type: FieldType = "text"
    note: Text = field(default_factory=lambda: Text("", ""))
    sum: bool = False
    values: Mapping[str, Text] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    @property
    def is_share(self) -> bool:
        """Whether it is a share, 0 to 1, which readers see in per cent."""
        return self.name.endswith("_share") and self.type == "number" and not self.unit

    @property
    def shown_unit(self) -> str | None:
        """The unit in which readers see it."""
        return "%" if self.is_share else self.unit

    def heading(self, lang: Lang) -> str:
        """Return the title with its unit."""
        title = self.title.say(lang)
        unit = unit_words(self.shown_unit).say(lang)
        if not unit:
            return title
        return f"{title}（{unit}）" if lang == "zh" else f"{title} ({unit})"

    def value_title(self, value: object, lang: Lang) -> str:
        """Return the title of one of a category's values, or of several joined by semicolons."""
        parts = str(value).split(";")
        if not set(parts) & set(self.values):
            return str(value)
        said = (self.values.get(one, Text(one, one)).say(lang) for one in parts)
        return Text("；", "; ").say(lang).join(said)


@cache
def glossary() -> Mapping[str, Field]:
    """Read every definition."""
    raw = tomllib.loads(files("nngis").joinpath("fields.toml").read_text(encoding="utf-8"))
    return {name: _field(name, table, raw) for name, table in raw.items()}


def get(name: str) -> Field:
    """Return the definition of a column.

    Parameters
    ----------
    name : str
        Column name.

    Returns
    -------
    Field
        Its definition; for an unknown column one whose title is the name itself.

    Examples
    --------
    >>> get("county").heading("en")
    'County'
    >>> get("备注栏").heading("zh")
    '备注栏'
    """
    return glossary().get(name) or Field(name, Text(name, name))


def _field(name: str, table: Mapping[str, Any], raw: Mapping[str, Any]) -> Field:
    kept = raw[table["values_of"]] if "values_of" in table else table
    values = {key: Text(**text) for key, text in kept.get("values", {}).items()}
    return Field(
        name,
        title=Text(**table["title"]),
        unit=table.get("unit"),
        type=table.get("type", "text"),
        note=Text(**table["note"]) if "note" in table else Text("", ""),
        sum=table.get("sum", False),
        values=values,
        aliases=tuple(table.get("aliases", ())),
    )
