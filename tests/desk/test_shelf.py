import json

import pytest

from nngis.desk.computing import key_of, only_of
from nngis.desk.history import History, append_to, read_history
from nngis.desk.scenario_file import scenario_toml
from nngis.desk.shelf import Shelf
from nngis.errors import ScenarioError
from nngis.inputs.choices import LayerChoice
from nngis.inputs.edits import Edit
from nngis.run.scenario import Scenario, read_scenario
from nngis.text import Text

NOW = "2024-05-01T08:00:00+00:00"
HOSTILE = '引"号\\ </script>\n\t[heat]\x7f 锅炉 = 1'


def scenario(**more):
    return Scenario(name="s", title=Text("甲", "A"), **more)


def radius(metres):
    return scenario(parameters={"heat": {"supply_radius_m": metres}})


def test_a_scenario_comes_back_from_its_file_as_it_was(tmp_path):
    asked = Scenario(
        name="s1.toml",
        title=Text(HOSTILE, "A"),
        plans=("heat", "sewer"),
        layers={"boilers": LayerChoice(path=str(tmp_path / "files" / "a.csv"), datum="gcj02")},
        parameters={
            "heat": {"supply_radius_m": 15000.0, "close_fuels": ("coal", "gas"), "assume_chp": True}
        },
        edits=(
            Edit(role="boilers", id=HOSTILE, action="set", values={"spared_because": HOSTILE}),
            Edit(role="heat_sources", id="n", action="add", lon=108.0, lat=22.5,
                 values={"capacity_mw": 350, "is_chp": False}, reason="试"),
        ),
    )  # fmt: skip
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.csv").write_text("x")
    path = tmp_path / "s1.toml"
    path.write_text(scenario_toml(asked, folder=tmp_path), encoding="utf-8", newline="\n")
    found = read_scenario(path)
    assert found.title.zh == HOSTILE
    assert found.layers == asked.layers
    assert found.edits == asked.edits
    # TOML has lists where a plan has tuples; the plan's own reading makes them alike.
    assert found.parameters["heat"] | {"close_fuels": ("coal", "gas")} == asked.parameters["heat"]
    assert "files/a.csv" in path.read_text(encoding="utf-8")


def test_undo_and_redo_walk_the_history_and_a_new_change_parts_from_it():
    found = History()
    for text in ("a", "b", "c"):
        found = found.with_state(Text(text, text), text, at=NOW)
    assert (found.before, found.after) == (2, None)
    back = found.at(2).at(1)
    assert (back.current.toml, back.before, back.after) == ("a", None, 2)
    other = back.with_state(Text("d", "d"), "d", at=NOW)
    assert (other.current.toml, other.before, other.after) == ("d", 1, None)
    assert other.at(1).after == 4  # the latest way on
    assert [one.toml for one in other.entries] == ["a", "b", "c", "d"]  # nothing is lost


def test_a_line_torn_by_a_killed_process_counts_for_nothing(tmp_path):
    path = tmp_path / "h.jsonl"
    found = History().with_state(Text("a", "a"), "a", at=NOW)
    append_to(path, found)
    with path.open("a", encoding="utf-8") as stream:
        stream.write('{"n": 2, "parent": 1, "wh')
    assert read_history(path) == found
    more = found.with_state(Text("b", "b"), "b", at=NOW)
    append_to(path, more)
    assert read_history(path) == more


def test_each_change_is_on_disk_and_comes_back(tmp_path):
    shelf = Shelf(tmp_path)
    kept = shelf.make(scenario(), Text("开始", "Start"), at=NOW)
    kept = shelf.change(kept, radius(20000.0), Text("半径", "radius"), at=NOW, who="甲")
    again = Shelf(tmp_path).read(kept.id, at=NOW)
    assert again.scenario.parameters == {"heat": {"supply_radius_m": 20000.0}}
    assert [one.who for one in again.history.entries] == ["", "甲"]
    back = shelf.go(again, 1)
    assert read_scenario(shelf.place_of(back)).parameters == {}
    assert Shelf(tmp_path).read(kept.id, at=NOW).history.after == 2


