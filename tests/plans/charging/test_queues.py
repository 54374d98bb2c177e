"""Queues: against published values, exact cases, limits, and a small simulation."""

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import pdtr
from scipy.stats import poisson

from nngis.errors import ParameterError
from nngis.plans.charging.day_load import load_over_day
from nngis.plans.charging.queues import (
    erlang_b,
    erlang_c,
    mean_wait_h,
    wait_within_h,
)
from nngis.plans.charging.servers import servers_for_mean_wait, servers_for_wait_within

# Traffic that n lines carry at 1 % and at 2 % loss: the Erlang B table printed in telephone
# handbooks (among them ITU-D, Teletraffic Engineering Handbook).
LOSS_TABLE = {
    0.01: {1: 0.0101, 2: 0.153, 5: 1.361, 10: 4.461, 20: 12.03, 50: 37.9, 100: 84.06},
    0.02: {1: 0.0204, 2: 0.223, 5: 1.657, 10: 5.084, 20: 13.18, 30: 21.93, 100: 87.97},
}
loads = st.floats(0.01, 60.0)
counts = st.integers(1, 80)


def simulated_waits(rate, draw, servers, n, seed):
    """Serve n arrivals first come, first served; return their waits."""
    rng = np.random.default_rng(seed)
    arrive = np.cumsum(rng.exponential(1 / rate, n))
    need = draw(rng, n)
    free = [0.0] * servers
    waits = np.empty(n)
    for at, (now, length) in enumerate(zip(arrive.tolist(), need.tolist(), strict=True)):
        start = max(now, heapq.heappop(free))
        waits[at] = start - now
        heapq.heappush(free, start + length)
    return waits[n // 10 :]


@pytest.mark.parametrize("loss", LOSS_TABLE)
def test_erlang_b_gives_the_printed_loss(loss):
    # A load printed to three or four figures lies between loads half a last figure below and above.
    for lines, load in LOSS_TABLE[loss].items():
        half = 0.5 * 10.0 ** -len(str(load).partition(".")[2])
        assert erlang_b(load - half, lines) < loss < erlang_b(load + half, lines)


def test_erlang_b_is_the_last_term_of_a_cut_poisson_distribution():
    load, servers = np.array([0.3, 7.0, 40.0, 900.0]), np.array([2, 9, 44, 950])
    expected = poisson.pmf(servers, load) / pdtr(servers, load)
    np.testing.assert_allclose(erlang_b(load, servers), expected, rtol=1e-9)


def test_erlang_c_is_its_textbook_sum():
    for load, servers in ((0.5, 1), (1.5, 2), (2.4, 4), (10.0, 14), (48.0, 55)):
        terms = [load**k / math.factorial(k) for k in range(servers)]
        last = load**servers / math.factorial(servers) * servers / (servers - load)
        assert erlang_c(load, servers) == pytest.approx(last / (sum(terms) + last), rel=1e-12)


def test_the_repair_shop_of_bronsons_exercise_waits_as_printed():
    # Bronson, Operations Research (1982), problem 24.6: three servers, 300 a year, two days each:
    # Lq 0.352, Wq 0.001175 years.
    wait_years = mean_wait_h(300.0, 2 / 365, 3)
    assert wait_years == pytest.approx(0.001175, abs=5e-7)
    assert wait_years * 300 == pytest.approx(0.352, abs=5e-4)


def test_the_county_hospital_of_hillier_and_lieberman_waits_as_printed():
    # Hillier and Lieberman, Introduction to Operations Research: two an hour, three served an
    # hour; one doctor 2/3 h, two doctors 1/24 h, and 1/6 must wait at all.
    np.testing.assert_allclose(mean_wait_h(2.0, 1 / 3, [1, 2]), [2 / 3, 1 / 24], rtol=1e-12)
    assert erlang_c(2 / 3, 2) == pytest.approx(1 / 6, rel=1e-12)


def test_ten_erlangs_on_fourteen_agents_wait_as_call_centre_tables_say():
    # 100 calls in half an hour of three minutes each, a worked example printed by many call
    # centre handbooks: 17.4 % wait, 7.8 s on average, 88.8 % answered within 20 s.
    assert erlang_c(10.0, 14) == pytest.approx(0.174, abs=5e-4)
    assert mean_wait_h(200.0, 0.05, 14) * 3600 == pytest.approx(7.8, abs=0.05)
    assert wait_within_h(200.0, 0.05, 14, 0.888) * 3600 == pytest.approx(20.0, abs=0.3)


def test_with_equal_services_one_server_waits_as_pollaczek_and_khinchine_say():
    busy = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(
        mean_wait_h(busy * 2, 0.5, 1, service_scv=0.0), busy * 0.5 / (2 * (1 - busy)), rtol=1e-12
    )


def test_ten_thousand_servers_are_no_trouble():
    chance = erlang_c([9_900.0, 9_000.0], 10_000)
    # Halfin and Whitt (1981): 1 / (1 + b N(b) / n(b)) with b = (c - a) / sqrt(c) for many servers.
    b = 1.0
    phi, density = 0.841344746, math.exp(-0.5) / math.sqrt(2 * math.pi)
    assert chance[0] == pytest.approx(1 / (1 + b * phi / density), rel=0.02)
    assert 0 <= chance[1] < 1e-20


def test_who_cannot_keep_up_waits_for_ever():
    assert erlang_c([2.0, 3.0], 2).tolist() == [1.0, 1.0]
    assert mean_wait_h([4.0, 6.0], 0.5, 2).tolist() == [math.inf, math.inf]
    assert wait_within_h(6.0, 0.5, 2, 0.5) == math.inf


def test_what_is_not_known_stays_unknown():
    assert np.isnan(erlang_b(np.nan, [0, 3])).all()
    assert np.isnan(mean_wait_h([np.nan, 1.0], [1.0, np.nan], 3)).all()
    assert np.isnan(wait_within_h(np.nan, 1.0, 3, 0.9))
    with pytest.raises(ParameterError, match="missing"):
        servers_for_mean_wait([1.0, np.nan], 1.0, 0.1)


def test_nobody_arriving_waits_nothing_and_needs_nothing():
    assert mean_wait_h(0.0, 0.5, 1) == 0
    assert servers_for_wait_within([0.0, 1.0], 0.5, 0.0, 0.5).tolist()[0] == 0


@pytest.mark.parametrize(
    ("call", "where"),
    [
        (lambda: erlang_b(-1.0, 2), "offered_load"),
        (lambda: erlang_c(1.0, -2), "servers"),
        (lambda: mean_wait_h(1.0, 0.0, 2), "service_h"),
        (lambda: mean_wait_h(1.0, 1.0, 2, service_scv=-1.0), "service_scv"),
        (lambda: wait_within_h(1.0, 1.0, 2, 1.0), "share"),
        (lambda: servers_for_mean_wait(1.0, 1.0, 0.0), "longest_h"),
        (lambda: servers_for_wait_within(1.0, 1.0, -1.0, 0.9), "longest_h"),
        (lambda: load_over_day([1.0, -1.0], 1.0), "arrivals_per_h"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, where):
    with pytest.raises(ParameterError) as caught:
        call()
    assert caught.value.problems[0].where == where


@settings(max_examples=60, deadline=None)
@given(loads, counts)
def test_more_servers_never_mean_more_waiting(load, servers):
    chance = erlang_c(load, [servers, servers + 1])
    assert 0 <= chance[1] <= chance[0] <= 1
    assert erlang_b(load, servers) <= chance[0] + 1e-15
    wait = mean_wait_h(load, 1.0, [servers, servers + 1])
    assert wait[1] <= wait[0]


def test_a_simulation_of_exponential_services_waits_as_computed():
    waits = simulated_waits(8.0, lambda rng, n: rng.exponential(0.5, n), 5, 300_000, seed=7)
    assert waits.mean() == pytest.approx(mean_wait_h(8.0, 0.5, 5), rel=0.06)
    assert (waits > 0).mean() == pytest.approx(erlang_c(4.0, 5), rel=0.03)
    assert np.quantile(waits, 0.9) == pytest.approx(wait_within_h(8.0, 0.5, 5, 0.9), rel=0.06)


@pytest.mark.parametrize(
    ("scv", "draw"),
    [
        (0.0, lambda _, n: np.full(n, 0.5)),
        (0.25, lambda rng, n: rng.gamma(4.0, 0.125, n)),
        (0.5, lambda rng, n: rng.gamma(2.0, 0.25, n)),
    ],
)
def test_a_simulation_of_other_services_waits_about_as_lee_and_longton_say(scv, draw):
    waits = simulated_waits(8.0, draw, 5, 300_000, seed=11)
    assert waits.mean() == pytest.approx(mean_wait_h(8.0, 0.5, 5, service_scv=scv), rel=0.06)
