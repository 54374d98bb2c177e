"""Find the header of a sheet and match its columns to fields."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from nngis import fields
from nngis.errors import LedgerError, Problem, require
from nngis.ledger.numbers import header_factor
from nngis.ledger.table import LONGEST, Cell, RawTable, is_blank
from nngis.roles import Role
from nngis.text import counted, listing

DMS_FIELDS = tuple(f"{axis}_{part}" for axis in ("lon", "lat") for part in ("deg", "min", "sec"))
POINT_FIELDS = ("lon", "lat", "lonlat", *DMS_FIELDS, "datum")
_AREA_FIELDS = ("wkt", "datum")
_LINE_FIELDS = (*_AREA_FIELDS, "start_lon", "start_lat", "end_lon", "end_lat", "start_lonlat",
                "end_lonlat")  # fmt: skip
LOOK_AT_ROWS = 30  # a header lies below a title and a note, not below the data
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_NOISE = re.compile(r"[\s_\-—:*#·.]+")
_NUMBERED = re.compile(r"^\d{1,2}[_.、\s]\s*")
_DATA_LIKE = re.compile(r"[\d.,:/°'\" -]+")
_UNIT_LIKE = re.compile(
    r"[(（]?(单位[:：])?(°|度|米|m|km|公里|t/h|蒸吨(/小?时)?|吨/小?时|吨|t|t/a|吨/年|mw|兆瓦|kw|千瓦|"
    r"个|台|座|人|万人|㎡|m2|m²|平方米|m3/d|万吨/日|万元|年|年月|mm|毫米|%|—|-|/)[)）]?",
    re.IGNORECASE,
)
_TIER, _ALIASES = 1_000, 2  # how well a name matches: its own id, a title, an alias, in this order
_AS_TOLD = -1  # better than any name
_MIN_CUT = 3  # bytes: a name cut in two is about as long as the format allows


@dataclass(frozen=True)
class Header:
    """Where the header lies and what its columns mean.

    Parameters
    ----------
    rows : tuple of int
        Positions of the header row or rows; units and numbers below the names count as header.
    names : tuple of str
        Header of each column as written.
    columns : dict of str to int
        Field -> column position.
    also : dict of str to tuple of int
        Field -> columns that give the same quantity in another unit.
    passed_over : dict of str to tuple of int
        Field -> columns that could be it too, but match worse; they are kept as they are.
    """

    rows: tuple[int, ...]
    names: tuple[str, ...]
    columns: dict[str, int]
    also: dict[str, tuple[int, ...]] = field(default_factory=dict)
    passed_over: dict[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A sheet whose header has been found.

    Parameters
    ----------
    table : RawTable
        The sheet.
    header : Header
        Where its header lies and what its columns mean.
    """

    table: RawTable
    header: Header


@dataclass(frozen=True)
class _Name:
    """A column's name as shown, and the forms in which it may be known."""

    shown: str
    forms: tuple[str, ...]


def place_fields(role: Role) -> tuple[str, ...]:
    """List the fields that say where a row of a role lies."""
    shape = role.drawn_as or role.shape
    known = {"point": POINT_FIELDS, "line": _LINE_FIELDS, "polygon": _AREA_FIELDS}
    return known.get(shape, ())


def normalise(header: Cell) -> str:
    """Bring a header to the form in which headers are compared.

    Examples
    --------
    >>> normalise(" 额定蒸发量（蒸吨／时）")
    '额定蒸发量(蒸吨/时)'
    >>> normalise("Boiler_ID")
    'boilerid'
    """
    text = unicodedata.normalize("NFKC", "" if header is None else str(header))
    return _NOISE.sub("", text).lower()


