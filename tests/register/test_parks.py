"""Parks, by hand."""

import pytest
from shapely import box

X, Y = 500_000.0, 2_500_000.0


@pytest.fixture
def parks(layer):
    return layer(
        {
            "cold": {"name_zh": "甲", "has_heat": False, "geometry": box(X, Y, X + 1000, Y + 1000)},
            "warm": {
                "name_zh": "乙",
                "has_heat": True,
                "geometry": box(X + 9000, Y, X + 10_000, Y + 1000),
            },
        }
    )


def test_a13_shares_who_is_inside_and_names_the_nearest_park(asked, at, layer, parks):
    firms = layer(
        {
            "in": {"name_zh": "a", "geometry": at(0.5, 0.5)},
            "out": {"name_zh": "b", "geometry": at(3, 0.5)},
        }
    )
    found = asked("A13", enterprises=firms, parks=parks)
    assert found.parts[0].value == 50.0
    assert found.objects.loc["out", ["park_id", "facility_m"]].tolist() == ["cold", 2000.0]
    assert found.objects["park_id"].isna()["in"]


def test_a15_makes_the_matrix_and_asks_other_layers_where_a_park_is_silent(asked, at, layer, parks):
    station = layer({"s": {"geometry": at(0.5, 3.9)}})
    found = asked("A15", parks=parks, substations=station)
    matrix = found.objects[["has_heat", "has_power", "has_sewage"]]
    assert matrix["has_heat"].tolist() == [False, True]
    assert matrix["has_power"].tolist() == [True, False]
    assert matrix["has_sewage"].isna().all()
    assert found.parts[0].value == 50.0
    assert found.objects["state"].tolist() == ["open", "open"]


@pytest.mark.parametrize(("north_km", "near"), [(4.0, True), (4.001, False)])
def test_a15_counts_a_station_up_to_exactly_three_kilometres_from_the_park(
    asked, at, layer, parks, north_km, near
):
    station = layer({"s": {"geometry": at(0.5, north_km)}})  # the park ends 1 km to the north
    found = asked("A15", parks=parks.iloc[:1], substations=station)
    assert found.objects["has_power"].tolist() == [near]


def test_a15_without_any_utility_says_what_is_missing(asked, parks):
    found = asked("A15", parks=parks.drop(columns="has_heat"))
    assert "parks.has_heat" in found.missing
