"""The heat desk, played as a person would, and read against `nngis.run` on the same scenario."""

import re
import threading

import pytest
from conftest import agree, settled, shown, until

from nngis import fields

pytestmark = pytest.mark.browser
RADIUS = "#lever-supply_radius_m"


def typed(page, selector, text):
    page.fill(selector, text)
    page.press(selector, "Enter")


def agrees(page, served):
    """Hold every number and every decision on the page against a run from scratch."""
    found = agree(page, served, "heat")
    listed = page.evaluate("nngis.desk.listText()").splitlines()
    column = listed[0].split("\t").index("处置意见")
    words = {line.split("\t")[0]: line.split("\t")[column] for line in listed[1:]}
    title = fields.get("decision")
    decisions = found.decisions["decision"]
    assert words == {id_: title.value_title(d, "zh") for id_, d in decisions.items()}
    return found


def test_the_page_shows_what_a_run_finds(open_desk, served):
    page = open_desk()
    found = agrees(page, served)
    assert shown(page, "boilers_closed_count") > 0
    assert page.locator("#evidence").inner_text() in ("合成演示", "合成")
    assert page.locator("#assumed").inner_text().count("\n") > len(found.warnings) / 2


def test_a_slider_moves_decisions_circle_and_file_and_undo_takes_it_back(open_desk, served):
    page = open_desk()
    before = shown(page, "boilers_closed_count")
    first = page.evaluate("nngis.desk.state.head")
    bar = page.locator('[data-slider="supply_radius_m"]').bounding_box()
    y, at = bar["y"] + bar["height"] / 2, bar["x"] + bar["width"] * 15 / 50
    page.mouse.move(at, y)
    page.mouse.down()
    for _ in range(20):
        at += bar["width"] / 100
        page.mouse.move(at, y)
    page.mouse.up()
    page.wait_for_selector('.lever.scenario [data-back="supply_radius_m"]')
    radius = page.input_value(RADIUS)
    assert 20_000 < float(radius) < 30_000
    found = agrees(page, served)
    assert {one.name: one.value for one in found.parameters}["supply_radius_m"] == float(radius)
    assert f"supply_radius_m = {radius}.0" in served.scenario().read_text(encoding="utf-8")
    assert page.evaluate("nngis.desk.state.head") == first + 1  # one change, however long its way
    areas = page.evaluate("nngis.scene.layers.find(l => l.table === 'supply_areas').box")
    assert shown(page, "boilers_closed_count") >= before
    page.click("#undo")
    page.wait_for_selector(".lever.scenario", state="detached")
    settled(page)
    assert page.input_value(RADIUS) == "15000"
    assert shown(page, "boilers_closed_count") == before
    smaller = page.evaluate("nngis.scene.layers.find(l => l.table === 'supply_areas').box")
    assert smaller[2] - smaller[0] < areas[2] - areas[0]
    page.click("#redo")
    page.wait_for_selector(".lever.scenario")


def test_a_row_says_at_which_radius_its_decision_changes(open_desk, served):
    page = open_desk()
    page.fill("#filter", "YS-013")
    page.click("#grid .row")
    page.wait_for_selector("#spans")
    row = served.run("heat").decisions.loc["YS-013"]
    starts = page.locator("#spans li").evaluate_all("all => all.map(one => +one.dataset.from)")
    if row["rule"] == "A63":
        assert min(abs(one - row["distance_m"]) for one in starts) < 0.01
    assert page.locator("#why .reason").inner_text() == row["reason_zh"]


def test_map_and_list_are_one_selection(open_desk):
    page = open_desk()
    page.fill("#filter", "YS-004")
    page.click("#grid .row")
    assert page.evaluate("nngis.scene.chosen.layer.table") == "boilers"
    page.fill("#filter", "")
    at = page.evaluate(
        "(() => { const l = nngis.scene.layers.find(l => l.table === 'boilers');"
        " const f = l.ids.indexOf('YS-009'); const p = nngis.map.latLngToContainerPoint("
        "desk_at = nngis.desk.latLngOf(l, f)); const b = nngis.map.getContainer()"
        ".getBoundingClientRect(); return [b.left + p.x, b.top + p.y]; })()".replace(
            "desk_at = ", ""
        )
    )
    page.mouse.click(*at)
    until(page, "nngis.desk.chosen && nngis.desk.chosen.id !== 'YS-004'")
    chosen = page.locator("#grid .row.chosen .cell").first.inner_text()
    assert chosen == page.evaluate("nngis.desk.chosen.id")
    page.locator("#grid").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#grid .row.chosen .cell").first.inner_text() != chosen


