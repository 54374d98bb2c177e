"""Read any layer of points or lines for a question asked of it, whatever its columns are."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pandas as pd

from nngis.catalog.layer import Layer
from nngis.errors import LayerError, Problem, require
from nngis.inputs.given import given_layer
from nngis.inputs.store import LayerStore
from nngis.ledger.field_cells import id_of
from nngis.ledger.part import Options, Part
from nngis.ledger.read import read_ledger, survey_ledger
from nngis.ledger.sources import open_parts, sha256_of_source
from nngis.ledger.stated_datum import placed_in_wgs84
from nngis.ledger.vector import part_of
from nngis.roles import Role
from nngis.roles import role as role_named
from nngis.text import Text, counted, listing

VECTORS = {".gpkg", ".geojson", ".geojsonl", ".json", ".shp", ".fgb", ".parquet"}
IDS = ("id", "fid", "osm_id", "code", "编号")
WEIGHTS = ("weight", "population", "people", "人口")
TITLES = {
    "demand": Text("需求点", "Demand"),
    "facilities": Text("设施", "Facilities"),
    "candidates": Text("候选点", "Candidates"),
    "existing": Text("已有设施", "Existing facilities"),
    "roads": Text("道路", "Roads"),
}


def read_features(
    source: str | Path | gpd.GeoDataFrame | Layer,
    part: str,
    store: LayerStore,
    *,
    datum: str | None = None,
) -> Layer:
    """Read a file, a frame, or a layer of the catalog, for its part in a question.

    Parameters
    ----------
    source : str, Path, GeoDataFrame or Layer
        A vector file, a table with coordinates, the id of a layer of the catalog, or a frame
        with geometry and a CRS. Roads are whatever the ledger reader takes for that role.
    part : str
        A key of `TITLES`.
    store : LayerStore
        The layers folder.
    datum : str, optional
        Datum of the coordinates where the file does not say it; without it a table is asked about
        as a ledger is: evidence decides and is quoted, or the user is asked.

    Returns
    -------
    Layer
        Its rows with all their columns, in WGS84, indexed by a unique text id.

    Raises
    ------
    LayerError
        If ids repeat, or rows are not points (lines for roads).
    """
    if isinstance(source, Layer):
        layer, path = source, source.id
    elif isinstance(source, gpd.GeoDataFrame) and part != "roads":
        layer, path = _from_frame(source, part, datum), part
    elif not isinstance(source, str | Path):
        layer, path = given_layer(source, part, store, datum=datum), part
    else:
        layer, path = _from_path(str(source), part, store, datum), str(source)
    _check_shapes(layer.frame, part, path)
    return layer


def _from_path(path: str, part: str, store: LayerStore, datum: str | None) -> Layer:
    if path in store.specs:
        layer = store.open(path)
    elif part == "roads":
        # Roads have columns that mean something; plans read them the same way.
        layer = read_ledger(
            path,
            role_named(part),
            datum=datum,
            work_crs=store.home_crs,
            references=store.references,
            divisions=store.divisions,
        )
    else:
        layer = _from_vector(Path(path), part, datum) or _from_table(path, part, store, datum)
    return layer


def _from_table(path: str, part: str, store: LayerStore, datum: str | None) -> Layer:
    """Take rows as a ledger's are; columns keep the names by which they may be asked for."""
    options = replace(store.options(datum), plain=True)
    return survey_ledger(path, _role_of(part), options).layer


def weights_of(layer: Layer, column: str | None) -> pd.Series:
    """Return what each demand weighs.

    Parameters
    ----------
    layer : Layer
        The demand.
    column : str, optional
        Its column; the first of `WEIGHTS` that is there, or one each.

    Returns
    -------
    Series of float
        On the layer's index; missing where the cell holds no number.

    Raises
    ------
    LayerError
        If the column does not exist.
    """
    frame = layer.frame
    chosen = column or next((name for name in WEIGHTS if name in frame), None)
    if chosen is None:
        return pd.Series(1.0, index=frame.index)
    if chosen not in frame:
        known = listing(str(c) for c in frame.columns if c != "geometry")
        raise LayerError(
            f"没有权重列 {chosen!r}；现有的列：{known.zh}。",
            f"There is no weight column {chosen!r}; the columns are: {known.en}.",
            where=layer.id,
        )
    return pd.to_numeric(frame[chosen], errors="coerce").astype(float)


