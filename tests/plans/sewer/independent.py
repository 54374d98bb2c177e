"""A checker of designed sewers that shares no code with the designer: its own formulas and limits.

It reads the tables alone. Limits are written here a second time, from GB 50014-2021 as transcribed;
Manning's formula is solved by bisection on the depth; flows are added up by walking every demand
down to its plant.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import geopandas as gpd
import pandas as pd

# From this diameter [mm] on: highest fill, least slope, longest pipe [m].
FILL = ((0, 0.55), (350, 0.65), (500, 0.70), (1000, 0.75))
SLOPE = ((0, 0.004), (300, 0.003), (350, 0.0))
SPACING = ((0, 75.0), (700, 100.0), (1100, 150.0), (1600, 200.0))
KZ = ((5, 2.7), (15, 2.4), (40, 2.1), (70, 2.0), (100, 1.9), (200, 1.8), (500, 1.6), (1000, 1.5))
LEAST_MM, COVER_M, DEEPEST_M = 300.0, 0.7, 7.0
SLOW_M_S, FAST_M_S, MAIN_FAST_M_S = 0.6, 5.0, 2.5
MOUTH_L_S = 31.0  # what DN300 carries at 3 in 1000, 0.55 full: with less, no velocity is asked for
NEAR = 1e-6
STEADY = 1e-3  # depths and velocities: four digits, the last one free


@dataclass(frozen=True)
class Fault:
    """Something found.

    Parameters
    ----------
    where : str
        Pipe, manhole, station or demand.
    what : str
        Which check.
    says : str
        The numbers.
    code : bool
        Whether it breaks a clause (which the compliance table must flag) rather than arithmetic.
    """

    where: str
    what: str
    says: str
    code: bool = False


def differs(difference: float, allowed: float) -> bool:
    """Tell whether a difference is too large; one that is no number is."""
    return not abs(difference) <= allowed


def by_size(table: tuple[tuple[float, float], ...], diameter_mm: float) -> float:
    return [value for start, value in table if diameter_mm >= start][-1]


def peak_factor(mean_l_s: float) -> float:
    if mean_l_s <= KZ[0][0]:
        return KZ[0][1]
    for (a, fa), (b, fb) in pairwise(KZ):
        if mean_l_s <= b:
            return fa + (fb - fa) * (mean_l_s - a) / (b - a)
    return KZ[-1][1]


def part_full(flow_l_s: float, diameter_mm: float, slope: float, n: float) -> tuple[float, float]:
    """Solve Manning's formula for the fill by bisection; nan where the pipe cannot carry it."""
    d, q = diameter_mm / 1000.0, flow_l_s / 1000.0

    def carried(fill: float) -> tuple[float, float]:
        theta = 2.0 * math.acos(1.0 - 2.0 * fill)
        area = d * d / 8.0 * (theta - math.sin(theta))
        radius = area / (d * theta / 2.0)
        velocity = radius ** (2.0 / 3.0) * math.sqrt(slope) / n
        return area * velocity, velocity

    low, high = 1e-9, 0.9380
    if carried(high)[0] < q:
        return math.nan, math.nan
    for _ in range(80):
        middle = (low + high) / 2.0
        low, high = (middle, high) if carried(middle)[0] < q else (low, middle)
    return high, carried(high)[1]


def check_design(
    pipes: gpd.GeoDataFrame,
    manholes: gpd.GeoDataFrame,
    stations: pd.DataFrame,
    connections: pd.DataFrame,
    *,
    n: float = 0.013,
    infiltration: float = 0.10,
) -> list[Fault]:
    """Check all tables of a design.

    Parameters
    ----------
    pipes, manholes, stations, connections : DataFrame
        The tables of a design.
    n : float
        Manning's roughness.
    infiltration : float
        Share of the mean flow.

    Returns
    -------
    list of Fault
        Everything that does not agree.
    """
    rows = list(pipes.reset_index().to_dict("records"))
    ground = manholes["ground_m"].to_dict()
    place = {one: (p.x, p.y) for one, p in manholes.geometry.items()}
    lifted = set(stations["manhole_id"])
    faults = list(tree(rows, set(manholes.index)))
    if faults:
        return faults
    for pipe in rows:
        faults += geometry(pipe, place)
        faults += levels(pipe, ground)
        if pipe["kind"] != "rising_main":
            faults += hydraulics(pipe, n)
    faults += junctions(rows, lifted)
    faults += flows(rows, connections, infiltration)
    faults += lifts(rows, stations, ground)
    return faults


