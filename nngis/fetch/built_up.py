"""Provider: the built-up area out of ESA WorldCover, as polygons.

The share of class 50 (built-up) in a neighbourhood is a smooth field; its line at `least_share` is
the edge. A straight edge of solid cover keeps its place, a lone farm vanishes, a park within the
town is bridged. Small polygons and small holes go, the line is simplified. All numbers are
conventions of this provider, stated in the layer's own question, and can be set under
``[worldcover.options]`` of an endpoints file.
"""

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from scipy.ndimage import convolve

from nngis.arrays import Floats
from nngis.crs import choose_work_crs
from nngis.errors import Problem, ScenarioError, require
from nngis.fetch.area import Area
from nngis.fetch.endpoints import Endpoint
from nngis.fetch.order import Fetched, Order, Parcel
from nngis.fetch.place import is_local, place_of
from nngis.fetch.shares import Blocks, block_shares
from nngis.fetch.tiles import addresses
from nngis.fetch.windows import joined_window, sides_of, window_request
from nngis.text import Text
from nngis.units import M2_PER_KM2

WGS84 = "EPSG:4326"
#: Class of WorldCover's legend: land covered by buildings, roads and other man-made structures.
BUILT_UP, NO_CLASS = 50, 0
BLOCK_M = 100.0


class BuiltUpOptions(BaseModel):
    """How class shares become polygons."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Radius of the neighbourhood that a share is taken over [m].
    neighbourhood_m: float = Field(300.0, ge=100.0, le=2000.0)
    #: Least share of class 50 in it; half, as the Degree of Urbanisation asks of its cells.
    least_share: float = Field(0.5, gt=0.0, lt=1.0)
    #: Polygons below this go [km²].
    least_area_km2: float = Field(1.0, ge=0.0, le=100.0)
    #: Holes below this are filled [km²].
    least_hole_km2: float = Field(0.5, ge=0.0, le=100.0)
    #: How far the line may move when it is simplified [m].
    tolerance_m: float = Field(20.0, ge=0.0, le=200.0)


def parcels(order: Order) -> list[Parcel]:
    """Tell what would be opened."""
    found = []
    for url in addresses(order):
        kept = order.cache.find(window_request(url, order.area.box))
        what = Text("只读范围内的窗口", "the window over the area only")
        size = kept.size if kept else None
        found.append(Parcel(url, what, size, kept=kept is not None or is_local(url)))
    return found


def fetch(order: Order) -> list[Fetched]:
    """Read the land cover over the area and make polygons of what is built up."""
    options = read_options(order.endpoint)
    urls = addresses(order)
    path, _ = joined_window(order, urls)
    blocks = block_shares(
        path, order.area.box, classes=(BUILT_UP, NO_CLASS), block_m=BLOCK_M, network=order.network
    )
    frame = built_up_areas(blocks, order.area.shape, options)
    said = ", ".join(f"{name} {value:g}" for name, value in options)
    return [
        Fetched(
            id="built_up",
            title=Text("城市建成区（由 WorldCover 推导）", "Built-up area (from WorldCover)"),
            geometry="polygon",
            content=_named(frame, order.area.counties),
            key="area_id",
            roles=("built_up",),
            vintage=order.endpoint.vintage,
            licence=order.endpoint.licence,
            attribution=order.endpoint.attribution,
            evidence=order.endpoint.evidence,
            sources=(order.endpoint.title.en, *(place_of(url) for url in urls)),
            query=f"class {BUILT_UP}, blocks of {BLOCK_M:g} m: {said}; "
            f"window {sides_of(order.area.box)}",
            warnings=_cut_counties(order.area),
            note=Text(
                f"不是官方建成区：由 10 米地物图推导，半径 {options.neighbourhood_m:g} m 内建设用地"
                f"占比不小于 {options.least_share:.0%}，面积不小于 {options.least_area_km2:g} km²，"
                f"小于 {options.least_hole_km2:g} km² 的空洞填平。凡据此判定的成果，"
                "必须换用官方边界后重新计算。"
                f"只推导了 {order.area.name} 范围内的；范围之外没有面，不等于不在建成区。",
                "Not the official built-up area: derived from a map of land cover of 10 m, where "
                f"at least {options.least_share:.0%} within {options.neighbourhood_m:g} m is built "
                f"up, over at least {options.least_area_km2:g} km², holes under "
                f"{options.least_hole_km2:g} km² filled. Every output that decides by it must be "
                "replaced by one made with the official polygon. Derived within "
                f"{order.area.name} only: no polygon beyond it does not mean not built up.",
            ),
        )
    ]


def _cut_counties(area: Area) -> tuple[Text, ...]:
    """Warn where the area cuts counties: beyond it nothing is known of what is built up."""
    if area.counties.empty:
        return ()
    parts = area.covered()
    cut = parts[~parts["whole"]]
    # A margin reaches into neighbours; it cuts nothing that was asked for.
    if cut.empty or parts["whole"].any():
        return ()
    return (
        Text(
            f"建成区只在所给范围内推导，{'、'.join(cut['name_zh'])} 只有一部分；"
            "范围外的锅炉不要据此判定。",
            "The built-up area is derived within the area only and "
            f"{', '.join(cut['name_en'])} are cut: do not judge boilers beyond it.",
        ),
    )


def read_options(endpoint: Endpoint) -> BuiltUpOptions:
    """Read the options of an endpoints file."""
    try:
        return BuiltUpOptions(**endpoint.options)
    except ValidationError as error:
        problems = [
            Problem(
                f"选项有误：{e['msg']}。",
                f"The option is wrong: {e['msg']}.",
                where=f"[{endpoint.id}.options] {'.'.join(map(str, e['loc']))}",
            )
            for e in error.errors()
        ]
        require(problems, ScenarioError)
        raise


def built_up_areas(
    blocks: Blocks, shape: shapely.Geometry, options: BuiltUpOptions
) -> gpd.GeoDataFrame:
    """Make polygons of where a class prevails."""
    rings = _contours(blocks, options)
    middle = shape.centroid
    plane = choose_work_crs([middle.x], [middle.y])
    limit = gpd.GeoSeries([shape], crs=WGS84).to_crs(plane).iloc[0]
    drawn = gpd.GeoSeries(rings, crs=blocks.crs).to_crs(plane).to_numpy()
    cut = shapely.intersection(shapely.make_valid(drawn), limit)
    parts = shapely.get_parts(shapely.get_parts(cut))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    filled = [_without_small_holes(part, options.least_hole_km2 * M2_PER_KM2) for part in parts]
    plain = shapely.simplify(np.array(filled, dtype=object), options.tolerance_m)
    area_km2 = shapely.area(plain) / M2_PER_KM2
    kept = np.flatnonzero(area_km2 >= options.least_area_km2)
    # The largest first; of two alike the western one.
    west = shapely.bounds(plain)[:, 0] if len(plain) else area_km2
    kept = kept[np.lexsort((west[kept], -area_km2[kept]))]
    return gpd.GeoDataFrame(
        {
            "area_id": [f"wc{number}" for number in range(1, len(kept) + 1)],
            "area_km2": area_km2[kept].round(3),
        },
        geometry=plain[kept],
        crs=plane,
    ).to_crs(WGS84)


def _contours(blocks: Blocks, options: BuiltUpOptions) -> list[shapely.Polygon]:
    """Draw the line at the least share around the field of shares, in the blocks' CRS."""
    from contourpy import FillType, contour_generator  # noqa: PLC0415

    field = _neighbourhood(blocks, options.neighbourhood_m)
    # A rim of nothing closes every line at the field's edge.
    rimmed = np.pad(field, 1)
    rows, columns = rimmed.shape
    x = blocks.west + blocks.width * (np.arange(columns) - 0.5)
    y = blocks.north - blocks.height * (np.arange(rows) - 0.5)
    lines = contour_generator(x=x, y=y, z=rimmed, fill_type=FillType.OuterOffset)
    filled: tuple[Any, Any] = lines.filled(options.least_share, np.inf)  # type: ignore[assignment]
    points, offsets = filled
    return [_polygon(outline, starts) for outline, starts in zip(points, offsets, strict=True)]


