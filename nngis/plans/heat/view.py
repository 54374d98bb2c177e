"""What the heat plan wants drawn and listed."""

from nngis.plans.heat.findings import CLOSING
from nngis.result.mapview import MapLayer, MapView
from nngis.result.result import Sheet
from nngis.text import Text

TITLE = Text("供热：燃煤锅炉关停整合", "Heat: coal boilers to close")

VIEW = MapView(
    plan="heat",
    title=TITLE,
    layers=(
        MapLayer(
            "supply_areas",
            Text("供热半径", "Supply areas"),
            "polygon",
            "supply_area",
            name="plant_name",
            popup=("plant_name", "radius_m"),
        ),
        MapLayer(
            "built_up",
            Text("城市建成区", "Built-up area"),
            "polygon",
            "built_up",
            name="name_zh",
            popup=("name_zh", "evidence"),
        ),
        MapLayer(
            "heat_sources",
            Text("热源机组", "Generating units"),
            "point",
            "heat_source",
            colour_by="qualifies",
            name="name_zh",
            popup=("unit", "fuel", "capacity_mw", "status", "qualifies", "reason", "source"),
        ),
        MapLayer(
            "boilers",
            Text("锅炉", "Boilers"),
            "point",
            "boiler",
            colour_by="decision",
            name="name_zh",
            popup=(
                "boiler_id",
                "county",
                "capacity_t_h",
                "fuel",
                "decision",
                "rule",
                "reason",
                "plant_name",
                "distance_m",
                "in_built_up",
                "evidence",
            ),
        ),
    ),
)

_LIST = (
    "boiler_id",
    "name_zh",
    "county",
    "capacity_t_h",
    "fuel",
    "decision",
    "rule",
    "reason",
    "plant_name",
    "distance_m",
    "in_built_up",
    "evidence",
)
SHEETS = (
    Sheet(Text("关停整合清单", "Closure list"), "boilers", _LIST, where=("decision", CLOSING)),
    Sheet(Text("全部锅炉判定", "All boilers"), "boilers", (*_LIST, "rules_hit")),
    Sheet(
        Text("热源", "Heat sources"),
        "heat_sources",
        ("unit_id", "name_zh", "unit", "fuel", "capacity_mw", "status", "qualifies", "reason"),
    ),
    Sheet(Text("按县区汇总", "By county"), "by_county"),
    Sheet(
        Text("未采用记录", "Rejected rows"),
        "rejects",
        ("file", "sheet", "row", "column", "raw", "reason"),
    ),
)
