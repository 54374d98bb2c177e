"""What the sewer plan wants drawn and listed."""

from nngis.plans.sewer.additions import PIPE_COLUMNS
from nngis.plans.sewer.by_county import WORKS
from nngis.plans.sewer.progress import AMOUNTS, TARGET_COLUMNS
from nngis.result.mapview import MapLayer, MapView, PipeNetwork
from nngis.result.result import Sheet
from nngis.text import Text

TITLE = Text("污水：管网与处理能力", "Sewage: sewers and treatment")

VIEW = MapView(
    plan="sewer",
    title=TITLE,
    layers=(
        MapLayer(
            "catchments",
            Text("污水厂收水范围", "Catchments of plants"),
            "polygon",
            "catchment",
            name="name_zh",
            popup=(
                *("name_zh", "upstream_km", "population", "load_m3_d", "capacity_m3_d"),
                *("load_share", "influent_bod_mg_l", "abnormal"),
            ),
        ),
        MapLayer(
            "gaps",
            Text("需求点", "Demand"),
            "point",
            "demand",
            colour_by="decision",
            name="name_zh",
            popup=(
                *("demand_id", "county", "population", "population_low", "population_high"),
                *("people_basis", "decision", "gap_reason"),
                *("sewer_distance_m", "wwtp_id", "build_year", "reason", "evidence"),
            ),
        ),
        MapLayer(
            "projects",
            Text("管网项目", "Sewer projects"),
            "line",
            "sewer",
            colour_by="stage",
            name="name_zh",
            popup=(
                *("project_id", "county", "project_kind", "stage", "plan_year", "declared_km"),
                *("measured_km", "double_km", "counted_km", "ledger_problem", "evidence"),
            ),
        ),
        MapLayer(
            "overlaps",
            Text("重复计列的街道", "Streets listed twice"),
            "line",
            "other",
            name="project_id",
            popup=("project_id", "counted_with", "double_m", "double_basis"),
            shown=False,
        ),
        MapLayer(
            "renovation",
            Text("现状管网", "Sewers that exist"),
            "line",
            "sewer",
            colour_by="decision",
            name="sewer_id",
            popup=(
                *("county", "wwtp_id", "sewer_kind", "diameter_mm", "material", "built_year"),
                *("defect_grade", "length_km", "decision", "rule", "reason"),
            ),
        ),
        MapLayer(
            "routes",
            Text("可能的管线走向", "Routes that sewers might take"),
            "line",
            "sewer",
            name="route_id",
            popup=("route_id", "wwtp_id", "length_m"),
        ),
        MapLayer(
            "pipes",
            Text("拟建管网", "Sewers to build"),
            "line",
            "sewer",
            colour_by="decision",
            name="pipe_id",
            popup=(*PIPE_COLUMNS, "build_year", "decision", "package_id"),
        ),
        MapLayer(
            "manholes",
            Text("检查井", "Manholes"),
            "point",
            "manhole",
            name="manhole_id",
            popup=("manhole_id", "kind", "ground_m", "invert_m", "depth_m", "drop_m"),
            shown=False,
        ),
        MapLayer(
            "lift_stations",
            Text("提升泵站", "Lift stations"),
            "point",
            "lift_station",
            name="lift_station_id",
            popup=(
                *("lift_station_id", "kind", "flow_l_s", "lift_m", "head_m", "pump_kw"),
                *("well_depth_m", "rising_main_m", "cost_yuan"),
            ),
        ),
        MapLayer(
            "plants",
            Text("污水处理厂", "Treatment plants"),
            "point",
            "treatment_plant",
            name="name_zh",
            popup=(
                *("name_zh", "capacity_m3_d", "load_m3_d", "load_basis", "spare_m3_d"),
                *("influent_bod_mg_l", "abnormal", "added_here_m3_d"),
            ),
        ),
    ),
    network=PipeNetwork(Text("污水管道纵断面图", "Sewer long section")),
)

