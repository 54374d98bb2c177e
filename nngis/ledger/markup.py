"""Look into XML before it is parsed: entities, torn ends, sizes."""

from pathlib import Path
from typing import NoReturn
from xml.sax import ContentHandler, SAXException

import defusedxml.sax
from defusedxml import DefusedXmlException

from nngis.budgets import budget, check_time, over_budget
from nngis.errors import LedgerError

MAX_FILE = 150_000_000  # bytes


class _LinkFoundError(Exception):
    """A NetworkLink was met."""


class _Links(ContentHandler):
    """Stop at a link to content elsewhere."""

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802, ARG002 -- the parser calls it
        check_time()
        if name.rpartition(":")[2] == "NetworkLink":
            raise _LinkFoundError


def look_into_xml(path: Path) -> None:
    """Refuse an XML file that declares entities, is torn, or takes its content from elsewhere."""
    over_budget("bytes", path.stat().st_size, budget("bytes", MAX_FILE), str(path), LedgerError)
    try:
        with path.open("rb") as stream:
            defusedxml.sax.parse(stream, _Links(), forbid_dtd=True)
    except DefusedXmlException:
        _entities(path)
    except _LinkFoundError:
        raise LedgerError(
            "文件用网络链接（NetworkLink）引用了别处的内容，不予打开；请把数据本身另存为 KML。",
            "The file refers to content elsewhere by a NetworkLink and is not opened; save the "
            "data themselves as KML.",
            where=str(path),
        ) from None
    except (SAXException, ValueError, UnicodeError, LookupError) as error:
        message = " ".join(str(error).split())[:160]
        raise LedgerError(
            f"不是完整的 XML 文件（{message}）；请重新导出。",
            f"The XML is damaged or incomplete ({message}); export it again.",
            where=str(path),
        ) from None


def _entities(path: Path) -> NoReturn:
    raise LedgerError(
        "文件含有 XML 实体声明，可能有害，不予打开；请重新导出。",
        "The file declares XML entities, which may do harm, and is not opened; export it again.",
        where=str(path),
    )
