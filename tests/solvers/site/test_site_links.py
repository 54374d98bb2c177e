"""The links of the siting solvers, and the weights that go with them."""

import numpy as np
import pandas as pd
import pytest

from nngis.errors import LayerError, ParameterError
from nngis.solvers.site.site_links import read_weights, site_links, site_links_from_csr

IDS = {"demand_ids": ["a", "b", "c"], "site_ids": ["x", "y"]}


def test_a_table_and_its_matrix_give_the_same_links():
    table = pd.DataFrame(
        {
            "demand_id": ["c", "a", "b"],
            "facility_id": ["y", "x", "x"],
            "distance_m": [3.0, 1.0, 2.0],
        },
    )
    one = site_links(table, **IDS)
    two = site_links_from_csr([0, 2, 3], [1, 0, 2], [2.0, 1.0, 3.0], **IDS)
    for name in ("start", "demand_at", "distance_m"):
        assert getattr(one, name).tolist() == getattr(two, name).tolist()


def test_a_radius_keeps_links_of_exactly_its_length():
    links = site_links_from_csr([0, 2, 3], [0, 1, 2], [1.0, 2.0, 3.0], **IDS)
    assert links.within(2.0).distance_m.tolist() == [1.0, 2.0]
    assert links.within(2.0).start.tolist() == [0, 2, 2]
    with pytest.raises(ParameterError):
        links.within(-1.0)


def test_an_infinite_link_is_no_link():
    links = site_links_from_csr([0, 2, 3], [0, 1, 2], [1.0, np.inf, 3.0], **IDS)
    assert links.demand_at.tolist() == [0, 2]
    assert links.start.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("start", "demand_at", "distance", "says"),
    [
        ([0, 2], [0, 1], [1.0, 1.0], "do not fit"),
        ([0, 1, 2], [0, 7], [1.0, 1.0], "1 link points"),
        ([0, 1, 2], [0, 1], [1.0, -1.0], "1 a negative"),
        ([0, 1, 2], [0, 1], [np.nan, 1.0], "1 link has no length"),
        ([0, 2, 2], [1, 1], [1.0, 2.0], "1 pair of demand and site is"),
    ],
)
def test_links_that_are_none_are_refused_with_their_number(start, demand_at, distance, says):
    with pytest.raises(LayerError, match=says):
        site_links_from_csr(start, demand_at, distance, **IDS)


def test_ids_that_repeat_are_refused():
    with pytest.raises(LayerError, match="1 site id repeats"):
        site_links_from_csr([0, 0, 0], [], [], demand_ids=["a"], site_ids=["x", "x"])


def test_weights_follow_the_ids_and_not_the_order():
    links = site_links_from_csr([0, 0, 0], [], [], **IDS)
    weights = pd.Series({"c": 3.0, "a": 1.0, "b": 2.0, "other": 9.0})
    assert read_weights(weights, links).tolist() == [1.0, 2.0, 3.0]


def test_every_kind_of_bad_weight_is_said_at_once():
    links = site_links_from_csr([0, 0, 0], [], [], **IDS)
    with pytest.raises(LayerError) as caught:
        read_weights(pd.Series({"a": -1.0, "b": np.inf}), links)
    assert len(caught.value.problems) == 3
    assert "'c'" in caught.value.say("en")
    assert "没有权重" in caught.value.say("zh")
    with pytest.raises(LayerError, match="3 weights are needed, 2"):
        read_weights([1.0, 2.0], links)
