"""From decisions to steam: radii, balance, network, tonnes, and what rules read of them."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.plans.heat.balance import Balance, balance, loads, sentences, served
from nngis.plans.heat.extraction_range import range_words, same_decisions
from nngis.plans.heat.facts import IDLE
from nngis.plans.heat.network import SteamNetwork, is_user, lay_network
from nngis.plans.heat.network_economics import (
    compare_ways,
    pipe_worth_yuan_a,
    price_of_the_law,
)
from nngis.plans.heat.network_tables import network_tables, no_network, proof
from nngis.plans.heat.outlets import outlets_of
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.radii import (
    LOOK_BEYOND,
    STEAM_COLUMNS,
    Reaches,
    compare_radii,
    draw_areas,
    reach_of_mains,
)
from nngis.plans.heat.routes import Routes, lay_routes
from nngis.plans.heat.sources import plants_of
from nngis.plans.heat.tonnes import all_ways, count_tonnes
from nngis.text import Text, Warned, counted

WHY = {
    "capacity": Text("可供蒸汽已全部分配", "all steam to be had is given to others"),
    "steam": Text("蒸汽沿管线到不了", "steam does not last so far along the pipe"),
    "pressure": Text("管网末端压力不足", "too little pressure arrives"),
    "temperature": Text("管网末端温度不足", "too little warmth arrives"),
    "velocity": Text("管网流速过高", "the steam would run too fast"),
    "condensate": Text("管中凝结水过多", "too much of it condenses in the pipe"),
    "route": Text("没有可布置管线的路由", "no road and no line across country joins it"),
}
# Why steam fails in the pipe, as a pipe of one's own may show better than the shared one.
IN_PIPE = ("steam", "pressure", "temperature", "velocity")


@dataclass(frozen=True)
class Lines:
    """Where pipes can run.

    Parameters
    ----------
    roads : GeoDataFrame or None
        Roads.
    pipes : GeoDataFrame or None
        Steam pipes that exist.
    """

    roads: gpd.GeoDataFrame | None
    pipes: gpd.GeoDataFrame | None


@dataclass(frozen=True, eq=False)
class Supply:
    """What steam there is, who gets it, through what.

    Parameters
    ----------
    facts : DataFrame
        On the boilers' index, what the rules read: `steam_short`, `steam_why_zh`, `steam_why_en`,
        `load_t_h`.
    shown : DataFrame
        On the boilers' index: tonnes, radii, outlet, whether a pipe joins it.
    outlets : GeoDataFrame
        The balance, one row an outlet.
    radii : DataFrame
        Three radii of every pair.
    assignment : DataFrame
        Who gets steam from where.
    network : SteamNetwork or None
        Pipes.
    pipes, nodes : GeoDataFrame
        The network as tables.
    areas : GeoDataFrame
        Supply areas of three kinds.
    ways : DataFrame
        The ways to close those that could get steam, side by side.
    said : tuple of Text
        What a reader must know.
    """

    facts: pd.DataFrame
    shown: pd.DataFrame
    outlets: gpd.GeoDataFrame
    radii: pd.DataFrame
    assignment: pd.DataFrame
    network: SteamNetwork | None
    pipes: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    ways: pd.DataFrame
    said: tuple[Text, ...]


def supply_steam(
    boilers: gpd.GeoDataFrame, units: gpd.GeoDataFrame, lines: Lines, parameters: HeatParameters
) -> Supply:
    """Give steam to the boilers that close by the radius, and lay the pipes."""
    outlets = outlets_of(units, parameters)
    asks = loads(boilers, parameters)
    users = gpd.GeoDataFrame(asks, geometry=boilers.geometry[asks.index], crs=boilers.crs)
    plants = plants_of(units)
    first = outlets[~outlets["plant_id"].duplicated()].set_index("plant_id")
    plants = plants.join(first[["steam_p_mpa", "steam_t_c"]])
    routes = _routes(lines, users, plants, parameters)
    radii = compare_radii(users, plants, routes, parameters)
    reaches: Reaches = {}
    outlets = _with_reach(outlets, radii, parameters, reaches)
    plants["steam_radius_m"] = outlets.groupby("plant_id")["steam_radius_m"].max()
    found = balance(asks, outlets, radii)
    network: SteamNetwork | None = None
    pipes, nodes = no_network(outlets)
    said: tuple[Text, ...] = ()
    unpaid = pd.Index([], dtype=object)
    ways = compare_ways(boilers.iloc[:0], {}, boilers.iloc[:0], None, parameters)
    tonnes = count_tonnes(boilers, parameters)
    if routes is not None and len(found.assignment):
        users_given = found.assignment.join(asks[["user_p_min_mpa"]])
        some = boilers.loc[found.assignment.index]
        all_of = all_ways(some, parameters)
        worth = pipe_worth_yuan_a(some, all_of.avoided, all_of.counted, parameters)
        laid = lay_network(routes, users_given, outlets, worth, parameters)
        found = _without(found, laid)
        ways = _ways(boilers, found, laid, parameters)
        found = _unpaid_off(found, laid.unpaid)
        tonnes = count_tonnes(boilers, parameters, laid.unpaid)
        said = (*_said(laid), *price_of_the_law(ways))
        unpaid = laid.unpaid
        if is_user(laid.trees).any():
            network = laid
            pipes, nodes = network_tables(laid, outlets, tonnes["co2_avoided_t_a"], parameters)

    def served_with(other: gpd.GeoDataFrame) -> frozenset[str]:
        return served(asks, _with_reach(other, radii, parameters, reaches), radii)

    same = same_decisions(units, parameters, served_with)
    said = (*said, *range_words(same, outlets, parameters))
    shown = tonnes.join(_shown(boilers.index, radii, found, network, unpaid))
    shown.loc[boilers["status"].isin(IDLE) & shown["replaced_by"].notna(), "load_t_h"] = 0.0
    return Supply(
        facts=_facts(boilers.index, radii, found),
        shown=shown,
        outlets=found.outlets.join(sentences(found.outlets)),
        radii=_with_ids(radii),
        assignment=found.assignment,
        network=network,
        pipes=pipes,
        nodes=nodes,
        areas=draw_areas(units, plants, routes, parameters),
        ways=ways,
        said=said,
    )


def _routes(
    lines: Lines, users: gpd.GeoDataFrame, plants: gpd.GeoDataFrame, parameters: HeatParameters
) -> Routes | None:
    if lines.roads is None or plants.empty:
        return None
    around = plants.geometry.buffer(LOOK_BEYOND * parameters.supply_radius_m)
    at = np.unique(lines.roads.sindex.query(around, predicate="intersects")[1])
    if not at.size:
        return None
    points = pd.concat([users.geometry, plants.geometry])
    return lay_routes(
        lines.roads.iloc[at],
        lines.pipes,
        points,
        off_road_max_m=parameters.off_road_max_m,
        detour_ratio=parameters.detour_ratio,
    )


def _with_reach(
    outlets: gpd.GeoDataFrame, radii: pd.DataFrame, parameters: HeatParameters, reaches: Reaches
) -> gpd.GeoDataFrame:
    """Add the flow of each outlet's main and how far steam reaches through it."""
    out = outlets.copy()
    out["main_t_h"] = _main_flow(out, radii)
    out["steam_radius_m"] = reach_of_mains(out, parameters, reaches)
    return out


