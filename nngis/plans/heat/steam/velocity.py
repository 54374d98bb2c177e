"""How fast steam may run: by the size of the pipe, and by whether the steam is superheated.

Handbooks give ranges, slower for small pipes and for saturated steam, whose drops wear bends. The
limits here are their upper ends; the lower ends are what a design aims at.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats
from nngis.plans.heat.steam import if97
from nngis.plans.heat.steam.if97 import ZERO_C_K

# Inner diameters between two nominal sizes: DN80 has some 81 mm, DN100 some 100; DN200 207, DN250
# 260.
BELOW_DN100_MM, ABOVE_DN200_MM = 90.0, 230.0
SATURATED_K = 1.0  # steam less superheated than this counts as saturated


@dataclass(frozen=True)
class VelocityLimits:
    """Highest velocities [m/s] of pipes above DN200, DN100 to DN200, below DN100.

    Parameters
    ----------
    superheated_m_s, saturated_m_s : tuple of three floats
        Of superheated and of saturated steam.
    """

    superheated_m_s: tuple[float, float, float]
    saturated_m_s: tuple[float, float, float]

    def at(self, inner_mm: npt.ArrayLike, superheat_k: npt.ArrayLike) -> Floats:
        """Give the limit in pipes.

        Examples
        --------
        >>> limits = VelocityLimits((60.0, 50.0, 40.0), (40.0, 35.0, 30.0))
        >>> limits.at([260.0, 207.0, 81.0], [50.0, 50.0, 0.0]).tolist()
        [60.0, 50.0, 30.0]
        """
        inner, superheat = np.broadcast_arrays(
            np.asarray(inner_mm, float), np.asarray(superheat_k, float)
        )
        row = np.where(inner > ABOVE_DN200_MM, 0, np.where(inner > BELOW_DN100_MM, 1, 2))
        hot = superheat > SATURATED_K
        table = np.array([self.saturated_m_s, self.superheated_m_s])
        return np.asarray(table[hot.astype(int), row])

    @property
    def fastest_m_s(self) -> float:
        """The highest of all."""
        return max(*self.superheated_m_s, *self.saturated_m_s)


def superheat_k(p_mpa: npt.ArrayLike, t_c: npt.ArrayLike) -> Floats:
    """Give how much warmer than saturated steam is [K].

    Examples
    --------
    At 1 MPa steam condenses at 179.9 °C:

    >>> round(float(superheat_k(1.0, 200.0)), 1)
    20.1
    """
    return np.asarray(t_c, float) + ZERO_C_K - if97.saturation_temperature_k(p_mpa)
