"""Slopes that the code allows a flow in each size: by its table, by fill, by velocity."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools, Floats
from nngis.plans.sewer.code import limit, rule
from nngis.plans.sewer.manning import capacity_l_s, slope_for_fill, slope_for_velocity

STEEPEST = 1.0


@dataclass(frozen=True, eq=False)
class Slopes:
    """Slopes that pipes of each size may have; n pipes, s sizes.

    Parameters
    ----------
    code, fill, velocity : (n, s) ndarray
        Least slope by the code's table, by fill and by velocity.
    most : (n, s) ndarray
        Steepest slope, by velocity; below the least where a size cannot be used.
    exempt : (n, s) bool array
        Pipes of the least diameter with less flow than it carries at the least slope: the code
        asks for slope and diameter, not for velocity.
    """

    code: Floats
    fill: Floats
    velocity: Floats
    most: Floats
    exempt: Bools

    @property
    def least(self) -> Floats:
        """Give the least slope of all."""
        return np.maximum(np.maximum(self.code, self.fill), self.velocity)


def allowed_slopes(
    flow_l_s: Floats, diameter_mm: Floats, forced_mm: Floats, roughness_n: float
) -> Slopes:
    """Work out which slopes the code allows."""
    flow = flow_l_s[:, None]
    code = np.maximum(rule("min_slope").at(diameter_mm), rule("laying_slope").at(diameter_mm))
    code = np.broadcast_to(code, (len(flow_l_s), len(diameter_mm)))
    fill = slope_for_fill(flow, diameter_mm, rule("max_fill").at(diameter_mm), roughness_n)
    slow = slope_for_velocity(flow, diameter_mm, limit("min_velocity_m_s"), roughness_n)
    most = slope_for_velocity(flow, diameter_mm, limit("max_velocity_m_s"), roughness_n)
    exempt = is_exempt(flow, diameter_mm, roughness_n) | (diameter_mm <= forced_mm[:, None])
    velocity = np.where(exempt | np.isnan(slow), 0.0, slow)
    small = diameter_mm < limit("min_diameter_mm")
    most = np.where(np.isnan(most) | small, -1.0, np.minimum(most, STEEPEST))
    return Slopes(code, fill, velocity, most, exempt)


def is_exempt(flow_l_s: npt.ArrayLike, diameter_mm: npt.ArrayLike, roughness_n: float) -> Bools:
    """Tell which pipes need not reach the self-cleansing velocity.

    Examples
    --------
    DN300 at 0.003 carries 31 L/s at a fill of 0.55:

    >>> is_exempt([30.0, 32.0, 30.0], [300, 300, 400], 0.013).tolist()
    [True, False, False]
    """
    least = limit("min_diameter_mm")
    enough = capacity_l_s(
        least, rule("min_slope").at(least), rule("max_fill").at(least), roughness_n
    )
    exempt: Bools = (np.asarray(diameter_mm) <= least) & (np.asarray(flow_l_s) < enough)
    return exempt
