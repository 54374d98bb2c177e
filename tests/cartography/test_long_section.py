"""Long sections of routes: sheets for each that no other holds, in the frame of all sections."""

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text as Lettering

from nngis.cartography.long_section import value_sheets
from nngis.cartography.section_frame import SectionFrame, draw_figures
from nngis.cartography.stamp import Stamp
from nngis.result.mapview import LongSection
from nngis.text import Lang, Text

TITLE = Text("纵断面", "Section to")


@pytest.fixture
def section() -> LongSection:
    return LongSection(
        "steam_sections",
        TITLE,
        route="boiler_id",
        along="pipe_m",
        values=("user_p_mpa", "user_t_c"),
        stretches=("steam_dn_mm", "length_m", "steam_velocity_m_s"),
        place="node_id",
    )


def ways(nodes_of: dict[str, list[str]]) -> pd.DataFrame:
    """Lay ways of 900 m a step; pressure falls by 0.1 MPa and warmth by 15 degrees each."""
    rows = [
        {
            "boiler_id": name,
            "node_id": node,
            "pipe_m": 900.0 * at,
            "user_p_mpa": 1.2 - 0.1 * at,
            "user_t_c": 295.0 - 15.0 * at,
            "steam_dn_mm": 350 if at else None,
            "length_m": 900.0 if at else None,
            "steam_velocity_m_s": 30.25 + at if at else None,
        }
        for name, nodes in nodes_of.items()
        for at, node in enumerate(nodes)
    ]
    return pd.DataFrame(rows)


def words(figure: Figure) -> list[str]:
    return [one.get_text() for one in figure.findobj(Lettering) if one.get_text()]


def test_a_user_on_the_way_to_another_lies_on_that_ones_sheet(section: LongSection) -> None:
    table = ways({"a": ["P", "A"], "b": ["P", "A", "B"], "c": ["P", "C"]})
    sheets = value_sheets(section, table, frame=SectionFrame(TITLE, "en", "synthetic"))
    assert [one.name for one in sheets] == ["Section to b", "Section to c"]


HEADS: dict[Lang, list[str]] = {
    "zh": ["节点编号", "桩号", "管长（m）", "末端流速（m/s）", "市规划院", "编制单位"],
    "en": ["Node ID", "Chainage", "Length (m)", "市规划院", "Made by"],
}


@pytest.mark.parametrize("lang", HEADS)
def test_a_sheet_has_bands_scales_and_title_block(section: LongSection, lang: Lang) -> None:
    frame = SectionFrame(TITLE, lang, "synthetic", (), Stamp(unit="市规划院"))
    sheets = value_sheets(section, ways({"b": ["P", "A", "B"]}), frame=frame)
    (figure,) = draw_figures(sheets)
    said = words(figure)
    for word in (*HEADS[lang], "P", "A", "B", "K0+900.00", "K1+800.00"):
        assert word in said
    for word in ("1.200", "1.100", "1.000", "295", "280", "265", "31.25", "32.25"):
        assert said.count(word) >= 1
    assert [said.count(word) for word in ("350", "900")] == [1, 2]  # the size once, each length
    # 0.2 MPa on 60 mm: 1 mm = 0.0033 MPa and more, on a scale of 1, 2 or 5
    scales = next(one for one in said if "1:" in one)
    assert "1:10,000" in scales
    assert "1 mm = 0.005 MPa" in scales


def test_a_value_that_is_not_known_is_left_blank(section: LongSection) -> None:
    table = ways({"b": ["P", "A", "B"]})
    table.loc[1, "user_p_mpa"] = None
    (sheet,) = value_sheets(section, table, frame=SectionFrame(TITLE, "zh", "synthetic"))
    said = words(draw_figures([sheet])[0])
    assert "1.100" not in said
    assert "nan" not in said


def test_what_all_names_begin_with_stands_once_at_the_head(section: LongSection) -> None:
    table = ways({"b": ["plant@1.6MPa/N0", "plant@1.6MPa/N17"]})
    (sheet,) = value_sheets(section, table, frame=SectionFrame(TITLE, "en", "synthetic"))
    said = words(draw_figures([sheet])[0])
    assert {"N0", "N17"} <= set(said)
    assert "plant@1.6MPa/…" in "".join(said)


def test_each_value_stands_at_its_place_and_each_size_midway_on_its_pipe(
    section: LongSection,
) -> None:
    table = ways({"b": ["P", "A", "B", "C"]}).assign(
        pipe_m=[0.0, 1_000.0, 3_000.0, 3_600.0],
        user_p_mpa=[1.2, 1.1, 0.9, 0.85],
        user_t_c=[155.0, 153.0, 152.0, 151.0],
        steam_dn_mm=[None, 300, None, 200],  # of the pipe that leads there
    )
    (sheet,) = value_sheets(section, table, frame=SectionFrame(TITLE, "en", "synthetic"))
    (figure,) = draw_figures([sheet])
    at = {
        one.get_text(): one.get_position()[0] for one in figure.findobj(Lettering) if one.get_text()
    }
    along = [at[name] - at["P"] for name in "PABC"]
    assert along == pytest.approx([share * along[-1] for share in (0, 1 / 3.6, 3 / 3.6, 1)])
    assert [at[value] for value in ("1.200", "1.100", "0.900", "0.850")] == pytest.approx(
        [at[name] for name in "PABC"]
    )
    assert at["300"] == pytest.approx((at["P"] + at["A"]) / 2)
    assert at["200"] == pytest.approx((at["B"] + at["C"]) / 2)
    assert "synthetic" in " ".join(at).lower()
