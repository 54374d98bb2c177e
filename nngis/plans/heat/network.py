"""The steam network: laid, sized, costed, and cut where it does not pay."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Bools, Floats
from nngis.plans.heat.mains import Mains, size_mains
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.pipe_trees import PipeTrees, lay_pipe_trees
from nngis.plans.heat.radii import needs_of
from nngis.plans.heat.routes import Routes
from nngis.plans.heat.steam.flow import Steam
from nngis.plans.heat.steam.parameters import pipe_conditions
from nngis.plans.heat.steam.sizes import pipe_sizes
from nngis.solvers.tree import Tree, prune_unprofitable

ROUNDS = 8  # laid again without those whom steam does not reach


@dataclass(frozen=True, eq=False)
class SteamNetwork:
    """Pipes and nodes, who is on them, and what each user's share costs.

    Parameters
    ----------
    trees : PipeTrees
        The pipes.
    mains : Mains
        Their sizes, and the steam in them.
    load_t_h : (n,) ndarray
        Steam taken at each node [t/h].
    cost_yuan : (3, n) ndarray
        Low, central and high cost of each pipe; 0 where it lies there already.
    unreached : Series of str
        Boilers that steam does not reach in time: ``pressure``, ``temperature`` or ``velocity``.
    unjoined : Index
        Boilers that no road and no line across country joins with their plant.
    unpaid : Index
        Boilers whose branch was cut because it does not pay.
    whole : SteamNetwork or None
        The network with pipes to them too, which is this one where nobody was cut off.
    """

    trees: PipeTrees
    mains: Mains
    load_t_h: Floats
    cost_yuan: Floats
    unreached: pd.Series
    unjoined: pd.Index
    unpaid: pd.Index
    whole: "SteamNetwork | None" = None


def lay_network(
    routes: Routes,
    served: pd.DataFrame,
    outlets: gpd.GeoDataFrame,
    worth_yuan_a: pd.Series,
    parameters: HeatParameters,
) -> SteamNetwork:
    """Lay pipes to the boilers that get steam."""
    left, unreached = served, pd.Series(dtype=object)
    network = _laid(routes, left, outlets, parameters)
    for number in range(ROUNDS + 1):
        failed = _failed(network)
        if failed.empty:
            break
        # The farther half goes first: without them the mains may serve the others.
        out = failed if number == ROUNDS else failed.iloc[: -(-len(failed) // 2)]
        unreached = pd.concat([unreached, out])
        left = left.drop(index=out.index)
        network = _laid(routes, left, outlets, parameters)
    unpaid, whole = pd.Index([]), network
    if parameters.prune_branches and len(left):
        unpaid = _unprofitable(network, worth_yuan_a, parameters)
        if len(unpaid):
            network = _laid(routes, left.drop(index=unpaid), outlets, parameters)
    return replace(network, unreached=unreached, unpaid=unpaid, whole=whole)


def annuity_share(parameters: HeatParameters) -> float:
    """Return the share of an investment that is paid each year of its life.

    Examples
    --------
    >>> round(annuity_share(HeatParameters(pipe_life_a=20.0, interest_share=0.05)), 5)
    0.08024
    """
    years, rate = parameters.pipe_life_a, parameters.interest_share
    return 1.0 / years if rate == 0 else rate / (1.0 - (1.0 + rate) ** -years)


def _laid(
    routes: Routes, served: pd.DataFrame, outlets: gpd.GeoDataFrame, parameters: HeatParameters
) -> SteamNetwork:
    trees = lay_pipe_trees(
        routes,
        served,
        outlets["plant_id"],
        off_road_cost_ratio=parameters.off_road_cost_ratio,
        proof_s=parameters.network_proof_s / ROUNDS,
    )
    users = is_user(trees)
    load, least = np.zeros(users.size), np.full(users.size, np.nan)
    mine = served.reindex(trees.user[users])
    load[users] = mine["load_t_h"].to_numpy(float)
    least[users] = mine["user_p_min_mpa"].to_numpy(float)
    least = np.where(np.isnan(least), parameters.steam_user_p_min_mpa, least)
    source = outlets.reindex(trees.outlet)
    sizes = pipe_sizes()
    mains = size_mains(
        trees,
        Steam(source["steam_p_mpa"].to_numpy(float), source["steam_t_c"].to_numpy(float), load),
        load,
        sizes,
        needs_of(least, parameters),
        pipe_conditions(parameters),
    )
    metre = np.array([sizes.cost_low_cny_m, sizes.cost_cny_m, sizes.cost_high_cny_m])
    new = (mains.size_at >= 0) & ~trees.exists
    priced_m = trees.length_m + (parameters.off_road_cost_ratio - 1.0) * trees.off_road_m
    cost = np.where(new, metre[:, mains.size_at] * priced_m, 0.0)
    unjoined = served.index[~served.index.isin(trees.user)]
    none = pd.Index([], dtype=object)
    return SteamNetwork(trees, mains, load, cost, pd.Series(dtype=object), unjoined, none)


def _failed(network: SteamNetwork) -> pd.Series:
    """List the users at whom the steam fails and what fails, the farthest first."""
    trees, limit = network.trees, network.mains.limit
    users = np.flatnonzero([at is not None for at in limit])
    far = users[np.lexsort((trees.user[users].astype(str), -trees.along_m[users]))]
    return pd.Series(limit[far], index=trees.user[far], dtype=object)


def _unprofitable(
    network: SteamNetwork, worth_yuan_a: pd.Series, parameters: HeatParameters
) -> pd.Index:
    """Find users whose branch costs more a year than it is worth to them."""
    trees = network.trees
    pipes = np.flatnonzero(trees.up >= 0)
    users = np.flatnonzero(is_user(trees))
    arc = np.full(trees.up.size, -1)
    arc[pipes] = np.arange(pipes.size)
    tree = Tree(
        arcs=np.arange(pipes.size),
        edges=np.arange(pipes.size),
        arc_cost=network.cost_yuan[1][pipes] * annuity_share(parameters),
        parent=trees.up.astype(np.int64),
        parent_arc=arc,
        terminals=users,
        roots=np.flatnonzero(trees.up < 0),
        unreached=np.array([], dtype=np.int64),
    )
    worth = worth_yuan_a.reindex(trees.user[users]).fillna(0.0).clip(lower=0.0).to_numpy()
    return pd.Index(trees.user[prune_unprofitable(tree, worth).dropped])


def is_user(trees: PipeTrees) -> Bools:
    """Tell which nodes of the trees are users."""
    return np.array([user is not None for user in trees.user], dtype=bool)
