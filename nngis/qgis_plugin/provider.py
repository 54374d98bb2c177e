"""The Processing provider: every algorithm of the interface."""

from pathlib import Path

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .algorithm import NngisAlgorithm
from .words import interface, say


class NngisProvider(QgsProcessingProvider):
    """nngis in the toolbox, the model designer and qgis_process."""

    def id(self):
        """Return the id before each algorithm's name."""
        return "nngis"

    def name(self):
        """Return the name."""
        return "nngis"

    def longName(self):
        """Return the name with its version."""
        return f"nngis {interface()['nngis']} · " + say("空间规划", "spatial planning")

    def icon(self):
        """Return the plugin's icon."""
        return QIcon(str(Path(__file__).with_name("icon.svg")))

    def loadAlgorithms(self):
        """Add the algorithms."""
        for record in interface()["algorithms"]:
            self.addAlgorithm(NngisAlgorithm(record))
