"""The area that layers are fetched for: a division code, a file of polygons, or a bounding box."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import shapely

from nngis.catalog.counties import COUNTRY, district_file, with_names
from nngis.crs import choose_work_crs
from nngis.crs.extent import Box
from nngis.datasets.vector import read_layer
from nngis.errors import ScenarioError, boundary
from nngis.ledger.shapes import refuse_tangles
from nngis.units import M_PER_KM

WGS84 = "EPSG:4326"
NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"
BOUNDING_BOX = re.compile(",".join([NUMBER] * 4))
WHOLE_SHARE = 0.999
EAST_END_DEG, NORTH_END_DEG = 180.0, 90.0


@dataclass(frozen=True)
class Area:
    """Where layers are fetched for.

    Parameters
    ----------
    name : str
        As it was asked for.
    shape : Polygon or MultiPolygon
        The area with its margin, WGS84.
    counties : GeoDataFrame
        Counties in it by `adcode`, with `name_zh` and `name_en`; empty where no boundaries are at
        hand.
    """

    name: str
    shape: shapely.Geometry
    counties: gpd.GeoDataFrame

    @property
    def box(self) -> Box:
        """Return the smallest box around it."""
        return Box(*(float(side) for side in self.shape.bounds))

    def covered(self) -> gpd.GeoDataFrame:
        """Return the parts of the counties that lie in the area."""
        parts = self.counties.geometry.intersection(self.shape)
        share = shapely.area(parts.to_numpy()) / shapely.area(self.counties.geometry.to_numpy())
        frame = self.counties.assign(whole=share > WHOLE_SHARE).set_geometry(parts)
        return frame[share > 1 - WHOLE_SHARE]


def read_area(text: str, *, margin_km: float = 0.0) -> Area:
    """Read what a user names as the area.

    Parameters
    ----------
    text : str
        A division code (``320100`` a city, ``320000`` a province, ``320104`` a county), a file of
        polygons, or ``west,south,east,north`` in degrees.
    margin_km : float
        How far beyond it objects are kept [km].

    Returns
    -------
    Area
        The area.

    Raises
    ------
    ScenarioError
        If it is none of these.

    Examples
    --------
    >>> read_area("108.2,22.7,108.5,22.9").box
    Box(west=108.2, south=22.7, east=108.5, north=22.9)
    """
    code = text.strip()
    if re.fullmatch(r"\d{6}", code):
        counties = _counties(f"gb LIKE '{COUNTRY}{_prefix(code)}%'")
        if counties.empty:
            raise ScenarioError(
                f"没有代码为 {code} 的行政区；请用六位代码，地级市以 00 结尾。",
                f"No division has the code {code}; codes have six figures, a city's ends with 00.",
                where="--area",
            )
        return Area(code, _widened(counties.geometry.union_all(), margin_km), counties)
    sides = BOUNDING_BOX.fullmatch(code)
    shape = shapely.box(*_sides(code, sides)) if sides else _from_file(Path(text))
    counties = _counties(None, around=shape)
    return Area(text, _widened(shape, margin_km), counties)


def _prefix(code: str) -> str:
    """Give the part of a code that all counties of the division share."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


@cache
def _read(where: str | None, bounds: tuple[float, ...] | None) -> gpd.GeoDataFrame:
    """Read counties of China from the installed package, once a question."""
    raw = read_layer(district_file(), where=where, bbox=bounds)
    return with_names(raw).to_crs(WGS84)


def _counties(where: str | None, around: shapely.Geometry | None = None) -> gpd.GeoDataFrame:
    frame = _read(where, None if around is None else around.bounds)
    return (frame if around is None else frame[frame.intersects(around)]).sort_index()


def _sides(text: str, sides: re.Match[str]) -> Box:
    west, south, east, north = (float(side) for side in sides.groups())
    good = -EAST_END_DEG <= west < east <= EAST_END_DEG
    if not (good and -NORTH_END_DEG <= south < north <= NORTH_END_DEG):
        raise ScenarioError(
            f"范围应为 西,南,东,北（度），且西小于东、南小于北：{text}。",
            f"A box is west,south,east,north in degrees, west below east, south below north: "
            f"{text}.",
            where="--area",
        )
    return Box(west, south, east, north)


def _from_file(path: Path) -> shapely.Geometry:
    if not path.is_file():
        raise ScenarioError(
            "既不是六位行政区划代码，也不是已有的文件，也不是 西,南,东,北。",
            "Neither a division code of six digits, nor a file that exists, nor "
            "west,south,east,north.",
            where=f"--area {path}",
        )
    with boundary(
        str(path),
        "文件读不出面（{}）；请给出面图层（.geojson、.gpkg、.shp）。",
        "No polygons can be read from it ({}); give a layer of polygons.",
        error=ScenarioError,
    ):
        return _union(path)


def _union(path: Path) -> shapely.Geometry:
    frame = read_layer(path)
    areas = isinstance(frame, gpd.GeoDataFrame) and frame.geom_type.isin(
        ["Polygon", "MultiPolygon"]
    )
    if areas is False or not areas.any() or frame.crs is None:
        raise ScenarioError(
            "文件中没有带坐标系的面；请给出面图层（.geojson、.gpkg、.shp）。",
            "The file holds no polygons with a CRS; give a layer of polygons.",
            where=str(path),
        )
    refuse_tangles(frame[areas], str(path), ScenarioError)
    return shapely.union_all(shapely.make_valid(frame[areas].to_crs(WGS84).geometry.to_numpy()))


def _widened(shape: shapely.Geometry, margin_km: float) -> shapely.Geometry:
    if not margin_km:
        return shape
    middle = shape.centroid
    plane = choose_work_crs([middle.x], [middle.y])
    series = gpd.GeoSeries([shape], crs=WGS84).to_crs(plane)
    # A margin is rough by nature: a simpler outline is as good and much quicker.
    outline = series.simplify(M_PER_KM * margin_km / 10).buffer(M_PER_KM * margin_km)
    return outline.to_crs(WGS84).iloc[0]
