"""Roof area, by hand."""

import pytest
from shapely import box

X, Y = 500_000.0, 2_500_000.0


def test_a21_and_a37_take_the_least_share_of_each_class(asked, layer):
    def roof(kind, x, area=None):
        square = box(X + x, Y, X + x + 100, Y + 100)
        return {"roof_class": kind, "roof_area_m2": area, "geometry": square}

    roofs = layer(
        {"a": roof("government", 0), "b": roof("rural", 15_000, 5000.0), "c": roof("urban", 300)}
    )
    found = asked("A21", roofs=roofs)
    assert found.parts[0].value == pytest.approx(0.6)  # 0.5 x 10,000 + 0.2 x 5,000 m²
    assert found.by_county["value"].to_dict() == pytest.approx({"兴宁区": 0.5, "横州市": 0.1})
    assert asked("A37", roofs=roofs).parts[0].value == pytest.approx(0.6)
    west = roofs.drop(index="b")
    assert asked("A37", roofs=west).parts[0].value == pytest.approx(0.5)