def tree(rows: list[dict[str, Any]], known: set[str]) -> Iterator[Fault]:
    """Every manhole has one way out, and following it leads to an end without a circle."""
    out: dict[str, str] = {}
    for pipe in rows:
        for end in ("from_manhole", "to_manhole"):
            if pipe[end] not in known:
                yield Fault(pipe["pipe_id"], "manhole", f"{pipe[end]} is not in the table")
        if pipe["from_manhole"] in out:
            yield Fault(pipe["from_manhole"], "tree", "two pipes leave")
        out[pipe["from_manhole"]] = pipe["to_manhole"]
    good: set[str] = set()
    for start in out:
        way, at = [], start
        while at in out and at not in good:
            if at in way:
                yield Fault(at, "tree", "a circle")
                return
            way.append(at)
            at = out[at]
        good.update(way)


def geometry(pipe: dict[str, Any], place: dict[str, tuple[float, float]]) -> Iterator[Fault]:
    """A line runs from its upper manhole to its lower one and is as long as it says."""
    line = list(pipe["geometry"].coords)
    for end, point in (("from_manhole", line[0]), ("to_manhole", line[-1])):
        off = math.dist(place[pipe[end]], point[:2])
        if off > 0.01:
            yield Fault(pipe["pipe_id"], "geometry", f"{end} is {off:.2f} m off")
    drawn = sum(math.dist(a[:2], b[:2]) for a, b in pairwise(line))
    if differs(pipe["length_m"] / drawn - 1.0, 1e-3):  # the scale of the projection
        yield Fault(pipe["pipe_id"], "length", f"{pipe['length_m']} against {drawn} drawn")


def levels(pipe: dict[str, Any], ground: dict[str, float]) -> Iterator[Fault]:
    """Slope, cover and depth follow from inverts and ground, and keep their limits."""
    one, d = pipe["pipe_id"], pipe["diameter_mm"] / 1000.0
    slope = (pipe["invert_up_m"] - pipe["invert_down_m"]) / pipe["length_m"]
    if differs(slope - pipe["slope"], NEAR):
        yield Fault(one, "slope", f"{pipe['slope']} stated, {slope} by inverts")
    for end, side in (("from_manhole", "up"), ("to_manhole", "down")):
        top = ground[pipe[end]]
        shell = top - pipe[f"invert_{side}_m"] - d
        cover = pipe[f"cover_{side}_m"]
        # cover is over the outside of the pipe: less than over its crown by the wall alone
        if not shell - 0.25 <= cover <= shell + NEAR:
            yield Fault(one, "cover", f"{cover} stated, {shell} over the crown ({side})")
        if cover < COVER_M - NEAR:
            yield Fault(one, "least cover", f"{cover:.3f} m ({side})", code=True)
        if top - pipe[f"invert_{side}_m"] > DEEPEST_M + NEAR:
            depth = top - pipe[f"invert_{side}_m"]
            yield Fault(one, "depth", f"{depth:.3f} m ({side})", code=True)


def hydraulics(pipe: dict[str, Any], n: float) -> Iterator[Fault]:
    """Fill and velocity are Manning's, and size, slope, fill, velocity, spacing are allowed."""
    one, d, slope = pipe["pipe_id"], pipe["diameter_mm"], pipe["slope"]
    if slope <= 0.0:
        yield Fault(one, "adverse slope", f"{slope}", code=True)
        return
    if slope < by_size(SLOPE, d) - NEAR:
        yield Fault(one, "least slope", f"{slope}", code=True)
    if d < LEAST_MM:
        yield Fault(one, "least diameter", f"{d}", code=True)
    if pipe["length_m"] > by_size(SPACING, d) + NEAR:
        yield Fault(one, "spacing", f"{pipe['length_m']}", code=True)
    fill, velocity = part_full(pipe["flow_l_s"], d, slope, n)
    if math.isnan(fill) and math.isnan(pipe["fill_ratio"]):
        yield Fault(one, "highest fill", "more than the pipe carries", code=True)
    else:
        yield from _flowing(pipe, fill, velocity)


