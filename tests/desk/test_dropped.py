"""What means harm, is broken or too large, dropped: text stays text, limits are words."""

import io
import zipfile

import geopandas as gpd
import openpyxl
import pytest
import shapely
from conftest import settled, until
from dropping import HOSTILE, drop, drop_all, workbook

from nngis.desk import server

pytestmark = pytest.mark.browser
ROAD = "nngis.scene.backdrop.filter(l => l.role === 'road').map(l => l.x.length)"


def unharmed(page):
    assert page.evaluate("window.hacked") is None
    assert page.locator("dialog img, dialog script, #toast img, #toast script").count() == 0


def test_names_of_file_sheet_header_and_cells_are_text(open_desk):
    page = open_desk()
    book = openpyxl.Workbook()
    book.active.title = "<b>x<b>"
    for row in (["锅炉编号", "额定蒸发量", HOSTILE, "经度", "纬度"],
                ["=1+1", 8, HOSTILE, 108.3, 22.8],
                [HOSTILE, -1, HOSTILE, 108.3, 22.8]):  # fmt: skip
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    drop(page, HOSTILE.replace("/", "") + ".xlsx", out.getvalue())
    page.wait_for_selector("#ledger-columns")
    assert HOSTILE in page.locator("#ledger-columns").inner_text()
    assert "onerror" in page.locator("dialog h2").first.inner_text()
    page.check("input[name=datum][value=wgs84]")
    page.wait_for_selector("#ledger-counts[data-rejected='1']")
    cell = page.locator('#ledger-mend input[data-header="锅炉编号"]')
    assert cell.input_value() == HOSTILE
    unharmed(page)


def bomb():
    """A small file that would unpack to 200 MB."""
    out = io.BytesIO()
    small = io.BytesIO(workbook([["a"]]))
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            kept = b" " * 200_000_000 if name.endswith("sheet1.xml") else old.read(name)
            new.writestr(name, kept, compresslevel=1)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("炸弹.xlsx", bomb()),
        ("半截.xlsx", workbook([["锅炉编号", "额定蒸发量"], ["G1", 8]])[:-400]),
        ("空.csv", b""),
        ("乱.gpkg", b"SQLite format 3\0" + bytes(range(256)) * 20),
    ],
)
def test_what_is_broken_or_means_harm_is_refused_in_words(open_desk, name, content):
    page = open_desk()
    drop(page, name, content)
    page.wait_for_selector("#ledger-problems li")
    assert page.locator("#ledger-problems").inner_text().strip()
    assert page.is_disabled("#ledger-use")
    page.click("dialog .close")
    settled(page)
    unharmed(page)


def test_a_file_of_no_known_kind_is_refused_in_words(open_desk):
    page = open_desk()
    drop(page, "x.exe", b"MZ")
    page.wait_for_selector("#toast:has-text('xlsx')")


def test_a_file_over_the_limit_is_refused_with_the_limit(open_desk, served, monkeypatch):
    monkeypatch.setattr(server, "MOST_FILE", 2_000_000)
    page = open_desk()
    drop(page, "大.csv", b"x" * 2_000_001)
    page.wait_for_selector("#toast:has-text('大.csv'):has-text('2 MB')")
    assert not list((served.folder / "files").iterdir())  # it was not even sent
    page.evaluate("nngis.desk.ground.most_file = 1e9")
    page.evaluate("document.getElementById('toast').replaceChildren()")
    drop(page, "大.csv", b"x" * 2_000_001)  # a page that does not know the limit
    page.wait_for_selector("#toast:has-text('2 MB')")
    assert not page.evaluate("document.body.classList.contains('lost')")
    assert not list((served.folder / "files").iterdir())


def test_roads_that_are_given_are_drawn_under_the_map(open_desk):
    page = open_desk()
    before = page.evaluate(ROAD)
    line = gpd.GeoDataFrame(
        {"name": ["自己的路"], "highway": ["primary"]},
        geometry=[shapely.LineString([(108.2, 22.7), (108.3, 22.8), (108.4, 22.8)])],
        crs=4326,
    )
    drop(page, "路.geojson", line.to_json().encode())
    page.wait_for_selector("#ledger-columns")
    page.select_option("#ledger-role", "roads")
    page.wait_for_selector("#ledger-use:enabled")
    page.click("#ledger-use")
    page.wait_for_selector('#edits [data-layer="roads"]')
    until(page, f"JSON.stringify({ROAD}) === '[3]'")
    page.click('#edits [data-layer="roads"] button')
    until(page, f"JSON.stringify({ROAD}) === '{before}'.replace(/ /g, '')")


def test_a_shapefile_is_dropped_with_the_files_that_belong_to_it(open_desk, tmp_path):
    page = open_desk()
    table = gpd.GeoDataFrame(
        {"boiler_id": ["S1", "S2"], "capacity": [8.0, 20.0], "fuel": ["coal", "coal"]},
        geometry=gpd.points_from_xy([108.3, 108.4], [22.8, 22.9]),
        crs=4326,
    )
    table.to_file(tmp_path / "锅炉.shp", encoding="utf-8")
    files = [one.read_bytes() for one in sorted(tmp_path.iterdir())]
    names = [one.name for one in sorted(tmp_path.iterdir())]
    drop_all(page, dict(zip(names, files, strict=True)))
    page.wait_for_selector("#ledger-counts[data-accepted='2'][data-rejected='0']")


def test_a_colleagues_scenario_is_dropped_and_opens(open_desk, served):
    page = open_desk()
    text = 'title = "同事的方案"\nplans = ["heat"]\n\n[heat]\nsupply_radius_m = 22000.0\n'
    drop(page, "s1.toml", text.encode())
    page.wait_for_selector('.lever.scenario [data-back="supply_radius_m"]')
    assert page.input_value("#lever-supply_radius_m") == "22000"
    assert "同事的方案" in page.locator("#scenario").inner_text()
    page.click("#history")
    with page.expect_download() as got:
        page.click("#scenario-file")
    assert got.value.path().read_text(encoding="utf-8") == served.scenario().read_text("utf-8")


def test_a_dropped_scenario_opens_no_file_by_its_path(open_desk, served):
    page = open_desk()
    before = served.desk.session.kept.id
    text = 'title = "x"\nplans = ["heat"]\n\n[layers]\nboilers = "/etc/passwd"\n'
    drop(page, "x.toml", text.encode())
    page.wait_for_selector("#toast:has-text('layers.boilers')")
    assert served.desk.session.kept.id == before
