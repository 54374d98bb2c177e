"""``nngis reach``: who is within reach of what, as the crow flies and by road."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from nngis.catalog.layer import Layer
from nngis.decide.indicators import Indicator
from nngis.network.geodesic_links import geodesic_links
from nngis.network.road_links import nearest_facility
from nngis.network.service_area import service_areas
from nngis.parameters import ParameterRecord
from nngis.result.result import Analysis, Result
from nngis.run.questions import MAX_SNAP_M, question_result, road_graph, work_crs
from nngis.solvers.links import nearest
from nngis.text import Text

TITLE = Text("可达性", "Reach")
COVERED = Text(
    "{facility_id} 在 {distance_km:.2f} km 处。", "{facility_id} is {distance_km:.2f} km away."
)


@dataclass(frozen=True)
class ReachQuestion:
    """What is asked.

    Parameters
    ----------
    demand, facilities : Layer
        Who asks, and what is asked for.
    roads : Layer, optional
        Roads; without them reach is as the crow flies alone.
    weights : Series
        What each demand weighs.
    limit_m : float
        Limit [m].
    """

    demand: Layer
    facilities: Layer
    roads: Layer | None
    weights: pd.Series
    limit_m: float


def answer_reach(question: ReachQuestion) -> Result:
    """Answer who is within reach.

    Parameters
    ----------
    question : ReachQuestion
        What is asked.

    Returns
    -------
    Result
        Tables ``demand`` (decided ``covered``, ``gap`` or ``unknown``), ``facilities``,
        ``service_areas`` and ``left_out`` where there are roads; the share covered both ways.
    """
    layers = {"demand": question.demand, "facilities": question.facilities}
    if question.roads is not None:
        layers["roads"] = question.roads
    crs = work_crs(question.demand)
    frames = {part: layer.in_crs(crs) for part, layer in layers.items()}
    analysis = _analyse(question, frames)
    return question_result("reach", TITLE, analysis, "demand", layers, crs, _parameters(question))


def _analyse(question: ReachQuestion, frames: Mapping[str, gpd.GeoDataFrame]) -> Analysis:
    demand, facilities = frames["demand"], frames["facilities"]
    straight = nearest(geodesic_links(demand, facilities, question.limit_m))
    table = pd.DataFrame(index=demand.index)
    table["weight"] = question.weights
    table["straight_m"] = straight["distance_m"]
    tables: dict[str, pd.DataFrame] = {}
    said: tuple[Text, ...] = ()
    reached, lost = straight, pd.DataFrame(columns=["id", "reason_zh", "reason_en"])
    if "roads" in frames:
        graph, said = road_graph(frames["roads"])
        found = nearest_facility(
            graph, demand, facilities, max_snap_m=MAX_SNAP_M, limit_m=question.limit_m
        )
        reached, lost = nearest(found.links), found.left_out
        table["road_m"] = reached["distance_m"]
        areas, _ = service_areas(
            graph, facilities, breaks_m=[question.limit_m], max_snap_m=MAX_SNAP_M
        )
        areas.index = pd.Index([f"A{i + 1}" for i in range(len(areas))], name="area_id")
        tables = {"service_areas": areas, "left_out": lost}
    table["facility_id"] = reached["facility_id"]
    table = table.join(_decided(table, reached, lost, demand, question.limit_m))
    served = table.groupby("facility_id")["weight"].agg(["sum", "size"])
    counts = facilities.assign(
        demand_count=served["size"].reindex(facilities.index).fillna(0).astype(int),
        weight=served["sum"].reindex(facilities.index).fillna(0.0),
    )
    out = {
        "demand": gpd.GeoDataFrame(table, geometry=demand.geometry, crs=demand.crs),
        "facilities": counts,
    }
    return Analysis(out | tables, _indicators(table, by_road="roads" in frames), (), said)


def _decided(
    table: pd.DataFrame,
    reached: pd.DataFrame,
    lost: pd.DataFrame,
    demand: gpd.GeoDataFrame,
    limit_m: float,
) -> pd.DataFrame:
    limit = f"{limit_m / 1000:g} km"
    out = pd.DataFrame(
        {
            "decision": "gap",
            "rule": "reach",
            "reason_zh": f"{limit} 内没有设施。",
            "reason_en": f"No facility within {limit}.",
        },
        index=table.index,
    )
    near = table.index.isin(reached.index)
    km = reached["distance_m"].reindex(table.index[near]) / 1000
    out.loc[near, "decision"] = "covered"
    for lang, template in zip(("zh", "en"), COVERED, strict=True):
        out.loc[near, f"reason_{lang}"] = [
            template.format(facility_id=f, distance_km=d)
            for f, d in zip(table.loc[near, "facility_id"], km, strict=True)
        ]
    off = lost[lost["id"].isin(table.index) & ~lost["id"].isin(reached.index)]
    if "role" in off:
        off = off[off["role"].eq("demand")]
    off = off.drop_duplicates("id").set_index("id")
    nowhere = demand.index[demand.geometry.isna()].difference(off.index)
    out.loc[[*off.index, *nowhere], "decision"] = "unknown"
    out.loc[off.index, ["reason_zh", "reason_en"]] = off[["reason_zh", "reason_en"]]
    out.loc[nowhere, ["reason_zh", "reason_en"]] = ("没有坐标。", "No coordinates.")
    return out


def _indicators(table: pd.DataFrame, *, by_road: bool) -> tuple[Indicator, ...]:
    total = table["weight"].sum()

    def share(column: str, title: Text) -> Indicator:
        covered = table.loc[table[column].notna(), "weight"].sum()
        value = float(covered / total) if total else None
        return Indicator(f"covered_{column.removesuffix('_m')}_share", title, value, "", "")

    found = [share("straight_m", Text("直线距离覆盖率", "Share covered, straight line"))]
    if by_road:
        found.append(share("road_m", Text("道路距离覆盖率", "Share covered, by road")))
    return tuple(found)


def _parameters(question: ReachQuestion) -> tuple[ParameterRecord, ...]:
    limit = Text("服务半径", "Limit")
    snap = Text("接入道路的最大距离", "Longest access leg")
    return (
        ParameterRecord("limit_m", limit, question.limit_m, "m", "", "--limit-km"),
        ParameterRecord("max_snap_m", snap, MAX_SNAP_M, "m", "nngis", "default"),
    )
