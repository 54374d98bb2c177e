"""Shared facilities, by hand and against every choice."""

from itertools import combinations

import numpy as np
import pytest


def test_no_other_three_parks_are_nearer_to_the_firms(asked, at, layer):
    rng = np.random.default_rng(4)
    firm, park = rng.uniform(0, 10, (15, 2)), rng.uniform(0, 10, (6, 2))
    weight = rng.integers(1, 9, 15).astype(float)
    firms = layer(
        {
            f"f{i}": {"sector": "电镀", "voc_t_a": weight[i], "geometry": at(*xy)}
            for i, xy in enumerate(firm)
        }
    )
    parks = layer({f"p{j}": {"geometry": at(*xy).buffer(1)} for j, xy in enumerate(park)})
    found = asked("A17", enterprises=firms, parks=parks)
    distance = np.hypot(*(firm[:, None] - park[None]).transpose(2, 0, 1)) * 1000
    every = [(distance[:, c].min(axis=1) * weight).sum() for c in combinations(range(6), 3)]
    mine = (found.objects["facility_m"].to_numpy() * weight).sum()
    assert mine == pytest.approx(min(every), rel=1e-3)


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
    assert found.objects["facility_m"]["b"] == pytest.approx(17_000, rel=1e-3)
