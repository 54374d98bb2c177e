"""A layer of a map view made ready to draw: its classes, its counts, and its data for the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis import fields
from nngis.cartography.crowd import MANY, in_pieces
from nngis.cartography.encode import (
    Shapes,
    encode_column,
    encode_shapes,
    take_apart,
    with_own_type,
)
from nngis.cartography.style import Symbol, blank_colour, marks_of, missing_colour, ramp, symbol
from nngis.errors import LayerError, Problem, require
from nngis.result.mapview import MapLayer, MapView
from nngis.text import Text

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
    """

    title: Text
    colour: str
    outline: str
    shape: str
    hatch: str
    dash: tuple[float, ...]
    count: int
    where: str = ""


@dataclass(frozen=True)
class DrawnLayer:
    """One layer, ready to draw.

    Parameters
    ----------
    layer : MapLayer
        What the plan asked for.
    symbol : Symbol
        Symbol of its role.
    heading : str or None
        Column whose values make the classes.
    classes : tuple of DrawnClass
        Its legend.
    count, left_out : int
        Features on the map, and features without a usable geometry.
    bounds : tuple of float or None
        West, south, east, north [degree] of what is on the map.
    data : dict
        What the page decodes.
    """

    layer: MapLayer
    symbol: Symbol
    heading: str | None
    classes: tuple[DrawnClass, ...]
    count: int
    left_out: int
    bounds: tuple[float, float, float, float] | None
    data: dict[str, Any]


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


