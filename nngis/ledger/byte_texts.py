"""Texts that a format keeps as bytes, in an encoding that it states wrongly or not at all."""

import codecs
from collections.abc import Iterable, Sequence

from nngis.ledger.table import Cell

BYTES = "iso-8859-1"  # keeps every byte as one character, to be decoded when the whole is seen
_OBEYING = ("unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape",
             "idna", "punycode", "undefined", "utf-7")  # fmt: skip
_ANY_BYTES = ("iso8859-1", "cp1252", "latin-1")  # fit every text, so that they say nothing
_CALLED = {
    **dict.fromkeys(("936", "cp936", "ansi 936", "windowssimpchinese"), "gbk"),
    **dict.fromkeys(("950", "cp950", "windowstradchinese"), "big5"),
    "65001": "utf-8",
}


def encoding_of(stated: str, names: Sequence[bytes], rows: Iterable[Sequence[Cell]]) -> str:
    """Take the stated encoding if all text fits it; else UTF-8 if it fits, else GB18030."""
    word = stated.strip().lower()
    try:
        codec = codecs.lookup(_CALLED.get(word, word))
    except (LookupError, ValueError):
        codec = None
    # Some codecs of Python are of no text, and some obey what they read.
    is_text = codec is not None and getattr(codec, "_is_text_encoding", True)
    known = [codec.name] if codec and is_text and codec.name not in _OBEYING else []
    texts = {c.encode(BYTES) for row in rows for c in row if isinstance(c, str)} | set(names)
    high = [text for text in texts if not text.isascii()]
    for encoding in (*known, "utf-8"):
        if encoding not in _ANY_BYTES and all(_fits(text, encoding) for text in high):
            return encoding
    return "gb18030"


def decoded(row: Sequence[Cell], encoding: str) -> list[Cell]:
    """Turn the texts of a row, read as `BYTES`, into text; a character cut in two is left out."""
    return [c.encode(BYTES).decode(encoding, "ignore") if isinstance(c, str) else c for c in row]


def _fits(text: bytes, encoding: str) -> bool:
    """Tell whether bytes are text of an encoding, the last character perhaps cut in two."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(text, final=False)
    except UnicodeDecodeError:
        return False
    return True