SHEETS = (
    Sheet(
        Text("目标与预测", "Targets"),
        "targets",
        ("target_id", *TARGET_COLUMNS),
    ),
    Sheet(
        Text("管网进度", "Progress"),
        "progress",
        ("county", "year", "done_km", "done_total_km", *AMOUNTS[1:]),
    ),
    Sheet(
        Text("分县区里程", "By county"),
        "by_county",
        ("county", "projects_count", *AMOUNTS, "double_km", *WORKS),
    ),
    Sheet(
        Text("项目清单", "Projects"),
        "projects",
        (
            *("project_id", "name_zh", "county", "project_kind", "stage", "plan_year"),
            *("declared_km", "measured_km", "difference_share", "length_basis", "double_km"),
            *("counted_km", "added_m3_d", "ledger_problem", "evidence"),
        ),
        front=True,
    ),
    Sheet(
        Text("重复里程", "Double counting"),
        "overlaps",
        ("double_id", "project_id", "counted_with", "double_m", "double_basis"),
    ),
    Sheet(
        Text("未服务需求点", "Not served"),
        "gaps",
        (
            *("demand_id", "name_zh", "county", "population", "people_basis", "decision"),
            *("build_year", "pipe_id", "gap_reason", "sewer_distance_m", "reason", "evidence"),
        ),
        where=("decision", ("gap", "build", "defer")),
    ),
    Sheet(Text("分县区服务", "Service by county"), "gaps_by_county"),
    Sheet(Text("厂网平衡", "Plants"), "plants"),
    Sheet(
        Text("改造清单", "To renovate"),
        "renovation",
        (
            *("sewer_id", "county", "wwtp_id", "sewer_kind", "diameter_mm", "material"),
            *("built_year", "age_years", "defect_grade", "length_km", "decision", "rule"),
            *("rules_hit", "reason", "evidence"),
        ),
        where=("decision", ("renovate",)),
    ),
    Sheet(Text("雨污分流方案比较", "Ways to separate rain"), "separation", adds=False),
    Sheet(
        Text("管段设计表", "Pipes"),
        "pipes",
        ("pipe_id", *PIPE_COLUMNS, "build_year", "decision"),
    ),
    Sheet(Text("检查井表", "Manholes"), "manholes"),
    Sheet(Text("提升泵站", "Lift stations"), "lift_stations"),
    Sheet(Text("纵断面", "Long sections"), "sections"),
    Sheet(
        Text("规范符合性", "Compliance"),
        "compliance_summary",
        (
            *("code_rule", "clause", "code_unit", "code_verified", "pass_count", "exempt_count"),
            "fail_count",
        ),
    ),
    Sheet(
        Text("不符合与免检", "Not met or exempt"),
        "compliance",
        (
            *("pipe_id", "clause", "code_rule", "code_value", "code_limit", "code_unit"),
            *("code_result", "code_verified"),
        ),
        where=("code_result", ("fail", "exempt")),
    ),
    Sheet(Text("建设时序", "Packages"), "packages"),
    Sheet(Text("年度计划", "Programme"), "programme"),
    Sheet(
        Text("未采用记录", "Rejected rows"),
        "rejects",
        ("file", "sheet", "row", "column", "raw", "reason"),
    ),
)

HEADLINES = ("sewer_km", "capacity_10k_t_d", "double_km", "design_km", "design_10k_cny")
BRIEF = (
    Sheet(
        Text("分县区里程", "By county"),
        "by_county",
        (
            *("county", "projects_count", "done_km", "new_km", "renovation_km"),
            *("under_way_km", "planned_km", *WORKS),
        ),
    ),
    Sheet(
        Text("未服务需求点", "Not served"),
        "gaps",
        (
            *("demand_id", "name_zh", "county", "population_low", "population_high"),
            *("decision", "gap_reason"),
        ),
        where=("decision", ("gap", "build", "defer")),
    ),
    Sheet(
        Text("改造清单", "To renovate"),
        "renovation",
        (
            *("sewer_id", "county", "diameter_mm", "built_year", "length_km", "decision"),
            "rule",
        ),
        where=("decision", ("renovate",)),
    ),
)
