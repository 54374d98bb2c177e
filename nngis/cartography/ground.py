"""The ground of a printed map: counties, roads, rivers and places, in the work CRS."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from shapely.geometry.base import BaseGeometry

from nngis.cartography.backdrop import outline, shape_of
from nngis.cartography.outlines import (
    coordinates,
    draw_areas,
    draw_lines,
    draw_points,
    path_of,
)
from nngis.cartography.style import Symbol, symbol, symbols
from nngis.cartography.window import Window
from nngis.errors import LayerError
from nngis.result.mapview import Shape

DETAIL_MM = 0.1  # what a print does not show is left out
VEIL = "#EBE8E0"
VEIL_SHARE = 0.62


@dataclass(frozen=True)
class GroundLayer:
    """One role of the ground.

    Parameters
    ----------
    symbol : Symbol
        How it is drawn.
    shape : {"point", "line", "polygon"}
        What its geometries are.
    frame : GeoDataFrame
        Its geometries in the work CRS, with the names of counties and places.
    """

    symbol: Symbol
    shape: Shape
    frame: gpd.GeoDataFrame


def prepare_ground(
    backdrop: Mapping[str, gpd.GeoDataFrame], work_crs: str
) -> tuple[GroundLayer, ...]:
    """Bring the backdrop into the work CRS, in drawing order, with the city's outline."""
    for role, frame in backdrop.items():
        if frame.crs is None:
            raise LayerError(
                "底图图层没有坐标系；请设定后再制图。",
                "The backdrop layer has no CRS; set it before drawing.",
                where=role,
            )
    frames = {role: frame.to_crs(work_crs) for role, frame in backdrop.items()}
    if "county" in frames and len(frames["county"]) > 1:
        frames["city"] = outline(frames["county"])
    order = {role: at for at, role in enumerate(symbols())}
    roles = sorted(frames, key=lambda role: (order.get(role, len(order)), role))
    return tuple(
        GroundLayer(symbol(role), shape_of(frames[role].geometry), frames[role]) for role in roles
    )


def draw_ground(
    axes: Axes,
    ground: tuple[GroundLayer, ...],
    window: Window,
    unit: float,
    *,
    home: BaseGeometry | None = None,
) -> None:
    """Draw the ground; what lies outside the counties, or outside `home`, steps back."""
    detail_m = DETAIL_MM * window.m_per_mm
    frame = shapely.box(*window.bounds)
    veiled = False
    counties = next((one.frame for one in ground if one.symbol.role == "county"), None)
    for layer in ground:
        if counties is not None and not veiled and layer.symbol.role in ("city", "place"):
            _veil(axes, counties.geometry.union_all() if home is None else home, frame)
            veiled = True
        seen = layer.frame.geometry[layer.frame.intersects(frame)]
        if layer.shape == "point":
            colour = layer.symbol.colour
            draw_points(axes, coordinates(seen), layer.symbol, colour, unit=unit, quiet=True)
            continue
        plain = (
            shapely.coverage_simplify(seen.to_numpy(), detail_m)
            if layer.symbol.role == "county"
            else shapely.simplify(seen.to_numpy(), detail_m)
        )
        if layer.shape == "line":
            draw_lines(axes, plain, layer.symbol, layer.symbol.colour, unit=unit)
        else:
            draw_areas(axes, plain, layer.symbol, layer.symbol.fill, unit=unit)


def _veil(axes: Axes, home: BaseGeometry, frame: BaseGeometry) -> None:
    rest = shapely.difference(shapely.buffer(frame, 1.0), home)
    path = path_of(np.array([rest]))
    if path is not None:
        axes.add_patch(PathPatch(path, facecolor=VEIL, alpha=VEIL_SHARE, linewidth=0))
