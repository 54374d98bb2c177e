import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from nngis.catalog.layer import Layer
from nngis.errors import ScenarioError
from nngis.inputs.edits import Edit, apply_edits
from nngis.text import Text


def layers() -> dict[str, Layer]:
    frame = gpd.GeoDataFrame(
        {"capacity_mw": [660, 300], "fuel": ["coal", "coal"], "is_chp": [True, False]},
        geometry=[Point(108.3, 22.8), Point(108.4, 22.9)],
        crs=4326,
        index=pd.Index(["u1", "u2"], name="unit_id"),
    )
    title = Text("热源", "Heat sources")
    return {"heat_sources": Layer("units", title, frame, "surveyed", None, "", 2)}


def edited(*edits: dict[str, object]) -> Layer:
    asked = [Edit.model_validate({"role": "heat_sources", **one}) for one in edits]
    return apply_edits(layers(), asked)["heat_sources"]


def test_a_row_left_out_is_gone_and_the_note_says_why() -> None:
    found = edited({"id": "u1", "action": "off", "reason": "检修"})
    assert found.frame.index.tolist() == ["u2"]
    assert found.notes[-1] == Text("情景中不计：u1（检修）", "left out by the scenario: u1 (检修)")


def test_a_row_moved_stands_elsewhere_and_is_less_sure() -> None:
    found = edited({"id": "u2", "action": "move", "lon": 108.5, "lat": 23.0}).frame
    assert (found.loc["u2"].geometry.x, found.loc["u2"].geometry.y) == (108.5, 23.0)
    assert found["evidence"].tolist() == ["surveyed", "approximate"]
    assert found.loc["u1"].geometry.equals(Point(108.3, 22.8))


def test_a_row_added_has_its_values_and_gaps_elsewhere() -> None:
    values = {"capacity_mw": 350, "fuel": "gas"}
    found = edited({"id": "n1", "action": "add", "lon": 108.0, "lat": 22.0, "values": values}).frame
    assert found.loc["n1", "capacity_mw"] == 350
    assert found.loc["n1", "fuel"] == "gas"
    assert pd.isna(found.loc["n1", "is_chp"])
    assert found.loc["u1", "is_chp"]
    assert found.index.name == "unit_id"


def test_a_value_set_changes_one_row_alone() -> None:
    found = edited({"id": "u1", "action": "set", "values": {"is_chp": False, "remark": "改"}}).frame
    assert found["is_chp"].tolist() == [False, False]
    assert found.loc["u1", "remark"] == "改"
    assert pd.isna(found.loc["u2", "remark"])


def test_a_role_that_nothing_plays_is_played_by_what_is_added() -> None:
    edit = Edit(role="charging_candidates", id="n1", action="add", lon=108.0, lat=22.0)
    found = apply_edits({}, [edit])["charging_candidates"]
    assert found.frame.index.tolist() == ["n1"]
    assert found.frame.index.name == "candidate_id"
    assert found.evidence == "approximate"


def test_every_edit_that_cannot_be_made_is_named() -> None:
    wrong = (
        {"id": "u9", "action": "off"},
        {"id": "u1", "action": "add", "lon": 1.0, "lat": 2.0},
        {"id": "u1", "action": "set", "values": {"colour": "red"}},
    )
    with pytest.raises(ScenarioError) as error:
        edited(*wrong)
    assert [one.where for one in error.value.problems] == [
        "edits[0] heat_sources u9",
        "edits[1] heat_sources u1",
        "edits[2] heat_sources u1",
    ]


def test_the_layers_given_stay_as_they_were() -> None:
    before = layers()
    apply_edits(before, [Edit(role="heat_sources", id="u1", action="off")])
    assert before["heat_sources"].frame.index.tolist() == ["u1", "u2"]
