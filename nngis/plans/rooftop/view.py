"""What the rooftop plan wants drawn and listed."""

from nngis.plans.rooftop.roofs import ROOF_COLUMNS
from nngis.result.mapview import MapLayer, MapView
from nngis.result.result import Sheet
from nngis.text import Text

TITLE = Text("屋顶光伏：整县推进", "Rooftop PV: whole counties")

_COUNTY = ("county", "capacity_kwp", "energy_mwh_a", "co2_avoided_t_a", "roofs_count")
_SHORTFALLS = (
    ("government", Text("党政机关缺口", "Shortfall, government")),
    ("public", Text("公共建筑缺口", "Shortfall, public")),
    ("industrial_commercial", Text("工商业缺口", "Shortfall, industry and commerce")),
    ("rural_residential", Text("农村居民缺口", "Shortfall, rural housing")),
)

VIEW = MapView(
    plan="rooftop",
    title=TITLE,
    layers=(
        *(
            MapLayer(
                "by_county",
                title,
                "polygon",
                "service_area",
                colour_by=f"shortfall_{kind}_m2",
                name="county",
                popup=(*_COUNTY, f"shortfall_{kind}_m2"),
                shown=False,
            )
            for kind, title in _SHORTFALLS
        ),
        MapLayer(
            "by_county",
            Text("分县装机容量", "Capacity by county"),
            "polygon",
            "service_area",
            colour_by="capacity_kwp",
            name="county",
            popup=_COUNTY,
        ),
        MapLayer(
            "roofs",
            Text("屋顶", "Roofs"),
            "polygon",
            "roof",
            colour_by="decision",
            name="roof_id",
            popup=(
                *("county", "township", "class", "class_basis", "area_m2", "usable_share"),
                *("policy_min_share", "capacity_kwp", "energy_mwh_a", "decision", "rule"),
                *("reason", "rank", "tranche", "hosted_kwp", "evidence"),
            ),
        ),
        MapLayer(
            "substations",
            Text("变电站", "Substations"),
            "point",
            "substation",
            name="name_zh",
            popup=(
                *("capacity_mva", "hosting_capacity_mw", "assigned_kwp", "hosted_kwp"),
                "curtailed_kwp",
            ),
        ),
    ),
)

_ENERGY = (
    *("capacity_low_kwp", "capacity_kwp", "capacity_high_kwp"),
    *("energy_low_mwh_a", "energy_mwh_a", "energy_high_mwh_a", "co2_avoided_t_a"),
)
_COUNTS = ("roofs_count", "pilot_count", "phase_2_count", "unsuitable_count", "roofs_unknown_count")
_ROOFS = tuple(name for name in ROOF_COLUMNS if not name.startswith("reason_"))
SHEETS = (
    Sheet(
        Text("屋顶资源台账", "Roofs"),
        "roofs",
        ("roof_id", *_ROOFS, "reason", "class_basis", "roof_form", "policy_min_share", "rank"),
        front=True,
    ),
    Sheet(
        Text("分县区汇总", "By county"),
        "by_county",
        (
            *("county", *_COUNTS, "area_m2", "installed_area_m2", "policy_capacity_kwp", *_ENERGY),
            *(f"shortfall_{kind}_m2" for kind, _ in _SHORTFALLS),
        ),
    ),
    Sheet(
        Text("分乡镇汇总", "By township"),
        "by_township",
        ("group_id", "county", "township", *_COUNTS, "area_m2", *_ENERGY),
    ),
    Sheet(
        Text("分类型比例", "By class"),
        "by_class",
        (
            *("class", *_COUNTS, "area_m2", "installed_area_m2", "policy_min_share"),
            *("installed_share", "shortfall_share", "shortfall_m2", "policy_capacity_kwp"),
            *_ENERGY,
        ),
    ),
    Sheet(
        Text("分县分类型比例", "By county and class"),
        "by_county_class",
        (
            *("group_id", "county", "class", "roofs_count", "area_m2", "installed_area_m2"),
            *("policy_min_share", "installed_share", "shortfall_share", "shortfall_m2"),
            *("policy_capacity_kwp", *_ENERGY),
        ),
    ),
    Sheet(
        Text("推广时序", "Phases"),
        "by_phase",
        ("phase_id", "decision", "tranche", "roofs_count", "area_m2", "cost_10k_cny", *_ENERGY),
    ),
    Sheet(Text("接入能力", "Grid"), "substations"),
    Sheet(Text("未计入的屋顶", "Roofs not counted"), "dropped_roofs"),
    Sheet(Text("分县估算（无轮廓）", "Estimate without outlines"), "county_estimate"),
    Sheet(
        Text("未采用记录", "Rejected rows"),
        "rejects",
        ("file", "sheet", "row", "column", "raw", "reason"),
    ),
)

HEADLINES = (
    *("pilot_capacity_mw", "pv_capacity_mw", "policy_capacity_mw", "pv_energy_gwh_a"),
    "co2_avoided_t_a",
)
BRIEF = (
    Sheet(
        Text("分类型比例", "By class"),
        "by_class",
        (
            *("class", "roofs_count", "area_m2", "policy_min_share", "installed_share"),
            *("capacity_kwp", "energy_mwh_a"),
        ),
    ),
    Sheet(
        Text("分县区汇总", "By county"),
        "by_county",
        (
            *("county", "roofs_count", "pilot_count", "capacity_kwp", "policy_capacity_kwp"),
            *("energy_mwh_a", "co2_avoided_t_a"),
        ),
    ),
    Sheet(
        Text("推广时序", "Phases"),
        "by_phase",
        (
            *("decision", "tranche", "roofs_count", "capacity_kwp", "energy_mwh_a"),
            "cost_10k_cny",
        ),
    ),
)
