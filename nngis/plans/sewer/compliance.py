"""Every clause against every pipe, from the table of pipes alone."""

from collections.abc import Iterator
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Bools, Floats
from nngis.plans.sewer.code import limit, rule
from nngis.plans.sewer.network import turn_angles_deg
from nngis.plans.sewer.slopes import is_exempt

TOLERANCE = 1e-6
"""Share of a limit that a value may miss it by: the noise of floats."""


class _Check(NamedTuple):
    """One clause on some pipes: what they have, what they must have, whether they may less."""

    rule: str
    applies: Bools
    value: Floats
    limit: Floats
    at_least: bool
    exempt: Bools


def check_pipes(
    pipes: gpd.GeoDataFrame, *, roughness_n: float, accuracy_m: float = 0.0
) -> pd.DataFrame:
    """Hold every pipe against every clause that applies to it."""
    ids = pipes.index.to_numpy()
    parts = []
    for check in _checks(pipes, roughness_n, accuracy_m):
        at = np.flatnonzero(check.applies)
        one = rule(check.rule)
        value, bound = check.value[at], check.limit[at]
        slack = TOLERANCE * np.maximum(np.abs(bound), TOLERANCE)
        with np.errstate(invalid="ignore"):
            good = value >= bound - slack if check.at_least else value <= bound + slack
        result = np.where(good, "pass", np.where(check.exempt[at], "exempt", "fail"))
        parts.append(
            pd.DataFrame(
                {
                    "pipe_id": ids[at],
                    "rule": check.rule,
                    "clause": one.clause,
                    "title_zh": one.title.zh,
                    "title_en": one.title.en,
                    "value": value,
                    "limit": bound,
                    "unit": one.unit,
                    "result": result.astype(object),
                    "verified": one.verified,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _checks(pipes: gpd.GeoDataFrame, roughness_n: float, accuracy_m: float) -> Iterator[_Check]:
    """Make all checks, in the order of the code's table."""
    n = len(pipes)
    diameter, slope, length, fill, velocity = (
        pipes[name].to_numpy(float)
        for name in ("diameter_mm", "slope", "length_m", "fill_ratio", "velocity_m_s")
    )
    rising = (pipes["kind"] == "rising_main").to_numpy()
    gravity, never, zero = ~rising, np.zeros(n, bool), np.zeros(n)
    exempt = is_exempt(pipes["flow_l_s"].to_numpy(float), diameter, roughness_n)

    def flat(name: str) -> Floats:
        return np.full(n, limit(name))

    yield _Check("min_diameter_mm", gravity, diameter, flat("min_diameter_mm"), True, never)
    for name in ("min_slope", "laying_slope"):
        bound = rule(name).at(diameter)
        yield _Check(name, gravity & (bound > 0), slope, bound, True, never)
    yield _Check("max_fill", gravity, fill, rule("max_fill").at(diameter), False, never)
    still = pipes["flow_l_s"].to_numpy(float) <= 0
    speed = np.where(still, 0.0, velocity)
    yield _Check("min_velocity_m_s", gravity, speed, flat("min_velocity_m_s"), True, exempt)
    yield _Check("max_velocity_m_s", gravity, speed, flat("max_velocity_m_s"), False, never)
    cover = pipes[["cover_up_m", "cover_down_m"]].min(axis=1).to_numpy(float)
    yield _Check("min_cover_m", ~never, cover, flat("min_cover_m"), True, never)
    shell = (diameter + pipes["wall_mm"].to_numpy(float)) / 1000.0
    depth = pipes[["cover_up_m", "cover_down_m"]].max(axis=1).to_numpy(float) + shell
    yield _Check("max_depth_m", ~never, depth, flat("max_depth_m"), False, never)
    meets, step, shrink, angle, unsure_deg, turns_freely = _junctions(pipes, gravity, accuracy_m)
    lifted = pipes["lifted"].to_numpy(bool)
    yield _Check("level_matching_m", meets & ~lifted, step, zero, True, never)
    yield _Check("size_reduction", meets, shrink, zero, True, never)
    spacing = rule("manhole_spacing_m").at(diameter)
    yield _Check("manhole_spacing_m", gravity, length, spacing, False, never)
    turn = np.maximum(flat("turn_angle_deg") - unsure_deg, 0.0)
    yield _Check("turn_angle_deg", meets & ~lifted, angle, turn, True, turns_freely)
    for name, at_least in (("rising_min_velocity_m_s", True), ("rising_max_velocity_m_s", False)):
        yield _Check(name, rising, velocity, flat(name), at_least, never)


def _junctions(
    pipes: gpd.GeoDataFrame, gravity: Bools, accuracy_m: float
) -> tuple[Bools, Floats, Floats, Floats, Floats, Bools]:
    """Compare each gravity pipe with the gravity pipes that arrive where it begins.

    Return whether any does, and of them the least step of crowns down to this one [m], the least
    growth of the diameter [mm], the sharpest angle [degrees], how far that is from sure [degrees],
    and whether all that turn sharply may, for they drop into a small pipe.
    """
    n = len(pipes)
    begins = pd.Index(pipes["from_manhole"])
    at = begins.get_indexer_for(pipes["to_manhole"]) if begins.is_unique else _first(pipes)
    up = np.flatnonzero((at >= 0) & gravity)
    up = up[gravity[at[up]]]
    down = at[up]
    diameter = pipes["diameter_mm"].to_numpy(float)
    crown_in = pipes["invert_down_m"].to_numpy(float) + diameter / 1000.0
    crown_out = pipes["invert_up_m"].to_numpy(float) + diameter / 1000.0
    meets = np.zeros(n, bool)
    meets[down] = True
    step, growth, free = (np.full(n, np.inf) for _ in range(3))
    angle, unsure = np.full(n, np.inf), np.zeros(n)
    drop = crown_in[up] - crown_out[down]
    np.minimum.at(step, down, drop)
    np.minimum.at(growth, down, diameter[down] - diameter[up])
    lines = pipes.geometry.to_numpy()
    turn = turn_angles_deg(lines[up], lines[down])
    may = (diameter[down] <= limit("turn_free_diameter_mm")) & (drop > limit("turn_free_drop_m"))
    np.minimum.at(free, down[may], turn[may])
    # Ends that lie off by so much turn a pipe by as much over its length.
    length = np.maximum(pipes["length_m"].to_numpy(float), TOLERANCE)
    doubt = np.degrees(np.arctan2(accuracy_m, length))
    doubt = (doubt[up] + doubt[down])[~may]
    worst = np.argsort(-(turn[~may] + doubt), kind="stable")  # the last written is the sharpest
    angle[down[~may][worst]] = turn[~may][worst]
    unsure[down[~may][worst]] = doubt[worst]
    turns_freely = angle >= limit("turn_angle_deg") - unsure
    sharpest = np.where(turns_freely, np.minimum(angle, free), angle)
    return meets, step, growth, sharpest, unsure, turns_freely


def _first(pipes: gpd.GeoDataFrame) -> npt.NDArray[np.intp]:
    """Find the first pipe that leaves where each ends; -1 where none does."""
    first = pipes["from_manhole"].drop_duplicates()
    at = pd.Index(first).get_indexer(pipes["to_manhole"])
    place: npt.NDArray[np.intp] = np.flatnonzero(~pipes["from_manhole"].duplicated())
    return np.where(at >= 0, place[at], -1)
