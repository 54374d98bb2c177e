"""The quiet ground under a map: counties, roads, rivers and places, since there are no tiles."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from nngis.arrays import Floats, Objects
from nngis.cartography.encode import DIMENSION, encode_shapes, take_apart
from nngis.cartography.style import symbol, symbols
from nngis.errors import LayerError
from nngis.result.mapview import Shape

TOLERANCE_M = 50.0
METRES_PER_DEGREE = 111_320.0  # along a meridian and the equator; the tolerance needs no more


def draw_backdrop(backdrop: Mapping[str, gpd.GeoDataFrame]) -> list[dict[str, Any]]:
    """Make the backdrop ready to draw.

    Parameters
    ----------
    backdrop : mapping of str to GeoDataFrame
        Frames by role: ``county``, ``water``, ``river``, ``railway``, ``road``, ``place``. The
        columns `name_zh` and `name_en` of counties and places become labels, and the counties
        together give the ``city`` its outline.

    Returns
    -------
    list of dict
        What the page decodes, in drawing order: lines and areas generalised to 50 m, the labels
        of areas at the centre of their largest inscribed circle.

    Raises
    ------
    LayerError
        If a frame has no CRS.
    """
    frames = dict(backdrop)
    if "county" in frames and len(frames["county"]) > 1:
        frames["city"] = outline(frames["county"])
    order = {role: at for at, role in enumerate(symbols())}
    roles = sorted(frames, key=lambda role: (order.get(role, len(order)), role))
    return [_layer(role, frames[role]) for role in roles]


def county_bounds(backdrop: Mapping[str, gpd.GeoDataFrame]) -> tuple[float, ...] | None:
    """Return what the counties of a backdrop span.

    Parameters
    ----------
    backdrop : mapping of str to GeoDataFrame
        As for `draw_backdrop`.

    Returns
    -------
    tuple of float or None
        West, south, east, north [degree]; None where there are no counties.
    """
    if "county" not in backdrop or backdrop["county"].geometry.isna().all():
        return None
    return tuple(backdrop["county"].geometry.to_crs("EPSG:4326").total_bounds.tolist())


def _layer(role: str, frame: gpd.GeoDataFrame) -> dict[str, Any]:
    if frame.crs is None:
        raise LayerError(
            "底图图层没有坐标系；请设定后再制图。",
            "The backdrop layer has no CRS; set it before drawing.",
            where=role,
        )
    geometry = frame.geometry.to_crs("EPSG:4326")
    shape = shape_of(geometry)
    tolerance = TOLERANCE_M / METRES_PER_DEGREE
    if shape == "polygon":
        # as a coverage, so that neighbours keep their common border
        plain = shapely.coverage_simplify(geometry.dropna().to_numpy(), tolerance)
        geometry = gpd.GeoSeries(plain, index=geometry.dropna().index, crs=geometry.crs)
    elif shape == "line":
        geometry = geometry.simplify(tolerance)
    style = symbol(role)
    return {
        "role": role,
        "shape": shape,
        "colour": style.colour,
        "ground": style.fill,
        "fill": style.fill_share,
        "width": style.width_px,
        "size": style.size_px,
        "dash": list(style.dash),
        "labels": _labels(frame.loc[geometry.index], geometry, shape),
        **encode_shapes(take_apart(geometry, shape), shape),
    }


def outline(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the outer rings of all counties together; slivers between them are no outline.

    Parameters
    ----------
    counties : GeoDataFrame
        The counties.

    Returns
    -------
    GeoDataFrame
        One closed line a row.
    """
    whole = shapely.get_parts(counties.geometry.union_all())
    points, owner = shapely.get_coordinates(shapely.get_exterior_ring(whole), return_index=True)
    return gpd.GeoDataFrame(geometry=shapely.linestrings(points, indices=owner), crs=counties.crs)


def shape_of(geometry: gpd.GeoSeries) -> Shape:
    """Return what the geometries of a layer are, by their highest dimension.

    Parameters
    ----------
    geometry : GeoSeries
        The geometries.

    Returns
    -------
    {"point", "line", "polygon"}
        The shape.
    """
    dimension = int(shapely.get_dimensions(geometry.to_numpy()).max(initial=0))
    return next(shape for shape, own in DIMENSION.items() if own == dimension)


def _labels(frame: gpd.GeoDataFrame, geometry: gpd.GeoSeries, shape: Shape) -> list[list[Any]]:
    """Return longitude, latitude, Chinese and English text of each label."""
    if "name_zh" not in frame.columns or shape == "line":
        return []
    zh = frame["name_zh"]
    en = frame["name_en"].fillna(zh) if "name_en" in frame.columns else zh
    there = geometry.to_numpy()
    named = zh.notna().to_numpy() & ~shapely.is_missing(there) & ~shapely.is_empty(there)
    where = _anchors(geometry[named].to_numpy(), shape).round(5)
    columns = [*where.T.tolist(), zh[named].tolist(), en[named].tolist()]
    return [list(row) for row in zip(*columns, strict=True)]


def _anchors(geometry: Objects, shape: Shape) -> Floats:
    if shape == "polygon":
        circles = shapely.maximum_inscribed_circle(geometry)
        return np.asarray(shapely.get_coordinates(shapely.get_point(circles, 0)))
    return np.asarray(shapely.get_coordinates(shapely.centroid(geometry)))
