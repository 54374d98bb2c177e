"""Road pieces before they become arcs, and what can be wrong with them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from nngis.arrays import Bools, Floats, Ints, Objects, Positions
from nngis.errors import Problem
from nngis.network.graph.shapes import Shapes, lines_of
from nngis.text import counted

#: Lengths and places closer than this are the same [m]: survey data are not finer.
SAME_M = 1e-3
#: The course of an edge may end this far from its node [m].
OFF_M = 1.0
#: A stated length that differs more than this from that of the course is doubted.
LENGTH_SHARE, LENGTH_M = 0.05, 1.0


@dataclass(frozen=True)
class Edges:
    """Road pieces before they become arcs.

    Parameters
    ----------
    tail, head : (n,) int32 array
        End nodes.
    length_m : (n,) float array
        Length [m].
    oneway : (n,) int8 array
        1 along the drawing only, -1 against it only, 0 both ways.
    time_s, back_time_s : (n,) float array or None
        Driving time along and against the drawing [s]; nan where it is unknown.
    course : Shapes or None
        The way each runs from `tail` to `head`; None where all are straight.
    row : (n,) int array
        Position of the input row.
    """

    tail: Ints
    head: Ints
    length_m: Floats
    oneway: npt.NDArray[np.int8]
    time_s: Floats | None
    back_time_s: Floats | None
    course: Shapes | None
    row: Positions

    def take(self, keep: Bools) -> "Edges":
        """Keep some of the edges."""
        if keep.all():
            return self
        kept: dict[str, Any] = {
            name: values[keep] if isinstance(values, np.ndarray) else values
            for name, values in vars(self).items()
        }
        if self.course is not None:
            kept["course"] = self.course.take(np.flatnonzero(keep))
        return Edges(**kept)


def not_in_metres(crs: CRS | None, rows: int, where: str) -> list[Problem]:
    """Say that a CRS is no plane in metres."""
    if crs is not None and crs.is_projected and crs.axis_info[0].unit_conversion_factor == 1.0:
        return []
    name = "—" if crs is None else crs.to_string()
    return [
        Problem(
            f"{rows} 行坐标的坐标系为 {name}，不是以米为单位的投影坐标系；请先转到工作坐标系。",
            f"the coordinates of {rows} rows are in {name}, which is no plane in metres; bring "
            "them to the work CRS first.",
            where=where,
        )
    ]


def faults(x: Floats, y: Floats, edges: Edges) -> list[Problem]:
    """Find what is wrong with nodes and edges.

    Parameters
    ----------
    x, y : (n_nodes,) float array
        The nodes [m].
    edges : Edges
        The road pieces.

    Returns
    -------
    list of Problem
        Every fault, each with the number of edges that are sound.
    """
    n = edges.length_m.size
    found = [
        Problem(
            f"{name} 有 {values.size} 个值，应为 {n} 个。",
            f"{name} has {counted(values.size, 'value')} where {n} are needed.",
            where=name,
        )
        for name, values in vars(edges).items()
        if isinstance(values, np.ndarray) and values.size != n
    ]
    if x.size != y.size:
        found.append(
            Problem(
                f"x 有 {x.size} 个值，y 有 {y.size} 个。",
                f"x has {counted(x.size, 'value')} and y has {y.size}.",
                where="x, y",
            )
        )
    if found:
        return found
    low, high = np.minimum(edges.tail, edges.head), np.maximum(edges.tail, edges.head)
    outside = (low < 0) | (high >= x.size)
    found += _fault(
        outside, "端点编号不存在", "an end node that does not exist", "edge_from, edge_to"
    )
    nowhere = np.append(~np.isfinite(x + y), False)
    low, high = np.where(outside, -1, low), np.where(outside, -1, high)
    found += _fault(
        nowhere[low] | nowhere[high], "端点坐标缺失", "an end node without coordinates", "x, y"
    )
    for name, zh, en in (
        ("length_m", "长度为负或缺失", "a negative or missing length"),
        ("time_s", "行驶时间为负或无穷大", "a negative or infinite driving time"),
        ("back_time_s", "反向行驶时间为负或无穷大", "a negative or infinite driving time back"),
    ):
        values = getattr(edges, name)
        if values is not None:
            # A time may be unknown: that matters only where times are asked for.
            unknown = np.isnan(values) & (name != "length_m")
            found += _fault(~((np.isfinite(values) & (values >= 0)) | unknown), zh, en, name)
    found += _fault(
        np.abs(edges.oneway) > 1, "oneway 不是 -1、0、1", "oneway not -1, 0 or 1", "oneway"
    )
    if edges.course is not None and not found:
        course = edges.course
        start, end = course.xy[course.first[:-1]], course.xy[course.first[1:] - 1]
        off = [
            np.hypot(p[:, 0] - x[at], p[:, 1] - y[at]) > OFF_M
            for p, at in ((start, edges.tail), (end, edges.head))
        ]
        found += _fault(
            off[0] | off[1],
            "几何不是从起点节点通到终点节点",
            "a geometry that does not run from the first node to the second",
            "geometry",
        )
    return found


def _fault(wrong: Bools, zh: str, en: str, where: str) -> list[Problem]:
    """One problem that names the edges at fault, or none."""
    count = int(wrong.sum())
    if not count:
        return []
    first = ", ".join(map(str, np.flatnonzero(wrong)[:5]))
    more_zh, more_en = (" 等", " ...") if count > 5 else ("", "")  # noqa: PLR2004
    return [
        Problem(
            f"{wrong.size} 条边中有 {count} 条{zh}（位置 {first}{more_zh}）；其余 "
            f"{wrong.size - count} 条可用，请更正或删去这些边。",
            f"{count} of {wrong.size} edges have {en} (positions {first}{more_en}); the other "
            f"{wrong.size - count} can be used: correct or drop these.",
            where=where,
        )
    ]


def repeated(edges: Edges) -> Bools:
    """Find the edges that repeat an earlier one."""
    turn = edges.tail > edges.head
    loop = np.flatnonzero(edges.tail == edges.head)
    if edges.course is not None and loop.size:
        # A loop has no lower end: it is turned if its course backwards comes first by name.
        lines = lines_of(edges.course.take(loop))
        turn[loop] = _names(shapely.reverse(lines)) < _names(lines)
    keys = {
        "low": np.where(turn, edges.head, edges.tail),
        "high": np.where(turn, edges.tail, edges.head),
        "way": np.where(turn, -edges.oneway, edges.oneway),
        "mm": np.round(edges.length_m / SAME_M),
    }
    if edges.time_s is not None:
        back = edges.time_s if edges.back_time_s is None else edges.back_time_s
        keys["up"] = np.where(turn, back, edges.time_s)
        keys["down"] = np.where(turn, edges.time_s, back)
    table = pd.DataFrame(keys)
    found: Bools = table.duplicated().to_numpy(copy=True)
    if edges.course is not None and found.any():
        at = np.flatnonzero(table.duplicated(keep=False))
        lines = lines_of(edges.course.take(at))
        lines = np.where(turn[at], shapely.reverse(lines), lines)
        found[at] = table.iloc[at].assign(course=_names(lines)).duplicated().to_numpy()
    return found


def _names(lines: Objects) -> Objects:
    """Name courses, so that those which are the same to a millimetre have one name."""
    rounded = shapely.transform(lines, lambda xy: np.round(xy / SAME_M) + 0.0)
    return np.asarray(shapely.to_wkb(rounded), object)
