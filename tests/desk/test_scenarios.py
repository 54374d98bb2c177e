"""Scenarios side by side, an area, a ledger, and a desk that was killed."""

import io
import subprocess
import sys

import geopandas as gpd
import openpyxl
import pytest
import shapely
from conftest import SOON, draw_ring, serve, settled, shown, until
from dropping import HOSTILE, drop, workbook

import nngis
from nngis.run.scenario import read_scenario

pytestmark = pytest.mark.browser
RADIUS = "#lever-supply_radius_m"


def test_two_scenarios_are_compared_as_nngis_compares_them(open_desk, served):
    page = open_desk()
    page.click("#duplicate")
    page.fill("#title", "方案二 <b>")
    page.click("#title-ok")
    until(page, "nngis.desk.state.scenario === 's2'")
    page.fill(RADIUS, "25000")
    page.press(RADIUS, "Enter")
    page.wait_for_selector(".lever.scenario")
    settled(page)
    page.click("#compare")
    page.wait_for_selector("#compare-count")
    folder = served.scenario().parent
    before, after = (
        nngis.run_scenario(
            read_scenario(folder / f"{id_}.toml").model_copy(update={"plans": ("heat",)}),
            case=served.case,
        )["heat"]
        for id_ in ("s1", "s2")
    )
    found = nngis.compare(before, after)
    assert len(found.changes) > 0
    assert page.get_attribute("#compare-count", "data-count") == str(len(found.changes))
    rows = page.locator("#compare-found tbody tr")
    assert rows.count() == len(found.changes)
    ids = {row.locator("td").first.inner_text() for row in rows.all()}
    assert ids == set(found.changes.index)
    assert "15000 → 25000" in page.locator("#compare-parameters").inner_text()
    page.wait_for_selector('#indicator-table tr[data-indicator="boilers_closed_count"]')
    cells = page.locator('#indicator-table tr[data-indicator="boilers_closed_count"] td')
    texts = [cell.split("Δ")[0].replace("+", "") for cell in cells.all_inner_texts()]
    numbers = [float(text) for text in texts]
    one, two = found.indicators.loc["boilers_closed_count", ["before", "after"]]
    assert numbers == [one, two, two - one]
    page.click("#swipe")
    page.wait_for_selector("#swipe-bar", state="visible")


def test_an_area_adds_up_what_lies_in_it(open_desk, served):
    page = open_desk()
    places = draw_ring(page, [(0.2, 0.2), (0.9, 0.2), (0.9, 0.9), (0.2, 0.9)])
    page.wait_for_selector('table[data-table="boilers"]')
    boilers = served.run("heat").decisions
    area = gpd.GeoSeries([shapely.Polygon(places)], crs=4326).to_crs(boilers.crs).iloc[0]
    inside = boilers[boilers.geometry.within(area)]
    assert len(inside) > 10
    cell = page.locator('table[data-table="boilers"] tr[data-key="all"] td')
    assert float(cell.first.inner_text()) == len(inside)
    closing = page.locator('table[data-table="boilers"] tr[data-key="close_integrate"] td').first
    assert float(closing.inner_text()) == inside["decision"].eq("close_integrate").sum()
    page.click("dialog .close")


def test_a_ledger_is_dropped_mapped_given_a_datum_and_used(open_desk, served):
    page = open_desk()
    names = ["锅炉编号", "名称", "额定蒸发量", "燃料", "怪列", "经度", "纬度"]
    units = served.run("heat").tables["heat_sources"].query("qualifies == 'source'").to_crs(4326)
    lon, lat = units.geometry.iloc[0].x, units.geometry.iloc[0].y
    rows = [
        ["G1", HOSTILE, 8, "燃煤", "甲", lon + 0.02, lat],
        ["G2", "@SUM(1)", 20, "煤", "乙", lon, lat + 0.02],
        ["G3", "三号", -5, "煤", "丙", 109.17, 22.77],
        ["G4", "四号", 20, "煤", "丁", 400, 22.77],
    ]
    drop(page, "台账 <b>.xlsx", workbook([names, *rows]))
    page.wait_for_selector("#ledger-columns")
    fields = page.locator("#ledger-columns select").evaluate_all(
        "all => Object.fromEntries(all.map((one) => [one.dataset.header, one.value]))"
    )
    assert fields["额定蒸发量"] == "capacity_t_h"
    assert fields["怪列"] == ""
    assert page.locator("#datum-map").is_visible()
    assert page.locator("input[name=datum]").count() == 3
    page.select_option('#ledger-columns select[data-header="怪列"]', "remark")
    page.wait_for_selector('#ledger-columns tr.known:has-text("怪列")')
    page.check("input[name=datum][value=gcj02]")
    page.wait_for_selector("#ledger-use:enabled")
    assert "G4" in page.locator("#ledger-rejects").inner_text() or page.locator(
        "#ledger-rejects"
    ).inner_text().count("400")
    counts = page.locator("#ledger-counts").evaluate("one => ({...one.dataset})")
    assert int(counts["accepted"]) + int(counts["rejected"]) == int(counts["rows"]) == 4
    page.click("#ledger-use")
    page.wait_for_selector("dialog[open]", state="detached")
    page.wait_for_selector(".edit")
    settled(page)
    found = served.run("heat")
    assert len(found.decisions) == int(counts["accepted"])
    assert (
        shown(page, "boilers_closed_count") == found.indicators.loc["boilers_closed_count", "value"]
    )
    page.wait_for_selector("#grid :text('onerror')")
    assert HOSTILE in page.locator("#grid").inner_text()
    assert page.evaluate("window.hacked") is None
    assert page.locator("#grid img, #grid script, dialog img").count() == 0
    copied = page.evaluate("nngis.desk.listText()")
    assert "\t'@SUM(1)\t" in copied
    assert "remark" in str(served.desk.session.shelf.columns_of("boilers"))


