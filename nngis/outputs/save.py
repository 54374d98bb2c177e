"""Save a result: result.json, layers.gpkg, tables.xlsx, and long tables as Parquet."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from nngis.datasets.geopackage import fitting_columns, repeatable_writing
from nngis.files import write_json
from nngis.outputs.cells import MOST_ROWS
from nngis.outputs.field_titles import write_field_titles
from nngis.outputs.workbook import write_workbook
from nngis.result.imprint import imprint
from nngis.result.mapview import Shape
from nngis.result.result import Result
from nngis.text import Lang, Text

# A GeoPackage notes when it was last changed; one fixed time keeps the same input the same bytes.
WORKBOOK = "tables.xlsx"
GEOMETRY: dict[Shape, str] = {"point": "Point", "line": "LineString", "polygon": "Polygon"}


def save_result(result: Result, folder: Path, lang: Lang) -> list[str]:
    """Write a result's files into a folder.

    Parameters
    ----------
    result : Result
        The result.
    folder : Path
        An existing folder.
    lang : {"zh", "en"}
        Language of the workbook and of the columns' titles.

    Returns
    -------
    list of str
        Names of the files written.
    """
    write_workbook(folder / WORKBOOK, result, lang)
    return [*save_data(result, folder, lang), WORKBOOK]


def save_data(result: Result, folder: Path, lang: Lang) -> list[str]:
    """Write a result's files but its workbook.

    Parameters
    ----------
    result : Result
        The result.
    folder : Path
        An existing folder.
    lang : {"zh", "en"}
        Language of the columns' titles.

    Returns
    -------
    list of str
        Names of the files written.
    """
    write_json(folder / "result.json", as_json(result))
    shapes = {layer.table: layer.shape for layer in result.view.layers}
    about, tables = imprint([result], lang), result.analysis.tables
    write_geopackage(folder / "layers.gpkg", tables, shapes, about=about, lang=lang)
    return ["result.json", "layers.gpkg", *_write_long(folder, result)]


def _write_long(folder: Path, result: Result) -> list[str]:
    """Write whole the tables of which the workbook holds a part."""
    shown = {sheet.table: result.analysis.tables[sheet.table] for sheet in result.sheets}
    long = {name: table for name, table in sorted(shown.items()) if len(table) > MOST_ROWS}
    for name, table in long.items():
        _flat(table).to_parquet(folder / f"{name}.parquet", index=False)
    return [f"{name}.parquet" for name in long]


def as_json(result: Result) -> dict[str, Any]:
    """Return a result as json: all but the rows of its tables.

    Parameters
    ----------
    result : Result
        The result.

    Returns
    -------
    dict
        `plan, title, subject, work_crs, evidence, parameters, indicators, inputs,
        assumptions, warnings, tables, versions`.
    """
    analysis = result.analysis
    return {
        "plan": result.plan,
        "title": _text(result.title),
        "subject": result.subject,
        "work_crs": result.work_crs,
        "evidence": result.evidence,
        "parameters": {
            p.name: {
                "title": _text(p.title),
                "value": p.value,
                "unit": p.unit,
                "source": p.source,
                "origin": p.origin,
                "verified": p.verified,
            }
            for p in result.parameters
        },
        "indicators": [
            {
                "name": i.name,
                "title": _text(i.title),
                "value": i.value,
                "unit": i.unit,
                "target": i.target,
                "sense": i.sense,
                "status": i.status,
                "source": i.source,
                "note": _text(i.note) if i.note else None,
                "basis": i.basis,
                "rule": i.rule,
                "evidence": i.evidence,
                "assumptions": [_text(text) for text in i.assumptions],
            }
            for i in analysis.indicators
        ],
        "inputs": [{**asdict(r), "title": _text(r.title)} for r in result.inputs],
        "assumptions": [_text(text) for text in analysis.assumptions],
        "warnings": [_text(text) for text in result.warnings],
        "tables": {name: len(frame) for name, frame in analysis.tables.items()},
        "versions": dict(result.versions),
    }


def write_geopackage(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    shapes: Mapping[str, Shape] | None = None,
    *,
    about: str = "",
    lang: Lang = "zh",
) -> None:
    """Write every table into one GeoPackage, those without geometry as attributes.

    What `about` says of version, data and evidence is every layer's description.
    """
    own = {"driver": "GPKG", "DESCRIPTION": about}
    with repeatable_writing():
        for name, frame in tables.items():
            if isinstance(frame, gpd.GeoDataFrame):
                kind = _geometry_type(frame, (shapes or {}).get(name))
                pyogrio.write_dataframe(_flat(frame), path, layer=name, geometry_type=kind, **own)
        # Attributes come last: what is drawn stands first where the file is opened.
        for name, frame in tables.items():
            if not isinstance(frame, gpd.GeoDataFrame) and len(frame):
                pyogrio.write_dataframe(_flat(frame), path, layer=name, **own)
    if path.exists():
        write_field_titles(path, lang)


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    flat: pd.DataFrame = fitting_columns(frame.reset_index() if frame.index.name else frame)
    return flat


def _geometry_type(frame: gpd.GeoDataFrame, shape: Shape | None) -> str:
    kinds = set(frame.geometry.dropna().geom_type)
    if not kinds and shape is not None:
        return GEOMETRY[shape]
    single = {kind.removeprefix("Multi") for kind in kinds}
    if len(single) != 1:
        return "Unknown"
    return f"Multi{single.pop()}" if any(k.startswith("Multi") for k in kinds) else single.pop()


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
