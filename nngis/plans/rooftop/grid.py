"""What the grid takes: roofs to substations, the limit of reverse flow, what is curtailed."""

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from nngis.arrays import Array, Floats, Positions
from nngis.crs import ground_distance_m
from nngis.decide.counties import first_zone
from nngis.plans.rooftop.order import sum_before
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.units import KW_PER_MW, W_PER_KW

GRID_COLUMNS = (
    *("name_zh", "capacity_mva", "hosting_capacity_mw", "limit_basis", "roofs_count"),
    *("assigned_kwp", "hosted_kwp", "curtailed_kwp"),
)


def hosting_mw(substations: gpd.GeoDataFrame, parameters: RooftopParameters) -> pd.DataFrame:
    """Say how much PV each substation takes."""
    given = pd.to_numeric(
        substations.get("hosting_capacity_mw", pd.Series(np.nan, substations.index))
    )
    by_rule = pd.to_numeric(substations["capacity_mva"]) * parameters.reverse_flow_share
    basis = np.where(given.notna(), "stated", np.where(by_rule.notna(), "rule", "none"))
    return pd.DataFrame(
        {"hosting_capacity_mw": given.where(given.notna(), by_rule), "limit_basis": basis},
        index=substations.index,
    )


def substation_of(
    spots: gpd.GeoSeries, substations: gpd.GeoDataFrame, farthest_m: float
) -> pd.DataFrame:
    """Name each roof's substation: whose area it lies in, else the nearest within reach."""
    placed = substations[substations.geometry.notna()].sort_index()
    ids = np.array([*placed.index, None], dtype=object)
    if placed.geom_type.isin(("Polygon", "MultiPolygon")).all() and len(placed):
        at = first_zone(np.asarray(spots.array, dtype=object), placed.geometry)
        off = np.where(at >= 0, 0.0, np.nan)
    elif len(placed):
        xy, own = spots.get_coordinates().to_numpy(), placed.get_coordinates().to_numpy()
        _, at = KDTree(own).query(xy)
        off = ground_distance_m(xy[:, 0], xy[:, 1], own[at, 0], own[at, 1], spots.crs)
        at = np.where(off <= farthest_m, at, -1)
    else:
        at, off = np.full(len(spots), -1), np.full(len(spots), np.nan)
    return pd.DataFrame({"substation_id": ids[at], "substation_m": off}, index=spots.index)


def host(roofs: pd.DataFrame, rank: pd.Series, room_mw: pd.Series) -> pd.Series:
    """Give substations' room to roofs in order of rank.

    Examples
    --------
    >>> roofs = pd.DataFrame({"substation_id": "S", "capacity_kwp": [600.0, 700.0]}, ["a", "b"])
    >>> host(roofs, pd.Series([2, 1], ["a", "b"]), pd.Series({"S": 1.0})).to_dict()
    {'a': 300.0, 'b': 700.0}
    """
    at = room_mw.dropna().index.get_indexer(roofs["substation_id"])
    turn = np.argsort(rank.to_numpy(float, na_value=np.inf), kind="stable")
    hosted = host_in_turn(
        turn[rank.notna().to_numpy(bool)[turn]],
        at,
        roofs["capacity_kwp"].to_numpy(float),
        room_mw.dropna().to_numpy(float),
    )
    return pd.Series(hosted, roofs.index, name="hosted_kwp")


def host_in_turn(turn: Positions, at: Array, capacity_kwp: Floats, room_mw: Floats) -> Floats:
    """Give substations' room to roofs in their turn.

    Parameters
    ----------
    turn : (m,) int array
        The roofs that are to carry PV, first to last.
    at : (n,) int array
        Each roof's place in `room_mw`; -1 where it has no substation, or one of unknown room.
    capacity_kwp : (n,) float array
        What each would carry [kWp].
    room_mw : (k,) float array
        What each substation takes [MW].

    Returns
    -------
    (n,) float array
        What is taken of each roof [kWp]; missing for those that have no turn or no known room.
    """
    mine = turn[at[turn] >= 0]
    mine = mine[np.argsort(at[mine], kind="stable")]
    watts = np.rint(capacity_kwp[mine] * W_PER_KW).astype(np.int64)
    room = np.rint(room_mw * KW_PER_MW * W_PER_KW)[at[mine]]
    out = np.full(len(at), np.nan)
    out[mine] = np.clip(room - sum_before(watts, at[mine]), 0, watts) / W_PER_KW
    return out


def grid_table(
    substations: gpd.GeoDataFrame, roofs: pd.DataFrame, limits: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Add up what each substation is asked and takes."""
    out = substations[["geometry"]].join(limits)
    for name in ("name_zh", "capacity_mva"):
        out[name] = substations.get(name)
    ranked = roofs[roofs["rank"].notna()]
    groups = ranked.groupby("substation_id")
    out["roofs_count"] = groups.size().reindex(out.index).fillna(0).astype("int64")
    for name, source in (("assigned_kwp", "capacity_kwp"), ("hosted_kwp", "hosted_kwp")):
        watts = np.rint(ranked[source].astype(float).fillna(0.0) * W_PER_KW).astype("int64")
        found = watts.groupby(ranked["substation_id"]).sum().reindex(out.index).fillna(0)
        out[name] = found / W_PER_KW
    out["hosted_kwp"] = out["hosted_kwp"].mask(out["hosting_capacity_mw"].isna())
    out["curtailed_kwp"] = (out["assigned_kwp"] - out["hosted_kwp"]).round(3)
    return out[[*GRID_COLUMNS, "geometry"]].rename_axis("substation_id")
