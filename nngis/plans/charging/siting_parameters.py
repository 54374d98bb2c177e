"""What can be set of places and siting: who must have chargers, how many stations, where not."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from nngis.law import law
from nngis.parameters import (
    UNKNOWN_HERE,
    Parameters,
    law_parameter,
    local_parameter,
    parameter,
    read_list,
)
from nngis.plans.charging.demand_parameters import ASSUMED, MEMORY
from nngis.text import Text

GB_73 = "国办发〔2015〕73号（转载页）"


def _once(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


Words = Annotated[tuple[str, ...], BeforeValidator(read_list), AfterValidator(_once)]
SIX = law("A26.place_classes").words


class PlaceParameters(Parameters):
    """The six classes, car parks, housing: who counts as equipped, and how much is required."""

    equipped_within_m: float = parameter(
        500.0,
        Text("视为已有充电设施的距离", "Distance at which a place counts as equipped"),
        unit="m",
        source=f"{ASSUMED}；直线距离",
        ge=0.0,
        le=10_000.0,
    )
    service_area_piles_per_side: float = parameter(
        4.0,
        Text("服务区每侧充电桩", "Piles a side of a service area"),
        unit="个",
        verified="yes",
        source="广西高速公路：每侧不少于 4 个（2023-03-11 报道的转载页）",
        ge=0.0,
        le=1_000.0,
    )
    hub_piles_count: float = parameter(
        4.0,
        Text("其他五类场所的最少充电桩", "Least piles at the other five classes"),
        unit="个",
        source=f"{ASSUMED}；方案与规范未给数字",
        ge=0.0,
        le=1_000.0,
    )
    car_park_share: float = parameter(
        0.10,
        Text("公共停车场充电车位比例", "Charging share of public car parks"),
        verified="yes",
        source=f"{GB_73}：不低于 10%",
        ge=0.0,
        le=1.0,
    )
    housing_share: float = parameter(
        1.0,
        Text("新建住宅建成或预留比例", "Built-or-reserved share of new housing"),
        verified="yes",
        source=f"{GB_73}：100% 建设或预留",
        ge=0.0,
        le=1.0,
    )
    vehicles_per_station: float = parameter(
        2_000.0,
        Text("每座公共充电站的车辆数", "Vehicles for each public station"),
        unit="辆",
        verified="yes",
        source=f"{GB_73}：每 2,000 辆至少 1 座",
        ge=1.0,
        le=1e6,
    )
    vehicles_per_pile: float | None = local_parameter(
        "charging",
        "vehicles_per_pile",
        Text("车桩比上限", "Most vehicles for a public pile"),
        elsewhere=UNKNOWN_HERE,
        ge=0.1,
        le=1_000.0,
    )


class SitingParameters(Parameters):
    """How many stations, where they may be, how far apart, in which years."""

    new_stations: int | None = parameter(
        None,
        Text("新建充电站数", "New stations"),
        unit="座",
        verified="yes",
        source=f"不给出时按每 2,000 辆 1 座（{GB_73}）减去现有站数",
        ge=0,
        le=5_000,
    )
    siting_aim: Literal["vehicles", "coverage"] = parameter(
        "vehicles",
        Text("选址目标", "What siting is for"),
        source=ASSUMED,
        note=Text(
            "vehicles：先按各县（市、区）的车辆数分配站数，再在其内求覆盖最大；coverage：只求全市"
            "覆盖最大，乡镇与城区一视同仁（均等）。给出投资上限时按 coverage。",
            "vehicles: stations are shared out among the counties by their vehicles, then cover "
            "most within each; coverage: most covered in all, a town like a city quarter (equity). "
            "Under a budget it is coverage.",
        ),
    )
    station_vehicles_min: float = parameter(
        300.0,
        Text("候选点服务半径内的最少车辆", "Least vehicles within reach of a candidate"),
        unit="辆",
        source=f"{ASSUMED}；约 10 台桩在利用率上限下一天的充电车辆",
        ge=0.0,
        le=1e6,
    )
    budget_10k_cny: float | None = parameter(
        None,
        Text("投资上限（代替站数）", "Budget, in place of the number"),
        unit="万元",
        verified="yes",
        source="由用户给出",
        ge=0.0,
        le=1e8,
    )
    station_cost_10k_cny: float = parameter(
        300.0,
        Text("一座站的投资（未给出时）", "Cost of a station that states none"),
        unit="万元",
        source=MEMORY,
        ge=0.1,
        le=100_000.0,
    )
    mandatory_classes: Words = law_parameter(
        "A26.place_classes",
        Text("必须建设的场所类别", "Classes that must get a station"),
        note=Text(
            "已有充电设施的不再建；未知是否已有的按未有处理，并在表中注明。",
            "Those that have chargers get none; those of which it is not known are taken as "
            "lacking, and the table says so.",
        ),
    )
    candidate_classes: Words = parameter(
        (
            *("mall", "department_store", "supermarket", "market_place", "hospital", "town_hall"),
            *("stadium", "sports_centre", "museum", "university", "college", "hotel", "park"),
            *("commercial", "retail", "theme_park"),
        ),
        Text("可作候选点的地点类别", "Classes of places that may be candidates"),
        source=f"{ASSUMED}；多有停车场",
    )
    required_sites: Words = parameter(
        (),
        Text("必须建设的候选点（编号）", "Candidates that must be built, by id"),
        verified="yes",
        source="由用户给出",
    )
    refused_sites: Words = parameter(
        (),
        Text("不得建设的候选点（编号）", "Candidates that must not be built, by id"),
        verified="yes",
        source="由用户给出",
        note=Text("与必须建设的冲突时不建。", "Goes before those that must be built."),
    )
    township_candidates: bool = parameter(
        default=True,
        title=Text("乡镇中心作候选点", "Township centres are candidates"),
        source=f"{ASSUMED}；坐标为范围中心，落位须现场核实",
    )
    grid_candidate_m: float = parameter(
        4_000.0,
        Text("补充候选点的格网", "Cells of candidates added where there are none"),
        unit="m",
        source=f"{ASSUMED}；每格取权重最大的需求点",
        ge=500.0,
        le=50_000.0,
    )
    separation_m: float = parameter(
        800.0,
        Text("站间最小距离", "Least distance of two stations"),
        unit="m",
        source=ASSUMED,
        ge=0.0,
        le=20_000.0,
    )
    station_power_kw: float = parameter(
        600.0,
        Text("选址阶段按此核对电网", "Power of a station, to check the grid by"),
        unit="kW",
        source=f"约 10 台 60 kW 直流桩（{MEMORY}）",
        ge=1.0,
        le=100_000.0,
    )
    substation_reach_m: float = parameter(
        15_000.0,
        Text("接入变电站的最大距离", "Farthest substation"),
        unit="m",
        source=MEMORY,
        ge=100.0,
        le=100_000.0,
    )
    grid_power_factor: float = parameter(
        0.95, Text("功率因数", "Power factor"), source=MEMORY, ge=0.5, le=1.0
    )
    first_year: int = parameter(
        2023,
        Text("首年", "First year"),
        verified="yes",
        source="“十四五”剩余年份 2023–2025",
        ge=2000,
        le=2100,
    )
    last_year: int = parameter(
        2025, Text("末年", "Last year"), verified="yes", source="“十四五”末年", ge=2000, le=2100
    )
    gap_allowed: float = parameter(
        0.001,
        Text("允许的最优差距", "Gap to stop at"),
        verified="yes",
        source="nngis",
        ge=0.0,
        le=0.5,
    )
    time_limit_s: float = parameter(
        20.0,
        Text("求解时限", "Time for the solver"),
        unit="s",
        verified="yes",
        source="nngis",
        ge=0.1,
        le=36_000.0,
    )
    curve_points_count: int = parameter(
        6,
        Text("权衡曲线点数", "Points of the trade-off curve"),
        verified="yes",
        source="nngis",
        ge=0,
        le=100,
    )
    alternatives_count: int = parameter(
        3,
        Text("方案数（含最优）", "Plans shown, the best included"),
        verified="yes",
        source="nngis",
        ge=1,
        le=20,
    )
