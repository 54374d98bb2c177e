"""How near a sewer or a plant serves, and which sewers are to be renovated."""

from typing import Annotated

from pydantic import BeforeValidator

from nngis.law import citing
from nngis.parameters import Parameters, law_parameter, parameter, read_list
from nngis.plans.sewer.ledger_parameters import ASSUMED
from nngis.text import Text

MEMORY = "据记忆，未核实"


Words = Annotated[tuple[str, ...], BeforeValidator(read_list)]


class ServiceParameters(Parameters):
    """Gaps, catchments, renovation."""

    served_within_m: float = parameter(
        200.0,
        Text("视为有管网服务的距离", "Served by a sewer within"),
        unit="m",
        source=f"需求点至污水管（{ASSUMED}）",
        ge=1.0,
        le=10_000.0,
    )
    plant_reach_m: float = parameter(
        6_000.0,
        Text("附近有厂的距离", "A plant is near within"),
        unit="m",
        source=f"没有需求图层时，只取离各厂更远的乡镇（{ASSUMED}）",
        ge=100.0,
        le=100_000.0,
    )
    most_towns: int = parameter(
        6,
        Text("乡镇替代需求的最多个数", "Towns that stand in for demand, at most"),
        source=f"按离厂由近到远取，只为演示（{ASSUMED}）",
        ge=1,
        le=1_000,
    )
    district_town_low_share: float = parameter(
        0.1,
        Text(
            "城区所辖乡镇人口下限，占区内均值", "Least people of a town in a district, of the mean"
        ),
        source=f"城区人口多在街道（{ASSUMED}）",
        ge=0.0,
        le=10.0,
    )
    district_town_high_share: float = parameter(
        1.0,
        Text(
            "城区所辖乡镇人口上限，占区内均值", "Most people of a town in a district, of the mean"
        ),
        source=f"街道人口密，乡镇低于均值（{ASSUMED}）",
        ge=0.0,
        le=10.0,
    )
    county_town_low_share: float = parameter(
        0.3,
        Text("县（市）乡镇人口下限，占县均值", "Least people of a town in a county, of the mean"),
        source=ASSUMED,
        ge=0.0,
        le=10.0,
    )
    county_town_high_share: float = parameter(
        2.0,
        Text("县（市）乡镇人口上限，占县均值", "Most people of a town in a county, of the mean"),
        source=ASSUMED,
        ge=0.0,
        le=10.0,
    )
    least_bod_mg_l: float = law_parameter(
        "A16.least_bod_mg_l",
        Text("进水 BOD 异常的上限", "Influent BOD below this is abnormal"),
        ge=1.0,
        le=1_000.0,
    )
    renovate_after_years: int = parameter(
        40,
        Text("视为老旧的管龄", "Age from which a sewer is old"),
        unit="年",
        source=citing("A81", then=f"：老旧破损管网；年限为{ASSUMED}"),
        ge=5,
        le=150,
    )
    renovate_materials: Words = parameter(
        ("平口混凝土", "砖砌", "陶土", "陶瓷", "brick", "clay"),
        Text("应更新的管材", "Materials to be replaced"),
        source=f"管材名中含其一（{MEMORY}）",
    )
    renovate_from_grade: int = parameter(
        3,
        Text("应修复的缺陷等级", "Defect grade from which a sewer is mended"),
        source=f"CJJ 181 缺陷等级 3、4 级（{MEMORY}）",
        ge=1,
        le=4,
    )
