"""Read a number with its unit as people type it: 30km, 15 千米, 2.5万元, 80%."""

import re

# What one of each is in the first of its family; names in Chinese and by sign.
FAMILIES: tuple[dict[str, float], ...] = (
    {"m": 1.0, "米": 1.0, "km": 1000.0, "千米": 1000.0, "公里": 1000.0, "mm": 1e-3, "毫米": 1e-3,
     "cm": 1e-2, "厘米": 1e-2},
    {"m²": 1.0, "m2": 1.0, "平方米": 1.0, "平米": 1.0, "km²": 1e6, "km2": 1e6, "平方千米": 1e6,
     "平方公里": 1e6, "ha": 1e4, "公顷": 1e4},
    {"kW": 1.0, "千瓦": 1.0, "MW": 1e3, "兆瓦": 1e3, "万千瓦": 1e4, "W": 1e-3, "瓦": 1e-3},
    {"kWh": 1.0, "度": 1.0, "千瓦时": 1.0, "MWh": 1e3, "兆瓦时": 1e3},
    {"t/h": 1.0, "吨/时": 1.0, "吨/小时": 1.0, "蒸吨": 1.0, "蒸吨/时": 1.0, "kg/h": 1e-3},
    {"元": 1.0, "CNY": 1.0, "万元": 1e4, "亿元": 1e8},
    {"min": 1.0, "分钟": 1.0, "s": 1 / 60, "秒": 1 / 60, "h": 60.0, "小时": 60.0},
    {"MPa": 1.0, "兆帕": 1.0, "kPa": 1e-3, "千帕": 1e-3, "bar": 0.1},
    {"a": 1.0, "年": 1.0},
    {"m³/d": 1.0, "m3/d": 1.0, "吨/日": 1.0, "吨/天": 1.0, "万吨/日": 1e4, "10⁴ t/d": 1e4},
)  # fmt: skip
TYPED = re.compile(r"\s*([+-]?[\d,，]*\.?\d+(?:[eE][+-]?\d+)?)\s*(\S.*?)\s*")


def read_quantity(text: str, unit: str) -> float | None:
    """Return a typed quantity in the unit that is asked for.

    Parameters
    ----------
    text : str
        As typed: a number, and behind it a unit.
    unit : str
        The unit that is wanted; ``"share"`` for 0 to 1, which takes per cent.

    Returns
    -------
    float or None
        The number in that unit; None where the text is no number with a unit of its kind.

    Examples
    --------
    >>> read_quantity("30km", "m"), read_quantity("15 千米", "m"), read_quantity("1.5万千瓦", "MW")
    (30000.0, 15000.0, 15.0)
    >>> read_quantity("80%", "share"), read_quantity("2 kg", "m"), read_quantity("300", "m")
    (0.8, None, None)
    """
    found = TYPED.fullmatch(text)
    if not found:
        return None
    number = float(found[1].replace(",", "").replace("，", ""))
    typed = found[2].replace("Km", "km").replace("KM", "km")
    if unit == "share":
        return number / 100.0 if typed in ("%", "％") else None
    if typed == unit:
        return number
    for family in FAMILIES:
        if typed in family and unit in family:
            return round(number * family[typed] / family[unit], 12)
    return None
