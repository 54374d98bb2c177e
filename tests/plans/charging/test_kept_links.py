"""Links that a session keeps are those that a search of all sites finds."""

import numpy as np
import pandas as pd
import pytest

from nngis.plans.charging.ground import road_graph
from nngis.plans.charging.kept_links import KeptLinks
from nngis.plans.charging.nearest import cover_links

SPOTS = {"a": (1000, 1000), "b": (4000, 1000), "c": (2500, 3000)}


@pytest.fixture
def points(demand):
    return demand.assign(own_radius_m=3000.0)


@pytest.mark.parametrize("on_roads", [True, False])
def test_links_after_any_change_of_sites_are_those_of_a_search_of_all(
    points, roads, parameters, layer, on_roads
):
    graph = road_graph(roads, parameters)[0] if on_roads else None
    kept = KeptLinks()
    for spots in (
        SPOTS,
        {**SPOTS, "d": (2000, 2000)},  # one more
        {**SPOTS, "d": (2200, 1900)},  # it moves
        {"a": SPOTS["a"], "c": SPOTS["c"]},  # others go
        {"c": SPOTS["c"], "a": SPOTS["a"], "b": (100, 100)},  # order and place change
        SPOTS,
        {},
        SPOTS,
    ):
        sites = layer(spots, "site_id")
        found = kept.cover_links(graph, points, sites, parameters)
        whole = cover_links(graph, points, sites, parameters)
        pd.testing.assert_frame_equal(found.table, whole.table, check_exact=True)
        assert found.site_ids.equals(whole.site_ids)
        for name in ("start", "demand_at", "distance_m"):
            np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))


def test_the_same_sites_again_cost_nothing(points, parameters, layer):
    kept = KeptLinks()
    first = kept.cover_links(None, points, layer(SPOTS, "site_id"), parameters)
    kept.cover_links(None, points, layer({**SPOTS, "d": (9, 9)}, "site_id"), parameters)
    assert kept.cover_links(None, points, layer(SPOTS, "site_id"), parameters) is first