def check_tables(view: MapView, tables: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Check that a result holds what its map view asks for.

    Parameters
    ----------
    view : MapView
        What the plan wants drawn.
    tables : mapping of str to GeoDataFrame
        The result's tables.

    Raises
    ------
    LayerError
        With every missing table, missing column and table without a CRS.
    """
    problems = []
    for layer in view.layers:
        where = f"{view.plan}/{layer.table}"
        if layer.table not in tables:
            problems.append(
                Problem("结果中没有这张表。", "The result has no such table.", where=where),
            )
            continue
        table = tables[layer.table]
        if table.crs is None:
            problems.append(
                Problem(
                    "这张表没有坐标系；请设定后再制图。",
                    "The table has no CRS; set it before drawing.",
                    where=where,
                ),
            )
        asked = [layer.colour_by, layer.name, *layer.popup]
        problems += [
            Problem("表中没有这一列。", "The table has no such column.", where=f"{where}.{name}")
            for name in asked
            if name is not None and not _columns(table, name)
        ]
    require(problems, LayerError)


def draw_layer(layer: MapLayer, table: gpd.GeoDataFrame) -> DrawnLayer:
    """Make one layer ready to draw.

    Parameters
    ----------
    layer : MapLayer
        What the plan asks for.
    table : GeoDataFrame
        Its table, in any CRS.

    Returns
    -------
    DrawnLayer
        Classes, counts and data.
    """
    geometry = table.geometry.to_crs("EPSG:4326")
    shapes = take_apart(geometry, layer.shape)
    drawn = table.iloc[shapes.rows]
    look = classify(layer, drawn)
    of_role, classes = look.symbol, look.classes
    data = {
        "shape": layer.shape,
        "title": list(layer.title),
        "by": layer.colour_by,
        "sized": look.sized,
        "shown": layer.shown,
        "size": of_role.size_px,
        "width": of_role.width_px,
        "dash": list(of_role.dash),
        "fill": of_role.fill_share,
        "classes": [_class_data(one) for one in classes],
    }
    if len(drawn) <= MANY:
        data |= _features(layer, drawn, shapes, look)
    else:
        lonlat = geometry.iloc[shapes.rows]

        def piece(rows: npt.NDArray[np.intp]) -> dict[str, Any]:
            part = take_apart(lonlat.iloc[rows], layer.shape)
            return _features(layer, drawn.iloc[rows], part, replace(look, codes=look.codes[rows]))

        data |= {"id": [drawn.index.name or ""], **in_pieces(lonlat, look.codes, piece)}
    low, high = (
        (shapes.lonlat.min(axis=0), shapes.lonlat.max(axis=0)) if len(shapes.rows) else (None, None)
    )
    bounds = None if low is None or high is None else (low[0], low[1], high[0], high[1])
    return DrawnLayer(
        layer,
        of_role,
        layer.colour_by,
        classes,
        len(drawn),
        len(table) - len(drawn),
        bounds,
        data,
    )


def _features(
    layer: MapLayer, drawn: pd.DataFrame, shapes: Shapes, look: Classified
) -> dict[str, Any]:
    """Write features: ids, names, popups, geometries and classes."""
    found = {
        "id": [drawn.index.name or "", encode_column(drawn.index.to_series().astype("string"))],
        "name": _encoded(drawn, layer.name) if layer.name else None,
        "popup": [[name, _encoded(drawn, name)] for name in layer.popup],
        **encode_shapes(shapes, layer.shape),
    }
    if len(look.classes) > 1:
        found["cls"] = look.codes.tolist()
    return found


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


def field_words(layers: Sequence[MapLayer], ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Collect the titles, units and values of every column that popups show.

    Parameters
    ----------
    layers : sequence of MapLayer
        The layers of the map.
    ids : sequence of str
        Names of their tables' indexes.

    Returns
    -------
    dict
        By column: ``t`` title, ``u`` unit, ``y`` type, ``v`` titles of values.
    """
    names = {name for layer in layers for name in layer.popup} | set(ids)
    found = {}
    for name in sorted(names):
        field = fields.get(name)
        found[name] = {
            "t": list(field.title),
            "u": field.unit,
            "y": field.type,
            "v": {value: list(title) for value, title in field.values.items()},
        }
    return found


def _columns(table: pd.DataFrame, name: str) -> list[str]:
    """Return the column or index of this name, or its pair in two languages."""
    if name in table.columns or name == table.index.name:
        return [name]
    return [column for column in (f"{name}_zh", f"{name}_en") if column in table.columns]


def _encoded(table: pd.DataFrame, name: str) -> list[Any]:
    ids = table.index.to_series()
    return [
        encode_column(table[column] if column in table.columns else ids)
        for column in _columns(table, name)
    ]


def _class_data(one: DrawnClass) -> dict[str, Any]:
    return {
        "t": list(one.title),
        "colour": one.colour,
        "outline": one.outline,
        "shape": one.shape,
        "dash": list(one.dash),
        "hatch": one.hatch,
    }


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
    measured = fields.get(column).unit is not None and distinct > 1
    return bool(number and (measured or distinct > FEW))


def _by_value(
    column: str,
    values: pd.Series,
    of_role: Symbol,
) -> tuple[list[DrawnClass], npt.NDArray[np.intp]]:
    codes, distinct = pd.factorize(values.astype("string"))
    marks = marks_of(column, [str(value) for value in distinct])
    looks = [
        DrawnClass(
            mark.title,
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
    edges = [f"{one:,.10g}" for one in breaks]
    names = [f"< {edges[0]}", *(f"{a} – {b}" for a, b in pairwise(edges))]
    names.append(f"≥ {edges[-1]}")
    unit = fields.get(column).unit
    tail = f" {unit}" if unit else ""
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
            _look(Text(name + tail, name + tail), colour, of_role),
            outline=of_role.colour,
            where=where,
        )
        for name, colour, where in zip(names, colours, wheres, strict=False)
    ]
    codes = np.searchsorted(breaks, numbers, side="right")
    return [*looks, _no_value(column, of_role)], np.where(absent, len(looks), codes)


def _look(title: Text, colour: str, of_role: Symbol) -> DrawnClass:
    return DrawnClass(title, colour, colour, of_role.shape, "none", of_role.dash, 0)


def _no_value(column: str, of_role: Symbol) -> DrawnClass:
    look = _look(NO_VALUE, missing_colour(), of_role)
    return replace(look, hatch="dots", where=f"{_quoted(column)} IS NULL")


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _equals(column: str, value: str, *, number: bool) -> str:
    if number:
        return f"{_quoted(column)} = {value}"
    return f"{_quoted(column)} = '" + value.replace("'", "''") + "'"
