"""The rooftop plan's parameters: shares, roofs, yield, grid, carbon; and the county estimate's."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator

from nngis.law import clause_of
from nngis.parameters import Elsewhere, law_parameter, local_parameter, parameter, read_list
from nngis.plans.rooftop.estimate_parameters import EstimateParameters
from nngis.plans.rooftop.ranges import FROM_MEMORY, Range, ShareRange
from nngis.plans.rooftop.yield_parameters import YieldParameters
from nngis.text import Text

CLAUSE_3_5 = clause_of("A37")
MEMORY = FROM_MEMORY


def _none_twice(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


Words = Annotated[tuple[str, ...], BeforeValidator(read_list), AfterValidator(_none_twice)]


class RooftopParameters(YieldParameters, EstimateParameters):
    """What the pilots ask for, what a roof can carry, what the grid takes, what it saves."""

    plan: ClassVar[str] = "rooftop"

    pilot_counties: Words = law_parameter(
        "A37.pilot_counties",
        Text("试点县（市、区）", "Pilot counties"),
        elsewhere=Elsewhere((), "本案例的方案文件没有列出试点"),
    )
    policy_min_share_government: float = law_parameter(
        "A37.policy_min_share_government",
        Text("党政机关最低安装比例", "Least share of government roofs"),
        ge=0.0,
        le=1.0,
    )
    policy_min_share_public: float = law_parameter(
        "A37.policy_min_share_public",
        Text("公共建筑最低安装比例", "Least share of public roofs"),
        ge=0.0,
        le=1.0,
    )
    policy_min_share_industrial_commercial: float = law_parameter(
        "A37.policy_min_share_industrial_commercial",
        Text("工商业最低安装比例", "Least share of industrial and commercial roofs"),
        ge=0.0,
        le=1.0,
    )
    policy_min_share_rural_residential: float = law_parameter(
        "A37.policy_min_share_rural_residential",
        Text("农村居民最低安装比例", "Least share of rural roofs"),
        ge=0.0,
        le=1.0,
    )
    excluded_classes: Words = parameter(
        ("urban_residential",),
        Text("不安装的类别", "Classes that carry none"),
        verified="yes",
        source="试点通知对城镇住宅没有比例；产权分散",
    )
    unfit_forms: Words = parameter(
        ("unfit",),
        Text("不能承载的屋面形式", "Roof forms that carry none"),
        verified="yes",
        source="台账注明屋面不能承载光伏（膜、玻璃、茅草、危房等）",
    )
    min_roof_m2: float = parameter(
        20.0,
        Text("最小屋顶面积", "Smallest roof"),
        unit="m²",
        source=f"约 2 kWp 的户用系统（{MEMORY}）",
        ge=0.0,
        le=1_000.0,
    )
    max_roof_m2: float = parameter(
        300_000.0,
        Text("可信的最大屋顶面积", "Largest roof that is believed"),
        unit="m²",
        source=f"最大的单体厂房约 30 万 m²（{MEMORY}）；更大的多为地块或坐标有误",
        ge=1_000.0,
        le=10_000_000.0,
    )
    doubled_share: float = parameter(
        0.90,
        Text("视为同一屋顶的重叠比例", "Overlap that makes two roofs one"),
        source="两面相交面积占合并面积的比例；同一建筑在两个来源中的轮廓通常如此（假定）",
        ge=0.5,
        le=1.0,
    )
    large_building_m2: float = parameter(
        1_500.0,
        Text("按面积视为工商业的下限", "Area from which size alone says industry"),
        unit="m²",
        source=f"没有标签、名称和用地时的假定（{MEMORY}）",
        ge=100.0,
        le=100_000.0,
    )
    house_max_m2: float = parameter(
        400.0,
        Text("按面积视为农房的上限", "Area up to which size alone says a rural house"),
        unit="m²",
        source=f"没有标签、名称和用地且在建成区外时的假定（{MEMORY}）",
        ge=20.0,
        le=5_000.0,
    )
    flat_usable_share: ShareRange = parameter(
        (0.50, 0.60, 0.70),
        Text("平屋面可用比例", "Usable share of a flat roof"),
        source=f"屋顶可用比例 0.5–0.8（{MEMORY}）",
    )
    metal_usable_share: ShareRange = parameter(
        (0.60, 0.70, 0.80),
        Text("金属屋面可用比例", "Usable share of a metal roof"),
        source=f"屋顶可用比例 0.5–0.8（{MEMORY}）",
    )
    tile_usable_share: ShareRange = parameter(
        (0.50, 0.55, 0.60),
        Text("瓦屋面可用比例", "Usable share of a tile roof"),
        source=f"屋顶可用比例 0.5–0.8，坡屋面取低段（{MEMORY}）",
    )
    flat_density_kwp_m2: Range = parameter(
        (0.10, 0.125, 0.15),
        Text("平屋面装机密度", "Density on a flat roof"),
        unit="kWp/m²",
        source=f"混凝土平屋面 0.10–0.15（{MEMORY}）",
    )
    metal_density_kwp_m2: Range = parameter(
        (0.16, 0.18, 0.20),
        Text("金属屋面装机密度", "Density on a metal roof"),
        unit="kWp/m²",
        source=f"彩钢屋面 0.16–0.20（{MEMORY}）",
    )
    tile_density_kwp_m2: Range = parameter(
        (0.12, 0.14, 0.16),
        Text("瓦屋面装机密度", "Density on a tile roof"),
        unit="kWp/m²",
        source=f"瓦屋面 0.12–0.16（{MEMORY}）",
    )
    flat_cost_cny_w: float = parameter(
        3.5,
        Text("平屋面单位造价", "Cost on a flat roof"),
        unit="CNY/W",
        source=f"2022 年前后分布式造价约 3–4 元/W（{MEMORY}）",
        ge=0.5,
        le=20.0,
    )
    metal_cost_cny_w: float = parameter(
        3.2,
        Text("金属屋面单位造价", "Cost on a metal roof"),
        unit="CNY/W",
        source=f"2022 年前后分布式造价约 3–4 元/W（{MEMORY}）",
        ge=0.5,
        le=20.0,
    )
    tile_cost_cny_w: float = parameter(
        3.8,
        Text("瓦屋面单位造价", "Cost on a tile roof"),
        unit="CNY/W",
        source=f"2022 年前后分布式造价约 3–4 元/W（{MEMORY}）",
        ge=0.5,
        le=20.0,
    )
    reverse_flow_share: float = parameter(
        0.80,
        Text("反向潮流上限（占主变容量）", "Largest reverse flow, of transformer capacity"),
        source=f"DL/T 2041：反向负载率不超过 80%（{MEMORY}）",
        ge=0.0,
        le=1.0,
    )
    substation_reach_m: float = parameter(
        20_000.0,
        Text("接入距离上限", "Farthest substation"),
        unit="m",
        source=f"县域 110 kV 变电站供电距离（{MEMORY}）",
        ge=100.0,
        le=100_000.0,
    )
    grid_factor_kg_kwh: float = local_parameter(
        "rooftop",
        "grid_factor_kg_kwh",
        Text("电网排放因子", "Grid emission factor"),
        elsewhere=Elsewhere(0.5366, "生态环境部 2022 年全国电力平均二氧化碳排放因子"),
        ge=0.0,
        le=1.5,
        note=Text(
            "换用全国因子，减排量约增三分之一。", "The national factor adds about one third."
        ),
    )
    grid_factor_year: int = parameter(
        2022,
        Text("排放因子年份", "Year of the factor"),
        verified="yes",
        source="生态环境部公告的数据年份",
        ge=2005,
        le=2060,
    )
    tce_per_mwh: float = parameter(
        0.1229,
        Text("电力折标准煤（当量值）", "Standard coal of electricity (by heat)"),
        unit="tce/MWh",
        source="GB/T 2589：0.1229 kgce/kWh",
        ge=0.1,
        le=0.4,
    )
    city_energy_tce_a: float | None = parameter(
        None,
        Text("全市能源消费总量", "Energy the city uses"),
        unit="tce/a",
        source="没有公开来源；不给出则不计算对非化石能源占比（A67）的贡献",
        ge=1.0,
        le=1e9,
    )
