"""The plugin: a provider everywhere, and a panel where there are windows."""

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QIcon

try:
    from qgis.PyQt.QtGui import QAction  # Qt 6
except ImportError:
    from qgis.PyQt.QtWidgets import QAction

from .provider import NngisProvider
from .words import say


class NngisPlugin:
    """What QGIS starts and stops."""

    def __init__(self, iface):
        self.iface = iface
        self.provider = None
        self.action = self.dock = None

    def initProcessing(self):
        """Add the provider; qgis_process asks for no more."""
        self.provider = NngisProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self):
        """Add the provider, the panel, and a button that shows it."""
        from .dock import NngisDock

        self.initProcessing()
        self.dock = NngisDock(self.iface)
        self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.dock.hide()
        icon = QIcon(str(Path(__file__).with_name("icon.svg")))
        self.action = QAction(icon, say("nngis 面板", "nngis panel"), self.iface.mainWindow())
        self.action.setCheckable(True)
        self.action.toggled.connect(self.dock.setVisible)
        self.dock.visibilityChanged.connect(self.action.setChecked)
        self.iface.addToolBarIcon(self.action)
        self.iface.addPluginToMenu("nngis", self.action)

    def unload(self):
        """Take away what was added."""
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
        if self.action is not None:
            self.iface.removePluginMenu("nngis", self.action)
            self.iface.removeToolBarIcon(self.action)
            self.dock.close_down()
            self.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()
