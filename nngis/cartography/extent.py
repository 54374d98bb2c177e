"""What a printed map shows: what its plan says something of, inside the counties."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from nngis.arrays import Floats, Objects
from nngis.cartography.ground import GroundLayer
from nngis.cartography.printed import PrintedLayer

Bounds = tuple[float, float, float, float]
NOWHERE: Bounds = (0.0, 0.0, 1.0, 1.0)
WIDER = 0.02  # kept around what is shown, as a share of its extent
WHOLE = 0.65  # a plan that fills so much of the counties' extent is shown with all of them
LEAST = 0.15  # one that fills less is shown with the counties that it lies in


def map_extent(layers: Sequence[PrintedLayer], ground: Sequence[GroundLayer]) -> Bounds:
    """Return what a map of the whole shows.

    That is what its layers span where they have a value, cut to the counties; all counties where
    it is much of them, the counties it lies in where it is little, and what the layers span
    where all lie elsewhere.
    """
    counties = _counties(ground)
    own = _span([one.total_bounds for one in map(_with_value, layers) if len(one)])
    if counties is None:
        return own or NOWHERE
    whole = _span([shapely.total_bounds(counties)]) or NOWHERE
    if own is None:
        return whole
    west, south = max(own[0], whole[0]), max(own[1], whole[1])
    east, north = min(own[2], whole[2]), min(own[3], whole[3])
    if west > east or south > north:
        return own
    filled = max((east - west) / (whole[2] - whole[0]), (north - south) / (whole[3] - whole[1]))
    if filled >= WHOLE:
        return whole
    if filled < LEAST:
        near = counties[shapely.intersects(counties, shapely.box(west, south, east, north))]
        return _span([shapely.total_bounds(near)]) or whole if len(near) else own
    edge = WIDER * max(east - west, north - south)
    return west - edge, south - edge, east + edge, north + edge


def outline_of(ground: Sequence[GroundLayer]) -> BaseGeometry | None:
    """Return the counties as one area; None where the ground has none."""
    counties = _counties(ground)
    return None if counties is None else shapely.union_all(counties)


def _counties(ground: Sequence[GroundLayer]) -> Objects | None:
    for one in ground:
        if one.symbol.role == "county":
            found = one.frame.geometry.to_numpy()
            found = found[~(shapely.is_missing(found) | shapely.is_empty(found))]
            return found if len(found) else None
    return None


def _with_value(one: PrintedLayer) -> gpd.GeoDataFrame:
    """Return the features of a layer but for those without a value."""
    known = np.array([not each.missing for each in one.look.classes], dtype=bool)
    return one.frame[known[one.look.codes]] if len(one.frame) else one.frame


def _span(bounds: Sequence[Floats]) -> Bounds | None:
    if not len(bounds):
        return None
    corners = np.array(bounds)
    west, south = corners[:, :2].min(axis=0).tolist()
    east, north = corners[:, 2:].max(axis=0).tolist()
    return west, south, east, north
