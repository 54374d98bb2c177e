"""Steam through trees of pipes: a size for each, and the state of the steam at every node."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools, Floats, Objects
from nngis.plans.heat.pipe_trees import PipeTrees
from nngis.plans.heat.steam.feasible import SteamNeeds
from nngis.plans.heat.steam.flow import PipeConditions, Pipes, Steam
from nngis.plans.heat.steam.pipe import capacity_t_h, march
from nngis.plans.heat.steam.sizes import PipeSizes
from nngis.plans.heat.steam.velocity import superheat_k

ROUNDS = 2  # the second sends on its way what condensed in the first
SLACK = 1e-9
STEPS = 8  # of a pipe between two nodes: a part of the way only


@dataclass(frozen=True, eq=False)
class Mains:
    """The pipes of the trees, sized, and what they carry.

    Parameters
    ----------
    size_at : (n,) int array
        Size of the pipe above each node, as its position in the series; -1 where nothing arrives.
    flow_t_h : (n,) ndarray
        Steam fed into it [t/h].
    p_mpa, t_c, superheat_k : (n,) ndarray
        Steam at the node; NaN where nothing arrives.
    velocity_m_s, condensate_t_h, heat_loss_kw : (n,) ndarray
        At the end of the pipe above, and in it.
    limit : (n,) object array
        At users: ``pressure``, ``temperature`` or ``velocity`` where it fails; else None.
    """

    size_at: npt.NDArray[np.intp]
    flow_t_h: Floats
    p_mpa: Floats
    t_c: Floats
    superheat_k: Floats
    velocity_m_s: Floats
    condensate_t_h: Floats
    heat_loss_kw: Floats
    limit: Objects


def size_mains(
    trees: PipeTrees,
    source: Steam,
    load_t_h: Floats,
    sizes: PipeSizes,
    needs: SteamNeeds,
    conditions: PipeConditions,
) -> Mains:
    """Choose the least size of every pipe with which all users get what they need.

    The square of the pressure falls evenly along a pipe of one size. So each user's way is given
    an even fall from the plant's pressure to the user's least, each pipe the gentlest fall of the
    users behind it, and each pipe the least size that keeps to it and to the velocity.
    """
    n = trees.up.size
    users = np.array([user is not None for user in trees.user], dtype=bool)
    room = source.p_mpa**2 - np.broadcast_to(needs.p_min_mpa, n) ** 2
    along = np.maximum(trees.along_m, 1.0)
    fall = trees.least_behind(np.where(users, room / along, np.inf))
    target = source.p_mpa**2 - fall * trees.along_m
    condensate = np.zeros(n)
    state = _State.at_plants(trees, source)
    for _ in range(ROUNDS):
        flow = trees.gathered(load_t_h + condensate)
        state = _State.at_plants(trees, source)
        for pipes in trees.downwards():
            some = pipes[np.isfinite(state.values[0][trees.up[pipes]]) & (flow[pipes] > 0)]
            if some.size:
                _choose(state, some, trees, (flow, target), (sizes, needs, conditions))
        condensate = np.nan_to_num(state.values[4])
    p, t, superheat, velocity, condensed, heat = state.values
    fast = users & (state.fast | ~(velocity <= needs.velocity_max_m_s))
    failed = (
        users & ~(p**2 >= np.broadcast_to(needs.p_min_mpa, n) ** 2 - SLACK),
        users & ~(t >= needs.t_min_c),
        fast,
    )
    limit = np.array(["pressure", "temperature", "velocity", None], dtype=object)[
        np.select(failed, range(3), 3)
    ]
    return Mains(state.size_at, flow, p, t, superheat, velocity, condensed, heat, limit)


@dataclass(frozen=True, eq=False)
class _State:
    """What is known of the nodes so far: p, t, superheat, velocity, condensate, heat lost."""

    values: Floats
    size_at: npt.NDArray[np.intp]
    fast: Bools

    @classmethod
    def at_plants(cls, trees: PipeTrees, source: Steam) -> "_State":
        """Start at the plants."""
        n = trees.up.size
        values = np.full((6, n), np.nan)
        plants = trees.up < 0
        values[0, plants], values[1, plants] = source.p_mpa[plants], source.t_c[plants]
        values[3:, plants] = 0.0
        return cls(values, np.full(n, -1, dtype=np.intp), np.zeros(n, bool))


def _choose(
    state: _State,
    pipes: npt.NDArray[np.intp],
    trees: PipeTrees,
    flows: tuple[Floats, Floats],
    means: tuple[PipeSizes, SteamNeeds, PipeConditions],
) -> None:
    """Try every size on every pipe of a level at once, and note the least that serves."""
    (flow, target), (sizes, needs, conditions) = flows, means
    count = sizes.dn_mm.size
    each = np.repeat(pipes, count)
    inner, loss = (np.tile(x, pipes.size) for x in (sizes.inner_mm, sizes.loss_w_m_k))
    p, t = state.values[0][trees.up[each]], state.values[1][trees.up[each]]
    most = needs.velocity_max_m_s
    leaving = needs.fastest_m_s(inner, superheat_k(p, t), most)
    fits = capacity_t_h(p, t, inner, leaving) >= flow[each]
    end = march(
        Steam(p, t, flow[each]),
        Pipes(trees.length_m[each], inner, loss),
        conditions,
        steps=STEPS,
    )
    fits &= end.velocity_m_s <= needs.fastest_m_s(inner, end.superheat_k, most)
    pressure = np.nan_to_num(end.steam.p_mpa, nan=-1.0)
    serves = fits & (pressure**2 >= target[each] - SLACK) & (pressure > 0)
    serves, fits = serves.reshape(-1, count), fits.reshape(-1, count)
    pressure = pressure.reshape(-1, count)
    chosen = np.where(serves.any(axis=1), serves.argmax(axis=1), pressure.argmax(axis=1))
    row = np.arange(pipes.size)
    at = row * count + chosen
    arrives = pressure[row, chosen] > 0
    found = np.array(
        [
            end.steam.p_mpa[at],
            end.steam.t_c[at],
            end.superheat_k[at],
            end.velocity_m_s[at],
            end.condensate_t_h[at],
            end.heat_loss_kw[at],
        ]
    )
    state.values[:, pipes[arrives]] = found[:, arrives]
    state.size_at[pipes[arrives]] = chosen[arrives]
    # A pipe too fast makes all behind it unsafe to promise.
    state.fast[pipes] = ~fits[row, chosen] | state.fast[trees.up[pipes]]
