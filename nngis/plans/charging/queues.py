"""Waiting for one of several equal servers: Erlang's formulas.

Rates are per hour and times in hours. Arrays broadcast, so one call answers for all stations and
all hours. A number that is not known stays unknown: NaN in, NaN out.
"""

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats
from nngis.errors import ParameterError, Problem, require

Counts = npt.NDArray[np.int64]


def erlang_b(offered_load: npt.ArrayLike, servers: npt.ArrayLike) -> Floats:
    """Give the share of arrivals lost where nobody waits (M/G/c/c).

    Examples
    --------
    One server: a / (1 + a). Two: (a² / 2) / (1 + a + a² / 2).

    >>> erlang_b(1.0, [0, 1, 2])
    array([1. , 0.5, 0.2])
    """
    # Erlang, A. K. (1917). The recursion over servers, B(n) = a B(n-1) / (n + a B(n-1)), has no
    # factorial and only positive terms, so it is stable for any number: Jagerman, D. L. (1974),
    # Bell System Technical Journal 53(3).
    load, count = _checked(offered_load, servers)
    lost = np.ones(load.shape)
    found = np.where(np.isnan(load), np.nan, 1.0)
    for n in range(1, int(count.max(initial=0)) + 1):
        carried = load * lost
        lost = carried / (n + carried)
        found = np.where(count == n, lost, found)
    return found


def erlang_c(offered_load: npt.ArrayLike, servers: npt.ArrayLike) -> Floats:
    """Give the probability of waiting where everybody waits until served (M/M/c).

    Examples
    --------
    With one server it is how busy that server is; with two and one erlang it is a third.

    >>> erlang_c([0.25, 1.0, 2.0], [1, 2, 2]).round(4)
    array([0.25  , 0.3333, 1.    ])
    """
    # Cooper, R. B. (1981). Introduction to Queueing Theory, 2nd ed., eq. 3.4.8: from Erlang B.
    load, count = _checked(offered_load, servers)
    return waiting_chance(erlang_b(load, count), load, count)


def mean_wait_h(
    arrivals_per_h: npt.ArrayLike,
    service_h: npt.ArrayLike,
    servers: npt.ArrayLike,
    *,
    arrival_scv: float = 1.0,
    service_scv: float = 1.0,
) -> Floats:
    """Give the mean wait before service, of all who arrive.

    Examples
    --------
    Two arrivals an hour, 20 minutes each: one server 40 minutes of wait, two 2.5 minutes.

    >>> (mean_wait_h(2.0, 1 / 3, [1, 2]) * 60).round(6)
    array([40. ,  2.5])
    """
    # Exact for M/M/c (both 1) and, with one server and Poisson arrivals, for M/G/1. Otherwise the
    # Allen-Cunneen approximation; with `arrival_scv` 1 that is the one of Lee and Longton. Against
    # simulation (2 to 20 servers, 60 to 80 % busy, Poisson arrivals) the mean is 2 to 7 % short for
    # a `service_scv` of 0.5 and 2 to 11 % short for 0.
    # Allen, A. O. (1990). Probability, Statistics, and Queueing Theory, 2nd ed., section 5.4. Lee,
    # A. M.; Longton, P. A. (1959). Operational Research Quarterly 10(1).
    rate, service, count = checked_rates(
        arrivals_per_h, service_h, servers, arrival_scv, service_scv
    )
    chance = erlang_c(rate * service, count)
    return chance * wait_if_waiting_h(rate, service, count, (arrival_scv + service_scv) / 2)


