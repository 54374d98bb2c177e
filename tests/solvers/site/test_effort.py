"""Who may end a search is asked as it improves, and again from time to time."""

from dataclasses import replace

import pytest

from nngis.solvers.site import _effort
from nngis.solvers.site._effort import start_effort


@pytest.fixture(autouse=True)
def at_every_look(monkeypatch):
    monkeypatch.setattr(_effort, "AGAIN_S", 0.0)


def test_a_search_is_ended_between_two_improvements():
    told = []

    def progress(*now):
        told.append(now)
        return len(told) == 3

    effort = start_effort(0.0, 60.0, progress)
    assert not effort.is_over  # nothing is found yet, and nobody is asked
    assert not effort.report(1.0, 5.0)
    assert not effort.report(1.0, 6.0)  # no better: not told
    assert not effort.is_over
    assert effort.is_over
    assert told == [(1.0, 5.0)] * 3
    assert effort.is_over
    assert len(told) == 3  # once ended nobody is asked again


def test_without_anybody_to_ask_time_alone_ends_it():
    effort = start_effort(0.0, 60.0)
    assert not effort.report(1.0, 5.0)
    assert not effort.is_over
    assert start_effort(0.0, 1e-9).is_over


@pytest.fixture
def clock(monkeypatch):
    """Return a clock of seconds that a test sets."""
    at = [100.0]
    monkeypatch.setattr(_effort, "_now", lambda: at[0])
    return at


@pytest.mark.parametrize(
    ("later_s", "left_s", "is_over"),
    [(0.0, 10.0, False), (9.5, 0.5, False), (10.0, 0.0, True), (25.0, 0.0, True)],
)
def test_a_search_is_over_when_its_time_is_and_not_before(clock, later_s, left_s, is_over):
    effort = replace(start_effort(0.0, 10.0), _began_s=clock[0])
    clock[0] += later_s
    assert (effort.spent_s, effort.left_s, effort.is_over) == (later_s, left_s, is_over)


def test_a_caller_ends_a_search_once_for_all(clock):
    effort = start_effort(0.0, 10.0)
    effort.stop(when=False)
    assert not effort.is_over
    effort.stop(when=True)
    effort.stop(when=False)
    assert effort.is_over
