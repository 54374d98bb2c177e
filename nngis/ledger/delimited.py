"""Read csv and tsv files in the encodings that offices use."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import NoReturn

from charset_normalizer import from_bytes

from nngis.budgets import CELLS_OF_TEXT, ROWS_OF_TEXT, budget, check_time, over_budget
from nngis.errors import LedgerError
from nngis.ledger.packed import STRETCH, pack_rows
from nngis.ledger.table import Cell, RawTable
from nngis.text import counted

TEXTS = {".csv", ".tsv", ".txt"}
MAX_FILE = 400_000_000  # bytes
MAX_CELL = 1_000_000  # characters
MOST_COLUMNS = 16_384  # of a sheet, too
SAMPLE = 65_536  # bytes to find the encoding by
LOOK_AT_LINES = 50
_DELIMITERS = ",\t;|，"  # of marks that part alike the first
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Chinese offices write when it is not UTF-8; GB18030 holds GBK and GB2312.
_LIKELY = ["gb18030", "big5"]


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")


def read_delimited(path: Path) -> RawTable:
    """Read a csv or tsv file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    RawTable
        Its one table.

    Raises
    ------
    LedgerError
        If it is too large, no text, or no well-formed table.
    """
    over_budget("bytes", path.stat().st_size, budget("bytes", MAX_FILE), str(path), LedgerError)
    data = path.read_bytes()
    over_budget("rows", data.count(b"\n"), budget("rows", ROWS_OF_TEXT), str(path), LedgerError)
    text = decode(data, path)
    del data
    reader = csv.reader(_lines(text), delimiter=_delimiter(text, path), strict=True)
    before = csv.field_size_limit(MAX_CELL)
    rows: Sequence[Sequence[Cell]]
    try:
        stretches = _stretches(reader, path)
        first = next(stretches, [])
        rows = pack_rows(chain([first], stretches)) if len(first) == STRETCH else first
    except csv.Error as error:
        raise LedgerError(
            f"第 {reader.line_num} 行起不是规范的 csv（{error}）；多半是引号没有成对，"
            "请改正后重试，或在 Excel 中另存为 .xlsx。",
            f"From line {reader.line_num} on this is no well-formed csv ({error}), mostly a quote "
            "without its pair; mend it, or save it as .xlsx in Excel.",
            where=str(path),
        ) from None
    finally:
        csv.field_size_limit(before)
    return RawTable(path.name, "", rows)


def _lines(text: str) -> Iterator[str]:
    """Cut text into lines, one at a time: a copy of the whole would cost four bytes a letter."""
    return (found[0] for found in _LINE.finditer(text))


def _stretches(reader: Iterator[list[str]], path: Path) -> Iterator[list[list[str]]]:
    """Give some rows at a time, and count their cells."""
    cells, most = 0, budget("cells", CELLS_OF_TEXT)
    check_time()
    while rows := list(islice(reader, STRETCH)):
        widest = max(map(len, rows))
        if widest > MOST_COLUMNS:
            raise LedgerError(
                f"有一行多达 {widest:,} 列，不像台账（至多 {MOST_COLUMNS:,} 列）；请检查分隔符。",
                f"A row has {counted(widest, 'column')}, which is no ledger's (at most "
                f"{MOST_COLUMNS:,}); check its separators.",
                where=str(path),
            )
        cells += len(rows) * widest
        over_budget("cells", cells, most, str(path), LedgerError)
        yield rows
        check_time()


def decode(data: bytes, path: Path) -> str:
    """Turn the bytes of a text file into text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return _without_nul(data.decode(encoding), path)
            except UnicodeDecodeError:
                _unknown(path)
    if b"\0" in data:
        sample = data[:SAMPLE]
        # Of Latin letters and line ends every other byte is NUL, and which tells the order.
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        encoding = "utf-16-be" if even > odd else "utf-16-le"
        many = (even + odd) * 10 > len(sample)
        if many and len(data) % 2 == 0 and min(even, odd) * 10 < max(even, odd):
            with suppress(UnicodeDecodeError):
                found = data.decode(encoding)
                if not _CONTROLS.search(found):
                    return found
        _nul(path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    sample = data[:SAMPLE]
    sample = sample[: sample.rfind(b"\n") + 1] or sample  # no character cut in two
    best = from_bytes(sample, cp_isolation=_LIKELY).best()
    try:
        return data.decode(best.encoding if best else "gb18030")
    except UnicodeDecodeError:
        _unknown(path)


def _delimiter(text: str, path: Path) -> str:
    """Find the mark that parts most rows into one number of cells, quotes heeded."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    sample = text[:SAMPLE]
    sample = sample[: sample.rfind("\n") + 1] or sample

    def consistency(mark: str) -> tuple[int, int]:
        counts: Counter[int] = Counter()
        try:
            reader = csv.reader(io.StringIO(sample, newline=""), delimiter=mark)
            counts.update(len(row) for row in islice(reader, LOOK_AT_LINES) if any(row))
        except csv.Error:
            return 0, 0
        parted = [(times, cells) for cells, times in counts.items() if cells > 1]
        return max(parted, default=(0, 0))

    return max(_DELIMITERS, key=consistency)


def _without_nul(text: str, path: Path) -> str:
    if "\0" in text:
        _nul(path)
    return text


def _nul(path: Path) -> NoReturn:
    raise LedgerError(
        "文件含有空字节，不是文本表格；请在 Excel 中另存为 .csv。",
        "The file holds NUL bytes and is no text table; save it again as .csv.",
        where=str(path),
    )


def _unknown(path: Path) -> NoReturn:
    raise LedgerError(
        "文字编码既不是 UTF-8 也不是 GBK；请另存为 UTF-8 编码的 .csv。",
        "The text is neither UTF-8 nor GBK; save it as .csv in UTF-8.",
        where=str(path),
    )
