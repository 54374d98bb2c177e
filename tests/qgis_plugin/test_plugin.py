"""The plugin in a real QGIS: one process drives every algorithm, and the tests read its answers.

What it finds is held against the command line's own answers on the same places, written as files
by another hand, and against numbers that can be checked by hand.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import LineString, Point, box

import nngis
from nngis.cli.qgis_package import FOLDER, install, pack
from nngis.plans.heat.parameters import HeatParameters

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
pytestmark = pytest.mark.slow
LEDGER = "锅炉编号,额定容量(t/h),燃料,经度,纬度\nG1,10,煤,108.3,22.8\nG2,20,煤,308.3,22.8\n"
X, Y = 500_000, 2_520_000


def program(folder):
    """Write an nngis that runs this checkout, as a planner's own would run."""
    path = folder / "nngis"
    code = "from nngis.cli.app import main; main()"
    path.write_text(f"#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -c '{code}' \"$@\"\n")
    path.chmod(0o755)
    return path


def empty_case(folder):
    """Make a case that has a plan document and no layer of its own."""
    folder.mkdir()
    (folder / "catalog.toml").write_text("format = 1\n\n[layers]\n", encoding="utf-8")
    named = 'name = { zh = "样例", en = "Sample" }\ndocument = "register.toml"\n'
    (folder / "case.toml").write_text(f"format = 1\n{named}", encoding="utf-8")
    shutil.copy(ROOT / "layers" / "register.toml", folder)
    return folder


@pytest.fixture(scope="module")
def driven(tmp_path_factory, qgis_python, qgis_environment):
    """Drive the plugin, installed into a fresh profile, through every step; once."""
    folder = tmp_path_factory.mktemp("qgis")
    work = folder / "work"
    work.mkdir()
    empty_case(work / "case")
    profile = folder / "profile"
    profile.mkdir()
    (folder / "台账.csv").write_text(LEDGER, encoding="utf-8")
    pack(folder / "plugin.zip")
    plugins = profile / "python" / "plugins"
    shutil.unpack_archive(folder / "plugin.zip", plugins)
    (folder / "run").mkdir(mode=0o700)
    made = subprocess.run(
        [qgis_python, HERE / "look_with_plugin.py", work, profile, folder / "台账.csv"],
        capture_output=True,
        check=False,
        timeout=900,
        env={
            **qgis_environment,
            "NNGIS_COMMAND": str(program(folder)),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_CONFIG_HOME": str(folder / "config"),
        },
    )
    path = work / "answers.json"
    assert path.is_file(), made.stderr.decode()[-3000:]
    return json.loads(path.read_text(encoding="utf-8")), work


@pytest.fixture
def answer(driven):
    def of(step):
        found = driven[0][step]
        assert "failed" not in found, found["failed"]
        return found

    return of


def street(path, xs, key, **columns):
    frame = gpd.GeoDataFrame(
        {"code": [f"{key}{at}" for at in range(len(xs))], **columns},
        geometry=[Point(X + x, Y) for x in xs],
        crs="EPSG:4545",
    )
    frame.to_file(path)
    return path


@pytest.fixture
def case(tmp_path):
    """The layers of the case as files, by another hand than the driver's."""
    empty_case(tmp_path / "case")
    boilers = gpd.GeoDataFrame(
        {"boiler_id": ["B1", "B2", "B3"], "capacity_t_h": [8.0, 20.0, 30.0], "fuel": "coal"},
        geometry=[Point(108.3, 22.8), Point(108.35, 22.85), Point(108.9, 22.9)],
        crs=4326,
    )
    plant = {"unit_id": ["U1"], "capacity_mw": [350.0], "fuel": ["coal"], "is_chp": [True]}
    layers = {
        "boilers": boilers,
        "heat_sources": gpd.GeoDataFrame(
            {**plant, "status": ["operating"]}, geometry=[Point(108.36, 22.86)], crs=4326
        ),
        "built_up": gpd.GeoDataFrame(
            {"area_id": ["A1"]}, geometry=[box(108.25, 22.75, 108.32, 22.82)], crs=4326
        ),
        "counties": gpd.GeoDataFrame(
            {"adcode": ["450102"], "name_zh": ["兴宁区"]},
            geometry=[box(108, 22.5, 109.2, 23.2)],
            crs=4326,
        ),
    }
    paths = {}
    for role, frame in layers.items():
        paths[role] = tmp_path / f"{role}.gpkg"
        frame.to_file(paths[role])
    return tmp_path / "case", paths


