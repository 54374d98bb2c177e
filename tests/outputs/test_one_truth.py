"""Index, report, workbook, map and result.json of one run: the same figures and verdicts."""

import html
import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from PIL import Image

import nngis
from nngis import fields
from nngis.cartography.style import marks_of
from nngis.decide.indicators import STATUS_TITLES, number
from nngis.outputs.drawing import PLAIN
from nngis.outputs.report import draw_picture, write_report
from nngis.register.finding import status_title
from nngis.run.example_town import new_example

PLANS = ("heat", "sewer", "rooftop", "charging")


class Tables(HTMLParser):
    """Every table of a page as rows of cells; what stands in a small one apart is left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.cell: list[str] | None = None
        self.small = 0
        self.feed(html)

    def handle_starttag(self, tag, _attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = []
        elif tag in ("small", "span"):
            self.small += 1

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.cell is not None:
            self.tables[-1][-1].append(re.sub(r"\s+", " ", "".join(self.cell)).strip())
            self.cell = None
        elif tag in ("small", "span"):
            self.small -= 1

    def handle_data(self, data):
        if self.cell is not None and not self.small:
            self.cell.append(data)

    def headed(self, *heads):
        return [t for t in self.tables if t and t[0][: len(heads)] == list(heads)]


@pytest.fixture(scope="module")
def out(default_run) -> Path:
    return default_run.out


@pytest.fixture(scope="module")
def index(out) -> Tables:
    return Tables((out / "index.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def report(out) -> Tables:
    return Tables((out / "report.html").read_text(encoding="utf-8"))


def rows_of(page):
    """Return the rows of a sheet that hold something, the first of them its heads."""
    return [row for row in page.iter_rows(values_only=True) if any(c is not None for c in row)]


def figures_of_index(index):
    rows = [row for t in index.headed("指标", "数值", "目标") for row in t[1:]]
    return [(r[0], r[1], r[2], r[3], r[4].lstrip("✓✗?–◇ ")) for r in rows]


def figure(value, unit):
    """Write a figure with its unit as report and workbook do."""
    return value if value == number(None, "zh") else f"{value} {unit}".strip()


def saved(out, plan):
    return json.loads((out / plan / "result.json").read_text(encoding="utf-8"))


def words_of(path: Path) -> str:
    """Read what a file says: its text, its properties, its layers' descriptions."""
    if path.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):  # they have it in one file
        path = path.with_suffix(".shp.xml")
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        cells = (cell for page in book for row in page.iter_rows(values_only=True) for cell in row)
        return " ".join(str(cell) for cell in cells if cell is not None)
    if path.suffix == ".gpkg":
        with sqlite3.connect(path) as base:
            said = base.execute(
                "select description from gpkg_contents where table_name <> 'layer_styles'"
            ).fetchall()
        assert len(set(said)) == 1, f"{path}: layers say different things"
        return str(said[0][0])
    if path.suffix in (".docx", ".qgz"):
        with zipfile.ZipFile(path) as parts:
            names = [name for name in parts.namelist() if name.endswith((".xml", ".qgs"))]
            text = " ".join(parts.read(name).decode() for name in names)
            # A project holds its words in attributes, a document between its tags.
            return text if path.suffix == ".qgz" else re.sub("<[^>]+>", "", text)
    if path.suffix == ".png":
        with Image.open(path) as picture:
            return " ".join(map(str, picture.info.values()))
    if path.suffix == ".pdf":
        asked = (["pdftotext", path, "-"], ["pdfinfo", path])
        told = [subprocess.run(one, capture_output=True, check=True) for one in asked]
        return "".join(one.stdout.decode() for one in told)
    text = path.read_text(encoding="utf-8")
    return text if path.suffix == ".json" else html.unescape(re.sub("<[^>]+>", "", text))


DATED = r"数据时间\D{0,4}(19|20)\d\d|\"vintage\": \"(19|20)\d\d"


