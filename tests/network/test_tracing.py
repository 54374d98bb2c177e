"""Upstream tracing against brute force."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.network.tracing import backwards, upstream


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12),
    st.integers(0, 6),
)
def test_upstream_is_what_walking_back_pipe_by_pipe_reaches(pipes, node):
    pipes = [*pipes, (7, 7)]  # so that every node drawn is one of the network
    start, end = (np.array(v) for v in zip(*pipes, strict=True))
    reached, grown = {node}, True
    while grown:
        more = {s for s, e in pipes if e in reached} - reached
        reached |= more
        grown = bool(more)
    assert set(upstream(backwards(start, end), node).tolist()) == reached
