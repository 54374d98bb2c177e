"""A picture: a result as the page draws it; shapes once, then ids and values alone."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis import fields
from nngis.cartography.chunks import MANY
from nngis.cartography.classes import classify
from nngis.cartography.encode import encode_column
from nngis.cartography.layers import class_data, draw_layer
from nngis.crs.place import has_place
from nngis.decide.indicators import BASES, NOT_JUDGED, Indicator
from nngis.result.mapview import MapLayer, MapView
from nngis.result.result import Result, Sheet
from nngis.text import Text
from nngis.unit_words import unit_words

LOOK = ("classes", "cls")  # what changes while the shapes stay
MOST_COLUMNS = 12
MOST_BRIEF = 40  # rows of a table beside the indicators
_LONG = ("reason", "reason_zh", "reason_en", "source", "remark")


def draw_result(result: Result, known: Mapping[str, str]) -> dict[str, Any]:
    """Draw a whole result.

    Parameters
    ----------
    result : Result
        The result.
    known : mapping of str to str
        Keys of the shapes that the page has, by table.

    Returns
    -------
    dict
        `layers`, `list`, `indicators`, `assumptions`, `warnings`, `evidence`, `inputs`, `fields`.
    """
    tables = result.analysis.tables
    return {
        "title": list(result.title),
        "subject": result.subject,
        "layers": [
            draw_table(one, tables[one.table], known, id_)
            for id_, one in layers_of(result.view).items()
        ],
        "list": list_of(result),
        "indicators": [indicator(one) for one in result.analysis.indicators],
        "tables": briefs(result.brief, tables),
        "assumptions": [list(one) for one in result.analysis.assumptions],
        "warnings": [warning(one) for one in result.warnings],
        "evidence": result.evidence,
        "inputs": [
            {"role": r.role, "t": list(r.title), "evidence": r.evidence, "rows": r.rows,
             "rejected": r.rejected, "attribution": r.attribution}
            for r in result.inputs
        ],
        "crs": result.work_crs,
    }  # fmt: skip


def layers_of(view: MapView) -> dict[str, MapLayer]:
    """Name the layers of a view: some tables are drawn more than once, by different columns."""
    found: dict[str, MapLayer] = {}
    for one in view.layers:
        at = 1 + sum(layer.table == one.table for layer in found.values())
        found[one.table if at == 1 else f"{one.table}~{at}"] = one
    return found


def draw_look(
    layer: MapLayer, table: gpd.GeoDataFrame, key: str, known: Mapping[str, str], id_: str
) -> dict[str, Any]:
    """Draw a table whose shapes have this key: by its looks alone where the page has them."""
    if known.get(id_) != key or len(table) > MANY:
        return draw_table(layer, table, known, id_)
    shown = table[has_place(table).to_numpy()]
    look = classify(layer, shown)
    return {
        "id": id_,
        "table": layer.table,
        "counts": [one.count for one in look.classes],
        "count": len(shown),
        "look": {
            "classes": [class_data(one) for one in look.classes],
            "cls": look.codes.tolist(),
        },
    }


def draw_table(
    layer: MapLayer, table: gpd.GeoDataFrame, known: Mapping[str, str], id_: str = ""
) -> dict[str, Any]:
    """Draw one table of a view; shapes that the page has are not sent again."""
    drawn = draw_layer(replace(layer, popup=()), table)
    key = shape_key(table, layer.name)
    id_ = id_ or layer.table
    found = {
        "id": id_,
        "table": layer.table,
        "key": key,
        "title": list(layer.title),
        "by": list(fields.get(layer.colour_by).title) if layer.colour_by else None,
        "counts": [one.count for one in drawn.classes],
        "count": drawn.count,
        "left_out": drawn.left_out,
    }
    if known.get(id_) == key and "pieces" not in drawn.data:
        return found | {"look": {name: drawn.data.get(name) for name in LOOK}}
    return found | {"data": drawn.data}


def shape_key(table: gpd.GeoDataFrame, name: str | None) -> str:
    """Return a key that differs where ids, names or shapes do."""
    digest = hashlib.blake2b(digest_size=8)
    xy, owner = shapely.get_coordinates(table.geometry.to_numpy(), return_index=True)
    digest.update(np.ascontiguousarray(xy).tobytes())
    digest.update(np.ascontiguousarray(owner).tobytes())
    labels = [table.index.to_series()]
    if name and name in table:
        labels.append(table[name])
    for column in labels:
        words = column.astype("string").fillna("")
        digest.update("\x1f".join(words).encode("utf-8", "replace"))
    return digest.hexdigest()


def list_of(result: Result) -> dict[str, Any]:
    """Return the decided rows as columns: what the first sheet of them shows, without sentences."""
    table = result.analysis.tables[result.subject]
    sheet = next((one for one in result.sheets if one.table == result.subject), None)
    return list_in(table, sheet.columns if sheet else tuple(table.columns))


def list_in(table: pd.DataFrame, columns: Sequence[str]) -> dict[str, Any]:
    """Return rows as columns, the id first and decisions last."""
    names = [table.index.name, *columns]
    kept = [n for n in dict.fromkeys(names) if n not in _LONG and (n in table or n == names[0])]
    kept = kept[:MOST_COLUMNS]
    if "decision" in table and "decision" not in kept:
        kept.append("decision")
    ids = table.index.to_series().astype("string")
    return {
        "id": encode_column(ids),
        "columns": {n: encode_column(ids if n == names[0] else table[n]) for n in kept},
        "fields": words_of(kept),
    }


def briefs(sheets: Sequence[Sheet], tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Return the short tables of sums that stand beside the indicators."""
    found = []
    for one in sheets:
        table = tables.get(one.table)
        if table is None or one.where is not None or not 0 < len(table) <= MOST_BRIEF:
            continue
        rows = table.reset_index()
        names = [name for name in one.columns if name in rows]
        found.append(
            {
                "table": one.table,
                "t": list(one.title),
                "columns": names,
                "rows": [
                    [plain_value(value) for value in row] for row in rows[names].to_numpy(object)
                ],
                "fields": words_of(names),
            }
        )
    return found


