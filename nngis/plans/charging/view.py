"""What the charging plan wants drawn and listed."""

from nngis.result.mapview import CardBlock, CardRows, MapLayer, MapView, SiteCards
from nngis.result.result import Sheet
from nngis.text import Text

TITLE = Text("充换电设施：覆盖与布点", "Charging: coverage and siting")

_COUNTY = (
    *("county", "population", "existing_count", "built_count", "covered_before_share"),
    *("covered_share", "gap_people", "cost_10k_cny"),
)
CARDS = SiteCards(
    Text("充换电站", "Charging station"),
    "stations",
    ("build",),
    (
        CardBlock(
            Text("基本情况", "Site"),
            "stations",
            ("site_kind", "rule", "reason", "evidence"),
        ),
        CardBlock(
            Text("需求", "Demand"),
            "stations",
            (
                *("covered_weight", "sessions_day", "destination_share", "marginal", "runner_up"),
                "runner_up_covered",
            ),
        ),
        CardBlock(
            Text("规模", "Size"),
            "sizing",
            (
                *("fast_piles_count", "slow_piles_count", "swap_bays_count", "busiest_arrivals_h"),
                *("wait_min", "utilisation_share", "charged_mwh_a"),
            ),
        ),
        CardBlock(Text("接网", "Grid"), "candidates", ("substation_id", "grid_capacity_kw")),
        CardBlock(
            Text("用电", "Power"),
            "sizing",
            (
                *("power_kw", "load_kw", "grid_kva", "grid_connection", "transformers_count"),
                "transformer_kva",
            ),
        ),
        CardBlock(Text("投资", "Cost"), "stations", ("cost_10k_cny",)),
    ),
    (
        CardRows(
            Text("投资明细", "Items of cost"),
            "costs",
            "station_id",
            ("cost_item", "quantity", "unit_price_yuan", "cost_yuan"),
        ),
    ),
    demand="demand",
    served_by="station_id",
    served_m="straight_m",
)
VIEW = MapView(
    plan="charging",
    title=TITLE,
    layers=(
        MapLayer(
            "by_county",
            Text("分县覆盖率", "Coverage by county"),
            "polygon",
            "service_area",
            colour_by="covered_share",
            name="county",
            popup=_COUNTY,
        ),
        MapLayer(
            "reach_before",
            Text("服务范围（现状）", "Reach now"),
            "polygon",
            "service_area",
            colour_by="reach",
            name="reach",
            popup=("limit_m",),
            shown=False,
        ),
        MapLayer(
            "reach_after",
            Text("服务范围（规划后）", "Reach after"),
            "polygon",
            "service_area",
            colour_by="reach",
            name="reach",
            popup=("limit_m",),
            shown=False,
        ),
        MapLayer(
            "gaps",
            Text("空白区", "Gap areas"),
            "polygon",
            "industrial_site",
            colour_by="decision",
            name="gap_id",
            popup=("county", "population", "nev_count", "nearest_m", "area_km2"),
        ),
        MapLayer(
            "demand",
            Text("需求（现状覆盖）", "Demand, covered now"),
            "point",
            "demand",
            colour_by="decision_before",
            name="name_zh",
            popup=("demand_kind", "population", "weight", "straight_before_m", "road_before_m"),
            shown=False,
        ),
        MapLayer(
            "demand",
            Text("需求（规划后覆盖）", "Demand, covered after"),
            "point",
            "demand",
            colour_by="decision",
            name="name_zh",
            popup=(
                *("demand_kind", "county", "population", "weight", "own_radius_m", "straight_m"),
                *("road_m", "station_id"),
            ),
            shown=False,
        ),
        MapLayer(
            "corridors",
            Text("干线走廊", "Long routes"),
            "line",
            "link",
            colour_by="decision",
            name="name_zh",
            popup=("corridor_km", "sites_count", "largest_gap_km", "new_sites_count", "reason"),
            shown=False,
        ),
        MapLayer(
            "corridor_stops",
            Text("沿线补点", "Stops along long routes"),
            "point",
            "candidate",
            colour_by="corridor_site_kind",
            name="site_id",
            popup=("corridor_id", "along_km", "gap_before_km"),
            shown=False,
        ),
        MapLayer(
            "places",
            Text("六类场所与停车场", "Six classes and car parks"),
            "point",
            "site",
            colour_by="decision",
            name="name_zh",
            popup=(
                *("place_class", "decision", "nearest_m", "piles_required_count", "rule", "reason"),
            ),
            shown=False,
        ),
        MapLayer(
            "candidates",
            Text("候选点", "Candidates"),
            "point",
            "candidate",
            colour_by="decision",
            name="name_zh",
            popup=("site_kind", "decision", "reach_weight", "reason"),
            shown=False,
        ),
        MapLayer(
            "stations",
            Text("充电站", "Stations"),
            "point",
            "charging_station",
            colour_by="decision",
            name="name_zh",
            popup=(
                *(
                    "site_kind",
                    "county",
                    "phase_year",
                    "covered_weight",
                    "sessions_day",
                    "marginal",
                ),
                *("runner_up", "cost_10k_cny", "reason"),
            ),
        ),
    ),
    cards=CARDS,
)

