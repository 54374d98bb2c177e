"""Sheets: what stands on them, where, and that it can be read again."""

import itertools
import re
import shutil
import subprocess

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text as Lettering
from PIL import Image

from nngis.cartography import font, neatline, sheet, write_sheet
from nngis.cartography.canvas import blank_canvas
from nngis.cartography.furniture import bar_step_m
from nngis.cartography.inset import map_axes
from nngis.cartography.naming import draw_names
from nngis.cartography.paper import Box, Paper, lay_out
from nngis.cartography.stamp import Stamp
from nngis.cartography.window import choose_window
from nngis.errors import LayerError, OutputError

WORK = "EPSG:4545"
needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")


def prepared(panel, under, **more):
    own = {"backdrop": under, "work_crs": WORK, "evidence": "synthetic", "sources": ["天地图"]}
    return sheet.prepare_sheet(panel.view, panel.tables, **{**own, **more})


@pytest.fixture(scope="module")
def subject(maps):
    return prepared(maps.panel_of(maps.boilers()), maps.backdrop())


@pytest.fixture(scope="module")
def figure(subject):
    stamp = Stamp(unit="市规划院", date="2024-06", number="热-01")
    return sheet.draw_sheet(subject, lang="zh", stamp=stamp)


def texts(figure):
    return [one.get_text() for one in figure.findobj(Lettering) if one.get_text()]


def pdf_text(path):
    made = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    return made.stdout.decode()


def test_a_sheet_has_everything_that_a_planning_sheet_has(figure):
    found = "\n".join(texts(figure))
    for words in (
        "供热图",
        "图例",
        "比例尺 1:",
        "北",
        "编制单位",
        "市规划院",
        "2024-06",
        "热-01",
        "数据来源: 天地图",
        "示意图，不作为划界依据",
        "合成演示",
        "EPSG:4545",
        "审图号",
        "甲县",
        "乙县",
    ):
        assert words in found, words


@needs_poppler
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_of_a_pdf_is_the_text_that_it_shows(subject, tmp_path, lang):
    drawn = sheet.draw_sheet(subject, lang=lang)
    write_sheet.write_pdf([drawn], tmp_path / "s.pdf", "供热图")
    read = "".join(pdf_text(tmp_path / "s.pdf").split())
    for text in texts(drawn):
        assert "".join(text.split()) in read, text


@needs_poppler
def test_a_pdf_holds_its_fonts_and_no_date(figure, tmp_path):
    write_sheet.write_pdf([figure], tmp_path / "s.pdf", "供热图")
    listed = subprocess.run(["pdffonts", tmp_path / "s.pdf"], capture_output=True, check=True)
    fonts = listed.stdout.decode().splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)
    assert b"CreationDate" not in (tmp_path / "s.pdf").read_bytes()


@pytest.mark.parametrize("kind", ["pdf", "png", "svg"])
def test_the_same_sheet_gives_the_same_bytes(subject, tmp_path, kind):
    for name in ("a", "b"):
        drawn = sheet.draw_sheet(subject, lang="zh")
        path = tmp_path / f"{name}.{kind}"
        if kind == "pdf":
            write_sheet.write_pdf([drawn], path, "t")
        else:
            {"png": write_sheet.write_png, "svg": write_sheet.write_svg}[kind](drawn, path)
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_a_picture_has_300_pixels_an_inch_on_the_whole_paper(figure, tmp_path):
    write_sheet.write_png(figure, tmp_path / "s.png")
    with Image.open(tmp_path / "s.png") as picture:
        assert picture.size == (4960, 3507)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_an_svg_carries_its_letters_as_text_and_its_font(figure, tmp_path):
    write_sheet.write_svg(figure, tmp_path / "s.svg")
    text = (tmp_path / "s.svg").read_text(encoding="utf-8")
    assert ">市规划院</text>" in text
    assert "@font-face" in text
    assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*', text) == []
    assert "url(http" not in text


PAPERS = [Paper(*one) for one in itertools.product(("A3", "A1"), ("landscape", "portrait"))]


@pytest.mark.parametrize("paper", PAPERS)
def test_the_parts_of_a_sheet_lie_on_it_and_not_on_each_other(paper):
    layout = lay_out(paper)
    names = ("title", "neatline", "head", "legend", "inset", "stamp", "strip")
    parts = [getattr(layout, name) for name in names]
    boxes = [shapely.box(one.left, one.bottom, one.right, one.top) for one in parts]
    page = shapely.box(0, 0, paper.width_mm, paper.height_mm)
    assert all(page.contains(box) and box.area > 0 for box in boxes)
    assert all(a.intersection(b).area == 0 for a, b in itertools.combinations(boxes, 2))


