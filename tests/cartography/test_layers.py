import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nngis.cartography.layers import check_tables, draw_layer, field_words
from nngis.cartography.style import ramp
from nngis.errors import LayerError
from nngis.result.mapview import MapLayer, MapView
from nngis.text import Text


def titles(drawn):
    return [(one.title.zh, one.count) for one in drawn.classes]


def along(values, column="decision"):
    return gpd.GeoDataFrame(
        {column: values},
        geometry=[shapely.Point(108 + at / 100, 22.8) for at in range(len(values))],
        crs=4326,
    )


def coloured(column="decision", role="boiler"):
    return MapLayer("t", Text("层", "Layer"), "point", role, colour_by=column)


def test_classes_come_in_the_order_of_the_style_with_their_counts():
    drawn = draw_layer(coloured(), along(["keep", "retire", "keep", "unknown"]))
    assert titles(drawn) == [("淘汰", 1), ("保留", 2), ("无法判定", 1)]
    assert drawn.data["cls"] == [1, 0, 1, 2]


def test_counts_and_features_left_out_add_up_to_the_rows():
    table = along(["keep", "retire", "keep", "keep"])
    table.loc[[0, 1], "geometry"] = None
    drawn = draw_layer(coloured(), table)
    assert (drawn.count, drawn.left_out) == (2, 2)
    assert titles(drawn) == [("保留", 2)]
    assert sum(one.count for one in drawn.classes) + drawn.left_out == len(table)


def test_a_missing_value_is_a_class_of_its_own():
    drawn = draw_layer(coloured(), along(["keep", None]))
    assert titles(drawn) == [("保留", 1), ("无数据", 1)]


def test_an_empty_layer_has_no_classes_and_no_bounds():
    drawn = draw_layer(coloured(), along([]))
    assert (drawn.classes, drawn.count, drawn.left_out, drawn.bounds) == ((), 0, 0, None)


def test_a_layer_without_a_column_is_one_class_with_the_symbol_of_its_role():
    layer = MapLayer("t", Text("热源", "Sources"), "point", "heat_source")
    drawn = draw_layer(layer, along([1, 2]))
    assert titles(drawn) == [("热源", 2)]
    assert drawn.classes[0].shape == "star"
    assert "cls" not in drawn.data


@pytest.mark.parametrize("dtype", [bool, object, "boolean"])
def test_yes_and_no_keep_the_shape_of_the_role(dtype):
    drawn = draw_layer(
        coloured("qualifies", "heat_source"),
        along(pd.Series([True, False, True], dtype=dtype), "qualifies"),
    )
    assert titles(drawn) == [("是", 2), ("否", 1)]
    assert {one.shape for one in drawn.classes} == {"star"}
    assert drawn.data["cls"] == [0, 1, 0]


def test_yes_no_and_unknown_are_three():
    values = pd.Series([None, False, True], dtype="boolean")
    drawn = draw_layer(coloured("qualifies"), along(values, "qualifies"))
    assert titles(drawn) == [("是", 1), ("否", 1), ("无数据", 1)]
    assert drawn.data["cls"] == [2, 1, 0]


def test_a_quantity_is_cut_into_classes_of_equal_count_with_its_unit():
    values = [float(at) for at in range(100)] + [np.nan]
    drawn = draw_layer(coloured("capacity_t_h"), along(values, "capacity_t_h"))
    assert [one.count for one in drawn.classes] == [20, 20, 20, 20, 20, 1]
    assert [one.colour for one in drawn.classes[:5]] == list(ramp())
    assert drawn.classes[0].title.zh == "< 19.8 t/h"
    assert drawn.classes[4].title.zh == "≥ 79.2 t/h"
    assert drawn.classes[5].title.zh == "无数据"


def test_a_lopsided_quantity_has_fewer_classes_and_loses_nobody():
    values = [0.0] * 95 + [float(at) for at in range(1, 20)]
    drawn = draw_layer(coloured("capacity_t_h"), along(values, "capacity_t_h"))
    assert sum(one.count for one in drawn.classes) == len(values)
    assert all(one.count for one in drawn.classes)


def test_numbers_of_few_values_are_shown_value_by_value():
    drawn = draw_layer(coloured("step"), along([1, 2, 1], "step"))
    assert titles(drawn) == [("1", 2), ("2", 1)]


def test_coordinates_arrive_in_degrees():
    table = along(["keep"]).to_crs(4545)
    drawn = draw_layer(coloured(), table)
    assert drawn.data["xy"] == [108000000, 22800000]
    assert np.allclose(drawn.bounds, [108, 22.8, 108, 22.8], atol=1e-9)


def test_the_table_is_not_changed():
    table = along(["keep", None])
    before = table.copy()
    draw_layer(coloured(), table)
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before))


def test_a_reason_in_two_languages_is_asked_for_once():
    table = along(["keep"]).assign(reason_zh=["近"], reason_en=["near"])
    layer = MapLayer("t", Text("层", "L"), "point", "boiler", popup=("reason",))
    assert draw_layer(layer, table).data["popup"] == [["reason", [["近"], ["near"]]]]


def test_the_index_can_be_asked_for_by_its_name(maps):
    table = maps.boilers()
    drawn = draw_layer(maps.layer, table)
    assert drawn.data["id"] == ["boiler_id", ["B1", "B2", "B3"]]
    assert drawn.data["popup"][0] == ["boiler_id", [["B1", "B2", "B3"]]]


def test_everything_that_is_missing_is_said_at_once(maps):
    view = MapView(
        "heat",
        Text("图", "Map"),
        (
            maps.layer,
            MapLayer("boilers", Text("甲", "A"), "point", "boiler", name="nickname"),
            MapLayer("pipes", Text("乙", "B"), "line", "heat_main"),
        ),
    )
    table = maps.boilers().drop(columns=["rule"]).set_crs(None, allow_override=True)
    with pytest.raises(LayerError) as caught:
        check_tables(view, {"boilers": table})
    where = {problem.where for problem in caught.value.problems}
    assert where == {"heat/boilers", "heat/boilers.rule", "heat/boilers.nickname", "heat/pipes"}


def test_words_of_columns_come_from_the_glossary(maps):
    words = field_words([maps.layer], ["boiler_id"])
    assert words["capacity_t_h"]["u"] == ["t/h", "t/h"]
    assert words["decision"]["v"]["retire"] == ["淘汰", "retire"]
    assert list(words) == sorted(words)


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ([10.0, 20.0, 30.0, 40.0, 50.0, 10.0, None, 30.0], "capacity_t_h"),
        (["keep", "retire", None, "it's", "keep"], "decision"),
        (pd.Series([True, None, False], dtype="boolean"), "qualifies"),
    ],
)
def test_the_web_map_draws_as_many_of_each_class_as_its_legend_counts(values, column):
    drawn = draw_layer(coloured(column), along(values, column))
    counts = np.bincount(drawn.data["cls"], minlength=len(drawn.classes))
    assert [one.count for one in drawn.classes] == counts.tolist()