def words(paths, *roles):
    return [word for role in roles for word in ("--layer", f"{role}={paths[role]}")]


# What is offered


def test_every_algorithm_is_offered_with_title_group_help_and_a_page(answer):
    found = answer("offered")
    assert set(found) == {
        "heat", "sewer", "rooftop", "charging", "reach", "site_mclp", "site_lscp",
        "site_pmedian", "site_pcenter", "permit", "import_ledger", "register",
    }  # fmt: skip
    assert all(one["page"] and one["help"] > 100 and one["in_models"] for one in found.values())
    assert {one["group"] for one in found.values()} == {"规划", "可达与选址", "台账与许可"}


def test_parameters_are_those_of_the_schema_with_bounds_unit_and_clause(answer):
    inputs = answer("offered")["heat"]["inputs"]
    schema = HeatParameters.model_json_schema()["properties"]
    assert set(schema) <= set(inputs)
    radius = inputs["supply_radius_m"]
    bounds = schema["supply_radius_m"]
    assert (radius["least"], radius["most"]) == (bounds["minimum"], bounds["maximum"])
    assert radius["title"] == "供热半径（m）"
    assert "A63" in radius["help"]
    assert radius["optional"]
    assert inputs["threshold_op"]["choices"] == [">", ">="]


def test_titles_follow_the_language_of_qgis(answer):
    assert answer("offered")["heat"]["title"] == "供热：燃煤锅炉关停整合"
    assert answer("english")["heat"] == "Heat: coal boilers to close"


def test_what_is_beyond_the_bounds_of_a_parameter_is_refused_before_nngis_runs(answer):
    assert "supply_radius_m" in answer("radius")["said"]


# What is answered


def test_reach_in_qgis_is_reach_on_the_command_line(answer, nngis, tmp_path):
    demand = street(
        tmp_path / "d.gpkg", [0, 1000, 2000, 3000, 4000], "d", weight=[1.0, 1.0, 1.0, 1.0, 6.0]
    )
    shops = street(tmp_path / "f.gpkg", [500, 9000], "f")
    line = LineString([(X, Y), (X + 4000, Y), (X + 4000, Y + 4000)])
    gpd.GeoDataFrame({"road_id": ["r1"]}, geometry=[line], crs=4545).to_file(tmp_path / "r.gpkg")
    given = ("--demand", demand, "--facilities", shops, "--roads", tmp_path / "r.gpkg")
    case = empty_case(tmp_path / "case")
    ran = nngis("reach", *given, "--limit-km", "2", "--layers", case, "--json")
    assert ran.code == 0, ran.err
    own = {one["name"]: one["value"] for one in json.loads(ran.out)["indicators"]}
    found = answer("reach")
    path = Path(found["result"])
    result = json.loads(path.read_text(encoding="utf-8"))
    in_qgis = {one["name"]: one["value"] for one in result["indicators"]}
    assert in_qgis == own
    assert {one["demand_id"]: one["decision"] for one in found["rows"]} == {
        "d0": "covered", "d1": "covered", "d2": "covered", "d3": "gap", "d4": "gap",
    }  # fmt: skip


def test_a_selection_within_a_filter_is_what_is_asked_about(answer):
    found = answer("filtered_and_selected")
    assert {one["demand_id"]: one["decision"] for one in found["rows"]} == {
        "d1": "covered",
        "d2": "gap",
    }
    assert found["to_load"] == 0


def test_columns_that_no_simple_table_holds_become_text_and_others_stay(answer):
    found = answer("kinds_of_fields")
    assert [name for name, (word, _) in found.items() if word == "string"] == [
        "tags", "numbers", "more",
    ]  # fmt: skip
    assert {name: found[name][0] for name in ("name", "t_h")} == {
        "name": "String(50)",
        "t_h": "Real(10,2)",
    }
    assert "count" not in found  # nobody asked for it


def test_an_algorithm_works_in_a_model_beside_those_of_qgis(answer):
    found = answer("modelled")
    assert found["valid"]
    assert [one["demand_id"] for one in found["rows"]] == ["d2"]


