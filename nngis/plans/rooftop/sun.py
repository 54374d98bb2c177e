"""Where the sun stands, hour by hour, over many places at once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nngis.arrays import Floats

REFERENCE_YEAR = 2021
HOURS = 8760
DAYS = 365
HOUR_DEG = 15.0
HORIZON_DEG = 90.0
DELTA_T_S = 69.4  # terrestrial minus universal time around 2021
STANDARD_PA = 101_325.0
REFRACTION_AT_HORIZON_DEG = 0.5667
ANNUAL_MEAN_C = 12.0  # pvlib's own default: refraction hardly depends on it


@dataclass(frozen=True)
class Sun:
    """The sun over a year, in hours from local midnight.

    Parameters
    ----------
    times : DatetimeIndex
        Middle of each hour, in UTC; the first day is the local 1 January.
    zenith_deg, apparent_zenith_deg, azimuth_deg : (h, c) float array
        True and refracted zenith angle and azimuth (clockwise from north) [°].
    extra_w_m2 : (h, 1) float array
        Irradiance outside the atmosphere on a plane that faces the sun [W/m²].
    """

    times: pd.DatetimeIndex
    zenith_deg: Floats
    apparent_zenith_deg: Floats
    azimuth_deg: Floats
    extra_w_m2: Floats


def hours_ahead(lon_deg: Floats) -> int:
    """Say how many hours local midnight lies before that of UTC.

    Parameters
    ----------
    lon_deg : (c,) float array
        Places [°].

    Returns
    -------
    int
        Hours of their mean longitude.

    Examples
    --------
    >>> hours_ahead(np.array([107.5, 109.5]))
    7
    """
    return int(np.round(np.mean(lon_deg) / HOUR_DEG))


def sun_over_year(lon_deg: Floats, lat_deg: Floats, shift_h: Floats | float = 0.0) -> Sun:
    """Compute the sun's position in the middle of every hour of a year.

    The costly part, the sun's place in the sky of the stars, is computed once an hour; what is
    left for each place is its hour angle.

    Parameters
    ----------
    lon_deg, lat_deg : (c,) float array
        Places [°].
    shift_h : float or (c,) float array
        How far after the middle of each hour, under an hour either way [h]: measurements are not
        always taken there.

    Returns
    -------
    Sun
        Positions over 8,760 hours.

    References
    ----------
    I. Reda, A. Andreas, "Solar position algorithm for solar radiation applications", Solar
    Energy 76 (2004), 577-589, by way of ``pvlib.spa``; the parallax, under 0.0025°, is left out.

    Examples
    --------
    At noon of the solstice the sun stands over the tropic:

    >>> import numpy as np
    >>> sun = sun_over_year(np.array([105.0]), np.array([23.44]))
    >>> bool(sun.zenith_deg[171 * 24 + 11:171 * 24 + 13].min() < 8)
    True
    """
    from pvlib import irradiance, spa  # noqa: PLC0415 -- heavy; only a run that needs it

    offset_h = hours_ahead(lon_deg)
    start = pd.Timestamp(f"{REFERENCE_YEAR}-01-01", tz="UTC") + pd.Timedelta(hours=0.5 - offset_h)
    times = pd.date_range(start, periods=HOURS, freq="h")
    stamps = times.as_unit("ns").asi8 / 1e9
    sidereal, right_ascension, declination = spa.solar_position_numpy(
        stamps, 0, 0, 0, 0, 0, DELTA_T_S, 0, 1, sst=True
    )
    # A later time is a place further east: the sun hardly moves among the stars in an hour.
    east = lon_deg + HOUR_DEG * np.asarray(shift_h)
    turn = np.radians(sidereal - right_ascension)[:, None] + np.radians(east)[None, :]
    dec = np.radians(declination)[:, None]
    lat = np.radians(lat_deg)[None, :]
    up = np.sin(lat) * np.sin(dec) + np.cos(lat) * np.cos(dec) * np.cos(turn)
    elevation = np.degrees(np.arcsin(np.clip(up, -1.0, 1.0)))
    south = np.cos(turn) * np.sin(lat) - np.tan(dec) * np.cos(lat)
    azimuth = (np.degrees(np.arctan2(np.sin(turn), south)) + 180.0) % 360.0
    lift = spa.atmospheric_refraction_correction(
        STANDARD_PA / 100.0, ANNUAL_MEAN_C, elevation, REFRACTION_AT_HORIZON_DEG
    )
    # Days as numbers: pvlib asks a DatetimeIndex for an attribute that pandas is about to drop.
    extra = irradiance.get_extra_radiation(times.day_of_year.to_numpy())[:, None]
    return Sun(times, HORIZON_DEG - elevation, HORIZON_DEG - elevation - lift, azimuth, extra)
