"""Write layers so that the same rows give the same bytes."""

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

DECIMALS_POINT = 7
DECIMALS_LINE = 6
SHEET_HEAD_ROWS = 2  # a title and the headers


def degrees(value: float) -> str:
    """Write a coordinate of a point with seven decimals, about a centimetre.

    Parameters
    ----------
    value : float
        Longitude or latitude [°].

    Returns
    -------
    str
        The number.

    Examples
    --------
    >>> degrees(108.94)
    '108.9400000'
    """
    return f"{value:.{DECIMALS_POINT}f}"


def table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as UTF-8 csv, sorted by the first column.

    Parameters
    ----------
    path : Path
        File to write.
    columns : sequence of str
        Columns in their order, the key first.
    rows : iterable of mapping
        The rows; a missing value or None is written as nothing.
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: str(row[columns[0]])))


def features(
    path: Path, rows: Iterable[tuple[Mapping[str, Any], str, list[Any]]], *, key: str
) -> None:
    """Write lines or polygons as GeoJSON, one feature a line, sorted by their key.

    Parameters
    ----------
    path : Path
        File to write.
    rows : iterable of (properties, geometry type, coordinates)
        Coordinates in WGS84, longitude first.
    key : str
        The property to sort by.
    """
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": dict(properties),
                "geometry": {"type": kind, "coordinates": rounded(coordinates)},
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for properties, kind, coordinates in sorted(rows, key=lambda row: str(row[0][key]))
    ]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="")


def rounded(coordinates: Any) -> Any:  # noqa: ANN401  (GeoJSON nests as deep as its geometry)
    """Round nested coordinates to six decimals, about a decimetre.

    Parameters
    ----------
    coordinates : nested sequence of float
        GeoJSON coordinates.

    Returns
    -------
    nested list of float
        The same shape.

    Examples
    --------
    >>> rounded([[108.12345678, 22.0]])
    [[108.123457, 22.0]]
    """
    if isinstance(coordinates, int | float):
        return round(float(coordinates), DECIMALS_LINE)
    return [rounded(part) for part in coordinates]


def stamp(catalog: str, layer: str, data: bytes, rows: int | None) -> str:
    """Put a layer's hash and number of rows into its catalog entry.

    Parameters
    ----------
    catalog : str
        Text of catalog.toml.
    layer : str
        Id of a layer that has an entry with `sha256` and, for tables, `rows`.
    data : bytes
        What the layer's file holds.
    rows : int or None
        How many rows it has; None for a raster.

    Returns
    -------
    str
        The new text.

    Raises
    ------
    ValueError
        If the entry or one of its keys is missing.
    """
    head, mark, tail = catalog.partition(f"[layers.{layer}]\n")
    if not mark:
        raise ValueError(f"catalog.toml has no entry [layers.{layer}]")
    entry, gap, rest = tail.partition("\n[layers.")
    values = {"sha256": f'"{hashlib.sha256(data).hexdigest()}"'}
    if rows is not None:
        values["rows"] = str(rows)
    for name, value in values.items():
        entry, found = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", entry)
        if found != 1:
            raise ValueError(f"[layers.{layer}] in catalog.toml needs one line `{name} = ...`")
    return head + mark + entry + gap + rest


def count_rows(path: Path) -> int | None:
    """Count the rows of a layer's file.

    Parameters
    ----------
    path : Path
        A csv, GeoJSON, xlsx or GeoTIFF file.

    Returns
    -------
    int or None
        Rows without headers; None for a raster.
    """
    if path.suffix == ".geojson":
        return len(json.loads(path.read_text(encoding="utf-8"))["features"])
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            return sum(1 for _ in csv.DictReader(stream))
    if path.suffix == ".xlsx":
        sheet = load_workbook(path, read_only=True).active
        return sheet.max_row - SHEET_HEAD_ROWS
    return None
