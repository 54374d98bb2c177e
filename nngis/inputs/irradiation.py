"""A raster of global horizontal irradiation, whatever its unit, as daily means in kWh/m²."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from nngis.arrays import Floats
from nngis.datasets.raster import open_raster, read_band
from nngis.errors import LayerError
from nngis.inputs.rasters import band_notes, band_of
from nngis.inputs.zonal import Field, zonal_means
from nngis.text import Text, counted

SUFFIXES = (".tif", ".tiff")
KWH_PER_MJ, DAYS, MONTHS = 1 / 3.6, 365.0, 12.0
# How much a unit is of a daily mean in kWh/m².
UNITS = {
    "kWh/m²·d": 1.0,
    "kWh/m²·month": MONTHS / DAYS,
    "kWh/m²·a": 1.0 / DAYS,
    "Wh/m²·d": 1e-3,
    "W/m²": 24.0 / 1000.0,
    "MJ/m²·d": KWH_PER_MJ,
    "MJ/m²·a": KWH_PER_MJ / DAYS,
    "J/m²·d": KWH_PER_MJ * 1e-6,
}
AMOUNTS = (("kwh", "kWh"), ("wh", "Wh"), ("mj", "MJ"), ("j", "J"), ("w", "W"))
PERIODS = (
    (r"month|mon\b", "month"),
    (r"year|yr|annual|\ba\b|\ba-?1", "a"),
    (r"day|daily|\bd\b|\bd-?1", "d"),
)
# Sources of irradiation differ by less than this factor, units by more.
ALIKE = 1.25
NOT_BELIEVED = 2.0
FILL = 1e7  # beyond it a number is a fill value in any unit but joules
COVERED = 0.999
HALF = 0.5


@dataclass(frozen=True)
class Irradiation:
    """A raster of irradiation, and what was found out about it.

    Parameters
    ----------
    field : Field
        Daily means [kWh/m²].
    notes : tuple of Text
        Its unit, what was mended, what it does not cover.
    """

    field: Field
    notes: tuple[Text, ...]


def is_raster(path: str) -> bool:
    """Tell whether a path names a raster."""
    return path.lower().endswith(SUFFIXES)


def read_irradiation(
    path: Path, counties: gpd.GeoDataFrame, expected_kwh_m2_d: float, band: int | None = None
) -> Irradiation:
    """Read the part of a raster that lies over the counties."""
    values, corner, crs, stated, said_of_bands = read_window(path, counties, band)
    known = (values > 0) & (values < FILL)
    notes = [*said_of_bands]
    lost = int((np.isfinite(values) & ~known).sum())
    if lost:
        notes.append(
            Text(
                f"{lost} 个像元的值为 0、负值或填充值，辐照不可能如此，按缺值处理。",
                f"{counted(lost, 'cell', 'hold')} 0, a negative or a fill value, which no "
                "irradiation is: taken as missing.",
            )
        )
    if not known.any():
        raise LayerError(
            "栅格在各县（市、区）范围内没有有效值；请换用覆盖全域的辐照栅格。",
            "The raster has no value within the counties; use one that covers them.",
            where=str(path),
        )
    unit, said = _unit(
        float(np.median(values[known], overwrite_input=True)), stated, expected_kwh_m2_d, path
    )
    values[~known] = np.nan
    field = Field(values * UNITS[unit], *corner, crs)
    return Irradiation(field, (said, *notes, *_uncovered(field, counties)))


def parse_unit(words: str) -> str | None:
    """Read the name of a unit.

    Examples
    --------
    >>> [parse_unit(one) for one in ("kWh/m2/day", "W m-2", "kWh/(m²·a)", "kWh/m2", "K")]
    ['kWh/m²·d', 'W/m²', 'kWh/m²·a', None, None]
    """
    plain = words.lower().replace("²", "2").replace("·", " ").replace("/", " ").replace("^", "")
    plain = re.sub(r"[()\[\]]", " ", plain)
    amount = next((name for word, name in AMOUNTS if re.match(rf"\s*{word}\b", plain)), None)
    period = next((name for pattern, name in PERIODS if re.search(pattern, plain)), None)
    if amount is None or not re.search(r"m-?2", plain):
        return None
    unit = f"{amount}/m²" if amount == "W" else f"{amount}/m²·{period}"
    return unit if unit in UNITS else None


class Window(NamedTuple):
    """The part of a raster that lies over some counties.

    Cells (NaN where the file says that there is none), the corner and steps of the first, the CRS,
    the unit that the file states, and what is to be said of its bands.
    """

    values: Floats
    corner: tuple[float, float, float, float]
    crs: CRS
    stated: str
    notes: tuple[Text, ...]


def read_window(path: Path, counties: gpd.GeoDataFrame, band: int | None = None) -> Window:
    """Read the part of a raster that lies over the counties, of its first band or the one told."""
    from rasterio import windows  # type: ignore[import-untyped]  # noqa: PLC0415 -- heavy

    with open_raster(path) as source:
        turned = source.transform.b or source.transform.d or source.transform.a <= 0
        if source.crs is None or turned or source.transform.e >= 0:
            raise LayerError(
                "栅格没有坐标系，或不是正北向上；请用 gdalwarp 转为带坐标系的 GeoTIFF。",
                "The raster states no CRS, or north is not up; make it a GeoTIFF that states "
                "its CRS with gdalwarp.",
                where=str(path),
            )
        crs = CRS.from_wkt(source.crs.to_wkt())
        around = windows.from_bounds(*counties.to_crs(crs).total_bounds, source.transform)
        whole = windows.Window(0, 0, source.width, source.height)
        around = around.round_offsets().round_lengths(op="ceil")
        around = windows.Window(
            around.col_off - 1, around.row_off - 1, around.width + 3, around.height + 3
        )
        if not windows.intersect(around, whole):
            raise LayerError(
                "栅格不在各县（市、区）范围内；请换用覆盖全域的栅格，并核对坐标系。",
                "The raster lies outside the counties; use one that covers them, and check "
                "its CRS.",
                where=str(path),
            )
        part = windows.intersection(around, whole)
        number = band_of(source, band)
        values = read_band(source, number, part)
        at = source.window_transform(part)
        stated = _stated(source, number)
        notes = band_notes(source, number, told=band is not None)
    return Window(values, (at.c, at.f, at.a, -at.e), crs, stated, tuple(notes))


def _stated(source: Any, band: int) -> str:  # noqa: ANN401 -- rasterio has no types
    """Return what the file says of its unit, empty where it says nothing."""
    tags = {key.lower(): value for key, value in {**source.tags(), **source.tags(band)}.items()}
    return str(source.units[band - 1] or tags.get("units") or tags.get("unit") or "").strip()


def _unit(median: float, stated: str, expected: float, path: Path) -> tuple[str, Text]:
    """Settle the unit: as stated, unless the values say otherwise; else as they tell."""
    off = {unit: abs(np.log(median * scale / expected)) for unit, scale in UNITS.items()}
    alike = [unit for unit, apart in off.items() if apart <= np.log(ALIKE)]
    named = parse_unit(stated)
    sample = f"{median:.4g}"
    if named is not None and off[named] <= np.log(NOT_BELIEVED):
        return named, Text(
            f"单位按文件所写为 {named}（中位值 {sample}）。",
            f"The unit is {named} as the file states (median {sample}).",
        )
    if named is not None:
        raise LayerError(
            f"文件写明单位为 {stated}，但中位值 {sample} 与当地 {expected:.3g} kWh/m²·d 相差一倍"
            f"以上（其值像是：{'、'.join(alike) or '都不像'}）；请改正栅格的单位。",
            f"The file states {stated}, but its median {sample} is off the local {expected:.3g} "
            f"kWh/m²·d by more than twice (its values look like {', '.join(alike) or 'no unit'}); "
            "correct the unit of the raster.",
            where=str(path),
        )
    if len(alike) != 1:
        raise LayerError(
            f"栅格没有写明单位，中位值 {sample} 也看不出是哪一种"
            f"（可能：{'、'.join(alike) or '都不像'}）；请用 gdal_edit.py -units 写明。",
            f"The raster states no known unit, and its median {sample} does not tell it "
            f"(possible: {', '.join(alike) or 'none'}); state it with gdal_edit.py -units.",
            where=str(path),
        )
    return alike[0], Text(
        f"文件未写明单位，按数值（中位值 {sample}，当地约 {expected:.3g} kWh/m²·d）认定为 "
        f"{alike[0]}。",
        f"The file states no unit; by its values (median {sample}, locally about {expected:.3g} "
        f"kWh/m²·d) it is taken to be {alike[0]}.",
    )


def _uncovered(field: Field, counties: gpd.GeoDataFrame) -> list[Text]:
    covered = zonal_means(field, counties.geometry)["covered_share"]
    short = covered < COVERED
    if not short.any():
        return []
    names = counties["name_zh"].astype(str).to_numpy()[short]
    zh = "、".join(f"{n} {s:.0%}" for n, s in zip(names, covered[short], strict=True))
    en = ", ".join(f"{n} {s:.0%}" for n, s in zip(names, covered[short], strict=True))
    return [
        Text(
            f"栅格没有覆盖下列县（市、区）的全部（有值部分：{zh}）；其余部分用内置气候。",
            f"The raster does not cover all of these counties (covered: {en}); the rest keeps the "
            "climate that ships.",
        )
    ]


def cells_under(climate: gpd.GeoDataFrame, field: Field) -> gpd.GeoDataFrame:
    """Give each climate cell the raster's mean over its square."""
    lon, lat = climate["lon"].to_numpy(float), climate["lat"].to_numpy(float)
    half = min(_step(lon), _step(lat)) / 2
    squares = gpd.GeoSeries(
        shapely.box(lon - half, lat - half, lon + half, lat + half),
        index=climate.index,
        crs="EPSG:4326",
    )
    found = zonal_means(field, squares)
    told = found["covered_share"] >= HALF
    own = climate["ghi_kwh_m2_d"]
    return climate.assign(ghi_kwh_m2_d=found["mean"].where(told, own).round(4))


def _step(at: Floats) -> float:
    apart = np.diff(np.unique(np.round(at, 6)))
    return float(apart.min()) if apart.size else HALF
