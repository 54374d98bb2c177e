"""Sums, shares, balances and rankings, by hand."""

import pytest


def test_a02_to_a05_add_up_finished_projects_of_their_pollutant(asked, at, layer):
    row = {"pollutant": "cod", "completed": True, "cut_t_a": 9000.0, "geometry": at(1, 1)}
    projects = layer(
        {
            "a": row,
            "b": {**row, "cut_t_a": 497.0, "geometry": at(11, 1)},
            "c": {**row, "completed": False},
            "d": {**row, "pollutant": "nh3n", "cut_t_a": 915.0},
        }
    )
    cod = asked("A02", emission_projects=projects)
    assert (cod.status, cod.parts[0].value) == ("met", 9497.0)
    assert cod.by_county["value"].to_dict() == {"兴宁区": 9000.0, "横州市": 497.0}
    nh3n = asked("A03", emission_projects=projects)
    assert (nh3n.status, nh3n.parts[0].value) == ("missed", 915.0)
    assert asked("A04", emission_projects=projects).parts[0].value == 0.0


def test_a_sum_with_an_unknown_item_is_a_lower_bound(asked, layer):
    rows = layer(
        {
            "a": {"sewer_length_km": 200.0, "completed": True, "county": "兴宁区"},
            "b": {"sewer_length_km": None, "completed": True, "county": "兴宁区"},
        }
    )
    assert asked("A74", sewer_projects=rows).status == "unknown"
    more = rows.assign(sewer_length_km=[280.0, None])
    assert asked("A74", sewer_projects=more).status == "met"


def test_a75_and_a77_come_in_ten_thousands_of_tonnes(asked, at, layer):
    plants = layer({"a": {"capacity_m3_d": 360_000.0, "completed": True, "county": "兴宁区"}})
    assert asked("A75", plant_projects=plants).parts[0].value == 36.0
    burning = {"waste_kind": "incineration", "in_operation": True, "geometry": at(1, 1)}
    works = layer(
        {
            "a": {**burning, "capacity_t_d": 6000.0},
            "b": {**burning, "capacity_t_d": 2000.0, "waste_kind": "landfill"},
        }
    )
    assert asked("A77", waste_plants=works).parts[0].value == pytest.approx(0.6)
    assert asked("A78", waste_plants=works).parts[0].value == 75.0
    assert asked("A78", waste_plants=works).status == "missed"


def test_a10_judges_each_industry_that_is_there_and_wants_more_than_30(asked, at, layer):
    row = {"key_sector": "cement", "product_capacity": 30.0, "efficiency_level": "benchmark"}
    firms = layer(
        {
            "a": {**row, "geometry": at(1, 1)},
            "b": {
                **row,
                "product_capacity": 70.0,
                "efficiency_level": "below",
                "geometry": at(1, 1),
            },
        }
    )
    found = asked("A10", enterprises=firms)
    assert [(p.name, p.value, p.status) for p in found.parts] == [("A10.cement", 30.0, "missed")]
    assert asked("A10", enterprises=firms.assign(product_capacity=[31.0, 69.0])).status == "met"


def test_a10_shares_the_first_industry_county_by_county(asked, at, layer):
    def firm(east, tonnes, level, sector="cement"):
        return {"key_sector": sector, "product_capacity": float(tonnes),
                "efficiency_level": level, "geometry": at(east, 1)}  # fmt: skip

    firms = layer(
        {
            "a": firm(1, 30, "benchmark"),
            "b": firm(2, 70, "below"),
            "c": firm(11, 50, "benchmark"),
            "d": firm(12, 150, "below"),
            "e": firm(13, 900, "benchmark", "data_centre"),  # of another industry
        }
    )
    found = asked("A10", enterprises=firms)
    assert found.by_county["value"].to_dict() == {"兴宁区": 30.0, "横州市": 25.0}
    assert [(p.name, p.value) for p in found.parts] == [
        ("A10.cement", pytest.approx(80 / 300 * 100)), ("A10.data_centre", 100.0),
    ]  # fmt: skip


def test_a19_a20_a23_share_the_building_projects(asked, layer):
    row = {
        "star_required": True,
        "is_urban": True,
        "green_building": True,
        "green_stars": 1,
        "building_kind": "residential",
        "energy_saving_pct": 65.0,
        "county": "兴宁区",
    }
    permits = layer(
        {
            "a": row,
            "b": {**row, "green_stars": 0, "building_kind": "public", "energy_saving_pct": 71.9},
        }
    )
    assert asked("A19", building_permits=permits).parts[0].value == 50.0
    codes = asked("A20", building_permits=permits)
    assert [p.status for p in codes.parts] == ["met", "missed"]
    assert codes.status == "missed"
    assert asked("A23", building_permits=permits).status == "met"


@pytest.mark.parametrize(
    ("rule", "role", "rows", "value", "status"),
    [
        ("A22", "dma_zones", {"supplied_m3_a": (100, 300), "lost_m3_a": (20, 20)}, 10.0, "done"),
        ("A33", "depots", {"fleet_count": (10, 30), "nev_count": (5, 25)}, 75.0, "done"),
        ("A38", "villages", {"sewage_treated": (True, False)}, 50.0, "met"),
        ("A41", "farms", {"manure_t_a": (10, 30), "manure_used_t_a": (10, 21)}, 77.5, "missed"),
        ("A48", "organs", {"saving_organ": (True, None)}, 50.0, "unknown"),
        ("A54", "water_sections", {"water_class": (3, 4)}, 50.0, "missed"),
        ("A76", "sludge_flows", {"sludge_t_a": (1, 3), "harmless": (True, True)}, 100.0, "met"),
    ],
)
def test_shares_by_hand(asked, at, layer, rule, role, rows, value, status):
    frame = layer(
        {
            k: {c: v[i] for c, v in rows.items()} | {"geometry": at(1 + 10 * i, 1)}
            for i, k in enumerate("ab")
        }
    )
    found = asked(rule, **{role: frame})
    assert found.parts[0].value == pytest.approx(value)
    assert found.status == status


def test_a82_names_the_category_that_lacks_capacity(asked, at, layer):
    made = layer(
        {
            k: {"waste_category": c, "generated_t_a": g, "geometry": at(1, 1)}
            for k, c, g in [("a", "HW08", 10), ("b", "HW08", 5), ("c", "HW49", 1)]
        }
    )
    room = layer({"x": {"waste_category": "HW08", "capacity_t_a": 12, "geometry": at(2, 2)}})
    found = asked("A82", hazardous_producers=made, hazardous_facilities=room)
    assert found.objects["spare_t_a"].to_dict() == {"HW08": -3.0, "HW49": -1.0}
    assert (found.status, found.parts[0].value) == ("missed", 2.0)


def test_a50_ranks_emitters_and_finds_the_heaviest_cell(asked, at, layer):
    firms = layer(
        {
            k: {"nox_t_a": n, "geometry": at(x, 0.5)}
            for k, n, x in [("a", 30.0, 0.5), ("b", 40.0, 12.5), ("c", 20.0, 0.9), ("d", None, 0.9)]
        }
    )
    found = asked("A50", enterprises=firms)
    assert found.objects["rank"].to_dict() == {"b": 1, "a": 2, "c": 3}
    assert found.parts[0].value == 90.0
    cells = found.objects.groupby("cell_id")["emission_t_a"].sum()
    assert sorted(cells) == [40.0, 50.0]
    assert found.by_county["value"].to_dict() == {"兴宁区": 50.0, "横州市": 40.0}