def words_of(names: Sequence[str]) -> dict[str, Any]:
    """Return titles, units, types and value words of columns."""
    found = {}
    for name in names:
        one = fields.get(name)
        values = {value: list(title) for value, title in one.values.items()}
        found[name] = {
            "t": list(one.title),
            "u": list(unit_words(one.shown_unit)),
            "y": one.type,
            "v": values,
            "share": one.is_share,
        }
    return found


def indicator(one: Indicator) -> dict[str, Any]:
    """Return an indicator as people read it."""
    read = one.for_readers
    note = one.note or (NOT_JUDGED.get(one.basis) if one.target is not None else None)
    return {
        "name": one.name,
        "t": list(one.title),
        "value": read.value,
        "unit": list(unit_words(read.unit)),
        "target": read.target,
        "sense": one.sense,
        "status": one.status,
        "basis": list(BASES[one.basis]),
        "source": one.source,
        "evidence": one.evidence,
        "note": list(note) if note else None,
        "assumptions": [list(text) for text in one.assumptions],
    }


def warning(one: Text) -> dict[str, Any]:
    """Return a warning with the rows behind it, where it has any."""
    return {"t": list(one), "ids": list(getattr(one, "ids", ()))[:1000],
            "table": getattr(one, "table", "")}  # fmt: skip


def row_of(result: Result, table: str, id_: str) -> dict[str, Any]:
    """Return one row with every value that it has, and the parameters that led there."""
    return row_in(result.analysis.tables[table], id_)


def row_in(frame: pd.DataFrame, id_: str) -> dict[str, Any]:
    """Return one row of a table with every value that it has."""
    match = pd.DataFrame(frame[frame.index.astype(str) == id_]).drop(
        columns="geometry", errors="ignore"
    )
    if match.empty:
        return {"id": id_, "gone": True}
    values = {str(n): plain_value(v) for n, v in match.iloc[0].items()}
    said = [values.pop(f"reason_{lang}", None) for lang in ("zh", "en")]
    names = [name for name, value in values.items() if value is not None]
    point = gpd.GeoSeries(frame.geometry[frame.index.astype(str) == id_]).to_crs(4326).iloc[0:1] \
        if isinstance(frame, gpd.GeoDataFrame) else None  # fmt: skip
    return {
        "id": id_,
        "reason": said if all(said) else None,
        "values": {name: values[name] for name in names},
        "fields": words_of(names),
        "lonlat": None
        if point is None or point.isna().all() or point.is_empty.all()
        else [round(c, 6) for c in point.representative_point().iloc[0].coords[0]],
    }


def plain_value(value: object) -> Any:  # noqa: ANN401 - any json value
    """Return a value of a table as json has it; what is missing or infinite as None."""
    if isinstance(value, list | tuple | dict):
        return str(value)
    if pd.isna(value):
        return None
    plain = getattr(value, "item", lambda: value)()
    if isinstance(plain, float):
        return plain if np.isfinite(plain) else None
    return plain if isinstance(plain, bool | int | str) else str(plain)


def problems_json(problems: Sequence[Any]) -> list[dict[str, str]]:
    """Return what is wrong, in both languages."""
    return [{"zh": one.zh, "en": one.en, "where": one.where} for one in problems]