@pytest.mark.parametrize("problem", ["mclp", "lscp", "pmedian", "pcenter"])
def test_siting_in_qgis_is_siting_on_the_command_line(answer, nngis, tmp_path, problem):
    demand = street(
        tmp_path / "d.gpkg", [0, 1000, 2000, 3000, 4000], "d", weight=[1.0, 1.0, 1.0, 1.0, 6.0]
    )
    places = street(tmp_path / "c.gpkg", [1000, 3500, 4000], "c")
    given = ["--demand", demand, "--candidates", places, "--limit-km", "2", "--weight", "weight"]
    if problem != "lscp":
        given += ["-p", "1" if problem == "mclp" else "2"]
    ran = nngis("site", problem, *given, "--layers", empty_case(tmp_path / "case"), "--json")
    assert ran.code == 0, ran.err
    own, found = json.loads(ran.out), answer("sites")[problem]
    assert found["objective"] == pytest.approx(own["objective"], rel=1e-9)
    assert found["chosen"] == sorted(own["selected"])


def test_covering_is_what_a_hand_finds(answer):
    # Within 2 km, c0 at 1,000 m covers weight 4, c1 and c2 cover 8; two sites cover all.
    assert answer("sites")["mclp"]["objective"] == 8
    assert answer("sites")["lscp"]["objective"] == 2


def test_boilers_are_decided_as_on_the_command_line(answer, nngis, case, tmp_path):
    folder, paths = case
    out = tmp_path / "out"
    ran = nngis("run", "heat", "--layers", folder, *words(paths, *paths), "--out", out, "--quiet")
    assert ran.code == 0, ran.err
    own = gpd.read_file(out / "heat" / "layers.gpkg", layer="boilers").set_index("boiler_id")
    found = {one["boiler_id"]: one for one in answer("heat")["rows"]}
    assert {id_: one["decision"] for id_, one in found.items()} == own["decision"].to_dict()
    # By hand: in town and not above 10 t/h; within 15 km of a unit above 300 MW; 55 km away.
    assert [found[one]["decision"] for one in ("B1", "B2", "B3")] == [
        "retire",
        "close_integrate",
        "keep",
    ]
    for id_ in ("B1", "B2"):
        expected = own.loc[id_, "distance_m"]
        assert found[id_]["distance_m"] == pytest.approx(expected, abs=1e-3)


def test_steps_are_told_while_a_plan_runs(answer):
    steps = answer("heat")["steps"]
    assert steps[0] == "读取图层：boilers"
    assert "写出结果与地图" in steps


def test_sewers_in_qgis_are_sewers_in_python(answer, case):
    folder, paths = case
    sewers = gpd.GeoDataFrame(
        {"sewer_id": ["S1"], "diameter_mm": [400.0]},
        geometry=[LineString([(108.30, 22.80), (108.31, 22.80)])],
        crs=4326,
    )
    demand = gpd.GeoDataFrame(
        {"demand_id": ["D1", "D2"], "population": [5000.0, 3000.0]},
        geometry=[Point(108.305, 22.8005), Point(108.318, 22.815)],
        crs=4326,
    )
    given = {"sewers": sewers, "demand": demand, "counties": paths["counties"]}
    own = nngis.run("sewer", case=folder, **given)
    result = json.loads(Path(answer("sewer")["result"]).read_text(encoding="utf-8"))
    values = {one["name"]: one["value"] for one in result["indicators"]}
    expected = own.indicators["value"]
    assert set(values) == set(expected.index)
    for name, value in values.items():
        if value is None:
            assert expected.isna()[name]
        else:
            assert value == pytest.approx(expected[name], rel=1e-6), name


