"""Count what arrays of inserted blocks unfold to, before a drawing is opened."""

import math
import re
from pathlib import Path

_INSERT = re.compile(rb"\n[ \t]*0\r?\n[ \t]*INSERT\r?\n")
_NEXT = re.compile(rb"(?:^|\n)[ \t]*0\r?\n")
_SIDES = re.compile(rb"(?:^|\n)[ \t]*7[01]\r?\n[ \t]*(-?\d{1,9})")
_INSERT_ENDS = 4_000  # bytes of an inserted block that are looked at
_MOST = 32_767  # columns and rows are numbers of 16 bits


def count_inserted(path: Path) -> int:
    """Count the objects that inserted blocks stand for: columns times rows of each."""
    data = path.read_bytes()
    count = 0
    for found in _INSERT.finditer(data):
        own = _NEXT.split(data[found.end() : found.end() + _INSERT_ENDS], maxsplit=1)[0]
        sides = [min(abs(int(side)), _MOST) for side in _SIDES.findall(own)]
        count += math.prod(sides) if sides else 1
    return count
