"""The clock of time limits stands still while a function is compiled."""

import time

import numpy as np

from nngis.compiled import clock_s, compiled


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
