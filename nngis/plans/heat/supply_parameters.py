"""What can be set of the steam's supply: radii, balance, network, phases, clusters."""

from typing import Literal

from nngis.parameters import Parameters, parameter
from nngis.text import Text

FROM_MEMORY = "凭记忆，未核实 / from memory, unverified"


class BalanceParameters(Parameters):
    """How much steam there is, and how much of it the boilers ask for."""

    assume_steam_t_h: float | None = parameter(
        None,
        Text("未说明的机组假定抽汽能力", "Steam extraction assumed of a unit that does not say"),
        unit="t/h",
        ge=0.0,
        le=2_000.0,
        source=f"空：不假定，平衡为未知；66万千瓦机组改造 400–800 t/h（{FROM_MEMORY}）",
    )
    existing_load_share: float = parameter(
        0.0,
        Text("未说明的现状热负荷占抽汽能力", "Existing load where it is not given, of extraction"),
        ge=0.0,
        le=1.0,
        source="假定；台账没有“现状热负荷”一列时使用",
    )
    simultaneity_share: float = parameter(
        0.8,
        Text("同时使用系数", "Simultaneity"),
        ge=0.1,
        le=1.0,
        source=f"城市供热规划常用 0.7–0.9（{FROM_MEMORY}）",
    )
    winter_load_share: float = parameter(
        1.0,
        Text("冬季负荷系数", "Load in winter, of the design load"),
        ge=0.0,
        le=1.5,
        source=f"制糖榨季在冬季，取设计负荷（{FROM_MEMORY}）",
    )
    summer_load_share: float = parameter(
        0.8,
        Text("夏季负荷系数", "Load in summer, of the design load"),
        ge=0.0,
        le=1.5,
        source=f"工业热负荷夏季偏低（{FROM_MEMORY}）",
    )
    winter_steam_share: float = parameter(
        1.0,
        Text("冬季可抽汽系数", "Extraction in winter, of the rated"),
        ge=0.0,
        le=1.0,
        source=f"额定值（{FROM_MEMORY}）",
    )
    summer_steam_share: float = parameter(
        0.9,
        Text("夏季可抽汽系数", "Extraction in summer, of the rated"),
        ge=0.0,
        le=1.0,
        source=f"夏季顶峰发电让出部分抽汽（{FROM_MEMORY}）",
    )


class NetworkParameters(Parameters):
    """How pipes follow roads, what they cost, and when a branch pays."""

    off_road_max_m: float = parameter(
        6_000.0,
        Text("离开道路敷设的最大长度", "Longest stretch of pipe off the roads"),
        unit="m",
        ge=10.0,
        le=20_000.0,
        source="假定；内置道路只有主要道路",
    )
    detour_ratio: float = parameter(
        1.35,
        Text("道路以外管线与直线之比", "Pipe over straight line off the roads"),
        ge=1.0,
        le=2.0,
        source=f"道路曲折系数 1.3–1.4（{FROM_MEMORY}）",
    )
    off_road_cost_ratio: float = parameter(
        2.0,
        Text(
            "道路以外每米管线与沿路之比（造价）",
            "Cost of a metre of pipe off the roads over along them",
        ),
        ge=1.0,
        le=10.0,
        source="假定：征地、穿越与施工便道",
    )
    pipe_life_a: float = parameter(
        20.0,
        Text("管网折旧年限", "Life of the network"),
        unit="a",
        ge=1.0,
        le=50.0,
        source=f"热网折旧常用 20 年（{FROM_MEMORY}）",
    )
    interest_share: float = parameter(
        0.05,
        Text("折现率", "Interest"),
        ge=0.0,
        le=0.2,
        source=f"（{FROM_MEMORY}）",
    )
    prune_branches: bool = parameter(
        default=True,
        title=Text("剪去不合算的支线", "Cut branches that do not pay"),
        source="假定；剪去的用户照样关停，改由其他热源（pipe_or）供热",
        note=Text(
            "支线每年的费用高于另找热源多花的钱（含燃料与二氧化碳）即不合算；设为 false 则全部"
            "接管网，所需投资见“关停途径比较”表。",
            "A branch does not pay where it costs more a year than another source of heat would, "
            "fuel and CO2 counted; false lays pipes to all, at what the sheet of ways says.",
        ),
    )
    pipe_or: Literal["gas", "biomass"] = parameter(
        "gas",
        Text("不接管网时的热源", "Heat of those without a pipe"),
        source="假定；按当地燃料供应选择",
    )
    co2_value_yuan_t: float = parameter(
        500.0,
        Text("每吨二氧化碳愿付", "What a tonne of CO2 avoided is worth"),
        unit="元/t",
        ge=0.0,
        le=5_000.0,
        source="假定；用于剪支：与另找热源相比多减的二氧化碳按此计价",
    )
    network_proof_s: float = parameter(
        10.0,
        Text("管网最优性证明时限", "Time to prove the networks cheapest"),
        unit="s",
        ge=0.0,
        le=600.0,
        verified="yes",
        source="nngis；0 时只用启发式与第一下界",
    )


