"""The heat plan's parameters, each with its clause."""

from typing import ClassVar, Literal

from nngis.result.parameters import Parameters, parameter
from nngis.text import Text

CLAUSE_3_8 = "方案三（八）"


class HeatParameters(Parameters):
    """What the rules of clause 3(8) leave to be set."""

    plan: ClassVar[str] = "heat"

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
