"""The styles of a workbook whose number formats say more than the number."""

import html
import re
from pathlib import Path
from zipfile import ZipFile

from nngis.ledger.archives import unpacked
from nngis.ledger.number_formats import Format, read_format

MAX_STYLES = 50_000_000  # bytes
_PART = "xl/styles.xml"
_CODE = re.compile(r"<(?:\w+:)?numFmt\b[^>]*>")
_STYLES = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(r"<(?:\w+:)?xf\b[^>]*>")
_ATTRIBUTE = re.compile(r"\b(numFmtId|formatCode)=(?:\"([^\"]*)\"|'([^']*)')")
_PERCENTS = {9: "0%", 10: "0.00%"}  # numbers of formats that no workbook writes out


def unit_formats(archive: ZipFile, path: Path) -> dict[int, Format]:
    """Find the cell styles of a workbook whose format carries words, a scale or zeros."""
    entry = next((e for e in archive.infolist() if e.filename.lower() == _PART), None)
    if entry is None or entry.file_size > MAX_STYLES:
        return {}
    text = b"".join(unpacked(entry, path)).decode("utf-8", "replace")
    codes = dict(_PERCENTS)
    for tag in _CODE.findall(text):
        said = _attributes(tag)
        if said.get("numFmtId", "").isdecimal() and "formatCode" in said:
            codes[int(said["numFmtId"])] = said["formatCode"]
    styles = _STYLES.search(text)
    found = {}
    for number, tag in enumerate(_STYLE.findall(styles.group() if styles else "")):
        code = _attributes(tag).get("numFmtId", "")
        form = read_format(codes.get(int(code), "")) if code.isdecimal() else None
        if form is not None:
            found[number] = form
    return found


def _attributes(tag: str) -> dict[str, str]:
    return {name: html.unescape(a or b) for name, a, b in _ATTRIBUTE.findall(tag)}
