"""Heat matched to users, by hand and against every way of whole tonnes."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.kernel.links import make_links
from nngis.register.matching import match


def test_a68_serves_what_the_sources_can_give_within_5_km(asked, at, layer):
    sources = layer(
        {
            "x": {"waste_heat_t_h": 6.0, "geometry": at(0, 0)},
            "y": {"waste_heat_t_h": 8.0, "geometry": at(4, 0)},
        }
    )
    users = layer(
        {
            "a": {"steam_t_h": 10.0, "geometry": at(1, 0)},
            "b": {"steam_t_h": 5.0, "geometry": at(8, 0)},
            "c": {"steam_t_h": 5.0, "geometry": at(14, 0)},
        }
    )
    found = asked("A68", waste_heat_sources=sources, heat_users=users)
    # All 14 t/h flow either way; y's heat goes to a (3 km) before b (4 km).
    assert found.objects["served_t_h"].to_dict() == {"a": 10.0, "b": 4.0, "c": 0.0}
    assert found.objects["state"].to_dict() == {"a": "done", "b": "open", "c": "open"}
    assert found.parts[0].value == 14.0
    assert found.by_county["value"].to_dict() == {"兴宁区": 14.0, "横州市": 0.0}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=2),
    st.lists(st.integers(0, 3), min_size=2, max_size=2),
    st.lists(st.integers(1, 9), min_size=4, max_size=4),
)
def test_no_other_way_serves_more_or_as_much_over_less(load, room, distance):
    at = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    links = make_links(["a", "b"], ["x", "y"], *at, np.array(distance, dtype=float))
    flow = match(links, pd.Series(load, ["a", "b"]), pd.Series(room, ["x", "y"]))
    d = links["distance_m"].to_numpy()
    user, source = links["demand_id"].eq("b"), links["facility_id"].eq("y")
    ways = []
    for trial in product(range(4), repeat=4):
        f = np.array(trial)
        if (
            f[~user].sum() <= load[0]
            and f[user].sum() <= load[1]
            and f[~source].sum() <= room[0]
            and f[source].sum() <= room[1]
        ):
            ways.append((-f.sum(), float((f * d).sum())))
    assert (-flow.sum(), (flow * d).sum()) == pytest.approx(min(ways))