def test_a_unit_switched_off_and_moved_changes_the_run_alike(open_desk, served):
    page = open_desk()
    unit = served.run("heat").tables["heat_sources"].query("qualifies == 'source'").index[0]
    page.evaluate("id => nngis.desk.select('heat_sources', id, 'map')", unit)
    page.click("#switch-off")
    page.wait_for_selector(".edit")
    found = agrees(page, served)
    assert unit not in found.tables["heat_sources"].index
    page.click(".edit button")
    page.wait_for_selector(".edit", state="detached")
    settled(page)
    page.evaluate("id => nngis.desk.select('heat_sources', id, 'map')", unit)
    box = page.locator(".handle").bounding_box()
    page.mouse.move(box["x"] + 13, box["y"] + 13)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, box["y"] + 40, steps=4)
    page.mouse.up()
    page.wait_for_selector(".edit")
    moved = agrees(page, served)
    assert moved.tables["heat_sources"].loc[unit, "evidence"] == "approximate"


def test_a_boiler_taken_off_the_list_keeps_its_reason(open_desk, served):
    page = open_desk()
    closing = served.run("heat").decisions.query("decision == 'close_integrate'").index[0]
    page.evaluate("id => nngis.desk.select('boilers', id, 'map')", closing)
    page.click("#spare")
    page.fill("#spare-reason", "医院<b>供汽</b>")
    page.click("#spare-ok")
    page.wait_for_selector(".edit")
    row = agrees(page, served).decisions.loc[closing]
    assert (row["decision"], row["rule"]) == ("keep", "spared")
    assert "医院<b>供汽</b>" in row["reason_zh"]
    page.wait_for_selector("#why:has-text('医院<b>供汽</b>')")
    assert page.locator("#why b b").count() == 0


def test_two_tabs_show_one_scenario(open_desk, served):
    one, two = open_desk(), open_desk(lang="en")
    typed(one, RADIUS, "20000")
    two.wait_for_selector('.lever.scenario [data-back="supply_radius_m"]')
    assert two.input_value(RADIUS) == "20000"
    settled(one)
    settled(two)
    name = "boilers_closed_count"
    assert shown(one, name) == shown(two, name)
    two.click('[data-back="supply_radius_m"]')
    one.wait_for_selector(".lever.scenario", state="detached")
    two.wait_for_selector(".lever.scenario", state="detached")
    assert [tab.input_value(RADIUS) for tab in (one, two)] == ["15000", "15000"]


def test_a_value_beyond_its_bounds_is_refused_in_words(open_desk, served):
    page = open_desk()
    typed(page, RADIUS, "60000")
    page.wait_for_selector("#toast .line:has-text('50000')")
    assert page.input_value(RADIUS) == "15000"
    assert "60000" not in served.scenario().read_text(encoding="utf-8")


def test_many_changes_are_undone_and_done_again_one_by_one(open_desk, served):
    page = open_desk()
    name = "boilers_closed_count"
    unit = served.run("heat").tables["heat_sources"].query("qualifies == 'source'").index[0]
    seen = [shown(page, name)]
    first = page.evaluate("nngis.desk.state.head")

    def then(wait):
        page.wait_for_selector(wait)
        agrees(page, served)
        seen.append(shown(page, name))

    typed(page, RADIUS, "24000")
    then('.lever.scenario [data-back="supply_radius_m"]')
    page.select_option("#lever-threshold_op", ">=")
    then('.lever.scenario [data-back="threshold_op"]')
    page.evaluate("id => nngis.desk.select('heat_sources', id, 'map')", unit)
    page.click("#switch-off")
    then(".edit")
    for at in (2, 1, 0):
        page.locator("#grid").focus()
        page.keyboard.press("Control+z")
        until(page, f"nngis.desk.state.redo !== null && nngis.desk.state.head <= {first + at}")
        settled(page)
        assert shown(page, name) == seen[at]
    assert page.evaluate("nngis.desk.state.head") == first
    for at in (1, 2, 3):
        page.locator("#grid").focus()
        page.keyboard.press("Control+y")
        until(page, f"nngis.desk.state.head >= {first + at}")
        settled(page)
        assert shown(page, name) == seen[at]
    agrees(page, served)


def test_each_indicator_says_its_difference_to_the_base(open_desk, served):
    page = open_desk()
    base = {one.name: one.for_readers.value for one in served.run("heat").analysis.indicators}
    typed(page, RADIUS, "26000")
    page.wait_for_selector(".lever.scenario")
    now = agrees(page, served).analysis.indicators
    page.wait_for_selector(".verdict .delta")
    for one in now:
        said = page.locator(f'[data-indicator="{one.name}"] .delta').inner_text()
        said = said.replace("Δ", "").replace(",", "").replace("−", "-").strip()
        value, was = one.for_readers.value, base[one.name]
        if value is None or was is None:
            assert said in ("0", "—")
        else:
            assert float(said) == pytest.approx(value - was, rel=1e-3, abs=0.5), one.name
    assert page.locator(".verdict").count() == page.locator(".verdict .delta").count()
    page.select_option("#base", "s1")  # against itself nothing differs
    until(
        page,
        "[...document.querySelectorAll('.delta')].every("
        "one => /^Δ [0—]$/.test(one.textContent.trim()))",
    )


