"""What the plan's targets are, and how a project ledger is counted."""

from nngis.law import clause_of
from nngis.parameters import NO_TARGET, Parameters, law_parameter, parameter
from nngis.text import Text

CLAUSE_3_10 = clause_of("A74")
ASSUMED = "假定"


class LedgerParameters(Parameters):
    """Targets, years, and what makes two lengths differ or two projects one street."""

    sewer_target_km: float | None = law_parameter(
        "A74",
        Text("新增和改造污水管网目标", "Sewers to build or renovate"),
        elsewhere=NO_TARGET,
        ge=0.0,
        le=100_000.0,
    )
    capacity_target_10k_t_d: float | None = law_parameter(
        "A75",
        Text("新增污水处理能力目标", "Treatment capacity to add"),
        elsewhere=NO_TARGET,
        ge=0.0,
        le=10_000.0,
    )
    base_year: int = parameter(
        2020,
        Text("基准年", "Base year"),
        verified="yes",
        source="十四五以 2020 年为基准；此前完成的项目不计",
        ge=2000,
        le=2060,
    )
    target_year: int = parameter(
        2025,
        Text("目标年", "Target year"),
        verified="yes",
        source="方案标题：十四五",
        ge=2001,
        le=2060,
    )
    declared_difference_share: float = parameter(
        0.02,
        Text("上报与量算长度的允许差", "Difference of declared and measured length allowed"),
        source=ASSUMED,
        ge=0.0,
        le=1.0,
    )
    overlap_within_m: float = parameter(
        5.0,
        Text("视为同一条街的距离", "Lines this near are one street's"),
        unit="m",
        source=f"同沟或同幅道路（{ASSUMED}）",
        ge=0.1,
        le=50.0,
    )
    overlap_least_m: float = parameter(
        50.0,
        Text("计为重复的最短长度", "Least length that counts as double"),
        unit="m",
        source=f"更短的多为交叉口和接头（{ASSUMED}）",
        ge=0.0,
        le=10_000.0,
    )
    longest_project_km: float = parameter(
        1_000.0,
        Text("可信的最长项目", "Longest project that is believed"),
        unit="km",
        source=f"全市五年约 592 km；更长且没有图形可核的多为以米填报（{ASSUMED}）",
        ge=1.0,
        le=100_000.0,
    )
