"""What a popup of the folium map says: the row's own values under the titles of their fields."""

from nngis import fields
from nngis.cartography.explore import _columns


def test_a_popup_has_the_id_the_columns_there_are_and_nothing_for_the_others(maps):
    table = maps.boilers().drop(columns="rule")
    heads, columns = _columns(maps.layer, table, "en")
    # `reason` stands in a column a language; `rule` was dropped.
    shown = ["boiler_id", "decision", "capacity_t_h", "reason", "in_built_up"]
    assert heads == [fields.get(name).heading("en") for name in shown]
    said = dict(zip(shown, columns, strict=True))
    assert said["boiler_id"] == ["B1", "B2", "B3"]
    assert said["capacity_t_h"] == ["0", "1", "2"]
    assert said["reason"] == ["It lies in the built-up area."] * 3
    assert said["in_built_up"] == ["yes", "no", "no"]
    assert said["decision"][1:] == [fields.get("decision").value_title("keep", "en")] * 2
    assert _columns(maps.layer, table, "zh")[1][3] == ["位于建成区。"] * 3


def test_a_missing_value_is_nothing_and_a_long_number_is_short(maps):
    table = maps.boilers()
    table["capacity_t_h"] = [None, 1234.5678, 1e9]
    capacity = _columns(maps.layer, table, "zh")[1][2]
    assert capacity[0] is None
    assert capacity[1] == "1,234.57"  # six digits