def test_what_a_colleague_changed_in_the_file_is_a_state_of_the_history(tmp_path):
    shelf = Shelf(tmp_path)
    kept = shelf.make(radius(20000.0), Text("开始", "Start"), at=NOW)
    path = shelf.place_of(kept)
    path.write_text(path.read_text(encoding="utf-8").replace("20000", "25000"), encoding="utf-8")
    again = shelf.read(kept.id, at=NOW)
    assert again.scenario.parameters["heat"]["supply_radius_m"] == 25000.0
    assert again.history.current.what.en == "Changed elsewhere"
    assert again.history.before == 1


def test_a_killed_change_is_not_lost_between_file_and_history(tmp_path):
    shelf = Shelf(tmp_path)
    kept = shelf.make(radius(20000.0), Text("开始", "Start"), at=NOW)
    lines = (tmp_path / "scenarios" / "s1.history.jsonl").read_text(encoding="utf-8")
    shelf.change(kept, radius(30000.0), Text("半径", "radius"), at=NOW)
    # The process ended after the scenario was written and before its line was.
    (tmp_path / "scenarios" / "s1.history.jsonl").write_text(lines, encoding="utf-8")
    assert shelf.read("s1", at=NOW).scenario.parameters["heat"]["supply_radius_m"] == 30000.0


@pytest.mark.parametrize("name", ["台账.xlsx", "../../x.csv", "a.b/c", "x.<script>", "q" * 300])
def test_a_dropped_file_gets_a_name_that_the_desk_makes(tmp_path, name):
    path = Shelf(tmp_path).store(name, b"1")
    assert path.parent == tmp_path.resolve() / "files"
    assert path.name in ("f1.xlsx", "f1.csv", "f1")


def test_a_scenario_by_another_name_is_refused(tmp_path):
    with pytest.raises(ScenarioError):
        Shelf(tmp_path).read("../x", at=NOW)


def test_notes_torn_by_a_killed_process_do_not_keep_the_desk_shut(tmp_path):
    Shelf(tmp_path).note(current="s1")
    held = tmp_path / "desk.json"
    held.write_text(held.read_text(encoding="utf-8")[:20], encoding="utf-8")
    assert Shelf(tmp_path).notes["current"] == ""
    assert json.loads('{"v": 1}')["v"] == Shelf(tmp_path).notes["v"]


@pytest.mark.parametrize("name", ["路.geojson", "a.geoparquet", "a.XLSX"])
def test_a_dropped_file_keeps_the_ending_of_every_kind_that_is_read(tmp_path, name):
    shelf = Shelf(tmp_path)
    assert shelf.store(name, b"x").suffix == f".{name.split('.')[1].lower()}"


BOTH = scenario(
    layers={"boilers": LayerChoice(path="a.csv"), "roofs": LayerChoice(path="b.csv"),
            "counties": LayerChoice(path="c.gpkg")},
    edits=(Edit(role="boilers", id="1", action="off"), Edit(role="roofs", id="2",
                                                               action="off")),
    parameters={"heat": {"supply_radius_m": 1e4}, "rooftop": {"pilot_counties": ("甲",)}},
)  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "layers", "ids"),
    [("heat", {"boilers", "counties"}, ["1"]), ("rooftop", {"roofs", "counties"}, ["2"])],
)
def test_a_plan_is_computed_of_its_own_layers_and_edits_alone(plan, layers, ids):
    only = only_of(plan, BOTH)
    assert set(only["layers"]) == layers
    assert [one.id for one in only["edits"]] == ids


def test_a_result_hangs_on_what_its_own_plan_takes_and_on_nothing_else():
    before = {plan: key_of(plan, BOTH) for plan in ("heat", "rooftop")}
    for changed, same in (
        ({"edits": BOTH.edits[:1]}, "heat"),
        ({"edits": BOTH.edits[1:]}, "rooftop"),
        ({"layers": BOTH.layers | {"roofs": LayerChoice(path="new.csv")}}, "heat"),
        ({"layers": BOTH.layers | {"boilers": LayerChoice(path="new.csv")}}, "rooftop"),
        ({"parameters": BOTH.parameters | {"rooftop": {}}}, "heat"),
        ({"parameters": BOTH.parameters | {"heat": {}}}, "rooftop"),
    ):
        after = BOTH.model_copy(update=changed)
        assert {p for p in before if key_of(p, after) == before[p]} == {same}, changed
