"""One algorithm of the interface, as QGIS runs it: files to nngis, its answer back as layers."""

import json
import tempfile
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputFile,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFolderDestination,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QIcon

from .child import CancelledError, ChildError, run_child, whole_folder
from .inputs import WGS84, Words, parameter_of
from .layer_files import fields_named
from .program import check_fit
from .results import load_on_completion, read_result, result_layers, told_indicators
from .words import language, say, spoken

HERE = Path(__file__).parent
FOLDER, LOAD, OUTPUT, REJECTS, ENTRIES = "FOLDER", "LOAD", "OUTPUT", "REJECTS", "ENTRIES"


class NngisAlgorithm(QgsProcessingAlgorithm):
    """An algorithm of the interface."""

    def __init__(self, record):
        super().__init__()
        self.record = record

    def createInstance(self):
        """Make another of the same kind."""
        return type(self)(self.record)

    def name(self):
        """Return the id."""
        return self.record["id"]

    def displayName(self):
        """Return the title."""
        return spoken(self.record["title"])

    def groupId(self):
        """Return the id of the group."""
        return self.record["group"][0]

    def group(self):
        """Return the title of the group."""
        return spoken(self.record["group"][1])

    def shortDescription(self):
        """Return one line."""
        return spoken(self.record["help"])

    def shortHelpString(self):
        """Return what the dialog shows beside the inputs."""
        return (HERE / "help" / language() / f"{self.name()}.html").read_text(encoding="utf-8")

    def helpUrl(self):
        """Return the page of help that came with the plugin."""
        page = HERE / "help" / language() / f"{self.name()}.html"
        return QUrl.fromLocalFile(str(page)).toString()

    def icon(self):
        """Return the plugin's icon."""
        return QIcon(str(HERE / "icon.svg"))

    def tags(self):
        """Return words to search by, in both languages."""
        return ["nngis", *self.record["title"].values()]

    def initAlgorithm(self, configuration=None):  # noqa: ARG002 - as QGIS calls it
        """Declare inputs and outputs."""
        for one in self.record["inputs"]:
            self.addParameter(parameter_of(one))
        getattr(self, f"_declare_{self.record['kind']}")()

    def processAlgorithm(self, parameters, context, feedback):
        """Run nngis; a cancelled run leaves nothing behind."""
        try:
            program = check_fit(feedback)
            with tempfile.TemporaryDirectory(prefix="nngis-qgis-") as folder:
                words = Words(self, parameters, context, feedback, folder)
                given = words.of(self.record["inputs"])
                command = [program, *self.record["command"], *given, "--lang", language()]
                finish = getattr(self, f"_run_{self.record['kind']}")
                return finish(command, Path(folder), parameters, context, feedback)
        except CancelledError:
            feedback.pushInfo(say("已取消，没有留下文件。", "Cancelled; no file was left."))
            return {}
        except ChildError as error:
            raise QgsProcessingException(str(error)) from error

    # a run or an answer: a folder, and its layers

    def _declare_folder(self):
        title = say("结果文件夹", "Folder of results")
        self.addParameter(QgsProcessingParameterFolderDestination(FOLDER, title))
        self.addParameter(
            QgsProcessingParameterBoolean(LOAD, say("把结果载入工程", "Load the results"), True)
        )
        self.addOutput(QgsProcessingOutputFile("INDEX", say("总览页", "Page of results")))
        self.addOutput(QgsProcessingOutputFile("RESULT", "result.json"))
        for one in {one["table"]: one for one in reversed(self.record["layers"])}.values():
            self.addOutput(
                QgsProcessingOutputVectorLayer(f"out_{one['table']}", spoken(one["title"]))
            )

    def _run_folder(self, command, _, parameters, context, feedback):
        target = self._folder(parameters, context)
        with whole_folder(target) as out:
            run_child([*command, "--out", str(out)], feedback)
        own = target / self.record["folder"]
        layers = result_layers(own, self.record["layers"])
        if self.parameterAsBoolean(parameters, LOAD, context):
            load_on_completion(context, target, own, layers)
        for line in told_indicators(read_result(own)):
            feedback.pushInfo(line)
        found = {f"out_{one['table']}": one["source"] for one in layers}
        index = {"INDEX": str(target / "index.html"), "RESULT": str(own / "result.json")}
        return {FOLDER: str(target), **index, **found}

    def _folder(self, parameters, context):
        return Path(self.parameterAsString(parameters, FOLDER, context))

    # a permit: rows of points

    def _declare_rows(self):
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                OUTPUT,
                say("许可判定", "Verdict"),
                QgsProcessing.SourceType.TypeVectorPoint,
            )
        )

    def _run_rows(self, command, _, parameters, context, feedback):
        rows = json.loads(run_child([*command, "--json"], feedback))
        place = self.parameterAsPoint(
            parameters, "place", context, QgsCoordinateReferenceSystem(WGS84)
        )
        for one in rows:
            feedback.pushInfo(str(one.get(f"reason_{language()}") or ""))
        return {OUTPUT: self._sink(OUTPUT, rows, parameters, context, QgsPointXY(place))}

    # a ledger: accepted rows and rejects

    def _declare_ledger(self):
        table = QgsProcessing.SourceType.TypeVector
        for name, title, kind in (
            (
                OUTPUT,
                say("采用的记录", "Accepted rows"),
                QgsProcessing.SourceType.TypeVectorAnyGeometry,
            ),
            (REJECTS, say("未采用的记录", "Rejected rows"), table),
            ("DOUBTS", say("存疑的记录", "Doubtful rows"), table),
        ):
            self.addParameter(
                QgsProcessingParameterFeatureSink(name, title, kind, None, name == "DOUBTS")
            )

    def _run_ledger(self, command, folder, parameters, context, feedback):
        base = folder / "ledger.gpkg"
        said = json.loads(run_child([*command, "--out", str(base), "--json"], feedback))
        for note in said["notes"]:
            feedback.pushInfo(spoken(note))
        counts = {"in_file": said["in_file"], "accepted": said["accepted"]}
        counts["rejected"] = said["rejected"]
        feedback.pushInfo("  ".join(f"{name} {count}" for name, count in counts.items()))
        tables = {OUTPUT: said["role"], REJECTS: "rejects", "DOUBTS": "doubts"}
        found = {
            name: self._copy(name, f"{base}|layername={table}", parameters, context)
            for name, table in tables.items()
        }
        return {**{name: value for name, value in found.items() if value}, **counts}

    def _copy(self, name, source, parameters, context):
        layer = QgsVectorLayer(source, name, "ogr")
        fields = layer.fields()
        own = fields.indexOf("fid")
        if own >= 0:
            fields.remove(own)
        sink, written = self.parameterAsSink(
            parameters, name, context, fields, layer.wkbType(), layer.crs()
        )
        if sink is None:
            return None
        for feature in layer.getFeatures():
            row = QgsFeature(fields)
            row.setAttributes([v for at, v in enumerate(feature.attributes()) if at != own])
            row.setGeometry(feature.geometry())
            sink.addFeature(row)
        return written

    # the register: entries, and a folder

    def _declare_register(self):
        title = say("结果文件夹", "Folder of results")
        self.addParameter(QgsProcessingParameterFolderDestination(FOLDER, title))
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                ENTRIES,
                say("方案的目标和要求", "The plan's entries"),
                QgsProcessing.SourceType.TypeVector,
            )
        )
        self.addOutput(QgsProcessingOutputFile("INDEX", say("总览页", "Page of results")))

    def _run_register(self, command, _, parameters, context, feedback):
        target = self._folder(parameters, context)
        with whole_folder(target) as out:
            entries = json.loads(run_child([*command, "--out", str(out), "--json"], feedback))
        rows = [
            {
                "id": one["id"],
                "clause": one["clause"],
                "status": one["status"],
                "value": one["value"],
                "target": one["target"],
                "unit": one["unit"],
                "meaning": spoken(one["meaning"]),
                "note": spoken(one["note"]),
                "evidence": one["evidence"],
            }
            for one in entries
        ]
        written = self._sink(ENTRIES, rows, parameters, context, None)
        return {FOLDER: str(target), "INDEX": str(target / "index.html"), ENTRIES: written}

    def _sink(self, name, rows, parameters, context, place):
        """Write rows of plain values, at a place if they have one."""
        numbers = {
            column
            for column in rows[0]
            if all(isinstance(row[column], (int, float, type(None))) for row in rows)
            and any(type(row[column]) in (int, float) for row in rows)
        }
        fields = fields_named({one: "double" if one in numbers else "string" for one in rows[0]})
        types = QgsWkbTypes.Type
        sink, written = self.parameterAsSink(
            parameters,
            name,
            context,
            fields,
            types.NoGeometry if place is None else types.Point,
            QgsCoordinateReferenceSystem("" if place is None else WGS84),
        )
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, name))
        for row in rows:
            feature = QgsFeature(fields)
            feature.setAttributes([_cell(row[one], one in numbers) for one in row])
            if place is not None:
                feature.setGeometry(QgsGeometry.fromPointXY(place))
            sink.addFeature(feature)
        return written


def _cell(value, is_number):
    if value is None or is_number:
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
