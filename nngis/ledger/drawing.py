"""Read drawings (DXF): objects of the layers that a role is drawn on, labelled by the text near."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from scipy.spatial import KDTree

from nngis.arrays import Objects
from nngis.budgets import ROWS, budget, over_budget
from nngis.errors import LedgerError
from nngis.ledger.drawing_arrays import count_inserted, spline_seconds
from nngis.ledger.drawing_layers import unseen_layers
from nngis.ledger.headers import fields_of
from nngis.ledger.part import Part
from nngis.ledger.table import RawTable, brief, tidy
from nngis.ledger.vector import read_layers
from nngis.ledger.words import read_class
from nngis.near import check_pairs
from nngis.roles import Role
from nngis.text import Text, Warned, counted, listing

MOST_SPLINE_S = 3  # that GDAL computes at splines: one of 5,000 points takes more than one
MOST_LABELS = 5_000_000  # pairs of an object and a text near it
LABEL_WITHIN_M = 50.0  # a label farther from its point belongs to another
MAX_FILE = 300_000_000  # bytes
_BYTES, _LAST_BYTE = "iso-8859-1", 0xFF
_BINARY = b"AutoCAD Binary DXF"
_CAPACITY = re.compile(
    r"\d[\d.,]*\s*(?:t/h|蒸吨(?:/小?时)?|吨/小?时|mw|兆瓦|万大卡)", re.IGNORECASE
)


def read_drawing(path: Path, role: Role) -> list[Part]:
    """Read the objects of a drawing that play a role."""
    over_budget("bytes", path.stat().st_size, budget("bytes", MAX_FILE), str(path), LedgerError)
    _check_whole(path)
    over_budget("rows", count_inserted(path), budget("rows", ROWS), str(path), LedgerError)
    seconds = spline_seconds(path)
    over_budget("seconds", seconds, budget("seconds", MOST_SPLINE_S), str(path), LedgerError)
    with TemporaryDirectory(prefix="nngis-") as folder:
        opened, encoding = _in_utf8(path, Path(folder))
        # Taken byte by byte and decoded here: drawings state code pages that they are not in.
        pyogrio.set_gdal_config_options({"DXF_ENCODING": _BYTES})
        try:
            parts = read_layers(opened, path, INLINE_BLOCKS="NO")
            unseen_names = unseen_layers(opened)
        finally:
            pyogrio.set_gdal_config_options({"DXF_ENCODING": None})
    # A drawing with blocks has their definitions as a layer of their own.
    part = next((p for p in parts if p.table.sheet == "entities"), parts[0])
    whole = _frame(part, encoding)
    unseen = whole["Layer"].isin(unseen_names)
    frame = whole[~unseen]
    mine = _is_drawn(frame, role)
    wordy = frame["Text"].notna() & (shapely.get_type_id(frame.geometry.to_numpy()) == 0)
    objects = frame[mine & ~wordy & frame.geometry.notna()]
    objects, marks = _without_marks(objects, role)
    if objects.empty:
        raise _nothing_drawn(frame, whole[unseen], role, path, there=bool(mine.any()))
    labels = _labels(objects, frame[wordy])
    rows, header = _rows(objects, labels, role)
    geometry = gpd.GeoSeries(
        shapely.force_2d(objects.geometry.to_numpy()), index=range(1, len(objects) + 1)
    )
    notes = _notes(objects, frame[~mine & ~wordy], whole[unseen], marks, name=path.name)
    table = RawTable(path.name, "", [header, *rows], first_row=0)
    return [Part(table, geometry, (*part.notes, *notes))]


def _without_marks(
    objects: gpd.GeoDataFrame, role: Role
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Part what can be an object of the role from manholes' circles, frames and symbols."""
    shapes = objects.geometry.to_numpy()
    lines = shapely.get_dimensions(shapes) == 1
    closed = lines & shapely.is_closed(shapes)
    if role.shape == "line":
        kept = lines & ~closed
        return objects[kept], objects[~kept]
    if role.shape == "polygon":
        shapes = shapes.copy()
        rings = closed & (shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING)
        shapes[rings] = [shapely.Polygon(shapely.get_coordinates(ring)) for ring in shapes[rings]]
        objects = objects.set_geometry(gpd.GeoSeries(shapes, index=objects.index))
    return objects, objects.iloc[:0]


