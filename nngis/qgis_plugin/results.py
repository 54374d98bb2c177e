"""What a run left becomes layers of the project: styled, grouped, their evidence written in."""

import json
from pathlib import Path

from qgis.core import (
    QgsLayerMetadata,
    QgsProcessingContext,
    QgsProcessingLayerPostProcessorInterface,
    QgsVectorLayer,
)

from .words import interface, language, say, spoken, word

FOLDER, PLAN, RANK, KEY = "nngis/folder", "nngis/plan", "nngis/rank", "nngis/key"


def read_result(folder):
    """Read a plan's result.json; None where there is none."""
    path = Path(folder) / "result.json"
    if not path.is_file():
        return None
    return json.loads(path.read_text(encoding="utf-8"))


def result_layers(folder, records):
    """Return what of a result can be drawn, in drawing order: table, title, source.

    Of several layers of one table the first is the table's own; empty tables are left out.
    """
    tables = (read_result(folder) or {}).get("tables", {})
    base = Path(folder) / "layers.gpkg"
    found = {}
    for record in records:
        if tables.get(record["table"]) and record["table"] not in found:
            found[record["table"]] = {**record, "source": f"{base}|layername={record['table']}"}
    return list(found.values())


def load_on_completion(context, run_folder, folder, layers):
    """Ask QGIS to load the layers once the algorithm is done, where there is a project."""
    project = context.project()
    if project is None:
        return
    result = read_result(folder)
    for rank, one in enumerate(layers):
        title = spoken(one["title"])
        details = QgsProcessingContext.LayerDetails(title, project, f"out_{one['table']}")
        if hasattr(details, "groupName"):
            details.groupName = spoken(result["title"])
            details.layerSortKey = rank
        details.forceName = True
        details.setPostProcessor(Finish.make(run_folder, result, one, rank))
        context.addLayerToLoadOnCompletion(one["source"], details)


KEPT = []  # QGIS holds no reference of its own to those who finish its layers


class Finish(QgsProcessingLayerPostProcessorInterface):
    """Finishes a layer after QGIS has loaded it."""

    @classmethod
    def make(cls, run_folder, result, record, rank):
        """Make one that lives until the layer is loaded."""
        made = cls()
        made.run_folder, made.result, made.record, made.rank = run_folder, result, record, rank
        KEPT.append(made)
        return made

    def postProcessLayer(self, layer, context, feedback):  # noqa: ARG002 - as QGIS calls it
        """Style, group and describe the layer."""
        if isinstance(layer, QgsVectorLayer):
            finish_layer(layer, self.run_folder, self.result, self.record, self.rank)
            into_group(context.project(), layer, spoken(self.result["title"]), self.record)
        KEPT.remove(self)


def read_run(folder):
    """Read the results of a run's folder, in the order in which they were asked for."""
    path = Path(folder) / "run.json"
    if not path.is_file():
        return []
    plans = json.loads(path.read_text(encoding="utf-8"))["plans"]
    return [one for one in (read_result(Path(folder) / plan) for plan in plans) if one]


def load_run(project, folder):
    """Load what a run's folder holds, a group of layers; return how many."""
    offered = {one.get("folder"): one for one in interface()["algorithms"]}
    count = 0
    for result in read_run(folder):
        record = offered.get(result["plan"], {"layers": []})
        drawn = result_layers(Path(folder) / result["plan"], record["layers"])
        for rank, one in enumerate(drawn):
            layer = QgsVectorLayer(one["source"], spoken(one["title"]), "ogr")
            finish_layer(layer, folder, result, one, rank)
            project.addMapLayer(layer)
            into_group(project, layer, spoken(result["title"]), one)
            count += 1
    return count


def finish_layer(layer, run_folder, result, record, rank):
    """Give a layer its name, the style of its GeoPackage, and its metadata."""
    layer.loadDefaultStyle()
    layer.setName(spoken(record["title"]))
    layer.setCustomProperty(FOLDER, str(run_folder))
    layer.setCustomProperty(PLAN, result["plan"])
    layer.setCustomProperty(RANK, rank)
    if record["table"] == result["subject"]:
        names = [one.name() for one in layer.fields()]
        layer.setCustomProperty(KEY, next((one for one in names if one != "fid"), ""))
    layer.setMetadata(metadata_of(result, record))


def into_group(project, layer, title, record):
    """Move a layer into the group of its run, in drawing order."""
    root = project.layerTreeRoot()
    node = root.findLayer(layer.id())
    if node is None:
        return
    folder = layer.customProperty(FOLDER)
    groups = [one for one in root.findGroups() if one.customProperty(FOLDER) == folder]
    if not groups:
        group = root.insertGroup(0, title)
        group.setCustomProperty(FOLDER, folder)
    else:
        group = groups[0]
    rank = int(layer.customProperty(RANK))
    ranks = [int(one.layer().customProperty(RANK, -1)) for one in group.findLayers()]
    own = node.clone()
    group.insertChildNode(sum(one > rank for one in ranks), own)
    own.setItemVisibilityChecked(bool(record["shown"]))
    own.setExpanded(False)
    parent = node.parent()
    parent.removeChildNode(node)
    if parent is not root and not parent.children() and parent.parent() is not None:
        parent.parent().removeChildNode(parent)


def metadata_of(result, record):
    """Write down of a layer how sure it is, and on what it stands."""
    made = QgsLayerMetadata()
    made.setTitle(spoken(record["title"]))
    made.setType("dataset")
    made.setLanguage("ZHO" if language() == "zh" else "ENG")
    made.setAbstract(evidence_note(result))
    made.setRights(sorted({one["attribution"] for one in result["inputs"] if one["attribution"]}))
    made.setLicenses(sorted({one["licence"] for one in result["inputs"] if one["licence"]}))
    made.setKeywords({"nngis": [result["plan"], result["evidence"]]})
    versions = result.get("versions", {})
    made.setHistory([f"nngis {versions.get('nngis', '')}"])
    return made


def evidence_note(result):
    """Say how sure a result is: its weakest evidence, its inputs, what was assumed."""
    lines = [f"{say('数据等级', 'Evidence')}: {word('evidence', result['evidence'])}"]
    lines += [
        f"  {spoken(one['title'])}: {word('evidence', one['evidence'])}, "
        f"{one['rows']} {say('行', 'rows')} ({one['path']})"
        for one in result["inputs"]
    ]
    for title, texts in (
        (say("假定", "Assumed"), result["assumptions"]),
        (say("提醒", "Note"), result["warnings"]),
    ):
        lines += [f"{title}: {spoken(one)}" for one in texts]
    return "\n".join(lines)


def told_indicators(result):
    """Return the lines of a result's numbers and verdicts, as the log of QGIS shows them."""
    return [
        f"{title}: {value} {target} {verdict}".strip()
        for title, value, target, verdict, _ in indicator_rows(result)
    ]


def indicator_rows(result):
    """Return of each indicator: title, value with unit, target, verdict, and its status."""
    rows = []
    for one in result["indicators"]:
        share = one["name"].endswith("_share")
        unit = "%" if share else one["unit"]
        value = say("未知", "unknown") if one["value"] is None else _number(one["value"], share)
        target = "" if one["target"] is None else f"/ {_number(one['target'], share)}"
        verdict = word("status", one["status"])
        rows.append(
            (spoken(one["title"]), f"{value} {unit}".strip(), target, verdict, one["status"])
        )
    return rows


def _number(value, share):
    return f"{value * 100 if share else value:.6g}"