def test_no_name_lies_over_another_and_all_lie_in_the_frame(maps):
    rng = np.random.default_rng(3)
    cells = [
        shapely.box(x, y, x + 0.2, y + 0.15)
        for x in np.arange(107.5, 109.5, 0.2)
        for y in np.arange(22.3, 23.7, 0.15)
    ]
    names = [f"第{at}个县（市、区）" for at in range(len(cells))]
    counties = gpd.GeoDataFrame({"name_zh": names}, geometry=cells, crs=4490)
    points = gpd.GeoDataFrame(
        {"name_zh": [f"镇{at}" for at in range(200)]},
        geometry=shapely.points(rng.uniform([107.5, 22.3], [109.5, 23.7], (200, 2))),
        crs=4326,
    )
    subject = prepared(maps.panel_of(maps.boilers()), {"county": counties, "place": points})
    canvas = blank_canvas(Paper())
    window = choose_window(points.to_crs(WORK).total_bounds.tolist(), lay_out(Paper()).frame)
    map_axes(canvas, window)
    done = draw_names(canvas, window, subject.ground, subject.layers, "zh")
    boxes = [shapely.box(*box) for _, box in done]
    frame = window.frame
    inside = shapely.box(frame.left, frame.bottom, frame.right, frame.top)
    assert len([name for name, _ in done if "县" in name]) > 50
    assert any(name.startswith("镇") for name, _ in done)
    assert all(inside.covers(box) for box in boxes)
    assert all(a.intersection(b).area == 0 for a, b in itertools.combinations(boxes, 2))


def boxes_of_letters(figure):
    """Measure every line of letters on a sheet as it is drawn; a halo and its text once."""
    drawn = FigureCanvasAgg(figure).get_renderer()
    found = {}
    for one in figure.findobj(Lettering):
        if one.get_text().strip():
            found[one.get_text(), one.get_position()] = shapely.box(
                *one.get_window_extent(drawn).extents
            )
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_letters_of_a_sheet_lie_over_others_where_a_crowd_has_its_inset(maps, lang):
    rng = np.random.default_rng(8)
    core = rng.uniform([108.35, 22.72], [108.42, 22.78], (90, 2))
    table = maps.boilers(tuple(f"锅炉{at}" for at in range(90)))
    table["geometry"] = gpd.points_from_xy(*core.T, crs=4326)
    towns = gpd.GeoDataFrame(
        {"name_zh": [f"镇{at}" for at in range(80)]},
        geometry=shapely.points(rng.uniform([108, 22.5], [108.8, 23], (80, 2))),
        crs=4326,
    )
    under = {**maps.backdrop(), "place": towns}
    figure = sheet.draw_sheet(prepared(maps.panel_of(table), under), lang=lang)
    letters = boxes_of_letters(figure)
    assert sum(text.startswith("A 1:") for text, _ in letters) == 1
    assert sum(text.startswith("镇") for text, _ in letters) > 20
    over = [
        (a, b)
        for (a, one), (b, other) in itertools.combinations(letters.items(), 2)
        if one.intersection(other).area > 0.05 * min(one.area, other.area)
    ]
    assert over == []


def test_ticks_are_every_1000_m_of_the_work_crs_and_sparser_only_on_small_scales():
    frame = Box(10, 10, 290, 230)
    assert neatline.tick_step_m(choose_window((0, 0, 230e3, 200e3), frame)) == 1000
    assert neatline.tick_step_m(choose_window((0, 0, 30e3, 20e3), frame)) == 1000
    assert neatline.tick_step_m(choose_window((0, 0, 2300e3, 200e3), frame)) == 10_000


def test_coordinates_stand_at_round_thousands_at_their_place():
    canvas = blank_canvas(Paper())
    layout = lay_out(Paper())
    window = choose_window((430_000, 2_450_000, 660_000, 2_650_000), layout.frame)
    neatline.draw_neatline(canvas, window, layout.neatline)
    labels = [one for one in canvas.figure.findobj(Lettering) if one.get_text() == "500,000"]
    places = window.to_mm(np.array([[500_000.0, 0.0]]))[0, 0]
    assert len(labels) == 2
    assert all(one.get_position()[0] == pytest.approx(places) for one in labels)


