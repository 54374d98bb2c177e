"""A map to explore in a notebook: a folium map whose scripts come from the package, not the net."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import branca.element
import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.utilities import JsCode
from markupsafe import escape

from nngis import fields
from nngis.cartography import assets
from nngis.cartography.backdrop import TOLERANCE_M
from nngis.cartography.classes import Classified, classify
from nngis.cartography.encode import DIMENSION
from nngis.cartography.layers import check_tables
from nngis.cartography.offline_map import OfflineMap
from nngis.cartography.page import environment
from nngis.cartography.style import badge, shapes, symbol, symbols
from nngis.result.mapview import MapLayer, MapView
from nngis.result.sheets import shown_values
from nngis.text import Lang, Text

Side = Literal["left", "right"]
DIGITS = 6  # of numbers in a popup
PLACES = 5  # of degrees: a metre
_BY_CHANCE = re.compile(r"(?<=[a-z])_([0-9a-f]{32})(?![0-9a-f])")
MANY_CORNERS, COURSE = 20_000, 2e-4  # beyond so many, corners within 20 m of the course go


class ExploreMap(OfflineMap):
    """A folium map that carries Leaflet and jQuery inside, so that it needs no network.

    It is a `folium.Map` in every respect: layers, controls and `folium.plugins` can be added.
    Plugins that bring scripts of their own still fetch those from their makers.
    """

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - as folium's
        """Put the scripts into the page's head, before anything that leans on them."""
        head = self.get_root().header  # type: ignore[attr-defined]
        for name, text in (
            ("leaflet_js", f"<script>{assets.leaflet_js()}</script>"),
            ("leaflet_css", f"<style>{assets.leaflet_css()}</style>"),
            ("jquery_js", f"<script>{assets.text('jquery.js')}</script>"),
            ("markers_js", f"<script>{_marker_script()}{assets.text('map_shapes.js')}</script>"),
            ("explore_css", f"<style>{assets.text('explore.css')}</style>"),
        ):
            head.add_child(raw(text), name=name)
        super().render(**kwargs)  # type: ignore[no-untyped-call]

    def _repr_html_(self, **_: Any) -> str:  # noqa: ANN401 - as folium's
        """Show it in a frame of its own; its quotes stay as they are, which keeps it short."""
        page = self.get_root().render().replace("&", "&amp;").replace("'", "&#39;")
        return (
            f"<iframe srcdoc='{page}' style='width:100%;height:520px;border:0' "
            "allowfullscreen></iframe>"
        )


class ShapeMarker(folium.CircleMarker):
    """A point symbol in the outline that its style names as `shape`."""

    def __init__(self) -> None:
        super().__init__()
        self._name = "ShapeMarker"


def explore_map(
    view: MapView,
    tables: Mapping[str, gpd.GeoDataFrame],
    *,
    lang: Lang,
    backdrop: Mapping[str, gpd.GeoDataFrame],
    evidence: str,
    tiles: str | None = None,
) -> folium.Map:
    """Draw a view as a folium map with layers, tooltips, popups, a legend and a layer control.

    Parameters
    ----------
    view : MapView
        What is to be drawn.
    tables : mapping of str to GeoDataFrame
        Its tables, in any CRS.
    lang : {"zh", "en"}
        Language of the map.
    backdrop : mapping of str to GeoDataFrame
        Vectors under the map by role, as for `draw_map`.
    evidence : str
        The weakest evidence used; it stands in the legend.
    tiles : str, optional
        Tiles that folium knows by name or address, for a machine with a network.

    Returns
    -------
    folium.Map
        The map.

    Raises
    ------
    LayerError
        If a table or column that the view names is missing, or a frame has no CRS.
    """
    made = blank_map(tables.values(), backdrop, tiles=tiles)
    looks = add_view(made, view, tables, lang=lang)
    add_legend(made, view.title, looks, lang=lang, evidence=evidence)
    folium.LayerControl(collapsed=False).add_to(made)
    return made


