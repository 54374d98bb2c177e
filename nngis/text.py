"""A sentence in the two languages that every user-facing text has."""

import re
import unicodedata
from collections.abc import Collection, Iterable
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
# Zero-width signs, marks of direction, tags, controls.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
BLANKS = " \t\r\n\u00a0\u3000"  # white space at the ends of a cell that nobody need be told of
_ONE_DOES = {"are": "is", "were": "was", "have": "has", "do": "does"}
# What parts lines and paragraphs but is drawn as nothing in a cell or on a page.
_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")


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

    def under(self, head: "Text") -> "Text":
        """Return the text with what it is said of before it.

        Parameters
        ----------
        head : Text
            A name: of a layer, of a file.

        Returns
        -------
        Text
            The text; one about rows keeps them.

        Examples
        --------
        >>> Text("无列", "no column").under(Text("锅炉", "Boilers")).en
        'Boilers: no column'
        """
        return Text(f"{head.zh}：{self.zh}", f"{head.en}: {self.en}")


class Warned(Text):
    """A sentence about some rows, with the table and the ids behind it.

    Parameters
    ----------
    zh, en : str
        The same meaning in each language.
    table : str
        Name of the result's table.
    ids : sequence
        Ids of the rows; of a file's the numbers.
    names : sequence
        Their names, where no table of the result holds the rows.

    Examples
    --------
    >>> one = Warned("2 台", "2 boilers", table="boilers", ids=["a", "b"])
    >>> one.en, one.ids, one == Text("2 台", "2 boilers")
    ('2 boilers', ('a', 'b'), True)
    """

    table: str
    names: Collection[object]
    _ids: Collection[object]

    def __new__(
        cls,
        zh: str,
        en: str,
        *,
        table: str = "",
        ids: Collection[object] = (),
        names: Collection[object] = (),
    ) -> Self:
        """Make the sentence and keep its rows."""
        made = super().__new__(cls, zh, en)
        made.table, made.names, made._ids = table, names, ids
        return made

    @property
    def ids(self) -> tuple[str, ...]:
        """The rows; those of a million lie as they were given until somebody asks."""
        return tuple(map(str, self._ids))

    def under(self, head: Text) -> "Warned":
        """Return it with what it is said of before it, and its rows."""
        return self.saying(super().under(head))

    def saying(self, text: Text) -> "Warned":
        """Return another sentence about the same rows."""
        return Warned(text.zh, text.en, table=self.table, ids=self._ids, names=self.names)


def counted(count: int, noun: str, does: str = "") -> str:
    """Write how many there are, in English.

    Parameters
    ----------
    count : int
        How many.
    noun : str
        One of them, with what it is of.
    does : str, optional
        What they do, begun with the verb of many: "are", "have no place".

    Returns
    -------
    str
        The sentence's beginning, in the plural unless there is one.

    Examples
    --------
    >>> counted(1, "row", "have no id"), counted(0, "row"), counted(1200, "pair of rows", "cross")
    ('1 row has no id', '0 rows', '1,200 pairs of rows cross')
    >>> counted(2, "county"), counted(2, "patch"), counted(1, "cell", "lie")
    ('2 counties', '2 patches', '1 cell lies')
    """
    if count != 1:
        head, of, whole = noun.partition(" of ")
        noun = _with_s(head) + of + whole
    elif does:
        verb, gap, rest = does.partition(" ")
        does = (_ONE_DOES.get(verb) or _with_s(verb)) + gap + rest
    return f"{count:,} {noun} {does}".rstrip()


def listing(words: Iterable[object]) -> Text:
    """Name some things one after another, as each language does.

    Parameters
    ----------
    words : iterable
        The names, the same in both languages.

    Returns
    -------
    Text
        The names.

    Examples
    --------
    >>> listing(["甲", "乙"])
    Text(zh='甲、乙', en='甲, 乙')
    """
    names = [str(word) for word in words]
    return Text("、".join(names), ", ".join(names))


def _with_s(word: str) -> str:
    """Add the s of many things, or of what one does."""
    if re.search("[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


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
    # What can be printed is writable: a quick look, for this is asked of every cell.
    return text if text.isprintable() else _UNWRITABLE.sub("\ufffd", text)


def seen(text: str) -> str:
    """Take out what cannot be seen: two ids that differ in it alone look the same, and are.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Without zero-width signs, marks of direction, tags and controls.

    Examples
    --------
    >>> seen("G" + chr(0x200B) + "1"), seen("甲 1")
    ('G1', '甲 1')
    """
    return text if text.isascii() and text.isprintable() else INVISIBLE.sub("", text)


def as_id(text: str) -> str:
    """Give an id as it is seen: ids that look the same are one.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Without what cannot be seen and without line separators; white space of any kind and length
        is one space, and none stands at the ends; letters and their marks are put together (NFC).

    Examples
    --------
    >>> as_id(" G" + chr(0x2028) + "1" + chr(0xA0)), as_id("G" + chr(0xA0) + "  1")
    ('G1', 'G 1')
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    plain = _LINE_ENDS.sub("", seen(unicodedata.normalize("NFC", text)))
    return " ".join(plain.replace("\u2800", " ").split())
