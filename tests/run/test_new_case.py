"""Make a case, fill it, check it, carry it."""

import errno
import sys
from functools import partial

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import nngis
from nngis.catalog.load import sha256_of
from nngis.catalog.spec import read_catalog
from nngis.errors import NngisError, OutputError
from nngis.evidence import weakest
from nngis.fetch.folder import write_folder
from nngis.fetch.order import Fetched
from nngis.fetch.pack import pack, unpack
from nngis.run.check_case import check_case
from nngis.run.example_town import new_example
from nngis.run.new_case import add_layer, new_case
from nngis.text import Text

NAME = Text("甲市", "Jia")


@pytest.fixture
def counties(tmp_path):
    path = tmp_path / "counties.geojson"
    gpd.GeoDataFrame(
        {"adcode": ["999101", "999121"], "name_zh": ["甲区", "乙县"]},
        geometry=[shapely.box(109, 24, 109.2, 24.2), shapely.box(109.2, 24, 109.4, 24.2)],
        crs=4326,
    ).to_file(path)
    return str(path)


@pytest.fixture
def boilers(tmp_path):
    path = tmp_path / "sent.csv"
    pd.DataFrame({"capacity_t_h": [4, 20], "lon": [109.1, 109.3], "lat": [24.1, 24.1]}).to_csv(
        path, index=False
    )
    return path


def test_a_case_of_a_file_of_counties_has_its_name_codes_and_boundary(tmp_path, counties):
    made = new_case(tmp_path / "case", name=NAME, counties=counties)
    again = nngis.case(tmp_path / "case")
    assert again.store.case.name == NAME
    assert again.store.case.adcodes == ("999100",)
    assert again.store.boundary.bounds == (109.0, 24.0, 109.4, 24.2)
    assert made.layer("counties")["name_zh"].to_dict() == {"999101": "甲区", "999121": "乙县"}
    assert again.title == NAME


def test_every_role_of_every_plan_is_named_with_its_use(tmp_path, counties):
    new_case(tmp_path / "case", name=NAME, counties=counties)
    page = (tmp_path / "case" / "roles.md").read_text(encoding="utf-8")
    for role in ("boilers", "heat_sources", "roofs", "charging_stations", "sewers", "elevation"):
        assert f"`{role}`" in page


def test_the_numbers_that_a_case_can_state_stand_in_its_file_to_be_filled_in(tmp_path, counties):
    new_case(tmp_path / "case", name=NAME, counties=counties)
    text = (tmp_path / "case" / "case.toml").read_text(encoding="utf-8")
    assert "# nev_stock_count = {" in text
    assert "135302" not in text


def test_a_folder_that_holds_other_files_is_not_made_a_case(tmp_path, counties):
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "letter.txt").write_text("x")
    with pytest.raises(OutputError):
        new_case(tmp_path / "case", name=NAME, counties=counties)


def test_a_register_that_is_none_is_refused_before_the_folder_is_made(tmp_path, counties):
    bad = tmp_path / "plan.toml"
    bad.write_text('[A63]\nclause = "九"\nquote_zh = ""', encoding="utf-8")
    with pytest.raises(NngisError, match="A63"):
        new_case(tmp_path / "case", name=NAME, counties=counties, register=bad)
    assert not (tmp_path / "case").exists()


def test_a_code_of_no_county_is_refused_before_the_folder_is_made(tmp_path):
    with pytest.raises(NngisError, match="999999"):
        new_case(tmp_path / "case", name=NAME, counties="999999")
    assert not (tmp_path / "case").exists()


def test_a_code_of_a_city_brings_its_counties(tmp_path):
    made = new_case(tmp_path / "case", name=NAME, counties="450200")
    codes = made.store.open("counties").frame.index
    assert len(codes) == 10  # five districts and five counties
    assert all(code.startswith("4502") for code in codes)


