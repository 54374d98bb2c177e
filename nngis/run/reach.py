"""``nngis reach``: who is within reach of what, as the crow flies and by road."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from nngis.catalog.layer import Layer
from nngis.crs.place import has_place
from nngis.decide.indicators import Indicator
from nngis.decide.rules import UNKNOWN, Rule, decide, holds
from nngis.inputs.features import read_features, weights_of
from nngis.network.geodesic_links import nearest_straight
from nngis.network.road_links import nearest_facility
from nngis.network.service_area import service_areas
from nngis.parameter_values import ParameterRecord
from nngis.result.result import Analysis, Result
from nngis.run.cases import Case
from nngis.run.cases import case as open_case
from nngis.run.questions import (
    MAX_SNAP_M,
    by_points,
    off_road,
    question_result,
    road_graph,
    weighted_by,
    work_crs,
)
from nngis.run.results import Result as HeldResult
from nngis.run.results import held
from nngis.solvers.links import nearest
from nngis.text import Text

TITLE = Text("可达性", "Reach")


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


def reach(
    demand: Any,  # noqa: ANN401 - a path, an id of a layer, a frame, a layer
    facilities: Any,  # noqa: ANN401 - likewise
    *,
    limit_m: float,
    roads: Any = None,  # noqa: ANN401 - likewise
    weight: str | None = None,
    datum: str | None = None,
    case: Case | None = None,
) -> HeldResult:
    """Find who is within reach of what, as the crow flies and by road.

    Parameters
    ----------
    demand, facilities : path, layer id, GeoDataFrame or Layer
        Who asks, and what is asked for: points.
    limit_m : float
        Limit [m].
    roads : path, layer id, GeoDataFrame, Layer or networkx graph, optional
        Roads; without them reach is as the crow flies alone.
    weight : str, optional
        Column of the demand's weights; population if there is one, else each weighs 1.
    datum : str, optional
        Datum of tables of coordinates.
    case : Case, optional
        The place; the one that ships if absent.

    Returns
    -------
    Result
        Tables ``demand`` (decided ``covered``, ``gap`` or ``unknown``), ``facilities``,
        ``service_areas`` and ``left_out`` where there are roads; the share covered both ways.

    Raises
    ------
    LayerError, LedgerError
        If something cannot be read.

    Examples
    --------
    >>> import geopandas as gpd, nngis
    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 3000], [0, 0]), crs="EPSG:4547")
    >>> shops = homes.iloc[[0]]
    >>> nngis.reach(homes, shops, limit_m=1000).decisions["decision"].tolist()
    ['covered', 'gap']
    """
    place = case or open_case()
    asking = read_features(demand, "demand", place.store, datum=datum)
    question = ReachQuestion(
        asking,
        read_features(facilities, "facilities", place.store, datum=datum),
        None if roads is None else read_features(roads, "roads", place.store),
        weights_of(asking, weight),
        limit_m,
    )
    return held(answer_reach(question), place.on_roads(question.roads))


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
    straight = nearest_straight(demand, facilities, question.limit_m)
    table = pd.DataFrame(demand.filter(items=["name_zh"]))
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
        said = (*said, *off_road(lost["id"], {"demand": demand, "facilities": facilities}))
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
    return Analysis(
        out | tables,
        _indicators(table, _weight_name(question), by_road="roads" in frames),
        (),
        said,
    )


def _decided(
    table: pd.DataFrame,
    reached: pd.DataFrame,
    lost: pd.DataFrame,
    demand: gpd.GeoDataFrame,
    limit_m: float,
) -> pd.DataFrame:
    off = lost[lost["id"].isin(table.index) & ~lost["id"].isin(reached.index)]
    if "role" in off:
        off = off[off["role"].eq("demand")]
    off = off.drop_duplicates("id").set_index("id").reindex(table.index)
    nowhere = ~has_place(demand) & off["reason_zh"].isna()
    facts = pd.DataFrame(
        {
            "reached": table.index.isin(reached.index),
            "facility_id": table["facility_id"],
            "km": reached["distance_m"].reindex(table.index) / 1000,
            "placed": ~nowhere,
            "joined": off["reason_zh"].isna(),
            "off_zh": off["reason_zh"],
            "off_en": off["reason_en"],
        }
    )
    return decide(facts, RULES, _beyond(limit_m))


RULES = (
    Rule(
        "reach", "", "covered", holds("reached"),
        Text("{facility_id} 在 {km:.2f} km 处。", "{facility_id} is {km:.2f} km away."),
    ),
    Rule(
        "reach", "", UNKNOWN, lambda f: ~f["placed"].astype("boolean"),
        Text("没有坐标。", "No coordinates."),
    ),
    Rule(
        "reach", "", UNKNOWN, lambda f: ~f["joined"].astype("boolean"), Text("{off_zh}", "{off_en}")
    ),
)  # fmt: skip


def _beyond(limit_m: float) -> Rule:
    limit = f"{limit_m / 1000:g} km"
    return Rule(
        "reach",
        "",
        "gap",
        holds("joined"),
        Text(f"{limit} 内没有设施。", f"No facility within {limit}."),
    )


def _indicators(table: pd.DataFrame, weight: str | None, *, by_road: bool) -> tuple[Indicator, ...]:
    """Give each coverage by what it is weighted with, and by points beside it."""
    total, by = table["weight"].sum(), weighted_by(weight)

    def share(column: str, title: Text) -> Indicator:
        covered = table[column].notna()
        value = float(table["weight"][covered].sum() / total) if total else None
        return Indicator(
            f"covered_{column.removesuffix('_m')}_share",
            Text(f"{title.zh}（{by.zh}）", f"{title.en} ({by.en})"),
            value,
            "",
            "",
            note=None if weight is None else by_points(covered),
            basis="achieved",
        )

    found = [share("straight_m", Text("直线距离覆盖率", "Share covered, straight line"))]
    if by_road:
        found.append(share("road_m", Text("道路距离覆盖率", "Share covered, by road")))
    return tuple(found)


def _weight_name(question: ReachQuestion) -> str | None:
    return None if question.weights.name is None else str(question.weights.name)


def _parameters(question: ReachQuestion) -> tuple[ParameterRecord, ...]:
    limit = Text("服务半径", "Limit")
    snap = Text("接入道路的最大距离", "Longest access leg")
    return (
        ParameterRecord("limit_m", limit, question.limit_m, "m", "", "--limit-km"),
        ParameterRecord("max_snap_m", snap, MAX_SNAP_M, "m", "nngis", "default"),
    )
