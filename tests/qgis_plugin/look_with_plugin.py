"""Drive the installed plugin in one QGIS without a screen; run by QGIS's own Python.

Each step's answer goes into one JSON file, which the tests read.
"""

import json
import os
import sys
import threading
import time
import traceback
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)

WORK, PROFILE, LEDGER = (Path(one) for one in sys.argv[1:4])


class Told(QgsProcessingFeedback):
    """Keeps what an algorithm says."""

    def __init__(self):
        super().__init__(False)
        self.lines, self.steps, self.errors = [], [], []

    def pushInfo(self, info):
        self.lines.append(info)

    def setProgressText(self, text):
        self.steps.append(text)

    def reportError(self, error, fatalError=False):  # noqa: ARG002 - as QGIS calls it
        self.errors.append(error)


def start(lang):
    app = QgsApplication([], True, str(PROFILE))
    app.initQgis()
    speak(lang)
    import qgis.utils

    system = Path(QgsApplication.pkgDataPath()) / "python" / "plugins"
    for one in (str(system), str(PROFILE / "python" / "plugins")):
        qgis.utils.plugin_paths.append(one)
        sys.path.insert(0, one)
    qgis.utils.updateAvailablePlugins()
    from processing.core.Processing import Processing

    Processing.initialize()
    assert qgis.utils.loadPlugin("nngis_plugin"), "the plugin does not load"
    assert qgis.utils.startProcessingPlugin("nngis_plugin"), "the plugin does not start"
    return app


def speak(lang):
    from qgis.core import QgsSettings

    QgsSettings().setValue("locale/overrideFlag", True)
    QgsSettings().setValue("locale/userLocale", lang)


def layer(kind, name, fields, rows, crs="EPSG:4326", from_crs="EPSG:4326"):
    """Make a memory layer of (geometry as WKT, values) in a CRS."""
    made = QgsVectorLayer(
        f"{kind}?crs={crs}&{'&'.join('field=' + one for one in fields)}", name, "memory"
    )
    assert made.isValid()
    move = None
    if crs != from_crs:
        from qgis.core import QgsCoordinateTransform

        one, other = QgsCoordinateReferenceSystem(from_crs), QgsCoordinateReferenceSystem(crs)
        move = QgsCoordinateTransform(one, other, QgsProject.instance())
    features = []
    for wkt, *values in rows:
        feature = QgsFeature(made.fields())
        shape = QgsGeometry.fromWkt(wkt)
        if move is not None:
            shape.transform(move)
        feature.setGeometry(shape)
        feature.setAttributes(values)
        features.append(feature)
    ok, _ = made.dataProvider().addFeatures(features)
    assert ok
    made.updateExtents()
    QgsProject.instance().addMapLayer(made)
    return made


def street(name, xs, key, crs="EPSG:4545", weights=None):
    rows = [
        (f"Point({500_000 + x} 2520000)", f"{key}{at}", float((weights or [1] * len(xs))[at]))
        for at, x in enumerate(xs)
    ]
    fields = ["code:string(10)", "weight:double", "fid:integer"]
    return layer("Point", name, fields, [(*row, 7) for row in rows], crs, "EPSG:4545")


def rows_of(source):
    found = source if isinstance(source, QgsVectorLayer) else QgsVectorLayer(source, "x", "ogr")
    assert found.isValid(), source
    names = [one.name() for one in found.fields()]
    return [
        dict(zip(names, map(plain, one.attributes()), strict=True)) for one in found.getFeatures()
    ]


def plain(value):
    if hasattr(value, "isNull") and value.isNull():
        return None
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def run(name, parameters, told=None, project=None):
    import processing

    told = told or Told()
    context = QgsProcessingContext()
    context.setProject(project or QgsProject.instance())
    parameters = {"layers": str(WORK / "case"), **parameters}
    found = processing.run(f"nngis:{name}", parameters, context=context, feedback=told)
    return found, told, context


def load(algorithm, context, told):
    """Load what an algorithm asked for, as the toolbox does."""
    from processing.gui.Postprocessing import handleAlgorithmResults

    registered = QgsApplication.processingRegistry().algorithmById(f"nngis:{algorithm}")
    assert handleAlgorithmResults(registered, context, told, False)


# the steps


def english():
    """Return titles where QGIS speaks another language."""
    speak("en_GB")
    provider = QgsApplication.processingRegistry().providerById("nngis")
    provider.refreshAlgorithms()
    return {one.name(): one.displayName() for one in provider.algorithms()}


