"""Bring geometries to the shape that a role has: points, lines or polygons, and nothing else."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from nngis.arrays import Bools
from nngis.budgets import CROSSINGS, VARIABLE, budget, timely
from nngis.errors import NngisError
from nngis.ledger.problems import Fault, doubt, fault
from nngis.roles import Role
from nngis.text import counted

Shapes = npt.NDArray[np.object_]
_FEW = 1_000  # vertices; any tangle of so few is mended at once
_LOOKED_AT, _LEAST = 1_000_000, 4  # pairs of sides, and of how many sides at least
_MULTIPOINT = 4  # type id of shapely
_AREA, _LINE = 2, 1  # dimensions


def as_role_asks(shapes: Shapes, role: Role) -> tuple[Shapes, list[Fault]]:
    """Bring geometries to the shape that a role has."""
    out = shapes.copy()
    empty = np.array([s is None or s.is_empty for s in shapes], np.bool_)
    out[empty] = None
    if role.shape == "none":
        return out, []
    if role.shape == "line":
        return _lines(out, empty)
    limit = budget("crossings", CROSSINGS)
    tangled = tangles(out, limit)
    out[tangled] = None
    brought, faults = (_points if role.shape == "point" else _polygons)(out, empty | tangled)
    return brought, faults + fault(
        tangled,
        "geometry",
        f"面与自身相交约 {limit:,} 处以上，修不好；请重新绘制，或用 {VARIABLE} 提高 crossings。",
        f"The polygon crosses itself at more than some {limit:,} places and cannot be mended; draw "
        f"it anew, or raise crossings with {VARIABLE}.",
    )


def tangles(shapes: Shapes, limit: int) -> Bools:
    """Tell which polygons cross themselves so often that to mend them would take hours."""
    found = np.zeros(len(shapes), np.bool_)
    many = (shapely.get_num_coordinates(shapes) > _FEW) & (shapely.get_dimensions(shapes) == _AREA)
    for at in np.flatnonzero(many):
        xy, ring = shapely.get_coordinates(shapely.get_rings(shapes[at]), return_index=True)
        sides = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[np.diff(ring) == 0])
        count = min(max(_LOOKED_AT // len(sides), _LEAST), len(sides))
        some = sides[:: len(sides) // count]
        # Each side meets itself and its two neighbours.
        met = len(shapely.STRtree(sides).query(some, "intersects")[0]) / len(some) - 3
        found[at] = met * len(sides) / 2 > limit
    return found


def refuse_tangles(frame: gpd.GeoDataFrame, where: str, error: type[NngisError]) -> None:
    """Refuse a layer with polygons that cross themselves more often than the budget has.

    Parameters
    ----------
    frame : GeoDataFrame
        Any geometries, indexed by id.
    where : str
        The file.
    error : type of NngisError
        What to raise.

    Raises
    ------
    NngisError
        Of the class asked for, with the first id.
    """
    limit = budget("crossings", CROSSINGS)
    found = frame.index[tangles(np.asarray(frame.geometry.array, dtype=object), limit)]
    if len(found):
        raise error(
            f"{len(found)} 个面与自身相交约 {limit:,} 处以上，修不好，例如 {found[0]}；请重新绘制，"
            f"或用 {VARIABLE} 提高 crossings。",
            f"{counted(len(found), 'polygon', 'cross')} over at more than some {limit:,} places "
            f"and cannot be mended, for example {found[0]}; draw them anew, or raise crossings "
            f"with {VARIABLE}.",
            where=where,
        )


def _points(out: Shapes, empty: Bools) -> tuple[Shapes, list[Fault]]:
    kind = np.where(empty, -1, shapely.get_type_id(out))
    lone = np.isin(kind, (_MULTIPOINT, shapely.GeometryType.GEOMETRYCOLLECTION))
    lone &= shapely.get_num_geometries(out) == 1
    out[lone] = shapely.get_geometry(out[lone], 0)
    kind = np.where(empty, -1, shapely.get_type_id(out))
    areas = np.isin(kind, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    out[areas] = shapely.point_on_surface(out[areas])
    wrong = ~empty & ~areas & (kind != shapely.GeometryType.POINT)
    within = doubt(
        areas,
        "geometry",
        "面以其内部一点代表。",
        "Of polygons a point within is taken.",
    )
    return out, within + _wrong(wrong, "点", "a point")


def _lines(out: Shapes, empty: Bools) -> tuple[Shapes, list[Fault]]:
    mixed = _collections(out)
    out[mixed] = [_parts(shape, _LINE) for shape in out[mixed]]
    with np.errstate(invalid="ignore"):
        wrong = empty | (shapely.get_dimensions(out) != _LINE) | ~(shapely.length(out) > 0)
    out[wrong] = None
    return out, _wrong(wrong, "线（长度大于零）", "a line of some length") + _cut(mixed & ~wrong)


def _polygons(out: Shapes, empty: Bools) -> tuple[Shapes, list[Fault]]:
    mixed = _collections(out)
    torn = ~empty & (shapely.get_dimensions(out) == _AREA) & ~shapely.is_valid(out)
    for some in timely(np.flatnonzero(torn)):
        out[some] = shapely.make_valid(out[some], method="structure")
    out[mixed | torn] = [_parts(shape, _AREA) for shape in out[mixed | torn]]
    with np.errstate(invalid="ignore"):
        wrong = empty | (shapely.get_dimensions(out) != _AREA) | ~(shapely.area(out) > 0)
    out[wrong] = None
    crossed = doubt(
        torn & ~wrong,
        "geometry",
        "面自相交，已修正；请核对。",
        "The polygon crossed itself and was mended; check it.",
    )
    return out, _wrong(wrong, "面（面积大于零）", "a polygon of some area") + crossed + _cut(
        mixed & ~wrong
    )


def _collections(shapes: Shapes) -> Bools:
    kind = shapely.get_type_id(shapes)
    return np.asarray(kind == shapely.GeometryType.GEOMETRYCOLLECTION, np.bool_)


def _parts(shape: shapely.Geometry | None, dimension: int) -> shapely.Geometry | None:
    """Take the parts of one dimension out of a geometry, nested ones too, as one geometry."""
    pieces = shapely.get_parts(shape)
    while np.any(_collections(pieces)):
        pieces = shapely.get_parts(pieces)
    pieces = shapely.get_parts(pieces)
    pieces = pieces[shapely.get_dimensions(pieces) == dimension]
    if not len(pieces):
        return None
    if dimension == _LINE:
        return pieces[0] if len(pieces) == 1 else shapely.multilinestrings(pieces)
    return shapely.union_all(pieces)


def _wrong(wrong: Bools, zh: str, en: str) -> list[Fault]:
    return fault(
        wrong,
        "geometry",
        f"没有图形，或图形不是{zh}。",
        f"There is no geometry, or it is not {en}.",
    )


def _cut(mixed: Bools) -> list[Fault]:
    return doubt(
        mixed,
        "geometry",
        "图形是几何集合，只取其中所需的部分；请核对。",
        "The geometry is a collection, of which the parts of the shape needed were taken; check "
        "it.",
    )
