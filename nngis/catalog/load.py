"""Open a layer of a catalog: verify its hash, read it, give it its key."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.budgets import (
    ROWS_PACKED,
    VERTICES,
    budget,
    over_budget,
    time_budget,
)
from nngis.case_file import shipped_layers
from nngis.catalog.counties import read_counties
from nngis.catalog.ids import read_ids
from nngis.catalog.layer import Layer
from nngis.catalog.spec import LayerSpec
from nngis.crs import Datum, to_wgs84
from nngis.datasets.content import is_there
from nngis.datasets.vector import read_layer
from nngis.errors import LayerError, LedgerError, boundary
from nngis.text import counted

__all__ = ["load_layer", "sha256_of", "shipped_layers", "verified_path"]

WGS84 = "EPSG:4326"
MOST_CSV_BYTES = 200_000_000


def sha256_of(path: Path) -> str:
    """Hash a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        Hexadecimal sha256.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verified_path(spec: LayerSpec, folder: Path) -> Path:
    """Return the path of a layer's file once its hash has been checked.

    Parameters
    ----------
    spec : LayerSpec
        A spec with a file.
    folder : Path
        The layers folder.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    LayerError
        If the file is missing or its hash is not the catalog's.
    """
    path = folder / str(spec.file)
    if not is_there(path) or not path.is_file():
        raise LayerError(
            f"图层 {spec.id} 的文件不存在；请恢复该文件。",
            f"The file of layer {spec.id} is missing; restore it.",
            where=str(path),
        )
    if sha256_of(path) != spec.sha256:
        raise LayerError(
            f"图层 {spec.id} 的文件与目录中的 sha256 不符，可能已被改动；"
            "请恢复原文件，或把改过的文件用 --layer 角色=文件 传入。",
            f"The file of layer {spec.id} does not have the sha256 that the catalog states; "
            "restore it, or pass your own file with --layer ROLE=FILE.",
            where=str(path),
        )
    return path


def load_layer(spec: LayerSpec, folder: Path, prefixes: Sequence[str] = ()) -> Layer:
    """Load a vector layer or a table of a catalog.

    Parameters
    ----------
    spec : LayerSpec
        What the catalog says; neither a raster nor a ledger.
    folder : Path
        The layers folder.
    prefixes : sequence of str
        Codes of the case, by which the package's counties are chosen.

    Returns
    -------
    Layer
        Its rows, indexed by the spec's key.

    Raises
    ------
    LayerError
        If the file is missing, altered, unreadable, or lacks a column the spec names.
    """
    if spec.provider is not None:
        frame, digest = read_counties(prefixes)
        path = None
    else:
        path = verified_path(spec, folder)
        digest = str(spec.sha256)
        with (
            time_budget(str(path), LayerError),
            boundary(
                str(path),
                f"图层 {spec.id} 读不出来（{{}}）；请核对该文件与目录中的说明。",
                f"Layer {spec.id} cannot be read ({{}}); check its file and what the catalog says "
                "of it.",
                error=LayerError,
            ),
        ):
            try:
                frame = _read(path, spec)
            except LedgerError as error:
                raise LayerError.of(error.problems) from error
            over_budget("rows", len(frame), budget("rows", ROWS_PACKED), str(path), LayerError)
            vertices = int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())
            over_budget("vertices", vertices, budget("vertices", VERTICES), str(path), LayerError)
    _check_columns(frame, spec)
    return Layer(
        id=spec.id,
        title=spec.title,
        frame=frame.to_crs(WGS84),
        evidence=spec.evidence,
        path=path,
        sha256=digest,
        rows=len(frame),
        notes=(spec.note,) if spec.note else (),
        attribution=spec.attribution,
        licence=spec.licence,
    )


def _read(path: Path, spec: LayerSpec) -> gpd.GeoDataFrame:
    if path.suffix == ".csv":
        size = path.stat().st_size
        over_budget("bytes", size, budget("bytes", MOST_CSV_BYTES), str(path), LayerError)
        table = pd.read_csv(path, dtype={str(spec.key): str, "adcode": str})
        needed = [str(spec.key), *(("lon", "lat") if spec.geometry == "point" else ())]
        _require(table, needed, spec, path)
        geometry: object = [None] * len(table)
        if spec.geometry == "point":
            datum: Datum = "wgs84" if spec.datum == "column" else spec.datum
            lon, lat = to_wgs84(table["lon"].to_numpy(), table["lat"].to_numpy(), datum)
            # A row without a position has no point, not a point of NaN.
            geometry = gpd.GeoSeries(gpd.points_from_xy(lon, lat)).mask(np.isnan(lon))
        frame = gpd.GeoDataFrame(table, geometry=geometry, crs=WGS84)
    else:
        frame = read_layer(path).to_crs(spec.crs)
    _require(frame, [str(spec.key)], spec, path)
    return frame.set_index(read_ids(frame[spec.key], str(path))).drop(columns=[spec.key])


def _require(table: pd.DataFrame, names: Sequence[str], spec: LayerSpec, path: Path) -> None:
    """Refuse a table without ids, or without the coordinates of its points."""
    missing = [name for name in names if name not in table]
    if missing:
        raise LayerError(
            f"图层 {spec.id} 缺少列 {'、'.join(missing)}；请补上，或改正目录里的 key（编号列）；"
            "点的坐标在 lon、lat 列。",
            f"Layer {spec.id} lacks the columns {', '.join(missing)}; add them, or correct key in "
            "the catalog, which names that of the ids; points lie in lon and lat.",
            where=str(path),
        )


def _check_columns(frame: gpd.GeoDataFrame, spec: LayerSpec) -> None:
    missing = [name for name in spec.fields if name not in frame and name != frame.index.name]
    doubled = frame.index[frame.index.duplicated()]
    if missing:
        raise LayerError(
            f"图层 {spec.id} 缺少列：{'、'.join(missing)}；请补上，或改正目录里的 fields。",
            f"Layer {spec.id} lacks the columns {', '.join(missing)}; add them, or correct fields "
            "in the catalog.",
            where=spec.file or str(spec.provider),
        )
    if len(doubled):
        raise LayerError(
            f"图层 {spec.id} 的编号有 {len(doubled)} 个重复，例如 {doubled[0]}"
            "（看不见的字符不算）；请使编号唯一。",
            f"Layer {spec.id} has {counted(len(doubled), 'repeated id')}, for example {doubled[0]} "
            "(signs that cannot be seen do not count); make them unique.",
            where=spec.file or str(spec.provider),
        )
