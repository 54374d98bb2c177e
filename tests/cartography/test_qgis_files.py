"""What QGIS opens: well-formed, styled, with titles; checked by QGIS itself where it is."""

import json
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image

from nngis.cartography.classes import classify
from nngis.cartography.qgis_files import QgisLayer, write_project, write_styles
from nngis.cartography.qgis_layout import QgisSheet
from nngis.cartography.section_svg import SvgSurface
from nngis.cartography.stamp import Stamp
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
    listed = pd.DataFrame({"capacity_t_h": [10.0]})
    write_geopackage(tmp_path / "layers.gpkg", {**tables, "list": listed})
    write_styles(tmp_path / "layers.gpkg", layers, "zh", {"list": ("fid", "capacity_t_h")})
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
    assert sorted(name for name, _ in rows) == ["area", "boilers", "line", "list"]
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


@pytest.fixture
def looked_at(qgis_python, qgis_environment):
    """Return a function that opens the project of a folder with QGIS, and what it found."""

    def look(folder):
        made = subprocess.run(
            [qgis_python, HERE / "look_with_qgis.py", folder / "project.qgz", folder / "look.png"],
            capture_output=True,
            check=True,
            timeout=600,
            env={**qgis_environment, "XDG_RUNTIME_DIR": str(folder)},
        )
        return json.loads(made.stdout.decode().splitlines()[-1])

    return look


def test_qgis_opens_every_layer_valid_styled_and_in_its_crs(folder, looked_at):
    found = looked_at(folder)
    assert found["crs"] == "EPSG:4545"
    layers = {one["table"]: one for one in found["layers"]}
    assert set(layers) == {"area", "line", "boilers"}
    assert all(one["valid"] and one["crs"] == "EPSG:4545" for one in layers.values())
    assert layers["boilers"]["features"] == 6
    assert layers["boilers"]["legend"] == ["淘汰", "保留"]
    assert layers["boilers"]["legend"] == layers["boilers"]["legend_of_geopackage"]
    assert "额定蒸发量（t/h）" in layers["boilers"]["aliases"]
    assert found["aliases_of_list"] == ["fid", "额定蒸发量（t/h）"]
    assert found["colours"] > 8


@pytest.fixture
def printed(tmp_path, maps):
    """A project with a layout, 30 km across."""
    areas = maps.area_panel()
    write_geopackage(tmp_path / "layers.gpkg", areas.tables)
    layers = [qgis_layer(one, areas.tables[one.table]) for one in areas.view.layers]
    layers = [
        replace(one, bounds=(500_000.0, 2_500_000.0, 530_000.0, 2_515_000.0)) for one in layers
    ]
    sheet = QgisSheet(
        stamp=Stamp(unit="市<规划>院", number="热-01"), evidence="surveyed", sources=("甲",)
    )
    surface = SvgSurface()
    surface.write((20.0, 100.0), "桩号 <甲>", 12.0)
    surface.write((80.0, 100.0), "46.700", 12.0, rotation=90, va="bottom")
    surface.areas(np.array([[(10, 10), (60, 10), (60, 40)]], float), facecolor="#C8102E")
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "01.svg").write_text(surface.picture(), encoding="utf-8")
    path = tmp_path / "project.qgz"
    write_geopackage(tmp_path / "backdrop.gpkg", {"county": areas.tables["area"]})
    county = replace(
        qgis_layer(areas.view.layers[0], areas.tables["area"]),
        source="./backdrop.gpkg",
        table="county",
    )
    write_project(
        path, layers, (county,), title=TITLE, work_crs="EPSG:4545", lang="zh", sheet=sheet,
        pictures=[("纵断面 W01", "./sections/01.svg")],
    )  # fmt: skip
    return tmp_path


def look_at_layout(printed, qgis_python, qgis_environment):
    """Open the project in QGIS, print its layout, and say what is on it."""
    made = subprocess.run(
        [qgis_python, HERE / "look_with_qgis.py", printed / "project.qgz", printed / "look.png",
         printed / "sheet.pdf"],
        capture_output=True,
        check=True,
        timeout=600,
        env={**qgis_environment, "XDG_RUNTIME_DIR": str(printed)},
    )  # fmt: skip
    return json.loads(made.stdout.decode().splitlines()[-1])["layout"]


