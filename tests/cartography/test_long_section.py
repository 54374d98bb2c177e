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