@pytest.mark.parametrize("m_per_mm", [3.0, 10.0, 250.0, 1000.0])
def test_a_scale_bar_fits_its_room_and_is_not_short(m_per_mm):
    step = bar_step_m(48.0, m_per_mm)
    assert 0.39 * 48 <= 4 * step / m_per_mm <= 48


def test_an_atlas_has_a_sheet_a_county_with_its_own_counts_and_the_city_s_classes(subject):
    figures = sheet.draw_atlas(subject, lang="zh", stamp=Stamp(number="热"))
    assert len(figures) == 2
    first, second = (texts(one) for one in figures)
    assert "供热图 · 甲县" in first
    assert "供热图 · 乙县" in second
    assert "热-01" in first
    assert "热-02" in second


def test_names_of_any_kind_are_drawn_as_text(tmp_path, maps):
    table = maps.boilers(maps.hostile)
    view = maps.panel_of(table).view
    named = prepared(maps.panel_of(table), maps.backdrop(), sources=list(maps.hostile))
    drawn = sheet.draw_sheet(named, lang="zh", stamp=Stamp(unit="$x^2$ 院", number="\\frac{1}{2}"))
    write_sheet.write_pdf([drawn], tmp_path / "s.pdf", maps.hostile[0])
    assert "$x^2$ 院" in texts(drawn)
    assert view.title.zh in texts(drawn)


def test_empty_layers_one_feature_and_no_ground_are_drawn(tmp_path, maps):
    for table, under in ((maps.boilers(()), maps.backdrop()), (maps.boilers(("独一",)), {})):
        drawn = sheet.draw_sheet(prepared(maps.panel_of(table), under), lang="en")
        write_sheet.write_png(drawn, tmp_path / "s.png", dpi=40)
        assert (tmp_path / "s.png").stat().st_size > 1000


def test_areas_with_holes_and_lines_are_drawn_in_the_work_crs(tmp_path, maps):
    drawn = sheet.draw_sheet(prepared(maps.area_panel(), maps.backdrop()), lang="zh")
    write_sheet.write_png(drawn, tmp_path / "s.png", dpi=60)
    assert "供热区" in texts(drawn)


def test_features_without_a_place_are_counted_below_their_layer(maps):
    table = maps.boilers()
    table.loc["B2", "geometry"] = None
    drawn = sheet.draw_sheet(prepared(maps.panel_of(table), maps.backdrop()), lang="en")
    assert "1 without coordinates, not on the map" in texts(drawn)


def test_a_frame_without_a_crs_is_refused(maps):
    bare = {"road": gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (1, 1)])])}
    with pytest.raises(LayerError, match="road"):
        prepared(maps.panel_of(maps.boilers()), bare)


def test_a_missing_font_is_said_with_the_way_to_mend_it(monkeypatch):
    monkeypatch.setattr(font, "find_spec", lambda _: None)
    with pytest.raises(OutputError, match="pip install zhplot"):
        font.font_file()


def test_very_many_points_become_pixels_inside_a_small_pdf(tmp_path, maps):
    rng = np.random.default_rng(1)
    places = rng.uniform([108, 22.5], [108.8, 23], (20_000, 2))
    many = gpd.GeoDataFrame(
        dict(maps.boilers().drop(columns="geometry").iloc[0]),
        geometry=shapely.points(places),
        index=pd.Index([f"B{at}" for at in range(len(places))], name="boiler_id"),
        crs=4326,
    )
    drawn = sheet.draw_sheet(prepared(maps.panel_of(many), maps.backdrop()), lang="zh")
    write_sheet.write_pdf([drawn], tmp_path / "s.pdf", "t")
    assert (tmp_path / "s.pdf").stat().st_size < 2_000_000


@pytest.mark.parametrize("turn", ["landscape", "portrait"])
def test_what_holds_letters_grows_as_much_as_letters_do(turn):
    """On A1 letters are 1.7 times those of A3, and so are the parts that they fill."""
    small, large = (lay_out(Paper(size, turn)) for size in ("A3", "A1"))
    for name in ("title", "strip", "stamp", "head"):
        one, two = getattr(small, name), getattr(large, name)
        assert two.height == pytest.approx(1.7 * one.height), name
    for name in ("left", "bottom"):
        assert getattr(large.border, name) == pytest.approx(1.7 * getattr(small.border, name))
