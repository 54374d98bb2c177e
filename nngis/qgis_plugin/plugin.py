"""The plugin: a provider in the toolbox, the model designer and qgis_process."""

from qgis.core import QgsApplication

from .provider import NngisProvider


class NngisPlugin:
    """What QGIS starts and stops."""

    def __init__(self, iface):
        self.iface = iface
        self.provider = None

    def initProcessing(self):
        """Add the provider; qgis_process asks for no more."""
        self.provider = NngisProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self):
        """Add the provider where there are windows."""
        self.initProcessing()

    def unload(self):
        """Take away what was added."""
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