def wait_within_h(
    arrivals_per_h: npt.ArrayLike,
    service_h: npt.ArrayLike,
    servers: npt.ArrayLike,
    share: float,
    *,
    arrival_scv: float = 1.0,
    service_scv: float = 1.0,
) -> Floats:
    """Give the wait that a share of all who arrive do not exceed.

    Examples
    --------
    Two thirds wait, 40 minutes on average of all, so one hour of those who wait; the wait that
    nine of ten keep below is ln(0.667 / 0.1) hours.

    >>> wait_within_h([2.0], 1 / 3, 1, 0.9).round(4)
    array([1.8971])
    """
    # Exact for M/M/c. Otherwise the wait of those who wait is taken as exponential about the Allen-
    # Cunneen mean. Against simulation (2 to 20 servers, 60 to 80 % busy) the ninetieth percentile
    # is within 10 % for a `service_scv` of 0.5, and up to 22 % short for equal services on many
    # servers, where waits are short; `service_scv` 1 is the safe side.
    check_share(share)
    rate, service, count = checked_rates(
        arrivals_per_h, service_h, servers, arrival_scv, service_scv
    )
    chance = erlang_c(rate * service, count)
    spread = (arrival_scv + service_scv) / 2
    return wait_percentile_h(chance, wait_if_waiting_h(rate, service, count, spread), share)


def waiting_chance(lost: Floats, load: Floats, servers: Floats | Counts) -> Floats:
    """Turn Erlang B into Erlang C."""
    keeps_up = servers > load
    busy = np.divide(load, servers, out=np.ones(load.shape), where=keeps_up)
    chance = np.where(keeps_up, lost / (1.0 - busy * (1.0 - lost)), 1.0)
    return np.where(np.isnan(load), np.nan, chance)


def wait_if_waiting_h(
    rate: Floats, service: Floats, servers: Floats | Counts, spread: float
) -> Floats:
    """Give the mean wait [h] of those who wait."""
    spare = servers - rate * service
    wait = np.divide(service * spread, spare, out=np.full(rate.shape, np.inf), where=spare > 0)
    return np.where(np.isnan(rate * service), np.nan, wait)


def wait_percentile_h(chance: Floats, if_waiting_h: Floats, share: float) -> Floats:
    """Give the wait [h] that a share of all do not exceed."""
    over = np.maximum(chance / (1.0 - share), 1.0)
    waits = over > 1.0
    length = np.where(waits, if_waiting_h, 0.0) * np.where(waits, np.log(over), 1.0)
    return np.where(np.isnan(chance), np.nan, length)


def checked_rates(
    arrivals_per_h: npt.ArrayLike,
    service_h: npt.ArrayLike,
    servers: npt.ArrayLike,
    arrival_scv: float,
    service_scv: float,
) -> tuple[Floats, Floats, Counts]:
    """Broadcast rates, service times and servers, and refuse what cannot be."""
    rate, service, count = np.broadcast_arrays(
        np.asarray(arrivals_per_h, np.float64),
        np.asarray(service_h, np.float64),
        np.asarray(servers, np.int64),
    )
    scvs = {"arrival_scv": np.asarray(arrival_scv), "service_scv": np.asarray(service_scv)}
    check_signs({"arrivals_per_h": rate, "servers": count, **scvs}, {"service_h": service})
    return rate, service, count


def _checked(offered_load: npt.ArrayLike, servers: npt.ArrayLike) -> tuple[Floats, Counts]:
    load, count = np.broadcast_arrays(
        np.asarray(offered_load, np.float64), np.asarray(servers, np.int64)
    )
    check_signs({"offered_load": load, "servers": count}, {})
    return load, count


def check_signs(
    not_below: dict[str, npt.NDArray[np.generic]], above: dict[str, npt.NDArray[np.generic]]
) -> None:
    """Refuse numbers below 0, and those that must be above it."""
    problems = [
        Problem(f"{name} 不得小于 0。", f"{name} cannot be below 0.", name)
        for name, values in not_below.items()
        if np.any(values < 0)  # type: ignore[operator]
    ]
    problems += [
        Problem(f"{name} 须大于 0。", f"{name} must be above 0.", name)
        for name, values in above.items()
        if np.any(values <= 0)  # type: ignore[operator]
    ]
    require(problems, ParameterError)


def check_share(share: float) -> None:
    """Refuse a share that is not in 0 to below 1."""
    if not 0 <= share < 1:
        raise refusal("share", "比例须在 0 到 1 之间（不含 1）。", "A share lies in 0 to below 1.")


def refusal(where: str, zh: str, en: str) -> ParameterError:
    """Word an error about one argument."""
    return ParameterError(zh, en, where=where)
