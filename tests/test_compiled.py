"""The clock of time limits stands still while a function is compiled."""

import time

import numpy as np

from nngis.compiled import _Compiling, clock_s, compiled


def test_compiling_takes_no_time_by_the_clock_of_limits() -> None:
    @compiled
    def inner(x):
        return x * 2.0

    @compiled
    def outer(xs):
        total = 0.0
        for x in xs:
            total += inner(x)
        return total

    inner(1)  # the first of all makes the compiler ready as well
    began, clock = time.perf_counter(), clock_s()
    assert outer(np.array([1.0, 2.0])) == 6.0
    whole, counted = time.perf_counter() - began, clock_s() - clock
    assert 0.0 <= counted < whole / 2  # most of it was compiling


def test_waiting_takes_time_by_the_clock_of_limits() -> None:
    began, clock = time.perf_counter(), clock_s()
    time.sleep(0.02)
    whole = time.perf_counter() - began
    assert 0.02 <= clock_s() - clock <= whole + 0.02


def test_what_is_compiled_within_another_is_not_counted_twice(monkeypatch) -> None:
    # Begun at 10 s; within it another from 12 to 15; ended at 20. Then one from 30 to 31.
    hours = iter([10.0, 20.0, 30.0, 31.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(hours))
    heard = _Compiling()
    for told in ("start", "start", "end", "end"):
        getattr(heard, f"on_{told}")(None)
    assert heard.spent_s == 10.0
    heard.on_start(None)
    heard.on_end(None)
    assert heard.spent_s == 11.0
