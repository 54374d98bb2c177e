"""The heat plan's parameters: what its rules leave to be set, and all that its parts add."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from nngis.law import citing, clause_of
from nngis.parameters import (
    Elsewhere,
    Parameters,
    law_parameter,
    local_parameter,
    parameter,
    read_list,
)
from nngis.plans.heat.emission_factors import EmissionParameters
from nngis.plans.heat.steam.parameters import SteamParameters
from nngis.plans.heat.supply_parameters import SupplyParameters
from nngis.text import Text

CLAUSE_3_8 = clause_of("A63")
FROM_MEMORY = "凭记忆，未核实 / from memory, unverified"
BoilerFuel = Literal["coal", "gas", "oil", "biomass", "waste"]


class RuleParameters(Parameters):
    """What the rules of clause 3(8) leave to be set."""

    supply_radius_m: float = law_parameter(
        "A63.supply_radius_m",
        Text("供热半径", "Supply radius"),
        ge=1_000.0,
        le=50_000.0,
        note=Text("国发〔2023〕24号为30公里。", "State Council document 24 of 2023 says 30 km."),
    )
    threshold_mw: float = law_parameter(
        "A63.threshold_mw",
        Text("热电联产机组容量门槛", "Capacity threshold of a CHP unit"),
        ge=0.0,
        le=2_000.0,
    )
    threshold_op: Literal[">", ">="] = law_parameter(
        "A63.threshold_op",
        Text("与门槛比较", "Comparison with the threshold"),
    )
    threshold_per: Literal["unit", "plant"] = parameter(
        "unit",
        Text("门槛按机组或按电厂", "Threshold by unit or by plant"),
        verified="yes",
        source=citing("A63", ids=False, then="：按机组；国发〔2023〕24号按电厂"),
    )
    close_fuels: Annotated[tuple[BoilerFuel, ...], BeforeValidator(read_list)] = parameter(
        ("coal",),
        Text("关停整合的燃料", "Fuels whose boilers close within the radius"),
        verified="yes",
        source=citing("A63", ids=False, then="：燃煤锅炉；广东省征求意见稿加入生物质锅炉"),
    )
    exempt_peaking: bool = parameter(
        default=False,
        title=Text("调峰锅炉不关停", "Peaking boilers need not close"),
        source=citing(
            "A63",
            ids=False,
            then=f" 没有例外；发改能源〔2016〕617号除外调峰锅炉（{FROM_MEMORY}）",
        ),
    )
    assume_chp: bool = local_parameter(
        "heat",
        "assume_chp",
        Text("未说明的机组视为热电联产", "Take units that do not say so as CHP"),
        elsewhere=Elsewhere(value=False, source="没有说明的机组不算热电联产"),
    )
    retire_max_t_h: float = law_parameter(
        "A57.retire_max_t_h",
        Text("建成区淘汰容量上限", "Largest boiler retired in the built-up area"),
        ge=0.0,
        le=100.0,
    )
    captive_max_mw: float = law_parameter(
        "A62.captive_max_mw",
        Text("自备机组淘汰容量上限", "Largest captive unit retired"),
        ge=0.0,
        le=1_000.0,
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
        source=citing(
            "A63",
            ids=False,
            then=f"：大型燃煤和生物质锅炉；65 t/h 为 GB 13271 与 GB 13223 的分界（{FROM_MEMORY}）",
        ),
    )
    ultra_low_pm_mg_m3: float = law_parameter(
        "A65.pm_mg_m3",
        Text("超低排放烟尘限值", "Ultra-low limit of dust"),
        ge=1.0,
        le=100.0,
    )
    ultra_low_so2_mg_m3: float = law_parameter(
        "A65.so2_mg_m3",
        Text("超低排放二氧化硫限值", "Ultra-low limit of SO2"),
        ge=1.0,
        le=500.0,
    )
    ultra_low_nox_mg_m3: float = law_parameter(
        "A65.nox_mg_m3",
        Text("超低排放氮氧化物限值", "Ultra-low limit of NOx"),
        ge=1.0,
        le=500.0,
    )
    ban_built_up_t_h: float = law_parameter(
        "A58.ban_built_up_t_h",
        Text("建成区禁止新建容量上限", "Largest boiler banned in the built-up area"),
        ge=0.0,
        le=1_000.0,
    )
    ban_elsewhere_t_h: float = law_parameter(
        "A59.ban_elsewhere_t_h",
        Text("其他地区禁止新建容量上限", "Largest boiler banned elsewhere"),
        ge=0.0,
        le=1_000.0,
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