def offered():
    provider = QgsApplication.processingRegistry().providerById("nngis")
    found = {}
    for one in provider.algorithms():
        found[one.name()] = {
            "title": one.displayName(),
            "group": one.group(),
            "help": len(one.shortHelpString()),
            "page": Path(one.helpUrl().removeprefix("file://")).is_file(),
            "in_models": not bool(one.flags() & one.FlagHideFromModeler),
            "inputs": {
                each.name(): {
                    "type": each.type(),
                    "title": each.description(),
                    "help": each.help(),
                    "optional": bool(each.flags() & each.FlagOptional),
                    "least": getattr(each, "minimum", lambda: None)(),
                    "most": getattr(each, "maximum", lambda: None)(),
                    "choices": getattr(each, "options", lambda: None)(),
                }
                for each in one.parameterDefinitions()
            },
            "outputs": [each.name() for each in one.outputDefinitions()],
        }
    return found


def reach():
    demand = street("需求", [0, 1000, 2000, 3000, 4000], "d", weights=[1, 1, 1, 1, 6])
    shops = street("设施", [500, 9000], "f", crs="EPSG:3857")
    roads = layer(
        "LineString",
        "路",
        ["road_id:string(5)"],
        [("LineString(500000 2520000, 504000 2520000, 504000 2524000)", "r1")],
        "EPSG:4545",
        "EPSG:4545",
    )
    given = {"demand": demand, "facilities": shops, "roads": roads, "limit_km": 2.0}
    found, told, context = run("reach", {**given, "FOLDER": str(WORK / "reach")})
    answer = {"rows": rows_of(found["out_demand"]), "told": told.lines, "result": found["RESULT"]}
    load("reach", context, told)
    root = QgsProject.instance().layerTreeRoot()
    group = root.findGroups()[0]
    loaded = {}
    for node in group.findLayers():
        one = node.layer()
        loaded[one.name()] = {
            "legend": [each.label() for each in one.renderer().legendSymbolItems()],
            "abstract": one.metadata().abstract(),
            "keywords": one.metadata().keywords(),
            "crs": one.crs().authid(),
            "key": one.customProperty("nngis/key"),
        }
    return {**answer, "group": group.name(), "order": list(loaded), "layers": loaded}


def filtered_and_selected():
    demand = street("需求二", [0, 1000, 2000, 3000, 4000], "d")
    demand.setSubsetString("\"code\" <> 'd0'")
    demand.selectByExpression("\"code\" IN ('d0', 'd1', 'd2')")
    chosen = QgsProcessingFeatureSourceDefinition(demand.id(), selectedFeaturesOnly=True)
    shops = street("设施二", [500], "f")
    given = {"demand": chosen, "facilities": shops, "limit_km": 1.0, "LOAD": False}
    found, _, context = run("reach", {**given, "FOLDER": str(WORK / "selected")})
    return {
        "rows": rows_of(found["out_demand"]),
        "to_load": len(context.layersToLoadOnCompletion()),
    }


def kinds_of_fields():
    """Say what becomes of columns of several kinds: those that no simple table holds are text."""
    from nngis_plugin.layer_files import _text_where_needed
    from qgis.core import QgsField, QgsFields
    from qgis.PyQt.QtCore import QVariant

    given = QgsFields()
    for name, kind, word in (
        ("tags", QVariant.StringList, "StringList(10)"),
        ("numbers", QVariant.List, "IntegerList"),
        ("more", QVariant.Map, "JSON"),
        ("name", QVariant.String, "String(50)"),
        ("t_h", QVariant.Double, "Real(10,2)"),
        ("count", QVariant.Int, "Integer"),
    ):
        given.append(QgsField(name, kind, word))
    found = _text_where_needed(given, range(5))
    return {
        found.at(at).name(): [found.at(at).typeName(), found.at(at).type() == QVariant.String]
        for at in range(found.count())
    }