def kinds_that_say_so(folder: Path, dated: str = DATED) -> set[str]:
    """Hold every file of a folder to its version, the date of its data, and how sure they are."""
    titles = {one: text.zh for one, text in fields.get("evidence").values.items()}
    seen = set()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        said, where = words_of(path), str(path.relative_to(folder))
        seen.add(path.suffix)
        assert f"nngis {nngis.__version__}" in said or f'"{nngis.__version__}"' in said, where
        assert re.search(dated, said), where
        assert any(title in said for title in titles.values()) or '"evidence"' in said, where
    return seen


needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")


@needs_poppler
def test_every_file_says_its_version_the_date_of_its_data_and_how_sure_they_are(out):
    kinds = "docx dxf gpkg html json pdf png qgz svg xlsx"
    assert kinds_that_say_so(out) == {f".{kind}" for kind in kinds.split()}


@needs_poppler
def test_site_cards_and_shapefiles_say_so_too(nngis_once, tmp_path):
    town, out = tmp_path / "town", tmp_path / "out"
    new_example(town)
    ran = nngis_once("run", "charging", "--case", town, "--out", out, "--site-cards", "--shp")
    assert ran.code == 0, ran.err
    found = kinds_that_say_so(out, '数据时间|"vintage"|"inputs"')  # the town's data have no date
    assert found >= {".csv", ".xml", ".shp", ".dbf"}
    assert (out / "charging" / "site_cards.pdf").is_file()


def test_index_and_report_give_the_same_figures_targets_and_verdicts(index, report):
    heads = ("指标", "数值", "目标", "结论", "口径")
    told = [tuple(r[:4]) for table in report.headed(*heads) for r in table[1:]]
    shown = [
        (r[0], figure(r[1], r[3]), f"{r[2]} {r[3]}".strip() if r[2] else "—", r[4])
        for r in figures_of_index(index)
    ]
    assert shown == told
    assert len(shown) > 50


def test_the_findings_on_the_first_pages_are_those_of_the_tables_behind_them(report):
    (first,) = report.headed("专项", "发现", "数值", "目标", "结论")
    tables = report.headed("指标", "数值", "目标", "结论", "口径")
    behind = {tuple(r[:4]) for table in tables for r in table[1:]}
    found = [tuple(r[1:5]) for r in first[1:]]
    assert len(found) == 5 * len(PLANS)
    assert set(found) <= behind


@pytest.mark.parametrize("plan", PLANS)
def test_the_workbook_gives_the_same_figures_as_the_index(index, out, plan):
    shown = {(r[0], f"{r[1]} {r[3]}".strip()) for r in figures_of_index(index)}
    book = openpyxl.load_workbook(out / plan / "tables.xlsx")
    rows = list(book["说明"].iter_rows(values_only=True))
    at = next(i for i, row in enumerate(rows) if row[:2] == ("指标", "数值"))
    found = set()
    for row in rows[at + 1 :]:
        if row[0] is None:
            break
        found.add((row[0], row[1]))
    assert found <= shown
    assert len(found) == len({i["title"]["zh"] for i in saved(out, plan)["indicators"]})
    as_numbers = rows_of(book["目标"])[1:]  # the same as numbers that a sheet can go on with
    assert {(r[0], f"{number(r[1], 'zh')} {r[4] or ''}".strip()) for r in as_numbers} == found


@pytest.mark.parametrize("plan", PLANS)
def test_result_json_holds_the_figures_of_the_index(index, out, plan):
    shown = {(r[0], r[1], r[4]) for r in figures_of_index(index)}
    for one in saved(out, plan)["indicators"]:
        scale = 100.0 if one["name"].endswith("_share") else 1.0
        value = None if one["value"] is None else round(scale * one["value"], 10)
        status = STATUS_TITLES[one["status"]].zh
        assert (one["title"]["zh"], number(value, "zh"), status) in shown, one["name"]


