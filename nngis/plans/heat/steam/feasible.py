"""Who steam can reach: the least pipe with which a user gets the pressure and warmth it needs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Bools, Floats, Objects
from nngis.plans.heat.steam.flow import (
    END_ROWS,
    PipeConditions,
    PipeEnd,
    Pipes,
    Steam,
    end_of,
    rows_of,
)
from nngis.plans.heat.steam.pipe import capacity_t_h, is_dry, march
from nngis.plans.heat.steam.sizes import PipeSizes
from nngis.plans.heat.steam.velocity import VelocityLimits, superheat_k

# What stood in the way, in the order in which a pipe is put to the test: the farthest that any
# size of the series came is what is told.
LIMITS = ("velocity", "pressure", "temperature", "condensate")
BISECTIONS = 16
AT_ONCE = 512  # pipes put to the test together


@dataclass(frozen=True)
class SteamNeeds:
    """What the steam must be at the user and in the pipe.

    Parameters
    ----------
    p_min_mpa : float or ndarray
        Least absolute pressure [MPa].
    t_min_c : float or ndarray
        Least temperature [°C].
    velocity_max_m_s : float or ndarray
        Highest velocity at either end of any pipe [m/s].
    condensate_max_share : float or ndarray
        Most of the flow that may condense on the way.
    by_size : VelocityLimits, optional
        Highest velocities by size of the pipe and state of the steam, besides that of any.
    """

    p_min_mpa: float | Floats
    t_min_c: float | Floats
    velocity_max_m_s: float | Floats
    condensate_max_share: float | Floats
    by_size: VelocityLimits | None = None

    def fastest_m_s(
        self, inner_mm: npt.ArrayLike, superheat: npt.ArrayLike, most_m_s: npt.ArrayLike
    ) -> Floats:
        """Give the highest velocity in pipes [m/s], where none may be faster than `most_m_s`."""
        most = np.asarray(most_m_s, float)
        if self.by_size is None:
            return most
        return np.asarray(np.minimum(most, self.by_size.at(inner_mm, superheat)))


@dataclass(frozen=True)
class Reach:
    """Whether steam reaches each user, and as what.

    Parameters
    ----------
    known : (n,) bool array
        Whether nothing is missing, the flow is above zero and the source sends no wet steam.
    size_at : (n,) int array
        Position of the least size in the series; -1 where none serves.
    limit : (n,) object array
        Where none serves, what stood in the way: one of `LIMITS`; else ``None``.
    end : PipeEnd
        What arrives through that size.
    """

    known: Bools
    size_at: npt.NDArray[np.intp]
    limit: Objects
    end: PipeEnd


def least_size(
    inlet: Steam,
    length_m: npt.ArrayLike,
    sizes: PipeSizes,
    needs: SteamNeeds,
    conditions: PipeConditions,
) -> Reach:
    """Find the least pipe size that serves each user alone.

    The flow of `inlet` is what the user needs; the pipe is fed with as much more as condenses on
    the way, so that what is asked arrives; at most 1 % more where up to 5 % condenses.

    Examples
    --------
    >>> from nngis.plans.heat.steam.sizes import pipe_sizes
    >>> near_and_far = np.array([2_000.0, 60_000.0])
    >>> found = least_size(Steam(1.6, 300.0, 20.0), near_and_far, pipe_sizes(),
    ...                    SteamNeeds(0.8, 175.0, 60.0, 0.05), PipeConditions(0.2, 0.3, 0.2, 20.0))
    >>> [int(pipe_sizes().dn_mm[at]) if at >= 0 else None for at in found.size_at]
    [200, None]
    >>> found.limit.tolist()
    [None, 'condensate']
    """
    # Sizes are tried from small to large, and only on the users not yet served. A larger pipe keeps
    # more of the pressure but loses more heat, so a user may be beyond reach through every pipe
    # that is wide enough, for lack of warmth.
    p, t, flow, length, *limits = _columns(
        inlet.p_mpa, inlet.t_c, inlet.flow_t_h, length_m, *_values(needs)
    )
    known = np.isfinite(length + sum(limits)) & (flow > 0) & (length >= 0) & is_dry(p, t)
    warmer = superheat_k(p, t)
    size_at = np.full(p.size, -1, dtype=np.intp)
    stage = np.zeros(p.size, dtype=np.intp)
    found = np.full((END_ROWS, p.size), np.nan)
    # Few users are put to several sizes at once: a march costs as much for one pipe as for many.
    step = max(1, AT_ONCE // max(p.size, 1))
    for start in range(0, sizes.dn_mm.size, step):
        numbers = np.arange(start, min(start + step, sizes.dn_mm.size))
        number, todo = (
            x.ravel() for x in np.meshgrid(numbers, np.flatnonzero(known & (size_at < 0)))
        )
        inner = sizes.inner_mm[number]
        fastest = needs.fastest_m_s(inner, warmer[todo], limits[2][todo])
        slow = capacity_t_h(p[todo], t[todo], inner, fastest) >= flow[todo]
        number, todo = number[slow], todo[slow]
        pipes = Pipes(length[todo], sizes.inner_mm[number], sizes.loss_w_m_k[number])
        asked = Steam(p[todo], t[todo], flow[todo])
        wanted = _needs(needs, [x[todo] for x in limits])
        came, end = _tested(asked, pipes, wanted, conditions)
        np.maximum.at(stage, todo, came)
        served = np.flatnonzero(came == len(LIMITS))
        # Rows of one user stand in the order of the sizes, so the first is the least.
        users, first = np.unique(todo[served], return_index=True)
        size_at[users] = number[served[first]]
        found[:, users] = rows_of(end)[:, served[first]]
    limit = np.array([*LIMITS, None], dtype=object)[stage]
    limit[~known] = None
    return Reach(known, size_at, limit, end_of(found))


def steam_reach(
    users: pd.DataFrame, sizes: PipeSizes, needs: SteamNeeds, conditions: PipeConditions
) -> pd.DataFrame:
    """Say for each user whether steam reaches it, through which pipe and as what.

    Examples
    --------
    >>> from nngis.plans.heat.steam.sizes import pipe_sizes
    >>> users = pd.DataFrame({"source_p_mpa": 1.6, "source_t_c": 300.0, "flow_t_h": [20.0, None],
    ...                       "length_m": 2_000.0}, index=["a", "b"])
    >>> steam_reach(users, pipe_sizes(), SteamNeeds(0.8, 175.0, 60.0, 0.05),
    ...             PipeConditions(0.2, 0.3, 0.2, 20.0))[["steam_feasible", "steam_dn_mm"]]
       steam_feasible  steam_dn_mm
    a            True          200
    b            <NA>         <NA>
    """
    columns = ("source_p_mpa", "source_t_c", "flow_t_h", "length_m")
    p, t, flow, length = (users[name].to_numpy(float, na_value=np.nan) for name in columns)
    reach = least_size(Steam(p, t, flow), length, sizes, needs, conditions)
    served = reach.size_at >= 0
    feasible = pd.Series(served, index=users.index, dtype="boolean").mask(~reach.known)
    dn = pd.Series(sizes.dn_mm[reach.size_at], index=users.index, dtype="Int64").mask(~served)
    end = reach.end
    return pd.DataFrame(
        {
            "steam_feasible": feasible,
            "steam_limit": reach.limit,
            "steam_dn_mm": dn,
            "user_p_mpa": end.steam.p_mpa,
            "user_t_c": end.steam.t_c,
            "user_superheat_k": end.superheat_k,
            "condensate_t_h": end.condensate_t_h,
            "steam_heat_loss_kw": end.heat_loss_kw,
            "steam_velocity_m_s": end.velocity_m_s,
        },
        index=users.index,
    )


def steam_radius_m(
    inlet: Steam,
    sizes: PipeSizes,
    needs: SteamNeeds,
    conditions: PipeConditions,
    *,
    most_m: float,
) -> Floats:
    """Find how far a flow of steam reaches through one pipe of the best size."""
    # A longer pipe arrives with less pressure and less warmth, so halving finds the end of the
    # reach.
    p, t, flow, *limits = _columns(inlet.p_mpa, inlet.t_c, inlet.flow_t_h, *_values(needs))
    # Every size of every flow is halved at once; the farthest size counts, so one that can no
    # longer be it is halved no further.
    count = sizes.dn_mm.size
    steam = Steam(*(np.repeat(x, count) for x in (p, t, flow)))
    inner, loss = (np.tile(x, p.size) for x in (sizes.inner_mm, sizes.loss_w_m_k))
    wanted = [np.repeat(x, count) for x in limits]
    serves, fails = np.zeros(steam.p_mpa.size), np.full(steam.p_mpa.size, float(most_m))
    known = np.isfinite(sum(limits)) & (flow > 0) & is_dry(p, t)
    at = np.flatnonzero(np.repeat(known, count))
    middle = fails[at]
    for _ in range(1 + BISECTIONS):
        if not at.size:
            break
        came, _end = _tested(
            Steam(steam.p_mpa[at], steam.t_c[at], steam.flow_t_h[at]),
            Pipes(middle, inner[at], loss[at]),
            _needs(needs, [x[at] for x in wanted]),
            conditions,
        )
        served = came == len(LIMITS)
        serves[at[served]], fails[at[~served]] = middle[served], middle[~served]
        best = serves.reshape(-1, count).max(axis=1)
        at = at[fails[at] > np.repeat(best, count)[at]]
        middle = (serves[at] + fails[at]) / 2
    return np.where(known, serves.reshape(-1, count).max(axis=1), np.nan)


def _columns(*values: npt.ArrayLike) -> list[Floats]:
    shaped = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, float)) for x in values))
    return [np.array(x, dtype=float) for x in shaped]


def _tested(
    asked: Steam, pipes: Pipes, needs: SteamNeeds, conditions: PipeConditions
) -> tuple[npt.NDArray[np.intp], PipeEnd]:
    """Put each pipe to the test; return how many of the `LIMITS` it passes, and what arrives."""
    end, fed = _delivered(asked, pipes, conditions, np.asarray(needs.p_min_mpa))
    most = needs.velocity_max_m_s
    leaving = needs.fastest_m_s(pipes.inner_mm, superheat_k(asked.p_mpa, asked.t_c), most)
    fast = end.velocity_m_s > needs.fastest_m_s(pipes.inner_mm, end.superheat_k, most)
    fast |= capacity_t_h(asked.p_mpa, asked.t_c, pipes.inner_mm, leaving) < fed
    failed = (
        fast,
        ~np.isfinite(end.steam.p_mpa) & ~np.isfinite(end.condensate_t_h),
        end.steam.t_c < needs.t_min_c,
        end.condensate_t_h > needs.condensate_max_share * fed,
    )
    return np.select(failed, range(len(LIMITS)), len(LIMITS)), end


def _values(needs: SteamNeeds) -> tuple[float | Floats, ...]:
    return (
        needs.p_min_mpa,
        needs.t_min_c,
        needs.velocity_max_m_s,
        needs.condensate_max_share,
    )


def _needs(needs: SteamNeeds, values: list[Floats]) -> SteamNeeds:
    """Return the same needs with other values, in the order of `_values`."""
    p_min_mpa, t_min_c, velocity, condensate = values
    return SteamNeeds(p_min_mpa, t_min_c, velocity, condensate, needs.by_size)


def _delivered(
    asked: Steam, pipes: Pipes, conditions: PipeConditions, p_min_mpa: Floats
) -> tuple[PipeEnd, Floats]:
    """Send as much more than is asked as condenses on the way."""
    first = march(asked, pipes, conditions, floor_mpa=p_min_mpa)
    # The first try is slower and loses a little more, so never too little arrives.
    condensing = np.flatnonzero(first.condensate_t_h > 0)
    fed = asked.flow_t_h.copy()
    fed[condensing] += first.condensate_t_h[condensing]
    more = Steam(asked.p_mpa[condensing], asked.t_c[condensing], fed[condensing])
    fewer = Pipes(
        pipes.length_m[condensing], pipes.inner_mm[condensing], pipes.loss_w_m_k[condensing]
    )
    again = march(more, fewer, conditions, floor_mpa=p_min_mpa[condensing])
    both = rows_of(first)
    both[:, condensing] = rows_of(again)
    return end_of(both), fed