def _nothing_drawn(
    frame: gpd.GeoDataFrame, unseen: gpd.GeoDataFrame, role: Role, path: Path, *, there: bool
) -> LedgerError:
    if there:
        return LedgerError(
            f"{role.title.zh}的图层上只有文字、圆、闭合线框或图块符号，没有可读的图形；请画成"
            "线、面或点。",
            f"The layers of {role.title.en.lower()} hold nothing but texts, circles, closed frames "
            "and symbols; draw lines, areas or points.",
            where=str(path),
        )
    layers, off = _layers_of(frame), _layers_of(unseen)
    words = listing(role.drawn_on or [role.name])
    return LedgerError(
        f"图中没有{role.title.zh}的图层；现有图层：{layers.zh}"
        f"{f'；冻结或关闭、未读的图层：{off.zh}' if off.zh else ''}。"
        f"请把对象放在名称含“{words.zh}”之一的图层上。",
        f"The drawing has no layer of {role.title.en.lower()}; its layers are: {layers.en}"
        f"{f'; frozen or off, and not read: {off.en}' if off.en else ''}. Put the objects on a "
        f"layer whose name holds one of: {words.en}.",
        where=str(path),
    )


def _layers_of(part: gpd.GeoDataFrame) -> Text:
    return listing(sorted(set(part["Layer"].astype(str))))


def _notes(
    objects: gpd.GeoDataFrame,
    other: gpd.GeoDataFrame,
    unseen: gpd.GeoDataFrame,
    marks: gpd.GeoDataFrame,
    *,
    name: str,
) -> list[Text]:
    """Say what of a drawing was read and what was left aside."""
    taken, aside, off = map(_layers_of, (objects, other, unseen))
    notes = [
        Text(
            f"读取了图层 {taken.zh}；其余图层未读：{aside.zh or '无'}。",
            f"Read the layers {taken.en}; left aside: {aside.en or 'none'}.",
        )
    ]
    if len(unseen):
        notes.append(
            Warned(
                f"冻结或关闭的图层未读：{off.zh}（{len(unseen)} 个对象）；"
                "需要时请在 CAD 中解冻、打开后另存。",
                f"Layers that are frozen or off were not read: {off.en} "
                f"({counted(len(unseen), 'object')}); thaw them and save the drawing if they are "
                "needed.",
                table=name,
                ids=unseen["EntityHandle"],
            )
        )
    if len(marks):
        handles = listing(marks["EntityHandle"].dropna().head(10))
        notes.append(
            Warned(
                f"{len(marks)} 个圆、闭合线框或图块符号不是线，未读入（句柄 {handles.zh}）。",
                "Circles, closed frames and symbols are no lines and were left aside: "
                f"{len(marks)} (handles {handles.en}).",
                table=name,
                ids=marks["EntityHandle"],
            )
        )
    return notes


def _check_whole(path: Path) -> None:
    with path.open("rb") as stream:
        start = stream.read(64)
        stream.seek(max(0, path.stat().st_size - 64))
        end = stream.read().split()
    if not start.startswith(_BINARY) and end[-1:] != [b"EOF"]:
        raise LedgerError(
            "DXF 文件不完整（没有结束标记）；请重新导出或重新传送。",
            "The DXF file is incomplete (it has no end mark); export or send it again.",
            where=str(path),
        )