def test_long_work_is_stopped_and_taken_up_again(open_desk, served, monkeypatch):
    page = open_desk()
    worker, stopped = served.desk.session.computing._worker, threading.Event()
    answer = worker._answer
    monkeypatch.setattr(worker, "_answer", lambda done: stopped.wait() and answer(done))
    name = "boilers_closed_count"
    typed(page, RADIUS, "17500")
    page.wait_for_selector(".lever.scenario")
    page.wait_for_selector("#desk[data-stage=quick]")
    page.click("#stop")
    page.wait_for_selector("#desk[data-stage=failed]")
    stopped.set()  # what comes too late counts for nothing
    page.wait_for_selector("#toast:has-text('停止')")
    assert shown(page, name) is not None  # the picture stays
    assert "17500" in served.scenario().read_text(encoding="utf-8")
    page.click("#toast .act")
    agrees(page, served)


def test_it_prints_map_results_and_levers_without_buttons(open_desk):
    page = open_desk()
    page.emulate_media(media="print")
    for shown_ in ("#map", "#verdicts", "#levers"):
        assert page.locator(shown_).is_visible(), shown_
    for hidden in ("#undo", "#language", "#grid", "#filter"):
        assert not page.locator(hidden).is_visible(), hidden
    pdf = page.pdf(format="A4", landscape=True, print_background=True)
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type/Page") >= 1
    page.emulate_media(media="screen")


def test_english_has_no_chinese_units(open_desk):
    page = open_desk(lang="en")
    text = page.locator("#verdicts").inner_text() + page.locator("#levers").inner_text()
    text += page.locator("#grid .head").inner_text()
    assert not re.findall("[台座个辆元人]", text)


def test_a_change_is_one_message_and_one_picture_before_the_whole_result(open_desk):
    page = open_desk()
    asked = []
    page.on("request", lambda one: asked.append(one.url.rsplit("/", 1)[-1]))
    typed(page, RADIUS, "21000")
    page.wait_for_selector(".lever.scenario")
    settled(page)
    assert [asked.count(one) for one in ("do", "state", "picture")] == [1, 0, 2]


def test_a_whole_plant_is_switched_off_as_one_change(open_desk, served):
    page = open_desk()
    units = served.run("heat").tables["heat_sources"]
    plants = units.groupby("plant_id").size()
    mine = units[units["plant_id"].eq(plants.idxmax())].index
    assert len(mine) > 1
    page.evaluate("id => nngis.desk.select('heat_sources', id, 'map')", mine[0])
    page.click("#plant-off")
    page.wait_for_selector(".edit")
    found = agrees(page, served)
    assert not set(mine) & set(found.tables["heat_sources"].index)
    page.click("#undo")
    page.wait_for_selector(".edit", state="detached")


def test_a_loss_is_no_longer_sought_once_the_question_is_another(served, monkeypatch):
    served.begin_anew()
    session = served.desk.session

    def seek(_facts, _parameters, _edits, _id, _lock, progress):
        session.do({"do": "set", "plan": "charging", "values": {"new_stations": 3}})
        progress(1.0, 2.0)
        return {"loss": 1.0}

    monkeypatch.setattr("nngis.desk.refusing.without", seek)
    monkeypatch.setattr(session.quick, "facts", lambda *_: object())
    assert session.refusing.ask("C-1") == {"stage": "waiting"}


@pytest.mark.parametrize("size", [(1366, 768), (390, 780)])
def test_evidence_and_assumptions_are_always_in_sight(open_desk, served, size):
    page = open_desk(size=size)
    assumed = served.run("heat").analysis.assumptions
    for pane in ("levers", "side", "list", "map"):
        page.evaluate("pane => nngis.desk.openPane(pane)", pane)
        for one in ("#evidence", "#assumptions"):
            box = page.locator(one).bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]
            assert 0 <= box["y"] <= size[1] - box["height"]
    page.click("#assumptions")
    said = page.locator("dialog[open]").inner_text()
    assert all(one.zh in said for one in assumed)


def test_what_is_said_is_in_sight_on_every_pane_of_a_phone_and_in_a_dialog(open_desk):
    page = open_desk(size=(390, 780))
    for pane in ("levers", "side", "list", "map"):
        page.evaluate("pane => nngis.desk.openPane(pane)", pane)
        page.evaluate("nngis.desk.toast([['甲', 'a']], true)")
        box = page.locator("#toast").bounding_box()
        at = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        assert page.evaluate(
            "([x, y]) => Boolean(document.elementFromPoint(x, y).closest('#toast'))", at
        ), pane
    page.click("#assumptions")
    page.wait_for_selector("dialog[open] #toast")  # what was said before it opened
    page.evaluate("nngis.desk.toast([['乙', 'b']], true)")
    page.wait_for_selector("dialog[open] #toast:has-text('乙')")
    page.keyboard.press("Escape")
    page.wait_for_selector("#pane-map > #toast:has-text('乙')")
