"""Splits add up, to the hundredth."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.register.split import split_by_weight


@given(st.floats(0, 1e5), st.lists(st.floats(0.1, 1e7), min_size=1, max_size=15))
def test_parts_add_up_and_lie_within_a_hundredth_of_their_share(total, weights):
    w = pd.Series(weights)
    parts = split_by_weight(total, w)
    assert parts.sum() == pytest.approx(round(total * 100) / 100)
    assert ((parts - total * w / w.sum()).abs() < 0.0151).all()
