"""How big each station must be: piles by the wait they allow, power, transformer, cost."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nngis.arrays import Floats
from nngis.errors import LayerError, Problem, require
from nngis.plans.charging.day_load import load_over_day
from nngis.plans.charging.queues import mean_wait_h, wait_within_h
from nngis.plans.charging.servers import servers_for_wait_within
from nngis.plans.charging.sizing_costs import cost_items
from nngis.plans.charging.sizing_grid import connect
from nngis.plans.charging.sizing_parameters import HOURS, SizingParameters
from nngis.text import counted
from nngis.units import KWH_PER_MWH

MIN_PER_H = 60.0
ROUNDING = 1e-9  # piles; what floating point adds to a whole number is no pile
STEPS_PER_H = 12  # the load is followed every five minutes
DAYS_PER_A = 365.0
COUNTS = (
    "fast_piles_count",
    "slow_piles_count",
    "swap_bays_count",
    "swap_batteries_count",
    "transformers_count",
)


@dataclass(frozen=True)
class _Group:
    """Equal servers of each station: how many, how busy, how long one waits for them.

    Parameters
    ----------
    servers : (n,) float array
        Servers; NaN where the arrivals are unknown.
    wait_min, wait_most_min : (n,) float array
        Mean wait and the wait that the stated share do not exceed, at the busiest time [min].
    occupied_h : (n,) float array
        Hours occupied in a day, of all servers together [h].
    by_wait, by_use : (n,) float array
        Servers that the wait alone, and the bound of utilisation alone, ask for.
    """

    servers: Floats
    wait_min: Floats
    wait_most_min: Floats
    occupied_h: Floats
    by_wait: Floats
    by_use: Floats


@dataclass(frozen=True)
class _Day:
    """Sessions of an average day, by where they come from.

    Parameters
    ----------
    sessions : (n,) float array
        Sessions [1/d]; NaN where unknown.
    destination_share : (n,) float array
        Share of them that comes by the profile of destinations.
    """

    sessions: Floats
    destination_share: Floats

    def part(self, share: float) -> "_Day":
        """Take a share of the sessions."""
        return _Day(self.sessions * share, self.destination_share)


def size_stations(demand: pd.DataFrame, parameters: SizingParameters) -> pd.DataFrame:
    """Size every station for the sessions of its busiest time, and for a day's mean use.

    The sessions of a day come by the profiles of hours; piles are held for as long as the energy
    takes, and a while longer; the load of the day (see `load_over_day`) at its peak, not its
    mean, decides how many piles keep the wait at the target. Over the day the piles are occupied
    no more than `utilisation_most_share`: queues alone would have big stations busier than any
    that is measured. Of the two numbers, and the least ones, the greatest is taken.

    Examples
    --------
    >>> demand = pd.DataFrame({"station_id": ["a", "b"], "sessions_day": [100.0, 0.0]})
    >>> sized = size_stations(demand, SizingParameters())
    >>> sized[["station_id", "fast_piles_count", "slow_piles_count", "transformer_kva"]]
      station_id  fast_piles_count  slow_piles_count  transformer_kva
    0          a                 8                14            630.0
    1          b                 2                 0              0.0
    """
    _check(demand)
    arrivals_day = demand["sessions_day"].to_numpy(float, na_value=np.nan)
    required = _required(demand)
    day = _Day(arrivals_day, _trips(demand))
    swapped = day.part(parameters.swap_share)
    plugged = day.part(1.0 - parameters.swap_share)
    slow_day = plugged.part(1.0 - parameters.fast_share)
    fast_day = plugged.part(parameters.fast_share)
    slow = _slow(slow_day, parameters)
    least_fast = np.maximum(required - slow.servers, float(parameters.fast_piles_min))
    fast = _fast(fast_day, parameters, least_fast)
    bays, batteries = _swap(swapped, parameters)
    grid = connect(
        fast.servers,
        slow.servers,
        batteries.servers,
        fast_kw=parameters.fast_pile_kw,
        slow_kw=parameters.slow_pile_kw,
        battery_kw=parameters.swap_charger_kw,
        parameters=parameters,
    ).set_axis(demand.index, axis="index")
    occupied = fast.occupied_h + slow.occupied_h
    available = (fast.servers + slow.servers) * HOURS
    energy_day = (
        fast_day.sessions * parameters.fast_energy_kwh
        + slow_day.sessions * parameters.slow_energy_kwh
        + swapped.sessions * parameters.swap_energy_kwh
    )
    out = pd.DataFrame(
        {
            "station_id": demand["station_id"],
            "arrivals_day": arrivals_day,
            "busiest_arrivals_h": _arrivals_h(day, parameters).max(axis=-1).round(2),
            "fast_piles_count": fast.servers,
            "slow_piles_count": slow.servers,
            "swap_bays_count": bays.servers,
            "swap_batteries_count": batteries.servers,
            "wait_min": fast.wait_min.round(2),
            "wait_most_min": fast.wait_most_min.round(2),
            "slow_wait_min": slow.wait_min.round(2),
            "utilisation_share": _share(occupied, available).round(4),
            "charged_mwh_a": (energy_day * DAYS_PER_A / KWH_PER_MWH).round(1),
        },
        index=demand.index,
    ).join(grid)
    out = out.astype(dict.fromkeys(COUNTS, "Int64"))
    return _with_words(_with_cost(out, parameters), parameters, fast, required - slow.servers)


def _check(demand: pd.DataFrame) -> None:
    missing = [name for name in ("station_id", "sessions_day") if name not in demand]
    require(
        [
            Problem(f"缺少 {name} 一列。", f"There is no column {name}.", where=name)
            for name in missing
        ],
        LayerError,
    )
    problems = []
    twice = demand.loc[demand["station_id"].duplicated(), "station_id"]
    if len(twice):
        problems.append(
            Problem(
                f"编号重复 {len(twice)} 次，例如 {twice.iloc[0]!r}；每座站只能有一行。",
                f"{counted(len(twice), 'id')} occur again, for example {twice.iloc[0]!r}; give "
                "each station one row.",
                where="station_id",
            )
        )
    problems += [
        Problem(f"{name} 不得小于 0。", f"{name} cannot be below 0.", where=name)
        for name in ("sessions_day", "piles_required_count")
        if name in demand and (demand[name] < 0).any()
    ]
    if (
        "destination_share" in demand
        and not demand["destination_share"].fillna(0.0).between(0.0, 1.0).all()
    ):
        problems.append(
            Problem("比例须在 0 到 1 之间。", "A share lies in 0 to 1.", where="destination_share")
        )
    require(problems, LayerError)


def _required(demand: pd.DataFrame) -> Floats:
    """Give the piles that rules require; 0 where none does."""
    if "piles_required_count" not in demand:
        return np.zeros(len(demand))
    required = demand["piles_required_count"].to_numpy(float, na_value=np.nan)
    return np.asarray(np.nan_to_num(required))


def _trips(demand: pd.DataFrame) -> Floats:
    """Give the share of the sessions that come as to a destination."""
    if "destination_share" not in demand:
        return np.zeros(len(demand))
    return np.asarray(np.nan_to_num(demand["destination_share"].to_numpy(float, na_value=np.nan)))


def _profiles(parameters: SizingParameters) -> Floats:
    """Give the share of a day's sessions that comes in each hour: homes, then destinations."""
    shapes = np.array([parameters.hourly_arrivals, parameters.hourly_arrivals_trips])
    return np.asarray(shapes / shapes.sum(axis=1, keepdims=True))


