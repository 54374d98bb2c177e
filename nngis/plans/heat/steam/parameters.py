"""What can be set of the steam physics: the steam sent out, what users need, and the pipe."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from nngis.parameters import Elsewhere, Parameters, local_parameter, parameter, read_list
from nngis.plans.heat.steam.feasible import SteamNeeds
from nngis.plans.heat.steam.flow import PipeConditions
from nngis.plans.heat.steam.velocity import VelocityLimits
from nngis.text import Text

FROM_MEMORY = "凭记忆，未核对原文"


def _bounded(values: tuple[float, float, float]) -> tuple[float, float, float]:
    if any(not 5 <= value <= 100 for value in values):  # noqa: PLR2004 - bounds, as `ge` and `le`
        raise ValueError(Text("流速须在 5 到 100 m/s 之间", "each velocity lies in 5 to 100 m/s"))
    return values


Speeds = Annotated[tuple[float, float, float], BeforeValidator(read_list), AfterValidator(_bounded)]


class SteamParameters(Parameters):
    """Steam sent out, needs of the users, and the pipe between; pressures are absolute."""

    steam_source_p_mpa: float = parameter(
        1.6,
        Text("热源出口蒸汽压力（绝对）", "Steam pressure at the source (absolute)"),
        unit="MPa",
        ge=0.2,
        le=10.0,
        source=f"工业蒸汽常用 0.8–1.6 MPa（{FROM_MEMORY}）",
    )
    steam_source_t_c: float = parameter(
        300.0,
        Text("热源出口蒸汽温度", "Steam temperature at the source"),
        unit="°C",
        ge=121.0,
        le=600.0,
        source=f"工业蒸汽常用 200–300 °C（{FROM_MEMORY}）",
    )
    steam_user_p_min_mpa: float = parameter(
        0.8,
        Text("用户最低蒸汽压力（绝对）", "Least steam pressure at the user (absolute)"),
        unit="MPa",
        ge=0.15,
        le=4.0,
        source=f"一般工业用户 0.6–1.0 MPa（{FROM_MEMORY}）",
    )
    steam_user_t_min_c: float = parameter(
        175.0,
        Text("用户最低蒸汽温度", "Least steam temperature at the user"),
        unit="°C",
        ge=100.0,
        le=500.0,
        source=f"0.8 MPa 饱和温度 170.4 °C 加约 5 K 过热（{FROM_MEMORY}）",
    )
    steam_velocity_superheated_m_s: Speeds = parameter(
        (60.0, 50.0, 40.0),
        Text(
            "过热蒸汽最大流速（DN200 以上、DN100–200、DN100 以下）",
            "Highest velocity of superheated steam (above DN200, DN100-200, below DN100)",
        ),
        unit="m/s",
        verified="yes",
        source="设计手册：过热蒸汽 40–60、30–50、30–40 m/s，取上限；CJJ/T 34 另有 35–80（凭记忆）",
    )
    steam_velocity_saturated_m_s: Speeds = parameter(
        (40.0, 35.0, 30.0),
        Text(
            "饱和蒸汽最大流速（DN200 以上、DN100–200、DN100 以下）",
            "Highest velocity of saturated steam (above DN200, DN100-200, below DN100)",
        ),
        unit="m/s",
        verified="yes",
        source="设计手册：饱和蒸汽 30–40、25–35、15–30 m/s，取上限",
    )
    steam_condensate_max_share: float = parameter(
        0.05,
        Text("沿途凝结水最大比例", "Most of the steam that may condense on the way"),
        ge=0.0,
        le=1.0,
        source=f"工程经验：管损 1–3 %/km，低负荷时更高（{FROM_MEMORY}）",
    )
    steam_roughness_mm: float = parameter(
        0.2,
        Text("管壁当量粗糙度", "Equivalent roughness of the pipe"),
        unit="mm",
        ge=0.01,
        le=2.0,
        source=f"CJJ/T 34 蒸汽钢管 0.2 mm（{FROM_MEMORY}）",
    )
    steam_local_share: float = parameter(
        0.3,
        Text("局部阻力与沿程阻力之比", "Local losses as a share of friction"),
        ge=0.0,
        le=2.0,
        source=f"CJJ/T 34 波纹、套筒补偿器 0.2–0.4，方形补偿器 0.7–1.2（{FROM_MEMORY}）",
    )
    steam_bridge_share: float = parameter(
        0.2,
        Text("支架与附件的附加热损失比例", "Heat lost at supports and fittings, as a share"),
        ge=0.0,
        le=1.0,
        source=f"工程经验 0.15–0.25（{FROM_MEMORY}）",
    )
    steam_ambient_c: float = local_parameter(
        "heat",
        "steam_ambient_c",
        Text("环境温度", "Ambient temperature"),
        elsewhere=Elsewhere(20.0, "假定"),
        ge=-40.0,
        le=50.0,
    )


def pipe_conditions(parameters: SteamParameters) -> PipeConditions:
    """Gather what all pipes have in common."""
    return PipeConditions(
        roughness_mm=parameters.steam_roughness_mm,
        local_share=parameters.steam_local_share,
        bridge_share=parameters.steam_bridge_share,
        ambient_c=parameters.steam_ambient_c,
    )


def steam_needs(parameters: SteamParameters) -> SteamNeeds:
    """Gather what the steam must be at a user."""
    limits = VelocityLimits(
        parameters.steam_velocity_superheated_m_s, parameters.steam_velocity_saturated_m_s
    )
    return SteamNeeds(
        p_min_mpa=parameters.steam_user_p_min_mpa,
        t_min_c=parameters.steam_user_t_min_c,
        velocity_max_m_s=limits.fastest_m_s,
        condensate_max_share=parameters.steam_condensate_max_share,
        by_size=limits,
    )
