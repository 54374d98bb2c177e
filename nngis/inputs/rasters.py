"""Rasters as grids in the work CRS: several of one extent, or one around a place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, floor
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from pyproj import CRS

from nngis.budgets import check_time
from nngis.catalog.load import sha256_of, verified_path
from nngis.datasets.content import is_there
from nngis.datasets.raster import check_cells, check_unpacked, open_raster
from nngis.errors import LayerError
from nngis.evidence import Evidence
from nngis.grid import Grid
from nngis.inputs.choices import Fill, LayerChoice, refuse_raster_options
from nngis.inputs.store import LayerStore
from nngis.result.result import InputRecord
from nngis.text import Text, counted

FOOT_M, SURVEY_FOOT_M = 0.3048, 1200 / 3937
FEET = {
    **dict.fromkeys(("ft", "foot", "feet"), FOOT_M),
    **dict.fromkeys(("us-ft", "ftus", "us survey foot"), SURVEY_FOOT_M),
}
CONTINUOUS = ("elevation",)  # averaged between cells; classes are taken from the nearest one


def read_grids(
    paths: Mapping[str, Path], crs: CRS, bands: Mapping[str, int | None] = MappingProxyType({})
) -> dict[str, Grid]:
    """Read rasters onto the grid of the last one, which is the one that was given.

    Parameters
    ----------
    paths : mapping of str to Path
        Files by role.
    crs : pyproj.CRS
        The work CRS.
    bands : mapping of str to int, optional
        Which band of a file, from 1; the first where nothing is said.

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
                band = band_of(source, bands.get(role))
                values = _warped(source, crs, (transform, height, width), role, band)
            grids[role] = Grid(values, transform.c, transform.f, transform.a)
    return grids


def read_grid_around(
    path: Path,
    crs: CRS,
    bounds: tuple[float, float, float, float],
    *,
    role: str,
    band: int | None = None,
    fill: Fill | None = None,
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
        at = band_of(source, band)
        values = _warped(source, crs, shape, role, at)
        unit = str(source.units[at - 1] or "").strip().lower()
        notes = band_notes(source, at, told=band is not None)
    if role in CONTINUOUS and unit in FEET:
        values = values * FEET[unit]
        notes.append(Text("高程以英尺计，已换算为米。", "Heights were in feet and made metres."))
    grid = Grid(values, corner.c, corner.f, corner.a)
    if role in CONTINUOUS:
        from nngis.inputs import heights  # noqa: PLC0415 - what it imports takes a while

        grid, said = (
            (grid, heights.note_outliers(grid)) if fill is None else heights.fill_outliers(grid)
        )
        notes += said
    return grid, tuple(notes)


def band_of(source: Any, told: int | None) -> int:  # noqa: ANN401 -- a dataset
    """Give the band that is to be read: the one that is told, or the first."""
    if told is not None and told > source.count:
        raise LayerError(
            f"栅格只有 {source.count} 个波段，没有第 {told} 个；请改 :band=。",
            f"The raster has {counted(source.count, 'band')} and no band {told}; change :band=.",
            where=source.name,
        )
    return told or 1


def band_notes(source: Any, band: int, *, told: bool) -> list[Text]:  # noqa: ANN401 -- a dataset
    """Say of a raster which of its bands was read, and that its values were scaled."""
    notes = []
    if source.count > 1:
        names = [str(name) for name in source.descriptions if name]
        zh, en = (f"（{'、'.join(names)}）", f" ({', '.join(names)})") if names else ("", "")
        more = Text("，按要求", ", as asked")
        if not told:
            more = Text(
                "；要用别的请写 --layer 角色=文件:band=2",
                "; say --layer ROLE=FILE:band=2 for another",
            )
        notes.append(
            Text(
                f"栅格有 {source.count} 个波段{zh}，读取了第 {band} 个{more.zh}。",
                f"The raster has {counted(source.count, 'band')}{en}, of which number {band} was "
                f"read{more.en}.",
            )
        )
    scale, offset = source.scales[band - 1], source.offsets[band - 1]
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
    at: int,
) -> np.ndarray:
    from rasterio import band, enums, warp  # noqa: PLC0415 -- heavy

    transform, height, width = onto
    check_cells(source, height * width)
    here = (transform.c, transform.f - height * transform.a, transform.c + width * transform.a)
    ends = warp.transform_bounds(crs.to_wkt(), source.crs, *here, transform.f)
    check_unpacked(source, at, _box(~source.transform, ends))
    check_time()
    values = np.full((height, width), np.nan)
    how = "bilinear" if role in CONTINUOUS else "nearest"
    # In one piece: what GDAL approximates between pixels hangs on where pieces begin.
    warp.reproject(
        band(source, at),
        values,
        dst_transform=transform,
        dst_crs=crs.to_wkt(),
        dst_nodata=np.nan,
        resampling=enums.Resampling[how],
    )
    check_time()
    # A file may keep 70 m as 2,000 steps of a centimetre above 50 m.
    values *= source.scales[at - 1]
    values += source.offsets[at - 1]
    return values


def _box(inverse: Any, ends: tuple[float, ...]) -> tuple[float, float, float, float]:  # noqa: ANN401
    """Give first and last column and row of what lies within bounds."""
    west, south, east, north = ends
    at = [inverse * (x, y) for x in (west, east) for y in (south, north)]
    columns, rows = zip(*at, strict=True)
    return min(columns), min(rows), max(columns), max(rows)


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
    band : int or None
        Which band, where it is told.
    fill : {"outliers"} or None
        Whether outliers are filled.
    """

    path: Path
    record: InputRecord
    notes: tuple[Text, ...] = ()
    band: int | None = None
    fill: Fill | None = None


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
    choice = choices.get(role)
    if choice is not None and role not in CONTINUOUS:
        refuse_raster_options(choice, role, fill_alone=True)
    band, fill = (None, None) if choice is None else (choice.band, choice.fill)
    if choice is not None and choice.path not in store.specs:
        path = Path(choice.path)
        if not is_there(path) or not path.is_file():
            raise LayerError(
                "栅格文件不存在；请核对路径。",
                "There is no such raster; check the path.",
                where=f"--layer {role}={path}",
            )
        return RasterFile(path, _record(role, path, choice.evidence), (), band, fill)
    name = role if choice is None else choice.path
    if name not in store.specs:
        return None
    spec = store.specs[name]
    path = verified_path(spec, store.folder)
    one = replace(
        _record(role, path, spec.evidence),
        title=spec.title,
        licence=spec.licence,
        attribution=spec.attribution,
        vintage=store.vintage(name),
    )
    said = (spec.note,) if spec.note else ()
    notes = tuple(Text(f"{spec.title.zh}：{n.zh}", f"{spec.title.en}: {n.en}") for n in said)
    return RasterFile(path, one, notes, band, fill)


def _record(role: str, path: Path, evidence: Evidence) -> InputRecord:
    title = Text(path.stem, path.stem)
    return InputRecord(role, path.name, title, path.name, sha256_of(path), evidence, 0, 0)
