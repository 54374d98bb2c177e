"""Where a number comes from, as people read it in each language."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from nngis.law import clause_words
from nngis.text import Text

BOTH = " // "  # stands between the two languages of a source that a case names
_CITED = re.compile(
    "(方案[^：（]*(?:（[一二三四五六七八九十]+）)*)(?:：(.*?))?(?:（([A-Z]\\d+(?:、[A-Z]\\d+)*)）)?"
)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_QUOTED = re.compile("(.*?)：(.*)（([A-Z]\\d+)）")
_REMARK = re.compile("(.*)（([^（）]*)）")
_PARTS = re.compile("；(?![^（]*）)")
_MARKS = str.maketrans({"（": " (", "）": ")", "：": ": ", "，": ", ", "、": ", ", "；": "; "})


def source_words(source: str, *, quoted: bool = True) -> Text:
    """Say a source in both languages; the words of a document are quoted as they stand there.

    Parameters
    ----------
    source : str
        As a parameter or an indicator names it.
    quoted : bool
        Whether the English quotes the words of a clause, which are Chinese, where it names the
        entry too.

    Returns
    -------
    Text
        What nobody has put into English stays as it is.

    Examples
    --------
    >>> source_words("方案三（八）：供热半径15公里（A63）").en
    'plan 3(8): “供热半径15公里” (A63)'
    >>> source_words("CJJ/T 34（凭记忆，未核对原文）；假定").en
    'CJJ/T 34 (from memory, the text was not checked); assumed'
    >>> source_words("GB/T 2589：0.1229 kgce/kWh").en
    'GB/T 2589: 0.1229 kgce/kWh'
    """
    own, _, english = source.partition(BOTH)
    parts = (_part(part, quoted=quoted) for part in _PARTS.split(own))
    return Text(_one_language(own), english or "; ".join(parts))


@cache
def _words() -> Mapping[str, str]:
    text = files("nngis").joinpath("source_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _one_language(source: str) -> str:
    """Leave out the English of a remark that stands in both languages."""
    return re.sub(r"([\u4e00-\u9fff]) / [A-Za-z][A-Za-z ,]*", r"\1", source)


def _part(part: str, *, quoted: bool) -> str:
    found = _words().get(_one_language(part))
    if found is not None or part.isascii():
        return part if found is None else found
    if cited := _CITED.fullmatch(part):
        told = cited[2] if quoted or not cited[3] else None  # what has no entry is told by them
        return _quote(clause_words(cited[1]).en, told, cited[3])
    if said := _QUOTED.fullmatch(part):
        return _quote(_part(said[1], quoted=quoted), said[2] if quoted else None, said[3])
    remark = _REMARK.fullmatch(part)
    if remark and (words := _words().get(_one_language(remark[2]))) is not None:
        return f"{_part(remark[1], quoted=quoted)} ({words})" if remark[1] else words
    return part if _CHINESE.search(part) else part.translate(_MARKS)


def _quote(clause: str, words: str | None, ids: str | None) -> str:
    quoted = f": “{words.strip('“”')}”" if words else ""
    return clause + quoted + (f" ({ids.replace('、', ', ')})" if ids else "")