def _mixed(day: _Day, by_kind: Floats) -> Floats:
    """Weigh what holds for a session of either kind by the sessions of each station."""
    sessions = np.nan_to_num(day.sessions)
    kinds = np.stack(
        [sessions * (1.0 - day.destination_share), sessions * day.destination_share], axis=-1
    )
    return np.asarray(kinds @ by_kind)


def _arrivals_h(day: _Day, parameters: SizingParameters) -> Floats:
    """Give the arrivals in each hour [1/h]; NaN where the sessions are unknown."""
    hours = _mixed(day, _profiles(parameters))
    return np.where(np.isnan(day.sessions)[:, None], np.nan, hours)


def _fast(day: _Day, parameters: SizingParameters, least: Floats) -> _Group:
    power_kw = parameters.fast_pile_kw * parameters.fast_mean_power_share
    stay_h = parameters.fast_energy_kwh / power_kw + parameters.fast_idle_min / MIN_PER_H
    return _group(day, stay_h, parameters.fast_wait_target_min, least, parameters)


def _slow(day: _Day, parameters: SizingParameters) -> _Group:
    power_kw = parameters.slow_pile_kw * parameters.slow_mean_power_share
    stay_h = parameters.slow_energy_kwh / power_kw + parameters.slow_idle_min / MIN_PER_H
    least = np.full(day.sessions.shape, float(parameters.slow_piles_min))
    return _group(day, stay_h, parameters.slow_wait_target_min, least, parameters)


