"""How far a plane is from the ground where the data reach beyond its zone."""

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Proj

from nngis.crs.extent import DEGREES

SAID_SHARE = 1e-3  # a metre in a kilometre; within a 3 degree zone it is a third of that
REFUSED_SHARE = 0.05
MOST_SHARE = (0.01, 0.99)  # a stray row stretches nothing


def stretch_share(crs: CRS, lon: npt.ArrayLike, lat: npt.ArrayLike) -> float:
    """Bound how much longer or shorter a length is on the plane than on the ground.

    Parameters
    ----------
    crs : CRS
        The work CRS.
    lon, lat : array_like
        Longitude and latitude of the data [degrees].

    Returns
    -------
    float
        Largest difference as a share of the length, over the box of all but the outermost
        hundredth of the data on each side; 0 without any.

    References
    ----------
    On a transverse Mercator plane k = k0 (1 + x²/2R² + ...): it grows with the distance from the
    central meridian alone, so the corners and the middles of the box's sides bound it.

    Examples
    --------
    >>> round(stretch_share(CRS.from_epsg(4547), [113.3, 115.6], [22.8, 22.8]), 4)  # a city
    0.0003
    >>> round(stretch_share(CRS.from_epsg(4547), [110.5, 118.0], [24.0, 24.0]), 4)  # a province
    0.002
    """
    x, y = np.asarray(lon, np.float64).ravel(), np.asarray(lat, np.float64).ravel()
    usable = DEGREES.holds(x, y)
    if not usable.any():
        return 0.0
    west, east = np.quantile(x[usable], MOST_SHARE)
    south, north = np.quantile(y[usable], MOST_SHARE)
    sides = [(west + east) / 2, (south + north) / 2]
    grid = np.meshgrid([west, sides[0], east], [south, sides[1], north])
    factors = Proj(crs).get_factors(grid[0].ravel(), grid[1].ravel())
    scales = np.concatenate([factors.meridional_scale, factors.parallel_scale])
    return float(np.nanmax(np.abs(scales - 1.0)))