def blank_map(
    frames: Any,  # noqa: ANN401 - an iterable of frames, those without geometry passed over
    backdrop: Mapping[str, gpd.GeoDataFrame],
    *,
    tiles: str | None = None,
) -> ExploreMap:
    """Make a map that shows the backdrop and is wide enough for the frames."""
    made = ExploreMap(tiles=tiles, prefer_canvas=True, control_scale=True, zoom_control="topleft")
    placed = [one for one in frames if isinstance(one, gpd.GeoDataFrame) and one.crs is not None]
    boxes = np.array([one.geometry.to_crs("EPSG:4326").total_bounds for one in placed])
    boxes = boxes[np.isfinite(boxes).all(axis=1)] if len(boxes) else boxes
    around = None
    if len(boxes):
        west, south = boxes[:, :2].min(axis=0).tolist()
        east, north = boxes[:, 2:].max(axis=0).tolist()
        made.fit_bounds([[south, west], [north, east]])
        margin = max(east - west, north - south)
        around = (west - margin, south - margin, east + margin, north + margin)
    order = {role: at for at, role in enumerate(symbols())}
    for role in sorted(backdrop, key=lambda role: order.get(role, len(order))):
        _add_ground(made, role, backdrop[role], around)
    return made


def add_view(
    made: folium.Map,
    view: MapView,
    tables: Mapping[str, gpd.GeoDataFrame],
    *,
    lang: Lang,
    side: Side | None = None,
) -> list[tuple[MapLayer, Classified]]:
    """Add the layers of a view to a map; return how each was classed."""
    check_tables(view, tables)
    found = []
    for layer in view.layers:
        table = tables[layer.table].to_crs("EPSG:4326")
        table = table.set_geometry(_rounded(table.geometry))
        outlines = table.geometry.to_numpy()
        usable = shapely.get_dimensions(outlines) == DIMENSION[layer.shape]
        table = table[usable & ~shapely.is_empty(outlines)]
        if len(table):
            look = classify(layer, table)
            _features(layer, table, look, lang, side).add_to(made)
            found.append((layer, look))
    return found


def add_legend(
    made: folium.Map,
    title: Text,
    looks: Sequence[tuple[MapLayer, Classified]],
    *,
    lang: Lang,
    evidence: str,
) -> None:
    """Put a legend on the map: every class with its count, and how sure the data are."""
    page = environment().get_template("explore_legend.html.j2")
    text = page.render(
        title=title.say(lang),
        layers=[
            (
                layer.title.say(lang),
                layer.shape,
                look.symbol,
                [(one.title.say(lang), one) for one in look.classes],
            )
            for layer, look in reversed(looks)
        ],
        evidence=badge(evidence).title.say(lang),
        synthetic=evidence == "synthetic",
    )
    made.get_root().html.add_child(raw(text))  # type: ignore[attr-defined]


def _features(
    layer: MapLayer, table: gpd.GeoDataFrame, look: Classified, lang: Lang, side: Side | None
) -> folium.GeoJson:
    """Make folium's layer of a table: styled by class, names as tooltips, columns as popups."""
    styles = [_style(layer, look, code, side) for code in range(len(look.classes))]
    outlines = table.geometry.to_numpy()
    headings, columns = _columns(layer, table, lang)
    names = _names(layer, table)
    features = [
        {
            "type": "Feature",
            "id": f"{at}",
            "properties": {"c": code, "n": names[at], "v": [one[at] for one in columns]},
            "geometry": shapely.geometry.mapping(outlines[at]),
        }
        for at, code in enumerate(look.codes.tolist())
    ]
    placed: Any = {"pane": side} if side else {}
    words = json.dumps(headings, ensure_ascii=False).replace("<", "\\u003c")
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=str(escape(layer.title.say(lang))),
        show=layer.shown,
        style_function=lambda one: styles[one["properties"]["c"]],
        on_each_feature=JsCode(f"(feature, layer) => nngisTell(feature, layer, {words})"),
        marker=ShapeMarker(),
        **placed,
    )


def _style(layer: MapLayer, look: Classified, code: int, side: Side | None) -> dict[str, Any]:
    one, of_role = look.classes[code], look.symbol
    style: dict[str, Any] = {
        "color": "#22303A" if layer.shape == "point" else one.outline,
        "weight": 0.8 if layer.shape == "point" else of_role.width_px,
        "fillColor": one.colour,
        "fillOpacity": 1.0 if layer.shape == "point" else of_role.fill_share,
        "fill": layer.shape != "line",
    }
    if layer.shape == "line":
        style["color"] = one.colour
    if layer.shape == "point":
        style |= {"radius": of_role.size_px, "shape": one.shape}
    if one.dash:
        style["dashArray"] = " ".join(f"{length:g}" for length in one.dash)
    return style | ({"pane": side} if side else {})


