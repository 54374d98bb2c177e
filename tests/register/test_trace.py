"""Sewers traced upstream, by hand."""

import pytest
from shapely import LineString


@pytest.fixture
def sewers(at, layer):
    # a and b meet in (2, 0) and go on by c to the plant at (4, 0); d is another system.
    ends = {
        "a": ((0, 0), (2, 0)),
        "b": ((2, 3), (2, 0)),
        "c": ((2, 0), (4, 0)),
        "d": ((12, 0), (15, 0)),
    }
    return layer({k: {"geometry": LineString([at(*p), at(*q)])} for k, (p, q) in ends.items()})


def test_a16_adds_up_the_sewers_upstream_of_plants_with_thin_influent(asked, at, layer, sewers):
    plants = layer(
        {
            "thin": {"influent_bod_mg_l": 60.0, "geometry": at(4, 0.1)},
            "good": {"influent_bod_mg_l": 150.0, "geometry": at(15, 0)},
        }
    )
    found = asked("A16", treatment_plants=plants, sewers=sewers)
    assert found.parts[0].value == pytest.approx(7.0)
    assert found.objects["wwtp_id"].dropna().to_dict() == dict.fromkeys("abc", "thin")
    assert found.by_county["value"].to_dict() == {"兴宁区": pytest.approx(7.0), "横州市": 0.0}
    assert found.assumptions


def test_a16_without_influent_says_what_is_missing(asked, at, layer, sewers):
    plants = layer({"p": {"geometry": at(4, 0)}})
    found = asked("A16", treatment_plants=plants, sewers=sewers)
    assert found.missing == ("treatment_plants.influent_bod_mg_l",)


def test_a53_traces_outfalls_to_pipes_and_enterprises(asked, at, layer, sewers):
    stage = dict.fromkeys(("surveyed", "monitored", "traced", "treated"), True)
    points = layer(
        {
            "o": {**stage, "geometry": at(4, 0)},
            "p": {**stage, "treated": False, "geometry": at(15, 0)},
            "dry": {**stage, "geometry": at(9, 9)},
        }
    )
    firms = layer(
        {
            "f": {"geometry": at(0, 0.1)},
            "g": {"geometry": at(2, 2.9)},
            "h": {"geometry": at(13, 0.1)},
            "i": {"geometry": at(5, 9)},
        }
    )
    found = asked("A53", outfalls=points, sewers=sewers, enterprises=firms)
    assert found.objects["upstream_km"].dropna().to_dict() == pytest.approx({"o": 7, "p": 3})
    assert found.objects["sources_count"].to_dict() == {"o": 2, "p": 1, "dry": 0}
    assert found.objects["state"].to_dict() == {"o": "done", "p": "open", "dry": "done"}


def test_a81_counts_faulty_sewers_and_those_mended(asked, sewers):
    flagged = sewers.assign(
        misconnected=[True, False, False, None],
        damaged=[False, True, False, None],
        mended=[True, False, False, None],
    )
    found = asked("A81", sewers=flagged)
    # What a ledger does not say of d is not held against it.
    assert found.objects["state"].to_dict() == {"a": "done", "b": "open"}
    assert found.by_county["value"].to_dict() == {"兴宁区": pytest.approx(3.0), "横州市": 0.0}
    assert "2.00 mended" in found.note.en
    assert found.parts[0].value == pytest.approx(40.0)
