"""Points that cannot be where a row is are named, row by row."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.ledger.problems import faulty
from nngis.ledger.strays import strays

inside = st.tuples(st.floats(105, 111), st.floats(21.5, 26))
elsewhere_in_china = st.tuples(st.floats(114, 120), st.floats(28, 40))
fill_in = st.sampled_from(
    [(10.99, 10.99), (180.0, 90.0), (-180.0, -90.0), (50.0, 50.0), (180.0, 0.5)]
)
abroad = st.tuples(st.floats(-70, 60), st.floats(-50, -5)).filter(lambda at: at[0] != at[1])


def points(*at: tuple[float, float]) -> np.ndarray:
    return np.asarray(shapely.points(np.array(at)), dtype=object)


@settings(max_examples=100, deadline=None)
@given(
    good=st.one_of(
        st.lists(inside, min_size=3, max_size=8),
        st.lists(elsewhere_in_china, min_size=3, max_size=8),
    ),
    bad=st.one_of(fill_in, abroad),
)
def test_one_point_that_lies_elsewhere_is_rejected(
    good: list[tuple[float, float]], bad: tuple[float, float]
) -> None:
    found = strays(points(*good, bad), "经度", is_chinese=True)
    assert faulty(found, len(good) + 1).tolist() == [False] * len(good) + [True]


@given(fill_in)
def test_a_lone_fill_in_is_rejected(bad: tuple[float, float]) -> None:
    assert faulty(strays(points(bad), "经度", is_chinese=True), 1).all()


@given(st.lists(abroad, min_size=1, max_size=5))
def test_a_chinese_ledger_abroad_is_doubted_not_refused(at: list[tuple[float, float]]) -> None:
    found = strays(points(*at), "经度", is_chinese=True)
    assert all(one.doubt for one in found)
    assert sorted(found[0].rows.tolist()) == list(range(len(at)))


def test_a_ledger_of_another_country_is_left_in_peace() -> None:
    assert strays(points((-0.12, 51.5), (-1.2, 52.9)), "longitude", is_chinese=False) == []
