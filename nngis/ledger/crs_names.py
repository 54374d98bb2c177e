"""What a vector file calls its CRS, where GDAL does not pass the name on."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from nngis.crs import WEB_DATUMS, datum_from_word

LOOK_AT = 65_536  # bytes at either end of a GeoJSON file, where its CRS stands
_MEMBER = re.compile(
    r'"(?:crs|srs|coord(?:inate)?_?(?:system|type|sys)|datum)"\s*:\s*', re.IGNORECASE
)
_QUOTED = re.compile(r'"([^"]*)"')
_NAMES_OF_LAYER = """
    SELECT s.srs_name, s.organization || ':' || s.organization_coordsys_id
    FROM gpkg_contents AS c JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = c.srs_id
    WHERE c.table_name = ? AND c.srs_id > 0
"""


def crs_name_in(path: Path, layer: str) -> str:
    """Find the name that a file gives its CRS."""
    suffix = path.suffix.lower()
    if suffix in (".geojson", ".json"):
        return _of_geojson(path)
    if suffix == ".shp":
        return _of_prj(path.with_suffix(".prj"))
    return _of_geopackage(path, layer) if suffix == ".gpkg" else ""


def _of_prj(path: Path) -> str:
    """Find a web map's datum in a .prj, which GDAL may take for a CRS of the register."""
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        text = stream.read(LOOK_AT).decode("utf-8", "replace")
    return next((n for n in _QUOTED.findall(text) if datum_from_word(n) in WEB_DATUMS), "")


def _of_geojson(path: Path) -> str:
    """Look before the features and behind them, not at the properties of one."""
    with path.open("rb") as stream:
        start = stream.read(LOOK_AT)
        stream.seek(max(len(start), path.stat().st_size - LOOK_AT))
        end = stream.read()
    head, _, rest = start.decode("utf-8", "replace").partition('"features"')
    tail = (rest + end.decode("utf-8", "replace")).rpartition("]")[2]
    for text in (head, tail):
        match = _MEMBER.search(text)
        if match:
            return _name_of(text[match.end() :])
    return ""


def _name_of(text: str) -> str:
    """Read the name out of a member: a word, or an object that holds one."""
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return ""
    while isinstance(value, dict):
        value = next((value[key] for key in ("properties", "name", "code") if key in value), "")
    return str(value or "")


def _of_geopackage(path: Path, layer: str) -> str:
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as base:
            row = base.execute(_NAMES_OF_LAYER, (layer,)).fetchone()
    except (sqlite3.Error, OSError):
        return ""  # GDAL tells what is wrong with it
    if row is None:
        return ""
    name, code = (str(text or "") for text in row)
    # A code of the register tells more than a name, unless that is a web map's.
    registered = re.fullmatch(r"epsg:\d+", code, re.IGNORECASE)
    return name if not registered or datum_from_word(name) in WEB_DATUMS else ""
