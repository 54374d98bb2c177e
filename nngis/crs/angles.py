"""One text, the angles in it: decimal or degrees-minutes-seconds, Chinese or Latin, full width.

The grammar is small. A text is cut into numbers (each with the mark that follows it), axis words
and separators; numbers are gathered into angles; axis words say which angle is which.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np

from nngis.arrays import Floats
from nngis.errors import LedgerError

Number = TypeVar("Number", float, Floats)
Word = TypeVar("Word")
Axis = Literal["lon", "lat"]


class Angle(NamedTuple):
    """An angle as somebody wrote it.

    Parameters
    ----------
    degrees : float
        The angle [degrees]; negative in the west and in the south.
    axis : {"lon", "lat"} or None
        What a word or letter beside it says it is (``东经``, ``N``, ``纬度``).
    sexagesimal : bool
        Whether it was written in degrees and minutes.
    """

    degrees: float
    axis: Axis | None
    sexagesimal: bool


class UnreadableAngleError(ValueError):
    """A text is no angle; used inside this room, never shown."""


# Marks as people type them, brought to one of three before NFKC takes them apart.
_MARKS = str.maketrans(
    {
        **dict.fromkeys("°º˚度⁰", "°"),
        **dict.fromkeys("'′’‘`´ʹ＇分", "'"),
        **dict.fromkeys('"″”“˝ʺ＂秒', '"'),
        **dict.fromkeys("−–—", "-"),
        **dict.fromkeys("、\n\r", ","),
    }
)
_LABELS: dict[str, Axis] = {
    **dict.fromkeys(("LONGITUDE", "LONG", "LNG", "LON"), "lon"),
    **dict.fromkeys(("LATITUDE", "LAT"), "lat"),
}
_HEMISPHERES: dict[str, tuple[Axis, float]] = {
    **dict.fromkeys(("东经", "E"), ("lon", 1.0)),
    **dict.fromkeys(("西经", "W"), ("lon", -1.0)),
    **dict.fromkeys(("北纬", "N"), ("lat", 1.0)),
    **dict.fromkeys(("南纬", "S"), ("lat", -1.0)),
}
_TOKEN = re.compile(
    r"""(?P<number>(?:(?<!\d)[+-])?(?:\d+(?:\.\d*)?|\.\d+)(?:E[+-]\d+)?)\s*(?P<mark>[°'"]?)"""
    r"|(?P<label>LONGITUDE|LATITUDE|LONG|LNG|LON|LAT)"
    r"|(?P<hemisphere>[东西]经|[南北]纬|[EWNS](?![A-Z]))"
    r"|(?P<separator>[,;|/\t])"
    r"|(?P<filler>[\s:=(){}\[\]]|[XY](?=\s*[:=]))"
)
_POINT = re.compile(r"(?:SRID=(?:4326|4490);)?\s*POINT\s*(?:ZM?|M)?\s*\(([^()]*)\)")
_LETTERS = re.compile(r"(\d)\s*D\s*(\d+(?:\.\d*)?)\s*M(?:\s*(\d+(?:\.\d*)?)\s*S)?")
_DASH = re.compile(r"(?<=\d)\s*-\s*(?=\d)")
_LONGEST = 500  # letters of two angles with all their words
_DASHED_PAIR = re.compile(r"(\d+)-(\d+)-(\d+(?:\.\d*)?)\s*[,;|/\s]\s*(\d+)-(\d+)-(\d+(?:\.\d*)?)")
_DECIMAL_COMMAS = re.compile(r"([+-]?\d{1,3}),(\d+)\s*[;|/\s]\s*([+-]?\d{1,3}),(\d+)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3})+\.\d*|(?:,\d{3}){2,})")
_DECIMAL_COMMA = re.compile(r"([+-]?\d{1,3}),(\d{1,2}|\d{4,})")
_SECONDS_COMMA = re.compile(r"""('\s*\d{1,2}),(\d+)(?=\s*")""")

_MARK_ORDER = ("°", "'", '"')
_PARTS = len(_MARK_ORDER)
_PAIR = 2
_SIXTY = 60.0


def parse_angle(text: str) -> Angle:
    """Read one angle from a text.

    Examples
    --------
    >>> angle = parse_angle("东经108°56′24″")
    >>> print(f"{angle.degrees:.2f}", angle.axis)
    108.94 lon
    >>> parse_angle("22.5S")
    Angle(degrees=-22.5, axis='lat', sexagesimal=False)
    """
    try:
        (angle,) = scan_angles(text, 1)
    except UnreadableAngleError:
        raise LedgerError(
            f"无法把“{text}”读作角度；请写成 108.94、108°56'24\" 或 东经108度56分24秒。",
            f"{text!r} cannot be read as an angle; write 108.94, 108°56'24\" or E108.94.",
        ) from None
    return angle


def scan_angles(text: str, count: int) -> list[Angle]:
    """Read a known number of angles from one text."""
    plain = _plain_numbers(text, count)
    if plain:
        return plain
    if len(text) > _LONGEST:  # patterns are held against no longer text
        raise UnreadableAngleError(text[:_LONGEST])
    groups = _gather(_normalise(text, count))
    angles = [angle for group in groups for angle in _angles(group, count, len(groups))]
    if count == _PAIR and len(angles) == _PARTS:
        if any(angle.axis or angle.sexagesimal for angle in angles):
            raise UnreadableAngleError(text)
        angles = angles[:count]
    if len(angles) != count:
        raise UnreadableAngleError(text)
    return angles


def _plain_numbers(text: str, count: int) -> list[Angle]:
    """Read the commonest form, two numbers and a comma, without the grammar: ten times as fast."""
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    if len(values) != count or not all(map(math.isfinite, values)):
        return []
    return [Angle(value, None, sexagesimal=False) for value in values]


def degrees_of(degrees: Number, minutes: Number, seconds: Number) -> tuple[Number, Any]:
    """Add up degrees, minutes and seconds.

    Examples
    --------
    >>> degrees, valid = degrees_of(-108.0, 30.0, 36.0)
    >>> print(degrees, valid)
    -108.51 True
    """
    size = abs(degrees) + (minutes + seconds / _SIXTY) / _SIXTY
    valid = (minutes >= 0.0) & (minutes < _SIXTY) & (seconds >= 0.0) & (seconds <= _SIXTY)
    valid &= ((degrees % 1.0 == 0.0) | ((minutes == 0.0) & (seconds == 0.0))) & (
        (minutes % 1.0 == 0.0) | (seconds == 0.0)
    )
    return np.copysign(size, degrees), valid


@dataclass
class _Group:
    """Numbers that stand together, and what is said beside them."""

    numbers: list[tuple[str, str]] = field(default_factory=list)  # the number, its mark
    label: Axis | None = None
    hemisphere: tuple[Axis, float] | None = None
    marked: bool = False
    closed: bool = False


def _normalise(text: str, count: int) -> str:
    """Bring a text to half width, upper case and one set of marks."""
    named = text.replace("经度", "LON").replace("纬度", "LAT").strip()
    plain = unicodedata.normalize("NFKC", named.translate(_MARKS)).upper().replace("''", '"')
    if plain.startswith("{"):  # JSON: its quotes are no seconds
        plain = plain.replace('"', "")
    point = _POINT.fullmatch(plain) if "POINT" in plain else None
    if point:
        plain = ",".join(point[1].split())
    if "D" in plain:
        plain = _LETTERS.sub(_marked, plain)
    if "," in plain or "-" in plain:
        plain = _without_commas_and_dashes(plain, count)
    return plain


def _marked(letters: re.Match[str]) -> str:
    seconds = f'{letters[3]}"' if letters[3] else ""
    return f"{letters[1]}°{letters[2]}'{seconds}"


def _without_commas_and_dashes(plain: str, count: int) -> str:
    """Take commas that group or begin decimals, and dashes between parts, out of numbers."""
    plain = _SECONDS_COMMA.sub(r"\1.\2", plain)
    if count == _PAIR:
        plain = _DASHED_PAIR.sub(r"\1 \2 \3,\4 \5 \6", plain)
        return plain if "." in plain else _DECIMAL_COMMAS.sub(r"\1.\2 \3.\4", plain)
    if _THOUSANDS.fullmatch(plain):
        return plain.replace(",", "")
    comma = _DECIMAL_COMMA.fullmatch(plain)
    return f"{comma[1]}.{comma[2]}" if comma else _DASH.sub(" ", plain)


def _tokens(plain: str) -> Iterator[re.Match[str]]:
    at = 0
    for token in _TOKEN.finditer(plain):
        if token.start() != at:
            break
        yield token
        at = token.end()
    if at != len(plain):
        raise UnreadableAngleError(plain)


def _gather(plain: str) -> list[_Group]:
    """Put numbers into groups, and the words beside them on the right group."""
    groups: list[_Group] = []
    label: Axis | None = None
    hemisphere: tuple[Axis, float] | None = None
    prefix_style = False
    for token in _tokens(plain):
        kind = token.lastgroup
        if kind == "mark":  # after every number, be it empty
            number, mark = token["number"], token["mark"]
            if not groups or groups[-1].closed or not _continues(groups[-1], mark):
                groups.append(_Group(label=label, hemisphere=hemisphere))
                label = hemisphere = None
            groups[-1].numbers.append((number, mark))
            groups[-1].marked = groups[-1].marked or mark != ""
        elif kind == "label":
            label = _once(label, _LABELS[token["label"]])
        elif kind == "hemisphere":
            prefix_style = prefix_style or not groups
            word = _HEMISPHERES[token["hemisphere"]]
            if prefix_style:
                hemisphere = _once(hemisphere, word)
            else:
                groups[-1].hemisphere = _once(groups[-1].hemisphere, word)
        if kind in ("label", "hemisphere", "separator") and groups:
            groups[-1].closed = True
    if label or hemisphere or not groups:
        raise UnreadableAngleError(plain)
    return groups


def _once(held: Word | None, new: Word) -> Word:
    """Take a word, unless another was said before."""
    if held is not None and held != new:
        raise UnreadableAngleError(str(new))
    return new


def _continues(group: _Group, mark: str) -> bool:
    """Say whether a number with this mark belongs to the open group."""
    so_far = len(group.numbers)
    if not group.marked:
        # Bare numbers gather; a minute mark may follow a bare degree, nothing else may.
        return mark == "" or (mark == "'" and so_far == 1)
    return so_far < _PARTS and mark in ("", _MARK_ORDER[so_far])


def _angles(group: _Group, count: int, groups: int) -> list[Angle]:
    """Make the angles of one group: one, or a pair where the whole text is bare numbers."""
    numbers = group.numbers
    if not group.marked and count == _PAIR and groups == 1:
        half, odd = divmod(len(numbers), _PAIR)
        if odd or group.label or group.hemisphere:  # whose word it is, nobody can say
            raise UnreadableAngleError(str(numbers))
        return [_angle(group, numbers[:half]), _angle(group, numbers[half:])]
    return [_angle(group, numbers)]


def _angle(group: _Group, numbers: list[tuple[str, str]]) -> Angle:
    texts = [number for number, _ in numbers]
    parts = [float(text) for text in texts]
    if len(parts) > _PARTS or numbers[0][1] not in ("", "°"):
        raise UnreadableAngleError(str(numbers))
    degrees, valid = degrees_of(parts[0], *[*parts[1:], 0.0, 0.0][:2])
    signed = texts[0][0] in "+-"
    if not valid or any(text[0] in "+-" for text in texts[1:]):
        raise UnreadableAngleError(str(numbers))
    axis = group.label
    if group.hemisphere is not None:
        axis = _once(group.label, group.hemisphere[0])
        if signed:
            raise UnreadableAngleError(str(numbers))
        degrees *= group.hemisphere[1]
    return Angle(float(degrees), axis, len(texts) > 1)
