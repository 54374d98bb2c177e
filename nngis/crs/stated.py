"""The datum that a CRS names: web-map datums stand in names alone, for no register has them."""

from pyproj import CRS
from pyproj.exceptions import CRSError

from nngis.crs.datum import Datum, datum_from_word

WEB_DATUMS: tuple[Datum, ...] = ("gcj02", "bd09")
_SURE_PERCENT = 70  # of pyproj's match with the register: below, the ellipsoid alone is alike


def names_of_crs(crs: CRS) -> tuple[str, ...]:
    """List what a CRS calls itself, its base, and its datum.

    Examples
    --------
    >>> names_of_crs(CRS(4490))
    ('China Geodetic Coordinate System 2000', 'China 2000')
    """
    found = [crs.name, crs.remarks or ""]
    parts = [crs.source_crs, crs.geodetic_crs, *crs.sub_crs_list]
    for part in parts:
        if part is not None and part != crs:
            found += names_of_crs(part)
    if crs.datum is not None:
        found.append(crs.datum.name)
    return tuple(dict.fromkeys(name for name in found if name))


def web_datum_of(crs: CRS, *more: str) -> Datum | None:
    """Recognise GCJ-02 or BD-09 in what a CRS calls itself.

    Parameters
    ----------
    crs : CRS
        A file's CRS.
    *more : str
        Other names that the file gives it.

    Returns
    -------
    {"gcj02", "bd09"} or None
        The first of its names that is one of the two.

    Examples
    --------
    >>> web_datum_of(CRS(4326)), web_datum_of(CRS(4326), "BD_09")
    (None, 'bd09')
    """
    words = (datum_from_word(name) for name in (*more, *names_of_crs(crs)))
    return next((word for word in words if word in WEB_DATUMS), None)


def is_named(crs: CRS, *more: str) -> bool:
    """Tell whether the names of a geographic CRS say what it is.

    Parameters
    ----------
    crs : CRS
        A file's CRS.
    *more : str
        Other names that the file gives it; each must be known too.

    Returns
    -------
    bool
        True if the register knows it, or one of its names is that of a datum; False for a name
        of somebody's own, and for none.

    Examples
    --------
    >>> is_named(CRS(4326)), is_named(CRS(4326), "某市地方坐标系")
    (True, False)
    """
    for name in more:
        if datum_from_word(name) is not None:
            continue
        try:
            CRS.from_user_input(name)
        except CRSError:
            return False
    if any(datum_from_word(name) is not None for name in names_of_crs(crs)):
        return True
    return crs.to_epsg(min_confidence=_SURE_PERCENT) is not None