def _polygon(outline: Floats, starts: npt.NDArray[np.uint32]) -> shapely.Polygon:
    shell, *holes = (outline[a:b] for a, b in pairwise(starts))
    return shapely.Polygon(shell, holes)


def _neighbourhood(blocks: Blocks, radius_m: float) -> Floats:
    """Average shares over a disk; what is not known takes no part, nothing known is nothing built.

    field(p) = sum w(p - q) share(q) / sum w(p - q), over the known q; w = 1 within the radius.
    """
    width_m, height_m = blocks.size_m()
    across, down = int(radius_m / width_m), int(radius_m / height_m)
    x = np.arange(-across, across + 1) * width_m
    y = np.arange(-down, down + 1).reshape(-1, 1) * height_m
    disk = (x**2 + y**2 <= radius_m**2).astype(float)
    known = np.isfinite(blocks.share)
    total = convolve(np.where(known, blocks.share, 0.0), disk, mode="constant")
    weight = convolve(known.astype(float), disk, mode="constant")
    # Half a cell of rounding must not count as knowledge.
    field: Floats = np.zeros_like(total)
    np.divide(total, weight, out=field, where=weight > 0.5)  # noqa: PLR2004 -- see above
    return field


def _without_small_holes(part: shapely.Polygon, least_m2: float) -> shapely.Polygon:
    holes = [hole for hole in part.interiors if shapely.Polygon(hole).area >= least_m2]
    return shapely.Polygon(part.exterior, holes)


def _named(frame: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Name each polygon after the county that holds the most of it."""
    names: list[str | None] = []
    for shape in frame.geometry if len(counties) else ():
        share = shapely.area(shapely.intersection(counties.geometry.to_numpy(), shape))
        names.append(str(counties["name_zh"].iloc[share.argmax()]) if share.any() else None)
    columns = ["area_id", "name_zh", "area_km2", "geometry"]
    named = np.array(names or [None] * len(frame), dtype=object)
    return frame.assign(name_zh=named)[columns]
