"""Raised digits of a workbook's texts: 10 with a raised 2 is no 102."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from nngis.ledger.archives import open_zip

_SUPER = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUB = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SHARED = "xl/sharedstrings.xml"


def raised_texts(path: Path, part: str) -> tuple[dict[str, str], dict[str, str]]:
    """Find texts with raised or lowered digits."""
    shared: dict[str, str] = {}
    cells: dict[str, str] = {}
    with open_zip(path) as archive:
        for entry in archive.infolist():
            if entry.filename.lower() == _SHARED:
                with archive.open(entry) as stream:
                    shared = {flat: marked for _, flat, marked in _marked(stream, "si")}
            elif entry.filename == part:
                with archive.open(entry) as stream:
                    cells = {name: marked for name, _, marked in _marked(stream, "c")}
    return shared, cells


def _marked(stream: IO[bytes], tag: str) -> Iterator[tuple[str, str, str]]:
    """Give name, flat and marked text of every element of a kind that has raised digits."""
    try:
        for _, element in iterparse(stream, forbid_dtd=True):
            if _plain(element) == tag:
                flat, marked = _texts(element)
                if flat != marked:
                    yield str(element.get("r", "")), flat, marked
                element.clear()
    except (ParseError, DefusedXmlException):
        return  # the parser of the workbook tells what is wrong with it


def _texts(element: Element) -> tuple[str, str]:
    flat, marked = "", ""
    for run in element.iter():
        if _plain(run) != "r":
            continue
        text = "".join(t.text or "" for t in run.iter() if _plain(t) == "t")
        height = next((v.get("val") for v in run.iter() if _plain(v) == "vertAlign"), None)
        flat += text
        heights = {"superscript": _SUPER, "subscript": _SUB}
        marked += text.translate(heights[height]) if height in heights else text
    return flat, marked


def _plain(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
