"""Layers of too many features for one list: pieces that a page opens when they come into view.

A page that opened a million outlines at once would hold some gigabytes. So the features are laid
in the order of a Hilbert curve, cut into runs of neighbours, and each run is written by itself,
deflated; the page inflates those in view. From afar it draws squares instead, one for each class
that occurs in it, the most frequent on top. All of it stands inside the one file: a page opened
from a disk may neither fetch ranges of a file beside it (which PMTiles would need) nor be served.
"""

import base64
import json
import zlib
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np

from nngis.arrays import Floats, Positions

MANY = 50_000  # features; below it a layer is one list
AT_ONCE = 4_000  # features in a piece
FINEST = 17  # the world in 2^17 squares a side: some 300 m
SQUARES = 200_000  # squares of the view from afar, at most
SIZES = 4  # how many sizes of square, by the number of features
LEVEL = 6  # of zlib
MAX_LATITUDE = 85.05


def in_pieces(
    geometry: gpd.GeoSeries, codes: Positions, encode: Callable[[Positions], dict[str, Any]]
) -> dict[str, Any]:
    """Write features as pieces, with squares for the view from afar."""
    order = np.argsort(geometry.hilbert_distance().to_numpy(), kind="stable")
    bounds = geometry.bounds.to_numpy()
    pieces = []
    for start in range(0, len(order), AT_ONCE):
        rows = order[start : start + AT_ONCE]
        box = [*bounds[rows, :2].min(axis=0), *bounds[rows, 2:].max(axis=0)]
        pieces.append([*(round(float(side), 6) for side in box), len(rows), _pack(encode(rows))])
    return {"n": len(order), "pieces": pieces, "afar": _pack(_afar(bounds, codes))}


def _pack(data: dict[str, Any]) -> str:
    plain = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Half a character may stand in a name that somebody sent; it is written as a question mark.
    return base64.b64encode(zlib.compress(plain.encode("utf-8", "replace"), LEVEL)).decode()


def _afar(bounds: Floats, codes: Positions) -> dict[str, Any]:
    """Count the features of each class in the squares of the world, the fewest first."""
    x, y = world(bounds[:, [0, 2]].mean(axis=1), bounds[:, [1, 3]].mean(axis=1))
    kinds = int(codes.max(initial=0)) + 1
    for level in range(FINEST, 0, -1):
        side = 2**level
        row, column = (np.floor(one * side).astype(np.int64) for one in (y, x))
        # one number for the three: quicker to sort, and in the same order
        keys, count = np.unique((row * (side + 1) + column) * kinds + codes, return_counts=True)
        if len(keys) <= SQUARES:
            break
    squares, classes = np.divmod(keys, kinds)
    by = np.argsort(count, kind="stable")
    steps = np.quantile(count, np.arange(1, SIZES) / SIZES)
    size = np.searchsorted(steps, count, side="left")
    return {
        "level": level,
        "y": (squares // (side + 1))[by].tolist(),
        "x": (squares % (side + 1))[by].tolist(),
        "c": classes[by].tolist(),
        "s": size[by].tolist(),
    }


def world(lon_deg: Floats, lat_deg: Floats) -> tuple[Floats, Floats]:
    """Place points in the square of the world that web maps use.

    Examples
    --------
    >>> [float(v.item()) for v in world(np.array([0.0]), np.array([0.0]))]
    [0.5, 0.5]
    """
    sine = np.sin(np.radians(np.clip(lat_deg, -MAX_LATITUDE, MAX_LATITUDE)))
    return lon_deg / 360.0 + 0.5, 0.5 - np.arctanh(sine) / (2.0 * np.pi)
