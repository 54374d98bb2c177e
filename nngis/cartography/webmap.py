"""The web map: one HTML file with everything inside, which works with no network at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup

from nngis import fields
from nngis.cartography import assets
from nngis.cartography import backdrop as ground
from nngis.cartography.encode import to_json
from nngis.cartography.layers import DrawnLayer, check_tables, draw_layer, field_words
from nngis.cartography.offline_map import OfflineMap
from nngis.cartography.page import Page
from nngis.cartography.style import badge, badges, shapes, symbol
from nngis.cartography.tiles import Tiles
from nngis.result.mapview import MapView
from nngis.text import Lang, Text

# A map that opens on its data shows a little around it, and never less than some 200 m.
WIDER, LEAST_DEGREES = 0.08, 0.02
WORLD = (-170.0, -60.0, 170.0, 75.0)
SCRIPTS = (
    "map_data.js",
    "map_symbols.js",
    "map_raster.js",
    "map_canvas.js",
    "map_crowd.js",
    "map_hits.js",
    "map_tools.js",
    "map_tiles.js",
    "map_popup.js",
    "map_search.js",
    "map_page.js",
)


@dataclass(frozen=True)
class MapPanel:
    """One plan's part of a map.

    Parameters
    ----------
    view : MapView
        What the plan wants drawn.
    tables : mapping of str to GeoDataFrame
        The tables of its result, by name, in any CRS, each indexed by its text id. A popup may
        ask for the index by its name; where it has none, the map knows no ids to search for.
    """

    view: MapView
    tables: Mapping[str, gpd.GeoDataFrame]


@dataclass(frozen=True)
class DrawnPanel:
    """One plan's layers, ready to draw.

    Parameters
    ----------
    view : MapView
        What the plan asked for.
    layers : tuple of DrawnLayer
        Its layers, in drawing order.
    first : int
        Number of its first layer among all layers of the map.
    """

    view: MapView
    layers: tuple[DrawnLayer, ...]
    first: int


def draw_map(
    panels: Sequence[MapPanel],
    *,
    lang: Lang,
    backdrop: Mapping[str, gpd.GeoDataFrame],
    evidence: str,
    attributions: Sequence[str | Text],
    tiles: Sequence[Tiles] = (),
) -> str:
    """Draw an interactive map that needs no network.

    Parameters
    ----------
    panels : sequence of MapPanel
        The plans, the last one on top.
    lang : {"zh", "en"}
        Language in which the map opens; a button switches it.
    backdrop : mapping of str to GeoDataFrame
        Vectors under the map by role: ``county``, ``water``, ``river``, ``railway``, ``road``,
        ``place``, in any CRS; `name_zh` and `name_en` become labels of counties and places.
    evidence : str
        The weakest evidence used; it stands at the foot of the map.
    attributions : sequence of str or Text
        Sources that the map must name.
    tiles : sequence of Tiles
        Tiles to fetch where there is a network; without them the page asks for nothing.

    Returns
    -------
    str
        The HTML page. Coordinates are in WGS84, points to six and other vertices to five
        decimals of a degree; backdrop lines are generalised to 50 m. The same input gives the
        same text.

    Raises
    ------
    LayerError
        If a table or column that a view names is missing, or a frame has no CRS.
    ValueError
        If there is no such degree of evidence.
    """
    for panel in panels:
        check_tables(panel.view, panel.tables)
    drawn: list[DrawnPanel] = []
    for panel in panels:
        # An empty layer tells nothing beside others; where all are empty the page says so.
        filled = [one for one in panel.view.layers if len(panel.tables[one.table])]
        shown = filled or panel.view.layers
        layers = tuple(draw_layer(one, panel.tables[one.table]) for one in shown)
        drawn.append(DrawnPanel(panel.view, layers, sum(len(one.layers) for one in drawn)))
    under = ground.draw_backdrop(_above_tiles(backdrop) if tiles else backdrop)
    bounds = _bounds(drawn, backdrop)
    context = {
        "lang": lang,
        "title": _title(drawn),
        "panels": drawn,
        "under": [(one["shape"], symbol(one["role"])) for one in under if one["n"]],
        "badge": badge(evidence),
        "evidence_title": fields.get("evidence").title,
        "attributions": [
            Text(source, source) if isinstance(source, str) else source
            for source in dict.fromkeys((*attributions, *(one.attribution for one in tiles)))
        ],
        "tolerance_m": f"{ground.TOLERANCE_M:g}",
        "heading": fields.get,
        "licence": Markup(assets.text("leaflet.LICENSE.txt").replace("\r\n", "\n")),  # noqa: S704
        "data": Markup(to_json(_data(drawn, under, bounds, evidence, tiles))),  # noqa: S704 - holds no "<"
    }
    page = Page(
        "map.html.j2",
        context,
        before=(assets.leaflet_js(), "\n".join(assets.text(name) for name in SCRIPTS)),
        after="nngis.start(map_nngis);",
        servers=[server for one in tiles for server in one.origins],
    )
    page.add_child(_skeleton(bounds), name="map")
    return page.render()


def _skeleton(bounds: Sequence[float]) -> OfflineMap:
    """Return the folium map: no tiles, no links, and a fixed id where folium draws lots."""
    west, south, east, north = bounds
    skeleton = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=9,
        tiles=None,
        zoom_control="topright",
        attributionControl=False,
        zoomSnap=0.25,
        minZoom=3,
        maxZoom=19,
    )
    skeleton._id = "nngis"  # noqa: SLF001
    return skeleton


def _data(
    drawn: Sequence[DrawnPanel],
    under: list[dict[str, Any]],
    bounds: Sequence[float],
    evidence: str,
    tiles: Sequence[Tiles],
) -> dict[str, Any]:
    """Return what the page's script reads."""
    layers = [one for panel in drawn for one in panel.layers]
    ids = [one.data["id"][0] for one in layers]
    return {
        "bounds": bounds,
        "shapes": {name: shape.path for name, shape in shapes().items()},
        "fields": field_words([one.layer for one in layers], [name for name in ids if name]),
        "evidence": evidence,
        "badges": {
            word: [one.colour, one.ink, one.hatched, *one.title] for word, one in badges().items()
        },
        "plans": [list(panel.view.title) for panel in drawn],
        "backdrop": under,
        "tiles": [
            {"url": one.url, "hosts": list(one.hosts), "zoom": one.zoom, "gcj02": one.gcj02}
            for one in tiles
        ],
        "layers": [
            {"plan": at} | one.data for at, panel in enumerate(drawn) for one in panel.layers
        ],
    }


