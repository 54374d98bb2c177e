"""The charging desk, played as a person would, and read against `nngis.run`."""

import re
import threading
from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
from conftest import draw_ring, serve, settled, shown, until
from shapely import Polygon
from small_case import SMALL, make_case

from nngis import fields

pytestmark = pytest.mark.browser
LAYERS = (*SMALL, "townships", "population")
SETTINGS = """title = { zh = "小例", en = "Small case" }
plans = ["heat", "sewer", "rooftop", "charging"]

[charging]
new_stations = 25
curve_points_count = 0
alternatives_count = 2
gap_allowed = 0.0
"""
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A desk on the townships of the shipped city, without its roads."""
    home = tmp_path_factory.mktemp("charging")
    found = serve(make_case(home / "case", LAYERS, SETTINGS), home / "desk")
    yield found
    found.desk.server.should_exit = True
    found.desk.session.close()


@pytest.fixture
def page(open_desk):
    """The charging plan, computed."""
    return charging(open_desk())


def charging(page):
    page.click('[data-plan="charging"]')
    page.wait_for_selector('[data-indicator="covered_share"]', state="attached")
    settled(page)
    return page


def undone(page):
    page.click("#undo")
    page.wait_for_selector("#undo:disabled")
    settled(page)


def column(page, name):
    lines = page.evaluate("nngis.desk.listText()").splitlines()
    at = lines[0].split("\t").index(fields.get(name).title.zh)
    return {line.split("\t")[0]: line.split("\t")[at] for line in lines[1:]}


def agrees(page, served):
    """Hold numbers, stations and marginal values on the page against a run from scratch."""
    settled(page)
    found = served.run("charging")
    for one in found.analysis.indicators:
        value = one.for_readers.value
        on_page = shown(page, one.name)
        if value is None:
            assert on_page is None, one.name
        else:
            assert on_page == pytest.approx(value, rel=1e-3, abs=0.5), one.name
    stations = found.tables["stations"]
    assert set(column(page, "station_id")) == set(stations.index)
    for id_, text in column(page, "marginal").items():
        marginal = stations.loc[id_, "marginal"]
        if pd.notna(marginal):
            assert float(text.replace(",", "")) == pytest.approx(marginal, rel=1e-5, abs=0.01)
    box = page.locator("#siting")
    value = {one.name: one.value for one in found.analysis.indicators}
    assert float(box.get_attribute("data-covered")) == pytest.approx(value["covered_share"])
    bound = value["covered_share"] * (1 + value["siting_gap_share"])
    assert float(box.get_attribute("data-bound")) == pytest.approx(bound)
    gaps = page.evaluate("nngis.scene.layers.find(l => l.key === 'gaps').count")
    assert gaps == len(found.tables["gaps"])
    return found


def chosen(found):
    """A station that the solver chose, heavy enough to be missed."""
    return (
        found.tables["stations"]
        .query("decision == 'build' and rule == 'mclp'")["marginal"]
        .idxmax()
    )


def select(page, table, id_):
    page.evaluate("([t, i]) => nngis.desk.select(t, i, 'map')", [table, id_])
    page.wait_for_selector("#require")


def test_the_page_shows_what_a_run_finds(page, served):
    found = agrees(page, served)
    assert len(found.tables["stations"].query("decision == 'build'")) == 25
    assert shown(page, "covered_people_share") > 0


def test_a_refused_station_goes_and_the_loss_that_was_told_is_the_one_that_comes(page, served):
    before = agrees(page, served)
    site = chosen(before)
    select(page, "stations", site)
    page.wait_for_selector("#loss-vehicles")
    told = float(page.get_attribute("#loss-vehicles", "data-value"))
    people = float(page.get_attribute("#loss-people", "data-value"))
    least, most = (
        float(page.get_attribute("#loss-proof", f"data-{one}")) for one in ("least", "most")
    )
    come = page.locator("#loss-come button").evaluate_all("all => all.map(b => b.dataset.site)")
    page.click("#refuse")
    page.wait_for_selector("#refuse:has-text('允许建设')")
    after = agrees(page, served)
    assert site not in after.tables["stations"].index
    assert after.tables["candidates"].loc[site, "rule"] == "refused"
    assert set(come) <= set(after.tables["stations"].index)
    weight, living = (
        [float(t["demand"][name][t["demand"]["decision"].eq("covered")].sum())
         for t in (before.tables, after.tables)]
        for name in ("weight", "population")
    )  # fmt: skip
    assert told == pytest.approx(weight[0] - weight[1], abs=1e-6)
    assert people == pytest.approx(living[0] - living[1], abs=1e-6)
    assert least - 1e-6 <= told <= most + 1e-6
    undone(page)
    assert site in set(column(page, "station_id"))


def test_a_station_is_dragged_and_stands_where_it_was_let_go(page, served):
    site = chosen(served.run("charging"))
    page.evaluate("i => nngis.map.setView(nngis.desk.latLngOf(nngis.scene.layers.find(l => l.table"
                  " === 'stations'), nngis.desk.featureOf(nngis.scene.layers.find(l => l.table ==="
                  " 'stations'), i)), 12, { animate: false })", site)  # fmt: skip
    select(page, "stations", site)
    box = page.locator(".handle").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y - 30, steps=5)
    page.mouse.up()
    page.wait_for_selector(".edit")
    after = agrees(page, served)
    new = after.tables["stations"].query("rule == 'wanted'")
    assert list(new["name_zh"].str.contains("移位")) == [True]
    assert site not in after.tables["stations"].index
    there = gpd.GeoSeries(new.geometry).to_crs(4326).iloc[0]
    asked = page.evaluate("([x, y]) => { const b = nngis.map.getContainer()"
                          ".getBoundingClientRect();"
                          " const p = nngis.map.containerPointToLatLng([x - b.left, y - b.top]);"
                          " return [p.lng, p.lat]; }", [x + 50, y - 30])  # fmt: skip
    pixel = 360 / 256 / 2**12
    assert there.x == pytest.approx(asked[0], abs=2 * pixel)
    assert there.y == pytest.approx(asked[1], abs=2 * pixel)
    assert len(page.evaluate("nngis.desk.state.history")) >= 2
    undone(page)  # refused, added and required are one change
    assert page.locator(".edit").count() == 0
    assert site in set(column(page, "station_id"))


def test_a_candidate_is_added_by_a_click_and_required(page, served):
    page.click("#add-candidate")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.5)
    page.wait_for_selector(".edit")
    added = page.evaluate("nngis.desk.state.edits[0].id")
    settled(page)
    page.wait_for_selector("#require")
    page.click("#require")
    page.wait_for_selector("#require:has-text('不再必建')")
    after = agrees(page, served)
    assert after.tables["stations"].loc[f"C-{added}", "rule"] == "wanted"
    text = served.scenario().read_text(encoding="utf-8")
    assert "[[edits]]" in text
    assert f'required_sites = ["C-{added}"]' in text


def test_a_candidate_is_added_by_keys_in_the_middle_of_the_map(page, served):
    page.focus("#add-candidate")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    while page.evaluate("Boolean(nngis.map._panAnim && nngis.map._panAnim._inProgress)"):
        page.wait_for_timeout(50)
    middle = page.evaluate("(() => { const c = nngis.map.getCenter(); return [c.lng, c.lat]; })()")
    page.keyboard.press("Enter")
    page.wait_for_selector(".edit")
    edit = page.evaluate("nngis.desk.state.edits[0]")
    assert [edit["lon"], edit["lat"]] == pytest.approx(middle, abs=1e-5)


@pytest.mark.parametrize(
    "values",
    [
        {"service_radius_m": "3000", "outer_radius_m": "8000", "plan_year": "2030"},
        {"budget_10k_cny": "9000"},
    ],
)
def test_levers_are_typed_and_the_city_answers(page, served, values):
    for name, text in values.items():
        page.fill(f"#lever-{name}", text)
        page.press(f"#lever-{name}", "Enter")
        page.wait_for_selector(f'.lever.scenario [data-back="{name}"]')
    found = agrees(page, served)
    held = {one.name: one.value for one in found.parameters}
    assert {name: held[name] for name in values} == {n: float(v) for n, v in values.items()}


def test_a_slider_shows_a_choice_while_it_moves_and_settles_on_the_best(page, served):
    bar = page.locator('[data-slider="service_radius_m"]')
    bar.focus()
    for _ in range(5):
        bar.press("ArrowRight")
    until(page, "nngis.desk.state.levers.charging.some("
                "one => one.name === 'service_radius_m' && one.value === 2500)")  # fmt: skip
    assert page.input_value("#lever-service_radius_m") == "2500"
    agrees(page, served)


def test_first_a_choice_that_keeps_the_rules_then_a_bound_that_closes(page, served, monkeypatch):
    drawn, session = threading.Event(), served.desk.session
    own = session.quick.seek

    def seek(plan, scenario):
        """Seek when the first choice is on the page: on a busy machine it is there late."""
        found = own(plan, scenario)
        return found and (lambda told: drawn.wait() and found(told))

    monkeypatch.setattr(session.quick, "seek", seek)
    page.evaluate(
        "(() => { window.seen = []; const own = nngis.desk.showSiting; nngis.desk.showSiting ="
        " (s, t) => { if (s) seen.push([s.covered, s.bound, nngis.desk.shownStage]);"
        " return own(s, t); }; })()"
    )
    page.fill("#lever-new_stations", "20")
    page.press("#lever-new_stations", "Enter")
    page.wait_for_selector('.lever.scenario [data-back="new_stations"]')
    page.wait_for_selector("#desk[data-stage=quick]")
    drawn.set()
    found = agrees(page, served)
    seen = page.evaluate("seen")
    covered, bound = [one[0] for one in seen], [one[1] for one in seen]
    assert len(seen) > 2  # at once, on the way, and at the end
    rounded = 1e-6  # of an indicator
    assert all(b >= a - rounded for a, b in pairwise(covered))
    assert all(b <= a + rounded for a, b in pairwise(bound))
    value = {one.name: one.value for one in found.analysis.indicators}
    assert covered[0] <= value["covered_share"] + 1e-6 <= bound[0] + 2e-6


def test_another_plan_as_good_is_shown_and_can_be_taken(page, served):
    other = served.run("charging").tables["alternatives"].iloc[1]
    row = page.locator("#others .other").first
    assert float(row.get_attribute("data-covered")) == pytest.approx(other["covered_weight"])
    left_out = other["sites_left_out"].split(";")
    row.locator("button").nth(0).click()
    assert page.evaluate("nngis.scene.picked.features.length") >= len(left_out)
    row.locator("button").nth(1).click()
    page.wait_for_selector('.lever.scenario [data-back="refused_sites"]')
    found = agrees(page, served)
    assert not set(left_out) & set(found.tables["stations"].index)


def test_an_area_that_is_drawn_tells_its_demand_stations_and_gap(page, served):
    ring = draw_ring(page, [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)])
    page.wait_for_selector('table[data-table="demand"]')
    tables = served.run("charging").tables
    area = gpd.GeoSeries([Polygon(ring)], crs=4326).to_crs(tables["demand"].crs).iloc[0]
    inside = {name: tables[name][tables[name].within(area)] for name in ("demand", "stations")}

    def cell(table, key, column):
        where = f'table[data-table="{table}"] tr[data-key="{key}"] td[data-column="{column}"]'
        return float(page.locator(where).inner_text().replace(",", ""))

    demand = inside["demand"]
    gap = demand[demand["decision"].eq("gap")]
    assert cell("demand", "gap", "population") == pytest.approx(gap["population"].sum(), rel=2e-3)
    assert cell("demand", "all", "weight") == pytest.approx(demand["weight"].sum(), rel=2e-3)
    assert cell("stations", "all", "count") == len(inside["stations"])


def test_nothing_on_the_english_page_is_left_in_chinese(open_desk, served):
    page = charging(open_desk(lang="en"))
    select(page, "stations", chosen(served.run("charging")))
    page.wait_for_selector("#loss-vehicles")
    for part in ("#levers .unit", "#verdicts .unit", "#grid .head", "#siting", "#others", ".tools",
                 "#loss > p:not(#loss-come):not(#loss-gone):not(#loss-runner)"):  # fmt: skip
        for text in page.locator(part).all_inner_texts():
            assert not CHINESE.search(text), (part, text)


def test_the_charging_desk_fits_a_phone(open_desk):
    page = charging(open_desk(size=(390, 780)))
    for pane in ("levers", "side", "list", "map"):
        page.click(f'#panes [data-pane="{pane}"]')
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), pane
        assert page.evaluate(
            "[...document.querySelectorAll('#siting, #others, #why')]"
            ".every(one => one.scrollWidth <= one.clientWidth + 1)"
        ), pane
