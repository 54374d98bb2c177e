"""Count what arrays of inserted blocks unfold to, before a drawing is opened."""

import math
import re
from pathlib import Path

_INSERT = re.compile(rb"(?:^|[\r\n])[ \t]*0[ \t]*(?:\r\n|[\r\n])[ \t]*INSERT[ \t]*(?:\r\n|[\r\n])")
_LINE = re.compile(rb"([^\r\n]*)(?:\r\n|[\r\n]|$)")
_WHOLE = re.compile(rb"[ \t]*[-+]?(\d{1,18})")
_INSERT_ENDS = 4_000  # bytes of an inserted block that are looked at
_COLUMNS, _ROWS, _NEXT = b"70", b"71", b"0"  # codes of the pairs of lines


def count_inserted(path: Path) -> int:
    """Count the objects that inserted blocks stand for: columns times rows of each."""
    data = path.read_bytes()
    return sum(
        _unfolded(data[one.end() : one.end() + _INSERT_ENDS]) for one in _INSERT.finditer(data)
    )


def _unfolded(text: bytes) -> int:
    """Count the objects of one inserted block, from the pairs of lines that follow its name."""
    lines = (found[1].strip() for found in _LINE.finditer(text))
    sides = [1]
    for code in lines:
        value = next(lines, b"")
        if code == _NEXT:
            break
        if code in (_COLUMNS, _ROWS) and (number := _WHOLE.match(value)):
            sides.append(max(int(number[1]), 1))
    return math.prod(sides)
