"""What a ledger's coordinates turned out to be: a note for each row, a sentence for each note."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools, Floats
from nngis.text import Text, Warned, counted

Note = Literal[
    "ok",
    "dms",
    "swapped",
    "projected",
    "zone_assumed",
    "zone_unknown",
    "order_unknown",
    "order_doubtful",
    "missing",
    "unreadable",
    "out_of_range",
    "zero",
]

NOTES: Mapping[Note, Text] = {
    "ok": Text("按经纬度（度）读取。", "Read as longitude and latitude in degrees."),
    "dms": Text("按度分秒读取。", "Read as degrees, minutes and seconds."),
    "swapped": Text(
        "经度与纬度填反，已换回；请核对原表列名。",
        "Longitude and latitude were swapped and have been swapped back; check the column titles.",
    ),
    "projected": Text(
        "按投影坐标读取，并换算为经纬度。",
        "Read as projected coordinates and converted to longitude and latitude.",
    ),
    "zone_assumed": Text(
        "按投影坐标读取；数值不带带号，假定与工作坐标系同带，请确认中央经线。",
        "Read as projected coordinates; the numbers carry no zone prefix and were taken to be in "
        "the work CRS's zone. Confirm the central meridian.",
    ),
    "zone_unknown": Text(
        "像是投影坐标，但无法确定属于哪个坐标系或哪一带；请注明坐标系（如 EPSG:4547）。",
        "This looks like projected coordinates, but of which CRS or zone cannot be told; name the "
        "CRS (for example EPSG:4547).",
    ),
    "order_unknown": Text(
        "投影坐标的两列无法分清哪列是北坐标、哪列是东坐标；请改用经纬度。",
        "Which of the two projected columns is the northing and which the easting cannot be "
        "told; give longitude and latitude instead.",
    ),
    "order_doubtful": Text(
        "按所说坐标系，东坐标在前则落在其范围或本案例之外，北坐标在前则落在其内；"
        "若确是北坐标在前，请写 --datum EPSG:…:yx，否则请核对坐标系。",
        "Read easting first in the CRS that was named, it lies outside that CRS or the case; "
        "northing first it would lie inside. If the northing comes first, write --datum "
        "EPSG:...:yx; if not, check the CRS.",
    ),
    "missing": Text("没有坐标；请补充。", "There are no coordinates; supply them."),
    "unreadable": Text(
        "坐标无法识别；请写成 108.94、108°56'24\" 或 东经108度56分24秒。",
        "The coordinates cannot be read; write 108.94, 108°56'24\" or E108.94.",
    ),
    "out_of_range": Text(
        "数值超出经纬度的范围（经度 ±180°，纬度 ±90°），也不是可识别的投影坐标；请核对。",
        "The numbers lie outside longitude (180 degrees either way) and latitude (90 degrees), "
        "and are no projected coordinates that can be recognised; check them.",
    ),
    "zero": Text(
        "经纬度都是 0，通常表示没有填写；请补充坐标。",
        "Longitude and latitude are both 0, which mostly means that nothing was filled in; "
        "supply them.",
    ),
}
READ: tuple[Note, ...] = ("ok", "dms", "swapped", "projected", "zone_assumed")
"""The notes of rows that have a longitude and a latitude."""


@dataclass(frozen=True)
class Coordinates:
    """What a ledger's coordinate columns turned out to say.

    Parameters
    ----------
    lon, lat : (n,) float array
        Longitude and latitude [degrees]; NaN where `note` is not one of `READ`. Rows with a
        `crs_epsg` are in CGCS2000 or WGS84 already; the others are in the ledger's own datum,
        which the caller knows.
    crs_epsg : (n,) int array
        EPSG code of the CRS that a row was read in, -1 for one without a code; 0 for rows in
        degrees whose CRS nobody told, and for rows not read.
    note : (n,) str array
        What was found in each row: a key of `NOTES`.
    columns_swapped : bool
        Whether every row that was read in degrees had its two columns swapped; False for pairs
        in one column.
    """

    lon: Floats
    lat: Floats
    crs_epsg: npt.NDArray[np.int64]
    note: npt.NDArray[np.str_]
    columns_swapped: bool

    @property
    def read(self) -> Bools:
        """Which rows have a longitude and a latitude."""
        return np.isfinite(self.lon)

    def summary(self) -> tuple[Warned, ...]:
        """Say what was found, one sentence for each note that needs saying, with its rows."""
        found = []
        for code in NOTES:
            rows = np.flatnonzero(self.note == code)
            if code == "ok" or not rows.size:
                continue
            text = Text(
                f"{rows.size} 行：{NOTES[code].zh}",
                f"{counted(rows.size, 'row')}: {NOTES[code].en}",
            )
            if code == "swapped" and self.columns_swapped:
                text = Text(
                    f"经度列与纬度列整列互换（{rows.size} 行），已换回；请改正列名。",
                    "The longitude and latitude columns are swapped throughout "
                    f"({counted(rows.size, 'row')}) and have been swapped back; correct their "
                    "titles.",
                )
            found.append(Warned(*text, ids=rows))
        return tuple(found)
