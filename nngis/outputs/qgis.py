"""The QGIS files of a run: styles in layers.gpkg, a project beside it, one backdrop for all."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

import nngis
from nngis.cartography.backdrop import outline, shape_of
from nngis.cartography.classes import classify
from nngis.cartography.qgis_files import QgisLayer, write_project, write_styles
from nngis.cartography.qgis_layout import QgisSheet
from nngis.cartography.stamp import stated_review_number
from nngis.cartography.style import symbol, symbols
from nngis.crs.place import with_place
from nngis.inputs.store import LayerStore, record
from nngis.outputs.drawing import PLAIN, Drawing
from nngis.outputs.pages import backdrop, sources
from nngis.outputs.save import write_geopackage
from nngis.outputs.sections import picture_names, section_sheets
from nngis.result.imprint import imprint_of, made_with
from nngis.result.mapview import MapLayer
from nngis.result.result import Result
from nngis.text import Lang, Text

BACKDROP_FILE = "backdrop.gpkg"


def style_layers(folder: Path, result: Result, lang: Lang) -> None:
    """Put styles into a result's layers.gpkg."""
    geometric = _geometric(result)
    if not geometric:
        return
    layers = [_layer(one, geometric[one.table]) for one in result.view.layers]
    drawn = {one.table for one in result.view.layers}
    rest = [_layer(_plain(name, geometric[name]), geometric[name]) for name in geometric]
    others = [one for one in rest if one.table not in drawn]
    rows = result.analysis.tables.items()
    plain = {name: _columns(one) for name, one in rows if name not in geometric and len(one)}
    write_styles(folder / "layers.gpkg", [*layers, *others], lang, plain)


def write_qgis(
    folder: Path,
    result: Result,
    ground: tuple[QgisLayer, ...],
    lang: Lang,
    drawing: Drawing = PLAIN,
) -> list[str]:
    """Write the project that opens a result's layers.gpkg."""
    geometric = _geometric(result)
    if not geometric:
        return []
    write_project(
        folder / "project.qgz",
        [_layer(one, geometric[one.table]) for one in result.view.layers],
        ground,
        title=result.title,
        work_crs=result.work_crs,
        lang=lang,
        sheet=_sheet(result, drawing, lang),
        pictures=[
            (sheet.name, f"./{name}")
            for stem, _, sheets in section_sheets(result, drawing, lang)
            for name, sheet in zip(picture_names(stem, sheets), sheets, strict=False)
        ],
    )
    return ["project.qgz"]


def _sheet(result: Result, drawing: Drawing, lang: Lang) -> QgisSheet:
    """Say what the project's layout says beside its map."""
    named = sources(result, {})
    stamp = drawing.stamp
    if not stamp.review_number:
        stamp = replace(stamp, review_number=stated_review_number(named))
    named = [made_with([result]).say(lang), *named]
    return QgisSheet(drawing.paper, stamp, result.evidence, tuple(named))


def write_backdrop(
    folder: Path, store: LayerStore, work_crs: str, lang: Lang
) -> tuple[QgisLayer, ...]:
    """Write the backdrop that the projects of a run share."""
    under = backdrop(store)
    if not under:
        return ()
    frames = {part: layer.frame.to_crs(work_crs) for part, layer in under.items()}
    inputs = [record(part, layer, store.vintage(layer.id)) for part, layer in under.items()]
    if "county" in frames and len(frames["county"]) > 1:
        frames["city"] = outline(frames["county"])
    order = [role for role in symbols() if role in frames]
    about, held = (
        imprint_of(nngis.__version__, inputs, lang),
        {role: frames[role] for role in order},
    )
    write_geopackage(folder / BACKDROP_FILE, held, about=about, lang=lang)
    layers = tuple(_ground(role, frames[role]) for role in order)
    write_styles(folder / BACKDROP_FILE, layers, lang)
    return layers


def _layer(layer: MapLayer, table: gpd.GeoDataFrame) -> QgisLayer:
    usable = with_place(table)
    look = classify(layer, usable)
    names = (layer.name, f"{layer.name}_zh") if layer.name else ()
    columns = _columns(table)
    return QgisLayer(
        "./layers.gpkg",
        layer.table,
        layer.title,
        layer.shape,
        look.symbol,
        look.classes,
        columns,
        next((name for name in names if name in columns), None),
        _bounds(usable),
        layer.shown,
    )


def _ground(role: str, frame: gpd.GeoDataFrame) -> QgisLayer:
    style, columns = symbol(role), _columns(frame)
    name = "name_zh" if "name_zh" in columns else None
    shape = shape_of(frame.geometry)
    plain = classify(MapLayer(role, style.title, shape, role), frame).classes
    if shape == "polygon":
        plain = tuple(replace(one, colour=style.fill) for one in plain)
    return QgisLayer(
        f"../{BACKDROP_FILE}",
        role,
        style.title,
        shape,
        replace(style, named=name is not None),
        plain,
        columns,
        name,
        _bounds(frame),
    )


def _plain(name: str, table: gpd.GeoDataFrame) -> MapLayer:
    return MapLayer(name, Text(name, name), shape_of(table.geometry), "other")


def _geometric(result: Result) -> dict[str, gpd.GeoDataFrame]:
    tables = result.analysis.tables
    return {name: table for name, table in tables.items() if isinstance(table, gpd.GeoDataFrame)}


def _columns(table: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns as a GeoPackage holds them: its own id, the index, the rest."""
    shape = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else None
    own = [str(column) for column in table.columns if shape is None or column != shape]
    index = [str(table.index.name)] if table.index.name else []
    return ("fid", *index, *own)


def _bounds(table: gpd.GeoDataFrame) -> tuple[float, float, float, float] | None:
    if table.empty:
        return None
    west, south, east, north = table.total_bounds.tolist()
    return west, south, east, north