class PhaseParameters(Parameters):
    """Years, budget, and what closing costs."""

    first_year: int = parameter(
        2023,
        Text("首年", "First year"),
        ge=2000,
        le=2100,
        verified="yes",
        source="“十四五”剩余年份 2023–2025",
    )
    last_year: int = parameter(
        2025, Text("末年", "Last year"), ge=2000, le=2100, verified="yes", source="“十四五”末年"
    )
    budget_10k_cny_a: float | None = parameter(
        None,
        Text("年度投资上限", "Budget of a year"),
        unit="万元",
        ge=0.0,
        le=10_000_000.0,
        verified="yes",
        source="空：不设上限，按容量均分到各年",
    )
    closing_cost_10k_cny_t_h: float = parameter(
        2.0,
        Text("每蒸吨拆除与接口费用", "Closing and connecting a t/h"),
        unit="万元/(t/h)",
        ge=0.0,
        le=200.0,
        source=f"工程经验（{FROM_MEMORY}）",
    )
    retired_by_gas: bool = parameter(
        default=True,
        title=Text("热源以外淘汰的锅炉改用天然气", "Boilers retired beyond steam turn to gas"),
        source="假定；否则不计替代热源的排放",
    )
    gas_m3_t_coal: float = parameter(
        450.0,
        Text("替代每吨煤的天然气", "Gas in the place of a tonne of coal"),
        unit="m³/t",
        ge=100.0,
        le=1_000.0,
        source=f"20.9 MJ/kg × 0.70 ÷ (35.5 MJ/m³ × 0.92)（{FROM_MEMORY}）",
    )
    gas_nox_g_m3: float = parameter(
        2.09,
        Text("天然气锅炉氮氧化物系数", "NOx of gas boilers"),
        unit="g/m³",
        ge=0.0,
        le=5.0,
        source="T/CSES 144-2024 表，2.09（公开项目的机器提取结果，单位由其推定）；4430 工业锅炉为"
        f" 18.71 kg/万m³，即 1.87（{FROM_MEMORY}），低 11 %",
        verified="disputed",
    )
    gas_co2_kg_m3: float = parameter(
        2.0,
        Text("天然气二氧化碳系数", "CO2 of gas"),
        unit="kg/m³",
        ge=1.0,
        le=3.0,
        source=f"35.5 MJ/m³ × 56.1 g/MJ（{FROM_MEMORY}）",
    )


class PriceParameters(Parameters):
    """What fuels cost, and boilers that take the place of those that close."""

    coal_price_yuan_t: float = parameter(
        800.0,
        Text("煤价（到厂）", "Price of coal, delivered"),
        unit="元/t",
        ge=0.0,
        le=5_000.0,
        source=f"20.9 MJ/kg（{FROM_MEMORY}）；应换用当地价格",
    )
    gas_price_yuan_m3: float = parameter(
        3.5,
        Text("工业用气价格", "Price of gas for industry"),
        unit="元/m³",
        ge=0.0,
        le=20.0,
        source=f"（{FROM_MEMORY}）；应换用当地价格",
    )
    biomass_price_yuan_t: float = parameter(
        700.0,
        Text("生物质成型燃料价格", "Price of biomass briquettes"),
        unit="元/t",
        ge=0.0,
        le=5_000.0,
        source=f"（{FROM_MEMORY}）；应换用当地价格",
    )
    biomass_t_t_coal: float = parameter(
        1.18,
        Text("替代每吨煤的生物质燃料", "Biomass in the place of a tonne of coal"),
        unit="t/t",
        ge=0.3,
        le=5.0,
        source=f"20.9 MJ/kg × 0.70 ÷ (15.5 MJ/kg × 0.80)（{FROM_MEMORY}）",
    )
    biomass_nox_kg_t: float = parameter(
        1.02,
        Text("生物质锅炉氮氧化物系数", "NOx of biomass boilers"),
        unit="kg/t",
        ge=0.0,
        le=20.0,
        source=f"4430 工业锅炉，成型燃料 1.02 kg/t（{FROM_MEMORY}）",
    )
    gas_boiler_10k_cny_t_h: float = parameter(
        10.0,
        Text("每蒸吨燃气锅炉造价", "Cost of a gas boiler a t/h"),
        unit="万元/(t/h)",
        ge=0.0,
        le=500.0,
        source=f"含接气，不含室外长输管（{FROM_MEMORY}）",
    )
    biomass_boiler_10k_cny_t_h: float = parameter(
        18.0,
        Text("每蒸吨生物质锅炉造价", "Cost of a biomass boiler a t/h"),
        unit="万元/(t/h)",
        ge=0.0,
        le=500.0,
        source=f"含除尘与料场（{FROM_MEMORY}）",
    )


class ClusterParameters(Parameters):
    """What makes a cluster of heat load, and how a back-pressure unit for it is sized."""

    cluster_radius_m: float = parameter(
        3_000.0,
        Text("热负荷集中区半径", "Radius of a heat-load cluster"),
        unit="m",
        ge=500.0,
        le=10_000.0,
        source=f"nngis：3 km 内热负荷密度；{FROM_MEMORY}",
    )
    cluster_min_t_h: float = parameter(
        50.0,
        Text("热负荷集中区最小负荷", "Least load of a cluster"),
        unit="t/h",
        ge=1.0,
        le=1_000.0,
        source=f"背压机组经济规模下限（{FROM_MEMORY}）",
    )
    back_pressure_kwh_t: float = parameter(
        80.0,
        Text("背压机组每吨蒸汽发电", "Power of a back-pressure unit for a tonne of steam"),
        unit="kWh/t",
        ge=20.0,
        le=300.0,
        source=f"次高压背压机组约 60–120 kWh/t（{FROM_MEMORY}）",
    )
    waste_heat_within_m: float = parameter(
        5_000.0,
        Text("余热匹配距离", "Distance within which waste heat is matched"),
        unit="m",
        ge=100.0,
        le=30_000.0,
        source=f"常规蒸汽管网经济距离 5–8 km（{FROM_MEMORY}）",
    )


class SupplyParameters(
    ClusterParameters, PriceParameters, PhaseParameters, NetworkParameters, BalanceParameters
):
    """Balance, network, phases, prices and clusters."""
