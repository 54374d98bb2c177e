"""Write a designed network as the text of an EPA SWMM 5 input file (.inp).

Every node gets the increment of the design flow as a constant dry-weather inflow, so that each
conduit carries its own design flow. A lift station is an ideal pump (it passes on what arrives);
a rising main is the pump's link, for SWMM's steady routing knows no pressure.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.arrays import Bools
from nngis.errors import LayerError, require
from nngis.outputs.swmm_faults import find_faults, on_one_line
from nngis.text import Text, counted
from nngis.units import MM_PER_M

Routing = Literal["STEADY", "KINWAVE", "DYNWAVE"]
ROUTINGS: tuple[Routing, ...] = ("STEADY", "KINWAVE", "DYNWAVE")
RISING_MAIN = "rising_main"
# Nodes and links that SWMM needs besides; the plus sign stands in no id given here.
LIFTED, OUTLET, PUMPED = "+lifted", "+outlet", "+pump"
DAY = "+day"
LEAST_L_S = 1e-6  # smaller increments are rounding
STEP_M = 1e-3  # a pipe that starts higher than one arrives by more than this is lifted to
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,23}")
_STEPS = {"STEADY": "00:01:00", "KINWAVE": "00:00:15", "DYNWAVE": "00:00:05"}


@dataclass(frozen=True)
class SwmmFile:
    """A SWMM input file and what its ids stand for.

    Parameters
    ----------
    text : str
        The file.
    nodes : Series of str
        SWMM id of each manhole, on `manhole_id`.
    links : Series of str
        SWMM id of each pipe, on `pipe_id`; a rising main has one, that of its first pipe.
    notes : tuple of Text
        What was simplified.
    """

    text: str
    nodes: pd.Series
    links: pd.Series
    notes: tuple[Text, ...]


def write_inp(
    pipes: gpd.GeoDataFrame,
    manholes: gpd.GeoDataFrame,
    stations: Iterable[str] = (),
    *,
    routing: Routing = "STEADY",
    hours: int = 6,
    roughness: float = 0.013,
    title: str = "nngis",
    day: Sequence[float] | None = None,
) -> SwmmFile:
    """Write a designed network.

    Parameters
    ----------
    pipes : GeoDataFrame
        Indexed by pipe: `from_manhole`, `to_manhole`, `length_m`, `diameter_mm`, `invert_up_m`,
        `invert_down_m`, `flow_l_s`, `kind`, geometry. A forest: one pipe leaves a manhole.
    manholes : GeoDataFrame
        Indexed by manhole: `ground_m`, point geometry.
    stations : iterable of str
        Manholes with a lift station, where a pipe may leave higher than one arrives.
    routing : {"STEADY", "KINWAVE", "DYNWAVE"}
        Flow routing.
    hours : int
        Hours simulated [h], 1 to 23.
    roughness : float
        Manning's n of every conduit.
    title : str
        First line of the file.
    day : sequence of 24 float, optional
        Flow by hour of the day, as multiples of `flow_l_s`; the same all day where missing.

    Returns
    -------
    SwmmFile
        The text, and SWMM's ids by ours.

    Raises
    ------
    LayerError
        With every pipe that lacks a number or a manhole, and every manhole that two pipes leave.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> manholes = gpd.GeoDataFrame({"ground_m": [12.0, 11.0]}, index=["甲", "B"],
    ...                             geometry=[Point(0, 0), Point(100, 0)])
    >>> pipes = gpd.GeoDataFrame(
    ...     {"from_manhole": ["甲"], "to_manhole": ["B"], "length_m": [100.0],
    ...      "diameter_mm": [300], "invert_up_m": [10.0], "invert_down_m": [9.6],
    ...      "flow_l_s": [20.0], "kind": ["gravity"]}, index=["P1"],
    ...     geometry=[LineString([(0, 0), (100, 0)])])
    >>> file = write_inp(pipes, manholes)
    >>> file.nodes.tolist()
    ['N1', 'B']
    >>> [line for line in file.text.splitlines() if line.startswith("P1")]
    ['P1 N1 B 100.000 0.013 10.0000 9.6000 0', 'P1 CIRCULAR 0.3000 0 0 0 1']
    """
    require(find_faults(pipes, manholes), LayerError)
    pipes = _whole_mains(pipes)
    used = pd.concat([pipes["from_manhole"], pipes["to_manhole"]])
    manholes = manholes[manholes.index.isin(used)]
    nodes, links = _swmm_ids(manholes.index, "N"), _swmm_ids(pipes.index, "L")
    plan = _layout(pipes, manholes, set(stations))
    parts = [
        _lines("TITLE", [on_one_line(title)]),
        _lines("OPTIONS", _options(routing, hours)),
        *_node_parts(plan, nodes),
        *_link_parts(pipes, plan, nodes, links, roughness),
        *_inflow_parts(plan, nodes, day),
        _lines("REPORT", ["INPUT NO", "CONTROLS NO", "NODES ALL", "LINKS ALL"]),
        *_map_parts(pipes, plan, nodes, links),
    ]
    return SwmmFile("\n".join(parts), nodes, links, tuple(_notes(plan)))


def _swmm_ids(ids: pd.Index, prefix: str) -> pd.Series:
    """Give ids that SWMM can read: those of plain letters stay, no two alike in any case."""
    own = ids.astype(str).to_series(index=ids)
    fold = own.str.casefold()
    kept = own.map(lambda one: bool(_PLAIN.fullmatch(one))) & ~fold.duplicated()
    taken = set(fold[kept])
    numbered = (f"{prefix}{number}" for number in itertools.count(1))
    free = (name for name in numbered if name.casefold() not in taken)
    given = [one if keep else next(free) for one, keep in zip(own, kept, strict=True)]
    return pd.Series(given, ids, dtype=object, name="swmm_id")


def _whole_mains(pipes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make one row of each rising main from its station on; SWMM chains no ideal pumps."""
    rising = pipes["kind"].eq(RISING_MAIN)
    mains = pipes[rising].set_index("from_manhole", drop=False)
    onward = mains["to_manhole"].to_dict()
    wells = set(pipes.loc[~rising, "to_manhole"]) | (set(onward) - set(onward.values()))
    is_first = rising & pipes["from_manhole"].isin(wells)
    whole = pipes[~rising | is_first].copy()
    for one, end in pipes.loc[is_first, "to_manhole"].items():
        way, at = [], end
        while at in onward and at not in wells:
            way.append(at)
            at = onward[at]
        if way:
            more = mains.loc[way]
            points = [pipes.geometry[one], *more.geometry]
            whole.loc[one, ["to_manhole", "invert_down_m"]] = at, more["invert_down_m"].iloc[-1]
            whole.loc[one, "length_m"] += more["length_m"].sum()
            line = shapely.linestrings(shapely.get_coordinates(points))
            whole.loc[one, whole.geometry.name] = shapely.remove_repeated_points(line)
    return whole