def modelled():
    """Build a model as its designer does: reach, then those that nobody serves; run it."""
    import processing
    from qgis.core import (
        QgsProcessing,
        QgsProcessingModelAlgorithm,
        QgsProcessingModelChildAlgorithm,
        QgsProcessingModelChildParameterSource,
        QgsProcessingModelOutput,
        QgsProcessingModelParameter,
        QgsProcessingParameterFeatureSource,
    )

    of = QgsProcessingModelChildParameterSource
    model = QgsProcessingModelAlgorithm("缺口", "试", "")
    for name in ("demand", "facilities"):
        points = QgsProcessingParameterFeatureSource(name, name, [QgsProcessing.TypeVectorPoint])
        model.addModelParameter(points, QgsProcessingModelParameter(name))
    asked = QgsProcessingModelChildAlgorithm("nngis:reach")
    asked.setChildId("asked")
    values = {"limit_km": 1.0, "FOLDER": str(WORK / "model"), "LOAD": False}
    values["layers"] = str(WORK / "case")
    for name, value in values.items():
        asked.addParameterSources(name, [of.fromStaticValue(value)])
    for name in ("demand", "facilities"):
        asked.addParameterSources(name, [of.fromModelParameter(name)])
    model.addChildAlgorithm(asked)
    left = QgsProcessingModelChildAlgorithm("native:extractbyexpression")
    left.setChildId("left")
    left.addParameterSources("INPUT", [of.fromChildOutput("asked", "out_demand")])
    left.addParameterSources("EXPRESSION", [of.fromStaticValue("\"decision\" = 'gap'")])
    kept = QgsProcessingModelOutput("gaps")
    kept.setChildId("left")
    kept.setChildOutputName("OUTPUT")
    left.setModelOutputs({"gaps": kept})
    model.addChildAlgorithm(left)
    given = {
        "demand": street("需求三", [0, 1000, 2000], "d"),
        "facilities": street("设施三", [500], "f"),
    }
    found = processing.run(model, {**given, "left:gaps": "TEMPORARY_OUTPUT"})
    (gaps,) = [one for one in found.values() if isinstance(one, QgsVectorLayer)]
    return {"valid": model.validate()[0], "rows": rows_of(gaps)}


def sites():
    demand = street("需求三", [0, 1000, 2000, 3000, 4000], "d", weights=[1, 1, 1, 1, 6])
    places = street("候选", [1000, 3500, 4000], "c")
    given = {"demand": demand, "candidates": places, "limit_km": 2.0, "weight": "weight"}
    answers = {}
    for problem in ("mclp", "lscp", "pmedian", "pcenter"):
        extra = {} if problem == "lscp" else {"p": 1 if problem == "mclp" else 2}
        found, _, _ = run(
            f"site_{problem}", {**given, **extra, "FOLDER": str(WORK / problem), "LOAD": False}
        )
        result = json.loads(Path(found["RESULT"]).read_text(encoding="utf-8"))
        answers[problem] = {
            "chosen": sorted(
                one["candidates_id"] if "candidates_id" in one else one["code"]
                for one in rows_of(found["out_sites"])
                if one["decision"] == "build"
            ),
            "objective": next(
                one["value"] for one in result["indicators"] if one["name"] == "objective"
            ),
        }
    return answers


AREA = "Polygon((108 22.5, 109.2 22.5, 109.2 23.2, 108 23.2, 108 22.5))"
TOWN = "Polygon((108.25 22.75, 108.32 22.75, 108.32 22.82, 108.25 22.82, 108.25 22.75))"


def case_layers():
    return {
        "counties": layer(
            "Polygon", "县", ["adcode:string(6)", "name_zh:string(9)"], [(AREA, "450102", "兴宁区")]
        ),
        "built_up": layer("Polygon", "建成区", ["area_id:string(6)"], [(TOWN, "A1")]),
        "heat_sources": layer(
            "Point",
            "电厂",
            ["unit_id:string(5)", "capacity_mw:double", "fuel:string(9)", "is_chp:boolean",
             "status:string(12)"],
            [("Point(108.36 22.86)", "U1", 350.0, "coal", True, "operating")],
        ),
    }  # fmt: skip


def heat(base):
    boilers = layer(
        "Point",
        "锅炉台账",
        ["锅炉编号:string(5)", "额定容量(t/h):double", "燃料:string(9)"],
        [
            ("Point(108.3 22.8)", "B1", 8.0, "煤"),
            ("Point(108.35 22.85)", "B2", 20.0, "煤"),
            ("Point(108.9 22.9)", "B3", 30.0, "煤"),
        ],
        "EPSG:3857",
    )
    given = {**base, "boilers": boilers}
    found, told, context = run("heat", {**given, "FOLDER": str(WORK / "heat")})
    load("heat", context, told)
    return {
        "rows": rows_of(found["out_boilers"]),
        "told": told.lines,
        "steps": told.steps,
        "found": sorted(found),
    }


