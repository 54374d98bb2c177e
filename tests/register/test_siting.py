"""Shared facilities, by hand and against every choice."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import InfeasibleError
from nngis.kernel.links import make_links
from nngis.register.siting import p_median


def links_of(distance):
    n, k = distance.shape
    d, f = np.divmod(np.arange(n * k), k)
    return make_links(
        [f"d{i}" for i in range(n)],
        [f"f{j}" for j in range(k)],
        d,
        f,
        distance.ravel().astype(float),
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(2, 5), st.integers(1, 2), st.integers(0, 999))
def test_no_other_choice_of_sites_is_better(n, k, p, seed):
    rng = np.random.default_rng(seed)
    distance, weight = rng.integers(1, 50, (n, k)), rng.integers(1, 5, n)
    chosen = p_median(
        links_of(distance),
        pd.Series(weight, [f"d{i}" for i in range(n)]),
        pd.Index([f"f{j}" for j in range(k)]),
        p,
    )
    cost = {
        s: (distance[:, s].min(axis=1) * weight).sum()
        for s in map(list, combinations(range(k), p))
        for s in [tuple(s)]
    }
    assert len(chosen) == p
    assert cost[tuple(chosen)] == min(cost.values())


def test_a_firm_out_of_reach_of_p_sites_is_an_error():
    links = links_of(np.array([[1, 9], [9, 1]]))
    near = links[links["distance_m"] < 5]
    with pytest.raises(InfeasibleError):
        p_median(near, pd.Series(1.0, ["d0", "d1"]), pd.Index(["f0", "f1"]), 1)


def test_a17_sites_shared_treatment_in_parks(asked, at, layer):
    rows = {"a": ("工业涂装", 1), "b": ("包装印刷", 2), "c": ("电镀", 18), "d": ("制糖", 9)}
    firms = layer(
        {k: {"sector": s, "voc_t_a": 10.0, "geometry": at(x, 5)} for k, (s, x) in rows.items()}
    )
    parks = layer(
        {
            k: {"name_zh": k, "geometry": at(x, 5).buffer(100)}
            for k, x in [("p", 1), ("q", 2), ("r", 18), ("s", 10)]
        }
    )
    found = asked("A17", enterprises=firms, parks=parks)
    assert found.objects["site_id"].to_dict() == {"a": "p", "b": "q", "c": "r"}
    assert found.parts[0].value == 3.0
    assert found.assumptions
