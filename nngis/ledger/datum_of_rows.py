"""Which datum each row of a part is in: said by a column, an option, a header; else inferred."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Bools, Objects
from nngis.crs import Datum, datum_from_word
from nngis.errors import LedgerError, ScenarioError
from nngis.ledger.coded import absent
from nngis.ledger.datums import FEWEST_ROWS, Verdict, describe, infer_datum
from nngis.ledger.headers import Sheet
from nngis.ledger.part import ASSUME, Options
from nngis.ledger.problems import Fault, fault
from nngis.ledger.rows import Rows
from nngis.ledger.table import is_blank
from nngis.ledger.vertices import Vertices
from nngis.text import Text, Warned, counted

_FEWEST_OF_A_SOURCE = 8  # rows; smaller sources are taken together


@dataclass(frozen=True)
class RowDatums:
    """The datum of every row.

    Parameters
    ----------
    words : (n,) object array
        A datum, or None for a row that needs none.
    faults : list of Fault
        Rows whose datum column says what is not known.
    notes : list of Text
        What was assumed or inferred.
    """

    words: Objects
    faults: list[Fault]
    notes: list[Text]


def option_datum(datum: str | None) -> Datum | None:
    """Read ``--datum`` as a datum.

    Parameters
    ----------
    datum : str, optional
        As typed; no CRS.

    Returns
    -------
    str or None
        The datum; None where nothing was said.

    Raises
    ------
    ScenarioError
        If it is no datum.
    """
    if datum is None:
        return None
    word: Datum | None = "wgs84" if datum.lower() == ASSUME else datum_from_word(datum)
    if word is None:
        raise ScenarioError(
            "不认识的坐标系；请用 wgs84、cgcs2000、gcj02、bd09、assume-wgs84 或 EPSG:4547 之类。",
            "Not a datum; use wgs84, cgcs2000, gcj02, bd09, assume-wgs84, or a CRS such as "
            "EPSG:4547.",
            where=f"--datum {datum}",
        )
    return word


def datums_of_rows(
    sheet: Sheet,
    rows: Rows,
    vertices: Vertices,
    claims: pd.DataFrame,
    options: Options,
) -> RowDatums:
    """Settle the datum of every row that is in degrees."""
    needed = np.zeros(len(rows), np.bool_)
    needed[vertices.owner[vertices.degrees]] = True
    words, strange = _of_column(sheet, rows)
    words[~needed & absent(words)] = None
    unsaid = needed & absent(words)
    is_crs = bool(options.datum) and str(options.datum).upper().startswith("EPSG:")
    said = None if is_crs else option_datum(options.datum)
    notes: list[Text] = []
    if said is None:
        said, notes = _of_header(sheet, vertices)
    elif options.datum == ASSUME and unsaid.any():
        notes = [_assumed(np.flatnonzero(unsaid))]
    if said is not None:
        bad = needed & ~absent(strange)
        words[unsaid & ~bad] = said
        return RowDatums(words, _strange_words(sheet, bad, strange), notes if unsaid.any() else [])
    few = np.zeros(len(rows), np.bool_)
    for word in {word for word in strange[unsaid] if word is not None}:
        mine = unsaid & (strange == word)
        if mine.sum() < FEWEST_ROWS:
            few |= mine
    found = _inferred(
        sheet, vertices, claims, options, _sources(rows, sheet, strange, unsaid & ~few)
    )
    words[unsaid & ~few] = found.words[unsaid & ~few]
    return replace(found, words=words, faults=_strange_words(sheet, few, strange))


def _of_column(sheet: Sheet, rows: Rows) -> tuple[Objects, Objects]:
    """Read the datum column: datums, and the words that name none."""
    at = sheet.header.columns.get("datum")
    if at is None:
        none = np.full(len(rows), None, dtype=object)
        return none, none.copy()
    words = rows.columns[at].each(datum_from_word)
    strange = rows.columns[at].each(lambda cell: str(cell).strip())
    strange[~absent(words)] = None
    return words, strange


def _strange_words(sheet: Sheet, bad: Bools, strange: Objects) -> list[Fault]:
    faults = []
    for word in sorted({str(word) for word in strange[bad]}):
        faults += fault(
            bad & (strange == word),
            sheet.header.names[sheet.header.columns["datum"]],
            f"不认识的坐标系“{word}”；请写 WGS84、CGCS2000、GCJ-02 或 BD-09。",
            f"The datum {word!r} is not known; write WGS84, CGCS2000, GCJ-02 or BD-09.",
        )
    return faults


def _of_header(sheet: Sheet, vertices: Vertices) -> tuple[Datum | None, list[Text]]:
    """Look for a datum in the headers of the coordinates, and in the title rows above."""
    above = sheet.table.rows[: sheet.header.rows[0]]
    title = " ".join(str(c) for row in above for c in row if not is_blank(c))
    for text in (vertices.header, title):
        word = datum_from_word(text)
        if word is not None:
            return word, [
                Text(
                    f"坐标系按表头或标题“{text[:60]}”取 {word}。",
                    f"The datum is {word} as the header or title {text[:60]!r} says.",
                )
            ]
    return None, []


def _sources(rows: Rows, sheet: Sheet, strange: Objects, unsaid: Bools) -> dict[str, Bools]:
    """Part the rows by what the ledger calls their source; small sources are taken together."""
    if not unsaid.any():
        return {}
    at = sheet.header.columns.get("source")
    names = strange if at is None else rows.columns[at].each(lambda cell: str(cell).strip())
    names = np.where(absent(names), "", names)
    sizes = pd.Series(names[unsaid]).value_counts()
    large = set(sizes.index[sizes >= _FEWEST_OF_A_SOURCE])
    if len(sizes) == 1 or not large:
        return {"": unsaid}
    out = {str(name): unsaid & (names == name) for name in sorted(large)}
    rest = unsaid & ~np.isin(names.astype(str), list(map(str, large)))
    return out | ({"…": rest} if rest.any() else {})


def _inferred(
    sheet: Sheet,
    vertices: Vertices,
    claims: pd.DataFrame,
    options: Options,
    sources: dict[str, Bools],
) -> RowDatums:
    words = np.full(len(claims), None, dtype=object)
    if not sources:
        return RowDatums(words, [], [])
    references = options.known()
    _, first = np.unique(vertices.owner, return_index=True)
    place = np.full(len(claims), -1)
    place[vertices.owner[first]] = first
    notes: list[Text] = []
    silent = []
    for name, mine in sources.items():
        at = np.flatnonzero(mine)
        verdict = Verdict(None, 0, ())
        if references is not None:
            vertex = place[at]
            verdict = infer_datum(
                vertices.lon[vertex], vertices.lat[vertex], claims.iloc[at], references
            )
        if verdict.datum is None and _has_own_names(sheet):
            words[mine] = "wgs84"
            notes.append(_by_name(at))
            continue
        if verdict.datum is None:
            silent.append((name, int(mine.sum()), verdict))
            continue
        words[mine] = verdict.datum
        notes.append(_found(name, at, verdict))
    if silent:
        raise _ask(sheet, silent)
    return RowDatums(words, [], notes)


def _has_own_names(sheet: Sheet) -> bool:
    """Tell whether the columns bear our own names, ``lon`` and ``lat``, which mean WGS84."""
    columns, names = sheet.header.columns, sheet.header.names
    return all(
        field in columns and names[columns[field]].strip().lower() == field
        for field in ("lon", "lat")
    )


def _by_name(at: npt.NDArray[np.intp]) -> Warned:
    return Warned(
        f"{at.size} 行没有注明坐标系，证据也分不清；列名为 lon、lat，按其定义取 WGS84。"
        "若取自高德或百度地图，请用 --datum 说明，否则会偏 0.5 至 1.2 km。",
        f"{counted(at.size, 'row', 'do')} not say the datum, and the evidence does not tell; the "
        "columns are called lon and lat, which by definition are WGS84. Points from Amap or Baidu "
        "maps would lie 0.5 to 1.2 km off: say so with --datum.",
        ids=at,
    )


def _found(name: str, at: npt.NDArray[np.intp], verdict: Verdict) -> Warned:
    zh, en = describe(verdict.scores)
    of, of_en = (f"来源“{name}”的", f" of the source {name!r}") if name else ("", "")
    return Warned(
        f"{of}{at.size} 行没有注明坐标系，由证据推断为 {verdict.datum}"
        f"（检验 {verdict.rows} 行）：{zh}。若不对，请用 --datum 说明。",
        f"{counted(at.size, f'row{of_en}', 'do')} not say the datum; the evidence of "
        f"{verdict.rows} rows says {verdict.datum}: {en}. If that is wrong, say so with --datum.",
        ids=at,
    )


def _ask(sheet: Sheet, silent: list[tuple[str, int, Verdict]]) -> LedgerError:
    parts_zh, parts_en = [], []
    for name, count, verdict in silent:
        of, of_en = (f"来源“{name}”的", f" of the source {name!r}") if name else ("", "")
        if verdict.rows:
            zh, en = describe(verdict.scores)
        else:
            zh, en = "没有可对照的参考图层", "there are no reference layers to hold them against"
        parts_zh.append(f"{of}{count} 行没有注明坐标系，证据也分不清（{zh}）")
        parts_en.append(
            f"{counted(count, f'row{of_en}', 'do')} not say the datum, and the evidence does not "
            f"tell ({en})"
        )
    return LedgerError(
        f"{'；'.join(parts_zh)}。高德、腾讯为 GCJ-02，百度为 BD-09，认错会偏 0.5 至 1.2 km。"
        "请加 --datum gcj02、--datum bd09、--datum wgs84，或在表中加“坐标系”一列；"
        f"确实不知道而要按 WGS84 处理，请加 --datum {ASSUME}。",
        f"{'; '.join(parts_en)}. Amap and Tencent are GCJ-02, Baidu is BD-09; taken wrongly, "
        "points lie 0.5 to 1.2 km off. Add --datum gcj02, --datum bd09 or --datum wgs84, or a "
        f"column 坐标系 (datum); to take them as WGS84 without knowing, add --datum {ASSUME}.",
        where=sheet.table.where,
    )


def _assumed(at: npt.NDArray[np.intp]) -> Warned:
    return Warned(
        f"{at.size} 行没有注明坐标系，按要求假定为 WGS84（{ASSUME}）；若取自高德或百度地图，"
        "会偏 0.5 至 1.2 km。",
        f"{counted(at.size, 'row', 'do')} not say the datum: taken as WGS84, as asked ({ASSUME}); "
        "points from Amap or Baidu maps would lie 0.5 to 1.2 km off.",
        ids=at,
    )