def radius(base):
    """The same boilers with another radius, and no parameter beside it set."""
    boilers = next(
        one for one in QgsProject.instance().mapLayersByName("锅炉台账") if one.isValid()
    )
    given = {**base, "boilers": boilers, "LOAD": False}
    wrong = {"supply_radius_m": -1.0}
    try:
        run("heat", {**given, **wrong, "FOLDER": str(WORK / "wrong")})
    except Exception as error:
        return {"said": str(error)}
    return {"said": ""}


def sewer(base):
    sewers = layer(
        "LineString",
        "管网",
        ["sewer_id:string(5)", "diameter_mm:double"],
        [("LineString(108.30 22.80, 108.31 22.80)", "S1", 400.0)],
    )
    demand = layer(
        "Point",
        "小区",
        ["demand_id:string(5)", "population:double"],
        [("Point(108.305 22.8005)", "D1", 5000.0), ("Point(108.318 22.815)", "D2", 3000.0)],
    )
    given = {"counties": base["counties"], "sewers": sewers, "demand": demand}
    case = {"LOAD": False, "FOLDER": str(WORK / "sewer")}
    found, _, _ = run("sewer", {**given, **case})
    return {"found": sorted(found), "result": found["RESULT"]}


def rooftop(base):
    ring = "108.300 22.800, 108.301 22.800, 108.301 22.801, 108.300 22.801, 108.300 22.800"
    roof = f"Polygon(({ring}))"
    roofs = layer(
        "Polygon",
        "屋顶",
        ["roof_id:string(5)", "roof_class:string(30)"],
        [(roof, "R1", "industrial_commercial")],
    )
    climate = layer(
        "Point",
        "气候",
        ["cell_id:string(5)", "ghi_kwh_m2_d:double", "air_mean_c:double", "wind_rms_m_s:double"],
        [("Point(108.3 22.8)", "C1", 3.4, 22.0, 2.0)],
    )
    given = {"counties": base["counties"], "roofs": roofs, "solar_climate": climate}
    case = {"LOAD": False, "FOLDER": str(WORK / "rooftop")}
    found, _, _ = run("rooftop", {**given, **case})
    return {"rows": rows_of(found["out_roofs"]), "found": sorted(found)}


def charging(base):
    demand = layer(
        "Point",
        "用电需求",
        ["demand_id:string(5)", "population:double"],
        [("Point(108.30 22.80)", "D1", 5000.0), ("Point(108.60 22.90)", "D2", 3000.0)],
    )
    stations = layer(
        "Point",
        "充电站",
        ["station_id:string(5)"],
        [("Point(108.301 22.80)", "S1")],
    )
    candidates = layer(
        "Point",
        "备选",
        ["candidate_id:string(5)"],
        [("Point(108.60 22.901)", "K1"), ("Point(108.90 23.0)", "K2")],
    )
    given = {
        "counties": base["counties"],
        "demand": demand,
        "charging_stations": stations,
        "charging_candidates": candidates,
        "new_stations": 1,
    }
    case = {"LOAD": False, "FOLDER": str(WORK / "charging")}
    found, _, _ = run("charging", {**given, **case})
    return {"rows": rows_of(found["out_stations"]), "found": sorted(found)}


def permit(base):
    crs = QgsCoordinateReferenceSystem("EPSG:3857")
    from qgis.core import QgsCoordinateTransform

    move = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"), crs, QgsProject.instance()
    )
    place = move.transform(QgsPointXY(108.30, 22.80))
    given = {
        **base,
        "place": f"{place.x()},{place.y()} [EPSG:3857]",
        "capacity_t_h": 20.0,
        "fuel": "coal",
        "OUTPUT": "memory:",
    }
    found, told, _ = run("permit", given)
    one = found["OUTPUT"]
    where = next(one.getFeatures()).geometry().asPoint()
    return {"rows": rows_of(one), "place": [where.x(), where.y()], "told": told.lines}


def ledger():
    given = {"file": str(LEDGER), "role": "boilers", "datum": "gcj02", "OUTPUT": "memory:"}
    found, told, _ = run("import_ledger", {**given, "REJECTS": "memory:"})
    accepted = found["OUTPUT"]
    places = [
        [one.geometry().asPoint().x(), one.geometry().asPoint().y()]
        for one in accepted.getFeatures()
    ]
    return {
        "rows": rows_of(accepted),
        "places": places,
        "rejects": rows_of(found["REJECTS"]),
        "counts": [found["in_file"], found["accepted"], found["rejected"]],
        "told": told.lines,
        "crs": accepted.crs().authid(),
    }