def test_roofs_in_qgis_are_roofs_in_python(answer, case):
    folder, paths = case
    roofs = gpd.GeoDataFrame(
        {"roof_id": ["R1"], "roof_class": ["industrial_commercial"]},
        geometry=[box(108.300, 22.800, 108.301, 22.801)],
        crs=4326,
    )
    climate = gpd.GeoDataFrame(
        {"cell_id": ["C1"], "ghi_kwh_m2_d": [3.4], "air_mean_c": [22.0], "wind_rms_m_s": [2.0]},
        geometry=[Point(108.3, 22.8)],
        crs=4326,
    )
    climate.to_file(folder / "climate.gpkg")
    given = {"roofs": roofs, "solar_climate": folder / "climate.gpkg"}
    given["counties"] = paths["counties"]
    own = nngis.run("rooftop", case=folder, **given).decisions.loc["R1"]
    found = answer("rooftop")["rows"][0]
    assert found["decision"] == own["decision"]
    assert found["capacity_kwp"] == pytest.approx(own["capacity_kwp"], rel=1e-6)


def test_charging_builds_where_nobody_is_served(answer):
    found = {one["station_id"]: one["decision"] for one in answer("charging")["rows"]}
    assert found == {"S1": "existing", "C-K1": "build"}


def test_a_permit_at_a_clicked_point_is_the_command_lines(answer, nngis, case):
    folder, paths = case
    given = words(paths, "heat_sources", "built_up", "counties")
    place = ("--lon", "108.30", "--lat", "22.80", "--capacity-t-h", "20")
    ran = nngis("permit", *place, "--layers", folder, *given, "--json")
    assert ran.code == 0, ran.err
    own, found = json.loads(ran.out)[0], answer("permit")
    row = found["rows"][0]
    assert (row["decision"], row["rule"]) == (own["decision"], own["rule"]) == ("banned", "A58")
    assert row["distance_m"] == pytest.approx(own["distance_m"], abs=0.01)
    assert found["place"] == pytest.approx([108.30, 22.80], abs=1e-9)


def test_a_ledger_comes_in_moved_from_its_datum_with_its_rejects(answer, nngis, tmp_path):
    (tmp_path / "台账.csv").write_text(LEDGER, encoding="utf-8")
    out = tmp_path / "b.gpkg"
    given = ("--as", "boilers", "--datum", "gcj02", "--out", out)
    ran = nngis("layers", "import", tmp_path / "台账.csv", *given, "--json")
    assert ran.code == 0, ran.err
    own, found = json.loads(ran.out), answer("ledger")
    assert found["counts"] == [own["in_file"], own["accepted"], own["rejected"]]
    assert [one["raw"] for one in found["rejects"]] == [one["raw"] for one in own["rejects"]]
    rows = gpd.read_file(out, layer="boilers")
    assert found["places"] == [pytest.approx([p.x, p.y], abs=1e-12) for p in rows.geometry]
    assert abs(found["places"][0][0] - 108.3) * 102_600 > 300  # GCJ-02 is some 500 m off
    assert found["crs"] == "EPSG:4326"


def test_the_register_has_the_entries_of_the_command_line(answer, nngis, case):
    folder, paths = case
    ran = nngis("register", "--layers", folder, *words(paths, "counties"), "--json")
    assert ran.code == 0, ran.err
    own = {one["id"]: one["status"] for one in json.loads(ran.out)}
    found = answer("register")
    assert {one["id"]: one["status"] for one in found["rows"]} == own
    assert len(own) == 90
    assert found["index"]


# What is loaded


def test_outputs_load_grouped_and_in_drawing_order(answer):
    found = answer("reach")
    assert found["group"] == "可达性"
    assert found["order"] == ["设施", "需求点", "服务区"]  # the topmost first


def test_outputs_load_with_the_styles_of_their_geopackage(answer):
    layers = answer("reach")["layers"]
    assert set(layers["需求点"]["legend"]) == {"已覆盖", "未覆盖"}
    assert layers["需求点"]["key"] == "demand_id"


def test_the_evidence_note_stands_in_the_metadata_of_each_layer(answer):
    for one in answer("reach")["layers"].values():
        assert one["abstract"].startswith("数据等级: 实测")
        assert one["keywords"]["nngis"] == ["reach", "surveyed"]


def test_what_was_loaded_is_drawn(answer, driven):
    found = answer("picture")
    assert found["layers"] == ["锅炉", "热源机组", "城市建成区", "供热范围"]
    assert found["colours"] > 50
    assert (driven[1] / "picture.png").stat().st_size > 1000


# What is stopped, and what does not fit


def test_a_cancelled_run_stops_its_child_and_leaves_no_folder(answer):
    found = answer("cancelled")
    assert found["children_before"] == 1
    assert found["children_after"] == 0
    assert found["left"] == []
    assert (found["found"], found["to_load"]) == ({}, 0)


