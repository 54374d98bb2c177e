"""Who may end a search is asked as it improves, and again from time to time."""

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