@pytest.mark.parametrize("plan", PLANS)
def test_map_report_and_layer_count_the_same_decisions(out, plan):
    """What was decided, how often: the legend of the map, the sentence of the report, the layer."""
    page = (out / plan / "map.html").read_text(encoding="utf-8")
    rows = re.findall(r'class="class-title">(.*?)</span><span class="count">([\d,]+)<', page)
    legend = {(re.sub("<[^>]+>.*", "", t) or re.findall(r">([^<]+)<", t)[0], n) for t, n in rows}
    text = re.sub("<[^>]+>", "", (out / "report.html").read_text(encoding="utf-8"))
    whole = " ".join(re.findall(r"共判定\S+ [\d,]+ 项：.+?。", text))
    subject = pyogrio.read_dataframe(
        out / plan / "layers.gpkg", layer=saved(out, plan)["subject"], read_geometry=False
    )
    counts = subject["decision"].value_counts()
    titles = {title for title, _ in legend}
    for mark in marks_of("decision", [str(one) for one in counts.index]):
        count = f"{int(counts[mark.value]):,}"
        assert f"{mark.title.zh} {count}" in whole, mark.value
        assert mark.title.zh not in titles or (mark.title.zh, count) in legend, mark.value
    assert titles & {mark.title.zh for mark in marks_of("decision", list(map(str, counts.index)))}


def pages_of(report: Path, scratch: Path) -> int:
    """Count the pages of a report as LibreOffice prints it."""
    profile = f"-env:UserInstallation=file://{scratch}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", scratch, report]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    told = subprocess.run(["pdfinfo", scratch / "report.pdf"], check=True, capture_output=True)
    return int(re.search(rb"Pages:\s+(\d+)", told.stdout)[1])


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler is not installed")
def test_the_report_on_the_layers_that_ship_has_at_most_twenty_pages(out, tmp_path):
    assert pages_of(out / "report.docx", tmp_path) <= 20


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler is not installed")
def test_the_english_report_has_no_more(tmp_path):
    found = nngis.run_scenario(PLANS)
    own = {"drawing": PLAIN, "lang": "en", "scored": found.scored}
    store = found["heat"].case.store
    pictures = {one.plan: draw_picture(one, store, "en") for one in found.results}
    write_report(tmp_path, found.title, found.results, pictures, **own)
    assert pages_of(tmp_path / "report.docx", tmp_path) <= 20


def test_there_is_one_scorecard_and_the_report_repeats_it(index, report):
    shown = {}
    for table in index.headed("条目", "要求"):
        for row in table[1:]:
            sign_id = row[0].split()
            value, target = (f"{cell} {row[4]}".strip() if cell else "" for cell in row[2:4])
            shown[sign_id[-1]] = (value, target)
    (table,) = report.headed("条目", "要求")
    for row in table[1:]:
        assert shown[row[0]] == (row[2], row[3]), row[0]
    # A table a plan, and no other verdicts.
    assert len(index.headed("指标", "数值", "目标")) == len(PLANS)


def test_no_target_is_both_met_and_missed(index, out):
    met, missed = (STATUS_TITLES[w].zh for w in ("met", "missed"))
    verdicts = {row[4] for row in figures_of_index(index)}
    assert not verdicts & {met, missed}  # both ledgers that ship are made up
    text = (out / "index.html").read_text(encoding="utf-8")
    assert status_title("illustration").zh in text


def test_a74_is_what_is_published_and_the_made_up_ledger_stands_beside_it(index):
    rows = {row[0].split()[-1]: row for table in index.headed("条目", "要求") for row in table[1:]}
    assert rows["A74"][2] == number(592.0, "zh")
    assert rows["A74"][0].startswith("✓")


def test_the_registers_workbook_holds_the_numbers_of_the_index(index, out):
    book = openpyxl.load_workbook(out / "register" / "tables.xlsx")
    page = book["目标完成情况"]
    head, *rows = rows_of(page)
    at = {name: i for i, name in enumerate(head)}
    column = next(i for name, i in at.items() if str(name).startswith("指标值"))
    told = {row[0]: row[column] for row in rows}
    for table in index.headed("条目", "要求"):
        for row in table[1:]:
            id_, value = row[0].split()[-1], row[2]
            if value:
                assert number(told[id_], "zh") == value, id_
            else:
                assert told[id_] is None, id_


