"""``nngis qgis``: what is packed, where it is installed, and by what it is known to fit."""

import configparser
import json
import zipfile
from pathlib import Path

import pytest

from nngis.cli.qgis_inputs import layer_input, option_inputs
from nngis.cli.qgis_interface import digest_of, interface
from nngis.cli.qgis_package import FOLDER, default_profile, help_page, plugin_files
from nngis.cli.site_command import site_command
from nngis.plans.heat.parameters import HeatParameters


@pytest.fixture(scope="module")
def offered():
    return {one["id"]: one for one in interface()["algorithms"]}


def test_a_zip_holds_code_metadata_icon_and_a_page_of_each_algorithm(nngis, tmp_path, offered):
    ran = nngis("qgis", "pack", "--out", tmp_path / "p.zip", "--json")
    assert json.loads(ran.out) == {"out": str(tmp_path / "p.zip")}
    with zipfile.ZipFile(tmp_path / "p.zip") as held:
        names = set(held.namelist())
        read = configparser.ConfigParser()
        read.read_string(held.read(f"{FOLDER}/metadata.txt").decode())
    assert {name.partition("/")[0] for name in names} == {FOLDER}
    pages = {f"{FOLDER}/help/{lang}/{id_}.html" for lang in ("zh", "en") for id_ in offered}
    assert pages | {f"{FOLDER}/{one}" for one in ("__init__.py", "icon.svg")} <= names
    own = read["general"]
    assert (own["qgisMinimumVersion"], own["qgisMaximumVersion"]) == ("3.22", "4.99")
    assert own["hasProcessingProvider"] == "yes"
    assert own["icon"] == "icon.svg"


def test_the_same_nngis_packs_the_same_bytes(nngis, tmp_path):
    for name in ("a.zip", "b.zip"):
        assert nngis("qgis", "pack", "--out", tmp_path / name).code == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("name", ["plugin.txt", "no/folder/plugin.zip"])
def test_what_is_no_zip_in_a_folder_is_refused(nngis, tmp_path, name):
    ran = nngis("qgis", "pack", "--out", tmp_path / name, "--lang", "en")
    assert ran.code == 1
    assert (".zip" if name.endswith(".txt") else "no/folder") in ran.err


def test_the_plugin_is_installed_into_a_profile_and_replaced_whole(nngis, tmp_path):
    target = tmp_path / "python" / "plugins" / FOLDER
    target.mkdir(parents=True)
    (target / "metadata.txt").write_text("[general]\nname=nngis\n", encoding="utf-8")
    (target / "gone.py").write_text("", encoding="utf-8")  # of an older version
    ran = nngis("qgis", "install", "--profile", tmp_path)
    assert ran.code == 0, ran.err
    there = {one.relative_to(target).as_posix() for one in target.rglob("*") if one.is_file()}
    assert there - {"found.json"} == set(plugin_files())


def test_a_folder_of_another_plugin_is_left_alone(nngis, tmp_path):
    target = tmp_path / "python" / "plugins" / FOLDER
    target.mkdir(parents=True)
    (target / "mine.py").write_text("", encoding="utf-8")
    ran = nngis("qgis", "install", "--profile", tmp_path, "--lang", "en")
    assert ran.code == 1
    assert [one.name for one in target.iterdir()] == ["mine.py"]


def test_without_a_profile_it_says_where_one_is_found(nngis, tmp_path):
    ran = nngis("qgis", "install", "--profile", tmp_path / "none", "--lang", "en")
    assert (ran.code, "--profile" in ran.err) == (1, True)


@pytest.mark.parametrize(
    ("system", "environment", "place"),
    [
        ("Windows", {"APPDATA": "C:/Users/li/AppData/Roaming"}, "C:/Users/li/AppData/Roaming"),
        ("Darwin", {}, "home/Library/Application Support"),
        ("Linux", {"XDG_DATA_HOME": "data"}, "data"),
    ],
)
def test_the_default_profile_is_where_each_system_keeps_it(system, environment, place):
    found = default_profile(system, Path("home"), environment)
    assert found.as_posix() == f"{place}/QGIS/QGIS3/profiles/default"


def test_a_profile_of_qgis_4_is_found_where_there_is_no_other(tmp_path):
    only = tmp_path / ".local" / "share" / "QGIS" / "QGIS4" / "profiles" / "default"
    only.mkdir(parents=True)
    assert default_profile("Linux", tmp_path, {}) == only


def test_about_names_version_format_digest_and_commands(nngis):
    found = json.loads(nngis("qgis", "about", "--json").out)
    assert found["digest"] == interface()["digest"]
    assert {"run", "explain", "qgis"} <= set(found["commands"])


def test_the_digest_changes_with_what_is_offered_alone():
    one = interface()
    assert digest_of({**one, "nngis": "another"}) == one["digest"]
    assert digest_of({**one, "format": 2}) != one["digest"]


def test_a_parameter_of_a_plan_is_offered_as_its_schema_has_it(offered):
    schema = HeatParameters.model_json_schema()["properties"]
    inputs = {one["name"]: one for one in offered["heat"]["inputs"]}
    for name, one in schema.items():
        made = inputs[name]
        assert made["args"] == ["--set", f"{name}={{}}"]
        assert one["title_zh"] in made["title"]["zh"]
        assert one["source"] in made["help"]["zh"]
        if "minimum" in one:
            assert (made["least"], made["most"]) == (one["minimum"], one["maximum"])


def test_an_option_of_a_command_is_offered_as_the_command_declares_it():
    p, limit_km, gap = option_inputs(site_command, ("p", "limit_km", "gap"))
    assert (p["kind"], p["args"], p["least"]) == ("integer", ["-p", "{}"], 0)
    assert (limit_km["kind"], limit_km["args"]) == ("number", ["--limit-km", "{}"])
    assert limit_km["title"] == {"zh": "服务半径 limit, km", "en": "limit, km"}
    assert gap["help"]["en"] == "Default 0.0001."


def test_every_input_has_a_name_of_its_own_and_words_for_the_command_line(offered):
    for record in offered.values():
        names = [one["name"] for one in record["inputs"]]
        assert len(set(names)) == len(names)
        for one in record["inputs"]:
            assert one["args"], one["name"]
            assert one["title"]["zh"]
            assert one["title"]["en"]


def test_texts_of_help_are_escaped(offered):
    record = {**offered["reach"], "help": {"zh": "<b>", "en": "<script>"}}
    assert "<script>" not in help_page(record, "en")


@pytest.mark.parametrize(
    ("shape", "kind"),
    [("raster", "raster"), ("point", "layer"), ("line", "layer"), ("polygon", "layer"),
     ("none", "layer")],
)  # fmt: skip
def test_a_raster_is_asked_for_as_one_and_all_else_as_a_layer(shape, kind):
    asked = layer_input("x", {"zh": "甲", "en": "A"}, shape)
    assert (asked["kind"], asked["shape"]) == (kind, shape)


def test_terrain_is_the_raster_that_plans_ask_for(offered):
    rasters = {
        one["name"] for of in offered.values() for one in of["inputs"] if one["kind"] == "raster"
    }
    assert rasters == {"elevation"}