def test_a_document_of_one_rule_is_scored_on_that_rule(tmp_path, counties):
    plan = tmp_path / "plan.toml"
    plan.write_text(
        '[clause."五"]\ndepartments = "市住建局等按职责分工负责"\n\n[A74]\nclause = "五"\n'
        'quote_zh = "新建管网100公里"\nmeaning = { zh = "新建管网", en = "New sewers" }\n'
        'targets = [{ value = 100, unit = "km", sense = "at_least", extensive = true }]\n',
        encoding="utf-8",
    )
    made = new_case(tmp_path / "case", name=NAME, counties=counties, register=plan)
    rules = nngis.register(case=made).decisions
    assert list(rules.index) == ["A74"]
    assert rules.loc["A74", "decision"] == "unknown"  # nobody says what is built


def test_a_case_without_a_document_is_not_scored(tmp_path, counties):
    made = new_case(tmp_path / "case", name=NAME, counties=counties)
    with pytest.raises(NngisError, match="no plan document"):
        nngis.register(case=made)


def test_a_ledger_put_in_again_takes_the_place_of_the_one_before(tmp_path, counties, boilers):
    folder = tmp_path / "case"
    new_case(folder, name=NAME, counties=counties)
    for _ in range(2):
        add_layer(folder, "boilers", boilers, datum="wgs84", evidence="surveyed")
    specs = read_catalog(folder)
    assert [name for name, spec in specs.items() if "boilers" in spec.roles] == ["boilers"]
    assert len(nngis.case(folder).layer("boilers")) == 2


def test_a_check_names_what_each_plan_lacks_and_what_is_unknown(tmp_path, counties, boilers):
    folder = tmp_path / "case"
    new_case(folder, name=NAME, counties=counties)
    add_layer(folder, "boilers", boilers, datum="wgs84", evidence="surveyed")
    found = {one.plan: one for one in check_case(nngis.case(folder)).plans}
    assert found["heat"].missing == ("heat_sources", "built_up")
    assert not found["heat"].can_run
    assert found["charging"].missing == ("demand | population+townships",)
    assert "nev_stock_count" in found["charging"].unknown
    assert "supply_radius_m" in found["heat"].assumed


def test_the_example_is_complete_made_up_and_the_same_each_time(tmp_path):
    made = new_example(tmp_path / "a")
    new_example(tmp_path / "b")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    found = check_case(made)
    assert all(one.can_run for one in found.plans)
    assert not found.problems
    assert weakest(spec.evidence for spec in made.store.specs.values()) == "synthetic"
    assert {spec.evidence for spec in made.store.specs.values()} == {"synthetic"}


def test_a_raster_of_a_case_is_looked_at_too(tmp_path):
    folder = tmp_path / "case"
    made = new_example(folder)
    raster = folder / "elevation.tif"
    catalog = folder / "catalog.toml"
    known = sha256_of(raster)
    raster.write_bytes(raster.read_bytes()[:100])
    (problem,) = check_case(nngis.case(folder)).problems
    assert "sha256" in problem.en
    catalog.write_text(catalog.read_text("utf-8").replace(known, sha256_of(raster)), "utf-8")
    (problem,) = check_case(nngis.case(folder)).problems
    assert "raster cannot be read" in problem.en
    raster.unlink()
    (problem,) = check_case(made).problems
    assert "missing" in problem.en


@pytest.mark.parametrize("make", [new_example, partial(new_case, name=NAME)])
def test_a_case_that_could_not_be_finished_is_not_begun(tmp_path, counties, monkeypatch, make):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    for module in ("example_town", "new_case"):
        monkeypatch.setattr(sys.modules[f"nngis.run.{module}"], "write_catalog", full)
    given = {"counties": counties} if make is not new_example else {}
    with pytest.raises(OutputError, match="disk is full"):
        make(tmp_path / "made" / "case", **given)
    assert list((tmp_path / "made").iterdir()) == []