def _main_flow(outlets: gpd.GeoDataFrame, radii: pd.DataFrame) -> pd.Series:
    """Return the flow of a main that all users within the radius share, or what there is of it.

    Missing where extraction is not known.
    """
    asked = radii.groupby("plant_id")["load_t_h"].sum()
    flow = asked.reindex(outlets["plant_id"]).fillna(0.0).to_numpy(float)
    return outlets["available_t_h"].clip(upper=pd.Series(flow, index=outlets.index))


def _without(found: Balance, network: SteamNetwork) -> Balance:
    """Take those whom the network cannot serve, or not join, off the assignment."""
    route = pd.Series("route", index=network.unjoined, dtype=object)
    lost = pd.concat([network.unreached, route]) if len(route) else network.unreached
    if lost.empty:
        return found
    gone = found.assignment.loc[found.assignment.index.isin(lost.index)]
    pending = gone[["plant_id", "load_t_h"]].assign(why=lost.reindex(gone.index))
    assignment = found.assignment.drop(index=gone.index)
    outlets = found.outlets.copy()
    by_outlet = gone.groupby("outlet_id")["load_t_h"].agg(["sum", "size"])
    more = by_outlet["sum"].reindex(outlets.index).fillna(0.0)
    count = by_outlet["size"].reindex(outlets.index).fillna(0).astype(int)
    for name, sign in (("assigned_t_h", -1), ("spare_t_h", 1), ("short_t_h", 1)):
        outlets[name] += sign * more
    outlets["assigned_count"] -= count
    outlets["pending_count"] += count
    return replace(
        found,
        assignment=assignment,
        outlets=outlets,
        pending=pd.concat([found.pending, pending]),
    )


