"""Geometries as matplotlib draws them, in the look of the style."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from nngis.arrays import Floats, Objects
from nngis.cartography.style import PT_PER_PX, Symbol, shapes

CASING = "#22303A"
HATCHES = {
    "none": None,
    "right": "////",
    "left": "\\\\\\\\",
    "cross": "xxxx",
    "dots": "...",
    "horizontal": "---",
}
LARGER = {"star": 1.35, "triangle": 1.1, "triangle_down": 1.1, "cross": 1.1, "plus": 1.1}
CROWD = 5_000  # from so many features on a layer becomes pixels inside the page
CHUNK = 2_000  # features in one path


def path_of(geometries: Objects) -> Outline | None:
    """Join lines or areas into one path.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> len(path_of(np.array([shapely.box(0, 0, 1, 1)])).vertices)
    5
    """
    parts = shapely.get_parts(geometries)
    areas = shapely.get_dimensions(parts) == 2  # noqa: PLR2004 - the dimension of areas
    rings = shapely.get_rings(shapely.orient_polygons(parts[areas]))
    lines = parts[shapely.get_dimensions(parts) == 1]
    rows = np.concatenate([rings, lines])
    points, owner = shapely.get_coordinates(rows, return_index=True)
    if not len(points):
        return None
    codes = np.full(len(points), Outline.LINETO, dtype=Outline.code_type)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    codes[first] = Outline.MOVETO
    last = np.append(first[1:], len(points)) - 1
    codes[last[: len(rings)]] = Outline.CLOSEPOLY
    return Outline(points, codes)


def draw_lines(
    axes: Axes,
    lines: Objects,
    symbol: Symbol,
    colour: str,
    *,
    unit: float,
    dash: tuple[float, ...] | None = None,
) -> None:
    """Draw lines."""
    style = _stroke(symbol, colour, unit, symbol.dash if dash is None else dash)
    _add(axes, lines, {"fill": False, **style})


def draw_areas(
    axes: Axes,
    areas: Objects,
    symbol: Symbol,
    fill: str,
    *,
    unit: float,
    outline: str | None = None,
    hatch: str = "none",
) -> None:
    """Draw areas: their ground, their hatch, their outline."""
    edge = outline or symbol.colour
    ground = {"facecolor": fill, "alpha": symbol.fill_share, "linewidth": 0}
    _add(axes, areas, ground)
    stroke = _stroke(symbol, edge, unit, symbol.dash)
    _add(axes, areas, {"fill": False, "hatch": HATCHES[hatch], **stroke})


def draw_points(
    axes: Axes,
    points: Floats,
    symbol: Symbol,
    colour: str,
    *,
    unit: float,
    shape: str | None = None,
    quiet: bool = False,
    edge: float = 0.45,
) -> None:
    """Draw point symbols."""
    name = shape or symbol.shape
    side = 2 * symbol.size_px * PT_PER_PX * unit * LARGER.get(name, 1.0)
    look: dict[str, Any] = {
        "marker": shapes()[name].matplotlib,
        "linestyle": "none",
        "rasterized": len(points) > CROWD,
    }
    if not quiet:
        rim: dict[str, Any] = {"markersize": side + 1.2 * unit, "markeredgewidth": 0.8 * unit}
        axes.plot(*points.T, **look, **rim, color="white")
    line = "white" if quiet else colour if name == "bar" else CASING
    face: dict[str, Any] = {"markerfacecolor": colour, "markeredgecolor": line}
    width = (0.25 if quiet else edge) * unit
    axes.plot(*points.T, **look, **face, markersize=side, markeredgewidth=width)


def coordinates(geometry: gpd.GeoSeries) -> Floats:
    """Return the points of a layer, every part of a multi-point."""
    return np.asarray(shapely.get_coordinates(geometry.to_numpy()))


def _add(axes: Axes, geometries: Objects, look: dict[str, Any]) -> None:
    crowd = len(geometries) > CROWD
    for at in range(0, len(geometries), CHUNK):
        path = path_of(geometries[at : at + CHUNK])
        if path is not None:
            # The window is set already: a patch would be measured in vain, which takes long.
            axes.add_artist(PathPatch(path, rasterized=crowd, **look))


def _stroke(symbol: Symbol, colour: str, unit: float, dash: tuple[float, ...]) -> dict[str, Any]:
    scale = PT_PER_PX * unit
    dashes = (0, [length * scale for length in dash]) if dash else "solid"
    return {
        "edgecolor": colour,
        "linewidth": symbol.width_px * scale,
        "linestyle": dashes,
        "joinstyle": "round",
        "capstyle": "butt",
    }
