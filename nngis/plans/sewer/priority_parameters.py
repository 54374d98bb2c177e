"""In what steps the additions are built and drawn, and how treatment is added."""

from nngis.parameters import Elsewhere, Parameters, law_parameter, parameter
from nngis.plans.sewer.ledger_parameters import ASSUMED
from nngis.plans.sewer.service_parameters import Words
from nngis.text import Text


class PriorityParameters(Parameters):
    """Budgets and years of building; steps of treatment."""

    build_km_per_year: float | None = law_parameter(
        "A74",
        Text("每年建设里程", "Kilometres built a year"),
        elsewhere=Elsewhere(None, "本案例的方案文件没有里程目标；不限每年建设量"),
        ge=0.01,
        le=100_000.0,
        per=5.0,
    )
    build_yuan_per_year: float | None = parameter(
        None,
        Text("每年建设资金（给出则代替里程）", "Money a year (in place of kilometres)"),
        unit="CNY",
        source=ASSUMED,
        ge=1.0,
        le=1e12,
    )
    build_from_year: int = parameter(
        2026, Text("开工年份", "First year of building"), source=ASSUMED, ge=2001, le=2100
    )
    build_years: int = parameter(
        5,
        Text("建设年数", "Years of building"),
        source=f"一个五年规划（{ASSUMED}）；其后的列为缓建",
        ge=1,
        le=50,
    )
    left_out_packages: Words = parameter(
        (),
        Text("移出计划的建设包", "Packages left out of the programme"),
        verified="yes",
        source="由使用者选定；其上游的建设包一并缓建",
    )
    section_routes: int = parameter(
        4,
        Text("绘制纵断面的管线数", "Routes drawn as long sections"),
        source=f"由长到短取；一条 10 km 的管线约占四张 A3（{ASSUMED}）",
        ge=1,
        le=1_000,
    )
    plant_step_m3_d: float = parameter(
        10_000.0,
        Text("新增处理能力的单元", "Step in which treatment is added"),
        unit="m³/d",
        source=ASSUMED,
        ge=100.0,
        le=1_000_000.0,
    )
    plants_to_extend: int = parameter(
        5,
        Text("扩建的厂数上限", "Plants to extend, at most"),
        source=ASSUMED,
        ge=1,
        le=100,
    )
    plant_catchment_m: float = parameter(
        40_000.0,
        Text("污水厂的最远收水距离", "Farthest that a plant takes sewage from"),
        unit="m",
        source=f"直线距离（{ASSUMED}）",
        ge=100.0,
        le=200_000.0,
    )