def _flowing(pipe: dict[str, Any], fill: float, velocity: float) -> Iterator[Fault]:
    one, d = pipe["pipe_id"], pipe["diameter_mm"]
    if differs(fill - pipe["fill_ratio"], STEADY * max(fill, 0.01)):
        yield Fault(one, "fill ratio", f"{pipe['fill_ratio']} stated, {fill} by bisection")
    elif pipe["flow_l_s"] > 0 and differs(velocity / pipe["velocity_m_s"] - 1.0, STEADY):
        yield Fault(one, "velocity", f"{pipe['velocity_m_s']} stated, {velocity} by bisection")
    if not fill <= by_size(FILL, d) + NEAR:
        yield Fault(one, "highest fill", f"{fill}", code=True)
    slow_allowed = d <= LEAST_MM and pipe["flow_l_s"] < MOUTH_L_S
    if velocity < SLOW_M_S - NEAR and not slow_allowed:
        yield Fault(one, "least velocity", f"{velocity}", code=True)
    if velocity > FAST_M_S + NEAR:
        yield Fault(one, "highest velocity", f"{velocity}", code=True)


def junctions(rows: list[dict[str, Any]], lifted: set[str]) -> Iterator[Fault]:
    """What leaves is no smaller, and no higher than what arrives unless it is lifted."""
    arriving = defaultdict(list)
    for pipe in rows:
        if pipe["kind"] != "rising_main":
            arriving[pipe["to_manhole"]].append(pipe)
    for pipe in rows:
        at = pipe["from_manhole"]
        if pipe["kind"] == "rising_main" and arriving[at] and at not in lifted:
            yield Fault(at, "lift", "gravity pipes arrive at a rising main without a station")
        elif pipe["kind"] != "rising_main":
            for above in arriving[at]:
                yield from _step(above, pipe, is_lifted=at in lifted)


def _step(above: dict[str, Any], pipe: dict[str, Any], *, is_lifted: bool) -> Iterator[Fault]:
    one = pipe["pipe_id"]
    if above["diameter_mm"] > pipe["diameter_mm"]:
        yield Fault(one, "shrinks", f"after {above['pipe_id']}", code=True)
    if is_lifted:
        return
    crown_in = above["invert_down_m"] + above["diameter_mm"] / 1000.0
    crown_out = pipe["invert_up_m"] + pipe["diameter_mm"] / 1000.0
    if crown_out > crown_in + NEAR:
        says = f"crown {crown_out:.3f} above {crown_in:.3f} of {above['pipe_id']}"
        yield Fault(one, "crowns", says, code=True)
    if pipe["invert_up_m"] > above["invert_down_m"] + NEAR:
        yield Fault(one, "inverts", f"above that of {above['pipe_id']}", code=True)


def flows(
    rows: list[dict[str, Any]], connections: pd.DataFrame, infiltration: float
) -> Iterator[Fault]:
    """The design flow is Kz times the mean flow from all above, and all of it arrives."""
    out = {pipe["from_manhole"]: pipe for pipe in rows}
    mean: dict[str, float] = defaultdict(float)
    reached: dict[str, float] = defaultdict(float)
    for demand, row in connections.iterrows():
        at, q = row["manhole_id"], row["mean_flow_l_s"]
        if at is None or pd.isna(at):
            continue
        if row["pipe_id"] in (None, "") or pd.isna(row["pipe_id"]):
            if at in out:
                yield Fault(str(demand), "connection", f"no pipe, though one leaves {at}")
        elif out.get(at, {}).get("pipe_id") != row["pipe_id"]:
            yield Fault(str(demand), "connection", f"{row['pipe_id']} does not leave {at}")
        while at in out:
            mean[out[at]["pipe_id"]] += q
            at = out[at]["to_manhole"]
        reached[at] += q
    joined = connections.loc[connections["manhole_id"].notna(), "mean_flow_l_s"].sum()
    if differs(sum(reached.values()) - joined, NEAR * max(joined, 1.0)):
        yield Fault("plants", "mass", f"{sum(reached.values())} arrives of {joined}")
    for pipe in rows:
        q = mean[pipe["pipe_id"]]
        design = (peak_factor(q) + infiltration) * q
        if differs(design - pipe["flow_l_s"], NEAR + 1e-6 * design):
            yield Fault(pipe["pipe_id"], "flow", f"{pipe['flow_l_s']} stated, {design} added up")


