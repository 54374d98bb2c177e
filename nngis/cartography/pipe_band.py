"""The rows below a sewer's long section: levels, depths, diameters, slopes, what governs."""

import pandas as pd

from nngis import fields
from nngis.cartography.section_band import BandRow, chainages, numbers
from nngis.text import Lang, Text

PER_MILLE = 1000.0
RISING_MAIN = "rising_main"
SAME_M = 5e-4  # two levels that are written alike


def _inverts(rows: pd.DataFrame, _: Lang) -> list[str]:
    into, out = rows["invert_in_m"].astype(float), rows["invert_out_m"].astype(float)
    one = into.isna() | out.isna() | (into - out).abs().lt(SAME_M)
    single, first, second = (numbers(v, 3) for v in (out.fillna(into), into, out))
    return [s if k else f"{a}\n{b}" for s, a, b, k in zip(single, first, second, one, strict=True)]


def _diameters(rows: pd.DataFrame, _: Lang) -> list[str]:
    return [f"DN{d}" if d else "" for d in numbers(rows["diameter_mm"], 0)]


def _slopes(rows: pd.DataFrame, lang: Lang) -> list[str]:
    """Write slopes; a rising main has none that matters."""
    told = numbers(rows["slope"].astype(float) * PER_MILLE, 2)
    word = fields.get("kind").value_title(RISING_MAIN, lang)
    return [word if k == RISING_MAIN else s for s, k in zip(told, rows["kind"], strict=True)]


def _governing(rows: pd.DataFrame, lang: Lang) -> list[str]:
    field = fields.get("governing")
    return [
        "" if pd.isna(word) else field.value_title(str(word), lang) for word in rows["governing"]
    ]


def _surcharges(rows: pd.DataFrame, _: Lang) -> list[str]:
    """Write how far the water stands above the crown at 1 and 2 times the design flow."""
    once, twice = (numbers(rows[name], 2) for name in ("surcharge_once_m", "surcharge_twice_m"))
    return [f"{a}\n{b}" if a and b else "" for a, b in zip(once, twice, strict=True)]


BAND = (
    BandRow(Text("设计地面标高 (m)", "Ground level (m)"), 13.0,
            lambda rows, _: numbers(rows["ground_m"], 3)),
    BandRow(Text("管内底标高 (m)", "Invert level (m)"), 13.0, _inverts),
    BandRow(Text("埋深 (m)", "Depth to invert (m)"), 9.0,
            lambda rows, _: numbers(rows["depth_m"], 2)),
    BandRow(Text("管径 (mm)", "Diameter (mm)"), 7.0, _diameters, of_ways=True, merges=True),
    BandRow(Text("坡度 (‰)", "Slope (‰)"), 8.0, _slopes, of_ways=True, merges=True),
    BandRow(Text("平距 (m)", "Length (m)"), 8.0,
            lambda rows, _: numbers(rows["length_m"], 2), of_ways=True),
    BandRow(Text("控制条件", "Governed by"), 12.0, _governing, of_ways=True, merges=True),
    BandRow(Text("检查井编号", "Manhole"), 15.0,
            lambda rows, _: [str(m) for m in rows["manhole_id"]]),
    chainages("chainage_m"),
)  # fmt: skip
SURCHARGE = BandRow(Text("超载 1 倍 / 2 倍 (m)", "Surcharge at 1×, 2× (m)"), 9.0, _surcharges)
