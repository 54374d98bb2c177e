"""The design storm, and what separating rain from sewage is priced by."""

from nngis.parameters import Parameters, parameter
from nngis.plans.sewer.design_parameters import FROM_MEMORY
from nngis.plans.sewer.ledger_parameters import ASSUMED
from nngis.plans.sewer.storm import Storm
from nngis.text import Text

FORMULA = "当地公布的暴雨强度公式 q = 167 A1 (1 + C lg P)/(t + b)^n；空：未知"
CODE = "GB 50014-2021 第 4 章"


class SeparationParameters(Parameters):
    """Rain, and combined or misconnected sewers."""

    storm_a1: float | None = parameter(
        None, Text("暴雨强度公式 A1", "Storm formula: A1"), source=FORMULA, ge=0.1, le=1_000.0
    )
    storm_c: float | None = parameter(
        None, Text("暴雨强度公式 C", "Storm formula: C"), source=FORMULA, ge=0.0, le=10.0
    )
    storm_b: float | None = parameter(
        None, Text("暴雨强度公式 b", "Storm formula: b"), unit="min", source=FORMULA,
        ge=0.0, le=100.0,
    )  # fmt: skip
    storm_n: float | None = parameter(
        None, Text("暴雨强度公式 n", "Storm formula: n"), source=FORMULA, ge=0.01, le=2.0
    )
    storm_years: float = parameter(
        3.0,
        Text("雨水管设计重现期", "Return period of storm sewers"),
        unit="a",
        source=f"{CODE}：特大城市中心城区 3～5 年（{FROM_MEMORY}）",
        ge=0.25,
        le=100.0,
    )
    inlet_minutes: float = parameter(
        10.0,
        Text("地面集水时间", "Time to the first inlet"),
        unit="min",
        source=f"{CODE}：5～15 min（{FROM_MEMORY}）",
        ge=1.0,
        le=120.0,
    )
    runoff_share: float = parameter(
        0.65,
        Text("综合径流系数", "Share of rain that runs off"),
        source=f"{CODE}：建筑密集区 0.60～0.70（{FROM_MEMORY}）",
        ge=0.0,
        le=1.0,
    )
    intercept_ratio: float = parameter(
        2.0,
        Text("截流倍数 n0", "Interception ratio n0"),
        source=f"{CODE}：2～5（{FROM_MEMORY}）",
        ge=0.0,
        le=20.0,
    )
    separate_depth_m: float = parameter(
        2.5,
        Text("分流新管的管底埋深（估算用）", "Depth of new sewers of a separation (for costs)"),
        unit="m",
        source=ASSUMED,
        ge=0.7,
        le=10.0,
    )
    mend_yuan_m: float | None = parameter(
        None,
        Text("混错接整治单价（每米管道）", "Mending misconnections, a metre of sewer"),
        unit="元/m",
        source="空：未知；由排查结果定",
        ge=0.0,
        le=1e6,
    )


def storm_of(parameters: SeparationParameters) -> Storm:
    """Gather the design storm; what was not given is NaN."""
    formula = (getattr(parameters, f"storm_{name}") for name in ("a1", "c", "b", "n"))
    a1, c, b, n = (float("nan") if one is None else one for one in formula)
    return Storm(
        a1, c, b, n, parameters.storm_years, parameters.inlet_minutes, parameters.runoff_share
    )
