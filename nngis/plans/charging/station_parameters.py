"""What can be set of the cleaning of a stations layer: how near is one place, what power is odd."""

from nngis.parameters import Parameters, parameter
from nngis.plans.charging.demand_parameters import ASSUMED, MEMORY
from nngis.text import Text


class StationParameters(Parameters):
    """When rows are one station, and when a number cannot be right."""

    one_station_within_m: float = parameter(
        60.0,
        Text("视为同一站的距离", "Distance within which rows can be one station"),
        unit="m",
        source=ASSUMED,
        ge=0.0,
        le=1_000.0,
    )
    name_alike: float = parameter(
        0.85,
        Text("视为同名的相似度", "How alike two names of one station are"),
        source=f"{ASSUMED}；编号、期数不同的不算同名",
        ge=0.5,
        le=1.0,
    )
    pile_power_most_kw: float = parameter(
        1_000.0,
        Text("单桩功率上限", "Most power of a pile"),
        unit="kW",
        source=f"{ASSUMED}；超过则视为以 W 填报",
        ge=100.0,
        le=10_000.0,
    )
    pile_power_least_kw: float = parameter(
        1.0,
        Text("单桩功率下限", "Least power of a pile"),
        unit="kW",
        source=f"便携式充电也在 1.5 kW 以上（{MEMORY}）",
        ge=0.0,
        le=10.0,
    )
    station_power_most_kw: float = parameter(
        20_000.0,
        Text("整站功率上限（桩数未知时）", "Most power of a station of unknown piles"),
        unit="kW",
        source=ASSUMED,
        ge=1_000.0,
        le=1e6,
    )
    waterway_m: float = parameter(
        20.0,
        Text("离水系线多近视为在水中", "How near a line of water is in the water"),
        unit="m",
        source=f"{ASSUMED}；水系线为河流中线",
        ge=0.0,
        le=1_000.0,
    )
