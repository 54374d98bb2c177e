"""Boxes in degrees: China's, the published one of GCJ-02, the range of longitude and latitude."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools


class Box(NamedTuple):
    """A box with its edges.

    Parameters
    ----------
    west, south, east, north : float
        Edges [degrees].
    """

    west: float
    south: float
    east: float
    north: float

    def widened(self, margin_deg: float) -> "Box":
        """Move every edge outwards.

        Parameters
        ----------
        margin_deg : float
            By how much [degrees].

        Returns
        -------
        Box
            The wider box.
        """
        return Box(
            self.west - margin_deg,
            self.south - margin_deg,
            self.east + margin_deg,
            self.north + margin_deg,
        )

    def holds(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Bools:
        """Say which points lie in the box or on its edge.

        Parameters
        ----------
        lon, lat : array_like
            Longitude and latitude [degrees].

        Returns
        -------
        bool array
            One for each point; False for NaN.

        Examples
        --------
        >>> CHINA.holds([108.4, 22.8, np.nan], [22.8, 108.4, 22.8]).tolist()
        [True, False, False]
        """
        lons, lats = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
        return (
            (lons >= self.west) & (lons <= self.east) & (lats >= self.south) & (lats <= self.north)
        )


DEGREES = Box(-180.0, -90.0, 180.0, 90.0)
"""All longitudes and latitudes."""

CHINA = Box(73.0, 3.0, 136.0, 54.0)
"""China's longitudes and latitudes; no number is in both ranges, so a swapped pair shows."""

GCJ02 = Box(72.004, 0.8293, 137.8347, 55.8271)
"""Where the published code of GCJ-02 shifts; outside it the shift is zero."""
