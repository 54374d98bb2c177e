"""Manning's formula in a part-full circular pipe: fill, velocity, and slopes that limits need."""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats

FULL = 2 * np.pi
PEAK_FILL = 0.938181
"""Fill at which a circular pipe carries most, 1.0757 times what it carries full."""
TABLE_ROWS = 4097
STEPS = 2
"""Newton steps after the table: the second changes the fill by less than 1e-9."""
POWER = 3.0 / 13.0
"""For a trickle the flow goes with the 13/3rd power of the angle, the area with its cube."""


class Flowing(NamedTuple):
    """How water stands and moves in pipes.

    Parameters
    ----------
    fill_ratio : ndarray
        Depth of the water over the diameter; NaN where the pipe cannot carry the flow.
    velocity_m_s : ndarray
        Mean velocity [m/s]; NaN likewise, and where nothing flows.
    """

    fill_ratio: Floats
    velocity_m_s: Floats


def _angle(fill: npt.ArrayLike) -> Floats:
    """Give the angle that the water surface takes up at the centre [rad]."""
    angle: Floats = 2.0 * np.arccos(1.0 - 2.0 * np.asarray(fill, float))
    return angle


def _conveyance(angle: Floats) -> Floats:
    """Give A R^(2/3) of a pipe of diameter 1."""
    segment = angle - np.sin(angle)
    wet = np.where(angle > 0, angle, 1.0)
    value: Floats = segment ** (5.0 / 3.0) / (8.0 * 2.0 ** (4.0 / 3.0) * wet ** (2.0 / 3.0))
    return value


@cache
def _table() -> tuple[Floats, Floats]:
    """Tabulate the angle over the power of the conveyance in which the two are nearly in line."""
    angle = np.linspace(0.0, float(_angle(PEAK_FILL)), TABLE_ROWS)
    return _conveyance(angle) ** POWER, angle


def flowing(
    flow_l_s: npt.ArrayLike, diameter_mm: npt.ArrayLike, slope: npt.ArrayLike, n: npt.ArrayLike
) -> Flowing:
    """Compute fill and velocity of uniform flow.

    Examples
    --------
    >>> water = flowing([50, 120, 200], [400, 500, 500], [0.004, 0.004, 1 / 180], 0.013)
    >>> water.fill_ratio.round(4).tolist(), water.velocity_m_s.round(4).tolist()
    ([0.4272, 0.5015, 0.6227], [0.9762, 1.2178, 1.5558])
    """
    # Manning's formula, v = R^(2/3) S^(1/2) / n, GB 50014-2021 section 5.2.
    flow, diameter, fall, rough = np.broadcast_arrays(
        *(np.asarray(value, float) for value in (flow_l_s, diameter_mm, slope, n))
    )
    size = diameter / 1000.0
    with np.errstate(invalid="ignore", divide="ignore"):
        wanted = flow / 1000.0 * rough / (size ** (8.0 / 3.0) * np.sqrt(fall))
    power, angles = _table()
    carried = (wanted >= 0) & (wanted <= power[-1] ** (1.0 / POWER)) & (size > 0)
    target = np.where(carried, wanted, 0.0) ** POWER
    angle = np.interp(target, power, angles)
    angle = _polished(angle, target, angles[-1])
    segment = angle - np.sin(angle)
    wet = carried & (segment > 0)
    fill = np.where(carried, (1.0 - np.cos(angle / 2.0)) / 2.0, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        velocity = np.where(wet, flow / 125.0 / (size**2 * segment), np.nan)
    return Flowing(fill, velocity)


def _polished(angle: Floats, target: Floats, highest: float) -> Floats:
    """Take Newton steps on the logarithm of the conveyance."""
    for _ in range(STEPS):
        safe = np.where(angle > 1e-3, angle, 1.0)  # noqa: PLR2004 -- below, the table is exact
        segment = safe - np.sin(safe)
        value = (
            5.0 * np.log(segment) - 2.0 * np.log(safe) - 3.0 * np.log(8.0) - 4.0 * np.log(2.0)
        ) / 3.0
        rise = (5.0 * (1.0 - np.cos(safe)) / segment - 2.0 / safe) / 3.0
        with np.errstate(divide="ignore", invalid="ignore"):
            step = (value - np.log(target) / POWER) / rise
        # At the very top the curve is level and a step could lead anywhere.
        usable = (angle > 1e-3) & np.isfinite(step) & (np.abs(step) < 1e-3)  # noqa: PLR2004
        angle = np.where(usable, np.minimum(angle - step, highest), angle)
    return angle


def capacity_l_s(
    diameter_mm: npt.ArrayLike, slope: npt.ArrayLike, fill: npt.ArrayLike, n: npt.ArrayLike
) -> Floats:
    """Compute what a pipe carries at a fill.

    Examples
    --------
    >>> round(float(capacity_l_s(500, 0.004, 0.5015, 0.013)), 1)
    120.0
    """
    size = np.asarray(diameter_mm, float) / 1000.0
    flow: Floats = (
        1000.0 * _conveyance(_angle(fill)) * size ** (8.0 / 3.0) * np.sqrt(slope) / np.asarray(n)
    )
    return flow


def slope_for_fill(
    flow_l_s: npt.ArrayLike, diameter_mm: npt.ArrayLike, fill: npt.ArrayLike, n: npt.ArrayLike
) -> Floats:
    """Find the slope at which a flow fills a pipe to a given depth; steeper, it stands lower.

    Examples
    --------
    >>> round(float(slope_for_fill(50, 400, 0.4272, 0.013)), 4)
    0.004
    """
    slope: Floats = (np.asarray(flow_l_s, float) / capacity_l_s(diameter_mm, 1.0, fill, n)) ** 2
    return slope


@cache
def _areas() -> tuple[Floats, Floats]:
    """Tabulate the angle over the cube root of its segment, in which the two are nearly in line."""
    angle = np.linspace(0.0, FULL, TABLE_ROWS)
    return np.cbrt(angle - np.sin(angle)), angle


def slope_for_velocity(
    flow_l_s: npt.ArrayLike,
    diameter_mm: npt.ArrayLike,
    velocity_m_s: npt.ArrayLike,
    n: npt.ArrayLike,
) -> Floats:
    """Find the slope at which a flow moves at a velocity; steeper, it moves faster.

    Examples
    --------
    >>> round(float(slope_for_velocity(120, 500, 1.2178, 0.013)), 4)
    0.004
    """
    size = np.asarray(diameter_mm, float) / 1000.0
    segment = np.asarray(flow_l_s, float) / 125.0 / np.asarray(velocity_m_s, float) / size**2
    root, angles = _areas()
    # Near a full pipe the root is flat, so what the table says is polished as well.
    angle = np.interp(np.cbrt(np.minimum(segment, FULL)), root, angles)
    for _ in range(STEPS):
        bend = 1.0 - np.cos(angle)
        near = bend > 1e-4  # noqa: PLR2004 -- at both ends the curve is level
        angle = angle - np.where(
            near, (angle - np.sin(angle) - segment) / np.where(near, bend, 1), 0
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        radius = np.where(angle > 0, (size / 4.0) * segment / angle, 0.0)
        slope = (np.asarray(velocity_m_s, float) * np.asarray(n) / radius ** (2.0 / 3.0)) ** 2
    result: Floats = np.where(segment > FULL, np.nan, np.where(segment > 0, slope, np.inf))
    return result
