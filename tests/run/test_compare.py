"""Two results side by side, made by hand."""

from html.parser import HTMLParser
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from nngis.catalog.load import shipped_layers
from nngis.decide.indicators import Indicator
from nngis.errors import NngisError
from nngis.files import write_json
from nngis.inputs.store import open_store
from nngis.outputs.save import as_json, write_geopackage
from nngis.parameter_values import ParameterRecord
from nngis.plans.heat.view import VIEW
from nngis.result.mapview import MapView
from nngis.result.result import Analysis, InputRecord, Result
from nngis.run.compare import compare_folders
from nngis.run.difference import write_difference
from nngis.text import Text


def left(
    folder: Path,
    decisions: dict[str, str],
    radius_m: float,
    closed: float | None,
    *,
    sha256: str = "0",
) -> Path:
    frame = gpd.GeoDataFrame(
        {
            "name_zh": list(decisions),
            "county": "甲县",
            "decision": list(decisions.values()),
            "reason_zh": "因",
            "reason_en": "why",
        },
        index=list(decisions),
        geometry=gpd.points_from_xy(
            [5e5 + at for at in range(len(decisions))], [2.5e6] * len(decisions)
        ),
        crs="EPSG:4545",
    ).rename_axis("boiler_id")
    drawn = next(one for one in VIEW.layers if one.table == "boilers")
    asked = {*drawn.popup, "reason_zh", "reason_en"} - {"reason", "boiler_id"}
    frame = frame.assign(**dict.fromkeys(sorted(asked - {*frame.columns})))
    result = Result(
        "heat",
        Text("", ""),
        Analysis(
            {"boilers": frame},
            (Indicator("closed", Text("关停", "Closed"), closed, "台", "", basis="planned"),),
        ),
        "boilers",
        (ParameterRecord("supply_radius_m", Text("半径", "Radius"), radius_m, "m", "", "default"),),
        (InputRecord("boilers", "b", Text("锅炉", "Boilers"), "b", sha256, "derived", 3, 0),),
        MapView("heat", Text("", ""), ()),
        (),
        "EPSG:4545",
    )
    (folder / "heat").mkdir(parents=True)
    write_json(folder / "heat" / "result.json", as_json(result))
    write_geopackage(folder / "heat" / "layers.gpkg", result.analysis.tables)
    return folder


def test_changed_new_and_vanished_objects_are_named_and_the_rest_is_not(tmp_path: Path) -> None:
    before = left(tmp_path / "a", {"x": "keep", "y": "keep", "gone": "keep"}, 15_000.0, 1.0)
    after = left(tmp_path / "b", {"x": "keep", "y": "retire", "new": "keep"}, 30_000.0, 3.0)
    (found,) = compare_folders(before, after)
    assert found.changes["change"].to_dict() == {
        "y": "keep→retire",
        "new": "absent→keep",
        "gone": "keep→absent",
    }
    assert found.changes.geometry.notna().all()
    assert found.indicators.loc["closed", ["before", "after", "difference"]].tolist() == [1, 3, 2]
    pair = found.parameters.loc["supply_radius_m", ["before", "after"]]
    assert pair.tolist() == [15_000.0, 30_000.0]


def test_an_unknown_indicator_has_no_difference(tmp_path: Path) -> None:
    before = left(tmp_path / "a", {"x": "keep"}, 1.0, None)
    after = left(tmp_path / "b", {"x": "keep"}, 1.0, 3.0)
    (found,) = compare_folders(before, after)
    assert found.changes.empty
    assert found.indicators["difference"].isna().all()


def test_a_folder_without_results_is_named(tmp_path: Path) -> None:
    with pytest.raises(NngisError, match="holds no result"):
        compare_folders(tmp_path, tmp_path)