def _unpaid_off(found: Balance, unpaid: pd.Index) -> Balance:
    """Take those to whom no pipe pays off the assignment: they close, and use no steam."""
    gone = found.assignment.loc[found.assignment.index.isin(unpaid)]
    if gone.empty:
        return found
    outlets = found.outlets.copy()
    by_outlet = gone.groupby("outlet_id")["load_t_h"].agg(["sum", "size"])
    freed = by_outlet["sum"].reindex(outlets.index).fillna(0.0)
    outlets["assigned_t_h"] -= freed
    outlets["spare_t_h"] += freed
    outlets["assigned_count"] -= by_outlet["size"].reindex(outlets.index).fillna(0).astype(int)
    return replace(found, assignment=found.assignment.drop(index=gone.index), outlets=outlets)


def _ways(
    boilers: gpd.GeoDataFrame, found: Balance, network: SteamNetwork, parameters: HeatParameters
) -> pd.DataFrame:
    """Compare the ways to close the boilers that could get steam."""
    some = boilers.loc[found.assignment.index]
    each = all_ways(some, parameters)
    return compare_ways(some, each.avoided, each.counted, network, parameters)


def _shown(
    index: pd.Index,
    radii: pd.DataFrame,
    found: Balance,
    network: SteamNetwork | None,
    unpaid: pd.Index,
) -> pd.DataFrame:
    """Gather what a boiler's row shows: of the plant that gives it steam, or else the nearest."""
    given = found.assignment[["plant_id"]].reset_index().assign(mine=True)
    pairs = radii.merge(given, on=["boiler_id", "plant_id"], how="left")
    pairs["mine"] = pairs["mine"].eq(True)
    pairs = pairs.sort_values("mine", ascending=False, kind="stable")
    best = pairs.drop_duplicates("boiler_id").set_index("boiler_id")
    out = best[["road_m", "in_road_radius", *STEAM_COLUMNS, "load_t_h"]].reindex(index)
    out["outlet_id"] = found.assignment["outlet_id"].reindex(index)
    out["n1_keeps"] = found.assignment["n1_keeps"].reindex(index).astype("boolean")
    connected = pd.Series(pd.NA, index=index, dtype="boolean")
    if network is not None:
        connected[found.assignment.index] = True
    connected[unpaid] = False
    out["connected"] = connected
    return out


def _facts(index: pd.Index, radii: pd.DataFrame, found: Balance) -> pd.DataFrame:
    """Tell the rules who gets no steam, why, and how much is short.

    Where not even a pipe of its own would serve a boiler, that is the reason, so that list and
    radii name the same.
    """
    waiting = found.pending
    own = radii.drop_duplicates(["boiler_id", "plant_id"]).set_index(["boiler_id", "plant_id"])
    pairs = pd.MultiIndex.from_arrays([waiting.index, waiting["plant_id"]])
    alone = own["steam_limit"].reindex(pairs).set_axis(waiting.index)
    why = waiting["why"].mask(waiting["why"].isin(IN_PIPE) & alone.notna(), alone)
    out = pd.DataFrame({"steam_short": index.isin(waiting.index)}, index=index)
    out["load_t_h"] = waiting["load_t_h"].reindex(index)
    for lang in ("zh", "en"):
        words = why.map({name: text.say(lang) for name, text in WHY.items()})
        out[f"steam_why_{lang}"] = words.reindex(index).astype(object)
    return out


def _said(network: SteamNetwork) -> tuple[Text, ...]:
    """Say what a reader must know of the network."""
    said = list(proof(network))
    trees = network.trees
    total, off = trees.length_m.sum(), trees.off_road_m.sum()
    if off > 0:
        said.append(
            Text(
                f"蒸汽管网共 {total / 1000:.1f} km，其中 {off / 1000:.1f} km 不沿道路，"
                "须现场定线。",
                f"{off / 1000:.1f} of {total / 1000:.1f} km of steam mains do not follow a road "
                "and must be laid out on site.",
            )
        )
    if len(network.unjoined):
        said.append(
            Warned(
                f"{len(network.unjoined)} 台锅炉接不上管网，未布置管线，列为待供汽。",
                f"{counted(len(network.unjoined), 'boiler')} cannot be joined; no pipe is "
                "laid; steam is waited for.",
                table="boilers",
                ids=network.unjoined,
            )
        )
    if len(network.unpaid):
        said.append(
            Warned(
                f"{len(network.unpaid)} 台锅炉的支线不合算，已剪去；关停意见不变，须另找热源。",
                f"The branches of {counted(len(network.unpaid), 'boiler')} do not pay and are cut; "
                "they still close, and need another source of heat.",
                table="boilers",
                ids=network.unpaid,
            )
        )
    return tuple(said)


def _with_ids(radii: pd.DataFrame) -> pd.DataFrame:
    ids = [f"{b}_{p}" for b, p in zip(radii["boiler_id"], radii["plant_id"], strict=True)]
    return radii.set_axis(pd.Index(ids, name="pair_id", dtype=object), axis=0)