def _names(layer: MapLayer, table: pd.DataFrame) -> list[str]:
    """Return what a tooltip shows: the name, or else the id."""
    ids = [str(one) for one in table.index]
    if layer.name is None or layer.name not in table:
        return ids
    pairs = zip(ids, table[layer.name], strict=True)
    return [id_ if pd.isna(name) else str(name) for id_, name in pairs]


def _columns(
    layer: MapLayer, table: pd.DataFrame, lang: Lang
) -> tuple[list[str], list[list[str | None]]]:
    """Return the headings of the popup's columns, and each column as texts; None where empty."""
    headings, columns = [], []
    for name in layer.popup:
        field = fields.get(name)
        column = name if name in table else f"{name}_{lang}"
        if column in table:
            shown = shown_values(table[column], field, lang)
        elif name == table.index.name:
            shown = list(table.index.astype(str))
        else:
            continue
        headings.append(field.heading(lang))
        columns.append([None if one is None else _brief(one) for one in shown])
    return headings, columns


def _brief(value: object) -> str:
    number = isinstance(value, float | np.floating)
    return f"{value:,.{DIGITS}g}" if number and abs(value) < 10**DIGITS else f"{value}"  # type: ignore[arg-type]


def _add_ground(
    made: folium.Map,
    role: str,
    frame: gpd.GeoDataFrame,
    around: tuple[float, float, float, float] | None,
) -> None:
    """Add one role of the quiet ground, generalised as on the other maps, as far as it is near."""
    look = symbol(role)
    if around is not None:
        frame = frame[frame.to_crs("EPSG:4326").intersects(shapely.box(*around)).to_numpy()]
    if frame.empty:
        return
    metric = frame.geometry.dropna().to_crs(frame.estimate_utm_crs())
    plain = metric.simplify(2 * TOLERANCE_M).to_crs("EPSG:4326")
    folium.GeoJson(
        _rounded(plain).to_json(),
        name=role,
        control=False,
        interactive=False,
        style_function=lambda _: {
            "color": look.colour,
            "weight": look.width_px,
            "fillColor": look.fill,
            "fillOpacity": look.fill_share,
            "radius": look.size_px,
            "interactive": False,
        },
        marker=ShapeMarker(),
    ).add_to(made)


def _rounded(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Keep the decimals of a degree that a map shows, and of long outlines the course."""
    plain = shapes.to_numpy()
    if shapely.get_num_coordinates(plain).sum() > MANY_CORNERS:
        plain = shapely.simplify(plain, COURSE)
    plain = shapely.transform(plain, lambda lonlat: lonlat.round(PLACES))
    return gpd.GeoSeries(plain, index=shapes.index, crs=shapes.crs)


def _marker_script() -> str:
    """Give Leaflet's own marker its picture, which it would look for beside a style sheet."""
    return (
        "delete L.Icon.Default.prototype._getIconUrl;"
        f"L.Icon.Default.mergeOptions({{iconUrl: '{assets.data_uri('marker-icon.png')}',"
        "iconRetinaUrl: null, shadowUrl: null});"
        f"const nngisShapes = {json.dumps({name: one.path for name, one in shapes().items()})};"
    )


def raw(text: str) -> branca.element.Element:
    """Return text that folium passes on as it stands: it is never read as a template."""
    return branca.element.Element("{% raw %}" + text + "{% endraw %}")


def numbered(page: str) -> str:
    """Write numbers for the ids that folium draws by chance: the same map is the same bytes.

    Parameters
    ----------
    page : str
        A map's page.

    Returns
    -------
    str
        The page; its parts are known by the order in which they come.

    Examples
    --------
    >>> numbered(f"a_{8 * '0f1e'} b_{8 * '2d3c'} a_{8 * '0f1e'}")
    'a_0 b_1 a_0'
    """
    seen: dict[str, int] = {}
    return _BY_CHANCE.sub(lambda found: f"_{seen.setdefault(found[1], len(seen))}", page)
