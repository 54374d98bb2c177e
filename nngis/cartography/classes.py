"""Which class of its legend each feature of a layer belongs to, and how that class is drawn."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis import fields
from nngis.cartography.encode import with_own_type
from nngis.cartography.style import Symbol, blank_colour, marks_of, missing_colour, ramp, symbol
from nngis.result.mapview import MapLayer
from nngis.text import Text
from nngis.unit_words import with_unit

FEW = 12  # a number with no more distinct values than this is shown value by value
SIZED_SHARE = 0.8  # opacity of areas coloured by a quantity: paler, their classes run together
YES, NO = Text("是", "yes"), Text("否", "no")
NO_VALUE = Text("无数据", "no value")


@dataclass(frozen=True)
class DrawnClass:
    """One line of a layer's legend.

    Parameters
    ----------
    title : Text
        What it stands for.
    colour, outline, shape, hatch : str
        How it is drawn; the outline is the stroke of areas.
    dash : tuple of float
        Dashes and gaps of lines [px].
    count : int
        Number of features on the map.
    where : str
        Which features these are, as an SQL condition; empty for all.
    missing : bool
        Whether these are the features without a value.
    """

    title: Text
    colour: str
    outline: str
    shape: str
    hatch: str
    dash: tuple[float, ...]
    count: int
    where: str = ""
    missing: bool = False


@dataclass(frozen=True)
class Classified:
    """Which class each feature of a layer belongs to.

    Parameters
    ----------
    symbol : Symbol
        Symbol of the layer's role.
    sized : bool
        Whether the classes are ranges of a quantity.
    classes : tuple of DrawnClass
        The classes that occur.
    codes : (n,) int array
        Position of each row's class in `classes`.
    """

    symbol: Symbol
    sized: bool
    classes: tuple[DrawnClass, ...]
    codes: npt.NDArray[np.intp]


def classify(layer: MapLayer, drawn: pd.DataFrame) -> Classified:
    """Sort the features of a layer into the classes of its legend.

    Parameters
    ----------
    layer : MapLayer
        What the plan asks for.
    drawn : DataFrame
        The rows that can be drawn.

    Returns
    -------
    Classified
        Symbol, classes that occur with their counts, and the class of each row.
    """
    of_role = symbol(layer.role)
    by = layer.colour_by
    sized = by is not None and _is_size(by, with_own_type(drawn[by]))
    if sized:
        of_role = replace(of_role, fill_share=max(of_role.fill_share, SIZED_SHARE))
    classes, codes = _classes(layer, drawn, of_role)
    return Classified(of_role, sized, classes, codes)


def _classes(
    layer: MapLayer,
    table: pd.DataFrame,
    of_role: Symbol,
) -> tuple[tuple[DrawnClass, ...], npt.NDArray[np.intp]]:
    """Return the classes of a layer that occur, and the class of each row."""
    codes = np.zeros(len(table), dtype=np.intp)
    if layer.colour_by is None:
        looks = [_look(layer.title, of_role.colour, of_role)]
    else:
        values = with_own_type(table[layer.colour_by])
        make = _by_size if _is_size(layer.colour_by, values) else _by_value
        if pd.api.types.is_bool_dtype(values):
            make = _by_yes_no
        looks, codes = make(layer.colour_by, values, of_role)
    counts = np.bincount(codes, minlength=len(looks))
    present = np.flatnonzero(counts)
    renumber = np.zeros(len(looks), dtype=np.intp)
    renumber[present] = np.arange(len(present))
    found = tuple(replace(one, count=int(counts[at])) for at, one in enumerate(looks) if counts[at])
    return found, renumber[codes]


def _is_size(column: str, values: pd.Series) -> bool:
    """Tell whether a column is a quantity: by its unit in the glossary, or by many values."""
    number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    distinct = values.nunique()
    measured = fields.get(column).shown_unit is not None and distinct > 1
    return bool(number and (measured or distinct > FEW))


def _by_value(
    column: str,
    values: pd.Series,
    of_role: Symbol,
) -> tuple[list[DrawnClass], npt.NDArray[np.intp]]:
    codes, distinct = pd.factorize(values.astype("string"))
    marks = marks_of(column, [str(value) for value in distinct])
    measured = pd.api.types.is_float_dtype(values) and fields.get(column).shown_unit is not None
    looks = [
        DrawnClass(
            _with_unit(column, _edge(column, float(mark.value))) if measured else mark.title,
            mark.colour,
            mark.colour,
            mark.shape,
            mark.hatch,
            mark.dash,
            0,
            _equals(column, mark.value, number=pd.api.types.is_numeric_dtype(values)),
        )
        for mark in marks
    ]
    order = {mark.value: at for at, mark in enumerate(marks)}
    rank = np.array([*(order[str(value)] for value in distinct), len(marks)], dtype=np.intp)
    return [*looks, _no_value(column, of_role)], rank[codes]


def _by_yes_no(
    column: str,
    values: pd.Series,
    of_role: Symbol,
) -> tuple[list[DrawnClass], npt.NDArray[np.intp]]:
    """Draw yes as the role is drawn, and no in the colour of the background."""
    name = _quoted(column)
    yes = replace(_look(YES, of_role.colour, of_role), where=name)
    no = _look(NO, blank_colour(), of_role)
    no = replace(no, outline=of_role.colour, where=f"NOT {name}")
    codes = np.where(values.isna(), 2, np.where(values.eq(True).fillna(False), 0, 1))
    return [yes, no, _no_value(column, of_role)], codes.astype(np.intp)


def _by_size(
    column: str,
    values: pd.Series,
    of_role: Symbol,
) -> tuple[list[DrawnClass], npt.NDArray[np.intp]]:
    """Cut a quantity into classes of about equal count; the breaks have three digits."""
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    absent = ~np.isfinite(numbers)
    colours = ramp()
    counted, distinct = numbers[~absent], np.unique(numbers[~absent])
    few = len(distinct) <= FEW  # then a value that many share would swallow the classes
    inner = np.quantile(distinct if few else counted, np.linspace(0, 1, len(colours) + 1)[1:-1])
    breaks = np.unique([float(f"{one:.3g}") for one in inner])
    edges = [_edge(column, one) for one in breaks]
    names = [f"< {edges[0]}", *(f"{a} – {b}" for a, b in pairwise(edges))]
    names.append(f"≥ {edges[-1]}")
    at = _quoted(column)
    ends = zip([None, *breaks.tolist()], [*breaks.tolist(), None], strict=True)
    wheres = [
        " AND ".join(
            ([] if low is None else [f"{at} >= {low!r}"])
            + ([] if high is None else [f"{at} < {high!r}"])
        )
        for low, high in ends
    ]
    looks = [
        replace(
            _look(_with_unit(column, name), colour, of_role),
            outline=of_role.colour,
            where=where,
        )
        for name, colour, where in zip(names, colours, wheres, strict=False)
    ]
    codes = np.searchsorted(breaks, numbers, side="right")
    return [*looks, _no_value(column, of_role)], np.where(absent, len(looks), codes)


def _edge(column: str, number: float) -> str:
    scale = 100.0 if fields.get(column).is_share else 1.0
    return f"{round(scale * number, 8):,.10g}"


def _with_unit(column: str, figure: str) -> Text:
    unit = fields.get(column).shown_unit
    return Text(with_unit(figure, unit, "zh"), with_unit(figure, unit, "en"))


def _look(title: Text, colour: str, of_role: Symbol) -> DrawnClass:
    return DrawnClass(title, colour, colour, of_role.shape, "none", of_role.dash, 0)


def _no_value(column: str, of_role: Symbol) -> DrawnClass:
    look = _look(NO_VALUE, missing_colour(), of_role)
    return replace(look, hatch="dots", where=f"{_quoted(column)} IS NULL", missing=True)


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _equals(column: str, value: str, *, number: bool) -> str:
    if number:
        return f"{_quoted(column)} = {value}"
    return f"{_quoted(column)} = '" + value.replace("'", "''") + "'"
