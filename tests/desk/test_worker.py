"""The process that computes: what becomes of a job when it ends."""

import queue

import pytest
from small_case import make_case

from nngis.desk.worker import GONE, Job, Worker
from nngis.run.cases import case as open_case

SOON_S = 300.0


@pytest.fixture
def case(tmp_path):
    return make_case(tmp_path / "case")


@pytest.fixture
def answers():
    return queue.Queue()


@pytest.fixture
def worker(case, answers):
    found = Worker(case, answers.put)
    yield found
    found.stop()


def answer(answers):
    while not (done := answers.get(timeout=SOON_S)).finished:
        pass
    return done


def test_a_process_that_something_else_ends_says_so_and_another_takes_its_place(
    worker, answers, case
):
    job = Job(1, "run", open_case(case).scenario.model_copy(update={"plans": ("heat",)}))
    worker.ask(job)
    worker._process.kill()
    done = answer(answers)
    assert (done.number, done.problems) == (1, (GONE,))
    worker.ask(Job(2, "run", job.scenario))
    done = answer(answers)
    assert (done.number, done.problems) == (2, ())
    assert [one.plan for one in done.results] == ["heat"]


def test_a_job_that_is_stopped_has_no_answer(worker, answers, case):
    job = Job(1, "run", open_case(case).scenario.model_copy(update={"plans": ("heat",)}))
    worker.ask(job)
    worker.stop()
    worker.ask(Job(2, "run", job.scenario))
    assert answer(answers).number == 2
