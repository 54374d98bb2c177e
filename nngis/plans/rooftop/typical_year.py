"""A typical year's rows, whatever clock they keep, put into the 8,760 hours of a year of UTC."""

import numpy as np
import pandas as pd

from nngis.arrays import Floats
from nngis.errors import LayerError
from nngis.plans.rooftop.sun import HOURS
from nngis.plans.rooftop.weather import HOURLY, SHIFT
from nngis.text import counted
from nngis.units import W_PER_KW

# What lies outside is no weather on earth: another unit, or a fill value.
BELIEVED = {
    "ghi_w_m2": (0.0, 1_600.0),
    "dni_w_m2": (0.0, 1_400.0),
    "dhi_w_m2": (0.0, 1_200.0),
    "air_c": (-60.0, 60.0),
    "wind_m_s": (0.0, 60.0),
}
NIGHT_OFFSET_W_M2 = -10.0  # instruments that cool at night read a little below 0
HOURS_A_DAY, SECONDS_AN_HOUR = 24, 3600
HOURS_BEFORE_MONTH = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30]) * HOURS_A_DAY


def year_of_hours(rows: pd.DataFrame, *, where: str) -> dict[str, Floats]:
    """Put a typical year's rows into the hours of a year of UTC.

    Parameters
    ----------
    rows : DataFrame
        Columns `HOURLY`, indexed by time with its zone; the time is the start of the hour that a
        row stands for. Months may come from different years; 29 February is left out.
    where : str
        The file, for messages.

    Returns
    -------
    dict of str to (8760,) float array
        `HOURLY`, from 1 January 00:00 UTC.

    Raises
    ------
    LayerError
        If hours lack or stand twice, or values cannot be weather.

    Examples
    --------
    An hour that starts at 08:00 in UTC+8 is the first of the year of UTC:

    >>> times = pd.date_range("2021-01-01", periods=8760, freq="h", tz="Etc/GMT-8")
    >>> rows = pd.DataFrame(dict.fromkeys(HOURLY, 1.0), index=times)
    >>> rows.iloc[8, 0] = 7.0
    >>> int(year_of_hours(rows, where="x")["ghi_w_m2"].argmax())
    0
    """
    kept = rows[rows.index.notna()]
    kept = kept[~((kept.index.month == 2) & (kept.index.day == 29))]  # noqa: PLR2004 -- leap day
    time = kept.index
    # The clock of the file first, then the zone, so that a year whose months come from several
    # years wraps at its own end.
    local = HOURS_BEFORE_MONTH[time.month - 1] + (time.day - 1) * HOURS_A_DAY + time.hour
    ahead_h = round(time[0].utcoffset().total_seconds() / SECONDS_AN_HOUR) if len(time) else 0
    at = np.asarray((local - ahead_h) % HOURS)
    missing = HOURS - len(np.unique(at))
    if missing or len(at) != HOURS:
        raise LayerError(
            f"气象文件应有 8760 个小时各一行，现有 {len(rows)} 行，缺 {missing} 个小时；"
            "请换用完整的典型年（TMY）。",
            "A weather file must hold each of 8,760 hours once; this one has "
            f"{counted(len(rows), 'row')} and lacks {counted(missing, 'hour')}. Use a whole "
            "typical year (TMY).",
            where=where,
        )
    out = {}
    for name in HOURLY:
        values = kept[name].to_numpy(float)
        if name.endswith("_w_m2"):
            values = np.where((values < 0) & (values >= NIGHT_OFFSET_W_M2), 0.0, values)
        _check(name, values, where)
        year = np.empty(HOURS)
        year[at] = values
        out[name] = year
    return out


def station(hours: dict[str, Floats], *, lon: float, lat: float, shift_h: float) -> pd.DataFrame:
    """Make a climate of one place out of its hours.

    Parameters
    ----------
    hours : dict of str to (8760,) float array
        What `year_of_hours` returned.
    lon, lat : float
        The place [°].
    shift_h : float
        How far after the middle of the hour the values stand [h].

    Returns
    -------
    DataFrame
        One row with `lon`, `lat`, the means, `HOURLY` and `sun_shift_h`, see `make_weather`.
    """
    means = {
        "lon": lon,
        "lat": lat,
        "ghi_kwh_m2_d": round(float(hours["ghi_w_m2"].mean()) * HOURS_A_DAY / W_PER_KW, 4),
        "air_mean_c": round(float(hours["air_c"].mean()), 3),
        "wind_rms_m_s": round(float(np.sqrt((hours["wind_m_s"] ** 2).mean())), 3),
        SHIFT: shift_h,
    }
    return pd.DataFrame({**means, **{name: [hours[name]] for name in HOURLY}})


def _check(name: str, values: Floats, where: str) -> None:
    low, high = BELIEVED[name]
    bad = ~((values >= low) & (values <= high))
    if bad.any():
        value = values[bad][0]
        raise LayerError(
            f"{name} 有 {int(bad.sum())} 个小时缺失或不可信（例如 {value}，应在 {low:g}–{high:g} "
            "之间）；请补全或核对单位。",
            f"{name} is missing or not believed in {counted(int(bad.sum()), 'hour')} (for example "
            f"{value}; {low:g} to {high:g} is expected); fill the gaps or check the unit.",
            where=where,
        )
