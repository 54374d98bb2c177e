"""Charging asked again and again: whatever changed before, the answer is that of a run anew."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from nngis.plans.charging.analyse import analyse
from nngis.plans.charging.layers import ChargingLayers
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.siting import choose_at_once
from nngis.plans.charging.what_if import keep_layers, put, sketched, solve, solved

COSTS = ["cost_10k_cny"]  # by size, which only the whole analysis finds


def candidates(layer, **moved):
    spots = {"c1": (1000, 1000), "c2": (4000, 1000), "c3": (2500, 3000), **moved}
    return layer(spots, "site_id", name_zh=[f"候选{one}" for one in spots])


# Each change comes on top of those before it.
CHANGES = [
    {},
    {"refused_sites": ("C-c1",)},
    {"required_sites": ("C-c2",)},
    {"refused_sites": ()},
    {"service_radius_m": 1200.0},
    {"outer_radius_m": 1600.0},
    {"new_stations": 5},
    {"separation_m": 1500.0},
    {"plan_year": 2030},
    {"budget_10k_cny": 900.0},
    {"budget_10k_cny": None, "siting_aim": "coverage"},
    {"grid_candidate_m": 1500.0},
    {"trip_share": 0.1, "gap_cell_m": 2000.0},
    {"max_snap_m": 20.0, "detour_ratio": 1.1},
    {"road_speed_km_h": 50.0},
]


def same_tables(found, whole):
    for name, table in found.items():
        held = whole[name]
        plain = [pd.DataFrame(one.drop(columns=["geometry", *COSTS], errors="ignore"))
                 for one in (table, held)]  # fmt: skip
        pd.testing.assert_frame_equal(*plain, check_exact=True, obj=name)
        assert table.geometry.geom_equals(held.geometry, align=False).all()


@pytest.fixture
def frames(counties, roads, demand, stations, layer):
    off_road = layer({"far": (8500, 8500)}, "demand_id", population=[300.0])
    demand = gpd.GeoDataFrame(pd.concat([demand, off_road]), crs=demand.crs)
    named = {"counties": counties, "roads": roads, "demand": demand, "charging_stations": stations}
    return {**named, "charging_candidates": candidates(layer)}


def test_every_answer_is_that_of_a_run_anew_whatever_was_asked_before(frames, parameters, layer):
    kept = keep_layers(ChargingLayers(**frames))
    values = parameters.model_dump() | {"curve_points_count": 0, "alternatives_count": 1}
    moved = candidates(layer, c3=(2200, 3100), c4=(3000, 4000))
    for more, changes in (({}, CHANGES), ({"charging_candidates": moved}, CHANGES[:3]), ({}, [{}])):
        for change in changes:
            values |= change
            asked = put(kept, ChargingParameters(**values), more)
            solve(kept, asked, lambda *_: None)
            layers = ChargingLayers(**{**frames, **more})
            whole = analyse(layers, ChargingParameters(**values))
            same_tables(sketched(kept, asked)[1], whole.tables)


def test_what_is_shown_at_once_keeps_the_rules_and_its_bound_holds(frames, parameters, layer):
    kept = keep_layers(ChargingLayers(**frames))
    values = parameters.model_dump()
    before = ()
    for change in CHANGES:
        values |= change
        asked = put(kept, ChargingParameters(**values))
        question = asked.ground.question
        first = choose_at_once(question, before)
        best = solve(kept, asked, lambda *_: None)
        new = set(first.selected) - set(question.rules.existing)
        assert set(question.rules.existing) | set(question.rules.mandatory) <= set(first.selected)
        assert not new & set(question.rules.forbidden)
        for group in question.rules.at_most:
            assert len(new & set(group.site_ids)) <= group.most
        if question.budget_10k_cny is None:
            assert len(new) <= question.count
        else:
            assert len(new) * question.usual_cost_10k_cny <= question.budget_10k_cny
        assert first.covered <= best.bound * (1 + 1e-12)
        assert best.covered <= first.bound * (1 + 1e-12)
        before = best.selected


def test_coverage_by_links_is_coverage_by_search(frames, parameters):
    kept = keep_layers(ChargingLayers(**frames))
    values = parameters.model_dump()
    for change in CHANGES:
        values |= change
        asked = put(kept, ChargingParameters(**values))
        choice = solve(kept, asked, lambda *_: None)
        found = sketched(kept, asked)[1]["demand"]["decision"]
        kept.choices.clear()
        kept.choices.append((None, (0.0, 0.0), choice))  # as before a change that changes nothing
        at_once, tables = sketched(kept, asked)
        assert at_once.choice.is_first
        if set(at_once.choice.selected) == set(choice.selected):
            assert tables["demand"]["decision"].equals(found)


def test_a_refused_site_costs_no_search_for_links(frames, parameters):
    kept = keep_layers(ChargingLayers(**frames))
    values = parameters.model_dump()
    first = put(kept, ChargingParameters(**values))
    again = put(kept, ChargingParameters(**values | {"refused_sites": ("C-c1",)}))
    assert again.ground.question.reach is first.ground.question.reach
    assert again.ground.before is first.ground.before
    assert again.ground.points is first.ground.points
    back = put(kept, ChargingParameters(**values))
    assert back.ground.question is first.ground.question


def test_back_and_forth_between_two_answers_makes_no_table_anew(frames, parameters):
    kept = keep_layers(ChargingLayers(**frames))
    values = parameters.model_dump()
    both = [put(kept, ChargingParameters(**values | {"new_stations": n})) for n in (1, 2)]
    for asked in both:
        solve(kept, asked, lambda *_: None)
    first = [sketched(kept, asked) for asked in both]
    for asked, before in zip(both * 2, first * 2, strict=True):
        assert sketched(kept, asked) is before


def test_an_answer_that_was_ended_early_is_not_kept(frames, parameters):
    kept = keep_layers(ChargingLayers(**frames))
    asked = put(kept, parameters)
    solve(kept, asked, lambda *_: True)
    assert solved(kept, asked) is None
    told = []
    solve(kept, asked, lambda covered, bound: told.append((covered, bound)))
    assert solved(kept, asked) is not None
    covered, bound = np.array(told).T
    assert (np.diff(covered) >= 0).all()
    assert (np.diff(bound) <= 0).all()
