"""Number formats that carry a unit, a scale or zeros: what a cell shows is what it says."""

import re
from functools import lru_cache
from typing import NamedTuple

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|!(.)')
_SKIPPED = re.compile(r"_.|\*.|\[\$[^\]]*\]|\[[^\]]*\]")
_PLACES = re.compile(r"[0#?]")
_DATE_LIKE = re.compile(r"[ymdhsaegbYMDHSAEGB]")
_GENERAL = re.compile(r"general|g/通用格式", re.IGNORECASE)
PERCENT = 100.0


class Format(NamedTuple):
    """What a format adds to a number.

    Parameters
    ----------
    before, after : str
        Words that it shows before and after the number.
    scale : float
        What the stored number is multiplied by to give the one that is shown.
    plain : bool
        Whether that is all; False for a format that writes words into the number, or words that
        differ by the number's size.
    digits : int
        To how many digits it fills up with zeros; 0 where it does not.
    """

    before: str = ""
    after: str = ""
    scale: float = 1.0
    plain: bool = True
    digits: int = 0


@lru_cache(maxsize=512)
def read_format(code: str) -> Format | None:
    """Read a format code.

    Examples
    --------
    >>> read_format('0.0"MW"').after, read_format("0.0%").scale, read_format("000000").digits
    ('MW', 100.0, 6)
    >>> read_format("#,##0.00"), read_format("yyyy-mm-dd")
    (None, None)
    """
    found = [_read_section(section) for section in _sections(code)[:2]]
    if found[0] is None or found[0] == Format():
        return None
    # A second section is for numbers below zero, or for what a condition leaves.
    conditional = "[<" in code or "[>" in code or "[=" in code
    if conditional and any(one != found[0] for one in found[1:]):
        return found[0]._replace(plain=False)
    return found[0]


def shown(value: float, form: Format) -> str:
    """Write a number as its cell shows it, without rounding.

    Examples
    --------
    >>> shown(14.0, Format(after="MW")), shown(0.05, Format(after="%", scale=100.0))
    ('14MW', '5%')
    >>> shown(12, Format(digits=6))
    '000012'
    """
    number = round(value * form.scale, 9)
    text = str(int(number)).zfill(form.digits) if number == int(number) else repr(number)
    return f"{form.before}{text}{form.after}" if form.plain else f"{text} ?{form.after}"


def _sections(code: str) -> list[str]:
    parts, quoted, start = [], False, 0
    for at, letter in enumerate(code):
        if letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            parts.append(code[start:at])
            start = at + 1
    return [*parts, code[start:]]


def _read_section(section: str) -> Format | None:
    """Part a section into words, places of digits, and words."""
    words: list[str] = []

    def keep(match: re.Match[str]) -> str:
        words.append(next(group for group in match.groups() if group is not None))
        return chr(0xE000 + len(words) - 1)  # a private letter in its place

    text = _SKIPPED.sub("", _LITERAL.sub(keep, section))
    text = _GENERAL.sub("0", text)
    bare = re.sub(r"[\ue000-\uf8ff]", "", text)
    if _DATE_LIKE.search(bare.replace("E+", "").replace("E-", "")) or "@" in bare:
        return None
    places = [match.start() for match in _PLACES.finditer(text)]
    if not places:
        return None
    first, last = places[0], places[-1]
    inside = text[first : last + 1]
    tail = text[last + 1 :].removeprefix(".")
    commas = len(tail) - len(tail.lstrip(","))
    scale = 0.001**commas * (PERCENT if "%" in text else 1.0)

    def said(piece: str) -> str:
        return "".join(words[ord(x) - 0xE000] if "\ue000" <= x <= "\uf8ff" else x for x in piece)

    before, after = said(text[:first]).strip(), said(tail.lstrip(",")).strip()
    written_in = [at for at, letter in enumerate(inside) if "\ue000" <= letter <= "\uf8ff"]
    if [said(inside[at]) for at in written_in] == ["."]:
        # 0!.0,"万" writes the point of ten thousands into the thousands.
        scale *= 0.1 ** len(_PLACES.findall(inside[written_in[0] :]))
        written_in = []
    digits = len(inside) if len(inside) > 1 and set(inside) == {"0"} else 0
    return Format(before.strip("+-$¥￥ "), after, round(scale, 12), not written_in, digits)
