"""The steam network: laid, sized, costed, and cut where it does not pay."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.kernel.tree import Tree, prune_unprofitable
from nngis.plans.heat.forest import Forest, plant_forest
from nngis.plans.heat.mains import Mains, size_mains
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.radii import needs_of
from nngis.plans.heat.routes import Routes
from nngis.plans.heat.steam.parameters import pipe_conditions
from nngis.plans.heat.steam.pipe import Steam
from nngis.plans.heat.steam.sizes import pipe_sizes
from nngis.text import Text

Floats = npt.NDArray[np.float64]
YUAN_PER_10K = 10_000.0
PIPE_COLUMNS = (
    "outlet_id",
    "plant_id",
    "from_node",
    "to_node",
    "length_m",
    "off_road_m",
    "pipe_exists",
    "steam_dn_mm",
    "flow_t_h",
    "p_start_mpa",
    "p_end_mpa",
    "t_end_c",
    "steam_velocity_m_s",
    "condensate_t_h",
    "steam_heat_loss_kw",
    "cost_10k_cny",
    "cost_low_10k_cny",
    "cost_high_10k_cny",
    "users_count",
    "branch_t_h",
    "branch_10k_cny",
    "branch_co2_t_a",
    "branch_10k_cny_t_h",
    "branch_yuan_t_co2",
)
NODE_COLUMNS = (
    "outlet_id",
    "plant_id",
    "node_kind",
    "boiler_id",
    "pipe_m",
    "user_p_mpa",
    "user_t_c",
    "user_superheat_k",
    "steam_limit",
)
ROUNDS = 8  # laid again without those whom steam does not reach


@dataclass(frozen=True, eq=False)
class Network:
    """Pipes and nodes, who is on them, and what each user's share costs.

    Parameters
    ----------
    forest : Forest
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
    """

    forest: Forest
    mains: Mains
    load_t_h: Floats
    cost_yuan: Floats
    unreached: pd.Series
    unjoined: pd.Index
    unpaid: pd.Index


def lay_network(
    routes: Routes,
    served: pd.DataFrame,
    outlets: gpd.GeoDataFrame,
    co2_t_a: pd.Series,
    parameters: HeatParameters,
) -> Network:
    """Lay pipes to the boilers that get steam.

    Parameters
    ----------
    routes : Routes
        Roads with boilers and plants on them.
    served : DataFrame
        Indexed by boiler: `outlet_id`, `load_t_h`, `user_p_min_mpa`.
    outlets : GeoDataFrame
        Outlets: `plant_id`, `steam_p_mpa`, `steam_t_c`.
    co2_t_a : Series
        CO2 avoided by each boiler [t/a]; asked for where branches are cut.
    parameters : HeatParameters
        The plan's parameters.

    Returns
    -------
    Network
        Pipes, sizes, costs, and who is not reached.
    """
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
    unpaid = pd.Index([])
    if parameters.prune_branches and len(left):
        unpaid = _unprofitable(network, co2_t_a, parameters)
        if len(unpaid):
            network = _laid(routes, left.drop(index=unpaid), outlets, parameters)
    return replace(network, unreached=unreached, unpaid=unpaid)


def network_tables(
    network: Network, outlets: gpd.GeoDataFrame, co2_t_a: pd.Series, parameters: HeatParameters
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Write the network as tables.

    Parameters
    ----------
    network : Network
        The network.
    outlets : GeoDataFrame
        Outlets.
    co2_t_a : Series
        CO2 avoided by each boiler [t/a].
    parameters : HeatParameters
        Life and interest.

    Returns
    -------
    steam_network : GeoDataFrame
        Indexed by `pipe_id`: ends, length, size, steam, cost, and of the branch that begins with
        it the load, the cost and the cost a t/h and a tonne of CO2.
    steam_nodes : GeoDataFrame
        Indexed by `node_id`: kind, boiler, way to the plant, pressure, temperature, superheat.
    """
    forest, mains = network.forest, network.mains
    nodes = _node_ids(forest)
    plant = outlets["plant_id"].reindex(forest.outlet).to_numpy(object)
    common = {"outlet_id": forest.outlet, "plant_id": plant}
    state = {
        "user_p_mpa": mains.p_mpa,
        "user_t_c": mains.t_c,
        "user_superheat_k": mains.superheat_k,
    }
    kind = np.where(forest.up < 0, "source", np.where(_is_user(forest), "user", "junction"))
    steam_nodes = gpd.GeoDataFrame(
        {
            **common,
            "node_kind": kind,
            "boiler_id": forest.user,
            "pipe_m": forest.along_m,
            **state,
            "steam_limit": mains.limit,
        },
        index=pd.Index(nodes, name="node_id"),
        geometry=gpd.points_from_xy(forest.x, forest.y),
        crs=outlets.crs,
    )
    pipes = np.flatnonzero(forest.up >= 0)
    columns = {
        **{name: values[pipes] for name, values in common.items()},
        "from_node": nodes[forest.up[pipes]],
        "to_node": nodes[pipes],
        "length_m": forest.length_m[pipes],
        "off_road_m": forest.off_road_m[pipes],
        "pipe_exists": forest.exists[pipes],
        **_sized(forest, mains, pipes),
        **_costed(network, co2_t_a, parameters, pipes),
    }
    ids = [f"{forest.outlet[at]}/{nodes[at].rpartition('/')[2]}" for at in pipes]
    steam_network = gpd.GeoDataFrame(
        columns,
        index=pd.Index(ids, name="pipe_id"),
        geometry=list(forest.line[pipes]),
        crs=outlets.crs,
    )
    return steam_network, steam_nodes