def test_a_layer_that_could_not_be_added_leaves_the_case_as_it_was(tmp_path, boilers, monkeypatch):
    folder = tmp_path / "case"
    new_example(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["nngis.run.new_case"], "write_catalog", killed)
    with pytest.raises(KeyboardInterrupt):
        add_layer(folder, "boilers", boilers, datum="wgs84", evidence="surveyed")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_layer_half_moved_in_is_finished_by_whoever_reads_the_catalog(
    tmp_path, boilers, monkeypatch
):
    folder = tmp_path / "case"
    new_example(folder)
    monkeypatch.setattr("nngis.replacing._move_files", lambda _: None)  # killed just before
    add_layer(folder, "boilers", boilers, datum="wgs84", evidence="surveyed")
    monkeypatch.undo()
    assert len(nngis.case(folder).layer("boilers")) == 2
    assert not check_case(nngis.case(folder)).problems
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_counties_that_spoil_every_layer_are_said_once(tmp_path, nngis):
    folder = tmp_path / "case"
    new_example(folder)
    (folder / "counties.geojson").write_text("{", "utf-8")
    ran = nngis("case", "check", folder, "--lang", "en")
    assert (ran.code, ran.out.count("error: ")) == (1, 1)
    ran = nngis("layers", "check", "--case", folder, "--lang", "en")
    assert (ran.code, ran.err.count("error: ")) == (1, 1)


def test_a_case_is_packed_and_unpacked_whole(tmp_path):
    new_example(tmp_path / "case")
    pack(tmp_path / "case", tmp_path / "case.zip")
    unpack(tmp_path / "case.zip", tmp_path / "there")
    assert nngis.case(tmp_path / "there").store.case == nngis.case(tmp_path / "case").store.case
    assert len(nngis.case(tmp_path / "there").layer("boilers")) == 15


def test_what_is_fetched_into_a_case_lies_beside_what_it_holds(tmp_path, counties, boilers):
    folder = tmp_path / "case"
    new_case(folder, name=NAME, counties=counties)
    add_layer(folder, "boilers", boilers, datum="wgs84", evidence="surveyed")
    road = gpd.GeoDataFrame(
        {"road_id": ["R1"]}, geometry=[shapely.LineString([(109, 24), (109.1, 24)])], crs=4326
    )
    fetched = Fetched(
        "roads", Text("道路", "Roads"), "line", road, "road_id", ("roads",), "2026", "ODbL-1.0",
        "© OpenStreetMap contributors", "derived", ("made",), "q",
    )  # fmt: skip
    write_folder(folder, [fetched])
    found = nngis.case(folder)
    assert set(found.layers.index) == {"counties", "boilers", "roads"}
    assert found.store.case.name == NAME


def test_a_file_without_a_usable_row_is_not_put_in(tmp_path, counties):
    folder, path = tmp_path / "case", tmp_path / "empty.csv"
    new_case(folder, name=NAME, counties=counties)
    path.write_text("capacity_t_h,lon,lat\nx,109.1,24.1\n", encoding="utf-8")
    with pytest.raises(NngisError, match="None of 1 row can"):
        add_layer(folder, "boilers", path, datum="wgs84", evidence="surveyed")
    assert "boilers" not in read_catalog(folder)


def test_a_case_runs_the_scenario_that_it_names_and_none_by_itself(tmp_path):
    made = new_example(tmp_path / "case")
    assert (made.scenario.name, made.scenario.parameters) == ("default", {})
    text = (tmp_path / "case" / "case.toml").read_text("utf-8")
    assert "# scenario" not in text
    (tmp_path / "case" / "own.toml").write_text(
        'title = { zh = "远期", en = "Later" }\n[heat]\nsupply_radius_m = 30000.0\n', "utf-8"
    )
    (tmp_path / "case" / "case.toml").write_text('scenario = "own.toml"\n' + text, "utf-8")
    named = nngis.case(tmp_path / "case").scenario
    assert named.parameters["heat"] == {"supply_radius_m": 30_000.0}
    assert (named.name, named.title.en) == ("own.toml", "Later")  # the case has no title of its own


def test_a_check_says_whether_the_case_has_a_plan_document(tmp_path):
    made = new_example(tmp_path / "case")
    assert made.store.case.document is None
    assert not check_case(made).has_register
    assert check_case(nngis.case()).has_register
