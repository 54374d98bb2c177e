"""Where things are: the work CRS, datums, coordinates as people write them, true distances."""

from nngis.crs.angles import Angle, parse_angle
from nngis.crs.cells import says_nothing
from nngis.crs.coordinates import parse_coordinates, parse_dms_columns
from nngis.crs.datum import (
    Datum,
    bd09_from_gcj02,
    bd09_from_wgs84,
    datum_from_word,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    to_wgs84,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)
from nngis.crs.distance import (
    INCLUSION_TOLERANCE_M,
    geodesic_m,
    ground_distance_m,
    plane_limit_m,
    true_circle,
)
from nngis.crs.notes import NOTES, READ, Coordinates, Note
from nngis.crs.projected import Order
from nngis.crs.stated import WEB_DATUMS, is_named, web_datum_of
from nngis.crs.work import (
    choose_work_crs,
    lonlat_to_work,
    require_known_datum,
    to_work,
    work_to_lonlat,
)

__all__ = [
    "INCLUSION_TOLERANCE_M",
    "NOTES",
    "READ",
    "WEB_DATUMS",
    "Angle",
    "Coordinates",
    "Datum",
    "Note",
    "Order",
    "bd09_from_gcj02",
    "bd09_from_wgs84",
    "choose_work_crs",
    "datum_from_word",
    "gcj02_from_bd09",
    "gcj02_from_wgs84",
    "geodesic_m",
    "ground_distance_m",
    "is_named",
    "lonlat_to_work",
    "parse_angle",
    "parse_coordinates",
    "parse_dms_columns",
    "plane_limit_m",
    "require_known_datum",
    "says_nothing",
    "to_wgs84",
    "to_work",
    "true_circle",
    "web_datum_of",
    "wgs84_from_bd09",
    "wgs84_from_gcj02",
    "work_to_lonlat",
]
