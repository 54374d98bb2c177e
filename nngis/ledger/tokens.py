"""Cut the words of a cell into words of a vocabulary, words that turn them, dates and the rest."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from nngis.ledger.table import Cell, brief

# A ledger of the plan (2021 to 2025, carried on in 2024) that gives a bare year before this one
# speaks of what has happened; from this one on it may speak of what is to come.
FIRST_OPEN_YEAR = 2024
BREAKS = frozenset(",;。、/|+\n()[]{}【】")
_LINKS = frozenset("、/")  # what stands before them holds for what comes after
_DATE = re.compile(
    r"(?:(?P<year>(?:19|20)\d{2})(?:年度?|[-./](?=\d)|(?![\d%]))|(?P<open>今年|本年|明年|后年|年底|年内|"
    r"月底|下半年|上半年|近期|远期)|(?P<past>去年|前年|上年|上年度))"
    r"(?:\d{1,2}(?:月份?|[-./](?=\d))?(?:\d{1,2}日?)?)?(?:上旬|中旬|下旬|初|末|底|年底|上半年|下半年)?"
)
_PERCENT = re.compile(r"(?P<share>\d+(?:\.\d+)?)\s*%")
_IDLE = ("nothing", "verb")  # kinds that turn nothing
_SHORT = 3  # letters: a word so short must end where it ends (gas, oil, to)


class Token(NamedTuple):
    """One word of a cell.

    `kind` is ``class``, a key of grammar.toml, ``date``, ``percent``, ``break`` or ``other``;
    `word` the class, or the text; `also` what a word of a class means before another one; `year`
    that of a date, 0 for one that is past, 9999 for one to come.
    """

    kind: str
    word: str
    also: str = ""
    year: int = 0


@dataclass(frozen=True)
class Lexicon:
    """The words of one vocabulary together with those of the grammar, by their first letter."""

    entries: Mapping[str, tuple[tuple[str, str, str, str], ...]]  # (text, kind, word, also)
    whole: frozenset[str]  # words that count only where they stand alone


@cache
def grammar() -> Mapping[str, tuple[str, ...]]:
    """Read the words of the grammar."""
    raw = tomllib.loads(files("nngis.ledger").joinpath("grammar.toml").read_text(encoding="utf-8"))
    return {kind: tuple(words) for kind, words in raw.items()}


def build_lexicon(
    words: Iterable[tuple[str, str]], whole: Iterable[tuple[str, str]], nothing: Iterable[str]
) -> Lexicon:
    """Join a vocabulary with the grammar."""
    of_grammar = {word: kind for kind, listed in grammar().items() for word in listed}
    found: dict[str, tuple[str, str, str, str]] = {
        word: (word, kind, word, "") for word, kind in of_grammar.items()
    }
    found |= {word: (word, "nothing", word, "") for word in nothing}
    whole = list(whole)
    for word, name in (*whole, *words):
        kind = of_grammar.get(word, "")
        found[word] = (word, "class", name, "" if kind in _IDLE else kind)
    by_letter: dict[str, list[tuple[str, str, str, str]]] = {}
    for word, entry in found.items():
        by_letter.setdefault(word[0], []).append(entry)
    return Lexicon(
        {letter: tuple(sorted(e, key=lambda x: -len(x[0]))) for letter, e in by_letter.items()},
        frozenset(word for word, _ in whole),
    )


def scan(cell: Cell, lexicon: Lexicon) -> list[Token]:
    """Cut a cell into tokens."""
    text = " ".join(brief(cell).lower().split())
    found: list[tuple[Token, str]] = []
    at = 0
    while at < len(text):
        token, length = _next(text, at, lexicon)
        if token is not None:
            found.append((token, text[at : at + length]))
        at += length
    return list(_alone(found, lexicon.whole))


def _next(text: str, at: int, lexicon: Lexicon) -> tuple[Token | None, int]:
    letter = text[at]
    if letter == " ":
        return None, 1
    if date := _DATE.match(text, at):
        year = int(date["year"]) if date["year"] else 9999 if date["open"] else 0
        return Token("date", date.group(), year=year), len(date.group())
    if percent := _PERCENT.match(text, at):
        whole = float(percent["share"]) >= 100  # noqa: PLR2004 -- per cent
        return Token("done" if whole else "partial", percent.group()), len(percent.group())
    for word, kind, name, also in lexicon.entries.get(letter, ()):
        if text.startswith(word, at) and _ends(text, at, word):
            return Token(kind, name, also), len(word)
    if letter in BREAKS:
        return Token("break", letter), 1
    return Token("other", letter), 1


def _ends(text: str, at: int, word: str) -> bool:
    """Hold Latin words to where words begin, and short ones to where they end."""
    if not word[0].isascii() or not word[0].isalpha():
        return True
    before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
    if before.isascii() and before.isalpha():
        return False
    return len(word) > _SHORT or not (after.isascii() and after.isalpha())


def _alone(found: list[tuple[Token, str]], whole: frozenset[str]) -> Iterable[Token]:
    """Give words that count only where they stand alone back to the rest."""
    for at, (token, text) in enumerate(found):
        beside = [found[i][0].kind for i in (at - 1, at + 1) if 0 <= i < len(found)]
        if token.kind == "class" and text in whole and "other" in beside:
            yield Token("other", text)
        else:
            yield token


def carries_on(token: Token) -> bool:
    """Tell whether a break joins equals, so that what turns the first turns the second."""
    return token.word in _LINKS
