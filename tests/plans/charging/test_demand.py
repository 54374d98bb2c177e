"""Demand: people and vehicles at points add up, whatever they are spread over."""

import numpy as np
import pandas as pd
import pytest

from nngis.errors import LayerError
from nngis.plans.charging.demand import make_demand
from nngis.plans.charging.demand_parameters import DemandParameters
from nngis.plans.charging.fleet import fleet, stock_in
from nngis.plans.charging.place_classes import classify_places

NONE = pd.DataFrame({"place_class": [], "class_basis": [], "kind": []})


@pytest.fixture
def people():
    return pd.DataFrame(
        {"adcode": ["450102", "450102", "450123"], "year": [2010, 2020, 2020],
         "population": [500, 1000, 3000]},
        index=pd.Index(["a", "b", "c"], name="row_id"),
    )  # fmt: skip


@pytest.fixture
def frames(layer, counties, people):
    towns = {"t1": (0, 0), "t2": (5000, 0), "t3": (5000, 2000), "t4": None}
    homes = {f"h{k}": (k * 100, 900) for k in range(4)}
    return {
        "counties": counties,
        "population": people,
        "townships": layer(towns, "township_code", name_zh=list("甲乙丙丁")),
        "places": layer(
            homes | {"mall": (4000, 0)},
            "osm_id",
            name_zh=[*"一二三四", "商场"],
            **{"class": ["residential"] * 3 + ["school", "mall"]},
        ),
    }


def made(frames, **more):
    more = {"fewest_places_count": 4, **more}
    classes = classify_places(frames["places"]) if "places" in frames else NONE
    return make_demand(frames, classes, 100.0, DemandParameters(**more))


def test_every_countys_people_are_spread_and_none_is_lost(frames):
    points = made(frames).points
    assert points.groupby("county")["population"].sum().to_dict() == {"乙县": 3000, "甲区": 1000}
    assert points["weight"].sum() == pytest.approx(100.0)
    assert points["evidence"].eq("derived").all()


def test_the_shares_are_those_of_hands(frames):
    points = made(frames, place_share_district=0.8).points
    # The district: 200 people to its township, 800 over weights 10, 10, 10 and 3.
    assert points.loc["H-t1", "population"] == pytest.approx(200.0)
    assert points.loc["H-h0", "population"] == pytest.approx(8000 / 33)
    assert points.loc["H-h3", "population"] == pytest.approx(2400 / 33)
    # The county has too few places: all to its two townships with a position.
    assert points.loc[["H-t2", "H-t3"], "population"].tolist() == [1500.0, 1500.0]
    # 30 of 100 vehicles charge at destinations; here only the mall is one.
    assert points.loc["T-mall", "weight"] == pytest.approx(30.0)
    assert points.loc["T-mall", "demand_kind"] == "destination"
    assert points.loc["H-t2", "weight"] == pytest.approx(0.7 * 100 * 1500 / 4000)


def test_trips_are_shared_by_what_draws_them(frames, layer):
    # A mall of 10, a hospital of 6 and a park of 1 in one county, an airport of 20 and a hotel of
    # 1.5 in the other: 38.5. A kindergarten draws nobody; a mall beyond every county, and one
    # without a place, are not counted.
    ends = {
        "mall": (0, 100), "hospital": (0, 200), "park": (0, 300), "airport": (5_000, 100),
        "hotel": (5_000, 200), "kindergarten": (0, 400), "far": (900_000, 0), "lost": None,
    }  # fmt: skip
    classes = [*list(ends)[:6], "mall", "mall"]
    named = [*"甲乙丙丁戊己庚辛"]
    frames["places"] = layer(ends, "osm_id", name_zh=named, **{"class": classes})
    points = made(frames, trip_share=0.3).points
    share = points["trips_share"].dropna()
    assert share.to_dict() == pytest.approx(
        {"T-mall": 10 / 38.5, "T-hospital": 6 / 38.5, "T-park": 1 / 38.5, "T-airport": 20 / 38.5,
         "T-hotel": 1.5 / 38.5}
    )  # fmt: skip
    # Three tenths of 100 vehicles charge where they go.
    assert points.loc["T-airport", "weight"] == pytest.approx(30 * 20 / 38.5)
    assert points.loc["T-park", "county"] == "甲区"
    assert points.loc["T-hotel", "county"] == "乙县"


def test_the_latest_year_of_the_people_counts(frames):
    assert made(frames).points["population"].sum() == 4000


def test_that_it_is_spread_and_not_measured_is_said(frames):
    assert any("分摊" in text.zh for text in made(frames).said)


def test_a_ledger_of_demand_is_taken_as_it_is(layer, counties):
    rows = layer(
        {"a": (0, 0), "b": (5000, 0), "c": None, "d": (0, 500)},
        "demand_id",
        population=[300.0, 100.0, 50.0, None],
    )
    demand = made({"counties": counties, "demand": rows}, trip_share=0.0)
    assert demand.points["weight"].to_dict() == {"a": 75.0, "b": 25.0, "d": 0.0}
    assert demand.points["county"].tolist() == ["甲区", "乙县", "甲区"]
    said = " ".join(text.en for text in demand.said)
    assert "1 demand has no place" in said
    assert "1 demand states no people" in said


def test_vehicles_go_before_people_where_every_row_has_them(layer, counties):
    rows = layer({"a": (0, 0), "b": (5000, 0)}, "demand_id", population=[1.0, 9.0])
    both = rows.assign(vehicles_count=[30, 10])
    frames = {"counties": counties, "demand": both}
    assert made(frames, trip_share=0.0).points["weight"].tolist() == [75.0, 25.0]
    frames["demand"] = rows.assign(vehicles_count=[30, np.nan])
    assert made(frames, trip_share=0.0).points["weight"].tolist() == [10.0, 90.0]


def test_without_people_and_without_a_layer_it_says_what_to_give(counties):
    with pytest.raises(LayerError, match="--layer demand="):
        made({"counties": counties})


def test_demand_without_anybody_is_refused(layer, counties):
    rows = layer({"a": (0, 0)}, "demand_id", population=[0.0])
    with pytest.raises(LayerError, match="neither people nor vehicles"):
        made({"counties": counties, "demand": rows})


def test_no_argument_is_changed(frames):
    before = {name: frame.copy() for name, frame in frames.items()}
    made(frames)
    for name, frame in frames.items():
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(before[name]))


def test_the_stock_grows_by_sales_and_shrinks_by_what_is_retired():
    p = DemandParameters(
        nev_stock_count=1000, nev_stock_year=2023, plan_year=2024, new_cars_a=500,
        nev_sales_share=0.4, nev_retired_share=0.1,
    )  # fmt: skip
    table = fleet(p)
    assert table["nev_count"].tolist() == [1000.0, 1100.0]
    assert stock_in(table, 2024) == 1100.0
    assert stock_in(table, 2019) == 1000.0
    assert stock_in(table, 2040) == 1100.0
