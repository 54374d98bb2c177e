"""``nngis run`` as people use it: what it leaves behind, and what it refuses."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

Nngis = Callable[..., Any]
BOILERS = set(
    "boiler_id name_zh county capacity_t_h fuel decision rule rules_hit reason_zh reason_en "
    "plant_id distance_m in_built_up evidence geometry".split()
)
HEADER = ["锅炉编号", "使用单位", "额定蒸发量(蒸吨/时)", "燃料种类", "经度", "纬度", "坐标系"]
NEAR = (108.95, 22.80, "WGS84")


def ledger(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [HEADER, *rows]:
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ledger(
        tmp_path_factory.mktemp("own") / "锅炉台账.xlsx",
        [
            ["G1", "=cmd()|' /C calc'!A0", 20, "烟煤", *NEAR],
            ["G2", "<script>alert(1)</script>", 4, "天然气", *NEAR],
            ["G3", "坏行", "十吨", "烟煤", *NEAR],
        ],
    )


@pytest.fixture(scope="module")
def heat(own: Path, small_case: Path) -> list[object]:
    """The command that runs heat on the own ledger."""
    return ["run", "heat", "--layers", small_case, "--layer", f"boilers={own}"]


@pytest.fixture(scope="module")
def own_run(
    heat: list[object], nngis_once: Nngis, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """What a run on the own ledger leaves; nobody writes there."""
    out = tmp_path_factory.mktemp("own_run") / "out"
    ran = nngis_once(*heat, "--out", out)
    assert ran.code == 0, ran.err
    return out


def test_a_run_leaves_every_file_and_says_what_it_found(default_run: Any) -> None:
    out = default_run.out
    for name in (
        "index.html",
        "run.json",
        "heat/result.json",
        "heat/layers.gpkg",
        "heat/tables.xlsx",
        "heat/map.html",
    ):
        assert (out / name).stat().st_size > 0, name
    result = json.loads((out / "heat/result.json").read_text(encoding="utf-8"))
    assert result["evidence"] == "synthetic"
    assert {"role", "layer", "path", "sha256", "evidence", "rows", "rejected"} <= set(
        result["inputs"][0]
    )
    assert result["parameters"]["assume_chp"]["value"] is True
    assert result["parameters"]["assume_chp"]["origin"] == "nanning.toml"
    assert result["assumptions"]
    boilers = gpd.read_file(out / "heat/layers.gpkg", layer="boilers")
    assert set(boilers.columns) >= BOILERS
    assert boilers["decision"].isin(["close_integrate"]).sum() > 10
    areas = gpd.read_file(out / "heat/layers.gpkg", layer="supply_areas")
    assert areas["kind"].tolist() == ["straight", "road", "steam"]
    closing = pd.read_excel(out / "heat/tables.xlsx", sheet_name="关停整合清单", engine="openpyxl")
    assert closing["处置意见"].dropna().isin(["淘汰", "关停整合"]).all()
    rejects = pd.read_excel(out / "heat/tables.xlsx", sheet_name="未采用记录", engine="openpyxl")
    boiler_input = next(i for i in result["inputs"] if i["role"] == "boilers")
    assert len(rejects) == boiler_input["rejected"] == 3
    assert len(boilers) + len(rejects) == boiler_input["rows"]
    assert "尚未建成" not in default_run.said
    sewer = json.loads((out / "sewer/result.json").read_text(encoding="utf-8"))
    values = {one["name"]: one["value"] for one in sewer["indicators"]}
    assert values["sewer_km"] > 100
    assert values["design_km"] > 1
    assert any("regional relief only" in one["en"] for one in sewer["warnings"])
    assert "合成演示" in default_run.said


def test_own_ledger_is_decided_and_its_text_stays_text(
    nngis: Nngis, heat: list[object], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ran = nngis(*heat, "--out", out, "--lang", "en")
    assert ran.code == 0, ran.err
    boilers = gpd.read_file(out / "heat/layers.gpkg", layer="boilers").set_index("boiler_id")
    assert boilers["decision"].to_dict() == {"G1": "close_integrate", "G2": "keep"}
    sheet = openpyxl.load_workbook(out / "heat/tables.xlsx")["Closure list"]
    name = sheet.cell(2, 2)
    assert (name.value, name.data_type) == ("=cmd()|' /C calc'!A0", "s")
    page = (out / "heat/map.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    assert "<script>alert(1)" not in (out / "index.html").read_text(encoding="utf-8")


def test_the_same_input_gives_the_same_bytes(
    nngis: Nngis, heat: list[object], own_run: Path, tmp_path: Path
) -> None:
    assert nngis(*heat, "--out", tmp_path / "b").code == 0
    for name in ("heat/result.json", "heat/map.html", "heat/layers.gpkg", "index.html", "run.json"):
        assert (own_run / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_set_goes_before_the_scenario_and_is_recorded(
    nngis: Nngis, small_case: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ran = nngis(
        "run",
        "heat",
        "--layers",
        small_case,
        "--set",
        "supply_radius_m=30000",
        "--set",
        "heat.assume_chp=false",
        "--out",
        out,
        "--json",
    )
    assert ran.code == 0, ran.err
    parameters = json.loads(ran.out)["results"]["heat"]["parameters"]
    assert parameters["supply_radius_m"] == {
        "title": {"zh": "供热半径", "en": "Supply radius"},
        "value": 30000.0,
        "unit": "m",
        "source": parameters["supply_radius_m"]["source"],
        "origin": "--set",
        "verified": "yes",
    }
    assert parameters["assume_chp"]["value"] is False


def test_a_scenario_file_names_plans_layers_and_parameters(
    nngis: Nngis, own: Path, small_case: Path, tmp_path: Path
) -> None:
    scenario = tmp_path / "我的情景.toml"
    shutil.copy(own, tmp_path)  # a scenario's layers lie beside it
    scenario.write_text(
        f'title = "试算"\nplans = ["heat"]\n[layers]\nboilers = "{own.name}"\n'
        "[heat]\nassume_chp = true\nsupply_radius_m = 20000\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    assert nngis("run", scenario, "--layers", small_case, "--out", out).code == 0
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert run["plans"] == ["heat"]
    assert run["title"]["zh"] == "试算"
    assert run["parameters"]["heat"]["supply_radius_m"]["origin"] == scenario.name


def test_a_case_from_elsewhere_runs_in_its_own_zone(nngis: Nngis, tmp_path: Path) -> None:
    path = ledger(tmp_path / "深圳.xlsx", [["S1", "x", 20, "煤", 114.06, 22.54, "WGS84"]])
    out = tmp_path / "out"
    assert nngis("run", "heat", "--layer", f"boilers={path}", "--out", out).code == 0
    result = json.loads((out / "heat/result.json").read_text(encoding="utf-8"))
    assert result["work_crs"] == "EPSG:4547"
    boilers = gpd.read_file(out / "heat/layers.gpkg", layer="boilers")
    assert boilers["county"].isna().all()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "geothermal"], 2, "geothermal"),
        (["run", "heat", "--set", "radius=3"], 2, "supply_radius_m"),
        (["run", "heat", "--set", "supply_radius_m=5"], 2, "1000 m"),
        (["run", "heat", "--set", "supply_radius_m=wide"], 2, "wide"),
        (["run", "heat", "--set", "supply_radius_m"], 2, "NAME=VALUE"),
        (["run", "heat", "--layer", "boilers=none.xlsx"], 1, "none.xlsx"),
        (["run", "heat", "--layer", "ships=a.xlsx"], 2, "ships"),
        (["run", "none.toml"], 2, "none.toml"),
        (["run", "heat", "--layers", "nowhere"], 1, "nowhere"),
        (["explain", "nowhere", "G1"], 1, "nowhere"),
        (["schema", "geothermal"], 2, "geothermal"),
        (["run", "sewer", "--layer", "elevation=none.tif"], 1, "none.tif"),
        (["layers", "show", "gold"], 1, "gold"),
        (["layers", "check", "none.csv"], 1, "none.csv"),
    ],
)
def test_wrong_use_gets_one_clear_message_and_no_files(
    nngis: Nngis,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = nngis(*arguments, "--lang", "en", *(["--out", "out"] if arguments[0] == "run" else []))
    assert ran.code == code
    assert words in ran.err
    assert ran.err.strip().splitlines()[-1].startswith("error: ")
    assert "Traceback" not in ran.err
    assert ran.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_refused_and_force_keeps_them(
    nngis: Nngis, heat: list[object], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "note.txt").write_text("mine", encoding="utf-8")
    command = [*heat, "--out", out, "--lang", "en"]
    ran = nngis(*command)
    assert ran.code == 1
    assert "--force" in ran.err
    assert [p.name for p in out.iterdir()] == ["note.txt"]
    assert nngis(*command, "--force").code == 0
    assert nngis(*command).code == 0
    assert (out / "note.txt").read_text(encoding="utf-8") == "mine"


def test_a_file_as_output_and_an_unwritable_folder_are_refused(
    nngis: Nngis, own: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        ran = nngis("run", "heat", "--layer", f"boilers={own}", "--out", out, "--lang", "en")
        assert ran.code == 1
        assert "error" in ran.err
    if os.geteuid() != 0:
        (tmp_path / "locked").mkdir(mode=0o500)
        assert nngis("run", "heat", "--out", tmp_path / "locked" / "out").code == 1


def test_a_run_that_fails_leaves_the_old_result(
    nngis: Nngis,
    heat: list[object],
    own_run: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = shutil.copytree(own_run, tmp_path / "out")
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}

    def dies(*_: object, **_named: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("nngis.outputs.write_run.write_index", dies)
    assert nngis(*heat, "--out", out).code == 130
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert not list(tmp_path.glob(".nngis-*"))


def test_explain_says_why(nngis: Nngis, own_run: Path) -> None:
    out = own_run
    ran = nngis("explain", out, "G1")
    assert ran.code == 0
    assert "关停整合" in ran.out
    assert "供热半径" in ran.out
    found = json.loads(nngis("explain", out, "G1", "--json").out)
    assert found["values"]["rule"] == "A63"
    assert nngis("explain", out, "G404").code == 1


def test_compare_maps_what_is_decided_otherwise(
    nngis: Nngis, heat: list[object], own_run: Path, tmp_path: Path
) -> None:
    without, out = tmp_path / "b", tmp_path / "difference"
    nngis(*heat, "--out", without, "--set", "assume_chp=false")
    ran = nngis("compare", own_run, without, "--out", out, "--json")
    assert ran.code == 0, ran.err
    changes = {one["boiler_id"]: one for one in json.loads(ran.out)["heat"]["changes"]}
    assert changes["G1"]["decision_before"] == "close_integrate"
    assert changes["G1"]["decision_after"] != "close_integrate"
    assert (out / "heat/map.html").is_file()
    # The rules that stand otherwise are listed; they are no places, so there is no map of them.
    assert (out / "register/tables.xlsx").is_file()
    assert not (out / "register/map.html").exists()


def test_schema_and_layers_print_what_there_is(nngis: Nngis) -> None:
    schema = json.loads(nngis("schema", "heat", "--json").out)
    assert "capacity_t_h" in schema["roles"]["boilers"]["required"]
    assert schema["parameters"]["supply_radius_m"]["minimum"] == 1_000
    assert "supply_radius_m" in nngis("schema", "heat", "--lang", "en").out
    listed = json.loads(nngis("schema", "heat", "--unverified", "--json").out)
    assert {"name", "verified", "source", "moved_share", "headline"} <= set(listed[0])
    assert "supply_radius_m" not in {one["name"] for one in listed}  # the plan document says it
    assert "gas_nox_g_m3" in nngis("schema", "heat", "--unverified", "--lang", "en").out
    layers = {spec["id"] for spec in json.loads(nngis("layers", "list", "--json").out)}
    assert {"counties", "boilers", "heat_sources", "built_up", "roads"} <= layers
    assert "锅炉台账" in nngis("layers", "list").out
    assert "ODbL" in nngis("layers", "show", "roads").out
    assert nngis("layers", "check").code == 0


def test_check_of_a_file_reports_counts_and_rejects(nngis: Nngis, own: Path) -> None:
    ran = nngis("layers", "check", own, "--as", "boilers", "--lang", "en")
    assert ran.code == 0
    assert "3 rows read: 2 accepted, 1 rejected" in ran.out
    assert "row 4" in ran.out


def test_permit_answers_with_its_clause_and_strict_exits_with_three(nngis: Nngis) -> None:
    small = ["--lon", 108.94, "--lat", 22.80, "--capacity-t-h", 10]
    ran = nngis("permit", *small, "--fuel", "煤")
    assert ran.code == 0
    assert "A59" in ran.out
    assert nngis("permit", *small, "--strict").code == 3
    (found,) = json.loads(nngis("permit", *small, "--json").out)
    assert (found["decision"], found["rule"], found["county"]) == ("banned", "A59", "横州市")
    assert nngis("permit", *small, "--fuel", "gas", "--strict").code == 0
    assert nngis("permit", "--lon", 108.94, "--lang", "en").code == 2


def test_permit_judges_a_ledger_of_proposals(nngis: Nngis, own: Path) -> None:
    found = json.loads(nngis("permit", "--file", own, "--datum", "wgs84", "--json").out)
    assert {row["boiler_id"]: row["decision"] for row in found} == {
        "G1": "unknown",  # no built-up area is known where it would stand
        "G2": "not_banned",
    }


def test_one_banned_proposal_among_others_makes_strict_exit_with_three(
    nngis: Nngis, tmp_path: Path
) -> None:
    two = ledger(
        tmp_path / "拟建.xlsx",
        [["B1", "甲", 10, "烟煤", 108.94, 22.80], ["B2", "乙", 4, "天然气", 108.94, 22.80]],
    )
    ran = nngis("permit", "--file", two, "--datum", "wgs84", "--json", "--strict")
    decisions = {row["boiler_id"]: row["decision"] for row in json.loads(ran.out)}
    assert decisions == {"B1": "banned", "B2": "not_banned"}
    assert ran.code == 3


def test_the_example_of_pysewer_runs_in_its_own_zone(nngis: Nngis, tmp_path: Path) -> None:
    example = Path(__file__).parents[3] / "shared/data/bench/pysewer_example"
    if not example.is_dir():
        pytest.skip("the example of pysewer is not at hand")
    plant = tmp_path / "plant.csv"
    plant.write_text("wwtp_id,lon,lat\nsink,58.8601659,23.1108048\n", encoding="utf-8")
    given = {
        "demand": example / "buildings_projected.shp",
        "roads": example / "roads_projected.shp",
        "elevation": example / "dem_10m1.tif",
        "treatment_plants": plant,
    }
    layers = [word for role, path in given.items() for word in ("--layer", f"{role}={path}")]
    out = tmp_path / "out"
    ran = nngis("run", "sewer", *layers, "--set", "section_routes=1", "--out", out)
    assert ran.code == 0, ran.err
    result = json.loads((out / "sewer/result.json").read_text(encoding="utf-8"))
    assert result["work_crs"] == "EPSG:32640"
    roles = {one["role"]: one for one in result["inputs"]}
    assert set(roles) == set(given)
    assert roles["elevation"]["path"] == "dem_10m1.tif"
    assert len(roles["elevation"]["sha256"]) == 64
    values = {one["name"]: one["value"] for one in result["indicators"]}
    assert values["design_people"] == 4000
    assert values["sewer_km"] is None
