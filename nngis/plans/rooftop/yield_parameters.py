"""What the yield leaves to be set: the year's course of the sun, the modules, the losses."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from nngis.parameters import Elsewhere, Parameters, local_parameter, parameter, read_list
from nngis.plans.rooftop.ranges import FROM_MEMORY, Range, ShareRange
from nngis.text import Text

MONTHS = 12


def _a_year(value: tuple[float, ...]) -> tuple[float, ...]:
    if len(value) != MONTHS or min(value) <= 0:
        raise ValueError(Text("应为 12 个大于 0 的数", "twelve numbers above 0"))
    return value


Months = Annotated[tuple[float, ...], BeforeValidator(read_list), AfterValidator(_a_year)]


class YieldParameters(Parameters):
    """Weather, mounting and losses."""

    monthly_ghi: Months = local_parameter(
        "rooftop",
        "monthly_ghi",
        Text("各月水平面辐照的相对大小", "Course of the sun over the months (relative)"),
        elsewhere=Elsewhere((1.0,) * MONTHS, "没有本地资料：各月按相等（假定）"),
    )
    monthly_swing_k: float = local_parameter(
        "rooftop",
        "monthly_swing_k",
        Text("月均气温年变幅（半幅）", "Half the swing of monthly temperature"),
        elsewhere=Elsewhere(10.0, "没有本地资料（假定）"),
        ge=0.0,
        le=30.0,
    )
    daily_swing_k: float = local_parameter(
        "rooftop",
        "daily_swing_k",
        Text("气温日变幅（半幅）", "Half the swing of temperature in a day"),
        elsewhere=Elsewhere(5.0, "没有本地资料（假定）"),
        ge=0.0,
        le=20.0,
    )
    linke_turbidity: float = parameter(
        4.5,
        Text("林克浑浊度", "Linke turbidity"),
        source=f"湿润亚热带约 4–5（{FROM_MEMORY}）；只定日内与季内的形状",
        ge=1.0,
        le=10.0,
    )
    ghi_scale: Range = local_parameter(
        "rooftop",
        "ghi_scale",
        Text("水平面总辐照的不确定范围", "Uncertainty of the irradiation (factor)"),
        elsewhere=Elsewhere((0.97, 1.00, 1.10), "没有本地资料（假定）"),
    )
    climate_reach_m: float = parameter(
        30_000.0,
        Text("气候格网或气象站的代表距离", "How far a climate cell or station reaches"),
        unit="m",
        source="内置格网 0.25°，对角线一半约 20 km（推定）；"
        "用单个气象站代表全县时需加大，由使用者负责",
        ge=1_000.0,
        le=500_000.0,
    )
    flat_tilt_deg: float = local_parameter(
        "rooftop",
        "flat_tilt_deg",
        Text("平屋面组件倾角", "Tilt on flat roofs"),
        elsewhere=Elsewhere(15.0, "没有本地资料（假定）；宜接近当地纬度"),
        ge=0.0,
        le=60.0,
    )
    metal_tilt_deg: float = parameter(
        6.0,
        Text("金属屋面坡度", "Pitch of metal roofs"),
        unit="°",
        source=f"门式刚架坡度约 1/10（{FROM_MEMORY}）",
        ge=0.0,
        le=45.0,
    )
    tile_tilt_deg: float = parameter(
        25.0,
        Text("瓦屋面坡度", "Pitch of tile roofs"),
        unit="°",
        source=f"农房坡屋面约 20–30°（{FROM_MEMORY}）",
        ge=0.0,
        le=60.0,
    )
    system_loss_share: ShareRange = parameter(
        (0.07, 0.09, 0.14),
        Text("系统损失（逆变器、温度、入射角之外）", "Losses beside inverter, heat, reflection"),
        source="PVWatts 的分项：污渍 2、遮挡 1、失配 1、线损 1.5、接头 0.5、初始衰减 2、"
        "停机 1 %，合计约 9 %；高值为 PVWatts 缺省 14 %",
    )
    inverter_efficiency: float = parameter(
        0.97,
        Text("逆变器标称效率", "Nominal efficiency of the inverter"),
        source=f"组串式逆变器约 0.97–0.985（{FROM_MEMORY}）",
        ge=0.8,
        le=1.0,
    )
    dc_ac_ratio: float = parameter(
        1.1,
        Text("容配比", "DC to AC ratio"),
        source=f"屋顶项目约 1.0–1.2（{FROM_MEMORY}）",
        ge=0.8,
        le=2.0,
    )
    shade_reach_m: float = parameter(
        0.0,
        Text("遮挡计算半径（0 为不计算）", "Reach of neighbours that shade (0 for none)"),
        unit="m",
        verified="yes",
        source="缺省不计；约 5 倍高差以外的遮挡高度角小于 11°",
        ge=0.0,
        le=500.0,
        note=Text(
            "按台账高度（或层数）与周边轮廓计算；平地假定，不含地形和树木。",
            "From heights (or storeys) and outlines on level ground; no terrain, no trees.",
        ),
    )
    storey_height_m: float = parameter(
        3.0,
        Text("层高", "Height of a storey"),
        unit="m",
        source=f"住宅约 2.8–3.0 m、公共建筑约 3.6–4.2 m（{FROM_MEMORY}）；只在没有高度时用",
        ge=2.0,
        le=10.0,
    )
    gamma_per_k: float = parameter(
        -0.0035,
        Text("组件功率温度系数", "Temperature coefficient of power"),
        unit="1/K",
        source=f"单晶 PERC 约 −0.35 %/K（{FROM_MEMORY}）",
        ge=-0.01,
        le=0.0,
    )
    albedo: float = parameter(
        0.2,
        Text("地面反射率", "Albedo"),
        source="pvlib 缺省",
        ge=0.0,
        le=1.0,
    )
