"""Scenario files: what they may say, and every problem at once."""

from pathlib import Path

import pytest

from nngis.errors import ScenarioError
from nngis.run.plans import PLAN_IDS
from nngis.run.scenario import read_scenario


def write(folder: Path, text: str) -> Path:
    path = folder / "s.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_empty_scenario_runs_every_plan(tmp_path: Path) -> None:
    scenario = read_scenario(write(tmp_path, ""))
    assert scenario.plans == PLAN_IDS
    assert scenario.title.zh == "s"


def test_files_are_taken_from_the_scenarios_own_folder_and_ids_stay_ids(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("x", encoding="utf-8")
    (tmp_path / "parts").mkdir()
    text = '[layers]\nboilers = "b.csv"\nroofs = "parts"\nbuilt_up = "built_up"\n'
    layers = read_scenario(write(tmp_path, text)).layers
    assert layers["boilers"].path == str(tmp_path / "b.csv")
    assert layers["roofs"].path == str(tmp_path / "parts")
    assert layers["built_up"].path == "built_up"


def test_a_layer_may_say_its_datum_and_evidence(tmp_path: Path) -> None:
    text = '[layers.boilers]\npath = "b.csv"\ndatum = "gcj02"\nevidence = "official"\n'
    choice = read_scenario(write(tmp_path, text)).layers["boilers"]
    assert (choice.datum, choice.evidence) == ("gcj02", "official")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plans = [", ["TOML"]),
        ('plans = ["wind"]', ["wind", "heat"]),
        ("colour = 1", ["colour", "no such entry"]),
        ('[layers.boilers]\npath = "b"\nsure = 1\n[layers.roads]\ndatum = "x"', ["sure", "roads"]),
        ('[layers.boilers]\npath = "b"\nevidence = "certain"', ["evidence"]),
    ],
)
def test_a_wrong_scenario_says_where(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(write(tmp_path, text))
    for word in words:
        assert word in str(caught.value)


def test_a_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none\.toml"):
        read_scenario(tmp_path / "none.toml")
    (tmp_path / "g.toml").write_bytes("标题".encode("gbk"))
    with pytest.raises(ScenarioError, match="UTF-8"):
        read_scenario(tmp_path / "g.toml")


def test_a_scenario_saved_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "s.toml"
    path.write_bytes("\ufeffplans = ['heat']\r\n[heat]\r\nsupply_radius_m = 9000\r\n".encode())
    found = read_scenario(path)
    assert (found.plans, dict(found.parameters)) == (("heat",), {"heat": {"supply_radius_m": 9000}})
