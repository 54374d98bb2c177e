"""Layers of points put on the road graph, and the list of those that could not be."""

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from nngis.arrays import Floats, Positions
from nngis.errors import LayerError, Problem, require
from nngis.network.graph.core import Graph
from nngis.network.graph.snap import Snap, snap
from nngis.text import counted

Role = Literal["demand", "facility"]

LEFT_OUT_COLUMNS = ("id", "role", "why", "distance_m", "reason_zh", "reason_en")
NOUNS = {"demand": ("需求点", "demand point"), "facility": ("设施", "facility")}


@dataclass(frozen=True, eq=False)
class Placed:
    """The points of one layer that stand on the graph.

    Parameters
    ----------
    role : {"demand", "facility"}
        What they are.
    ids : Index
        Ids of all points of the layer.
    position : (n,) int array
        Positions in `ids` of the points that stand on the graph.
    places : Snap
        Where those stand.
    left_out : DataFrame
        The others: see `left_out_table`.
    """

    role: Role
    ids: pd.Index
    position: Positions
    places: Snap
    left_out: pd.DataFrame


def check_layers(graph: Graph, layers: dict[Role, gpd.GeoDataFrame]) -> None:
    """Refuse layers that cannot be put on a graph."""
    found = []
    if not graph.n_edges:
        found.append(Problem("路网中没有道路。", "The road graph has no roads.", where="graph"))
    for role, frame in layers.items():
        if frame.crs is None or frame.crs != graph.crs:
            found.append(
                Problem(
                    f"图层的 {len(frame)} 行坐标系为 {_name(frame.crs)}，路网为 "
                    f"{_name(graph.crs)}；请先统一坐标系（to_crs）。",
                    f"the {counted(len(frame), 'row')} of this layer are in {_name(frame.crs)} and "
                    f"the roads in {_name(graph.crs)}; bring them to one system first (to_crs).",
                    where=role,
                )
            )
        repeated = int(frame.index.duplicated().sum())
        if repeated:
            example = frame.index[frame.index.duplicated()][0]
            found.append(
                Problem(
                    f"{len(frame)} 行中有 {repeated} 行的编号重复，例如 {example!r}；编号应唯一。",
                    f"{repeated} of {len(frame)} rows repeat an id, for example {example!r}; "
                    "ids must be unique.",
                    where=role,
                )
            )
        kinds = shapely.get_type_id(frame.geometry.to_numpy())
        others = int(((kinds >= 0) & (kinds != shapely.GeometryType.POINT)).sum())
        if others:
            found.append(
                Problem(
                    f"{len(frame)} 行中有 {others} 行不是点；请先取代表点"
                    f"（representative_point）。其余 {len(frame) - others} 行可用。",
                    f"{others} of {len(frame)} rows are not points; take representative points "
                    f"first (representative_point). The other {len(frame) - others} can be used.",
                    where=role,
                )
            )
    require(found, LayerError)


def place(graph: Graph, frame: gpd.GeoDataFrame, role: Role, *, max_snap_m: float) -> Placed:
    """Put the points of a layer on the nearest edges."""
    points = frame.geometry.to_numpy()
    x, y = shapely.get_x(points), shapely.get_y(points)
    found = snap(graph, x, y, max_snap_m=max_snap_m)
    nowhere = np.isnan(x + y)
    zh, en = NOUNS[role]
    far = ~found.ok & ~nowhere
    rounded = pd.Series(found.distance_m[far]).map("{:.0f}".format).astype(str)
    reasons = [
        left_out_table(
            frame.index[nowhere],
            role,
            "no_point",
            f"{zh}没有坐标。",
            f"This {en} has no coordinates.",
        ),
        left_out_table(
            frame.index[far],
            role,
            "far",
            "距最近道路 " + rounded + f" m，超过接入上限 {max_snap_m:g} m。",
            "The nearest road is " + rounded + f" m away, more than the {max_snap_m:g} m allowed.",
            distance_m=found.distance_m[far],
        ),
    ]
    at = np.flatnonzero(found.ok)
    return Placed(role, frame.index, at, found.take(at), pd.concat(reasons, ignore_index=True))


def cut_off(graph: Graph, placed: Placed, others: Placed) -> pd.DataFrame:
    """List the points that stand on a part of the graph on which none of the others stands."""
    part, part_of_others = (
        graph.component[graph.edge_from[p.places.edge]] for p in (placed, others)
    )
    lost = ~np.isin(part, part_of_others)
    zh, en = NOUNS[others.role]
    return left_out_table(
        placed.ids[placed.position[lost]],
        placed.role,
        "cut_off",
        f"所接入的路网部分与任何{zh}都不连通。"
        if others.position.size
        else f"没有一个{zh}能接入路网。",
        f"The roads it stands on are joined with no {en}."
        if others.position.size
        else f"Not one {en} stands on a road.",
        distance_m=placed.places.distance_m[lost],
    )


def left_out_table(
    ids: pd.Index,
    role: Role,
    why: str,
    reason_zh: str | pd.Series,
    reason_en: str | pd.Series,
    *,
    distance_m: Floats | float = np.nan,
) -> pd.DataFrame:
    """Make the rows of the table of points left out."""
    values = (ids, role, why, distance_m, reason_zh, reason_en)
    columns = dict(zip(LEFT_OUT_COLUMNS, values, strict=True))
    return pd.DataFrame(columns, index=pd.RangeIndex(len(ids)))


def _name(crs: CRS | None) -> str:
    """Short name of a CRS."""
    return "—" if crs is None else crs.to_string()
