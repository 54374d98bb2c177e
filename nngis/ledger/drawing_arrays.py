"""Count what arrays of inserted blocks and splines unfold to, before a drawing is opened."""

import math
import re
from pathlib import Path

_ENTITY = rb"(?:^|(?<=[\r\n]))[ \t]*0[ \t]*(?:\r\n|[\r\n])[ \t]*%s[ \t]*(?:\r\n|[\r\n])"
_SPLINE = re.compile(_ENTITY % b"SPLINE")
# GDAL puts the block of a dimension or table in its place, and what is in it.
_OF_BLOCKS = re.compile(_ENTITY % b"(INSERT|BLOCK|ENDBLK|DIMENSION|ACAD_TABLE)")
_LINE = re.compile(rb"([^\r\n]*)(?:\r\n|[\r\n]|$)")
_WHOLE = re.compile(rb"[ \t]*[-+]?(\d{1,18})")
_INSERT_ENDS = 4_000  # bytes of an inserted block that are looked at
_COLUMNS, _ROWS, _NEXT = b"70", b"71", b"0"  # codes of the pairs of lines
_CALLED = b"2"
_DEGREE, _CONTROLS, _CONTROL = b"71", b"73", b"10"
_STEP_S = 1.3e-8  # GDAL looks at every control point for each of eight times as many places


def count_inserted(path: Path) -> int:
    """Count what inserted blocks and dimensions stand for, blocks within blocks unfolded."""
    data = path.read_bytes()
    blocks: dict[bytes, list[tuple[bytes, int]]] = {}
    inside: list[tuple[bytes, int]] | None = None
    count, drawn = 0, []
    for one in _OF_BLOCKS.finditer(data):
        kind, text = one[1], data[one.end() : one.end() + _INSERT_ENDS]
        if kind == b"INSERT":
            times = _unfolded(text)
            count += times
            if inside is not None:
                inside.append((_name(text), times))
        elif kind == b"BLOCK":
            inside = blocks.setdefault(_name(text), [])
        elif kind == b"ENDBLK":
            inside = None
        else:
            drawn.append(_name(text))
    sizes = _sizes(blocks)
    return count + sum(sizes.get(name, 1) for name in drawn)


def _sizes(blocks: dict[bytes, list[tuple[bytes, int]]]) -> dict[bytes, int]:
    """Count what each block unfolds to; one that is within itself is not unfolded again."""
    done: dict[bytes, int] = {}
    for root in blocks:
        under_way, stack = set(), [root]
        while stack:
            name = stack[-1]
            if name in done or name not in blocks:
                stack.pop()
            elif name in under_way:
                done[name] = 1 + sum(times * done.get(one, 1) for one, times in blocks[name])
                stack.pop()
            else:
                under_way.add(name)
                stack += [one for one, _ in blocks[name] if one not in under_way]
    return done


def _name(text: bytes) -> bytes:
    lines = (found[1].strip() for found in _LINE.finditer(text))
    for code in lines:
        value = next(lines, b"")
        if code in (_CALLED, _NEXT):
            return value if code == _CALLED else b""
    return b""


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


def spline_seconds(path: Path) -> int:
    """Estimate how long GDAL computes at the splines of a drawing: the square of their points."""
    data = path.read_bytes()
    steps = 0
    for one in _SPLINE.finditer(data):
        lines = (found[1].strip() for found in _LINE.finditer(data, one.end()))
        degree = stated = drawn = 0
        for code in lines:
            value = next(lines, b"")
            if code == _NEXT:
                break
            number = _WHOLE.match(value) if code in (_DEGREE, _CONTROLS) else None
            degree = int(number[1]) if number and code == _DEGREE else degree
            stated = int(number[1]) if number and code == _CONTROLS else stated
            drawn += code == _CONTROL
        # More than are there are not computed with; nor are degrees beyond the points.
        points, order = min(stated or drawn, drawn), min(degree, drawn) + 1
        steps += points * (points + order) * order
    return int(steps * _STEP_S)
