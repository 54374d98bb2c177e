"""What the columns of a road layer say: what cars may use, which way, on what level, how fast.

A layer may come from OpenStreetMap, osmnx, Geofabrik or an office's own table. What it does not say
is not guessed: a row without a class is a road, without a sign it is open both ways, without a
speed it has no driving time.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Bools, Floats
from nngis.network.graph.drive_rules import (
    ACCESS_KEYS,
    KEYS,
    SPEED_KM_H,
    directions,
    limits,
    may_be_driven,
)
from nngis.network.graph.road_words import flags, levels, speeds, words_in

#: Columns that mean the same, the surest first: our own field, then osmnx's, then others'.
CLASS_COLUMNS = ("highway", "road_class", "fclass", "class")
SPEED_COLUMNS = ("speed_km_h", "speed_kph")
TAIL_COLUMNS, HEAD_COLUMNS = ("node_from", "u"), ("node_to", "v")
#: Where osmnx writes streets without direction, these tell which of the two ends comes first.
DRAWN_FROM, DRAWN_TO = ("from",), ("to",)
LENGTH_COLUMNS, TIME_COLUMNS = ("edge_length_m", "length"), ("edge_time_s", "travel_time")
BACK_TIME_COLUMNS = ("edge_back_time_s",)
#: Road classes of OSM and Geofabrik that cars may not use, and their Chinese names.
NOT_FOR_CARS = frozenset(
    {
        "footway", "cycleway", "path", "steps", "pedestrian", "bridleway", "corridor", "elevator",
        "escalator", "platform", "track", "track_grade1", "track_grade2", "track_grade3",
        "track_grade4", "track_grade5", "busway", "bus_guideway", "via_ferrata", "crossing",
        "sidewalk", "construction", "proposed", "planned", "abandoned", "razed", "disused",
        "raceway", "escape", "rest_area", "services", "emergency_bay", "bus_stop", "ladder",
        "人行道", "步行道", "步道", "人行天桥", "步行街", "自行车道", "非机动车道",
        "台阶", "楼梯", "绿道", "在建", "规划",
    }
)  # fmt: skip
ABOVE, BELOW = 1.0, -1.0  # levels of bridges and tunnels that state none


@dataclass(frozen=True, eq=False)
class RoadRules:
    """How the rows of a road layer may be used.

    Parameters
    ----------
    open : (n,) bool array
        Rows that cars may use.
    oneway : (n,) int8 array
        1 along the line only, -1 against it only, 0 both.
    level : (n,) float array
        Level of each row; 0 where nothing says otherwise.
    apart : (n,) bool array
        Bridges and tunnels that state no level: where they cross anything there is no junction.
    speed_km_h, back_speed_km_h : (n,) float array
        Speed along and against the line [km/h]; nan where neither column nor class tells it.
    signs_unread, speeds_unread : (n,) bool array
        Open rows whose one-way sign or speed limit stands there but cannot be read.
    """

    open: Bools
    oneway: npt.NDArray[np.int8]
    level: Floats
    apart: Bools
    speed_km_h: Floats
    back_speed_km_h: Floats
    signs_unread: Bools
    speeds_unread: Bools


class Ends(NamedTuple):
    """Node numbers, lengths [m] and times [s] that a layer of graph edges states; nan where not."""

    tail: pd.Series
    head: pd.Series
    length_m: Floats
    time_s: Floats
    back_time_s: Floats


def road_rules(roads: pd.DataFrame) -> RoadRules:
    """Read from the columns of a road layer how its rows may be used.

    Columns that are read where they are: ``highway`` (or ``road_class``, ``fclass``,
    ``class``), ``access`` and its kin, ``oneway``, ``junction``, ``layer``, ``bridge``,
    ``tunnel``, ``speed_km_h`` (or ``speed_kph``), ``maxspeed``; spelled as OSM, osmnx, Geofabrik or
    Chinese tables spell them.

    Examples
    --------
    >>> roads = pd.DataFrame({"oneway": ["yes", "no", "-1"], "bridge": [None, "yes", None],
    ...                       "highway": ["primary", "城市支路", "steps"]})
    >>> rules = road_rules(roads)
    >>> rules.open.tolist(), rules.oneway.tolist(), rules.level.tolist()
    ([True, True, False], [1, 0, -1], [0.0, 1.0, 0.0])
    >>> rules.speed_km_h.tolist()
    [65.0, nan, nan]
    """
    tags = pd.DataFrame({key: _column(roads, (key,)) for key in KEYS}, index=roads.index)
    kind = _column(roads, CLASS_COLUMNS).map(_class, na_action="ignore")
    tags["highway"] = kind
    for key in ("junction", "service", "area", *ACCESS_KEYS):
        tags[key] = tags[key].map(_first_word, na_action="ignore")
    by_class = kind.map(SPEED_KM_H).astype(float)
    oneway, fixed, strange = directions(tags, letters_are_directions="fclass" in roads)
    is_open = (~kind.isin(NOT_FOR_CARS) & fixed & may_be_driven(tags)).to_numpy(bool)
    km_h, back_km_h, unread = limits(tags)
    driven = speeds(_column(roads, SPEED_COLUMNS))
    level, apart = road_levels(roads)
    return RoadRules(
        open=is_open,
        oneway=oneway.to_numpy(),
        level=level,
        apart=apart,
        speed_km_h=driven.fillna(km_h).fillna(by_class).to_numpy(np.float64),
        back_speed_km_h=driven.fillna(back_km_h).fillna(by_class).to_numpy(np.float64),
        signs_unread=strange.to_numpy(bool) & is_open,
        speeds_unread=unread.to_numpy(bool) & driven.isna().to_numpy() & is_open,
    )


def road_ends(roads: pd.DataFrame) -> Ends | None:
    """Read the node numbers of a layer whose rows are the edges of a graph, as osmnx makes it."""
    tail, head = (_column(roads, names) for names in (TAIL_COLUMNS, HEAD_COLUMNS))
    if not len(roads) or tail.isna().any() or head.isna().any():
        return None
    tail, head = tail.map(_name), head.map(_name)
    drawn = [_column(roads, names).map(_name) for names in (DRAWN_FROM, DRAWN_TO)]
    turned = (drawn[0] == head) & (drawn[1] == tail)
    length, time, back = (
        pd.to_numeric(_column(roads, names), errors="coerce").to_numpy(np.float64, na_value=np.nan)
        for names in (LENGTH_COLUMNS, TIME_COLUMNS, BACK_TIME_COLUMNS)
    )
    time = np.where(time >= 0, time, np.nan)
    return Ends(
        tail.mask(turned, head),
        head.mask(turned, tail),
        np.where(length >= 0, length, np.nan),
        time,
        np.where(back >= 0, back, time),
    )


def _column(roads: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Take the first of several columns that a row fills."""
    found = pd.Series([None] * len(roads), index=roads.index, dtype=object)
    for name in names:
        if name in roads:
            found = found.where(found.notna(), roads[name].astype(object))
    return found.where(found.notna(), None)


def _class(cell: object) -> str | None:
    """Of the classes of a merged street the first that cars may use, else the first."""
    words = words_in(cell)
    return next((word for word in words if word not in NOT_FOR_CARS), words[0] if words else None)


def _first_word(cell: object) -> str | None:
    words = words_in(cell)
    return words[0] if words else None


def _name(cell: object) -> str:
    """Write a node's number as text, whether it came as 12, 12.0 or "12"."""
    words = words_in(cell)
    return words[0] if len(words) == 1 else str(cell)


def road_levels(roads: pd.DataFrame) -> tuple[Floats, Bools]:
    """Read on what level the rows of a road layer lie."""
    level = np.nan_to_num(levels(_column(roads, ("layer",))))
    bridge, tunnel = (flags(_column(roads, (name,))) for name in ("bridge", "tunnel"))
    apart = (bridge | tunnel) & (level == 0)
    return np.where(apart, np.where(bridge, ABOVE, BELOW), level), apart
