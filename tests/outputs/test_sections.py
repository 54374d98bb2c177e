"""Long sections of a result: PDF, DXF and pictures hold the same sheets, each time the same."""

import io
import re
from pathlib import Path

import ezdxf
import pytest
from ezdxf.document import Drawing

from nngis.outputs.drawing import PLAIN
from nngis.outputs.sections import section_sheets, write_sections
from nngis.text import Lang
from tests.outputs.test_networks import result

FILES = ["sections.pdf", "sections.png", "sections.dxf", "sections/01.svg"]
LAYERS: dict[Lang, tuple[str, str, str]] = {
    "zh": ("设计地面线", "重力管", "表格文字"),
    "en": ("Ground", "Gravity pipe", "Figures"),
}


def drawing(folder: Path) -> Drawing:
    return ezdxf.read(io.StringIO((folder / "sections.dxf").read_text("utf-8")))


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