@dataclass(frozen=True)
class _Layout:
    """Nodes with their levels, and which links of which pipes are pumps."""

    nodes: pd.DataFrame  # ground_m, invert_m, inflow_l_s, is_end, many, lifted_m, x, y
    is_pumped: Bools  # pipes that are rising mains


def _layout(pipes: gpd.GeoDataFrame, manholes: gpd.GeoDataFrame, stations: set[str]) -> _Layout:
    pumped = pipes["kind"].eq(RISING_MAIN).to_numpy()
    by_end = pipes.groupby("to_manhole", sort=False)
    by_start = pipes.set_index("from_manhole")
    at = manholes.index
    gravity = pipes[~pumped]
    arriving = gravity.groupby("to_manhole", sort=False)["invert_down_m"].min().reindex(at)
    leaving = by_start["invert_up_m"].reindex(at)
    # a rising main leaves the wet well, which is as deep as what arrives in it
    rises = pd.Series(pumped, by_start.index).reindex(at, fill_value=False)
    floor = arriving.where(rises & arriving.notna(), np.fmin(arriving, leaving))
    ends_of_mains = pipes[pumped].groupby("to_manhole", sort=False)["invert_down_m"].min()
    floor = floor.fillna(ends_of_mains.reindex(at))
    is_end = leaving.isna()
    lifts = ~rises & at.isin(stations) & (leaving > arriving + STEP_M)
    own = by_start["flow_l_s"].reindex(at) - by_end["flow_l_s"].sum().reindex(at).fillna(0.0)
    points = shapely.get_coordinates(manholes.geometry.to_numpy())
    nodes = pd.DataFrame(
        {
            "ground_m": manholes["ground_m"].astype(float),
            "invert_m": floor,
            "inflow_l_s": own.where(~is_end, 0.0),
            "is_end": is_end,
            "many": is_end & by_end.size().reindex(at, fill_value=0).gt(1),
            "lifted_m": leaving.where(lifts),
            "x": points[:, 0],
            "y": points[:, 1],
        },
        index=at,
    )
    return _Layout(nodes, pumped)


