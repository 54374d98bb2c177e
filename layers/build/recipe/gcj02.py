"""The published GCJ-02 formula, forwards: where Chinese web maps draw a WGS84 position."""

from math import cos, pi, radians, sin, sqrt

AXIS_M = 6_378_245.0
ECCENTRICITY2 = 0.00669342162296594323


def shift(lon: float, lat: float) -> tuple[float, float]:
    """Move a WGS84 position to GCJ-02.

    Parameters
    ----------
    lon, lat : float
        WGS84 [°].

    Returns
    -------
    (float, float)
        Longitude and latitude in GCJ-02 [°].

    Examples
    --------
    >>> [round(value, 6) for value in shift(108.366, 22.816)]
    [108.370071, 22.813313]
    """
    x, y = lon - 105.0, lat - 35.0
    ripple = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    curve = 1 - ECCENTRICITY2 * sin(radians(lat)) ** 2
    meridian = AXIS_M * (1 - ECCENTRICITY2) / curve**1.5
    parallel = AXIS_M / sqrt(curve) * cos(radians(lat))
    return lon + east * 180 / (parallel * pi), lat + north * 180 / (meridian * pi)