def test_counts_go_both_ways_and_hold_what_did_not_change(tmp_path: Path) -> None:
    before = left(tmp_path / "a", {"x": "keep", "y": "keep", "z": "retire"}, 15_000.0, 1.0)
    after = left(tmp_path / "b", {"x": "keep", "y": "retire", "z": "keep"}, 30_000.0, 3.0)
    (found,) = compare_folders(before, after)
    pairs = found.counts.set_index(["decision_before", "decision_after"])["objects_count"]
    assert pairs.to_dict() == {
        ("keep", "keep"): 1,
        ("keep", "retire"): 1,
        ("retire", "keep"): 1,
    }


def test_the_one_thing_set_otherwise_is_the_cause_and_several_are_said_to_be(
    tmp_path: Path,
) -> None:
    before = left(tmp_path / "a", {"x": "keep"}, 15_000.0, 1.0)
    one = left(tmp_path / "b", {"x": "retire"}, 30_000.0, 1.0)
    several = left(tmp_path / "c", {"x": "retire"}, 30_000.0, 1.0, sha256="1")
    nothing = left(tmp_path / "d", {"x": "retire"}, 15_000.0, 1.0)
    causes = [
        found.changes.loc["x", "cause_en"]
        for found in compare_folders(before, one, several, nothing)
    ]
    assert causes[0] == "Radius 15,000 → 30,000 m"
    assert causes[1].startswith("One of these, or several: Radius 15,000 → 30,000 m; Boilers ")
    assert causes[2].startswith("Parameters and data are the same")


def test_what_is_gone_keeps_its_own_reason(tmp_path: Path) -> None:
    before = left(tmp_path / "a", {"x": "keep", "gone": "keep"}, 1.0, 1.0)
    after = left(tmp_path / "b", {"x": "keep"}, 1.0, 1.0)
    (found,) = compare_folders(before, after)
    assert found.changes.loc["gone", "reason_en"] == "why"


class Cells(HTMLParser):
    """The cells of a page's tables."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.open = False
        self.feed(html)

    def handle_starttag(self, tag: str, _: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self.open = True

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.open:
            self.rows[-1][-1] += data.strip()


def test_three_runs_stand_side_by_side_with_their_differences(tmp_path: Path) -> None:
    before = left(tmp_path / "a", {"x": "keep", "y": "keep"}, 15_000.0, 1.0)
    middle = left(tmp_path / "b", {"x": "keep", "y": "retire"}, 20_000.0, 3.0)
    last = left(tmp_path / "c", {"x": "retire", "y": "retire"}, 30_000.0, None)
    store = open_store(shipped_layers())
    write_difference(tmp_path / "d", compare_folders(before, middle, last), store, lang="en")
    write_difference(tmp_path / "e", compare_folders(before, middle, last), store, lang="en")
    pages = [path.relative_to(tmp_path / "d") for path in (tmp_path / "d").rglob("*.html")]
    assert all(
        (tmp_path / "d" / p).read_bytes() == (tmp_path / "e" / p).read_bytes() for p in pages
    )
    rows = Cells((tmp_path / "d" / "index.html").read_text(encoding="utf-8")).rows
    assert ["Radius", "15,000", "20,000", "30,000", "m"] in rows
    assert ["Closed", "1", "3", "+2", "unknown", "—", ""] in rows
    assert ["keep", "retire", "1", "2"] in rows
    assert ["keep", "keep", "1", "0"] in rows
    listed = [row[:5] for row in rows if row[0].startswith(("x", "y"))]
    assert listed == [
        ["y@b", "y", "甲县", "b", "keep"],
        ["x@c", "x", "甲县", "c", "keep"],
        ["y@c", "y", "甲县", "c", "keep"],
    ]
    assert (tmp_path / "d" / "heat" / "swipe_2.html").is_file()
    told = openpyxl.load_workbook(tmp_path / "d" / "heat" / "tables.xlsx")
    assert {"Changes", "Counts", "Indicators", "Parameters and data"} <= set(told.sheetnames)