def _lines(section: str, rows: Iterable[str]) -> str:
    return "\n".join([f"[{section}]", *rows, ""])


def _options(routing: str, hours: int) -> list[str]:
    values = {
        "FLOW_UNITS": "LPS",
        "FLOW_ROUTING": routing,
        "LINK_OFFSETS": "ELEVATION",
        "IGNORE_RAINFALL": "YES",
        "ALLOW_PONDING": "NO",
        "SKIP_STEADY_STATE": "NO",
        "START_DATE": "01/01/2000",
        "START_TIME": "00:00:00",
        "REPORT_START_DATE": "01/01/2000",
        "REPORT_START_TIME": "00:00:00",
        "END_DATE": "01/01/2000",
        "END_TIME": f"{hours:02d}:00:00",
        "REPORT_STEP": "00:15:00",
        "ROUTING_STEP": _STEPS[routing],
        "VARIABLE_STEP": "0.75",
        "INERTIAL_DAMPING": "PARTIAL",
        "THREADS": "1",
    }
    return [f"{name} {value}" for name, value in values.items()]


def _node_parts(plan: _Layout, nodes: pd.Series) -> list[str]:
    table, inner = plan.nodes, ~plan.nodes["is_end"] | plan.nodes["many"]
    deep = (table["ground_m"] - table["invert_m"]).clip(lower=0.0)
    junctions, outfalls = [], []
    for one, name, invert, depth, row_inner, many in zip(
        nodes.index, nodes, table["invert_m"], deep, inner, table["many"], strict=True
    ):
        told = [f";{on_one_line(str(one))}"] if str(one) != name else []
        if row_inner:
            junctions += [*told, f"{name} {invert:.4f} {depth:.4f} 0 0 0"]
        else:
            outfalls += [*told, f"{name} {invert:.4f} FREE"]
        if many:
            outfalls.append(f"{name}{OUTLET} {invert:.4f} FREE")
    lifted = table["lifted_m"].dropna()
    ground = table["ground_m"].reindex(lifted.index)
    junctions += [
        f"{name}{LIFTED} {up:.4f} {max(top - up, 0.0):.4f} 0 0 0"
        for name, up, top in zip(nodes.reindex(lifted.index), lifted, ground, strict=True)
    ]
    return [_lines("JUNCTIONS", junctions), _lines("OUTFALLS", outfalls)]


