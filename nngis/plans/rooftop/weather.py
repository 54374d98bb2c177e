"""An hourly year of weather over climate cells: as stated, or made so that means come out again.

A climate may state its hours (a typical year from EPW, TMY3 or PVGIS); they are taken as they
are. The shipped climate holds annual means only. The year's course of the sun over the months is a
parameter. Within a month the days follow the distribution of daily clearness that belongs to the
month's mean (Bendt and others 1981); within a day the hours follow the clear sky (Ineichen and
Perez 2002); beam and diffuse part by Erbs and others (1982).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Bools, Floats
from nngis.errors import LayerError
from nngis.plans.rooftop.sun import DAYS, HORIZON_DEG, HOURS, Sun, hours_ahead, sun_over_year
from nngis.plans.rooftop.yield_parameters import MONTHS, YieldParameters
from nngis.text import counted

CLIMATE_COLUMNS = ("ghi_kwh_m2_d", "air_mean_c", "wind_rms_m_s")
# Hours of a typical year, from 1 January 00:00 UTC: each cell of these columns holds 8,760 values.
HOURLY = ("ghi_w_m2", "dni_w_m2", "dhi_w_m2", "air_c", "wind_m_s")
SHIFT = "sun_shift_h"  # how far after the middle of the hour the values stand
DARKEST = 0.05  # daily clearness of the darkest day
GOLDEN = (5**0.5 - 1) / 2
WARMEST_DAY = 200
WARMEST_HOUR = 15
HIGHEST_CLEARNESS = 0.74  # beyond it the distribution's own limits cross
# A daily mean outside this range is W/m², kWh a year, MJ, or nodata read as zero.
BELIEVED_KWH_M2_D = (1.0, 9.0)


@dataclass(frozen=True)
class Weather:
    """Weather in the hours with daylight anywhere.

    Parameters
    ----------
    cells : Index
        Ids of the climate cells, the columns of every array.
    sun : Sun
        Position of the sun in those hours.
    ghi_w_m2, dni_w_m2, dhi_w_m2 : (h, c) float array
        Global horizontal, direct normal and diffuse horizontal irradiance [W/m²].
    air_c : (h, c) float array
        Temperature of the air [°C].
    wind_m_s : (h or 1, c) float array
        Speed of the wind [m/s].
    """

    cells: pd.Index
    sun: Sun
    ghi_w_m2: Floats
    dni_w_m2: Floats
    dhi_w_m2: Floats
    air_c: Floats
    wind_m_s: Floats


def check_climate(climate: pd.DataFrame) -> None:
    """Refuse a climate whose numbers cannot be daily means in kWh/m²."""
    missing = [name for name in CLIMATE_COLUMNS if name not in climate]
    if missing:
        raise LayerError(
            f"气候图层缺少列：{'、'.join(missing)}。",
            f"The climate layer lacks the columns {', '.join(missing)}.",
            where="solar_climate",
        )
    low, high = BELIEVED_KWH_M2_D
    bad = climate.index[~climate["ghi_kwh_m2_d"].between(low, high)]
    if len(bad):
        value = climate.loc[bad[0], "ghi_kwh_m2_d"]
        raise LayerError(
            f"{len(bad)} 个气候格网的日均辐照不在 {low:g}–{high:g} kWh/m² 之间"
            f"（例如 {bad[0]}：{value}）；请检查单位是否为 W/m²、kWh/a 或 MJ，空值是否写成 0。",
            f"The daily irradiation of {counted(len(bad), 'climate cell')} is not within "
            f"{low:g}-{high:g} kWh/m² (for example {bad[0]}: {value}); check "
            "whether it is in W/m², kWh a year or MJ, or whether nodata was written as 0.",
            where="solar_climate",
        )


def has_hours(climate: pd.DataFrame) -> bool:
    """Tell whether a climate states its hours."""
    return set(HOURLY) <= set(climate.columns)


def make_weather(
    climate: pd.DataFrame, parameters: YieldParameters, *, ghi_scale: float = 1.0
) -> Weather:
    """Make a year of hours out of annual means, or take the hours that the climate states."""
    return make_weathers(climate, parameters, (ghi_scale,))[0]


def make_weathers(
    climate: pd.DataFrame, parameters: YieldParameters, ghi_scales: Sequence[float]
) -> list[Weather]:
    """Make such a year for each of some scales of the light, under one sun."""
    check_climate(climate)
    if has_hours(climate):
        return [_stated(climate, scale) for scale in ghi_scales]
    sun = sun_over_year(climate["lon"].to_numpy(float), climate["lat"].to_numpy(float))
    clear = _clear_sky(sun, parameters.linke_turbidity)
    return [_made(climate, parameters, (sun, clear), scale) for scale in ghi_scales]


def _made(
    climate: pd.DataFrame, parameters: YieldParameters, sky: tuple[Sun, Floats], ghi_scale: float
) -> Weather:
    # P. Bendt, M. Collares-Pereira, A. Rabl, "The frequency distribution of daily insolation
    # values", Solar Energy 27 (1981), 1-5; K. Hollands, R. Huget, Solar Energy 30 (1983), 195-209;
    # D. Erbs, S. Klein, J. Duffie, Solar Energy 28 (1982), 293-302.
    from pvlib import irradiance  # noqa: PLC0415 -- heavy; only a run that needs it

    sun, clear = sky
    yearly = climate["ghi_kwh_m2_d"].to_numpy(float) * DAYS * 1000.0 * ghi_scale
    ghi = _spread(clear, sun, yearly, np.array(parameters.monthly_ghi))
    light = (sun.zenith_deg < HORIZON_DEG).any(axis=1) & (ghi > 0).any(axis=1)
    seen, ghi = _seen(sun, np.asarray(light)), ghi[light]
    parts = irradiance.erbs(ghi, seen.zenith_deg, _day_of_year()[light][:, None])
    air = climate["air_mean_c"].to_numpy(float)[None, :] + _swings(parameters)[light][:, None]
    return Weather(
        climate.index,
        seen,
        ghi,
        np.asarray(parts["dni"]),
        np.asarray(parts["dhi"]),
        air,
        climate["wind_rms_m_s"].to_numpy(float)[None, :],
    )


def _stated(climate: pd.DataFrame, ghi_scale: float) -> Weather:
    """Take the hours of a typical year, which are in UTC, in the order of the local year."""
    lon, lat = climate["lon"].to_numpy(float), climate["lat"].to_numpy(float)
    sun = sun_over_year(lon, lat, climate[SHIFT].to_numpy(float))
    hours = {
        name: np.roll(np.stack(climate[name].tolist(), axis=1), hours_ahead(lon), axis=0)
        for name in HOURLY
    }
    light = (sun.zenith_deg < HORIZON_DEG).any(axis=1) & (hours["ghi_w_m2"] > 0).any(axis=1)
    # What is measured with the sun below the horizon of the hour's middle comes from the sky.
    up = sun.zenith_deg < HORIZON_DEG
    return Weather(
        climate.index,
        _seen(sun, np.asarray(light)),
        hours["ghi_w_m2"][light] * ghi_scale,
        np.where(up, hours["dni_w_m2"], 0.0)[light] * ghi_scale,
        hours["dhi_w_m2"][light] * ghi_scale,
        hours["air_c"][light],
        hours["wind_m_s"][light],
    )


def _seen(sun: Sun, light: Bools) -> Sun:
    return Sun(
        sun.times[light],
        sun.zenith_deg[light],
        sun.apparent_zenith_deg[light],
        sun.azimuth_deg[light],
        sun.extra_w_m2[light],
    )


def clearness_of_days(mean: Floats, days: int) -> Floats:
    """Draw the clearness of a month's days from the distribution that its mean implies.

    Examples
    --------
    >>> import numpy as np
    >>> k = clearness_of_days(np.array([0.40]), 30)
    >>> bool(abs(k.mean() - 0.40) < 0.01), bool(k.min() > 0.05), bool(k.max() < 0.74)
    (True, True, True)
    """
    mean = np.clip(mean, DARKEST + 0.02, HIGHEST_CLEARNESS)
    top = 0.6313 + 0.267 * mean - 11.9 * (mean - 0.75) ** 8
    xi = (top - DARKEST) / (top - mean)
    gamma = -1.498 + (1.184 * xi - 27.182 * np.exp(-1.5 * xi)) / (top - DARKEST)
    gamma = np.where(np.abs(gamma) < 1e-6, 1e-6, gamma)  # noqa: PLR2004 -- only to divide by it
    share = ((np.argsort(np.argsort((np.arange(days) * GOLDEN) % 1.0)) + 0.5) / days)[:, None]
    mixed = (1.0 - share) * np.exp(gamma * DARKEST) + share * np.exp(gamma * top)
    return np.log(mixed) / gamma


def _clear_sky(sun: Sun, turbidity: float) -> Floats:
    from pvlib import atmosphere, clearsky  # noqa: PLC0415 -- heavy

    mass = atmosphere.get_relative_airmass(np.minimum(sun.apparent_zenith_deg, HORIZON_DEG))
    with np.errstate(divide="ignore", invalid="ignore"):  # at night, which is set to 0 below
        found = clearsky.ineichen(
            sun.apparent_zenith_deg, mass, turbidity, altitude=0, dni_extra=sun.extra_w_m2
        )
    return np.where(sun.zenith_deg < HORIZON_DEG, np.nan_to_num(found["ghi"]), 0.0)


def _spread(clear: Floats, sun: Sun, yearly_wh: Floats, shape: Floats) -> Floats:
    """Give each hour its share: month by the shape, day by clearness, hour by the clear sky."""
    above = sun.extra_w_m2 * np.maximum(np.cos(np.radians(sun.zenith_deg)), 0.0)
    cells = clear.shape[1]
    clear_day, above_day = (a.reshape(DAYS, 24, cells).sum(axis=1) for a in (clear, above))
    lengths = _month_lengths()
    month_wh = (shape * lengths / (shape * lengths).sum())[:, None] * yearly_wh[None, :]
    days = np.empty((DAYS, cells))
    at = 0
    for month in range(MONTHS):
        rows = slice(at, at + lengths[month])
        mean = month_wh[month] / above_day[rows].sum(axis=0)
        wh = clearness_of_days(mean, int(lengths[month])) * above_day[rows]
        days[rows] = wh * (month_wh[month] / wh.sum(axis=0)) / clear_day[rows]
        at += int(lengths[month])
    return clear * np.repeat(days, 24, axis=0)


def _month_lengths() -> npt.NDArray[np.int64]:
    return np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def _day_of_year() -> npt.NDArray[np.int64]:
    return np.arange(HOURS) // 24 + 1


def _swings(parameters: YieldParameters) -> Floats:
    day, hour = _day_of_year(), np.arange(HOURS) % 24 + 0.5
    yearly = np.cos(2 * np.pi * (day - WARMEST_DAY) / DAYS)
    daily = np.cos(2 * np.pi * (hour - WARMEST_HOUR) / 24)
    return parameters.monthly_swing_k * yearly + parameters.daily_swing_k * daily