def find_header(
    table: RawTable, role: Role, told: Mapping[str, str] | None = None
) -> Header | None:
    """Find the header of a sheet for a role.

    Parameters
    ----------
    table : RawTable
        A sheet.
    role : Role
        What its rows should become.
    told : mapping of str to str, optional
        Header -> field, as somebody says it, which goes before all names that are known.

    Returns
    -------
    Header or None
        The row, or pair of rows (merged cells above, names below), that names most fields; None
        if no row names two, or, where names stand apart from the data, one.

    Raises
    ------
    LedgerError
        If two columns claim one field.
    """
    lookup = _Lookup(role, table, told or {})
    # Names that stand apart from the data are a header however few are known.
    enough = 2 if table.first_row else 1
    best: tuple[int, tuple[int, ...], tuple[_Name, ...]] | None = None
    # The rows of a file that carries its names apart from its data are all data.
    for at in range(min(len(table.rows), LOOK_AT_ROWS if table.first_row else 1)):
        for rows, names in _candidates(table, at):
            score = len({known[0] for name in names if (known := lookup.find(name))})
            if score >= enough and score > (best[0] if best else 0):
                best = (score, rows, names)
    if best is None:
        return None
    _, rows, names = best
    columns, also, passed_over = _columns(names, lookup, table)
    shown = tuple(name.shown for name in names)
    return Header(_with_units(table, rows), shown, columns, also, passed_over)


def fields_of(names: Sequence[str], role: Role) -> dict[str, str]:
    """Say which field of a role each of some names is, the better match where two are one."""
    lookup = _Lookup(role, RawTable("", "", []), {})
    best: dict[str, tuple[int, str]] = {}
    for name in names:
        if known := lookup.find(_Name(name, (name,))):
            field, rank = known
            best[field] = min(best.get(field, (rank, name)), (rank, name))
    return {name: field for field, (_, name) in best.items()}


def _candidates(table: RawTable, at: int) -> Iterator[tuple[tuple[int, ...], tuple[_Name, ...]]]:
    upper = _written(table.rows[at])
    yield (at,), tuple(_Name(name, (name,)) for name in upper)
    if not table.first_row or at + 1 >= len(table.rows):
        return
    lower = _written(table.rows[at + 1])
    # One lone cell above is the title of the sheet, not of its columns.
    if not any(lower) or not all(map(_is_wordy, lower)) or sum(map(bool, upper)) == 1:
        return
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    names, above = [], ""
    for up, low in zip(upper, lower, strict=True):
        above = up or (above if low else "")
        shown = f"{above} {low}" if above and low and above != low else low or above
        names.append(_Name(shown, tuple(filter(None, (above + low, low, up)))))
    yield (at, at + 1), tuple(names)


def _written(row: Sequence[Cell]) -> list[str]:
    return ["" if is_blank(c) else " ".join(str(c).split()) for c in row]


def _is_wordy(name: str) -> bool:
    return not name or not _DATA_LIKE.fullmatch(name)


def _with_units(table: RawTable, rows: tuple[int, ...]) -> tuple[int, ...]:
    """Take a row of units (t/h, °) or of column numbers (1, 2, 3) below the names to the header."""
    while table.first_row and rows[-1] + 1 < len(table.rows):
        filled = [c.removesuffix(".0") for c in _written(table.rows[rows[-1] + 1]) if c]
        numbers = [str(n) for n in range(1, len(filled) + 1)]
        units = bool(filled) and all(_UNIT_LIKE.fullmatch(cell) for cell in filled)
        counted = len(filled) > 2 and (  # noqa: PLR2004 -- two numbers may be data
            filled == numbers or filled == [f"({n})" for n in numbers]
        )
        if not units and not counted:
            break
        rows = (*rows, rows[-1] + 1)
    return rows


class _Lookup:
    """What every header that a role knows means."""

    def __init__(self, role: Role, table: RawTable, told: Mapping[str, str]) -> None:
        self._told = {normalise(header): name for header, name in told.items()}
        self._known: dict[str, tuple[str, int]] = {}
        self._table = table
        names = (role.key, *role.required, *role.optional)
        names += place_fields(role)
        # A field's own id, which only programs write, goes before titles, they before aliases,
        # and aliases that many fields share (编号, id) come last.
        shared = _shared_aliases()
        for tier, words in enumerate((_id, _titles, _aliases)):
            for name in names:
                # Of two columns of words the more usual name wins; two of numbers would differ.
                ordered = tier == _ALIASES and fields.get(name).type == "text"
                for at, word in enumerate(words(fields.get(name))):
                    rank = tier * _TIER + (at if ordered else 0)
                    key = normalise(word)
                    if key in shared:
                        rank += _TIER
                    self._known.setdefault(key, (name, rank))

    def find(self, name: _Name) -> tuple[str, int] | None:
        """Say which field a column is, and how sure its name is; None if no field."""
        for form in name.forms:
            if normalise(form) in self._told:
                return self._told[normalise(form)], _AS_TOLD
        for form in name.forms:
            plain = unicodedata.normalize("NFKC", form)
            if len(plain) > LONGEST:
                continue
            for text in (plain, _BRACKETS.sub("", plain), _NUMBERED.sub("", plain)):
                key = normalise(text)
                if key and key in self._known:
                    return self._known[key]
        return self._by_prefix(name.shown) if self._table.names_cut else None

    def _by_prefix(self, name: str) -> tuple[str, int] | None:
        """Know a name that its format cut, if only one field's name begins so."""
        limit, encoding = self._table.names_cut, self._table.encoding
        size = len(name.encode(encoding, "ignore"))
        key = normalise(name)
        if size < limit - _MIN_CUT or not key:
            return None
        found = {field for word, (field, _) in self._known.items() if word.startswith(key)}
        return (found.pop(), _ALIASES * _TIER) if len(found) == 1 else None