def _from_vector(path: Path, part: str, datum: str | None) -> Layer | None:
    """Read a file of features; None for a table, which a place search is too."""
    if path.suffix.lower() not in VECTORS:
        return None
    opened = open_parts(str(path), _role_of(part))[0]
    if opened.geometry is None and path.suffix.lower() == ".json":
        return None
    layer = _from_part(opened, part, datum, str(path))
    return replace(layer, id=path.name, path=path, sha256=sha256_of_source(str(path)))


def _from_frame(frame: gpd.GeoDataFrame, part: str, datum: str | None) -> Layer:
    key = f"{part}_id"
    if key not in frame and (frame.index.name or not isinstance(frame.index, pd.RangeIndex)):
        frame = frame.rename_axis(key).reset_index()  # an index that was chosen is the ids
    layer = _from_part(part_of(frame, Path(part), ""), part, datum, part)
    rows = layer.frame.to_wkb().to_csv().encode()
    return replace(layer, sha256=hashlib.sha256(rows).hexdigest())


def _from_part(opened: Part, part: str, datum: str | None, where: str) -> Layer:
    """Take rows as they are; their ids are a column of a known name, or numbers."""
    if opened.geometry is None or (opened.geometry.crs is None and datum is None):
        raise LayerError(
            "没有图形，或没有说明坐标参考系；请用 --datum 说明。",
            "There is no geometry, or no CRS is stated; say it with --datum.",
            where=where,
        )
    header, *rows = opened.table.rows
    cells = pd.DataFrame(rows, columns=list(map(str, header)), dtype=object)
    shapes, notes = placed_in_wgs84(opened, Options(datum))
    frame = gpd.GeoDataFrame(cells.infer_objects(), geometry=shapes.to_numpy(), crs=shapes.crs)
    wanted = (f"{part}_id", *IDS)
    key = next((name for name in frame.columns if name.lower() in wanted), None)
    ids = cells[key].map(id_of) if key else pd.Series(range(1, len(frame) + 1))
    made = pd.Series(range(1, len(frame) + 1)).map("R{:05d}".format)
    frame.index = pd.Index(ids.where(ids.notna(), made).astype(str), name=f"{part}_id")
    return Layer(
        id=where,
        title=TITLES[part],
        frame=frame.drop(columns=[f"{part}_id"], errors="ignore"),
        evidence="surveyed",
        path=None,
        sha256="",
        rows=len(frame),
        notes=(*opened.notes, *notes),
    )


def _role_of(part: str) -> Role:
    shape: Literal["line", "point"] = "line" if part == "roads" else "point"
    return Role(part, TITLES[part], shape, f"{part}_id", (), ("name_zh",))


def _check_shapes(frame: gpd.GeoDataFrame, part: str, path: str) -> None:
    wanted = "LineString" if part == "roads" else "Point"
    kinds = frame.geometry.dropna().geom_type.str.removeprefix("Multi")
    odd = int(kinds.ne(wanted).sum())
    repeated = frame.index[frame.index.duplicated()]
    problems = []
    if odd:
        problems.append(
            Problem(
                f"{odd} 行不是{'线' if part == 'roads' else '点'}。",
                f"{counted(odd, 'row', 'are')} no {'lines' if part == 'roads' else 'points'}.",
                path,
            )
        )
    if len(repeated):
        problems.append(
            Problem(
                f"有 {len(repeated)} 个重复的编号，例如 {repeated[0]}。",
                f"{counted(len(repeated), 'id', 'repeat')}, for example {repeated[0]}.",
                path,
            )
        )
    require(problems, LayerError)
