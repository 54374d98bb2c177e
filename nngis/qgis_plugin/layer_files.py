"""QGIS layers as files that nngis reads: memory layers, filters, selections, any CRS."""

from pathlib import Path

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from .words import say

#: Names of a GeoPackage's own columns that no layer of a planner has.
OWN_COLUMNS = ["FID=nngis_row_", "GEOMETRY_NAME=nngis_shape_"]


def write_source(source, path, context, feedback):
    """Write the features of a source as they stand, in the source's own CRS; return the path.

    Shapes are not checked here: nngis reads each row, and says what it mended or rejected.
    """
    kept = [at for at, one in enumerate(source.fields()) if not _is_binary(one)]
    fields = _text_where_needed(source.fields(), kept)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.fileEncoding = "UTF-8"
    options.layerOptions = OWN_COLUMNS
    kind = QgsWkbTypes.linearType(source.wkbType())
    writer = QgsVectorFileWriter.create(
        str(path), fields, kind, source.sourceCrs(), context.transformContext(), options
    )
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise QgsProcessingException(writer.errorMessage())
    unchecked = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
    for feature in source.getFeatures(_all(), unchecked):
        if feedback.isCanceled():
            break
        row = QgsFeature(fields)
        values = feature.attributes()
        row.setAttributes([_plain(values[at]) for at in kept])
        if feature.hasGeometry():
            shape = feature.geometry()
            if QgsWkbTypes.isCurvedType(shape.wkbType()):
                shape.convertToStraightSegment()
            row.setGeometry(shape)
        if not writer.addFeature(row, QgsFeatureSink.Flag.FastInsert):
            raise QgsProcessingException(writer.errorMessage())
    del writer  # closes the file
    return str(path)


def raster_file(layer):
    """Return the file of a raster layer; only files can be given to nngis."""
    path = layer.source()
    if not Path(path).is_file():
        raise QgsProcessingException(
            say(
                f"栅格“{layer.name()}”不是本机文件；请先另存为 GeoTIFF。",
                f"The raster {layer.name()!r} is no file on this machine; save it as GeoTIFF.",
            )
        )
    return path


def fields_named(kinds):
    """Make fields of names and QGIS words for their types: string, double, integer."""
    uri = "&".join(f"field={name}:{kind}" for name, kind in kinds.items())
    return QgsVectorLayer(f"None?{uri}", "fields", "memory").fields()


def _all():
    from qgis.core import QgsFeatureRequest

    return QgsFeatureRequest()


def _is_binary(field):
    return field.typeName().lower() in {"binary", "blob"}


def _text_where_needed(fields, kept):
    """Keep numbers, texts, dates and booleans; lists and the like become text."""
    simple = {"int", "int2", "int4", "int8", "integer", "integer64", "bool", "boolean", "date"}
    simple |= {"datetime", "time", "real", "double", "float", "numeric", "string", "text"}
    found = QgsFields()
    for at in kept:
        field = fields.at(at)
        own = field.typeName().lower().partition("(")[0]
        if own in simple or not ("list" in own or "map" in own or "json" in own):
            found.append(field)
        else:
            found.append(fields_named({"t": "string"}).at(0))
            found.rename(found.count() - 1, field.name())
    return found


def _plain(value):
    if isinstance(value, (list, dict)):
        return ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return value
