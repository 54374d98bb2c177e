"""What can be set of the demand: vehicles by year, and where people and trips are put."""

from nngis.parameters import (
    NO_TARGET,
    UNKNOWN_HERE,
    Elsewhere,
    Parameters,
    law_parameter,
    local_parameter,
    parameter,
)
from nngis.text import Text

MEMORY = "未核实的经验值"
ASSUMED = "本工具的假定"


class DemandParameters(Parameters):
    """New-energy vehicles by year, and how people and trips are spread over places."""

    plan_year: int = parameter(
        2025,
        Text("规划年份", "Year planned for"),
        verified="yes",
        source="“十四五”末年",
        ge=2020,
        le=2060,
    )
    nev_stock_count: float | None = local_parameter(
        "charging",
        "nev_stock_count",
        Text("新能源汽车保有量（基年）", "New-energy vehicles in the base year"),
        elsewhere=UNKNOWN_HERE,
        ge=0.0,
        le=1e8,
    )
    nev_stock_year: int = local_parameter(
        "charging",
        "nev_stock_year",
        Text("保有量基年", "Base year of the stock"),
        elsewhere=Elsewhere(2025, "未给出基年；按规划年份计，不外推"),
        ge=2015,
        le=2060,
    )
    new_cars_a: float | None = local_parameter(
        "charging",
        "new_cars_a",
        Text("年新车销量", "New cars sold in a year"),
        elsewhere=UNKNOWN_HERE,
        ge=0.0,
        le=1e8,
    )
    nev_sales_share: float | None = law_parameter(
        "A32",
        Text("新能源汽车占新车销量", "New-energy share of new cars"),
        elsewhere=NO_TARGET,
        ge=0.0,
        le=1.0,
        per=100.0,
    )
    nev_retired_share: float = parameter(
        0.03,
        Text("新能源汽车年报废率", "Share of new-energy vehicles retired in a year"),
        source=MEMORY,
        ge=0.0,
        le=1.0,
    )
    piles_stock_count: float | None = local_parameter(
        "charging",
        "piles_stock_count",
        Text("充电桩数（基年，含私人桩）", "Piles in the base year, private ones too"),
        elsewhere=UNKNOWN_HERE,
        ge=0.0,
        le=1e8,
    )
    home_pile_share: float = local_parameter(
        "charging",
        "home_pile_share",
        Text("有私人桩的车辆比例", "Share of vehicles with a pile of their own"),
        elsewhere=Elsewhere(
            0.29, "全国 774 万私人桩，约 2,600 万辆（2024 年 8 月，充电联盟；保有量未核实）"
        ),
        ge=0.0,
        le=1.0,
    )
    home_public_share: float = parameter(
        0.20,
        Text("有私人桩的车辆仍在公共站充电的比例", "Public charging left to those with a pile"),
        source=f"{ASSUMED}；与没有私人桩的车辆之比",
        ge=0.0,
        le=1.0,
    )
    sessions_vehicle_day: float = parameter(
        0.36,
        Text(
            "没有私人桩的车辆每日公共充电次数", "Public sessions a day of a vehicle without a pile"
        ),
        unit="次/d",
        source="全国公共充电 53 亿 kWh（2024 年 8 月，充电联盟，转载页）÷ 31 d ÷ 约 2,600 万辆"
        "（保有量未核实）= 6.6 kWh/d；29 % 的车有私人桩，其余每车 8.6 kWh/d，每次 23.75 kWh",
        ge=0.0,
        le=10.0,
    )
    trip_share: float = parameter(
        0.30,
        Text("出行目的地充电占比", "Share of charging at destinations"),
        source=f"{ASSUMED}；其余按居住地计",
        ge=0.0,
        le=1.0,
    )
    place_share_district: float = parameter(
        0.80,
        Text("城区人口按地点分摊的比例", "Share of a district's people spread over places"),
        source=f"{ASSUMED}；其余按乡镇（街道）平分",
        ge=0.0,
        le=1.0,
    )
    place_share_county: float = parameter(
        0.40,
        Text("县（市）人口按地点分摊的比例", "Share of a county's people spread over places"),
        source=f"{ASSUMED}；其余按乡镇平分",
        ge=0.0,
        le=1.0,
    )
    fewest_places_count: int = parameter(
        10,
        Text("按地点分摊所需的最少地点数", "Fewest places that people are spread over"),
        source=f"{ASSUMED}；不足时全部按乡镇平分",
        ge=1,
        le=10_000,
    )
