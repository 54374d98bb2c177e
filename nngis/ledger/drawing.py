"""Read drawings (DXF): objects of the layers that a role is drawn on, labelled by the text near."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely
from scipy.spatial import KDTree

from nngis.errors import LedgerError
from nngis.ledger.part import Part
from nngis.ledger.table import RawTable, tidy
from nngis.ledger.vector import read_layers
from nngis.ledger.words import read_class
from nngis.roles import Role
from nngis.text import Text

LABEL_WITHIN_M = 50.0  # a label farther from its point belongs to another
HEADER = ["name_zh", "图层", "句柄"]
MAX_FILE = 300_000_000  # bytes
_BYTES = "iso-8859-1"
_CAPACITY = re.compile(
    r"\d[\d.,]*\s*(?:t/h|蒸吨(?:/小?时)?|吨/小?时|mw|兆瓦|万大卡)", re.IGNORECASE
)


def read_drawing(path: Path, role: Role) -> list[Part]:
    """Read the objects of a drawing that play a role.

    Parameters
    ----------
    path : Path
        A .dxf file.
    role : Role
        What its objects should become; `drawn_on` names its layers.

    Returns
    -------
    list of Part
        One part: the label as name, and for boilers the capacity and fuel that it tells.

    Raises
    ------
    LedgerError
        If the file is damaged, or none of its layers is one of the role's.
    """
    if path.stat().st_size > MAX_FILE:
        raise LedgerError(
            f"文件超过 {MAX_FILE // 1_000_000} MB；请只导出需要的图层。",
            f"The file is larger than {MAX_FILE // 1_000_000} MB; export the layers needed alone.",
            where=str(path),
        )
    _check_whole(path)
    encoding = _encoding(path)
    # Taken byte by byte and decoded here: drawings state code pages that they are not in.
    pyogrio.set_gdal_config_options({"DXF_ENCODING": _BYTES})
    try:
        parts = read_layers(path, path, INLINE_BLOCKS="NO")
    finally:
        pyogrio.set_gdal_config_options({"DXF_ENCODING": None})
    frame = _frame(parts[0], encoding)
    mine = frame["Layer"].map(lambda name: _is_drawn_on(str(name), role))
    wordy = frame["Text"].notna() & (shapely.get_type_id(frame.geometry.to_numpy()) == 0)
    objects = frame[mine & ~wordy & frame.geometry.notna()]
    layers = "、".join(sorted(set(frame["Layer"].astype(str))))
    if objects.empty:
        words = "、".join(role.drawn_on) or role.name
        raise LedgerError(
            f"图中没有{role.title.zh}的图层；现有图层：{layers}。"
            f"请把对象放在名称含“{words}”之一的图层上。",
            f"The drawing has no layer of {role.title.en.lower()}; its layers are: {layers}. Put "
            f"the objects on a layer whose name holds one of: {words}.",
            where=str(path),
        )
    labels = _labels(objects, frame[wordy])
    rows, header = _rows(objects, labels, role)
    geometry = gpd.GeoSeries(
        shapely.force_2d(objects.geometry.to_numpy()), index=range(1, len(objects) + 1)
    )
    other = sorted(set(frame.loc[~mine & ~wordy, "Layer"].astype(str)))
    note = Text(
        f"读取了图层 {'、'.join(sorted(set(objects['Layer'].astype(str))))}；"
        f"其余图层未读：{'、'.join(other) or '无'}。",
        f"Read the layers {', '.join(sorted(set(objects['Layer'].astype(str))))}; left aside: "
        f"{', '.join(other) or 'none'}.",
    )
    table = RawTable(path.name, "", [header, *rows], first_row=0)
    return [Part(table, geometry, (*parts[0].notes, note))]


def _check_whole(path: Path) -> None:
    with path.open("rb") as stream:
        start = stream.read(64)
        stream.seek(max(0, path.stat().st_size - 64))
        end = stream.read().split()
    if not start.startswith(b"AutoCAD Binary DXF") and end[-1:] != [b"EOF"]:
        raise LedgerError(
            "DXF 文件不完整（没有结束标记）；请重新导出或重新传送。",
            "The DXF file is incomplete (it has no end mark); export or send it again.",
            where=str(path),
        )


def _encoding(path: Path) -> str:
    """Tell UTF-8 from the code pages of Chinese Windows by the text itself."""
    try:
        path.read_text("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _frame(part: Part, encoding: str) -> gpd.GeoDataFrame:
    header, *rows = part.table.rows
    frame = pd.DataFrame(rows, columns=list(map(str, header)), dtype=object)
    for name in ("Layer", "Text", "EntityHandle"):
        if name not in frame:
            frame[name] = None
        frame[name] = [
            cell.encode(_BYTES, "replace").decode(encoding, "replace")
            if isinstance(cell, str)
            else None
            for cell in frame[name]
        ]
    return gpd.GeoDataFrame(frame, geometry=part.geometry.to_numpy())  # type: ignore[union-attr]


def _is_drawn_on(layer: str, role: Role) -> bool:
    plain = layer.lower()
    return any(word in plain for word in (*role.drawn_on, role.name)) and "标注" not in plain


def _labels(objects: gpd.GeoDataFrame, texts: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Give each object the text nearest to it; a text labels one object, its nearest."""
    labels = np.full(len(objects), None, dtype=object)
    if texts.empty:
        return labels
    at = shapely.get_coordinates(shapely.point_on_surface(objects.geometry.to_numpy()))
    words = shapely.get_coordinates(shapely.force_2d(texts.geometry.to_numpy()))
    near = min(LABEL_WITHIN_M, np.inf)
    pairs = KDTree(at).sparse_distance_matrix(KDTree(words), near, output_type="ndarray")
    taken: set[int] = set()
    for i, j in pairs[np.lexsort((pairs["j"], pairs["i"], pairs["v"]))][["i", "j"]].tolist():
        if labels[i] is None and j not in taken:
            labels[i] = tidy(texts["Text"].iloc[j]) or None
            taken.add(j)
    return labels


def _rows(
    objects: gpd.GeoDataFrame, labels: npt.NDArray[np.object_], role: Role
) -> tuple[list[list[object]], list[str]]:
    header = list(HEADER)
    columns: list[list[object]] = [
        list(labels),
        objects["Layer"].tolist(),
        objects["EntityHandle"].tolist(),
    ]
    told = (*role.required, *role.optional)
    if "capacity_t_h" in told:
        header.append("capacity_t_h")
        found = [_CAPACITY.search(str(label or "")) for label in labels]
        columns.append([match.group() if match else None for match in found])
    for name, source in (("fuel", labels), ("sewer_kind", objects["Layer"])):
        if name in told:
            header.append(name)
            columns.append([text if read_class(text, name) else None for text in source])
    return [list(row) for row in zip(*columns, strict=True)], header
