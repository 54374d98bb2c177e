"""How much the shared texts of a workbook come to in its cells: each gets a copy of its own."""

import re
import struct
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

from nngis.budgets import budget, over_budget
from nngis.errors import LedgerError

MOST_SHARED = 400_000_000  # bytes
_ITEM = re.compile(rb"<(?:\w+:)?si[\s>/]")
_USE = re.compile(rb"\st\s*=\s*[\"']s[\"'][^>]*>[^0-9]{0,99}<(?:\w+:)?v[^>]*>\s*(\d{1,9})\s*<")
_OVERLAP = 2_048
_ITEM_RECORD, _USE_RECORD = 19, 7  # [MS-XLSB] BrtSSTItem, BrtCellIsst
_WIDE, _EXTENDED, _RICH = 1, 4, 8  # flags of a text, [MS-XLS] 2.5.293


def check_shared(sizes: list[int], uses: Counter[int], path: Path) -> None:
    """Refuse a workbook whose cells would hold more text than the budget of bytes."""
    held = sum(sizes[at] * count for at, count in uses.items() if at < len(sizes))
    over_budget("bytes", held, budget("bytes", MOST_SHARED), str(path), LedgerError)


def sizes_in_xml(pieces: Iterable[bytes]) -> list[int]:
    """Give the bytes of each text of sharedStrings.xml."""
    starts: list[int] = []
    kept, end = b"", 0
    for piece in pieces:
        window, base = kept + piece, end - len(kept)
        starts += [base + one.start() for one in _ITEM.finditer(window) if one.end() > len(kept)]
        kept, end = window[-16:], end + len(piece)
    return [after - at for at, after in zip(starts, [*starts[1:], end], strict=True)]


def uses_in_xml(pieces: Iterable[bytes]) -> Counter[int]:
    """Count the cells of a sheet by the number of the text that they show."""
    uses: Counter[int] = Counter()
    kept = b""
    for piece in pieces:
        window = kept + piece
        uses.update(int(one[1]) for one in _USE.finditer(window) if one.end() > len(kept))
        kept = window[-_OVERLAP:]
    return uses


def sizes_in_records(records: Iterable[tuple[int, bytes]]) -> list[int]:
    """Give the bytes of each text of sharedStrings.bin."""
    return [len(body) for kind, body in records if kind == _ITEM_RECORD]


def uses_in_records(records: Iterable[tuple[int, bytes]]) -> Counter[int]:
    """Count the cells of a binary sheet by the number of the text that they show."""
    return Counter(
        struct.unpack_from("<I", body, 8)[0]
        for kind, body in records
        if kind == _USE_RECORD and len(body) >= 12  # noqa: PLR2004 -- place, style, number
    )


def sizes_in_old_records(bodies: list[bytes]) -> list[int]:
    """Give the bytes of each text of an .xls, from its SST record and those that continue it.

    A text is its length, flags, sizes of what stands behind it, then characters of one byte or
    two; where a record ends within characters, the next one begins with flags of its own.
    """
    data, ends = b"".join(bodies), list(accumulate(map(len, bodies)))
    sizes: list[int] = []
    at = 8
    while at + 9 <= len(data):
        left, flags = struct.unpack_from("<HB", data, at)
        sizes.append(2 * left)
        at += 3
        behind = 0
        if flags & _RICH:
            behind, at = 4 * struct.unpack_from("<H", data, at)[0], at + 2
        if flags & _EXTENDED and at + 4 <= len(data):
            behind, at = behind + struct.unpack_from("<I", data, at)[0], at + 4
        width = 1 + (flags & _WIDE)
        while left and at < len(data):
            end = ends[bisect_right(ends, at)]
            fitting = min(left, (end - at) // width)
            left -= fitting
            at += fitting * width
            if left:
                at = end + 1
                width = 1 + (data[end] & _WIDE) if end < len(data) else 1
        at += behind
    return sizes
