"""GDAL as this package has it: the drivers of a few formats, and no network.

GDAL chooses the driver by a file's content: text that names another file, a service or a program
would be obeyed whatever the file is called. So every driver is put away but those of formats that
are read or written here, and what is left may not open a connection. `nngis.fetch` alone takes
the ban off, for as long as it fetches.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import pyogrio
from pyogrio.core import _register_drivers

KEPT = frozenset(
    {"GPKG", "GeoJSON", "ESRIJSON", "TopoJSON", "FlatGeobuf", "OpenFileGDB", "LIBKML", "KML"}
    | {"DXF", "ESRI Shapefile", "MapInfo File", "GPX", "GeoJSONSeq", "MEM", "Memory"}
)
NETWORK_OFF = {
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
    "GDAL_HTTP_PROXY": "off://",  # a scheme that curl knows not, so that it gives up at once
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_TIMEOUT": "1",
    "PROJ_NETWORK": "OFF",
}
_LOCK = Lock()


def close_gdal() -> None:
    """Put away GDAL's other drivers and its network, for the whole process; again costs nothing."""
    with _LOCK:
        others = set(pyogrio.list_drivers()) - KEPT
        if others:
            # GDAL leaves out what it is told to skip whenever drivers are registered.
            pyogrio.set_gdal_config_options({"GDAL_SKIP": ",".join(sorted(others)), **NETWORK_OFF})
            _register_drivers()


@contextmanager
def network_allowed() -> Iterator[None]:
    """Take the ban on connections off; for `nngis.fetch` alone.

    Yields
    ------
    None
        For as long as the ban is off.
    """
    close_gdal()
    pyogrio.set_gdal_config_options(dict.fromkeys(NETWORK_OFF))
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(NETWORK_OFF)