def register(base):
    given = {"counties": base["counties"], "FOLDER": str(WORK / "register"), "date": "2025-06-30"}
    found, _, _ = run("register", {**given, "ENTRIES": "memory:"})
    return {"rows": rows_of(found["ENTRIES"]), "index": Path(found["INDEX"]).is_file()}


def cancelled(base):
    """Cancel a run of a plan once it says its first step."""
    told = Told()
    state = {"at": None}
    target = WORK / "cancel" / "heat"
    target.parent.mkdir()

    def watch():
        for _ in range(600):
            if told.steps:
                break
            time.sleep(0.05)
        state["at"] = time.monotonic()
        state["child"] = children()
        told.cancel()

    boilers = QgsProject.instance().mapLayersByName("锅炉台账")[0]
    thread = threading.Thread(target=watch)
    thread.start()
    found, _, context = run("heat", {**base, "boilers": boilers, "FOLDER": str(target)}, told)
    thread.join()
    return {
        "found": found,
        "children_before": len(state["child"]),
        "children_after": len(children()),
        "left": sorted(one.name for one in target.parent.iterdir()),
        "to_load": len(context.layersToLoadOnCompletion()),
        "steps": told.steps,
    }


class Window:
    """What the panel asks of QGIS's window."""

    def __init__(self):
        from qgis.gui import QgsMapCanvas

        self.canvas = QgsMapCanvas()

    def mapCanvas(self):
        return self.canvas


def wait_for(dock):
    for _ in range(1200):
        QgsApplication.processEvents()
        if not dock.tasks:
            return
        time.sleep(0.05)
    raise AssertionError("the task does not end")


def case_of_files(base):
    """Write the layers into the case's folder, and a scenario of them."""
    from qgis.core import QgsVectorFileWriter

    case = WORK / "case"
    boilers = QgsProject.instance().mapLayersByName("锅炉台账")[0]
    lines = ['title = "近期"', 'plans = ["heat"]', "[layers]"]
    for role, one in {**base, "boilers": boilers}.items():
        options = QgsVectorFileWriter.SaveVectorOptions()
        context = QgsProject.instance().transformContext()
        QgsVectorFileWriter.writeAsVectorFormatV3(one, str(case / role), context, options)
        lines.append(f'{role} = "{role}.gpkg"')
    (case / "近期.toml").write_text("\n".join(lines), encoding="utf-8")
    return case


def panel(base):
    """Choose a case, run its scenario, ask why of a boiler, cancel, and draw the panel."""
    from nngis_plugin.dock import NngisDock
    from nngis_plugin.program import set_case

    set_case(str(case_of_files(base)))
    QgsProject.instance().setFileName(str(WORK / "project" / "p.qgz"))
    window = Window()
    dock = NngisDock(window)
    scenarios = [dock.scenario.itemText(at) for at in range(dock.scenario.count())]
    dock.scenario.setCurrentIndex(1)
    dock.run()
    wait_for(dock)
    status = dock.status.text()
    rows = [
        [dock.table.item(at, column).text() for column in range(4)]
        for at in range(dock.table.rowCount())
    ]
    target = str(WORK / "project" / "nngis_case_近期")
    loaded = next(
        one
        for one in QgsProject.instance().mapLayers().values()
        if one.customProperty("nngis/key") and one.customProperty("nngis/folder") == target
    )
    window.canvas.setLayers([loaded])
    loaded.selectByExpression("\"boiler_id\" = 'B1'")
    dock._selected(loaded)
    wait_for(dock)
    why = dock.text.toPlainText()
    clicked = click(window.canvas, dock, loaded)
    dock.resize(620, 760)
    dock.grab().save(str(WORK / "panel.png"))
    before = sorted(one.name for one in (WORK / "project").iterdir())
    dock.scenario.setCurrentIndex(0)
    dock.run().stepped.connect(lambda _: dock._cancel())
    wait_for(dock)
    return {
        "scenarios": scenarios,
        "status": status,
        "rows": rows,
        "why": why,
        "clicked": clicked,
        "runs": [dock.run_of.itemText(at) for at in range(dock.run_of.count())],
        "after_cancel": [dock.status.text(), len(children())],
        "left_nothing": sorted(one.name for one in (WORK / "project").iterdir()) == before,
        "desk": dock.desk.isEnabled(),
        "read_only": dock.text.isReadOnly(),
    }


