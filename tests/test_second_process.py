"""A second process does the same as this one, and this one goes on without it."""

import copy
import os
import signal
import time
from concurrent.futures import BrokenExecutor, CancelledError, Executor

import pytest

from nngis import second_process as module
from nngis.errors import LayerError, NngisError, Problem
from nngis.second_process import begin, second_process, send_once
from nngis.text import Warned


def process_of(_: object = None) -> int:
    return os.getpid()


def end_of_process(number: int) -> None:
    """Kill a process, if it is this one."""
    if os.getpid() == number:
        os.kill(number, signal.SIGTERM)
        time.sleep(60.0)


def grow(values: list[int]) -> int:
    values.append(0)
    return len(values)


class Dead(Executor):
    """Another process that was killed."""

    def submit(self, *_args, **_kwargs):
        raise BrokenExecutor


def test_another_process_does_the_work_and_brings_back_what_came_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "cores", lambda: 2)
    with second_process(["json"]) as second:
        assert second is not None
        assert second.submit(os.getpid).result() != os.getpid()
        assert begin(second, divmod, 7, 2)() == (3, 1)
        sentence = Warned("2 台", "2 boilers", table="boilers", ids=["a", "b"])
        back = begin(second, max, [sentence])()
        assert (back, back.table, back.ids) == (sentence, "boilers", ("a", "b"))
        with pytest.raises(ZeroDivisionError):
            begin(second, divmod, 1, 0)()


def test_what_several_pieces_of_work_take_is_sent_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 2)
    mine, other = [1, 2], [1, 2]
    with second_process() as second:
        send_once(second, mine)
        # There is one list over there, which remembers; of the other each work gets a copy.
        assert second is not None
        assert [second.submit(grow, mine).result() for _ in range(3)] == [3, 4, 5]
        assert [second.submit(grow, other).result() for _ in range(2)] == [3, 3]
    assert mine == other == [1, 2]


def test_a_machine_of_one_core_has_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 1)
    with second_process() as second:
        assert second is None
        assert begin(second, process_of)() == os.getpid()


def test_work_that_the_other_process_has_not_begun_is_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "cores", lambda: 2)
    with second_process() as second:
        first = begin(second, time.sleep, 1.0)
        ends = [begin(second, process_of, k) for k in range(5)]
        assert ends[-1]() == ends[2]() == os.getpid()
        first()
        assert ends[0]() != os.getpid()


def test_what_was_given_to_a_process_that_is_killed_is_done_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "cores", lambda: 2)
    with second_process() as second:
        assert second is not None
        other = second.submit(os.getpid).result()
        last = begin(second, time.sleep, 0.0)
        last()
        ends = [begin(second, process_of, k) for k in range(3)]
        ends.insert(0, begin(second, end_of_process, other))
        assert ends[-1]() in {os.getpid(), other}
        ends[0]()
        assert begin(second, process_of)() == os.getpid()


def test_an_error_ends_the_other_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 2)
    asleep = []

    def fails() -> None:
        with second_process() as second:
            assert second is not None
            second.submit(os.getpid).result()
            asleep.append(second.submit(time.sleep, 600.0))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with pytest.raises((BrokenExecutor, CancelledError)):
        asleep[0].result()


def test_where_the_other_process_was_killed_this_one_does_the_work() -> None:
    assert begin(Dead(), process_of)() == os.getpid()


def test_an_error_comes_back_with_all_its_problems() -> None:
    error = LayerError.of([Problem("一", "one", "a"), Problem("二", "two", "b")])
    back = copy.copy(error)  # as it is sent
    assert isinstance(back, NngisError)
    assert type(back) is LayerError
    assert (back.problems, str(back)) == (error.problems, str(error))
