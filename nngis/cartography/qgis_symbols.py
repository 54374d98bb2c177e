"""Symbols, labels and field names of a layer as QGIS writes them (QML)."""

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from nngis import fields
from nngis.cartography.classes import DrawnClass
from nngis.cartography.style import PT_PER_PX, Symbol, shapes
from nngis.result.mapview import Shape
from nngis.text import Lang

MM_PER_PX = PT_PER_PX * 25.4 / 72
CASING = "#22303A"
BRUSH = {
    "right": "b_diagonal",
    "left": "f_diagonal",
    "cross": "diagonal_x",
    "dots": "dense6",
    "horizontal": "horizontal",
}
KIND: dict[Shape, str] = {"point": "marker", "line": "line", "polygon": "fill"}
GEOMETRY: dict[Shape, tuple[str, str]] = {
    "point": ("0", "Point"),
    "line": ("1", "Line"),
    "polygon": ("2", "Polygon"),
}
TURN = {"triangle_down": "180", "cross": "45"}
# what XML 1.0 cannot hold
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def style_parts(
    shape: Shape,
    symbol: Symbol,
    classes: Sequence[DrawnClass],
    columns: Sequence[str],
    *,
    name: str | None,
    lang: Lang,
) -> list[Element]:
    """Return the parts of a layer's style: renderer, labels, names and values of fields."""
    parts = [_renderer(shape, symbol, classes, lang)]
    if name is not None and symbol.named:
        parts.append(_labels(name))
    parts += [_field_widgets(columns, lang), field_titles(columns, lang)]
    preview = Element("previewExpression")
    preview.text = f'"{name or columns[0]}"' if columns else ""
    geometry = Element("layerGeometryType")
    geometry.text = GEOMETRY[shape][0]
    return [*parts, preview, geometry]


def writable(text: str) -> str:
    r"""Remove from a text what XML cannot hold.

    Examples
    --------
    >>> writable("锅炉\x07房")
    '锅炉房'
    """
    return UNWRITABLE.sub("", text)


def _renderer(shape: Shape, symbol: Symbol, classes: Sequence[DrawnClass], lang: Lang) -> Element:
    plain = DrawnClass(
        symbol.title, symbol.colour, symbol.colour, symbol.shape, "none", symbol.dash, 0
    )
    shown = classes or (plain,)
    ruled = any(one.where for one in shown)
    kind = "RuleRenderer" if ruled else "singleSymbol"
    own = {"type": kind, "symbollevels": "0", "enableorderby": "0", "forceraster": "0"}
    found = Element("renderer-v2", own)
    if ruled:
        rules = SubElement(found, "rules", {"key": "{root}"})
        for at, one in enumerate(shown):
            rule = {"filter": writable(one.where), "key": f"{{rule{at}}}", "symbol": str(at)}
            SubElement(rules, "rule", rule | {"label": writable(one.title.say(lang))})
    symbols = SubElement(found, "symbols")
    for at, one in enumerate(shown):
        own = {"type": KIND[shape], "name": str(at), "alpha": "1", "clip_to_extent": "1"}
        each = SubElement(symbols, "symbol", own | {"force_rhr": "0"})
        for layer, options in _symbol_layers(shape, symbol, one):
            held = {"class": layer, "enabled": "1", "locked": "0", "pass": "0"}
            _options(SubElement(each, "layer", held), options)
    return found


def _symbol_layers(
    shape: Shape, symbol: Symbol, look: DrawnClass
) -> list[tuple[str, dict[str, str]]]:
    if shape == "point":
        return [_marker(symbol, look)]
    if shape == "line":
        return [_line(symbol, look.colour, look.dash)]
    ground = {
        "color": _colour(look.colour, symbol.fill_share),
        "style": "solid",
        "outline_style": "no",
    }
    found = [("SimpleFill", ground)]
    if look.hatch in BRUSH:
        brush = {"color": _colour(look.colour, 1), "style": BRUSH[look.hatch]}
        found.append(("SimpleFill", brush | {"outline_style": "no"}))
    return [*found, _line(symbol, look.outline, symbol.dash)]


def _marker(symbol: Symbol, look: DrawnClass) -> tuple[str, dict[str, str]]:
    bar = look.shape == "bar"
    return "SimpleMarker", {
        "name": shapes()[look.shape].qgis,
        "angle": TURN.get(look.shape, "0"),
        "color": _colour(look.colour, 1),
        "outline_color": _colour(look.colour if bar else CASING, 1),
        "outline_style": "solid",
        "outline_width": "0.8" if bar else "0.2",
        "outline_width_unit": "MM",
        "size": f"{2 * symbol.size_px * MM_PER_PX:.2f}",
        "size_unit": "MM",
        "scale_method": "diameter",
    }


def _line(symbol: Symbol, colour: str, dash: Sequence[float]) -> tuple[str, dict[str, str]]:
    options = {
        "line_color": _colour(colour, 1),
        "line_style": "solid",
        "line_width": f"{symbol.width_px * MM_PER_PX:.2f}",
        "line_width_unit": "MM",
        "joinstyle": "round",
        "capstyle": "flat",
        "use_custom_dash": "1" if dash else "0",
    }
    if dash:
        options["customdash"] = ";".join(f"{length * MM_PER_PX:.2f}" for length in dash)
        options["customdash_unit"] = "MM"
    return "SimpleLine", options


def _labels(name: str) -> Element:
    found = Element("labeling", {"type": "simple"})
    settings = SubElement(found, "settings", {"calloutType": "simple"})
    style = {
        "fieldName": name,
        "isExpression": "0",
        "fontFamily": "Noto Sans SC",
        "fontSize": "8",
        "fontSizeUnit": "Point",
        "textColor": "29,43,51,255",
    }
    text = SubElement(settings, "text-style", style)
    halo = {"bufferDraw": "1", "bufferSize": "0.6", "bufferSizeUnits": "MM"}
    SubElement(text, "text-buffer", halo | {"bufferColor": "251,250,246,255", "bufferOpacity": "1"})
    return found


def _field_widgets(columns: Sequence[str], lang: Lang) -> Element:
    """Return the titles of coded values, so that tables and forms show words."""
    found = Element("fieldConfiguration")
    for column in columns:
        titles = fields.get(column).values
        held = SubElement(found, "field", {"name": column, "configurationFlags": "None"})
        kind = "ValueMap" if titles else "TextEdit"
        config = SubElement(SubElement(held, "editWidget", {"type": kind}), "config")
        if titles:
            outer = SubElement(config, "Option", {"type": "Map"})
            listed = SubElement(outer, "Option", {"name": "map", "type": "List"})
            for value, title in titles.items():
                own = {"name": title.say(lang), "type": "QString", "value": value}
                SubElement(SubElement(listed, "Option", {"type": "Map"}), "Option", own)
    return found


def field_titles(columns: Sequence[str], lang: Lang) -> Element:
    """Return what forms and tables call each column."""
    found = Element("aliases")
    for at, column in enumerate(columns):
        heading = fields.get(column).heading(lang)
        own = {"field": column, "index": str(at), "name": "" if heading == column else heading}
        SubElement(found, "alias", own)
    return found


def _options(parent: Element, options: Mapping[str, str]) -> None:
    held = SubElement(parent, "Option", {"type": "Map"})
    for name, value in options.items():
        SubElement(held, "Option", {"name": name, "type": "QString", "value": value})


def _colour(code: str, share: float) -> str:
    red, green, blue = (int(code[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * share)}"
