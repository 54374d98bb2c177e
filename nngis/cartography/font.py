"""The one font of sheets: Noto Sans SC from zhplot's file, its metrics and what it can write."""

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from matplotlib import font_manager, rcParams
from matplotlib.ft2font import FT2Font

from nngis.errors import OutputError

FAMILY = "nngis Sans"  # a name of our own, so that no font of the machine is taken for it
FALLBACK = "DejaVu Sans"  # comes with matplotlib: Arabic, Hebrew, Greek, symbols
MM_PER_PT = 25.4 / 72
ABSENT = "□"
SMALL_PT, PLAIN_PT, HEAD_PT, TITLE_PT = 5.5, 7.0, 8.5, 20.0  # letters on A3
CLOSING = "，。；：、！？）》」』”’…%"  # never begins a line
OPENING = "（《「『“‘"  # never ends one
WIDE = 0x2E80  # from here on: Chinese signs, which may part anywhere
# parameters of matplotlib under which every sheet is drawn and written
SETTINGS: dict[Any, Any] = {
    "font.family": [FAMILY, FALLBACK],
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "nngis",
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "lines.scale_dashes": False,
    "hatch.linewidth": 0.4,
    "figure.max_open_warning": 0,
}
if "text.language" in rcParams:  # from matplotlib 3.11 on: else letters are set by the locale
    SETTINGS["text.language"] = "en"


def font_file() -> Path:
    """Find the file of Noto Sans SC, without importing the package that brings it.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        If zhplot is not installed or holds no such file.
    """
    spec = find_spec("zhplot")
    origin = spec.origin if spec else None
    found = Path(origin).parent / "fonts" / "NotoSansSC-Regular.ttf" if origin else None
    if found is None or not found.is_file():
        raise OutputError(
            "找不到中文字体（Noto Sans SC），不能绘制图纸；请运行 pip install zhplot==1.0.0。",
            "The Chinese font (Noto Sans SC) is missing, so no sheet can be drawn; "
            "run pip install zhplot==1.0.0.",
            where="zhplot",
        )
    return found


@cache
def register_font() -> None:
    """Make the font known to matplotlib under `FAMILY`."""
    entry = font_manager.FontEntry(fname=str(font_file()), name=FAMILY, weight=400, size="scalable")
    font_manager.fontManager.ttflist.append(entry)


@cache
def width_mm(text: str, size_pt: float) -> float:
    """Measure one line of text.

    Examples
    --------
    >>> round(width_mm("城镇", 72.0), 1)  # two full-width signs of one inch
    50.8
    """
    return sum(map(_advance, text)) * size_pt * MM_PER_PT


def written(text: str) -> str:
    r"""Return a text as it can be written: controls removed, signs that no font has as boxes.

    Examples
    --------
    >>> written("锅炉\x07🔥房")
    '锅炉□房'
    """
    kept = [sign for sign in " ".join(text.split()) if unicodedata.category(sign)[0] != "C"]
    return "".join(sign if ord(sign) in _known() else ABSENT for sign in kept)


def shortened(text: str, room_mm: float, size_pt: float) -> str:
    """Cut a text to the room there is.

    Examples
    --------
    >>> shortened("某某城东发电厂", 26.0, 12.0)
    '某某城东发…'
    """
    if width_mm(text, size_pt) <= room_mm:
        return text
    while text and width_mm(text + "…", size_pt) > room_mm:
        text = text[:-1]
    return text + "…"


def wrapped(text: str, room_mm: float, size_pt: float) -> list[str]:
    """Break a text into lines: between Chinese signs, and between words of other scripts.

    Examples
    --------
    >>> wrapped("示意图，不作为划界依据", 23.0, 10.0)
    ['示意图，不作', '为划界依据']
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width_mm(line + piece.rstrip(), size_pt) > room_mm:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    lines.append(line.rstrip())
    return [shortened(one, room_mm, size_pt) for one in lines if one]


def _pieces(text: str) -> list[str]:
    """Part a text where a line may end."""
    pieces = [""]
    for sign in text:
        before = pieces[-1][-1:]
        free = before == " " or ord(sign) >= WIDE or (before and ord(before) >= WIDE)
        if free and sign not in CLOSING and before not in OPENING:
            pieces.append(sign)
        else:
            pieces[-1] += sign
    return [piece for piece in pieces if piece]


@cache
def _font() -> FT2Font:
    return font_manager.get_font(str(font_file()))


@cache
def _signs() -> frozenset[int]:
    return frozenset(_font().get_charmap())


@cache
def _known() -> frozenset[int]:
    """Return the code points that the font or its fallback has."""
    fallback = font_manager.get_font(font_manager.findfont(FALLBACK))
    return _signs() | frozenset(fallback.get_charmap())


@cache
def _advance(sign: str) -> float:
    """Return the advance of a sign in its own size; full width for one that the font has not."""
    if ord(sign) not in _signs():
        return 1.0
    font = _font()
    font.set_size(100.0, 72)
    return float(font.load_char(ord(sign)).linearHoriAdvance) / 65536.0 / 100.0