def click(canvas, dock, layer):
    """Click on boiler B2 with the tool, and return what is said."""
    from qgis.gui import QgsMapMouseEvent
    from qgis.PyQt.QtCore import QEvent, QPoint, Qt

    layer.removeSelection()
    canvas.setDestinationCrs(layer.crs())
    canvas.resize(400, 400)
    boiler = next(layer.getFeatures("\"boiler_id\" = 'B2'"))
    place = boiler.geometry().asPoint()
    canvas.setExtent(boiler.geometry().buffer(2000, 4).boundingBox())
    canvas.refresh()
    canvas.waitWhileRendering()
    at = canvas.getCoordinateTransform().transform(place)
    where = QPoint(round(at.x()), round(at.y()))
    buttons = Qt.MouseButton.LeftButton
    kind = QEvent.Type.MouseButtonRelease
    event = QgsMapMouseEvent(canvas, kind, where, buttons, buttons, Qt.KeyboardModifier.NoModifier)
    dock.tool.canvasReleaseEvent(event)
    wait_for(dock)
    return dock.text.toPlainText()


def versions():
    """Ask of programs of other versions, of a program that is no nngis, and of none."""
    from nngis_plugin import program
    from nngis_plugin.child import ChildError

    own = program.interface()
    found = {}
    real = os.environ.pop("NNGIS_COMMAND")
    os.environ["PATH"], kept = "/nowhere", os.environ["PATH"]
    home, os.environ["HOME"] = os.environ.get("HOME", ""), "/nowhere"
    try:
        program.check_fit()
    except ChildError as error:
        found["absent"] = str(error)
    os.environ |= {"PATH": kept, "HOME": home}
    for name, answer in (
        ("other_format", {"nngis": "9.9.9", "format": 99, "digest": "x"}),
        ("other_digest", {"nngis": "9.9.9", "format": own["format"], "digest": "x"}),
        ("too_old", None),
    ):
        path = WORK / name
        said = "exit 2" if answer is None else f"echo '{json.dumps(answer)}'"
        path.write_text(f"#!/bin/sh\n{said}\n")
        path.chmod(0o755)
        os.environ["NNGIS_COMMAND"] = str(path)
        told = Told()
        try:
            program.check_fit(told)
            found[name] = told.errors
        except ChildError as error:
            found[name] = str(error)
    os.environ["NNGIS_COMMAND"] = real
    return found


def children():
    """Return the processes that this one started and that run still."""
    path = Path(f"/proc/{os.getpid()}/task")
    return [one for each in path.iterdir() for one in (each / "children").read_text().split()]


def picture():
    """Render all that was loaded, and keep a picture to be looked at."""
    from qgis.core import QgsMapRendererParallelJob, QgsMapSettings
    from qgis.PyQt.QtCore import QSize

    project = QgsProject.instance()
    shown = [
        one
        for one in project.layerTreeRoot().checkedLayers()
        if str(one.customProperty("nngis/folder", "")).endswith("heat")
    ]
    settings = QgsMapSettings()
    settings.setLayers(shown)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4545"))
    settings.setOutputSize(QSize(900, 600))
    extent = settings.fullExtent()
    extent.scale(1.1)
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(WORK / "picture.png"))
    colours = {image.pixel(x, y) for x in range(0, 900, 3) for y in range(0, 600, 3)}
    return {"layers": [one.name() for one in shown], "colours": len(colours)}


def main():
    app = start("zh_CN")
    assert app
    only = set(sys.argv[4:])
    answers = {}
    base = case_layers()
    for step in (
        offered,
        reach,
        filtered_and_selected,
        kinds_of_fields,
        modelled,
        sites,
        heat,
        radius,
        sewer,
        rooftop,
        charging,
        permit,
        ledger,
        register,
        cancelled,
        panel,
        versions,
        picture,
        english,
    ):
        if only and step.__name__ not in only:
            continue
        before = time.monotonic()
        try:
            answers[step.__name__] = step(base) if step.__code__.co_argcount else step()
        except Exception:
            answers[step.__name__] = {"failed": traceback.format_exc()}
        print(step.__name__, round(time.monotonic() - before, 1), file=sys.stderr)
    text = json.dumps(answers, ensure_ascii=False, default=str)
    (WORK / "answers.json").write_text(text, encoding="utf-8")
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash while Python takes its objects down in another order


main()
