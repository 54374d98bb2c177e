"""What can be set of coverage: radii, minutes, rings, and how far is still on the road."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from nngis.parameters import Parameters, parameter, read_list
from nngis.plans.charging.demand_parameters import ASSUMED, MEMORY
from nngis.text import Text


def _rising(values: tuple[float, ...]) -> tuple[float, ...]:
    if any(not value > 0 for value in values):
        raise ValueError(Text("每个数须大于 0", "each number must be above zero"))
    return tuple(sorted(set(values)))


Rising = Annotated[tuple[float, ...], BeforeValidator(read_list), AfterValidator(_rising)]


class CoverageParameters(Parameters):
    """Service radii, driving times, rings and gap areas."""

    radii_m: Rising = parameter(
        (900.0, 2_000.0, 5_000.0),
        Text("统计用服务半径", "Radii of coverage"),
        unit="m",
        source=f"0.9 km 为核心区、5 km 为外围（{MEMORY}）；2 km 见广西“十三五”充电设施规划",
    )
    service_radius_m: float = parameter(
        2_000.0,
        Text("服务半径（建成区）", "Service radius in the built-up area"),
        unit="m",
        verified="disputed",
        source="广西“十三五”充电设施规划：核心区服务半径小于 2 km（转载页）",
        ge=100.0,
        le=50_000.0,
    )
    outer_radius_m: float = parameter(
        5_000.0,
        Text("服务半径（建成区外）", "Service radius outside it"),
        unit="m",
        source=MEMORY,
        ge=100.0,
        le=100_000.0,
    )
    minutes: Rising = parameter(
        (8.0,),
        Text("统计用行车时间", "Driving times of coverage"),
        unit="min",
        source=f"以 5–8 分钟路网时间衡量（{MEMORY}）",
    )
    road_speed_km_h: float = parameter(
        30.0,
        Text("没有车速的道路的车速", "Speed on roads that state none"),
        unit="km/h",
        source=ASSUMED,
        ge=1.0,
        le=150.0,
    )
    max_snap_m: float = parameter(
        1_000.0,
        Text("接入道路的最大距离", "Farthest from a road"),
        unit="m",
        source=f"{ASSUMED}；更远的点不在路网上，按直线乘绕行系数估算",
        ge=10.0,
        le=20_000.0,
    )
    detour_ratio: float = parameter(
        1.4,
        Text("路网之外按直线估算的绕行系数", "Detour where the roads at hand do not reach"),
        source=f"{ASSUMED}；只用于离已有道路图层太远的点",
        ge=1.0,
        le=5.0,
    )
    ring_radii_m: Rising = parameter(
        (5_000.0, 10_000.0, 20_000.0),
        Text("圈层半径", "Radii of the rings"),
        unit="m",
        source=f"{ASSUMED}；圆心为需求的中位点",
    )
    gap_cell_m: float = parameter(
        1_000.0,
        Text("空白区格网", "Cells of gap areas"),
        unit="m",
        source=ASSUMED,
        ge=100.0,
        le=20_000.0,
    )
    drawn_cell_m: float = parameter(
        100.0,
        Text("服务范围制图精度", "Raster of drawn service areas"),
        unit="m",
        source=ASSUMED,
        ge=10.0,
        le=1_000.0,
    )
    drawn_width_m: float = parameter(
        300.0,
        Text("道路两侧视为服务到的宽度", "How far beside a road is served"),
        unit="m",
        source=ASSUMED,
        ge=20.0,
        le=3_000.0,
    )
