"""Rooftop and sewers on the example town, played as a person would, read against `nngis.run`."""

import geopandas as gpd
import pytest
import shapely
from conftest import agree, draw_ring, serve, settled, shown, until

from nngis.run.example_town import new_example

pytestmark = pytest.mark.browser
LEFT_OUT = (
    "nngis.desk.state.levers.sewer.find(one => one.name === 'left_out_packages').value.length"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A desk on the made-up town, which has layers for all plans and terrain for a design."""
    home = tmp_path_factory.mktemp("town")
    new_example(home / "case")
    found = serve(home / "case", home / "desk")
    yield found
    found.desk.server.should_exit = True
    found.desk.session.close()


def opened(open_desk, plan, **more):
    page = open_desk(**more)
    page.click(f"[data-plan={plan}]")
    settled(page)
    return page


def colours(page, layer):
    """The colour of each feature of a layer, by id."""
    return page.evaluate(
        """key => {
          const l = nngis.scene.layers.find(l => l.key === key);
          const ids = Array.isArray(l.ids) ? l.ids : l.ids.c.map(c => l.ids.d[c]);
          const look = (f) => l.classes[l.code ? l.code[f] : 0].t[1];
          return Object.fromEntries(ids.map((id, f) => [id, look(f)]));
        }""",
        layer,
    )


def typed(page, name, text):
    page.fill(f"#lever-{name}", text)
    page.press(f"#lever-{name}", "Enter")
    page.wait_for_selector(f'[data-back="{name}"]')


def test_shares_phases_and_room_recolour_counties_and_add_up_as_a_run_does(open_desk, served):
    page = opened(open_desk, "rooftop")
    before = agree(page, served, "rooftop")
    typed(page, "policy_min_share_public", "0.9")
    typed(page, "reverse_flow_share", "0.1")
    typed(page, "flat_usable_share", "0.1,0.2,0.3")
    county = before.tables["by_county"].index[0]
    typed(page, "pilot_counties", county)
    after = agree(page, served, "rooftop")
    values = {one.name: one.value for one in after.parameters}
    assert values["flat_usable_share"] == (0.1, 0.2, 0.3)
    assert values["pilot_counties"] == (county,)
    decisions = after.tables["roofs"]["decision"]
    assert decisions.eq("pilot").any()
    roofs = colours(page, "roofs")
    assert len(set(roofs.values())) == decisions.nunique()
    by_class = after.tables["by_class"]["capacity_kwp"]
    cells = page.locator('[data-table="by_class"] td[data-column="capacity_kwp"]')
    got = [float(text.replace(",", "")) for text in cells.all_inner_texts()]
    assert got == pytest.approx(by_class.tolist(), rel=1e-3, abs=0.5)
    page.evaluate("nngis.desk.act({ do: 'go', n: 1 })")
    page.wait_for_selector("[data-back]", state="detached")
    settled(page)
    assert shown(page, "pv_capacity_mw") == pytest.approx(
        before.indicators.loc["pv_capacity_mw", "value"], rel=1e-3, abs=1e-3
    )


def test_an_area_gives_roofs_power_energy_and_co2_by_class(open_desk, served):
    page = opened(open_desk, "rooftop", lang="en")
    corners = "nngis.map.fitBounds([[{:f}, {:f}], [{:f}, {:f}]], {{animate: false}})"
    page.evaluate(corners.format(*bounds(served)))
    places = draw_ring(page, [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)])
    page.wait_for_selector('table[data-table="roofs"]')
    roofs = served.run("rooftop").tables["roofs"]
    area = gpd.GeoSeries([shapely.Polygon(places)], crs=4326).to_crs(roofs.crs).iloc[0]
    inside = roofs[roofs.representative_point().within(area)]
    assert 0 < len(inside) < len(roofs)
    factor = 0.5366
    sums = inside.groupby("class")[["capacity_kwp", "energy_mwh_a"]].sum()
    for kind, (power, energy) in sums.iterrows():
        row = page.locator(f'table[data-table="roofs"] tr[data-key="{kind}"]')
        cells = [cell.replace(",", "") for cell in row.locator("td").all_inner_texts()]
        assert float(cells[0]) == inside["class"].eq(kind).sum()
        assert float(cells[2]) == pytest.approx(power, rel=1e-3, abs=0.5)
        assert float(cells[3]) == pytest.approx(energy, rel=1e-3, abs=0.5)
        assert float(cells[4]) == pytest.approx(energy * factor, rel=1e-3, abs=0.5)
    page.click("dialog .close")


def bounds(served):
    west, south, east, north = served.run("rooftop").tables["roofs"].to_crs(4326).total_bounds
    return south, west, north, east


def test_packages_and_projects_are_ticked_in_and_out(open_desk, served):
    page = opened(open_desk, "sewer")
    before = agree(page, served, "sewer")
    packages = before.tables["packages"].query("length_km > 0")
    ticks = page.locator('#ticks [data-kind="packages"] input')
    assert ticks.count() == len(packages) > 1
    first = packages.index[0]
    page.uncheck(f'#ticks [data-tick="{first}"]')
    until(page, LEFT_OUT + " === 1")
    found = agree(page, served, "sewer")
    assert {one.name: one.value for one in found.parameters}["left_out_packages"] == (first,)
    out = found.tables["pipes"].query("package_id == @first")
    assert set(out["decision"]) == {"defer"}
    looks = colours(page, "pipes")
    assert {looks[id_] for id_ in out.index} == {"put off"} or len(
        {looks[id_] for id_ in out.index}
    ) == 1
    by = found.tables["by_county"]
    cells = page.locator('[data-table="by_county"] td[data-column="build_km"]').all_inner_texts()
    assert [float(text.replace(",", "")) for text in cells] == pytest.approx(
        by["build_km"].tolist(), abs=0.06
    )
    people = page.locator('[data-table="by_county"] td[data-column="build_people"]')
    assert [float(text.replace(",", "")) for text in people.all_inner_texts()] == pytest.approx(
        by["build_people"].tolist(), abs=0.6
    )
    done = before.tables["projects"].query("stage == 'done'").index[0]
    page.uncheck(f'#ticks [data-tick="{done}"]')
    page.wait_for_selector(".edit")
    less = agree(page, served, "sewer")
    assert done not in less.tables["projects"].index
    name = "sewer_km"
    assert less.indicators.loc[name, "value"] < before.indicators.loc[name, "value"]
    page.check(f'#ticks [data-tick="{done}"]')
    page.wait_for_selector(".edit", state="detached")
    page.check(f'#ticks [data-tick="{first}"]')
    until(page, LEFT_OUT + " === 0")
    settled(page)
    assert shown(page, "first_people") == before.indicators.loc["first_people", "value"]


def test_a_pipe_shows_its_long_section_and_what_governs_it(open_desk, served):
    page = opened(open_desk, "sewer", lang="en")
    tables = served.run("sewer").tables
    pipe = tables["sections"].query("route_id == 'W01' and pipe_id.notna()")["pipe_id"].iloc[0]
    page.evaluate("id => nngis.desk.select('pipes', id, 'map')", pipe)
    page.wait_for_selector("#section")
    governing = tables["pipes"].loc[pipe, "governing"]
    assert page.locator('#why dd[data-value="governing"]').inner_text() != ""
    assert isinstance(governing, str)
    page.click("#section")
    page.wait_for_selector("#section-picture")
    until(page, "document.getElementById('section-picture').naturalWidth > 0")
    mine = tables["sections"].query("route_id == 'W01'")
    row = mine[mine["pipe_id"].eq(pipe)].iloc[0]
    head = page.locator("#section-head").inner_text()
    assert f"{round(row['chainage_m'], 2):g}" in head
    svg = page.evaluate("atob(document.getElementById('section-picture').src.split(',')[1])")
    assert pipe in svg or row["manhole_id"] in svg
    assert "<script" not in svg
    checks = tables["compliance"]
    assert page.locator("#section-checks tbody tr").count() == checks["pipe_id"].eq(pipe).sum() > 0
    page.click("dialog .close")