def test_every_warning_about_rows_is_in_the_list_of_problems(out):
    book = openpyxl.load_workbook(out / "sewer" / "tables.xlsx")
    rows = rows_of(book["问题清单"])[1:]
    counted: dict[str, int] = {}
    for row in rows:
        counted[row[1]] = counted.get(row[1], 0) + 1
    assert counted
    for said, count in counted.items():
        assert said.startswith(f"{count} "), said


def test_shares_are_in_per_cent_wherever_they_are_read(index, out):
    units = {row[0]: row[3] for row in figures_of_index(index)}
    assert {u for title, u in units.items() if title.endswith("比例")} == {"%"}
    book = openpyxl.load_workbook(out / "rooftop" / "tables.xlsx")
    heads = [
        str(c) for page in book for row in page.iter_rows(max_row=1, values_only=True) for c in row
    ]
    shares = [h for h in heads if re.fullmatch(r".*比例(（%）)?", h)]
    assert shares
    assert all("（%）" in h for h in shares)


@pytest.mark.parametrize("plan", PLANS)
def test_every_layer_has_one_style_and_its_filters_select_what_the_map_counts(out, plan):
    """A layer that the map does not draw is styled too, and none that it draws is made plain."""
    page = (out / plan / "map.html").read_text(encoding="utf-8")
    rows = re.findall(r'class="class-title">(.*?)</span><span class="count">([\d,]+)<', page)
    legend = [(html.unescape(re.sub("<[^>]+>", "", t)), int(n.replace(",", ""))) for t, n in rows]
    with sqlite3.connect(out / plan / "layers.gpkg") as base:
        there = dict(base.execute("select table_name, data_type from gpkg_contents"))
        styles = base.execute(
            "select f_table_name, styleQML from layer_styles where useAsDefault"
        ).fetchall()
        column = dict(base.execute("select table_name, column_name from gpkg_geometry_columns"))
        styled = [name for name, _ in styles]
        assert len(styled) == len(set(styled))
        assert {name for name, kind in there.items() if kind == "features"} <= set(styled)
        seen = 0
        for name, style in styles:
            for rule in re.findall("<rule ([^>]*)>", style):
                said = dict(re.findall('(\\w+)="([^"]*)"', rule))
                where, title = html.unescape(said["filter"]), html.unescape(said["label"])
                asked = f'select count(*) from "{name}" where {where}'  # noqa: S608 -- its own style
                if name in column:  # what has no place is not on the map
                    asked += f' and "{column[name]}" is not null'
                (count,) = base.execute(asked).fetchone()
                assert [n for t, n in legend if t.startswith(title) and n == count], (name, where)
                seen += 1
    assert seen


def test_every_column_on_a_map_has_a_title_in_both_languages(out, map_data):
    for path in sorted(out.glob("*/map.html")):
        drawn = {name for layer in map_data(path)["layers"] for name, *_ in layer["popup"]}
        assert drawn, path.parent.name
        assert drawn - set(fields.glossary()) == set(), path.parent.name


OWN_WORDS = {  # what only one plan has: a column that bears the word belongs to it
    "热源": "heat",
    "锅炉": "heat",
    "充电站": "charging",
    "屋顶": "rooftop",
    "污水厂": "sewer",
}
PLAN_OF_RULE = {"A26": "charging", "A57": "heat", "A60": "heat", "A63": "heat", "A65": "heat"}


def test_a_column_is_never_called_by_the_words_of_another_plan(out):
    strange = []
    for path in sorted(out.glob("*/layers.gpkg")):
        for table in pyogrio.list_layers(path)[:, 0]:
            plan = PLAN_OF_RULE.get(table, path.parent.name)
            for column in pyogrio.read_info(path, layer=table)["fields"]:
                said = fields.get(column).title.zh
                strange += [
                    (path.parent.name, table, column, said)
                    for word, owner in OWN_WORDS.items()
                    if word in said and plan not in (owner, "register")
                ]
    assert strange == []