_COVER = (
    *("group_kind", "group", "measure", "limit", "population", "weight"),
    *("covered_straight_share", "covered_road_share", "drop_share", "drop_detour_share"),
    *("drop_off_share", "off_road_share", "covered_straight_people", "covered_road_people"),
)
_PLACE = (
    *("place_id", "name_zh", "place_class", "county", "decision", "nearest_m"),
    *("nearest_station_id", "spaces_count", "charging_spaces_count", "piles_required_count"),
    *("piles_missing_count", "rule", "reason"),
)
SHEETS = (
    Sheet(Text("覆盖率统计", "Coverage"), "coverage", _COVER, adds=False),
    Sheet(Text("现状覆盖率", "Coverage now"), "coverage_before", _COVER, adds=False),
    Sheet(
        Text("布点方案", "Stations"),
        "stations",
        (
            *("station_id", "name_zh", "site_kind", "county", "decision", "phase_year"),
            *("covered_weight", "demand_count", "marginal", "runner_up", "runner_up_covered"),
            *("cost_10k_cny", "reason"),
        ),
        front=True,
    ),
    Sheet(Text("六类场所配建清单", "Places that must have chargers"), "places", _PLACE),
    Sheet(Text("分类配建", "Places by class"), "by_class"),
    Sheet(
        Text("配建规则", "Rules"),
        "rules",
        ("rule_id", "place_class", "per", "required_number", "mark", "reason", "source"),
    ),
    Sheet(Text("分期建设", "Phases"), "phases"),
    Sheet(Text("站点规模", "Size of stations"), "sizing"),
    Sheet(Text("费用明细", "Costs"), "costs"),
    Sheet(Text("干线走廊", "Long routes"), "corridors"),
    Sheet(Text("沿线站点", "Stops along routes"), "corridor_stops"),
    Sheet(Text("分县统计", "By county"), "by_county"),
    Sheet(Text("车桩比", "Piles and vehicles"), "pile_access"),
    Sheet(Text("空白区", "Gap areas"), "gaps"),
    Sheet(Text("候选点", "Candidates"), "candidates"),
    Sheet(Text("站数与覆盖率", "Stations against coverage"), "curve", adds=False),
    Sheet(Text("其他方案", "Other plans"), "alternatives", adds=False),
    Sheet(Text("保有量预测", "Vehicles by year"), "fleet", adds=False),
    Sheet(Text("充电站问题", "Problems of the stations"), "station_problems"),
    Sheet(
        Text("未采用记录", "Rejected rows"),
        "rejects",
        ("file", "sheet", "row", "column", "raw", "reason"),
    ),
)

HEADLINES = (
    *("nev_count", "covered_share", "vehicle_per_pile", "vehicle_per_any_pile"),
    "cost_10k_cny",
)
BRIEF = (
    Sheet(
        Text("分县统计", "By county"),
        "by_county",
        (
            *("county", "population", "existing_count", "built_count", "covered_share"),
            *("gap_people", "cost_10k_cny"),
        ),
    ),
    Sheet(
        Text("布点方案", "Stations"),
        "stations",
        (
            *("station_id", "name_zh", "site_kind", "county", "phase_year"),
            *("covered_weight", "cost_10k_cny"),
        ),
        where=("decision", ("build",)),
    ),
    Sheet(
        Text("分期建设", "Phases"),
        "phases",
        ("phase_id", "built_count", "covered_weight", "covered_share", "cost_10k_cny"),
    ),
)
