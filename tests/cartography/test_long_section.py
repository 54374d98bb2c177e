"""Long sections of routes: a page for each that no other holds."""

import pandas as pd
import pytest

from nngis.cartography.long_section import draw_long_sections
from nngis.result.mapview import LongSection
from nngis.text import Text


@pytest.fixture
def section() -> LongSection:
    return LongSection(
        "steam_sections",
        Text("纵断面", "Section to"),
        route="boiler_id",
        along="pipe_m",
        values=("user_p_mpa",),
        label="steam_dn_mm",
        place="node_id",
    )


def test_a_user_on_the_way_to_another_lies_on_that_ones_page(section: LongSection) -> None:
    ways = {"a": ["P", "A"], "b": ["P", "A", "B"], "c": ["P", "C"]}
    rows = [
        {"boiler_id": name, "node_id": node, "pipe_m": 900.0 * at, "user_p_mpa": 1.2 - 0.1 * at}
        for name, nodes in ways.items()
        for at, node in enumerate(nodes)
    ]
    table = pd.DataFrame(rows).assign(steam_dn_mm=300)
    pages = draw_long_sections(
        section, table, lang="en", colour_role="heat_main", evidence="synthetic"
    )
    titles = [page.get_suptitle() for page in pages]
    assert titles == ["Section to: b", "Section to: c"]


def test_a_page_shows_each_value_at_its_place_and_each_size_midway_on_its_pipe(
    section: LongSection,
) -> None:
    table = pd.DataFrame(
        {
            "boiler_id": "b",
            "node_id": ["P", "A", "B", "C"],
            "pipe_m": [0.0, 1_000.0, 3_000.0, 3_600.0],
            "user_p_mpa": [1.2, 1.1, 0.9, 0.85],
            "steam_dn_mm": [pd.NA, 300, pd.NA, 200],  # of the pipe that leads there
        }
    )
    (page,) = draw_long_sections(
        section, table, lang="en", colour_role="heat_main", evidence="synthetic"
    )
    (axes,) = page.axes
    (line,) = axes.get_lines()
    assert line.get_xdata().tolist() == [0.0, 1.0, 3.0, 3.6]
    assert line.get_ydata().tolist() == [1.2, 1.1, 0.9, 0.85]
    placed = {one.get_text(): one.get_position()[0] for one in axes.texts}
    assert placed == {"300": pytest.approx(0.5), "200": pytest.approx(3.3)}
    assert "synthetic" in " ".join(one.get_text() for one in page.texts).lower()