# The panel


def test_the_panel_runs_a_scenario_of_the_case_and_shows_verdicts(answer, driven):
    found = answer("panel")
    assert found["scenarios"] == ["案例本身", "近期"]
    assert found["status"] == ""
    assert "nngis_case_近期" in found["runs"]
    assert found["rows"][0] == ["供热：燃煤锅炉关停整合", "", "", ""]
    missed = [row for row in found["rows"] if row[3] == "未达到"]
    assert [row[1:3] for row in missed] == [["1 台", "/ 0"], ["2 台", "/ 0"]]
    assert found["read_only"]  # what a run said is no place to write in
    assert (driven[1] / "panel.png").stat().st_size > 1000


def test_an_object_that_is_selected_or_clicked_says_why(answer):
    found = answer("panel")
    assert found["why"].startswith("B1: 淘汰")
    assert "位于城市建成区的燃煤锅炉" in found["why"]
    assert found["clicked"].startswith("B2: 关停整合")


def test_a_run_cancelled_in_the_panel_leaves_no_child_and_no_folder(answer):
    found = answer("panel")
    assert found["after_cancel"] == ["已取消。", 0]
    assert found["left_nothing"]


def test_the_desk_is_offered_where_nngis_has_one(answer):
    assert answer("panel")["desk"]


def test_versions_that_do_not_fit_are_told(answer):
    found = answer("versions")
    assert "9.9.9" in found["other_format"]
    assert "nngis qgis install" in found["other_format"]
    assert "9.9.9" in found["other_digest"][0]
    assert "nngis qgis about" in found["too_old"]
    assert "pip install nngis" in found["absent"]


# qgis_process


@pytest.fixture(scope="module")
def process(tmp_path_factory, qgis_python, qgis_environment):
    """Return a function that runs qgis_process on a profile of its own, the plugin switched on."""
    # Debian's own script hands it an option that it does not know.
    command = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    if command is None:
        pytest.skip("qgis_process is not installed (Debian: qgis)")
    folder = tmp_path_factory.mktemp("process")
    profile = folder / "profiles" / "default"
    profile.mkdir(parents=True)
    assert install(profile).name == FOLDER
    (folder / "run").mkdir(mode=0o700)
    own = {
        "QGIS_CUSTOM_CONFIG_PATH": str(folder),
        "NNGIS_COMMAND": str(program(folder)),
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "LANG": "C.UTF-8",
    }

    def run(*arguments):
        return subprocess.run(
            [command, *map(str, arguments)],
            capture_output=True,
            check=False,
            timeout=300,
            env={**qgis_environment, **own},
            cwd=folder,
        )

    enabled = run("plugins", "enable", FOLDER)
    assert enabled.returncode == 0, enabled.stdout + enabled.stderr
    return run


def test_qgis_process_answers_reach(process, tmp_path):
    demand = street(tmp_path / "d.gpkg", [0, 1000, 2000], "d")
    shops = street(tmp_path / "f.gpkg", [500], "f")
    given = [f"demand={demand}", f"facilities={shops}", "limit_km=1"]
    given += [f"layers={empty_case(tmp_path / 'case')}", f"FOLDER={tmp_path / 'out'}"]
    ran = process("run", "nngis:reach", "--", *given)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"out_demand:\t{tmp_path / 'out' / 'reach' / 'layers.gpkg'}|layername=demand" in (
        ran.stdout.decode()
    )
    rows = gpd.read_file(tmp_path / "out" / "reach" / "layers.gpkg", layer="demand")
    assert rows["decision"].tolist() == ["covered", "covered", "gap"]


def test_qgis_process_judges_a_permit(process, case, tmp_path):
    folder, paths = case
    given = [f"{role}={paths[role]}" for role in ("heat_sources", "built_up", "counties")]
    given += ["place=108.30,22.80 [EPSG:4326]", "capacity_t_h=20", f"layers={folder}"]
    ran = process("run", "nngis:permit", "--", *given, f"OUTPUT={tmp_path / 'verdict.gpkg'}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = gpd.read_file(tmp_path / "verdict.gpkg")
    assert rows["decision"].tolist() == ["banned"]
