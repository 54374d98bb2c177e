"""The fewest servers: they hold the target, and one fewer does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import ParameterError
from nngis.plans.charging import servers
from nngis.plans.charging.queues import mean_wait_h, wait_within_h
from nngis.plans.charging.servers import servers_for_mean_wait, servers_for_wait_within

loads = st.floats(0.01, 60.0)


def test_a_target_beyond_all_stations_is_refused(monkeypatch):
    monkeypatch.setattr(servers, "MOST_SERVERS", 50)
    assert servers_for_mean_wait(49.0, 1.0, 1.0) == 50
    with pytest.raises(ParameterError, match="More than 50"):
        servers_for_mean_wait(50.0, 1.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(loads, min_size=1, max_size=6),
    st.floats(0.05, 4.0),
    st.floats(0.01, 0.5),
    st.floats(0.0, 2.0),
)
def test_the_fewest_servers_hold_the_target_and_one_fewer_does_not(rates, service, target, scv):
    rates = np.array(rates)
    mean = servers_for_mean_wait(rates, service, target, service_scv=scv)
    assert (mean_wait_h(rates, service, mean, service_scv=scv) <= target).all()
    fewer = np.maximum(mean - 1, 0)
    assert ((mean_wait_h(rates, service, fewer, service_scv=scv) > target) | (fewer == 0)).all()
    within = servers_for_wait_within(rates, service, target, 0.9, service_scv=scv)
    assert (wait_within_h(rates, service, within, 0.9, service_scv=scv) <= target).all()
    fewer = np.maximum(within - 1, 0)
    too_long = wait_within_h(rates, service, fewer, 0.9, service_scv=scv) > target
    assert (too_long | (fewer == 0)).all()


def test_many_stations_and_hours_at_once_are_each_alone():
    rates = np.array([[0.0, 3.0, 9.0], [1.0, 20.0, 0.5]])
    service = np.array([[0.4], [1.5]])
    together = servers_for_mean_wait(rates, service, 0.1)
    alone = [
        [int(servers_for_mean_wait(rates[i, j], service[i, 0], 0.1)) for j in range(3)]
        for i in range(2)
    ]
    assert together.tolist() == alone