def _id(field: fields.Field) -> tuple[str, ...]:
    return (field.name,)


def _titles(field: fields.Field) -> tuple[str, ...]:
    return field.title.zh, field.title.en, field.heading("zh"), field.heading("en")


def _aliases(field: fields.Field) -> tuple[str, ...]:
    return field.aliases


@cache
def _shared_aliases() -> frozenset[str]:
    """List the words by which two fields or more are known."""
    words = (
        word
        for one in fields.glossary().values()
        for word in {normalise(alias) for alias in one.aliases}
    )
    return frozenset(word for word, times in Counter(words).items() if times > 1)


def _columns(
    names: Sequence[_Name], lookup: _Lookup, table: RawTable
) -> tuple[dict[str, int], dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
    """Give each field its column, those that say the same in another unit, and those passed over.

    Of two columns that a field is known by the better match wins; two of one name are refused.
    """
    claims: dict[str, list[tuple[int, int]]] = {}
    for column, name in enumerate(names):
        if known := lookup.find(name):
            claimed, rank = known
            claims.setdefault(claimed, []).append((rank, column))
    columns: dict[str, int] = {}
    also: dict[str, tuple[int, ...]] = {}
    passed_over: dict[str, tuple[int, ...]] = {}
    problems = []
    if "lonlat" in claims and ({"lon", "lat"} <= claims.keys() or not table.first_row):
        # Beside two columns of a position, or a geometry, several that could hold it are no matter.
        claims["lonlat"] = [(at, column) for at, (_, column) in enumerate(sorted(claims["lonlat"]))]
    for claimed, found in claims.items():
        unit = fields.get(claimed).unit
        factor = {c: header_factor(names[c].shown, unit) if unit else 1.0 for _, c in found}
        best = min(rank for rank, _ in found)
        sure = _AS_TOLD if best == _AS_TOLD else _TIER - 1 if best < _TIER else None
        at = [c for rank, c in found if sure is None or rank <= sure]
        if 1 < len(at) == len({factor[c] for c in at}):
            # The field's own unit leads; the others fill and check it.
            at.sort(key=lambda c: factor[c] != 1.0)
            also[claimed] = tuple(at[1:])
        else:
            at = [c for rank, c in found if rank == best]
            others = tuple(c for rank, c in found if rank != best)
            if others:
                passed_over[claimed] = others
        if claimed not in also and len(at) > 1:
            both = listing(f"“{names[c].shown}”" for c in at)
            title = fields.get(claimed).title
            problems.append(
                Problem(
                    f"有 {len(at)} 列都像“{title.zh}”：{both.zh}；请删去或改名其中一列。",
                    f"{counted(len(at), 'column', 'look')} like {title.en!r}: {both.en}; remove or "
                    "rename one.",
                    where=table.where,
                )
            )
        columns[claimed] = at[0]
    require(problems, LedgerError)
    return _with_degrees(columns), also, passed_over


def _with_degrees(columns: Mapping[str, int]) -> dict[str, int]:
    """Where minutes stand in a column of their own, the column of the angle holds degrees."""
    out = dict(columns)
    for axis in ("lon", "lat"):
        if f"{axis}_min" in out and f"{axis}_deg" not in out and axis in out:
            out[f"{axis}_deg"] = out.pop(axis)
        elif f"{axis}_deg" in out and f"{axis}_min" not in out and axis not in out:
            out[axis] = out.pop(f"{axis}_deg")  # 经度（度）: a unit, with no minutes beside it
    return out
