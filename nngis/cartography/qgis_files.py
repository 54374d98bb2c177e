"""What QGIS opens: styles inside a GeoPackage, and a project beside it."""

import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pyproj import CRS

from nngis.cartography.classes import DrawnClass
from nngis.cartography.qgis_layout import QgisSheet, layout_element, picture_layout
from nngis.cartography.qgis_symbols import GEOMETRY, field_titles, style_parts, writable
from nngis.cartography.style import Symbol
from nngis.datasets.geopackage import FIXED_TIME, changed_geopackage
from nngis.result.mapview import Shape
from nngis.text import Lang, Text

VERSION = "3.22.16-Białowieża"  # the oldest QGIS that is meant to open these files
FIXED_ZIP_TIME = (2000, 1, 1, 0, 0, 0)
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT CURRENT_TIMESTAMP
)
"""
GROUND = Text("底图", "Backdrop")
OVERVIEW = ("county", "city")  # what the overview of a layout draws


@dataclass(frozen=True)
class QgisLayer:
    """One layer of a project.

    Parameters
    ----------
    source : str
        Path of the GeoPackage from the project, with forward slashes.
    table : str
        Its table.
    title : Text
        What the layer tree calls it.
    shape : {"point", "line", "polygon"}
        What it draws.
    symbol : Symbol
        Symbol of its role.
    classes : tuple of DrawnClass
        Classes of its legend.
    columns : tuple of str
        Columns of the table, in order.
    name : str or None
        Column that names a feature.
    bounds : tuple of float or None
        West, south, east, north [m] in the work CRS.
    shown : bool
        Whether it is on when the project opens.
    """

    source: str
    table: str
    title: Text
    shape: Shape
    symbol: Symbol
    classes: tuple[DrawnClass, ...]
    columns: tuple[str, ...]
    name: str | None = None
    bounds: tuple[float, float, float, float] | None = None
    shown: bool = True


def write_styles(
    path: Path,
    layers: Sequence[QgisLayer],
    lang: Lang,
    plain: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Put the styles of its tables into a GeoPackage, where QGIS looks for them.

    Parameters
    ----------
    path : Path
        The GeoPackage.
    layers : sequence of QgisLayer
        Its layers; of several layers of one table the first is the table's own style.
    lang : {"zh", "en"}
        Language of aliases and legends.
    plain : mapping of str to sequence of str, optional
        Columns of tables without geometry, by table: their titles are style enough.
    """
    with changed_geopackage(path) as base:
        base.execute(STYLES)
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description,"
            " last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
            (FIXED_TIME,),
        )
        column = dict(
            base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall()
        )
        seen: set[str] = set()
        for layer in layers:
            is_first, shape = layer.table not in seen, column.get(layer.table, "geom")
            _insert(
                base,
                (layer.table, shape),
                layer.title.say(lang),
                _qml(layer, lang),
                is_default=is_first,
            )
            seen.add(layer.table)
        for table, columns in (plain or {}).items():
            titled = _document([field_titles(columns, lang)])
            _insert(base, (table, ""), table, titled, is_default=True)


def _insert(
    base: sqlite3.Connection, of: tuple[str, str], title: str, qml: str, *, is_default: bool
) -> None:
    """Keep one style of a table and its column of geometry."""
    base.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
        " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description,"
        " owner, ui, update_time) VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '', NULL, ?)",
        (*of, title[:30], qml, is_default, title, FIXED_TIME),
    )