def _swap(day: _Day, parameters: SizingParameters) -> tuple[_Group, _Group]:
    """Size the bays, and the batteries that circulate beside those in the cars.

    A car takes a charged battery and leaves an empty one, which is away until it is charged: for
    the cars the batteries are servers that are busy for the time of charging.
    """
    none = np.zeros(day.sessions.shape)
    target = parameters.fast_wait_target_min
    bays = _group(day, parameters.swap_min / MIN_PER_H, target, none, parameters, most_used=1.0)
    charge_h = parameters.swap_energy_kwh / (
        parameters.swap_charger_kw * parameters.fast_mean_power_share
    )
    return bays, _group(day, charge_h, target, none, parameters, most_used=1.0)


def _group(
    day: _Day,
    stay_h: float,
    target_min: float,
    least: Floats,
    parameters: SizingParameters,
    *,
    most_used: float | None = None,
) -> _Group:
    """Find the servers for so many sessions a day, at least so many, and the wait for them."""
    known = ~np.isnan(day.sessions)
    scv, share = parameters.service_scv, parameters.wait_share
    one = load_over_day(
        _profiles(parameters), stay_h, service_scv=scv, steps_per_h=STEPS_PER_H
    )  # what one session a day of either kind holds, step by step
    rate = _mixed(day, one).max(axis=-1, initial=0.0) / stay_h
    enough = servers_for_wait_within(rate, stay_h, target_min / MIN_PER_H, share, service_scv=scv)
    used = np.nan_to_num(day.sessions) * stay_h / HOURS
    by_use = np.ceil(used / (most_used or parameters.utilisation_most_share) - ROUNDING)
    servers = np.maximum(enough, np.ceil(np.nan_to_num(least)))
    servers = np.maximum(servers, by_use).astype(np.int64)
    mean = mean_wait_h(rate, stay_h, servers, service_scv=scv)
    most = wait_within_h(rate, stay_h, servers, share, service_scv=scv)
    waits = known & (servers > 0)
    return _Group(
        servers=np.where(known, servers, np.nan),
        wait_min=np.where(waits, mean * MIN_PER_H, np.nan),
        wait_most_min=np.where(waits, most * MIN_PER_H, np.nan),
        occupied_h=day.sessions * stay_h,
        by_wait=np.where(known, enough, np.nan),
        by_use=np.where(known, by_use, np.nan),
    )


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0))


def _with_cost(sizing: pd.DataFrame, parameters: SizingParameters) -> pd.DataFrame:
    total = cost_items(sizing, parameters).groupby("station_id")["cost_yuan"].sum()
    cost = sizing["station_id"].map(total)
    known = sizing["fast_piles_count"].notna()
    return sizing.assign(cost_yuan=cost.where(cost.notna() | ~known, 0.0).astype(float))


def _with_words(
    sizing: pd.DataFrame, parameters: SizingParameters, fast: _Group, required: Floats
) -> pd.DataFrame:
    """Say of each station what decided its number of DC piles."""
    least = parameters.fast_piles_min
    more_than_waits = fast.servers > fast.by_wait
    by_use = more_than_waits & (fast.servers == fast.by_use)
    cases = [
        np.isnan(fast.servers),
        by_use,
        more_than_waits & (required > least),
        more_than_waits,
    ]
    most = f"{parameters.utilisation_most_share:.0%}"
    zh = [
        "日充电次数未知，规模无法确定。",
        f"按全天时间利用率不超过 {most} 确定。",
        "由配建要求的桩数决定。",
        f"取每站最少 {least} 台直流桩。",
    ]
    en = [
        "The sessions are unknown, and so is the size.",
        f"Over the day the piles are occupied at most {most} of the time.",
        "The number of piles that is required decides.",
        f"The least number, {least} DC piles, is taken.",
    ]
    share, target = f"{parameters.wait_share:.0%}", f"{parameters.fast_wait_target_min:g}"
    by_wait_zh = f"按最忙时刻 {share} 的车辆等待不超过 {target} 分钟确定。"
    by_wait_en = f"At the busiest time {share} of the cars wait at most {target} minutes."
    return sizing.assign(
        reason_zh=np.select(cases, zh, default=by_wait_zh),
        reason_en=np.select(cases, en, default=by_wait_en),
    )
