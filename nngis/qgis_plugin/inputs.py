"""Inputs of the interface as parameters of QGIS, and their values as words of the command line."""

from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingException,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterPoint,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
)

from .layer_files import raster_file, write_source
from .program import case_folder
from .words import say, spoken

WGS84 = "EPSG:4326"
SHAPES = {
    "point": QgsProcessing.SourceType.TypeVectorPoint,
    "line": QgsProcessing.SourceType.TypeVectorLine,
    "polygon": QgsProcessing.SourceType.TypeVectorPolygon,
    "none": QgsProcessing.SourceType.TypeVector,
}
#: Some roles hold outlines or middles: QGIS offers both, and nngis says what it takes.
LOOSE = QgsProcessing.SourceType.TypeVector


def parameter_of(record):
    """Make the QGIS parameter of an input."""
    made = _made(record, record["name"], spoken(record["title"]), not record["needed"])
    made.setHelp(spoken(record["help"]))
    if record["advanced"]:
        made.setFlags(made.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
    return made


def _made(record, name, title, optional):
    kind = record["kind"]
    if kind == "layer":
        made = QgsProcessingParameterFeatureSource(
            name, title, _shapes(record["shape"]), None, optional
        )
    elif kind == "raster":
        made = QgsProcessingParameterRasterLayer(name, title, None, optional)
    elif kind in {"number", "integer"}:
        made = _number(record, name, title, optional)
    elif kind == "choice":
        made = QgsProcessingParameterEnum(
            name, title, record["choices"], False, None, optional, True
        )
    elif kind == "flag":
        made = QgsProcessingParameterBoolean(name, title, False, optional)
    elif kind == "point":
        made = QgsProcessingParameterPoint(name, title, None, optional)
    elif kind == "field":
        made = QgsProcessingParameterField(name, title, None, record["of"], optional=optional)
    elif kind in {"file", "folder"}:
        behaviour = getattr(QgsProcessingParameterFile.Behavior, kind.capitalize())
        default = case_folder() or None if name == "layers" else None
        made = QgsProcessingParameterFile(name, title, behaviour, "", default, optional)
    else:
        made = QgsProcessingParameterString(name, title, None, False, optional)
    return made


def _shapes(shape):
    """Say which layers QGIS offers: of the role's shape, and what its middles stand for."""
    if shape == "point":
        return [SHAPES["point"], SHAPES["polygon"], LOOSE]
    return [SHAPES[shape]]


def _number(record, name, title, optional):
    types = QgsProcessingParameterNumber.Type
    kind = types.Integer if record["kind"] == "integer" else types.Double
    made = QgsProcessingParameterNumber(name, title, kind, None, optional)
    if record.get("least") is not None:
        made.setMinimum(record["least"])
    if record.get("most") is not None:
        made.setMaximum(record["most"])
    return made


#: How QGIS reads a value of a kind, and how the command line writes it.
READ = {
    "integer": ("Int", str),
    "number": ("Double", repr),
    "choice": ("EnumString", str),
    "file": ("File", str),
    "folder": ("File", str),
}


class Words:
    """Turns the values given to an algorithm into words of the command line."""

    def __init__(self, algorithm, parameters, context, feedback, folder):
        self.algorithm, self.parameters = algorithm, parameters
        self.context, self.feedback = context, feedback
        self.folder = Path(folder)

    def of(self, records):
        """Return the words of all inputs that are given."""
        return [word for record in records for word in self._of(record)]

    def _of(self, record):
        name, kind = record["name"], record["kind"]
        if not self._given(name):
            return []
        if kind == "flag":
            return record["args"] if self._as("Boolean", name) else []
        if kind == "point":
            place = self.algorithm.parameterAsPoint(
                self.parameters, name, self.context, QgsCoordinateReferenceSystem(WGS84)
            )
            return [one.format(x=repr(place.x()), y=repr(place.y())) for one in record["args"]]
        value = self._value(name, kind)
        if value == "":
            return []
        return [one.replace("{}", value) for one in record["args"]]

    def _given(self, name):
        value = self.parameters.get(name)
        return value not in (None, "", [])

    def _as(self, kind, name):
        return getattr(self.algorithm, f"parameterAs{kind}")(self.parameters, name, self.context)

    def _value(self, name, kind):
        if kind == "layer":
            source = self._as("Source", name)
            if source is None:
                raise QgsProcessingException(
                    self.algorithm.invalidSourceError(self.parameters, name)
                )
            path = self.folder / f"{name}.gpkg"
            self.feedback.pushInfo(
                say(f"写出图层 {source.sourceName()}", f"Writing layer {source.sourceName()}")
            )
            return write_source(source, path, self.context, self.feedback)
        if kind == "raster":
            return raster_file(self._as("RasterLayer", name))
        read, write = READ.get(kind, ("String", str.strip))
        return write(self._as(read, name))
