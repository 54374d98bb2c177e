"""What the estimate without footprints leaves to be set: people, floor space, class shares."""

from nngis.parameters import Elsewhere, Parameters, local_parameter, parameter
from nngis.plans.rooftop.ranges import FROM_MEMORY, Range, ShareRange
from nngis.text import Text


class EstimateParameters(Parameters):
    """From people to roofs."""

    urban_share_district: ShareRange = parameter(
        (0.70, 0.82, 0.90),
        Text("市辖区城镇人口比例", "Urban share of people in the city's districts"),
        source=f"2020 年全市约 69 %，市辖区更高（{FROM_MEMORY}）",
    )
    urban_share_county: ShareRange = parameter(
        (0.38, 0.45, 0.52),
        Text("县（市）城镇人口比例", "Urban share of people in the counties"),
        source=f"2020 年全市约 69 %，各县更低（{FROM_MEMORY}）",
    )
    rural_floor_m2_head: Range = parameter(
        (40.0, 48.0, 56.0),
        Text("农村人均住房面积", "Floor space per head, rural"),
        unit="m²",
        source=f"广西农村人均住房面积约 48 m²（{FROM_MEMORY}）",
    )
    urban_floor_m2_head: Range = parameter(
        (35.0, 40.0, 45.0),
        Text("城镇人均住房面积", "Floor space per head, urban"),
        unit="m²",
        source=f"2020 年普查城镇人均约 38.6 m²（{FROM_MEMORY}）",
    )
    rural_storeys: Range = parameter(
        (2.0, 2.5, 3.0),
        Text("农房层数", "Storeys of rural houses"),
        source=f"假定（{FROM_MEMORY}）",
    )
    urban_storeys: Range = parameter(
        (6.0, 8.0, 12.0),
        Text("城镇住宅层数", "Storeys of urban housing"),
        source=f"假定（{FROM_MEMORY}）",
    )
    government_roof_share: ShareRange = parameter(
        (0.01, 0.015, 0.02),
        Text("党政机关占屋顶总面积", "Government's share of all roofs"),
        source=f"假定（{FROM_MEMORY}）",
    )
    public_roof_share: ShareRange = parameter(
        (0.04, 0.06, 0.08),
        Text("公共建筑占屋顶总面积", "Public buildings' share of all roofs"),
        source=f"假定（{FROM_MEMORY}）",
    )
    industrial_commercial_roof_share: ShareRange = parameter(
        (0.12, 0.18, 0.25),
        Text("工商业占屋顶总面积", "Industry's and commerce's share of all roofs"),
        source=f"假定（{FROM_MEMORY}）",
    )
    household_people: float = local_parameter(
        "rooftop",
        "household_people",
        Text("户均人口", "People per household"),
        elsewhere=Elsewhere(
            2.62, "第七次全国人口普查公报：全国家庭户户均 2.62 人（凭记忆，未核实）"
        ),
        ge=1.0,
        le=10.0,
    )
