"""Tables of a result as shapefiles in GBK, with a key to their short field names."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from shapely import GeometryCollection
from shapely.geometry.base import BaseGeometry

from nngis import fields
from nngis.crs.place import has_place
from nngis.datasets.geopackage import fitting_columns
from nngis.result.imprint import imprint
from nngis.result.result import Result
from nngis.text import Lang, Text
from nngis.unit_words import unit_words

FOLDER, KEY = "shp", "fields.csv"
GBK = "GBK"
NAME_BYTES, TEXT_BYTES, MOST_FIELDS = 10, 254, 255  # limits of dBASE
CODE_PAGE, CODE_PAGE_AT = 0x4D, 29  # the head of a dBASE file says GBK to who reads no .cpg
DATED = "2000-01-01"  # dBASE keeps the day of writing: the same input, the same bytes
HEADS = {
    "file": Text("文件", "File"),
    "field": Text("字段", "Field"),
    "column": Text("列", "Column"),
    "title": Text("含义", "Title"),
    "unit": Text("单位", "Unit"),
    "note": Text("说明", "Meaning"),
    "values": Text("取值", "Values"),
    "cut": Text(
        "被截断的行数（超过 254 字节，全文见 layers.gpkg）",
        "Rows cut off (beyond 254 bytes; whole in layers.gpkg)",
    ),
    "unwritable": Text(
        "含 GBK 之外字符、以 ? 代替的行数", "Rows with signs that GBK lacks, written as ?"
    ),
    "about": Text("版本、数据", "Version, data"),
}
# What GIS programs show of a shapefile as its description.
METADATA = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<metadata><idinfo>'
    "<citation><citeinfo><title>{}</title></citeinfo></citation>"
    "<descript><abstract>{}</abstract></descript></idinfo></metadata>\n"
)


@dataclass(frozen=True)
class _Column:
    """A column as a shapefile holds it."""

    values: pd.Series
    cut: int = 0
    unwritable: int = 0


def write_shapefiles(folder: Path, result: Result, lang: Lang) -> list[str]:
    """Write every table that has places, one shapefile a kind of geometry, and the key.

    Parameters
    ----------
    folder : Path
        The plan's folder; a folder ``shp`` is made in it.
    result : Result
        The result.
    lang : {"zh", "en"}
        Language of the key.

    Returns
    -------
    list of str
        Names of the files; none where no table has places.
    """
    own, rows = folder / FOLDER, []
    for name, frame in result.analysis.tables.items():
        if isinstance(frame, gpd.GeoDataFrame) and has_place(frame).any():
            own.mkdir(exist_ok=True)
            flat = fitting_columns(frame.reset_index() if frame.index.name else frame)
            rows += _write_table(own, name, flat, lang)
    if not rows:
        return []
    about = imprint([result], lang)
    for path in sorted(own.glob("*.shp")):
        said = METADATA.format(*map(escape, (f"{result.title.say(lang)} · {path.stem}", about)))
        path.with_suffix(".shp.xml").write_text(said, encoding="utf-8", newline="\n")
    rows = [{**row, "about": about} for row in rows]
    key = pd.DataFrame(rows).rename(columns={name: head.say(lang) for name, head in HEADS.items()})
    key.to_csv(own / KEY, index=False, encoding="utf-8-sig", lineterminator="\n")
    return sorted(f"{FOLDER}/{path.name}" for path in own.iterdir())


def short_names(columns: Sequence[str]) -> list[str]:
    """Give each column a name of at most ten bytes of GBK, no two the same.

    Of words joined by underscores the longest is shortened first, so that each still shows.

    Examples
    --------
    >>> short_names(["boiler_id", "covered_before_share", "covered_share", "covered_shore"])
    ['boiler_id', 'cov_bef_sh', 'cover_shar', 'cover_shor']
    >>> short_names(["额定蒸发量（t/h）", "额定蒸发量", "Name", "name"])
    ['额定蒸发量', '额定蒸发1', 'Name', 'name1']
    """
    taken: set[str] = set()
    names = []
    for column in columns:
        name = _shortened(column)
        for number in range(1, len(columns) + 1):
            if name.lower() not in taken:
                break
            tail = str(number)
            name = _first_bytes(_shortened(column), NAME_BYTES - len(tail)) + tail
        taken.add(name.lower())
        names.append(name)
    return names


def _shortened(column: str) -> str:
    words = column.split("_")
    while len("_".join(words).encode(GBK, "replace")) > NAME_BYTES:
        longest = max(range(len(words)), key=lambda at: (len(words[at]), at))
        if len(words[longest]) <= 1:
            break
        words[longest] = words[longest][:-1]
    return _first_bytes("_".join(words), NAME_BYTES) or "F"


def _first_bytes(text: str, most: int) -> str:
    """Cut a text to so many bytes of GBK, between signs."""
    return text.encode(GBK, "replace")[:most].decode(GBK, "ignore")


def _write_table(
    folder: Path, name: str, frame: gpd.GeoDataFrame, lang: Lang
) -> list[dict[str, object]]:
    own = [column for column in frame.columns if column != frame.geometry.name]
    kept = own[:MOST_FIELDS]
    columns = {column: _as_dbase(frame[column]) for column in kept}
    short = dict(zip(kept, short_names(kept), strict=True))
    flat = gpd.GeoDataFrame(
        {short[column]: one.values for column, one in columns.items()},
        geometry=[_in_one_kind(one) for one in frame.geometry],
        crs=frame.crs,
    )
    rows = []
    for stem, kind, part in _parts(name, flat):
        path = folder / f"{stem}.shp"
        pyogrio.write_dataframe(
            part, path, driver="ESRI Shapefile", encoding=GBK, geometry_type=kind,
            DBF_DATE_LAST_UPDATE=DATED,
        )  # fmt: skip
        with path.with_suffix(".dbf").open("r+b") as table:
            table.seek(CODE_PAGE_AT)
            table.write(bytes([CODE_PAGE]))
        rows += [
            _key_row(path.name, short.get(column, ""), column, columns.get(column), lang)
            for column in own
        ]
    return rows


def _in_one_kind(shape: BaseGeometry | None) -> BaseGeometry | None:
    """Keep of a mixed collection its parts of the highest dimension; of what is empty nothing."""
    if shape is None or shape.is_empty:
        return None
    if not isinstance(shape, GeometryCollection):
        return shape
    parts = shapely.get_parts(shape)
    while any(isinstance(one, GeometryCollection) for one in parts):
        parts = shapely.get_parts(parts)
    most = shapely.get_dimensions(parts).max(initial=-1)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == most])


def _parts(name: str, frame: gpd.GeoDataFrame) -> Iterator[tuple[str, str, gpd.GeoDataFrame]]:
    """Part a table by kind of geometry; rows without a place go with the most usual kind."""
    kinds = frame.geometry.geom_type.str.removeprefix("Multi")
    counts = Counter(kinds.dropna())
    usual = max(counts, key=lambda kind: (counts[kind], kind))
    for kind in sorted(counts):
        part = frame[kinds.eq(kind) | (kinds.isna() & (kind == usual))]
        many = part.geometry.geom_type.str.startswith("Multi", na=False).any()
        stem = name if len(counts) == 1 else f"{name}_{kind.lower()}"
        yield stem, f"Multi{kind}" if many else kind, part


def _as_dbase(values: pd.Series) -> _Column:
    """Bring a column to what dBASE holds: whole and other numbers, texts of 254 bytes."""
    if pd.api.types.is_bool_dtype(values):
        return _Column(values.astype("Int32"))
    if pd.api.types.is_numeric_dtype(values):
        if pd.api.types.is_float_dtype(values):
            values = values.astype(float).replace([np.inf, -np.inf], np.nan)
        return _Column(values)
    texts = values.astype(object).where(values.notna(), None)
    encoded = [None if one is None else str(one).encode(GBK, "replace") for one in texts]
    plain = [one if one is None else str(one) for one in texts]
    cut = [one is not None and len(one) > TEXT_BYTES for one in encoded]
    lost = [
        text is not None and raw is not None and raw.decode(GBK) != text
        for text, raw in zip(plain, encoded, strict=True)
    ]
    kept = [None if one is None else one[:TEXT_BYTES].decode(GBK, "ignore") for one in encoded]
    return _Column(pd.Series(kept, index=values.index, dtype=object), sum(cut), sum(lost))


def _key_row(
    file: str, short: str, column: str, held: _Column | None, lang: Lang
) -> dict[str, object]:
    field = fields.get(column)
    values = (
        Text("；", "; ")
        .say(lang)
        .join(f"{value}={title.say(lang)}" for value, title in field.values.items())
    )
    return {
        "file": file,
        "field": short,
        "column": column,
        "title": field.title.say(lang),
        "unit": unit_words(field.unit).say(lang),
        "note": field.note.say(lang),
        "values": values,
        "cut": held.cut if held else "",
        "unwritable": held.unwritable if held else "",
    }
