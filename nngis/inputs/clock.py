"""The clock of a typical year, found from its clear days: mornings and evenings are alike."""

import numpy as np

from nngis.arrays import Floats
from nngis.plans.rooftop.sun import hours_ahead, sun_over_year
from nngis.text import Text

CLEAREST_SHARE = 0.1  # of the days, by what arrives of what the sun sends
DOUBTED_H = 0.2  # 12 minutes move a south-facing roof's yield by nothing, a west one's by 2 %
_DAY_H = 24


def shift_of(ghi_w_m2: Floats, lon: float, lat: float) -> float:
    """Find how far after the middle of the hour the values of a year stand.

    On a clear day irradiance lies evenly about the sun's noon, so the middle of its area, held
    against that of the sun's height in the middles of the hours, tells the shift.
    """
    sun = sun_over_year(np.array([lon]), np.array([lat]))
    high = np.maximum(np.cos(np.radians(sun.zenith_deg[:, 0])), 0.0).reshape(-1, _DAY_H)
    days = np.roll(ghi_w_m2, hours_ahead(np.array([lon]))).reshape(-1, _DAY_H)
    hour = np.arange(_DAY_H)
    seen = (days.sum(axis=1) > 0) & (high.sum(axis=1) > 0)
    clear = days[seen].sum(axis=1) / high[seen].sum(axis=1)
    chosen = clear >= np.quantile(clear, 1.0 - CLEAREST_SHARE)
    middle = [(one[seen] @ hour / one[seen].sum(axis=1))[chosen] for one in (high, days)]
    return float(np.median(middle[0] - middle[1]))


def note_of_clock(
    ghi_w_m2: Floats, place: tuple[float, float], shift_h: float, name: str
) -> list[Text]:
    """Say where the clear days of a year contradict its clock."""
    found = shift_of(ghi_w_m2, *place)
    apart = 5 * round((found - shift_h) * 12)  # minutes; five are as near as days tell
    if abs(found - shift_h) <= DOUBTED_H:
        return []
    return [
        Text(
            f"{name}：晴天上下午不对称，时钟像是差 {apart:+d} 分钟；请核对时区和小时的起止。",
            f"{name}: mornings and evenings of clear days are not alike, as if the clock were "
            f"{apart:+d} minutes off; check its time zone and what its hours stand for.",
        )
    ]
