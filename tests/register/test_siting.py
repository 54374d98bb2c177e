"""Shared facilities, by hand and against every choice."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.register import siting
from nngis.register.siting import p_median


def costs(distance, weight, p):
    return {
        choice: float((distance[:, choice].min(axis=1) * weight).sum())
        for choice in combinations(range(distance.shape[1]), p)
    }


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 6), st.integers(2, 5), st.integers(1, 2), st.integers(0, 999))
def test_no_other_choice_of_sites_is_better(n, k, p, seed):
    rng = np.random.default_rng(seed)
    distance, weight = rng.integers(1, 50, (n, k)).astype(float), rng.integers(1, 5, n)
    chosen, proven = p_median(distance, weight.astype(float), p)
    every = costs(distance, weight, p)
    assert proven
    assert every[tuple(chosen)] == min(every.values())


def test_exchange_ends_where_no_single_exchange_is_better(monkeypatch):
    monkeypatch.setattr(siting, "FEW_TRIALS", 0)
    rng = np.random.default_rng(5)
    for _ in range(20):
        distance, weight = rng.uniform(1, 50, (12, 7)), rng.uniform(1, 5, 12)
        chosen, proven = p_median(distance, weight, 3)
        every = costs(distance, weight, 3)
        near = [c for c in every if len(set(c) & set(chosen.tolist())) == 2]
        assert not proven
        assert all(every[tuple(chosen)] <= every[c] + 1e-9 for c in near)
        assert every[tuple(chosen)] <= 1.2 * min(every.values())


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


def test_a17_leaves_out_firms_that_no_chosen_park_reaches(asked, at, layer):
    firms = layer(
        {k: {"sector": "电镀", "geometry": at(x, 5)} for k, x in [("a", 1), ("b", 18), ("far", 90)]}
    )
    parks = layer({"p": {"name_zh": "p", "geometry": at(1, 5).buffer(100)}})
    found = asked("A17", enterprises=firms, parks=parks)
    assert found.objects["state"].to_dict() == {"a": "done", "b": "done", "far": "open"}
    assert found.objects["distance_m"]["b"] == pytest.approx(17_000, rel=1e-3)
