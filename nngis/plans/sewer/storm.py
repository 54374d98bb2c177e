"""Rain in sewers: the city's storm formula and the rational method along a tree of pipes."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats, Offsets, Positions
from nngis.plans.sewer.code import rule
from nngis.plans.sewer.manning import capacity_l_s
from nngis.plans.sewer.prices import Sizes

UNIT = 167.0
"""1 mm/min is 10,000/60 = 167 L/(s ha), as the code rounds it."""
MINUTE_S = 60.0
FULL = 1.0


class Storm(NamedTuple):
    """The design storm of a place; NaN where it is not known.

    Parameters
    ----------
    a1, c, b, n : float
        Coefficients of q = 167 A1 (1 + C lg P) / (t + b)^n, GB 50014-2021 section 4.1.
    years : float
        Return period P [a].
    inlet_minutes : float
        Time that rain takes to the first inlet [min].
    runoff_share : float
        Share of the rain that runs off.
    """

    a1: float
    c: float
    b: float
    n: float
    years: float
    inlet_minutes: float
    runoff_share: float

    def intensity_l_s_ha(self, minutes: npt.ArrayLike) -> Floats:
        """Compute how hard it rains over a duration.

        Examples
        --------
        167 x 10 x (1 + 0.7 x 1) / (10 + 10)^0.5 at P = 10:

        >>> storm = Storm(10.0, 0.7, 10.0, 0.5, 10.0, 10.0, 0.6)
        >>> float(storm.intensity_l_s_ha(10.0).round(2))
        634.82
        """
        over = np.asarray(minutes, float) + self.b
        rain: Floats = UNIT * self.a1 * (1.0 + self.c * np.log10(self.years)) / over**self.n
        return rain


class Drained(NamedTuple):
    """What each pipe carries in the design storm, and the pipe that carries it.

    Parameters
    ----------
    flow_l_s : (n,) ndarray
        Peak [L/s]; NaN where an area above is not known, or the pipes run in a circle.
    size : (n,) int ndarray
        Row of the smallest size that carries it full and is no smaller than one above; -1 where
        none does.
    """

    flow_l_s: Floats
    size: Offsets


def flow_levels(start: Positions, end: Positions) -> list[Positions]:
    """Put pipes in levels, each below all those that flow into it.

    Returns
    -------
    list of int array
        Rows of pipes from the top down; pipes in and below a circle stand in none.

    Examples
    --------
    Two pipes meet and one goes on; two others run in a circle:

    >>> levels = flow_levels(np.array([0, 1, 2, 7, 8]), np.array([2, 2, 3, 8, 7]))
    >>> [level.tolist() for level in levels]
    [[0, 1], [2]]
    """
    nodes = int(max(start.max(initial=-1), end.max(initial=-1))) + 1
    waiting = np.bincount(end, minlength=nodes)
    left = np.arange(len(start))
    levels = []
    while len(left):
        ready = waiting[start[left]] == 0
        if not ready.any():
            break
        levels.append(left[ready])
        left = left[~ready]
        np.subtract.at(waiting, end[levels[-1]], 1)
    return levels


def gathered(own: Floats, start: Positions, end: Positions, levels: list[Positions]) -> Floats:
    """Add up what flows through each pipe; where a manhole has several ways out, in even parts.

    Examples
    --------
    >>> ends = np.array([0, 1, 2]), np.array([2, 2, 3])
    >>> gathered(np.array([1.0, 2.0, 4.0]), *ends, flow_levels(*ends)).tolist()
    [1.0, 2.0, 7.0]
    """
    nodes = int(max(start.max(initial=-1), end.max(initial=-1))) + 1
    ways, arrived = np.bincount(start, minlength=nodes), np.zeros(nodes)
    through = np.full(len(own), np.nan)
    for level in levels:
        through[level] = own[level] + arrived[start[level]] / ways[start[level]]
        np.add.at(arrived, end[level], through[level])
    return through


def drain(
    drained_ha: Floats,
    length_m: Floats,
    slope: Floats,
    start: Positions,
    end: Positions,
    *,
    storm: Storm,
    sizes: Sizes,
    roughness_n: float,
) -> Drained:
    """Size storm sewers by the rational method, from the top down.

    Parameters
    ----------
    drained_ha : (n,) ndarray
        Area that drains into each pipe itself [ha].
    length_m, slope : (n,) ndarray
        Of the pipes [m], [-]; a slope below the least that its size may have is raised to it.
    start, end : (n,) int ndarray
        Manholes, see `pipe_nodes`.
    storm : Storm
        The design storm.
    sizes : Sizes
        Pipes to choose from.
    roughness_n : float
        Manning's n.

    Returns
    -------
    Drained
        Q = psi q(t) F (GB 50014-2021 section 4.1), t the longest time from an inlet above: the
        inlet's and that of the flow in full pipes.
    """
    levels = flow_levels(start, end)
    area = gathered(drained_ha, start, end, levels)
    nodes = int(max(start.max(initial=-1), end.max(initial=-1))) + 1
    minutes, least = np.full(nodes, storm.inlet_minutes), np.zeros(nodes, np.int64)
    flow, size = np.full(len(area), np.nan), np.full(len(area), -1, np.int64)
    for level in levels:
        rain = storm.intensity_l_s_ha(minutes[start[level]])
        flow[level] = storm.runoff_share * rain * area[level]
        carries = _carried(slope[level], sizes, FULL, roughness_n)
        chosen = smallest(flow[level], carries, least[start[level]])
        size[level] = chosen
        known = chosen >= 0
        row = level[known]
        bore_m2 = np.pi / 4.0 * (sizes.diameter_mm[chosen[known]] / 1000.0) ** 2
        m_s = carries[known, chosen[known]] / 1000.0 / bore_m2
        at = minutes[start[row]] + length_m[row] / m_s / MINUTE_S
        np.maximum.at(minutes, end[row], at)
        np.maximum.at(least, end[row], chosen[known])
    return Drained(flow, size)


def laid_slope(slope: Floats, diameter_mm: npt.ArrayLike) -> Floats:
    """Raise slopes to the least that a size is laid at; unknown ones are laid at that."""
    least = np.maximum(rule("laying_slope").at(diameter_mm), rule("min_slope").at(diameter_mm))
    found: Floats = np.fmax(slope, least)
    return found


def _carried(slope: Floats, sizes: Sizes, fill: npt.ArrayLike, roughness_n: float) -> Floats:
    laid = laid_slope(slope[:, None], sizes.diameter_mm[None, :])
    return capacity_l_s(sizes.diameter_mm, laid, fill, roughness_n)


def smallest(flow_l_s: Floats, carries_l_s: Floats, least: npt.ArrayLike = 0) -> Offsets:
    """Choose the smallest size that carries a flow.

    Examples
    --------
    >>> smallest(np.array([5.0, 25.0, 40.0]), np.array([[10.0, 20.0, 30.0]] * 3)).tolist()
    [0, 2, -1]
    """
    column = np.arange(carries_l_s.shape[1])
    good = (carries_l_s >= flow_l_s[:, None]) & (column >= np.reshape(least, (-1, 1)))
    found: Offsets = np.where(good.any(axis=1), good.argmax(axis=1), -1).astype(np.int64)
    return found


def sanitary_sizes(flow_l_s: Floats, slope: Floats, sizes: Sizes, roughness_n: float) -> Offsets:
    """Choose the smallest size that carries sewage at its greatest fill (`max_fill`)."""
    fill = rule("max_fill").at(sizes.diameter_mm)
    return smallest(flow_l_s, _carried(slope, sizes, fill, roughness_n))
