"""What sewers cost: the price table, and what a metre of pipe or a manhole costs at a depth."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats

DEEPEST_M = 40.0
"""Depth to which the broken lines of cost are drawn; beyond it they go straight on."""


@dataclass(frozen=True, eq=False)
class Sizes:
    """The pipes to choose from, from small to large.

    Parameters
    ----------
    diameter_mm, wall_mm : (s,) ndarray
        Inner diameter and wall [mm].
    laid_yuan_m : (s,) ndarray
        Pipe with bedding and joints, laid [yuan/m].
    side_m : (s,) ndarray
        Working space on either side in the trench [m].
    """

    diameter_mm: Floats
    wall_mm: Floats
    laid_yuan_m: Floats
    side_m: Floats


@dataclass(frozen=True, eq=False)
class Prices:
    """Unit prices; the names of the groups are those of the table.

    Parameters
    ----------
    sizes : Sizes
        Gravity pipes.
    trench, manhole, lift_station, rising_main, crossing, connection : dict
        The other groups: numbers and rows of numbers by name.
    source : str
        Where they come from.
    verified : bool
        Whether anybody has held them against a published list.
    """

    sizes: Sizes
    trench: dict[str, Floats]
    manhole: dict[str, Floats]
    lift_station: dict[str, Floats]
    rising_main: dict[str, Floats]
    crossing: dict[str, Floats]
    connection: dict[str, Floats]
    source: str
    verified: bool


@cache
def prices() -> Prices:
    """Read the table that ships with the plan.

    Examples
    --------
    >>> prices().sizes.diameter_mm[:3].tolist(), prices().verified
    ([300.0, 400.0, 500.0], False)
    """
    text = files("nngis.plans.sewer").joinpath("prices.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    rows = table["pipe"]
    sizes = Sizes(**{name: np.array([row[name] for row in rows], float) for name in rows[0]})
    names = ("trench", "manhole", "lift_station", "rising_main", "crossing", "connection")
    groups = {
        name: {key: np.asarray(value, float) for key, value in table[name].items()}
        for name in names
    }
    return Prices(sizes=sizes, source=table["source"], verified=table["verified"], **groups)


def sizes_with(given: Sizes, diameter_mm: npt.ArrayLike) -> Sizes:
    """Add diameters that lie in the ground already to the series.

    Examples
    --------
    >>> sizes_with(prices().sizes, [350, 400]).laid_yuan_m[:3].tolist()
    [260.0, 305.0, 350.0]
    """
    all_mm = np.union1d(given.diameter_mm, np.asarray(diameter_mm, float))
    others = (given.wall_mm, given.laid_yuan_m, given.side_m)
    return Sizes(all_mm, *(np.interp(all_mm, given.diameter_mm, one) for one in others))


def trench_yuan_m3_m(depth_m: npt.ArrayLike, table: Prices) -> Floats:
    """Price a trench one metre wide.

    Examples
    --------
    Two metres at 55, one at 85:

    >>> float(trench_yuan_m3_m(3.0, prices()))
    195.0
    """
    start, price = table.trench["from_depth_m"], table.trench["yuan_m3"]
    at_start = np.concatenate([[0.0], np.cumsum(np.diff(start) * price[:-1])])
    depth = np.maximum(np.asarray(depth_m, float), 0.0)
    band = np.searchsorted(start, depth, side="right") - 1
    cost: Floats = at_start[band] + (depth - start[band]) * price[band]
    return cost


def pipe_yuan_m(size: Sizes, invert_depth_m: npt.ArrayLike, table: Prices) -> Floats:
    """Price a metre of pipe, laid.

    Examples
    --------
    DN300, 2 m deep: a trench 0.36 + 0.8 m wide and 2.13 m deep, a pavement 0.5 m wider:
    1.16 x (110 + 0.13 x 85) + 1.66 x 180 + 260.

    >>> one = Sizes(*(np.array([v]) for v in (300.0, 30.0, 260.0, 0.4)))
    >>> round(float(pipe_yuan_m(one, 2.0, prices())[0]), 3)
    699.218
    """
    wall = size.wall_mm / 1000.0
    width = size.diameter_mm / 1000.0 + 2.0 * (wall + size.side_m)
    depth = np.asarray(invert_depth_m, float) + wall + table.trench["bedding_m"]
    paved = (width + 2.0 * table.trench["pavement_margin_m"]) * table.trench["pavement_yuan_m2"]
    cost: Floats = width * trench_yuan_m3_m(depth, table) + paved + size.laid_yuan_m
    return cost


def manhole_yuan(diameter_mm: npt.ArrayLike, depth_m: npt.ArrayLike, table: Prices) -> Floats:
    """Price manholes.

    Examples
    --------
    >>> float(manhole_yuan(300, 2.0, prices()))
    5000.0
    """
    group = table.manhole
    row = np.searchsorted(group["from_diameter_mm"], np.asarray(diameter_mm), side="right") - 1
    cost: Floats = group["top_yuan"][row] + group["yuan_m"][row] * np.asarray(depth_m, float)
    return cost


def depth_knots_m(size: Sizes, table: Prices) -> Floats:
    """Tell at which depths of the invert the cost of a trench bends."""
    below = (size.wall_mm / 1000.0 + table.trench["bedding_m"])[:, None]
    bends = table.trench["from_depth_m"][None, 1:] - below
    first, last = np.zeros_like(below), np.full_like(below, DEEPEST_M)
    knots: Floats = np.hstack([first, bends, last])
    return knots
