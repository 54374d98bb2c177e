"""Open a project with QGIS, without a screen, and say what it found; run by QGIS's own Python."""

import json
import os
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsFeatureRequest,
    QgsLayoutExporter,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize


def main(path, picture, sheet=None):
    app = QgsApplication([], sheet is not None)  # a layout wants fonts, and those a GUI
    app.initQgis()
    project = QgsProject.instance()
    if not project.read(path):
        raise SystemExit(f"QGIS cannot read {path}: {project.error()}")
    layers = []
    for layer in project.mapLayers().values():
        table = layer.source().rpartition("layername=")[2]
        fresh = QgsVectorLayer(layer.source(), table, "ogr")
        layers.append(
            {
                "table": table,
                "valid": layer.isValid() and fresh.isValid(),
                "crs": layer.crs().authid(),
                "features": layer.featureCount(),
                "legend": legend(layer),
                "legend_of_geopackage": legend(fresh),
                "selected": selected(layer),
                "labels": layer.labelsEnabled() and layer.labeling() is not None,
                "aliases": aliases(fresh),
            }
        )
    settings = QgsMapSettings()
    settings.setLayers(project.layerTreeRoot().checkedLayers())
    settings.setDestinationCrs(project.crs())
    settings.setOutputSize(QSize(800, 600))
    settings.setExtent(settings.fullExtent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    colours = {image.pixel(x, y) for x in range(0, 800, 4) for y in range(0, 600, 4)}
    order = [
        one.source().rpartition("layername=")[2] for one in project.layerTreeRoot().layerOrder()
    ]
    found = {"crs": project.crs().authid(), "layers": layers, "colours": len(colours)}
    found["order"] = order
    gpkg = project.homePath() + "/layers.gpkg|layername=list"
    found["aliases_of_list"] = aliases(QgsVectorLayer(gpkg, "list", "ogr"))
    if sheet is not None:
        found["layout"] = printed(project, sheet)
    print(json.dumps(found, ensure_ascii=False))
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash while Python takes its objects down in another order


def aliases(layer):
    return [layer.attributeDisplayName(at) for at in range(len(layer.fields()))]


def selected(layer):
    """Count what each rule's filter selects, by QGIS's own engine."""
    if layer.renderer().type() != "RuleRenderer":
        return [layer.featureCount()]
    return [
        sum(
            1
            for _ in layer.getFeatures(
                QgsFeatureRequest().setFilterExpression(rule.filterExpression())
            )
        )
        for rule in layer.renderer().rootRule().children()
    ]


def printed(project, path):
    """Print the layout of the map; draw those of long sections beside it, two pixels a mm."""
    layouts = project.layoutManager().printLayouts()
    sections = {}
    for at, layout in enumerate(one for one in layouts if one.itemById("section") is not None):
        image = QgsLayoutExporter(layout).renderPageToImage(0, dpi=2 * 25.4)
        image.save(f"{path}.{at}.png")
        missing = layout.itemById("section").isMissingImage()
        sections[layout.name()] = {"file": f"{path}.{at}.png", "missing": missing}
    (layout,) = (one for one in layouts if one.itemById("map") is not None)
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.textRenderFormat = QgsRenderContext.TextFormatAlwaysText
    done = QgsLayoutExporter(layout).exportToPdf(path, settings)
    if done != QgsLayoutExporter.Success:
        raise SystemExit(f"QGIS cannot print the layout: {done}")
    legend = layout.itemById("legend")
    scale = layout.itemById("map").scale()
    bar = layout.itemById("scale bar")
    bar_mm = bar.rect().width()
    parts = {"km": bar.unitsPerSegment(), "count": bar.numberOfSegments(), "wide_mm": bar_mm}
    found = {"name": layout.name(), "scale": scale, "legend": legend.title(), "bar": parts}
    legend.adjustBoxSize()
    foot = legend.positionWithUnits().y() + legend.sizeWithUnits().height()
    found["legend_foot_mm"] = foot
    found["overview_head_mm"] = layout.itemById("overview").positionWithUnits().y()
    found["overview"] = layout.itemById("overview").overview().linkedMap().id()
    found["ticks_m"] = layout.itemById("map").grid().intervalX()
    return found | {"sections": sections}


def legend(layer):
    return [item.label() for item in layer.renderer().legendSymbolItems()]


main(*(str(Path(one).absolute()) for one in sys.argv[1:4]))