def _link_parts(
    pipes: gpd.GeoDataFrame,
    plan: _Layout,
    nodes: pd.Series,
    links: pd.Series,
    roughness: float,
) -> list[str]:
    lifted = plan.nodes["lifted_m"].notna()
    start = nodes + np.where(lifted, LIFTED, "")
    gravity, mains = pipes[~plan.is_pumped], pipes[plan.is_pumped]
    conduits, shapes, pumps = [], [], []
    for one, name, a, b, length, dn, up, down in zip(
        gravity.index,
        links[~plan.is_pumped],
        start.reindex(gravity["from_manhole"]),
        nodes.reindex(gravity["to_manhole"]),
        gravity["length_m"],
        gravity["diameter_mm"] / MM_PER_M,
        gravity["invert_up_m"],
        gravity["invert_down_m"],
        strict=True,
    ):
        conduits += [f";{on_one_line(str(one))}"] if str(one) != name else []
        conduits.append(f"{name} {a} {b} {length:.3f} {roughness:g} {up:.4f} {down:.4f} 0")
        shapes.append(f"{name} CIRCULAR {dn:.4f} 0 0 0 1")
    for name, a, b, length, dn in zip(
        links[plan.is_pumped],
        nodes.reindex(mains["from_manhole"]),
        nodes.reindex(mains["to_manhole"]),
        mains["length_m"],
        mains["diameter_mm"],
        strict=True,
    ):
        pumps += [f";rising main, {length:.1f} m, DN{dn:.0f}", f"{name} {a} {b} * ON 0 0"]
    for name in nodes[lifted]:
        pumps.append(f"{name}{PUMPED} {name} {name}{LIFTED} * ON 0 0")
    for name in nodes[plan.nodes["many"]]:
        pumps.append(f"{name}{PUMPED} {name} {name}{OUTLET} * ON 0 0")
    return [_lines("CONDUITS", conduits), _lines("PUMPS", pumps), _lines("XSECTIONS", shapes)]


def _inflow_parts(plan: _Layout, nodes: pd.Series, day: Sequence[float] | None) -> list[str]:
    own = plan.nodes["inflow_l_s"]
    more, less = own > LEAST_L_S, own < -LEAST_L_S
    course = "" if day is None else f" {DAY}"
    dry = [f"{n} FLOW {q:.6f}{course}" for n, q in zip(nodes[more], own[more], strict=True)]
    # peak factors fall as flows meet, so that less may leave a junction than arrives
    fall = [
        f'{n} FLOW "" FLOW 1.0 1.0 {q:.6f}{course}'
        for n, q in zip(nodes[less], own[less], strict=True)
    ]
    parts = [_lines("DWF", dry), _lines("INFLOWS", fall)]
    if day is not None:
        parts.append(_lines("PATTERNS", [f"{DAY} HOURLY {' '.join(f'{q:.4f}' for q in day)}"]))
    return parts


def _map_parts(
    pipes: gpd.GeoDataFrame, plan: _Layout, nodes: pd.Series, links: pd.Series
) -> list[str]:
    table, places = plan.nodes, []
    for tail, mine in (
        ("", nodes.notna()),
        (LIFTED, table["lifted_m"].notna()),
        (OUTLET, table["many"]),
    ):
        rows = table[mine]
        places += [
            f"{name}{tail} {x:.3f} {y:.3f}"
            for name, x, y in zip(nodes[mine], rows["x"], rows["y"], strict=True)
        ]
    xy, owner = shapely.get_coordinates(pipes.geometry.to_numpy(), return_index=True)
    inner = np.ones(len(owner), np.bool_)
    inner[np.flatnonzero(np.diff(owner, prepend=-1))] = False
    inner[np.flatnonzero(np.diff(owner, append=len(pipes)))] = False
    bends = [
        f"{name} {x:.3f} {y:.3f}"
        for name, (x, y) in zip(links.to_numpy()[owner[inner]], xy[inner], strict=True)
    ]
    return [_lines("COORDINATES", places), _lines("VERTICES", bends)]


def _notes(plan: _Layout) -> list[Text]:
    notes = []
    lifts, mains = int(plan.nodes["lifted_m"].notna().sum()), int(plan.is_pumped.sum())
    if lifts or mains:
        notes.append(
            Text(
                f"{lifts} 座提升泵站与 {mains} 段压力管写成理想泵（来多少提多少），"
                "不校核泵与压力。",
                f"{counted(lifts, 'lift station')} and {mains} rising mains are written as ideal "
                "pumps, which pass on what arrives; neither pumps nor pressures are checked.",
            )
        )
    less = int((plan.nodes["inflow_l_s"] < -LEAST_L_S).sum())
    if less:
        notes.append(
            Text(
                f"{less} 个井处变化系数随汇流减小，写成负的定值入流，使每段流量等于设计流量。",
                f"At {counted(less, 'manhole')} the peak factor falls as flows meet; written as a "
                "constant withdrawal, so that every pipe carries its design flow.",
            )
        )
    return notes