def test_a_legend_of_many_rows_ends_above_the_overview(
    printed, maps, qgis_python, qgis_environment
):
    areas = maps.area_panel()
    one = qgis_layer(areas.view.layers[0], areas.tables["area"])
    one = replace(one, bounds=(500_000.0, 2_500_000.0, 530_000.0, 2_515_000.0))
    layers = [replace(one, title=Text(f"第{at}层", f"Layer {at}")) for at in range(30)]
    county = replace(one, source="./backdrop.gpkg", table="county")
    write_project(
        printed / "project.qgz", layers, (county,), title=TITLE, work_crs="EPSG:4545", lang="zh",
        sheet=QgisSheet(stamp=Stamp(), evidence="surveyed", sources=()),
    )  # fmt: skip
    found = look_at_layout(printed, qgis_python, qgis_environment)
    assert 100 < found["legend_foot_mm"] <= found["overview_head_mm"]


def test_a_layout_has_ticks_at_round_coordinates_and_an_overview_that_frames_its_map(printed):
    read = fromstring(project(printed).partition("\n")[2])
    items = {one.get("id"): one for one in read.iter("LayoutItem")}
    grid = items["map"].find("ComposerMapGrid")
    assert grid.get("intervalX") == grid.get("intervalY")
    assert float(grid.get("intervalX")) % 1000 == 0
    assert items["overview"].find("ComposerMapOverview").get("frameMap") == items["map"].get("uuid")
    keys = [one.text for one in items["overview"].find("LayerSet")]
    tables = {
        one.findtext("id"): one.findtext("datasource").rpartition("layername=")[2]
        for one in read.iter("maplayer")
    }
    assert [tables[key] for key in keys] == ["county"]


def test_a_layout_has_frame_map_legend_scales_title_block_and_evidence(printed):
    read = fromstring(project(printed).partition("\n")[2])
    items = {one.get("id"): one for one in read.iter("LayoutItem")}
    assert {"page", "border", "map", "legend", "scale", "scale bar", "north arrow"} <= set(items)
    assert items["made by"].get("labelText") == "市<规划>院"
    assert items["sheet no."].get("labelText") == "热-01"
    assert "4545" in items["crs"].get("labelText")
    assert "实测" in items["strip"].get("labelText")
    assert items["strip"].get("labelText").endswith("资料来源：甲")
    assert items["page"].get("size") == "420.000,297.000,mm"


def test_the_cells_of_a_title_block_lie_below_its_head_and_not_on_each_other(printed):
    read = fromstring(project(printed).partition("\n")[2])
    places = {}
    for one in read.iter("LayoutItem"):
        x, y, _ = (one.get("positionOnPage") or one.get("position")).split(",", 2)
        wide, high, _ = one.get("size").split(",", 2)
        places[one.get("id")] = tuple(map(float, (x, y, wide, high)))
    page = places.pop("page")
    for x, y, wide, high in places.values():
        assert x >= 0
        assert y >= 0
        assert x + wide <= page[2] + 0.01
        assert y + high <= page[3] + 0.01
    left, top, across, high = places["stamp title"]
    cells = {
        id_: place
        for id_, place in places.items()
        if id_ != "stamp title" and left - 0.01 <= place[0] < left + across
        and abs(place[1] - top) < 60 and f"{id_} name" in places
    }  # fmt: skip
    assert len(cells) >= 6
    for id_, (x, y, wide, tall) in cells.items():
        assert y >= top + high - 0.01, id_  # pages count from above
        name = places[f"{id_} name"]
        assert (name[1], name[3]) == pytest.approx((y, tall))
        assert name[0] + name[2] == pytest.approx(x, abs=0.01)
        for other, (u, v, broad, long_) in cells.items():
            apart = x + wide <= u + 0.01 or u + broad <= x + 0.01
            apart = apart or y + tall <= v + 0.01 or v + long_ <= y + 0.01
            assert other == id_ or apart, (id_, other)


def test_the_map_of_a_layout_spans_its_layers_at_a_round_scale(printed):
    read = fromstring(project(printed).partition("\n")[2])
    item = next(one for one in read.iter("LayoutItem") if one.get("id") == "map")
    extent = {name: float(value) for name, value in item.find("Extent").attrib.items()}
    wide_mm = float(item.get("size").partition(",")[0])
    scale = (extent["xmax"] - extent["xmin"]) / wide_mm * 1000
    assert scale == pytest.approx(round(scale, -4), rel=1e-6)
    assert extent["xmin"] < 500_000
    assert extent["xmax"] > 530_000
    bar = next(one for one in read.iter("LayoutItem") if one.get("id") == "scale bar")
    part_m = float(bar.get("numUnitsPerSegment")) * 1000
    assert float(bar.get("segmentMillimeters")) == pytest.approx(part_m / scale * 1000, rel=1e-4)


def test_without_a_sheet_a_project_has_no_layout(folder):
    assert "<Layouts" not in project(folder)


