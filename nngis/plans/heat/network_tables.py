"""The steam network as tables: pipes, nodes, each user's share of the cost, and the proof."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Objects
from nngis.plans.heat.mains import Mains
from nngis.plans.heat.network import SteamNetwork, annuity_share, is_user
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.pipe_trees import PipeTrees
from nngis.plans.heat.steam.sizes import pipe_sizes
from nngis.text import Text
from nngis.units import YUAN_PER_10K

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


def network_tables(
    network: SteamNetwork, outlets: gpd.GeoDataFrame, co2_t_a: pd.Series, parameters: HeatParameters
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Write the network as tables."""
    trees, mains = network.trees, network.mains
    nodes = _node_ids(trees)
    plant = outlets["plant_id"].reindex(trees.outlet).to_numpy(object)
    common = {"outlet_id": trees.outlet, "plant_id": plant}
    state = {
        "user_p_mpa": mains.p_mpa,
        "user_t_c": mains.t_c,
        "user_superheat_k": mains.superheat_k,
    }
    kind = np.where(trees.up < 0, "source", np.where(is_user(trees), "user", "junction"))
    steam_nodes = gpd.GeoDataFrame(
        {
            **common,
            "node_kind": kind,
            "boiler_id": trees.user,
            "pipe_m": trees.along_m,
            **state,
            "steam_limit": mains.limit,
        },
        index=pd.Index(nodes, name="node_id"),
        geometry=gpd.points_from_xy(trees.x, trees.y),
        crs=outlets.crs,
    )
    pipes = np.flatnonzero(trees.up >= 0)
    columns = {
        **{name: values[pipes] for name, values in common.items()},
        "from_node": nodes[trees.up[pipes]],
        "to_node": nodes[pipes],
        "length_m": trees.length_m[pipes],
        "off_road_m": trees.off_road_m[pipes],
        "pipe_exists": trees.exists[pipes],
        **_sized(trees, mains, pipes),
        **_costed(network, co2_t_a, parameters, pipes),
    }
    ids = [f"{trees.outlet[at]}/{nodes[at].rpartition('/')[2]}" for at in pipes]
    steam_network = gpd.GeoDataFrame(
        columns,
        index=pd.Index(ids, name="pipe_id"),
        geometry=list(trees.line[pipes]),
        crs=outlets.crs,
    )
    return steam_network, steam_nodes


def no_network(outlets: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the tables of a network that nobody lays."""

    def none(columns: tuple[str, ...], name: str) -> gpd.GeoDataFrame:
        index = pd.Index([], name=name, dtype=object)
        return gpd.GeoDataFrame(columns=list(columns), index=index, geometry=[], crs=outlets.crs)

    return none(PIPE_COLUMNS, "pipe_id"), none(NODE_COLUMNS, "node_id")


def user_costs(network: SteamNetwork) -> pd.Series:
    """Share the cost of every pipe among the users behind it, by their load."""
    trees = network.trees
    load = trees.gathered(network.load_t_h)
    each = np.divide(network.cost_yuan[1], load, out=np.zeros(load.size), where=load > 0)
    share = trees.from_plant(each) * network.load_t_h
    users = np.flatnonzero(is_user(trees))
    return pd.Series(share[users], index=trees.user[users], dtype=float)


def proof(network: SteamNetwork) -> tuple[Text, ...]:
    """Say how far from the cheapest the trees can be, all sizes taken as one."""
    return tuple(
        Text(
            f"{outlet} 的新建管网折合沿路 {answer.cost / 1000:.2f} km（离路的按造价倍数折算），"
            f"下界 {answer.bound / 1000:.2f} km（差距 {answer.gap:.1%}）。",
            f"The new pipes of {outlet} count as {answer.cost / 1000:.2f} km along roads (off "
            f"them by what they cost); none joins the same users with less than "
            f"{answer.bound / 1000:.2f} km (gap {answer.gap:.1%}).",
        )
        for outlet, answer in network.trees.answers.items()
    )


def _node_ids(trees: PipeTrees) -> Objects:
    """Give ids to the nodes of each outlet, by their way to the plant."""
    order = np.lexsort((trees.y, trees.x, trees.along_m, trees.outlet.astype(str)))
    count = pd.Series(trees.outlet[order]).groupby(trees.outlet[order]).cumcount()
    ids = np.empty(order.size, dtype=object)
    ids[order] = [f"{trees.outlet[at]}/N{n}" for at, n in zip(order, count, strict=True)]
    return ids


def _sized(trees: PipeTrees, mains: Mains, pipes: npt.NDArray[np.intp]) -> dict[str, object]:
    at = mains.size_at[pipes]
    dn = pd.Series(pipe_sizes().dn_mm[at], dtype="Int64").mask(at < 0)
    return {
        "steam_dn_mm": dn.to_numpy(),
        "flow_t_h": mains.flow_t_h[pipes],
        "p_start_mpa": mains.p_mpa[trees.up[pipes]],
        "p_end_mpa": mains.p_mpa[pipes],
        "t_end_c": mains.t_c[pipes],
        "steam_velocity_m_s": mains.velocity_m_s[pipes],
        "condensate_t_h": mains.condensate_t_h[pipes],
        "steam_heat_loss_kw": mains.heat_loss_kw[pipes],
    }


def _costed(
    network: SteamNetwork,
    co2_t_a: pd.Series,
    parameters: HeatParameters,
    pipes: npt.NDArray[np.intp],
) -> dict[str, object]:
    trees = network.trees
    users = is_user(trees)
    co2 = np.zeros(users.size)
    co2[users] = co2_t_a.reindex(trees.user[users]).to_numpy(float)
    low, central, high = network.cost_yuan
    branch, load = trees.gathered(central), trees.gathered(network.load_t_h)
    avoided = trees.gathered(co2)
    a_year = branch * annuity_share(parameters)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_t_h = np.where(load > 0, branch / load, np.nan)
        per_t_co2 = np.where(avoided > 0, a_year / avoided, np.nan)
    values = {
        "cost_10k_cny": central / YUAN_PER_10K,
        "cost_low_10k_cny": low / YUAN_PER_10K,
        "cost_high_10k_cny": high / YUAN_PER_10K,
        "users_count": trees.gathered(users.astype(float)).astype(int),
        "branch_t_h": load,
        "branch_10k_cny": branch / YUAN_PER_10K,
        "branch_co2_t_a": avoided,
        "branch_10k_cny_t_h": per_t_h / YUAN_PER_10K,
        "branch_yuan_t_co2": per_t_co2,
    }
    return {name: column[pipes] for name, column in values.items()}
