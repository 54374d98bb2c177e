"""Rasters as grids in the work CRS: several of one extent, or one around a place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import CRS

from nngis.budgets import CELLS, budget, over_budget
from nngis.catalog.load import sha256_of, verified_path
from nngis.datasets.content import is_there
from nngis.datasets.raster import open_raster
from nngis.errors import LayerError
from nngis.evidence import Evidence
from nngis.grid import Grid
from nngis.inputs.choices import LayerChoice
from nngis.inputs.heights import note_outliers
from nngis.inputs.store import LayerStore
from nngis.result.result import InputRecord
from nngis.text import Text

FOOT_M, SURVEY_FOOT_M = 0.3048, 1200 / 3937
FEET = {
    **dict.fromkeys(("ft", "foot", "feet"), FOOT_M),
    **dict.fromkeys(("us-ft", "ftus", "us survey foot"), SURVEY_FOOT_M),
}
CONTINUOUS = ("elevation",)  # averaged between cells; classes are taken from the nearest one


def read_grids(paths: Mapping[str, Path], crs: CRS) -> dict[str, Grid]:
    """Read rasters onto the grid of the last one, which is the one that was given.

    Parameters
    ----------
    paths : mapping of str to Path
        Files by role.
    crs : pyproj.CRS
        The work CRS.

    Returns
    -------
    dict of str to Grid
        Grids that share extent and cells; NaN where a file has no value.

    Raises
    ------
    LayerError
        If rasterio is not installed, or a file cannot be read or has no CRS.
    """
    grids: dict[str, Grid] = {}
    files = list(paths.values())
    with open_raster(files[-1]) as leading:
        transform, width, height = _default_grid(leading, crs)
        for role, path in paths.items():
            with open_raster(path) as source:
                values = _warped(source, crs, (transform, height, width), role)
            grids[role] = Grid(values, transform.c, transform.f, transform.a)
    return grids


def read_grid_around(
    path: Path, crs: CRS, bounds: tuple[float, float, float, float], *, role: str
) -> tuple[Grid, tuple[Text, ...]]:
    """Read the part of a raster that lies around a place."""
    from rasterio import Affine  # type: ignore[import-untyped]  # noqa: PLC0415 -- heavy

    with open_raster(path) as source:
        whole, width, height = _default_grid(source, crs)
        west, south, east, north = bounds
        left, right = floor((west - whole.c) / whole.a), ceil((east - whole.c) / whole.a)
        top, bottom = floor((whole.f - north) / whole.a), ceil((whole.f - south) / whole.a)
        left, right = max(left, 0), min(right, width)
        top, bottom = max(top, 0), min(bottom, height)
        if left >= right or top >= bottom:
            raise LayerError(
                "栅格不覆盖分析范围；请给出覆盖需求点的栅格。",
                "The raster covers nothing of the place that is analysed; give one that does.",
                where=str(path),
            )
        corner = Affine(whole.a, 0, whole.c + left * whole.a, 0, -whole.a, whole.f - top * whole.a)
        shape = (corner, bottom - top, right - left)
        values = _warped(source, crs, shape, role)
        unit = str(source.units[0] or "").strip().lower()
        notes = band_notes(source)
    if role in CONTINUOUS and unit in FEET:
        values = values * FEET[unit]
        notes.append(Text("高程以英尺计，已换算为米。", "Heights were in feet and made metres."))
    grid = Grid(values, corner.c, corner.f, corner.a)
    if role in CONTINUOUS:
        notes += note_outliers(grid)
    return grid, tuple(notes)


def band_notes(source: Any) -> list[Text]:  # noqa: ANN401 -- a dataset
    """Say of a raster which of its bands was read, and that its values were scaled."""
    notes = []
    if source.count > 1:
        names = [str(name) for name in source.descriptions if name]
        zh, en = (f"（{'、'.join(names)}）", f" ({', '.join(names)})") if names else ("", "")
        notes.append(
            Text(
                f"栅格有 {source.count} 个波段{zh}，读取了第 1 个；要用别的请另存为单波段文件。",
                f"The raster has {source.count} bands{en}, of which the first was read; save "
                "another as a file of its own to use it.",
            )
        )
    scale, offset = source.scales[0], source.offsets[0]
    if (scale, offset) != (1.0, 0.0):
        notes.append(
            Text(
                f"按文件所写，数值 × {scale:g} + {offset:g}。",
                f"As the file states, its values were taken times {scale:g} plus {offset:g}.",
            )
        )
    return notes


def _default_grid(source: Any, crs: CRS) -> tuple[Any, int, int]:  # noqa: ANN401 -- a dataset
    """Give the transform, width and height that the raster has in another CRS."""
    from rasterio.warp import calculate_default_transform  # type: ignore[import-untyped] # noqa: PLC0415 -- heavy

    if source.crs is not None and CRS.from_wkt(source.crs.to_wkt()).is_geocentric:
        raise LayerError(
            "栅格的坐标系是地心坐标（X、Y、Z），不是平面或经纬度；请用 gdalwarp 转换。",
            "The raster is in geocentric coordinates (X, Y, Z), neither a plane nor degrees; "
            "convert it with gdalwarp.",
            where=source.name,
        )
    grid: tuple[Any, int, int] = calculate_default_transform(
        source.crs, crs.to_wkt(), source.width, source.height, *source.bounds
    )
    return grid


def _warped(
    source: Any,  # noqa: ANN401 -- a dataset
    crs: CRS,
    onto: tuple[Any, int, int],
    role: str,
) -> np.ndarray:
    from rasterio import band, enums, warp  # noqa: PLC0415 -- heavy

    transform, height, width = onto
    over_budget("cells", height * width, budget("cells", CELLS), source.name, LayerError)
    values = np.full((height, width), np.nan)
    how = "bilinear" if role in CONTINUOUS else "nearest"
    warp.reproject(
        band(source, 1),
        values,
        dst_transform=transform,
        dst_crs=crs.to_wkt(),
        dst_nodata=np.nan,
        resampling=enums.Resampling[how],
    )
    # A file may keep 70 m as 2,000 steps of a centimetre above 50 m.
    return np.asarray(values * source.scales[0] + source.offsets[0])


@dataclass(frozen=True)
class RasterFile:
    """A raster that plays a role.

    Parameters
    ----------
    path : Path
        The file.
    record : InputRecord
        What a result keeps of it.
    notes : tuple of Text
        What is to be known of it.
    """

    path: Path
    record: InputRecord
    notes: tuple[Text, ...] = ()


def find_raster(
    role: str, store: LayerStore, choices: Mapping[str, LayerChoice]
) -> RasterFile | None:
    """Find the raster that plays a role.

    Parameters
    ----------
    role : str
        Name of the role.
    store : LayerStore
        The layers folder; its layer of that name plays the role.
    choices : mapping of str to LayerChoice
        Files by role; they go first.

    Returns
    -------
    RasterFile or None
        None where there is none.

    Raises
    ------
    LayerError
        If a file that is given does not exist.
    """
    if role in choices and choices[role].path not in store.specs:
        choice = choices[role]
        path = Path(choice.path)
        if not is_there(path) or not path.is_file():
            raise LayerError(
                "栅格文件不存在；请核对路径。",
                "There is no such raster; check the path.",
                where=f"--layer {role}={path}",
            )
        return RasterFile(path, _record(role, path, choice.evidence))
    name = choices[role].path if role in choices else role
    if name not in store.specs:
        return None
    spec = store.specs[name]
    path = verified_path(spec, store.folder)
    one = replace(
        _record(role, path, spec.evidence),
        title=spec.title,
        licence=spec.licence,
        attribution=spec.attribution,
    )
    said = (spec.note,) if spec.note else ()
    notes = tuple(Text(f"{spec.title.zh}：{n.zh}", f"{spec.title.en}: {n.en}") for n in said)
    return RasterFile(path, one, notes)


def _record(role: str, path: Path, evidence: Evidence) -> InputRecord:
    title = Text(path.stem, path.stem)
    return InputRecord(role, path.name, title, path.name, sha256_of(path), evidence, 0, 0)