def _in_utf8(path: Path, folder: Path) -> tuple[Path, str]:
    """Give the drawing in UTF-8, a copy if it is in a code page of Chinese Windows, and its own.

    GDAL takes the names of blocks and of their attributes for UTF-8, whatever it is told.
    """
    try:
        path.read_text("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return path, "utf-8"
    with path.open("rb") as stream:
        if stream.read(len(_BINARY)) == _BINARY:
            return path, "gb18030"
    copy = folder / "drawing.dxf"
    with (
        path.open(encoding="gb18030", errors="replace", newline="") as old,
        copy.open("w", encoding="utf-8", newline="") as new,
    ):
        shutil.copyfileobj(old, new)
    return copy, "utf-8"


def _frame(part: Part, encoding: str) -> gpd.GeoDataFrame:
    header, *rows = part.table.rows
    frame = pd.DataFrame(rows, columns=list(map(str, header)), dtype=object)
    for name in ("Layer", "Text", "EntityHandle", "BlockName", "BlockAttributes"):
        if name not in frame:
            frame[name] = None
    for name in ("Layer", "Text", "EntityHandle", "BlockName"):
        frame[name] = [_decoded(cell, encoding) for cell in frame[name]]
    frame["BlockAttributes"] = [
        {} if cell is None or isinstance(cell, float) else _attributes(cell, encoding)
        for cell in frame["BlockAttributes"]
    ]
    return gpd.GeoDataFrame(frame, geometry=part.geometry.to_numpy())  # type: ignore[union-attr]


def _decoded(cell: object, encoding: str) -> str | None:
    """Decode what GDAL read byte by byte; names of blocks and tags it takes for UTF-8 itself."""
    if not isinstance(cell, str):
        return None
    if any(ord(letter) > _LAST_BYTE for letter in cell):
        return cell
    return cell.encode(_BYTES).decode(encoding, "replace")


def _attributes(cells: Iterable[object], encoding: str) -> dict[str, str]:
    """Read the attributes of a block, each its tag and, behind a space, its value."""
    found: dict[str, str] = {}
    for cell in cells:
        tag, _, value = str(cell).partition(" ")
        tag, value = _decoded(tag, encoding) or "", _decoded(value.strip(), encoding) or ""
        if tag and value:
            found.setdefault(tag, value)
    return found


def _is_drawn(frame: gpd.GeoDataFrame, role: Role) -> pd.Series:
    """Tell which objects lie on a layer of the role, or are blocks named after it."""
    words = (*role.drawn_on, role.name)

    def named(name: object) -> bool:
        plain = str(name or "").lower()
        return any(word in plain for word in words) and "标注" not in plain

    return pd.Series(
        [named(a) or named(b) for a, b in zip(frame["Layer"], frame["BlockName"], strict=True)],
        index=frame.index,
        dtype=bool,
    )


def _labels(objects: gpd.GeoDataFrame, texts: gpd.GeoDataFrame) -> Objects:
    """Give each object the text nearest to it; a text labels one object, its nearest."""
    labels = np.full(len(objects), None, dtype=object)
    if texts.empty:
        return labels
    at = shapely.get_coordinates(shapely.point_on_surface(objects.geometry.to_numpy()))
    words = shapely.get_coordinates(shapely.force_2d(texts.geometry.to_numpy()))
    at_tree, word_tree = KDTree(at), KDTree(words)
    check_pairs(at_tree, word_tree, LABEL_WITHIN_M, MOST_LABELS, error=LedgerError)
    pairs = at_tree.sparse_distance_matrix(word_tree, LABEL_WITHIN_M, output_type="ndarray")
    taken: set[int] = set()
    for i, j in pairs[np.lexsort((pairs["j"], pairs["i"], pairs["v"]))][["i", "j"]].tolist():
        if labels[i] is None and j not in taken:
            labels[i] = tidy(texts["Text"].iloc[j]) or None
            taken.add(j)
    return labels


def _rows(
    objects: gpd.GeoDataFrame, labels: Objects, role: Role
) -> tuple[list[list[object]], list[str]]:
    """Give each object its label, its layer, and the attributes of its block."""
    told = (*role.required, *role.optional)
    columns: dict[str, list[object]] = {
        "name_zh": list(labels),
        "图层": objects["Layer"].tolist(),
        "句柄": objects["EntityHandle"].tolist(),
    }
    if "capacity_t_h" in told:
        found = [_CAPACITY.search(brief(label)) for label in labels]
        columns["capacity_t_h"] = [match.group() if match else None for match in found]
    for name, source in (("fuel", labels), ("sewer_kind", objects["Layer"])):
        if name in told:
            columns[name] = [text if read_class(text, name) else None for text in source]
    attributes = objects["BlockAttributes"].tolist()
    tags = list(dict.fromkeys(tag for one in attributes for tag in one))
    fields = fields_of(tags, role)
    for tag in tags:
        own = [one.get(tag) for one in attributes]
        name = fields.get(tag, tag)
        label = columns.get(name, [None] * len(own))
        columns[name] = [a if a is not None else b for a, b in zip(own, label, strict=True)]
    return [list(row) for row in zip(*columns.values(), strict=True)], list(columns)
