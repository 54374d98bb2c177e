"""The fast part against the whole analysis: same decisions, sums and indicators, always."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from nngis.grid import Grid
from nngis.plans.sewer.analyse import analyse
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.what_if import LEVERS, keep_facts, what_if


@pytest.fixture
def layers(at, frame):
    """Two side streets on a main street that falls to a plant; a ledger of four projects."""
    west, south = at(-1, -3)
    ground = np.tile(100.0 - np.arange(60) * 1.0, (60, 1))
    streets = {
        "main": {"geometry": LineString([at(0, 0), at(1, 0), at(2.6, 0), at(4, 0)])},
        "north": {"geometry": LineString([at(1, 0), at(1, 1.5)])},
        "south": {"geometry": LineString([at(2.6, 0), at(2.6, -1.2)])},
    }
    people = {"a": (0.05, 0.02, 900.0), "b": (1.02, 1.4, 300.0), "c": (2.58, -1.1, 700.0),
              "d": (3.9, 0.02, 80.0), "e": (2.0, 2.9, 50.0)}  # fmt: skip
    houses = {
        id_: {"population": count, "geometry": Point(at(x, y))}
        for id_, (x, y, count) in people.items()
    }
    projects = {
        f"p{number}": {
            "status": status, "commissioned": year, "sewer_length_km": km, "project_kind": "new",
            "geometry": LineString([at(x, 4), at(x + km, 4)]),
        }
        for number, (status, year, km, x) in enumerate(
            [("completed", 2022, 1.0, 0), ("completed", 2023, 2.0, 2.2),
             ("construction", 2024, 0.5, 5), ("planned", 2025, 0.7, 6)]
        )
    }  # fmt: skip
    counties = gpd.GeoDataFrame(
        {"name_zh": ["甲县", "乙县"], "evidence": "surveyed"},
        index=["450102", "450181"],
        geometry=[box(*at(-1, -4), *at(2.5, 6)), box(*at(2.5, -4), *at(9, 6))],
        crs="EPSG:4545",
    )
    return SewerLayers(
        demand=frame(houses, "demand_id"),
        roads=frame(streets, "road_id"),
        elevation=Grid(ground, west=west, north=south + 6000.0, cell_m=100.0),
        treatment_plants=frame(
            {"w": {"name_zh": "甲厂", "capacity_m3_d": 350.0, "geometry": Point(at(4, 0))}},
            "wwtp_id",
        ),
        sewer_projects=frame(projects),
        counties=counties,
    )


def same(kept, layers, parameters, left_out=()):
    """Hold the fast part against the whole analysis of the same question."""
    found = what_if(kept, parameters, left_out)
    mine = layers.sewer_projects
    asked = replace(layers, sewer_projects=mine[~mine.index.isin(left_out)])
    whole = analyse(asked, parameters)
    for name, table in (
        ("pipes", found.pipes),
        ("gaps", found.gaps),
        ("packages", found.packages),
        ("projects", found.projects),
        ("by_county", found.by_county),
    ):
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(whole.tables[name]))
    others = {one.name: one for one in whole.indicators}
    assert {"sewer_km", "first_people"} <= {one.name for one in found.indicators}
    for one in found.indicators:
        assert one == others[one.name]
    return whole


def test_levers_and_ticks_come_to_what_the_whole_analysis_finds(layers):
    base = SewerParameters()
    whole = analyse(layers, base)
    kept = keep_facts(layers, whole.tables)
    packages = list(whole.tables["packages"].index)
    assert len(packages) >= 2
    assert set(whole.tables["pipes"]["decision"].dropna()) == {"build"}
    asked = [
        ({}, ()),
        ({"left_out_packages": tuple(packages[:1])}, ()),
        ({"left_out_packages": tuple(packages[-1:]), "build_years": 1}, ("p1",)),
        ({"build_km_per_year": 1.2, "build_years": 2}, ("p0", "p1", "p2", "p3")),
        ({"build_yuan_per_year": 1e6, "build_from_year": 2030}, ("p3",)),
        ({"sewer_target_km": 2.0, "target_year": 2023}, ()),
    ]
    seen = set()
    for values, left_out in asked:
        assert set(values) <= set(LEVERS)
        found = same(kept, layers, base.model_copy(update=values), left_out)
        seen |= set(found.tables["priority"]["defer_reason"].dropna())
    assert seen >= {"left_out", "budget"}
    # Facts may be taken from any of the answers.
    moved = base.model_copy(update={"left_out_packages": tuple(packages[:1]), "build_years": 1})
    same(keep_facts(layers, analyse(layers, moved).tables), layers, base)


def test_kilometres_and_people_by_county_add_up(layers):
    found = analyse(layers, SewerParameters(sewer_target_km=10.0)).tables
    by = found["by_county"].set_index("county")
    new = found["pipes"][found["pipes"]["kind"].ne("existing")]
    assert by["build_km"].sum() == pytest.approx(new["length_m"].sum() / 1000)
    assert by["build_people"].sum() == 1980.0  # all but the house that no street comes near
    assert by.loc["乙县", "build_people"] == 780.0  # c and d
    assert by.loc["甲县", "done_km"] == pytest.approx(1.3)  # p0, and 0.3 km of p1
    assert by["target_share"].sum() == pytest.approx(0.3)
