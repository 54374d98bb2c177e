"""The QGIS plugin: runs in QGIS's own Python, which holds none of nngis's packages.

It imports QGIS, Qt by way of `qgis.PyQt`, and the standard library of Python 3.9 alone, and talks
to an installed nngis by its command line. `nngis qgis pack` makes it a zip.
"""


def classFactory(iface):
    """Make the plugin, as QGIS asks for it."""
    from .plugin import NngisPlugin

    return NngisPlugin(iface)
