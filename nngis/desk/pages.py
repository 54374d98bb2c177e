"""The page and its files: what ships in this room, and the map's own scripts and styles."""

from functools import cache
from importlib.resources import files

from nngis.cartography import assets
from nngis.cartography.webmap import SCRIPTS as MAP_SCRIPTS

# Popups and search of the finished maps are not on the desk: "why" and the list do that here.
NOT_HERE = ("map_popup.js", "map_search.js", "map_tiles.js")
SCRIPTS = (
    "desk_wire.js",
    "desk_map.js",
    "desk_list.js",
    "desk_levers.js",
    "desk_side.js",
    "desk_charging.js",
    "desk_plans.js",
    "desk_sewer.js",
    "desk_compare.js",
    "desk_ledger.js",
    "desk_bar.js",
    "desk_start.js",
)


def page() -> str:
    """Return the page; all that it shows comes later, as messages."""
    return _own("desk.html")


@cache
def asset(name: str) -> tuple[str, str] | None:
    """Return a file of the page and its kind; None where there is none of this name."""
    if name in SCRIPTS:
        return _own(name), "text/javascript"
    if name == "map.js":
        own = [one for one in MAP_SCRIPTS if one not in NOT_HERE]
        parts = [assets.leaflet_js(), *(assets.text(one) for one in own)]
        return "\n;\n".join(parts), "text/javascript"
    if name == "desk.css":
        return "\n".join((assets.leaflet_css(), assets.text("nngis.css"), _own(name))), "text/css"
    return None


def _own(name: str) -> str:
    return files("nngis.desk").joinpath("assets", name).read_text(encoding="utf-8")