def write_project(
    path: Path,
    layers: Sequence[QgisLayer],
    ground: Sequence[QgisLayer],
    *,
    title: Text,
    work_crs: str,
    lang: Lang,
    sheet: QgisSheet | None = None,
    pictures: Sequence[tuple[str, str]] = (),
) -> None:
    """Write a QGIS project: the layers above their backdrop, opening on what they span.

    Parameters
    ----------
    path : Path
        The .qgz file; sources are found from its folder.
    layers : sequence of QgisLayer
        The plan's layers, in drawing order.
    ground : sequence of QgisLayer
        The backdrop, in drawing order.
    title : Text
        Title of the project.
    work_crs : str
        CRS of the project and of every layer.
    lang : {"zh", "en"}
        Language.
    sheet : QgisSheet, optional
        What its print layout says; without it there is no layout of the map.
    pictures : sequence of (str, str)
        Further layouts, a picture each: name, and path from the project's folder.
    """
    project = Element("qgis", {"projectname": writable(title.say(lang)), "version": VERSION})
    SubElement(project, "title").text = writable(title.say(lang))
    SubElement(project, "projectCrs").append(_crs(work_crs))
    root = SubElement(project, "layer-tree-group")
    SubElement(root, "customproperties")
    named = [(f"plan_{at}_{one.table}", one) for at, one in enumerate(layers)]
    under = [(f"ground_{at}_{one.table}", one) for at, one in enumerate(ground)]
    _tree(root, named, lang)
    if under:
        own = {"name": GROUND.say(lang), "checked": "Qt::Checked", "expanded": "0"}
        group = SubElement(root, "layer-tree-group", own)
        SubElement(group, "customproperties")
        _tree(group, under, lang)
    canvas = SubElement(project, "mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    SubElement(canvas, "units").text = "meters"
    _extent(canvas, [one for _, one in under or named])
    SubElement(canvas, "rotation").text = "0"
    SubElement(canvas, "destinationsrs").append(_crs(work_crs))
    order = SubElement(project, "layerorder")
    held = SubElement(project, "projectlayers")
    for key, one in reversed([*under, *named]):
        SubElement(order, "layer", {"id": key})
        held.append(_maplayer(key, one, work_crs, lang))
    properties = SubElement(project, "properties")
    paths = SubElement(properties, "Paths")
    SubElement(paths, "Absolute", {"type": "bool"}).text = "false"
    reference = SubElement(properties, "SpatialRefSys")
    SubElement(reference, "ProjectionsEnabled", {"type": "int"}).text = "1"
    span = _span([one for _, one in named]) or _span([one for _, one in under])
    layouts = []
    if sheet is not None and span is not None:
        small = [(key, one) for key, one in under if one.table in OVERVIEW]
        printed = layout_element(
            sheet,
            span,
            title=title,
            work_crs=work_crs,
            lang=lang,
            whole=_span([one for _, one in small]),
            overview_layers=[key for key, _ in small],
            legend_rows=sum(_rows(one) for _, one in [*named, *under]) + 1,
        )
        layouts.append(printed)
    layouts += [picture_layout(*one) for one in pictures]
    if layouts:
        SubElement(project, "Layouts").extend(layouts)
    indent(project, " ")
    text = DOCTYPE + tostring(project, encoding="unicode") + "\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as held_in:
        entry = zipfile.ZipInfo("project.qgs", FIXED_ZIP_TIME)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        held_in.writestr(entry, text.encode())


def _qml(layer: QgisLayer, lang: Lang) -> str:
    return _document(_parts(layer, lang))


def _document(parts: Sequence[Element]) -> str:
    found = Element("qgis", {"version": VERSION, "styleCategories": "AllStyleCategories"})
    found.extend(parts)
    indent(found, " ")
    return DOCTYPE + tostring(found, encoding="unicode") + "\n"


def _parts(layer: QgisLayer, lang: Lang) -> list[Element]:
    return style_parts(
        layer.shape, layer.symbol, layer.classes, layer.columns, name=layer.name, lang=lang
    )


def _rows(one: QgisLayer) -> int:
    classes = len(one.classes)
    return (classes + (classes > 1)) * one.shown


def _tree(group: Element, layers: Sequence[tuple[str, QgisLayer]], lang: Lang) -> None:
    for key, one in reversed(layers):
        own = {
            "id": key,
            "name": writable(one.title.say(lang)),
            "source": f"{one.source}|layername={one.table}",
            "providerKey": "ogr",
            "checked": "Qt::Checked" if one.shown else "Qt::Unchecked",
            "expanded": "1" if len(one.classes) > 1 else "0",
        }
        SubElement(SubElement(group, "layer-tree-layer", own), "customproperties")


def _maplayer(key: str, layer: QgisLayer, work_crs: str, lang: Lang) -> Element:
    own = {"type": "vector", "geometry": GEOMETRY[layer.shape][1], "styleCategories": ""}
    own |= {"autoRefreshEnabled": "0", "labelsEnabled": "1" if layer.symbol.named else "0"}
    found = Element("maplayer", own)
    SubElement(found, "id").text = key
    SubElement(found, "datasource").text = f"{layer.source}|layername={layer.table}"
    SubElement(found, "layername").text = writable(layer.title.say(lang))
    SubElement(found, "srs").append(_crs(work_crs))
    SubElement(found, "provider", {"encoding": "UTF-8"}).text = "ogr"
    found.extend(_parts(layer, lang))
    return found


def _crs(work_crs: str) -> Element:
    crs = CRS(work_crs)
    code = str(crs.to_epsg() or 0)
    found = Element("spatialrefsys", {"nativeFormat": "Wkt"})
    parts = {
        "wkt": crs.to_wkt("WKT2_2019"),
        "srid": code,
        "authid": f"EPSG:{code}",
        "description": crs.name,
        "geographicflag": "true" if crs.is_geographic else "false",
    }
    for name, text in parts.items():
        SubElement(found, name).text = text
    return found


def _extent(canvas: Element, layers: Sequence[QgisLayer]) -> None:
    counties = [one for one in layers if one.bounds and one.symbol.role == "county"]
    span = _span(counties or layers)
    if span is None:
        return
    found = SubElement(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), span, strict=True):
        SubElement(found, name).text = f"{value:.3f}"


def _span(layers: Sequence[QgisLayer]) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of all that is drawn; None where nothing is."""
    bounds = [one.bounds for one in layers if one.bounds]
    if not bounds:
        return None
    west, south, east, north = zip(*bounds, strict=True)
    return min(west), min(south), max(east), max(north)
