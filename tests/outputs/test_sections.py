"""Long sections of a result: PDF, DXF and pictures hold the same sheets, each time the same."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import ezdxf
import geopandas as gpd
import pandas as pd
import pytest
from defusedxml.ElementTree import fromstring
from ezdxf.document import Drawing
from shapely import Point

from nngis.outputs.drawing import PLAIN
from nngis.outputs.qgis import write_qgis
from nngis.outputs.save import save_result
from nngis.outputs.sections import section_sheets, write_sections
from nngis.plans.heat.view import VIEW
from nngis.result.mapview import MapView
from nngis.result.result import Analysis, Result
from nngis.text import Lang
from tests.outputs.test_networks import result

FILES = ["sections.pdf", "sections.png", "sections.dxf", "sections/01.svg"]
LAYERS: dict[Lang, tuple[str, str, str]] = {
    "zh": ("设计地面线", "重力管", "表格文字"),
    "en": ("Ground", "Gravity pipe", "Figures"),
}


def drawing(folder: Path, stem: str = "sections") -> Drawing:
    return ezdxf.read(io.StringIO((folder / f"{stem}.dxf").read_text("utf-8")))


def steam() -> Result:
    """A main of 2 km to one user: 1.6 to 1.2 MPa, 300 to 280 degrees."""
    table = pd.DataFrame(
        {
            "boiler_id": "YS-1",
            "node_id": ["P/N0", "P/N1", "P/N2"],
            "pipe_m": [0.0, 1500.0, 2000.0],
            "user_p_mpa": [1.6, 1.3, 1.2],
            "user_t_c": [300.0, 285.0, 280.0],
            "steam_dn_mm": pd.array([None, 300, 250], dtype="Int64"),
            "length_m": [None, 1500.0, 500.0],
            "flow_t_h": [None, 20.5, 10.5],
            "steam_velocity_m_s": [None, 31.25, 28.5],
        }
    )
    places = gpd.GeoDataFrame({"node_kind": ["user"]}, geometry=[Point(0, 0)], crs="EPSG:4545")
    view = MapView("heat", VIEW.title, (), sections=VIEW.sections)
    analysis = Analysis({"steam_sections": table, "steam_nodes": places})
    return replace(result(), view=view, analysis=analysis)


STEAM: dict[Lang, tuple[str, str, str]] = {
    "zh": ("压力线", "温度线", "末端流速（m/s）"),
    "en": ("Pressure", "Temperature", "Velocity at the end (m/s)"),
}


@pytest.mark.parametrize("lang", STEAM)
def test_steam_mains_are_drawn_with_their_bands_true_to_scale(tmp_path: Path, lang: Lang) -> None:
    files = write_sections(tmp_path, steam(), PLAIN, lang)
    assert {"steam_sections.pdf", "steam_sections.dxf", "steam_sections/01.svg"} == set(files)
    read = drawing(tmp_path, "steam_sections")
    assert not read.audit().errors
    pressure, warmth, head = STEAM[lang]
    (stated,) = [value for name, value in read.header.custom_vars if name.startswith("SHEET")]
    across = int(re.findall(r"1:([\d,]+)", stated)[0].replace(",", ""))
    per_mm = [float(one) for one in re.findall(r"1 mm = ([\d.]+)", stated)]
    space = read.modelspace()
    for layer, fall, one in zip((pressure, warmth), (0.4, 20.0), per_mm, strict=True):
        lines = [line for line in space.query(f'LWPOLYLINE[layer=="{layer}"]') if not line.closed]
        (points,) = (line.get_points("xy") for line in lines)
        assert len(points) == 3
        assert points[-1][0] - points[0][0] == pytest.approx(2_000_000 / across)
        assert points[0][1] - points[-1][1] == pytest.approx(fall / one)
    words = [one.dxf.text for one in space.query("TEXT")]
    for word in (head, "N0", "N2", "K1+500.00", "1.300", "285", "31.25", "20.50", "250"):
        assert word in words, word


def test_each_sheet_is_a_layout_of_the_project(tmp_path: Path) -> None:
    found = steam()
    save_result(found, tmp_path, "zh")
    write_sections(tmp_path, found, PLAIN, "zh")
    assert write_qgis(tmp_path, found, (), "zh") == ["project.qgz"]
    with zipfile.ZipFile(tmp_path / "project.qgz") as held:
        read = fromstring(held.read("project.qgs").decode().partition("\n")[2])
    pictures = {
        layout.get("name"): item.get("file")
        for layout in read.iter("Layout")
        for item in layout.iter("LayoutItem")
        if item.get("id") == "section"
    }
    assert pictures == {"蒸汽管线纵断面 YS-1": "./steam_sections/01.svg"}
    assert (tmp_path / "steam_sections" / "01.svg").is_file()


@pytest.mark.parametrize("lang", LAYERS)
def test_the_dxf_is_sound_and_true_to_the_scales_it_states(tmp_path: Path, lang: Lang) -> None:
    assert write_sections(tmp_path, result(), PLAIN, lang) == FILES
    read = drawing(tmp_path)
    assert not read.audit().errors
    ground, pipe, figures = LAYERS[lang]
    # 120 m of level ground at 11 m above pipes that fall from 9.0 to 8.6 m
    (stated,) = [value for name, value in read.header.custom_vars if name.startswith("SHEET")]
    across, up = (int(one.replace(",", "")) for one in re.findall(r"1:([\d,]+)", stated))
    space = read.modelspace()
    line = max(space.query(f'LWPOLYLINE[layer=="{ground}"]'), key=len)
    (x0, y0), *_, (x1, y1) = ((x, y) for x, y, *_ in line.get_points())
    assert x1 - x0 == pytest.approx(120_000 / across)
    assert y1 == pytest.approx(y0)
    bottoms = min(space.query(f'LWPOLYLINE[layer=="{pipe}"]'), key=lambda one: one[0][1])
    assert y0 - bottoms[0][1] == pytest.approx((11.0 - 9.0) * 1000 / up)
    assert y0 - bottoms[-1][1] == pytest.approx((11.0 - 8.6) * 1000 / up)
    words = [one.dxf.text for one in space.query(f'TEXT[layer=="{figures}"]')]
    assert words.count("60.00") == 2
    assert {"11.000", "9.000", "8.600", "K0+120.00", "DN300", "厂"} <= set(words)


def test_texts_have_a_chinese_font_and_each_sheet_a_page_of_a3(tmp_path: Path) -> None:
    write_sections(tmp_path, result(), PLAIN, "zh")
    read = drawing(tmp_path)
    styles = {one.dxf.style for one in read.modelspace().query("TEXT")}
    assert {read.styles.get(name).dxf.font for name in styles} == {"simhei.ttf"}
    (page,) = (one for one in read.layout_names() if one != "Model")
    assert "W01" in page
    sheet = read.layouts.get(page)
    assert (sheet.dxf.paper_width, sheet.dxf.paper_height) == (420, 297)
    window = sheet.query("VIEWPORT")[-1]
    assert window.dxf.height == window.dxf.view_height == 297  # 1:1
    assert read.header["$INSUNITS"] == 4  # millimetres


def test_the_same_result_leaves_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_sections(tmp_path / name, result(), PLAIN, "en")
        made.append([(tmp_path / name / file).read_bytes() for file in FILES])
    assert made[0] == made[1]


def test_a_picture_holds_the_words_of_its_sheet(tmp_path: Path) -> None:
    write_sections(tmp_path, result(), PLAIN, "zh")
    picture = (tmp_path / "sections" / "01.svg").read_text("utf-8")
    ((_, _, (sheet,)),) = section_sheets(result(), PLAIN, "zh")
    for word in (sheet.name, "桩号", "K0+060.00", "8.800", "编制单位"):
        assert f">{word}<" in picture
