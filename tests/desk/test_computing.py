"""What is asked of the worker, one question a plan at a time."""

import pytest
from small_case import make_case

from nngis.desk.computing import STOPPED, Computing, key_of
from nngis.run.cases import case as open_case


@pytest.fixture
def computing(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("nngis.desk.worker.Worker.ask", lambda _, job: asked.append(job.number))
    found = Computing(open_case(make_case(tmp_path / "case", ("counties",))), lambda _: None)
    found.asked = asked
    return found


def want(computing, radius_m):
    scenario = computing.case.scenario
    values = {"heat": {**scenario.parameters.get("heat", {}), "supply_radius_m": radius_m}}
    asked = scenario.model_copy(update={"parameters": values})
    key = key_of("heat", asked)
    computing.want("heat", asked, key)
    return key


def test_of_questions_that_wait_the_last_counts(computing):
    keys = [want(computing, radius_m) for radius_m in (1000.0, 2000.0, 3000.0)]
    assert computing.asked == [1]
    assert [key for key, _ in computing._waiting.values()] == keys[2:]


def test_what_is_computed_and_what_waits_are_stopped_alike(computing):
    first, second = want(computing, 1000.0), want(computing, 2000.0)
    computing.stop()
    assert computing.failed == {first: [STOPPED], second: [STOPPED]}
    assert computing.busy() == []
    assert computing.asked == [1]
