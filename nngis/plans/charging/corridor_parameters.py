"""What can be set of corridors: the longest gap, and how far beside the road a site counts."""

from nngis.parameters import Parameters, parameter
from nngis.plans.charging.demand_parameters import ASSUMED, MEMORY
from nngis.text import Text


class CorridorParameters(Parameters):
    """Charging along expressways and other long routes."""

    corridor_gap_km: float = parameter(
        50.0,
        Text("沿线充电设施最大间距", "Longest gap between chargers along a route"),
        unit="km",
        source=f"高速公路沿线每 50 km 一处（{MEMORY}）",
        ge=1.0,
        le=1_000.0,
    )
    corridor_beside_m: float = parameter(
        2_000.0,
        Text("离路多远仍算沿线", "How far beside the route a site counts"),
        unit="m",
        source=f"{ASSUMED}；直线距离；内置道路经概化，乡镇以范围中心为点；只计服务区时可取 500 m",
        ge=1.0,
        le=20_000.0,
    )
    corridor_snap_m: float = parameter(
        5_000.0,
        Text("起讫点接入道路的最大距离", "Farthest that an end of a route is from a road"),
        unit="m",
        source=ASSUMED,
        ge=10.0,
        le=50_000.0,
    )
