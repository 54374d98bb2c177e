"""How many servers hold a wait: the fewest, added one at a time by Erlang's recursion."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools, Floats
from nngis.plans.charging.queues import (
    Counts,
    check_share,
    checked_rates,
    refusal,
    wait_if_waiting_h,
    wait_percentile_h,
    waiting_chance,
)

# More piles than any station has; a target that asks for more is a slip of the pen.
MOST_SERVERS = 100_000


def servers_for_mean_wait(
    arrivals_per_h: npt.ArrayLike,
    service_h: npt.ArrayLike,
    longest_h: float,
    *,
    arrival_scv: float = 1.0,
    service_scv: float = 1.0,
) -> Counts:
    """Find the fewest servers with which the mean wait is at most so long.

    Examples
    --------
    >>> servers_for_mean_wait([0.0, 2.0, 2.0], 1 / 3, 5 / 60).tolist()
    [0, 2, 2]
    >>> servers_for_mean_wait(2.0, 1 / 3, 40 / 60).tolist()
    1
    """
    if not longest_h > 0:
        raise refusal("longest_h", "平均等待目标须大于 0。", "A mean wait must be allowed above 0.")
    spread = (arrival_scv + service_scv) / 2

    def kept(chance: Floats, rate: Floats, service: Floats, n: Floats) -> Bools:
        return chance * wait_if_waiting_h(rate, service, n, spread) <= longest_h

    return _fewest(
        *checked_rates(arrivals_per_h, service_h, 0, arrival_scv, service_scv)[:2], kept=kept
    )


def servers_for_wait_within(
    arrivals_per_h: npt.ArrayLike,
    service_h: npt.ArrayLike,
    longest_h: float,
    share: float,
    *,
    arrival_scv: float = 1.0,
    service_scv: float = 1.0,
) -> Counts:
    """Find the fewest servers with which a share of all who arrive wait at most so long.

    Examples
    --------
    With two servers 2/3 erlang wait with probability 1/6, with three with 0.0247:

    >>> servers_for_wait_within(2.0, 1 / 3, 0.0, 0.8).tolist()
    2
    >>> servers_for_wait_within(2.0, 1 / 3, 0.0, 0.9).tolist()
    3
    """
    check_share(share)
    if not longest_h >= 0:
        raise refusal("longest_h", "等待目标不得小于 0。", "A wait cannot be below 0.")
    spread = (arrival_scv + service_scv) / 2

    def kept(chance: Floats, rate: Floats, service: Floats, n: Floats) -> Bools:
        wait = wait_percentile_h(chance, wait_if_waiting_h(rate, service, n, spread), share)
        return wait <= longest_h

    return _fewest(
        *checked_rates(arrivals_per_h, service_h, 0, arrival_scv, service_scv)[:2], kept=kept
    )


def _fewest(
    rate: Floats,
    service: Floats,
    *,
    kept: Callable[[Floats, Floats, Floats, Floats], Bools],
) -> Counts:
    """Add servers one at a time, to all who still wait too long, until nobody does."""
    if np.isnan(rate * service).any():
        raise refusal(
            "arrivals_per_h", "到达率或服务时间缺失。", "A rate or service time is missing."
        )
    shape = rate.shape
    rate, service = rate.ravel(), service.ravel()
    found = np.zeros(rate.size, np.int64)
    left = np.flatnonzero(rate > 0)
    load = (rate * service)[left]
    lost = np.ones(left.size)
    n = 0
    while left.size and n < MOST_SERVERS:
        n += 1
        carried = load * lost
        lost = carried / (n + carried)
        count = np.full(left.size, float(n))
        done = load < n
        done &= kept(waiting_chance(lost, load, count), rate[left], service[left], count)
        found[left[done]] = n
        left, load, lost = left[~done], load[~done], lost[~done]
    if left.size:
        raise refusal(
            "longest_h",
            f"需要超过 {MOST_SERVERS} 个服务台；请核对到达率与等待目标。",
            f"More than {MOST_SERVERS} servers would be needed; check the arrivals and the target.",
        )
    return found.reshape(shape)
