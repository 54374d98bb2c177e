"""Geometries and columns as short lists that JSON carries and the page decodes."""

import json
import re
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nngis.arrays import Array, Bools, Floats
from nngis.result.mapview import Shape

DIMENSION: dict[Shape, int] = {"point": 0, "line": 1, "polygon": 2}
FIRST_COLLECTION = 4  # shapely's type ids: 0-3 single parts, 4-7 multi-parts and collections
EXACT = 2.0**53  # whole numbers below this are exact in a float
DIGITS = 6  # significant digits of a number in a popup


@dataclass(frozen=True)
class Shapes:
    """Geometries of one layer, taken apart.

    Parameters
    ----------
    rows : (n,) int array
        Positions in the table of the features that can be drawn.
    owner : (p,) int array
        Position in `rows` of each part: a point, a line or a ring.
    length : (p,) int array
        Number of vertices of each part.
    lonlat : (v, 2) float array
        Longitude and latitude of the vertices [degree], part after part.
    """

    rows: npt.NDArray[np.intp]
    owner: npt.NDArray[np.intp]
    length: npt.NDArray[np.intp]
    lonlat: Floats


def take_apart(geometry: gpd.GeoSeries, shape: Shape) -> Shapes:
    """Take the geometries of one layer apart into points, lines or rings.

    Examples
    --------
    >>> import geopandas as gpd
    >>> taken = take_apart(gpd.GeoSeries.from_wkt(["POINT (1 2)", None, "POINT (3 4)"]), "point")
    >>> taken.rows, taken.lonlat
    (array([0, 2]), array([[1., 2.], [3., 4.]]))
    """
    parts, owner = np.asarray(geometry.array, dtype=object), np.arange(len(geometry))
    while (shapely.get_type_id(parts) >= FIRST_COLLECTION).any():
        parts, at = shapely.get_parts(parts, return_index=True)
        owner = owner[at]
    keep = (shapely.get_dimensions(parts) == DIMENSION[shape]) & ~shapely.is_empty(parts)
    parts, owner = parts[keep], owner[keep]
    if shape == "polygon":
        parts, at = shapely.get_rings(parts, return_index=True)
        owner = owner[at]
    lonlat, at = shapely.get_coordinates(parts, return_index=True)
    broken = np.unique(at[~np.isfinite(lonlat).all(axis=1)])
    good = np.isin(np.arange(len(parts)), broken, invert=True)
    length = np.bincount(at, minlength=len(parts))
    vertex = np.repeat(good, length)
    if shape == "polygon":
        vertex[np.cumsum(length) - 1] = False
        length = length - 1
    rows, owner = np.unique(owner[good], return_inverse=True)
    return Shapes(rows, owner, length[good], lonlat[vertex])


def encode_shapes(shapes: Shapes, shape: Shape) -> dict[str, Any]:
    """Write taken-apart geometries as lists of small integers.

    Examples
    --------
    >>> import geopandas as gpd
    >>> line = gpd.GeoSeries.from_wkt(["LINESTRING (1 2, 1.00003 2)"])
    >>> encode_shapes(take_apart(line, "line"), "line")
    {'n': 1, 'scale': 100000, 'xy': [100000, 200000, 3, 0], 'len': [2]}
    """
    scale = 10**6 if shape == "point" else 10**5
    steps = np.diff(np.rint(shapes.lonlat * scale).astype(np.int64), axis=0, prepend=0)
    found: dict[str, Any] = {"n": len(shapes.rows), "scale": scale, "xy": steps.ravel().tolist()}
    if shape != "point":
        found["len"] = shapes.length.tolist()
    if not np.array_equal(shapes.owner, np.arange(len(shapes.rows))):
        found["own"] = shapes.owner.tolist()
    return found


def encode_column(values: pd.Series) -> list[Any] | dict[str, list[Any]]:
    """Write a column as JSON values; missing is ``null``.

    Parameters
    ----------
    values : Series
        Booleans, numbers (kept to six significant digits), dates or text.

    Returns
    -------
    list or dict
        The values; text that repeats itself as ``{"d": distinct texts, "c": code per row}`` with
        code -1 for missing.

    Examples
    --------
    >>> import pandas as pd
    >>> encode_column(pd.Series([0.1 + 0.2, None]))
    [0.3, None]
    >>> encode_column(pd.Series(["煤", "煤", "煤", None, "气"]))
    {'d': ['煤', '气'], 'c': [0, 0, 0, -1, 1]}
    """
    values = with_own_type(values)
    absent = values.isna().to_numpy(copy=True)
    if pd.api.types.is_bool_dtype(values.dtype):
        return _with_null(values.to_numpy(dtype=object), absent)
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        absent |= ~np.isfinite(numbers)
        rounded = _significant(np.where(absent, 0.0, numbers))
        whole = (rounded == np.rint(rounded)).all() and np.abs(rounded).max(initial=0) < EXACT
        return _with_null(rounded.astype(np.int64) if whole else rounded, absent)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = values.dt.strftime("%Y-%m-%d")
    codes, distinct = pd.factorize(values.astype("string"))
    texts = distinct.to_numpy(dtype=object)
    if 2 * len(texts) < len(values):
        return {"d": texts.tolist(), "c": codes.tolist()}
    return _with_null(np.append(texts, "")[codes], absent)


def with_own_type(values: pd.Series) -> pd.Series:
    """Give a column of Python objects the type that its values share.

    Examples
    --------
    >>> import pandas as pd
    >>> with_own_type(pd.Series([True, None], dtype=object)).dtype
    BooleanDtype
    """
    return values.convert_dtypes() if values.dtype == object else values


def to_json(value: object) -> str:
    r"""Write JSON that may stand inside a script element of a page.

    Examples
    --------
    >>> to_json({"name": "</script>"})
    '{"name":"\\u003c/script>"}'
    """
    plain = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub("[<\u2028\u2029\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", plain)


def _with_null(values: Array, absent: Bools) -> list[Any]:
    found = values.astype(object)
    found[absent] = None
    return list(found.tolist())


def _significant(numbers: Floats) -> Floats:
    size = np.abs(numbers, where=numbers != 0, out=np.ones_like(numbers))
    places = np.clip(DIGITS - 1 - np.floor(np.log10(size)), 0, 15)
    factor = 10.0**places
    return np.asarray(np.rint(numbers * factor) / factor)
