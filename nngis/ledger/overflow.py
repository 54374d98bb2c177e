"""Numbers that did not fit their column of a dbf: programs write stars, GDAL reads nothing."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

_HEADER, _FIELD, _HEADER_ENDS = 32, 32, 0x0D
_NUMERIC = b"NF"
_STAR, _DELETED, _SPACE = ord("*"), ord("*"), ord(" ")


def overflowed_cells(dbf: Path) -> Iterator[tuple[int, int, str]]:
    """Find the numbers of a table that are stars."""
    data = dbf.read_bytes()
    if len(data) < _HEADER:
        return
    records, start, width = struct.unpack_from("<IHH", data, 4)
    fields, at = [], 1
    for place in range(_HEADER, min(start, len(data)) - 1, _FIELD):
        if data[place] == _HEADER_ENDS:
            break
        length = data[place + 16]
        fields.append((data[place + 11 : place + 12], at, length))
        at += length
    records = min(records, (len(data) - start) // width) if width else 0
    if not records:
        return
    table = np.frombuffer(data, np.uint8, records * width, start).reshape(records, width)
    if (table[:, 0] == _DELETED).any():
        return
    for column, (kind, first, length) in enumerate(fields):
        if kind not in _NUMERIC or not length or first >= width:
            continue
        cells = table[:, first : first + length]
        stars = cells == _STAR
        starred = stars.any(axis=1) & (stars | (cells == _SPACE)).all(axis=1)
        for row in np.flatnonzero(starred).tolist():
            yield row, column, "*" * length
