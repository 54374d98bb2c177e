"""The heat plan's parameters: what its rules leave to be set, and all that its parts add."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from nngis.parameters import Parameters, parameter
from nngis.plans.heat.emission_factors import EmissionParameters
from nngis.plans.heat.steam.parameters import SteamParameters
from nngis.plans.heat.supply_parameters import SupplyParameters
from nngis.text import Text

CLAUSE_3_8 = "方案三（八）"
FROM_MEMORY = "凭记忆，未核实 / from memory, unverified"
BoilerFuel = Literal["coal", "gas", "oil", "biomass", "waste"]


def _words(value: object) -> object:
    """Take a list as typed on the command line: ``coal,biomass``."""
    if isinstance(value, str):
        return tuple(word.strip() for word in value.replace("，", ",").split(",") if word.strip())
    return value


class RuleParameters(Parameters):
    """What the rules of clause 3(8) leave to be set."""

    supply_radius_m: float = parameter(
        15_000.0,
        Text("供热半径", "Supply radius"),
        unit="m",
        ge=10_000.0,
        le=30_000.0,
        source=f"{CLAUSE_3_8}：供热半径15公里",
        note=Text("国发〔2023〕24号为30公里。", "State Council document 24 of 2023 says 30 km."),
    )
    threshold_mw: float = parameter(
        300.0,
        Text("热电联产机组容量门槛", "Capacity threshold of a CHP unit"),
        unit="MW",
        ge=0.0,
        le=2_000.0,
        source=f"{CLAUSE_3_8}：30万千瓦以上热电联产机组",
    )
    threshold_op: Literal[">", ">="] = parameter(
        ">",
        Text("与门槛比较", "Comparison with the threshold"),
        source=f"{CLAUSE_3_8}：“以上”；国发〔2023〕24号为“及以上”",
    )
    threshold_per: Literal["unit", "plant"] = parameter(
        "unit",
        Text("门槛按机组或按电厂", "Threshold by unit or by plant"),
        source=f"{CLAUSE_3_8}：按机组；国发〔2023〕24号按电厂",
    )
    close_fuels: Annotated[tuple[BoilerFuel, ...], BeforeValidator(_words)] = parameter(
        ("coal",),
        Text("关停整合的燃料", "Fuels whose boilers close within the radius"),
        source=f"{CLAUSE_3_8}：燃煤锅炉；广东省征求意见稿加入生物质锅炉",
    )
    exempt_peaking: bool = parameter(
        default=False,
        title=Text("调峰锅炉不关停", "Peaking boilers need not close"),
        source=f"{CLAUSE_3_8} 没有例外；发改能源〔2016〕617号除外调峰锅炉（{FROM_MEMORY}）",
    )
    assume_chp: bool = parameter(
        default=False,
        title=Text("未说明的机组视为热电联产", "Take units that do not say so as CHP"),
        source="假定；公开数据未说明国能南宁是否供热",
    )
    retire_max_t_h: float = parameter(
        10.0,
        Text("建成区淘汰容量上限", "Largest boiler retired in the built-up area"),
        unit="t/h",
        ge=0.0,
        le=100.0,
        source=f"{CLAUSE_3_8}：淘汰城市建成区10蒸吨及以下燃煤锅炉",
    )
    captive_max_mw: float = parameter(
        300.0,
        Text("自备机组淘汰容量上限", "Largest captive unit retired"),
        unit="MW",
        ge=0.0,
        le=1_000.0,
        source=f"{CLAUSE_3_8}：不达标30万千瓦级及以下燃煤自备机组",
    )
    captive_max_t_h: float = parameter(
        1_025.0,
        Text("自备机组锅炉淘汰容量上限", "Largest boiler of a captive unit retired"),
        unit="t/h",
        ge=0.0,
        le=3_500.0,
        source=f"30万千瓦级机组配约 1,025 t/h 锅炉（{FROM_MEMORY}）",
    )
    ultra_low_min_t_h: float = parameter(
        65.0,
        Text("大型锅炉容量下限", "Smallest boiler that counts as large"),
        unit="t/h",
        ge=0.0,
        le=1_000.0,
        source=f"{CLAUSE_3_8}：大型燃煤和生物质锅炉；65 t/h 为 GB 13271 与 GB 13223 的分界"
        f"（{FROM_MEMORY}）",
    )
    ultra_low_pm_mg_m3: float = parameter(
        10.0,
        Text("超低排放烟尘限值", "Ultra-low limit of dust"),
        unit="mg/m³",
        ge=1.0,
        le=100.0,
        source=f"超低排放 10/35/50 mg/m³（{FROM_MEMORY}）",
    )
    ultra_low_so2_mg_m3: float = parameter(
        35.0,
        Text("超低排放二氧化硫限值", "Ultra-low limit of SO2"),
        unit="mg/m³",
        ge=1.0,
        le=500.0,
        source=f"超低排放 10/35/50 mg/m³（{FROM_MEMORY}）",
    )
    ultra_low_nox_mg_m3: float = parameter(
        50.0,
        Text("超低排放氮氧化物限值", "Ultra-low limit of NOx"),
        unit="mg/m³",
        ge=1.0,
        le=500.0,
        source=f"超低排放 10/35/50 mg/m³（{FROM_MEMORY}）",
    )
    ban_built_up_t_h: float = parameter(
        35.0,
        Text("建成区禁止新建容量上限", "Largest boiler banned in the built-up area"),
        unit="t/h",
        ge=0.0,
        le=1_000.0,
        source=f"{CLAUSE_3_8}：禁止城市建成区新建35蒸吨/小时及以下燃煤锅炉",
    )
    ban_elsewhere_t_h: float = parameter(
        10.0,
        Text("其他地区禁止新建容量上限", "Largest boiler banned elsewhere"),
        unit="t/h",
        ge=0.0,
        le=1_000.0,
        source=f"{CLAUSE_3_8}：其他地区禁止新建10蒸吨/小时及以下燃煤锅炉",
    )
    boiler_max_t_h: float = parameter(
        4_000.0,
        Text("可信的最大锅炉容量", "Largest boiler that is believed"),
        unit="t/h",
        ge=100.0,
        le=10_000.0,
        source=f"百万千瓦机组锅炉约 3,000 t/h（{FROM_MEMORY}）；零与更大的容量按缺失处理",
    )


class HeatParameters(SupplyParameters, SteamParameters, EmissionParameters, RuleParameters):
    """Rules, steam, emissions, balance, network, phases and clusters."""

    plan: ClassVar[str] = "heat"