def test_qgis_opens_the_layout_and_prints_it(printed, qgis_python, qgis_environment):
    found = look_at_layout(printed, qgis_python, qgis_environment)
    assert found["name"] == "图纸"
    assert found["scale"] == pytest.approx(round(found["scale"], -4), rel=1e-6)
    assert found["legend"] == "图例"
    assert found["overview"] == "map"
    assert found["ticks_m"] % 1000 == 0 < found["ticks_m"]
    bar = found["bar"]
    assert bar["wide_mm"] >= bar["count"] * bar["km"] * 1e6 / found["scale"]  # as QGIS draws it
    assert (printed / "sheet.pdf").stat().st_size > 5_000
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", printed / "sheet.pdf", "-"], capture_output=True, check=True
        ).stdout.decode()
        assert f"1:{found['scale']:,.0f}" in text
    section = found["sections"]["纵断面 W01"]
    assert not section["missing"]
    with Image.open(section["file"]) as picture:
        assert picture.size == pytest.approx((840, 594), abs=2)  # A3
        drawn = np.asarray(picture.convert("RGB"))[::-1].astype(int)  # from below, as drawn
    red = (200, 16, 46)
    assert drawn[2 * 15, 2 * 50] == pytest.approx(red, abs=3)  # inside the triangle
    assert drawn[2 * 60, 2 * 50].tolist() == [255, 255, 255]  # outside
    letters = (drawn.max(axis=2) < 100).nonzero()
    assert letters[0].min() > 2 * 95  # upright words begin at 100 mm, turned ones go up from there
    turned = letters[1] > 2 * 76
    turned &= letters[1] < 2 * 84
    assert letters[0][turned].max() > 2 * 108


def test_an_empty_table_keeps_the_kind_of_its_geometry(tmp_path, maps):
    write_geopackage(tmp_path / "e.gpkg", {"none": maps.boilers(())}, {"none": "point"})
    with closing(sqlite3.connect(tmp_path / "e.gpkg")) as base:
        kinds = base.execute("SELECT geometry_type_name FROM gpkg_geometry_columns").fetchall()
    assert kinds == [("POINT",)]


VALUES = {
    # column: values at breaks, missing ones, and words that a filter must quote
    "capacity_t_h": [10.0, 20.0, 30.0, 40.0, 50.0, 10.0, None, 30.0],
    "decision": ["keep", "retire", None, "it's", 'say "x"', "keep", "it's", "a;--"],
    "in_built_up": [True, False, True, None, True, False, True, True],
    "rule": ["A57", "A63", "A57", "A57", None, "A63", "A57", "A59"],
}


@pytest.fixture
def coloured(tmp_path, maps):
    """The same points four times, coloured by a number, by words, by yes and no."""
    points = maps.boilers(tuple("甲乙丙丁戊己庚辛")).to_crs(4545)
    for column, values in VALUES.items():
        points[column] = values
    points["in_built_up"] = points["in_built_up"].astype("boolean")
    tables, layers = {}, []
    for at, column in enumerate(VALUES):
        table = f"boilers_{at}"
        tables[table] = points
        one = replace(maps.layer, table=table, colour_by=column)
        layers.append(qgis_layer(one, points))
    layers[1] = replace(layers[1], symbol=replace(layers[1].symbol, named=True))
    layers[2] = replace(layers[2], symbol=replace(layers[2].symbol, named=True), name=None)
    write_geopackage(tmp_path / "layers.gpkg", tables)
    write_styles(tmp_path / "layers.gpkg", layers, "zh")
    write_project(
        tmp_path / "project.qgz", layers, (), title=TITLE, work_crs="EPSG:4545", lang="zh"
    )
    return tmp_path, layers


def test_labels_are_written_where_a_role_is_named_by_a_column(coloured):
    folder, layers = coloured
    read = fromstring(project(folder).partition("\n")[2])
    labels = {one.findtext("id")[7:]: one.find("labeling") for one in read.iter("maplayer")}
    written = {key: found is not None for key, found in labels.items()}
    usual = layers[0].symbol.named
    assert written == {
        "boilers_0": usual, "boilers_1": True, "boilers_2": False, "boilers_3": usual,
    }  # fmt: skip
    named = labels["boilers_1"].find("settings/text-style").get("fieldName")
    assert named == "name_zh"


def test_qgis_selects_by_each_filter_what_the_legend_counts(coloured, looked_at):
    folder, layers = coloured
    found = looked_at(folder)
    by_table = {one["table"]: one for one in found["layers"]}
    for layer in layers:
        counts = [one.count for one in layer.classes]
        assert by_table[layer.table]["selected"] == counts, layer.table
        assert sum(counts) == 8
    assert by_table["boilers_1"]["labels"]
    assert not by_table["boilers_2"]["labels"]
    # The last of the view is drawn on top, which is the first of QGIS's order.
    assert found["order"] == [f"boilers_{at}" for at in (3, 2, 1, 0)]
