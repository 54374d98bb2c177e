"""Counties and towns served, and chains from village to plant, by hand."""

import pytest


def states(found):
    return found.objects["state"].to_dict()


def test_a79_needs_every_hospital_of_a_county_collected_from(asked, at, layer):
    rows = {"w1": (1, True), "w2": (2, True), "e1": (11, True), "e2": (12, False)}
    sites = layer({k: {"waste_collected": c, "geometry": at(x, 1)} for k, (x, c) in rows.items()})
    centre = layer({"z": {"geometry": at(5, 5)}})
    found = asked("A79", hospitals=sites, medical_waste_centres=centre)
    assert found.by_county["value"].to_dict() == {"兴宁区": 100.0, "横州市": 50.0}
    assert (found.parts[0].value, found.status) == (1.0, "missed")
    west = asked("A79", hospitals=sites.loc[["w1", "w2"]], medical_waste_centres=centre)
    assert "横州市" in west.note.zh
    assert west.status == "missed"  # two counties cannot be twelve


def test_a80_follows_the_chain_and_adds_up_the_hauls(asked, at, layer):
    villages = layer(
        {
            "a": {"population": 100, "geometry": at(0, 0)},
            "b": {"population": 300, "geometry": at(3, 4)},
            "c": {"population": 600, "geometry": at(19, 0)},
        }
    )
    stations = layer({"s": {"geometry": at(3, 0)}, "t": {"geometry": at(0, 90)}})
    plants = layer({"p": {"geometry": at(3, 10)}})
    found = asked("A80", villages=villages, transfer_stations=stations, waste_plants=plants)
    chain = found.objects["chain_m"].dropna().to_dict()
    assert chain == pytest.approx({"a": 13_000, "b": 14_000}, rel=1e-4)
    assert states(found) == {"a": "done", "b": "done", "c": "open"}
    assert (found.parts[0].value, found.status) == (40.0, "missed")
    assert found.by_county["value"].to_dict() == {"兴宁区": 100.0, "横州市": 0.0}


def test_a83_wants_every_kind_of_facility_and_says_which_layer_is_missing(asked, at, layer):
    towns = layer({"a": {"geometry": at(0, 0)}, "b": {"geometry": at(8, 0)}})
    plants = layer({"p": {"geometry": at(4, 0)}})
    stations = layer({"s": {"geometry": at(0, 1)}})
    found = asked("A83", townships=towns, treatment_plants=plants, transfer_stations=stations)
    assert states(found) == {"a": "done", "b": "open"}
    assert found.parts[0].value == 50.0
    part = asked("A83", townships=towns, treatment_plants=plants)
    assert part.missing == ("transfer_stations",)
    assert states(part) == {"a": "unknown", "b": "unknown"}
