"""A layer of a map view made ready to draw: its counts, and its data for the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis import fields
from nngis.cartography.chunks import MANY, in_pieces
from nngis.cartography.classes import Classified, DrawnClass, classify
from nngis.cartography.encode import (
    Shapes,
    encode_column,
    encode_shapes,
    take_apart,
)
from nngis.cartography.style import Symbol
from nngis.errors import LayerError, Problem, require
from nngis.result.mapview import MapLayer, MapView
from nngis.unit_words import unit_words


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


def check_tables(view: MapView, tables: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Check that a result holds what its map view asks for."""
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
        "classes": [class_data(one) for one in classes],
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


def field_words(layers: Sequence[MapLayer], ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Collect the titles, units and values of every column that popups show."""
    names = {name for layer in layers for name in layer.popup} | set(ids)
    found = {}
    for name in sorted(names):
        field = fields.get(name)
        found[name] = {
            "t": list(field.title),
            "u": list(unit_words(field.shown_unit)) if field.shown_unit else None,
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
        encode_column(_in_per_cent(table[column], column) if column in table.columns else ids)
        for column in _columns(table, name)
    ]


def _in_per_cent(values: pd.Series, column: str) -> pd.Series:
    """Give a share as readers see it; anything else as it is."""
    share = fields.get(column).is_share and pd.api.types.is_numeric_dtype(values)
    return values * 100.0 if share else values


def class_data(one: DrawnClass) -> dict[str, Any]:
    """Write a class of a legend for the page.

    Parameters
    ----------
    one : DrawnClass
        The class.

    Returns
    -------
    dict
        Title, colours, shape, dashes, hatch.
    """
    return {
        "t": list(one.title),
        "colour": one.colour,
        "outline": one.outline,
        "shape": one.shape,
        "dash": list(one.dash),
        "hatch": one.hatch,
    }
