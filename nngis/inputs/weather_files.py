"""Typical years from files: EPW, TMY3, and PVGIS as CSV or JSON, by way of pvlib's readers."""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from nngis.budgets import budget, check_time, over_budget
from nngis.errors import LayerError, boundary
from nngis.plans.rooftop.sun import REFERENCE_YEAR
from nngis.plans.rooftop.typical_year import SECONDS_AN_HOUR, station, year_of_hours

SUFFIXES = (".epw", ".tm3", ".tmy3", ".csv", ".json")
PVGIS_FIRST = "latitude (decimal degrees)"
TMY3_FIELDS = 7  # code, name, state, offset, latitude, longitude, altitude
COLUMNS = {
    "ghi": "ghi_w_m2",
    "dni": "dni_w_m2",
    "dhi": "dhi_w_m2",
    "temp_air": "air_c",
    "wind_speed": "wind_m_s",
}
HALF_HOUR = 0.5
EPW_HEAD = 8  # lines
MOST_BYTES = 30_000_000  # of one file; a year of hours is 2 to 5 MB
_OFFSET = re.compile(r"irradiance\s+time\s+offset[^\d+\-\n]*([+-]?\d+(?:\.\d+)?)", re.IGNORECASE)


@dataclass(frozen=True)
class _Read:
    """Rows by the start of their hour, where they hold, and when in the hour."""

    rows: pd.DataFrame
    lon: float
    lat: float
    shift_h: float


def kind_of(path: Path) -> str | None:
    """Say which kind of weather file it is."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return None
    with path.open(encoding="utf-8", errors="replace") as stream:
        head = stream.read(2000)
    first = head.split("\n", 1)[0].strip()
    if first.startswith("LOCATION,"):
        return "epw"
    if first.lower().startswith(PVGIS_FIRST):
        return "pvgis"
    if path.suffix.lower() == ".json":
        return "pvgis" if '"inputs"' in head and '"location"' in head else None
    return "tmy3" if _is_tmy3(first) else None


def weather_files(source: Path) -> list[Path]:
    """List the weather files that a path names."""
    found = sorted(source.iterdir()) if source.is_dir() else [source]
    return [path for path in found if kind_of(path)]


def read_weather(path: Path) -> pd.DataFrame:
    """Read one typical year."""
    readers: dict[str, Callable[[Path], _Read]] = {
        "epw": _epw,
        "tmy3": _tmy3,
        "pvgis": _pvgis,
    }
    kind = kind_of(path)
    if kind is None:
        raise LayerError(
            "不是 EPW、TMY3 或 PVGIS（TMY）文件。",
            "Neither an EPW, a TMY3 nor a PVGIS (TMY) file.",
            where=str(path),
        )
    check_time()
    size = path.stat().st_size
    over_budget("bytes", size, budget("bytes", MOST_BYTES), str(path), LayerError)
    name = kind.upper()
    with (
        boundary(
            str(path),
            f"读不出这份 {name} 气象文件（{{}}）；PVGIS 请下载“TMY”而非逐时序列，并保留文件头。",
            f"This {name} weather file cannot be read ({{}}); from PVGIS download the TMY, not a "
            "time series, and leave the head of the file as it is.",
            error=LayerError,
        ),
        warnings.catch_warnings(),
    ):
        # What pvlib's readers and pandas have to settle is no word to the user.
        warnings.simplefilter("ignore")
        found = readers[kind](path)
        rows = found.rows[list(COLUMNS)].rename(columns=COLUMNS).astype(float)
    hours = year_of_hours(rows, where=str(path))
    shift_h = found.shift_h + _beside_the_hour(rows)
    return station(hours, lon=found.lon, lat=found.lat, shift_h=shift_h)


def _beside_the_hour(rows: pd.DataFrame) -> float:
    """Give what rounding a zone such as UTC+5:30 to whole hours takes from its clock [h]."""
    ahead_h = rows.index[0].utcoffset().total_seconds() / SECONDS_AN_HOUR
    return float(round(ahead_h) - ahead_h)


def _is_tmy3(first: str) -> bool:
    parts = first.split(",")
    try:
        return len(parts) == TMY3_FIELDS and all(abs(float(one)) <= 9000 for one in parts[3:])  # noqa: PLR2004 -- metres of Everest
    except ValueError:
        return False


def _epw(path: Path) -> _Read:
    from pvlib import iotools  # noqa: PLC0415 -- heavy

    # EnergyPlus numbers hours by their end; pvlib gives their start. Values are means over it.
    rows, about = iotools.read_epw(str(path))
    return _Read(rows, float(about["longitude"]), float(about["latitude"]), _epw_shift(path))


def _epw_shift(path: Path) -> float:
    """Read the moment of an EPW by PVGIS, which keeps single moments and states when they are."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        head = "".join(islice(stream, EPW_HEAD))
    stated = _OFFSET.search(head)
    return float(stated[1]) - HALF_HOUR if stated else 0.0


def _tmy3(path: Path) -> _Read:
    from pvlib import iotools  # noqa: PLC0415 -- heavy

    # One common year for all: pvlib puts the last hour of February after a 29th that the file
    # lacks. Times are the ends of hours, and stay so in pvlib.
    rows, about = iotools.read_tmy3(str(path), coerce_year=REFERENCE_YEAR, map_variables=True)
    rows.index = rows.index - pd.Timedelta(hours=1)
    return _Read(rows, float(about["longitude"]), float(about["latitude"]), 0.0)


def _pvgis(path: Path) -> _Read:
    from pvlib import iotools  # noqa: PLC0415 -- heavy

    form = "json" if path.suffix.lower() == ".json" else "csv"
    rows, about = iotools.read_pvgis_tmy(str(path), pvgis_format=form, map_variables=True)
    inputs: dict[str, Any] = about["inputs"]
    location: dict[str, Any] = inputs.get("location", inputs)
    # Irradiance is that of one moment, some minutes after the full hour: satellites pass then.
    offset = {**inputs, **location}
    named = [float(value) for key, value in offset.items() if "offset" in key.replace("_", " ")]
    return _Read(
        rows,
        float(location["longitude"]),
        float(location["latitude"]),
        (named[0] if named else 0.0) - HALF_HOUR,
    )
