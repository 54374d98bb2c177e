"""A sentence in the two languages that every user-facing text has."""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple, Self

Lang = Literal["zh", "en"]
# What XML, and so a workbook, cannot hold, or no encoding can: controls, halves of a character,
# and what Unicode says is none.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)


class Text(NamedTuple):
    """One text in Chinese and English.

    Parameters
    ----------
    zh, en : str
        The same meaning in each language.
    """

    zh: str
    en: str

    def say(self, lang: Lang) -> str:
        """Return the text in one language.

        Parameters
        ----------
        lang : {"zh", "en"}
            The language.

        Returns
        -------
        str
            The text.

        Examples
        --------
        >>> Text("锅炉", "Boilers").say("en")
        'Boilers'
        """
        return self.zh if lang == "zh" else self.en


class Warned(Text):
    """A sentence about some rows, with the table and the ids behind it.

    Parameters
    ----------
    zh, en : str
        The same meaning in each language.
    table : str
        Name of the result's table.
    ids : iterable of str
        Ids of the rows.

    Examples
    --------
    >>> one = Warned("2 台", "2 boilers", table="boilers", ids=["a", "b"])
    >>> one.en, one.ids, one == Text("2 台", "2 boilers")
    ('2 boilers', ('a', 'b'), True)
    """

    table: str
    ids: tuple[str, ...]

    def __new__(cls, zh: str, en: str, *, table: str = "", ids: Iterable[object] = ()) -> Self:
        """Make the sentence and keep its rows."""
        made = super().__new__(cls, zh, en)
        made.table, made.ids = table, tuple(str(one) for one in ids)
        return made


def writable(text: str) -> str:
    """Put U+FFFD where a text holds what no file of ours can.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The same, if nothing stands in the way.

    Examples
    --------
    >>> writable("甲" + chr(0) + chr(0xFFFE)) == "甲" + 2 * chr(0xFFFD)
    True
    """
    return _UNWRITABLE.sub("\ufffd", text)