def test_a_rejected_row_is_mended_on_the_page_and_read_again(open_desk, served):
    page = open_desk()
    units = served.run("heat").tables["heat_sources"].query("qualifies == 'source'").to_crs(4326)
    lon, lat = units.geometry.iloc[0].x, units.geometry.iloc[0].y
    names = ["锅炉编号", "名称", "额定蒸发量", "燃料", "经度", "纬度"]
    rows = [["G1", "一号", 8, "煤", lon + 0.02, lat], ["G2", "二号", 20, "煤", 400, lat]]
    content = workbook([names, *rows])
    drop(page, "台账.xlsx", content)
    page.check("input[name=datum][value=wgs84]")
    page.wait_for_selector("#ledger-counts[data-accepted='1'][data-rejected='1']")
    cell = page.locator('#ledger-mend input[data-row="3"][data-header="经度"]')
    assert cell.input_value() == "400"
    cell.fill(f"{lon:.6f}")
    cell.press("Enter")
    page.wait_for_selector("#ledger-counts[data-accepted='2'][data-rejected='0']")
    name = page.locator('#ledger-mend input[data-row="3"][data-header="名称"]')
    name.fill(HOSTILE)
    name.press("Enter")
    page.wait_for_selector('#ledger-mend input.touched[data-header="名称"]')
    with page.expect_download() as got:
        page.click("#ledger-mended")
    book = openpyxl.load_workbook(io.BytesIO(got.value.path().read_bytes()))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert cells[0] == names
    assert cells[2][1] == HOSTILE
    assert float(cells[2][4]) == pytest.approx(lon, abs=1e-6)
    assert cells[1][:4] == rows[0][:4]
    assert cells[1][4:] == pytest.approx(rows[0][4:], abs=1e-9)
    page.click("#ledger-use")
    page.wait_for_selector("dialog[open]", state="detached")
    page.wait_for_selector(".edit")
    settled(page)
    decisions = served.run("heat").decisions
    assert list(decisions.index) == ["G1", "G2"]
    assert decisions.loc["G2", "name_zh"] == HOSTILE
    assert page.evaluate("window.hacked") is None
    kept = [one.read_bytes() for one in (served.folder / "files").glob("f*.xlsx")]
    assert content in kept  # the ledger itself is as it came
    assert list((served.folder / "files").glob("f*.corrections.json"))


def killable(case, folder):
    """Start a desk in a process of its own, which says its address first."""
    code = (
        "import sys; from pathlib import Path; from nngis.desk.start import start;"
        "start(Path(sys.argv[1]), Path(sys.argv[2]), browser=False,"
        " said=lambda at: print(at, flush=True))"
    )
    asked = [sys.executable, "-c", code, str(case), str(folder)]
    return subprocess.Popen(asked, stdout=subprocess.PIPE, text=True)


def test_a_killed_desk_comes_back_as_it_was(chromium, served):
    other = served.folder.parent / "killed"
    first = killable(served.case, other)
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(SOON)
    page.goto(first.stdout.readline().split()[-1])
    page.wait_for_selector("body.ready")
    page.fill(RADIUS, "20000")
    page.press(RADIUS, "Enter")
    page.wait_for_selector(".lever.scenario")
    first.kill()  # nothing is closed in order, nothing is written on the way out
    first.wait(30)
    first.stdout.close()
    page.wait_for_selector("body.lost")
    assert page.input_value(RADIUS) == "20000"
    page.close()
    again = serve(served.case, other)
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(SOON)
    page.goto(again.desk.address)
    page.wait_for_selector("body.ready")
    assert page.input_value(RADIUS) == "20000"
    assert page.is_enabled("#undo")
    page.click("#undo")
    page.wait_for_selector(".lever.scenario", state="detached")
    page.close()
    again.desk.session.close()
    again.desk.server.should_exit = True
