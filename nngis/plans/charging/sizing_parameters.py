"""What can be set of a station's size: arrivals, sessions, waits, the grid, prices."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from nngis.parameters import Parameters, parameter, read_list
from nngis.plans.charging.demand_parameters import ASSUMED, MEMORY
from nngis.text import Text

HOURS = 24


def _a_day(values: tuple[float, ...]) -> tuple[float, ...]:
    if len(values) != HOURS or min(values) < 0 or not sum(values) > 0:
        raise ValueError(
            Text("应为 24 个不小于 0、不全为 0 的数", "24 numbers, none below 0, not all 0")
        )
    return values


def _sizes(values: tuple[float, ...]) -> tuple[float, ...]:
    if not values or min(values) <= 0:
        raise ValueError(Text("至少一个规格，且都大于 0", "at least one size, each above 0"))
    return tuple(sorted(set(values)))


DayProfile = Annotated[tuple[float, ...], BeforeValidator(read_list), AfterValidator(_a_day)]
Sizes = Annotated[tuple[float, ...], BeforeValidator(read_list), AfterValidator(_sizes)]


class ArrivalParameters(Parameters):
    """Who comes when, what each takes, and how long a wait is allowed."""

    hourly_arrivals: DayProfile = parameter(
        (
            *(4.0, 2.5, 1.5, 1.0, 1.0, 1.5, 2.5, 3.5, 4.0, 4.5, 4.5, 5.5),
            *(6.5, 6.0, 5.0, 4.5, 4.5, 4.5, 5.0, 5.5, 6.0, 6.0, 6.0, 5.5),
        ),
        Text("居住地附近各小时到达的相对数量", "Arrivals by hour where people live (relative)"),
        source=f"0–23 时；午间与夜间两个高峰的形状（{MEMORY}），只用其比例",
    )
    hourly_arrivals_trips: DayProfile = parameter(
        (
            *(1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0, 3.0, 5.0, 6.5, 7.0, 7.0),
            *(7.0, 6.5, 6.5, 6.5, 6.5, 7.0, 7.0, 6.5, 5.5, 4.0, 2.5, 1.5),
        ),
        Text("出行目的地各小时到达的相对数量", "Arrivals by hour at destinations (relative)"),
        source=f"0–23 时；白天营业时间的形状（{MEMORY}），只用其比例",
    )
    fast_share: float = parameter(
        0.75,
        Text("直流快充占充电次数", "Share of sessions at DC piles"),
        source=f"公共充电以快充为主（{MEMORY}）",
        ge=0.0,
        le=1.0,
    )
    fast_energy_kwh: float = parameter(
        25.0,
        Text("快充一次电量", "Energy of a DC session"),
        unit="kWh",
        source=MEMORY,
        ge=0.1,
        le=1_000.0,
    )
    slow_energy_kwh: float = parameter(
        20.0,
        Text("慢充一次电量", "Energy of an AC session"),
        unit="kWh",
        source=MEMORY,
        ge=0.1,
        le=1_000.0,
    )
    fast_pile_kw: float = parameter(
        60.0,
        Text("直流桩功率", "Power of a DC pile"),
        unit="kW",
        source=f"公共直流桩 60–120 kW（{MEMORY}）",
        ge=1.0,
        le=1_500.0,
    )
    slow_pile_kw: float = parameter(
        7.0,
        Text("交流桩功率", "Power of an AC pile"),
        unit="kW",
        source=f"交流桩 7 kW（{MEMORY}）",
        ge=1.0,
        le=50.0,
    )
    fast_mean_power_share: float = parameter(
        0.75,
        Text("快充平均功率与额定功率之比", "Mean to rated power in a DC session"),
        source=f"{MEMORY}；车辆限流与末端降流",
        ge=0.05,
        le=1.0,
    )
    slow_mean_power_share: float = parameter(
        0.95,
        Text("慢充平均功率与额定功率之比", "Mean to rated power in an AC session"),
        source=MEMORY,
        ge=0.05,
        le=1.0,
    )
    fast_idle_min: float = parameter(
        5.0,
        Text("快充插拔与占位时间", "Time plugged in without charging, DC"),
        unit="min",
        source=ASSUMED,
        ge=0.0,
        le=240.0,
    )
    slow_idle_min: float = parameter(
        30.0,
        Text("慢充充满后占位时间", "Time plugged in without charging, AC"),
        unit="min",
        source=ASSUMED,
        ge=0.0,
        le=1_440.0,
    )
    utilisation_most_share: float = parameter(
        0.28,
        Text("桩时间利用率上限", "Most time that piles are occupied"),
        source="深圳 2022-06-19 至 07-18 实测 18,061 个公共桩：白天 24.5 %、夜间 31.5 %（ST-EVCDP，"
        "含故障离线的桩，故为上限）；取其平均",
        verified="yes",
        ge=0.01,
        le=1.0,
        note=Text(
            "等待时间允许的利用率在大站可达 60 % 以上，高于任何实测平均；规模取两者中较大的。",
            "Waits alone would let big stations be busy over 60 % of the time, more than any "
            "measured mean; the larger number of piles of the two is taken.",
        ),
    )
    service_scv: float = parameter(
        0.5,
        Text("占用时间的变异系数平方", "Squared coefficient of variation of a stay"),
        source=f"{ASSUMED}；0 为等长，1 为指数分布",
        ge=0.0,
        le=4.0,
    )
    fast_wait_target_min: float = parameter(
        10.0,
        Text("快充等待目标", "Longest wait for a DC pile"),
        unit="min",
        source=f"{ASSUMED}；最忙时刻、下述比例的车辆不超过",
        ge=0.0,
        le=240.0,
    )
    slow_wait_target_min: float = parameter(
        30.0,
        Text("慢充等待目标", "Longest wait for an AC pile"),
        unit="min",
        source=ASSUMED,
        ge=0.0,
        le=1_440.0,
    )
    wait_share: float = parameter(
        0.9,
        Text("等待目标所保证的车辆比例", "Share of the cars that wait no longer"),
        source=ASSUMED,
        ge=0.0,
        le=0.999,
    )
    fast_piles_min: int = parameter(
        2, Text("每站最少直流桩", "Least DC piles of a station"), source=ASSUMED, ge=0, le=1_000
    )
    slow_piles_min: int = parameter(
        0, Text("每站最少交流桩", "Least AC piles of a station"), source=ASSUMED, ge=0, le=1_000
    )


class SwapParameters(Parameters):
    """Battery swap, where part of the sessions go to it."""

    swap_share: float = parameter(
        0.0,
        Text("换电占补能次数", "Share of all sessions that swap the battery"),
        source=f"{ASSUMED}；缺省不设换电",
        ge=0.0,
        le=1.0,
    )
    swap_min: float = parameter(
        5.0,
        Text("一次换电时间", "Time of a swap"),
        unit="min",
        source=f"约 3–5 分钟，含进出（{MEMORY}）",
        ge=0.5,
        le=60.0,
    )
    swap_energy_kwh: float = parameter(
        40.0,
        Text("换下电池的补电量", "Energy put back into a swapped battery"),
        unit="kWh",
        source=MEMORY,
        ge=0.1,
        le=1_000.0,
    )
    swap_battery_kwh: float = parameter(
        60.0,
        Text("换电电池容量", "Size of a battery"),
        unit="kWh",
        source=MEMORY,
        ge=0.1,
        le=1_000.0,
    )
    swap_charger_kw: float = parameter(
        60.0,
        Text("换电站每块电池的充电功率", "Power that charges a battery"),
        unit="kW",
        source=MEMORY,
        ge=1.0,
        le=1_500.0,
    )


class GridParameters(Parameters):
    """From the power of the piles to the transformer."""

    fast_simultaneity: float = parameter(
        0.6,
        Text("直流桩同时系数（桩很多时）", "Simultaneity of many DC piles"),
        source=f"设计手册需要系数约 0.4–0.8（{MEMORY}）；桩少时按 Rusck 公式增大",
        ge=0.05,
        le=1.0,
    )
    slow_simultaneity: float = parameter(
        0.4,
        Text("交流桩同时系数（桩很多时）", "Simultaneity of many AC piles"),
        source=f"设计手册需要系数约 0.3–0.8（{MEMORY}）；桩少时按 Rusck 公式增大",
        ge=0.05,
        le=1.0,
    )
    charger_efficiency: float = parameter(
        0.94, Text("充电机效率", "Efficiency of a charger"), source=MEMORY, ge=0.5, le=1.0
    )
    charger_power_factor: float = parameter(
        0.95, Text("充电机功率因数", "Power factor of a charger"), source=MEMORY, ge=0.5, le=1.0
    )
    transformer_load_share: float = parameter(
        0.8,
        Text("变压器最大负载率", "Most load of a transformer"),
        source=MEMORY,
        ge=0.1,
        le=1.0,
    )
    transformer_sizes_kva: Sizes = parameter(
        (100.0, 125.0, 160.0, 200.0, 250.0, 315.0, 400.0, 500.0, 630.0, 800.0, 1_000.0, 1_250.0,
         1_600.0, 2_000.0, 2_500.0),
        Text("变压器标准容量", "Standard sizes of transformers"),
        unit="kVA",
        source=f"R10 优先数系（GB/T 321），10 kV 配电变压器常用至 2,500 kVA（{MEMORY}）",
    )  # fmt: skip
    low_voltage_limit_kw: float = parameter(
        160.0,
        Text("低压接入的最大装机功率", "Most power connected at low voltage"),
        unit="kW",
        source=f"发改能源规〔2020〕1479号：报装 160 kW 及以下低压接入（{MEMORY}）；以供电方案为准",
        ge=0.0,
        le=10_000.0,
    )


class CostParameters(Parameters):
    """Prices; all from memory, to be replaced by the office's own."""

    fast_cost_yuan_kw: float = parameter(
        600.0,
        Text("直流桩单价", "DC piles"),
        unit="元/kW",
        source=f"设备与安装（{MEMORY}）",
        ge=0.0,
        le=100_000.0,
    )
    slow_cost_yuan_pile: float = parameter(
        4_000.0,
        Text("交流桩单价", "AC piles"),
        unit="元/个",
        source=f"设备与安装（{MEMORY}）",
        ge=0.0,
        le=1e6,
    )
    civil_cost_yuan_pile: float = parameter(
        12_000.0,
        Text("每桩土建与电缆", "Civil works and cables of a pile"),
        unit="元/个",
        source=MEMORY,
        ge=0.0,
        le=1e6,
    )
    transformer_cost_yuan_kva: float = parameter(
        450.0,
        Text("箱式变电站单价", "Package substation"),
        unit="元/kVA",
        source=MEMORY,
        ge=0.0,
        le=1e5,
    )
    medium_voltage_cost_yuan: float = parameter(
        250_000.0,
        Text("10 kV 外线接入", "10 kV connection"),
        unit="元",
        source=f"{MEMORY}；与距离有关，须现场核实",
        ge=0.0,
        le=1e8,
    )
    low_voltage_cost_yuan_kw: float = parameter(
        200.0,
        Text("低压接入单价", "Low-voltage connection"),
        unit="元/kW",
        source=MEMORY,
        ge=0.0,
        le=1e5,
    )
    swap_cost_yuan_bay: float = parameter(
        2_500_000.0,
        Text("换电工位单价", "A bay that swaps batteries"),
        unit="元/个",
        source=f"{MEMORY}；含充电仓，不含电池",
        ge=0.0,
        le=1e8,
    )
    battery_cost_yuan_kwh: float = parameter(
        700.0,
        Text("备用电池单价", "Spare batteries"),
        unit="元/kWh",
        source=MEMORY,
        ge=0.0,
        le=1e5,
    )


class SizingParameters(ArrivalParameters, SwapParameters, GridParameters, CostParameters):
    """All that sizes a station."""
