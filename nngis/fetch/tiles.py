"""The addresses of tiled sources: which tiles an area needs, by each source's own rule."""

import numpy as np
import shapely
from pyproj import Transformer

from nngis.fetch.endpoints import Endpoint
from nngis.fetch.order import Order

WGS84 = "EPSG:4326"
#: Tiles of the Global Human Settlement Layer: Mollweide, numbered from its upper left corner [m].
GHSL_CRS = "ESRI:54009"
GHSL_WEST_M, GHSL_NORTH_M, GHSL_TILE_M = -18_041_000.0, 9_000_000.0, 1_000_000.0
#: An edge is straight in degrees and bent in Mollweide; corners alone would not do.
STEP_DEG = 0.1
DIGITS = 6


def addresses(order: Order) -> list[str]:
    """List the files that an area needs."""
    endpoint, shape = order.endpoint, order.area.shape
    if "{row" in endpoint.url:
        return [endpoint.url.format(row=row, column=column) for row, column in ghsl_tiles(shape)]
    if "{lat" in endpoint.url or "{tile" in endpoint.url:
        return [_degree_address(endpoint, *corner) for corner in degree_tiles(shape, endpoint)]
    return [endpoint.url]


def degree_tiles(shape: shapely.Geometry, endpoint: Endpoint) -> list[tuple[int, int]]:
    """List the lower left corners of the degree tiles that an area's box reaches into."""
    size = endpoint.tile_deg
    west, south, east, north = np.round(np.array(shape.bounds) / size, DIGITS)
    return [
        (round(column * size), round(row * size))
        for row in range(int(np.floor(south)), int(np.ceil(north)))
        for column in range(int(np.floor(west)), int(np.ceil(east)))
    ]


def ghsl_tiles(shape: shapely.Geometry) -> list[tuple[int, int]]:
    """List the tiles of the Global Human Settlement Layer that an area reaches into.

    Column ``1 + floor((x + 18,041,000) / 10^6)``, row ``1 + floor((9,000,000 - y) / 10^6)``, x and
    y in Mollweide.

    Examples
    --------
    >>> ghsl_tiles(shapely.box(108.2, 22.7, 108.5, 22.9))
    [(7, 29)]
    """
    to_plane = Transformer.from_crs(WGS84, GHSL_CRS, always_xy=True)
    fine = shapely.segmentize(shape, STEP_DEG)
    plane = shapely.transform(fine, lambda xy: np.column_stack(to_plane.transform(*xy.T)))
    west, south, east, north = plane.bounds
    columns = range(_ghsl_column(west), _ghsl_column(east) + 1)
    rows = range(_ghsl_row(south), _ghsl_row(north) - 1, -1)
    found = []
    for row in rows:
        for column in columns:
            left = GHSL_WEST_M + (column - 1) * GHSL_TILE_M
            top = GHSL_NORTH_M - (row - 1) * GHSL_TILE_M
            tile = shapely.box(left, top - GHSL_TILE_M, left + GHSL_TILE_M, top)
            if plane.intersects(tile):
                found.append((row, column))
    return found


def _ghsl_column(x_m: float) -> int:
    return 1 + int(np.floor((x_m - GHSL_WEST_M) / GHSL_TILE_M))


def _ghsl_row(y_m: float) -> int:
    return 1 + int(np.floor((GHSL_NORTH_M - y_m) / GHSL_TILE_M))


def _degree_address(endpoint: Endpoint, lon: int, lat: int) -> str:
    east, north = lon + int(endpoint.tile_deg), lat + int(endpoint.tile_deg)
    sides = (_side(lon, "ew", 3), _side(north, "ns", 2), _side(east, "ew", 3), _side(lat, "ns", 2))
    return endpoint.url.format(
        lat=abs(lat),
        lon=abs(lon),
        ns="N" if lat >= 0 else "S",
        ew="E" if lon >= 0 else "W",
        tile="_".join(sides),
    )


def _side(degrees: int, letters: str, digits: int) -> str:
    return f"{letters[degrees < 0]}{abs(degrees):0{digits}d}"