def _above_tiles(backdrop: Mapping[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
    """Keep what tiles do not show, or show otherwise: the counties."""
    return {role: frame for role, frame in backdrop.items() if role == "county"}


def _title(drawn: Sequence[DrawnPanel]) -> Text:
    titles = [panel.view.title for panel in drawn]
    return Text("、".join(one.zh for one in titles), "; ".join(one.en for one in titles))


def _bounds(
    drawn: Sequence[DrawnPanel],
    backdrop: Mapping[str, gpd.GeoDataFrame],
) -> list[float]:
    """Return what the map opens on: the counties, unless all features lie elsewhere."""
    own = [one.bounds for panel in drawn for one in panel.layers if one.bounds]
    counties = ground.county_bounds(backdrop)
    if not own:
        return [round(one, 5) for one in counties or WORLD]
    corners = np.array(own)
    west, south = corners[:, :2].min(axis=0)
    east, north = corners[:, 2:].max(axis=0)
    if any(panel.view.opens_on_data for panel in drawn):
        edge = WIDER * max(east - west, north - south, LEAST_DEGREES)
        near = (west - edge, south - edge, east + edge, north + edge)
        return [round(float(one), 5) for one in near]
    meet = counties and shapely.box(*counties).intersects(shapely.box(west, south, east, north))
    chosen = counties if counties and meet else (west, south, east, north)
    return [round(float(one), 5) for one in chosen]
