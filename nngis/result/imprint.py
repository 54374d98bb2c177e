"""The line that every file of a run carries: version, date of the data, evidence."""

import re
from collections.abc import Sequence

from nngis import fields
from nngis.evidence import Evidence, weakest
from nngis.result.result import InputRecord, Result
from nngis.text import Lang, Text

YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def data_dates(inputs: Sequence[InputRecord]) -> Text:
    """Say from when to when the data are, as far as the layers state it.

    Parameters
    ----------
    inputs : sequence of InputRecord
        The layers used.

    Returns
    -------
    Text
        First and last year, and how many layers state none.

    Examples
    --------
    >>> from nngis.text import Text
    >>> def made(vintage):
    ...     return InputRecord("r", vintage, Text("", ""), "", "", "derived", 1, 0, vintage=vintage)
    >>> data_dates([made("2019"), made("2024-07/2025-04"), made("")]).en
    '2019–2025, not stated by 1 layer'
    """
    known = {one.layer: YEAR.findall(one.vintage) for one in inputs}
    years = sorted(year for found in known.values() for year in found)
    silent = sum(not found for found in known.values())
    if not years:
        return Text("未注明", "not stated")
    span = years[0] if years[0] == years[-1] else f"{years[0]}–{years[-1]}"
    if not silent:
        return Text(span, span)
    layers = "layer" if silent == 1 else "layers"
    return Text(f"{span}（另有 {silent} 个图层未注明）", f"{span}, not stated by {silent} {layers}")


def made_with(results: Sequence[Result]) -> Text:
    """Say with which version results were computed, and the date of their data.

    Parameters
    ----------
    results : sequence of Result
        The results.

    Returns
    -------
    Text
        A line without a full stop.
    """
    return _made(*_of(results))


def imprint(results: Sequence[Result], lang: Lang) -> str:
    """Return version, date of the data and evidence in one line.

    Parameters
    ----------
    results : sequence of Result
        The results that a file is made of.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str
        The line; the evidence is the weakest of all.
    """
    level = weakest(one.evidence for one in results)
    return _line(made_with(results).say(lang), level, lang)


def imprint_of(version: str, inputs: Sequence[InputRecord], lang: Lang) -> str:
    """Return the same line for layers that no result was made of.

    Parameters
    ----------
    version : str
        Version of nngis.
    inputs : sequence of InputRecord
        The layers; at least one.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str
        The line.
    """
    own = _made(version, inputs).say(lang)
    return _line(own, weakest(one.evidence for one in inputs), lang)


def _of(results: Sequence[Result]) -> tuple[str, list[InputRecord]]:
    version = next((one.versions["nngis"] for one in results if "nngis" in one.versions), "")
    return version, [record for one in results for record in one.inputs]


def _made(version: str, inputs: Sequence[InputRecord]) -> Text:
    dates, own = data_dates(inputs), f"nngis {version}".strip()
    return Text(f"{own}，数据时间 {dates.zh}", f"{own}, date of data {dates.en}")


def _line(made: str, level: Evidence, lang: Lang) -> str:
    field = fields.get("evidence")
    gap = "，" if lang == "zh" else ", "
    return f"{made}{gap}{field.title.say(lang)} {field.value_title(level, lang)}"