def lifts(
    rows: list[dict[str, Any]], stations: pd.DataFrame, ground: dict[str, float]
) -> Iterator[Fault]:
    """A station pumps at least the design flow, by a positive head that covers its lift."""
    out = {pipe["from_manhole"]: pipe for pipe in rows}
    low = defaultdict(lambda: math.inf)
    for pipe in rows:
        if pipe["kind"] != "rising_main":
            crown = pipe["invert_down_m"] + pipe["diameter_mm"] / 1000.0
            low[pipe["to_manhole"]] = min(low[pipe["to_manhole"]], crown)
    at_stations = set(stations["manhole_id"])
    for one, row in stations.iterrows():
        at = row["manhole_id"]
        if at not in out:
            yield Fault(str(one), "station", f"no pipe leaves {at}")
            continue
        yield from _pump(str(one), row, out[at])
        if row["well_level_m"] > min(low[at], ground[at]) + NEAR:
            yield Fault(str(one), "well", f"{row['well_level_m']} above the crown {low[at]}")
        if out[at]["kind"] == "rising_main":
            yield from _main(str(one), row, out, at_stations)
            continue
        crown = out[at]["invert_up_m"] + out[at]["diameter_mm"] / 1000.0
        if differs(crown - row["well_level_m"] - row["lift_m"], NEAR):
            says = f"lift {row['lift_m']}, crowns {row['well_level_m']} to {crown}"
            yield Fault(str(one), "lift", says)


def _pump(one: str, row: pd.Series, leaves: dict[str, Any]) -> Iterator[Fault]:
    if row["flow_l_s"] < leaves["flow_l_s"] - NEAR:
        yield Fault(one, "pump", f"{row['flow_l_s']} of {leaves['flow_l_s']} L/s")
    if row["lift_m"] < -NEAR or row["head_m"] < row["lift_m"] - NEAR:
        yield Fault(one, "head", f"lift {row['lift_m']}, head {row['head_m']}")


def _main(
    one: str, row: pd.Series, out: dict[str, dict[str, Any]], at_stations: set[str]
) -> Iterator[Fault]:
    """A rising main is as long as its pipes, fast enough, and lifts to what follows it."""
    length, pipe = 0.0, out[row["manhole_id"]]
    end = pipe["to_manhole"]
    length += pipe["length_m"]
    while end in out and out[end]["kind"] == "rising_main" and end not in at_stations:
        length += out[end]["length_m"]
        end = out[end]["to_manhole"]
    if differs(length - row["rising_main_m"], STEADY):
        yield Fault(one, "rising main", f"{row['rising_main_m']} stated, {length} walked")
    area = math.pi / 4.0 * (row["rising_main_mm"] / 1000.0) ** 2
    speed = row["flow_l_s"] / 1000.0 / area
    if not SLOW_M_S - NEAR <= speed <= MAIN_FAST_M_S + NEAR:
        yield Fault(one, "main velocity", f"{speed:.3f} m/s")
    if end in out and end not in at_stations:
        top = out[end]["invert_up_m"] + out[end]["diameter_mm"] / 1000.0
        if top > row["well_level_m"] + row["lift_m"] + NEAR:
            says = f"lifts to {row['well_level_m'] + row['lift_m']}, {top} needed"
            yield Fault(one, "lift", says)
