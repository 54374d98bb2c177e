"""What QGIS opens: well-formed, styled, with titles; checked by QGIS itself where it is."""

import json
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from nngis.cartography.classes import classify
from nngis.cartography.qgis_files import QgisLayer, write_project, write_styles
from nngis.cartography.style import marks
from nngis.outputs.save import write_geopackage
from nngis.text import Text

HERE = Path(__file__).parent
TITLE = Text("供热 <图> & “表”\x07", "Heat")


def qgis_layer(layer, table):
    look = classify(layer, table)
    columns = ("fid", table.index.name, *(c for c in table.columns if c != "geometry"))
    return QgisLayer(
        "./layers.gpkg",
        layer.table,
        layer.title,
        layer.shape,
        look.symbol,
        look.classes,
        columns,
        "name_zh",
        tuple(table.total_bounds.tolist()),
    )


@pytest.fixture
def folder(tmp_path, maps):
    """A GeoPackage of points, lines and areas with its styles, and a project."""
    points = maps.boilers(maps.hostile[:6]).to_crs(4545)
    areas = maps.area_panel()
    tables = {"boilers": points, **areas.tables}
    layers = [qgis_layer(one, tables[one.table]) for one in (*areas.view.layers, maps.layer)]
    write_geopackage(tmp_path / "layers.gpkg", tables)
    write_styles(tmp_path / "layers.gpkg", layers, "zh")
    path = tmp_path / "project.qgz"
    write_project(path, layers, (), title=TITLE, work_crs="EPSG:4545", lang="zh")
    return tmp_path


def project(folder):
    with zipfile.ZipFile(folder / "project.qgz") as held:
        return held.read("project.qgs").decode()


def test_every_table_has_one_default_style_with_its_legend(folder):
    with closing(sqlite3.connect(folder / "layers.gpkg")) as base:
        rows = base.execute(
            "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"
        ).fetchall()
    assert sorted(name for name, _ in rows) == ["area", "boilers", "line"]
    style = fromstring(dict(rows)["boilers"].partition("\n")[2])
    rules = {one.get("label"): one.get("filter") for one in style.iter("rule")}
    assert rules == {"淘汰": "\"decision\" = 'retire'", "保留": "\"decision\" = 'keep'"}
    fills = [o.get("value") for o in style.iter("Option") if o.get("name") == "color"]
    red, green, blue = (int(marks()["retire"].colour[at : at + 2], 16) for at in (1, 3, 5))
    assert fills[0] == f"{red},{green},{blue},255"


def test_fields_carry_chinese_titles_and_words_for_coded_values(folder):
    read = fromstring(project(folder).partition("\n")[2])
    boilers = next(one for one in read.iter("maplayer") if "boilers" in one.findtext("id"))
    aliases = {one.get("field"): one.get("name") for one in boilers.iter("alias")}
    assert aliases["capacity_t_h"] == "额定蒸发量（t/h）"
    words = {o.get("value"): o.get("name") for o in boilers.iter("Option") if o.get("value")}
    assert words["retire"] == "淘汰"


def test_sources_are_found_from_the_folder_of_the_project(folder):
    read = fromstring(project(folder).partition("\n")[2])
    sources = [one.text for one in read.iter("datasource")]
    assert all(source.startswith("./layers.gpkg|layername=") for source in sources)


def test_the_same_layers_give_the_same_project(folder, maps):
    first = (folder / "project.qgz").read_bytes()
    areas = maps.area_panel()
    layers = [qgis_layer(one, areas.tables[one.table]) for one in areas.view.layers]
    for name in ("a.qgz", "b.qgz"):
        write_project(folder / name, layers, (), title=TITLE, work_crs="EPSG:4545", lang="zh")
    assert (folder / "a.qgz").read_bytes() == (folder / "b.qgz").read_bytes() != first


def test_qgis_opens_every_layer_valid_styled_and_in_its_crs(folder, qgis_python, qgis_environment):
    made = subprocess.run(
        [qgis_python, HERE / "look_with_qgis.py", folder / "project.qgz", folder / "look.png"],
        capture_output=True,
        check=True,
        timeout=120,
        env={**qgis_environment, "XDG_RUNTIME_DIR": str(folder)},
    )
    found = json.loads(made.stdout.decode().splitlines()[-1])
    assert found["crs"] == "EPSG:4545"
    layers = {one["table"]: one for one in found["layers"]}
    assert set(layers) == {"area", "line", "boilers"}
    assert all(one["valid"] and one["crs"] == "EPSG:4545" for one in layers.values())
    assert layers["boilers"]["features"] == 6
    assert layers["boilers"]["legend"] == ["淘汰", "保留"]
    assert layers["boilers"]["legend"] == layers["boilers"]["legend_of_geopackage"]
    assert "额定蒸发量（t/h）" in layers["boilers"]["aliases"]
    assert found["colours"] > 8


def test_an_empty_table_keeps_the_kind_of_its_geometry(tmp_path, maps):
    write_geopackage(tmp_path / "e.gpkg", {"none": maps.boilers(())}, {"none": "point"})
    with closing(sqlite3.connect(tmp_path / "e.gpkg")) as base:
        kinds = base.execute("SELECT geometry_type_name FROM gpkg_geometry_columns").fetchall()
    assert kinds == [("POINT",)]
