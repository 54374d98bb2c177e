"""A map tool: a click on an object of a result asks why."""

from qgis.gui import QgsMapToolIdentify

from .results import FOLDER, KEY


class WhyTool(QgsMapToolIdentify):
    """Calls `ask` with the folder of the run and the id of the object that is clicked."""

    def __init__(self, canvas, ask):
        super().__init__(canvas)
        self.ask = ask

    def canvasReleaseEvent(self, event):
        """Find the object under the click, the topmost first."""
        asked = [one for one in self.canvas().layers() if one.customProperty(KEY, "")]
        mode = QgsMapToolIdentify.IdentifyMode.TopDownStopAtFirst
        for found in self.identify(event.x(), event.y(), asked, mode):
            layer = found.mLayer
            self.ask(layer.customProperty(FOLDER), found.mFeature[layer.customProperty(KEY)])
            return