def no_network(outlets: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the tables of a network that nobody lays.

    Parameters
    ----------
    outlets : GeoDataFrame
        Outlets.

    Returns
    -------
    steam_network, steam_nodes : GeoDataFrame
        Without rows, with the columns of `network_tables`.
    """

    def none(columns: tuple[str, ...], name: str) -> gpd.GeoDataFrame:
        index = pd.Index([], name=name, dtype=object)
        return gpd.GeoDataFrame(columns=list(columns), index=index, geometry=[], crs=outlets.crs)

    return none(PIPE_COLUMNS, "pipe_id"), none(NODE_COLUMNS, "node_id")


def user_costs(network: Network) -> pd.Series:
    """Share the cost of every pipe among the users behind it, by their load.

    Parameters
    ----------
    network : Network
        The network.

    Returns
    -------
    Series of float
        By boiler [yuan].
    """
    forest = network.forest
    load = forest.gathered(network.load_t_h)
    each = np.divide(network.cost_yuan[1], load, out=np.zeros(load.size), where=load > 0)
    share = forest.from_plant(each) * network.load_t_h
    users = np.flatnonzero(_is_user(forest))
    return pd.Series(share[users], index=forest.user[users], dtype=float)


def annuity_share(parameters: HeatParameters) -> float:
    """Return the share of an investment that is paid each year of its life.

    Parameters
    ----------
    parameters : HeatParameters
        Life and interest.

    Returns
    -------
    float
        Annuity factor.

    Examples
    --------
    >>> round(annuity_share(HeatParameters(pipe_life_a=20.0, interest_share=0.05)), 5)
    0.08024
    """
    years, rate = parameters.pipe_life_a, parameters.interest_share
    return 1.0 / years if rate == 0 else rate / (1.0 - (1.0 + rate) ** -years)


def proof(network: Network) -> tuple[Text, ...]:
    """Say how far from the shortest the trees can be.

    Parameters
    ----------
    network : Network
        The network.

    Returns
    -------
    tuple of Text
        A sentence an outlet.
    """
    return tuple(
        Text(
            f"{outlet} 的新建管网长 {answer.cost / 1000:.2f} km，下界 {answer.bound / 1000:.2f} km"
            f"（差距 {answer.gap:.1%}）。",
            f"The new pipes of {outlet} are {answer.cost / 1000:.2f} km long; none joins the same "
            f"users in less than {answer.bound / 1000:.2f} km (gap {answer.gap:.1%}).",
        )
        for outlet, answer in network.forest.answers.items()
    )


def _laid(
    routes: Routes, served: pd.DataFrame, outlets: gpd.GeoDataFrame, parameters: HeatParameters
) -> Network:
    forest = plant_forest(
        routes, served, outlets["plant_id"], proof_s=parameters.network_proof_s / ROUNDS
    )
    users = _is_user(forest)
    load, least = np.zeros(users.size), np.full(users.size, np.nan)
    mine = served.reindex(forest.user[users])
    load[users] = mine["load_t_h"].to_numpy(float)
    least[users] = mine["user_p_min_mpa"].to_numpy(float)
    least = np.where(np.isnan(least), parameters.steam_user_p_min_mpa, least)
    source = outlets.reindex(forest.outlet)
    sizes = pipe_sizes()
    mains = size_mains(
        forest,
        Steam(source["steam_p_mpa"].to_numpy(float), source["steam_t_c"].to_numpy(float), load),
        load,
        sizes,
        needs_of(least, parameters),
        pipe_conditions(parameters),
    )
    metre = np.array([sizes.cost_low_cny_m, sizes.cost_cny_m, sizes.cost_high_cny_m])
    new = (mains.size_at >= 0) & ~forest.exists
    cost = np.where(new, metre[:, mains.size_at] * forest.length_m, 0.0)
    unjoined = served.index[~served.index.isin(forest.user)]
    none = pd.Index([], dtype=object)
    return Network(forest, mains, load, cost, pd.Series(dtype=object), unjoined, none)


def _failed(network: Network) -> pd.Series:
    """List the users at whom the steam fails and what fails, the farthest first."""
    forest, limit = network.forest, network.mains.limit
    users = np.flatnonzero([at is not None for at in limit])
    far = users[np.lexsort((forest.user[users].astype(str), -forest.along_m[users]))]
    return pd.Series(limit[far], index=forest.user[far], dtype=object)


def _unprofitable(network: Network, co2_t_a: pd.Series, parameters: HeatParameters) -> pd.Index:
    """Find users whose branch costs more a year than the CO2 it avoids is worth."""
    forest = network.forest
    pipes = np.flatnonzero(forest.up >= 0)
    users = np.flatnonzero(_is_user(forest))
    arc = np.full(forest.up.size, -1)
    arc[pipes] = np.arange(pipes.size)
    tree = Tree(
        arcs=np.arange(pipes.size),
        edges=np.arange(pipes.size),
        arc_cost=network.cost_yuan[1][pipes] * annuity_share(parameters),
        parent=forest.up.astype(np.int64),
        parent_arc=arc,
        terminals=users,
        roots=np.flatnonzero(forest.up < 0),
        unreached=np.array([], dtype=np.int64),
    )
    worth = co2_t_a.reindex(forest.user[users]).fillna(0.0).to_numpy() * parameters.co2_value_yuan_t
    return pd.Index(forest.user[prune_unprofitable(tree, worth).dropped])


def _is_user(forest: Forest) -> npt.NDArray[np.bool_]:
    return np.array([user is not None for user in forest.user], dtype=bool)


def _node_ids(forest: Forest) -> npt.NDArray[np.object_]:
    """Give ids to the nodes of each outlet, by their way to the plant."""
    order = np.lexsort((forest.y, forest.x, forest.along_m, forest.outlet.astype(str)))
    count = pd.Series(forest.outlet[order]).groupby(forest.outlet[order]).cumcount()
    ids = np.empty(order.size, dtype=object)
    ids[order] = [f"{forest.outlet[at]}/N{n}" for at, n in zip(order, count, strict=True)]
    return ids


def _sized(forest: Forest, mains: Mains, pipes: npt.NDArray[np.intp]) -> dict[str, object]:
    at = mains.size_at[pipes]
    dn = pd.Series(pipe_sizes().dn_mm[at], dtype="Int64").mask(at < 0)
    return {
        "steam_dn_mm": dn.to_numpy(),
        "flow_t_h": mains.flow_t_h[pipes],
        "p_start_mpa": mains.p_mpa[forest.up[pipes]],
        "p_end_mpa": mains.p_mpa[pipes],
        "t_end_c": mains.t_c[pipes],
        "steam_velocity_m_s": mains.velocity_m_s[pipes],
        "condensate_t_h": mains.condensate_t_h[pipes],
        "steam_heat_loss_kw": mains.heat_loss_kw[pipes],
    }


def _costed(
    network: Network, co2_t_a: pd.Series, parameters: HeatParameters, pipes: npt.NDArray[np.intp]
) -> dict[str, object]:
    forest = network.forest
    users = _is_user(forest)
    co2 = np.zeros(users.size)
    co2[users] = co2_t_a.reindex(forest.user[users]).to_numpy(float)
    low, central, high = network.cost_yuan
    branch, load = forest.gathered(central), forest.gathered(network.load_t_h)
    avoided = forest.gathered(co2)
    a_year = branch * annuity_share(parameters)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_t_h = np.where(load > 0, branch / load, np.nan)
        per_t_co2 = np.where(avoided > 0, a_year / avoided, np.nan)
    values = {
        "cost_10k_cny": central / YUAN_PER_10K,
        "cost_low_10k_cny": low / YUAN_PER_10K,
        "cost_high_10k_cny": high / YUAN_PER_10K,
        "users_count": forest.gathered(users.astype(float)).astype(int),
        "branch_t_h": load,
        "branch_10k_cny": branch / YUAN_PER_10K,
        "branch_co2_t_a": avoided,
        "branch_10k_cny_t_h": per_t_h / YUAN_PER_10K,
        "branch_yuan_t_co2": per_t_co2,
    }
    return {name: column[pipes] for name, column in values.items()}
