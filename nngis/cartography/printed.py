"""The layers of a map view as a sheet prints them: features in the work CRS, class by class."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes

from nngis.arrays import Bools
from nngis.cartography.classes import Classified, classify
from nngis.cartography.encode import DIMENSION
from nngis.cartography.layers import check_tables
from nngis.cartography.outlines import coordinates, draw_areas, draw_lines, draw_points
from nngis.result.mapview import MapLayer, MapView

MANY, LESS = 1_500, 0.6  # from so many points on they are drawn smaller
TINY_MM = 0.8  # areas smaller than this on paper are drawn as dots
DOT_PX = 1.4


@dataclass(frozen=True)
class PrintedLayer:
    """One layer, ready to print.

    Parameters
    ----------
    layer : MapLayer
        What the plan asked for.
    look : Classified
        Its classes and the class of each feature.
    frame : GeoDataFrame
        The features that can be drawn, in the work CRS.
    left_out : int
        Features without a usable geometry.
    """

    layer: MapLayer
    look: Classified
    frame: gpd.GeoDataFrame
    left_out: int


def print_layers(
    view: MapView, tables: Mapping[str, gpd.GeoDataFrame], work_crs: str
) -> tuple[PrintedLayer, ...]:
    """Make the layers of a view ready to print; those hidden when a map opens are left out."""
    check_tables(view, tables)
    return tuple(
        _printed(layer, tables[layer.table].to_crs(work_crs))
        for layer in view.layers
        if layer.shown
    )


def within(printed: PrintedLayer, bounds: tuple[float, float, float, float]) -> PrintedLayer:
    """Return the features of a layer that a window shows: the same classes, counted anew."""
    seen = printed.frame.intersects(shapely.box(*bounds)).to_numpy()
    codes, classes = printed.look.codes[seen], printed.look.classes
    counts = np.bincount(codes, minlength=len(classes))
    kept = tuple(replace(classes[at], count=int(counts[at])) for at in np.flatnonzero(counts))
    renumber = np.cumsum(counts > 0) - 1
    look = replace(printed.look, classes=kept, codes=renumber[codes])
    return replace(printed, frame=printed.frame[seen], look=look)


def part(printed: PrintedLayer, rows: Bools) -> PrintedLayer:
    """Return some features of a layer, of the same classes and counts."""
    look = replace(printed.look, codes=printed.look.codes[rows])
    return replace(printed, frame=printed.frame[rows], look=look)


def draw_printed(axes: Axes, printed: PrintedLayer, unit: float, m_per_mm: float) -> None:
    """Draw one layer, class by class, the last of the legend first.

    Areas too small to be seen on paper are drawn as dots.
    """
    symbol, shape = printed.look.symbol, printed.layer.shape
    small = LESS if shape == "point" and len(printed.frame) > MANY else 1.0
    for code, look in reversed(list(enumerate(printed.look.classes))):
        geometry = printed.frame.geometry[printed.look.codes == code]
        if shape == "point":
            points = coordinates(geometry)
            draw_points(axes, points, symbol, look.colour, unit=unit * small, shape=look.shape)
        elif shape == "line":
            draw_lines(axes, geometry.to_numpy(), symbol, look.colour, unit=unit, dash=look.dash)
        else:
            areas = geometry.to_numpy()
            span = geometry.bounds.to_numpy()
            tiny = (span[:, 2:] - span[:, :2]).max(axis=1) < TINY_MM * m_per_mm
            draw_areas(
                axes,
                areas[~tiny],
                symbol,
                look.colour,
                unit=unit,
                outline=look.outline,
                hatch=look.hatch,
            )
            if tiny.any():
                dot = replace(symbol, shape="square", size_px=DOT_PX)
                middles = shapely.get_coordinates(shapely.centroid(areas[tiny]))
                draw_points(axes, middles, dot, look.colour, unit=unit, edge=0.15)


def _printed(layer: MapLayer, table: gpd.GeoDataFrame) -> PrintedLayer:
    geometry = table.geometry.to_numpy()
    finite = np.isfinite(shapely.bounds(geometry)).all(axis=1)
    alike = shapely.get_dimensions(geometry) == DIMENSION[layer.shape]
    usable = finite & alike & ~shapely.is_empty(geometry)
    frame = table[usable]
    return PrintedLayer(layer, classify(layer, frame), frame, int((~usable).sum()))
