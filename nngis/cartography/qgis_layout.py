"""The print sheet of a plan as a QGIS layout: the same places on the paper, finished by hand."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from nngis import fields
from nngis.cartography.paper import Box, Paper, lay_out
from nngis.cartography.qgis_symbols import writable
from nngis.cartography.stamp import Stamp, stamp_rows
from nngis.cartography.style import badge
from nngis.cartography.window import Window, choose_window
from nngis.text import Lang, Text
from nngis.units import M_PER_KM

#: How QGIS numbers the kinds of items of a layout.
PAGE, MAP, PICTURE, LABEL, LEGEND, SHAPE, SCALE_BAR = (
    65638,
    65639,
    65640,
    65641,
    65642,
    65643,
    65646,
)
FONT = "Noto Sans CJK SC"
TITLE_PT, HEAD_PT, PLAIN_PT, SMALL_PT = 18.0, 10.0, 8.0, 6.5
LEGEND_HEAD_MM, LEGEND_ROW_MM = 9.0, 4.3  # as QGIS sets them in these sizes
CENTRED, LEFT, MIDDLE, TOP = "4", "1", "128", "32"
OUTLINE_MM = 0.3
HEAD_SHARE = 0.22  # of a title block, for the title itself
CELL_NAME_MM = 17.0
CROSSES, TICKS = "1", "3"  # of a map's grid, and of its frame outwards, as QGIS numbers them
BAR_SHARE = 0.7  # of the room beside the arrow, for the scale bar
ARROW = ":/images/north_arrows/layout_default_north_arrow.svg"
NAME = Text("图纸", "Sheet")
SCALE = "[% '1:' || format_number(map_get(item_variables('map'), 'map_scale'), 0) %]"


@dataclass(frozen=True)
class QgisSheet:
    """What a layout says beside its map.

    Parameters
    ----------
    paper : Paper
        Its paper.
    stamp : Stamp
        Its title block.
    evidence : str
        The weakest evidence used.
    sources : tuple of str
        Where the data come from.
    """

    paper: Paper = field(default_factory=Paper)
    stamp: Stamp = field(default_factory=Stamp)
    evidence: str = ""
    sources: tuple[str, ...] = ()


def layout_element(
    sheet: QgisSheet,
    bounds: Sequence[float],
    *,
    title: Text,
    work_crs: str,
    lang: Lang,
    whole: Sequence[float] | None = None,
    overview_layers: Sequence[str] = (),
    legend_rows: int = 0,
) -> Element:
    """Write the layout of a sheet: frame, map, legend, scales, north arrow, title block, evidence.

    Parameters
    ----------
    sheet : QgisSheet
        Paper, title block, evidence, sources.
    bounds : sequence of float
        West, south, east, north of what is drawn [m] in the work CRS.
    title : Text
        Title of the plan.
    work_crs : str
        The work CRS.
    lang : {"zh", "en"}
        Language.
    whole : sequence of float, optional
        What an overview shows, on which the map is framed; without it there is none.
    overview_layers : sequence of str
        Ids of the layers that the overview draws; all without them.
    legend_rows : int
        Rows of the legend, heads and classes; many are set smaller, so that they fit.

    Returns
    -------
    Element
        The ``Layout`` of a project; the map fits the bounds at a round scale.
    """
    boxes = lay_out(sheet.paper)
    window = choose_window(bounds, boxes.frame)
    found, items = _blank(NAME.say(lang), sheet.paper)
    items.shape(boxes.border, "border")
    _grid(items.map(boxes.frame, window), window, sheet.paper.unit)
    items.label(boxes.title, title.say(lang), "title", points=TITLE_PT, across=CENTRED)
    _head(items, boxes.head, window)
    if whole:
        around = choose_window(whole, boxes.inset, exact=True)
        _overview(items.map(boxes.inset, around, "overview", layers=overview_layers))
    items.legend(boxes.legend, Text("图例", "Legend").say(lang), legend_rows)
    _title_block(items, boxes.stamp, title.say(lang), stamp_rows(sheet.stamp, work_crs), lang)
    items.label(boxes.strip, _strip(sheet, lang), "strip", points=SMALL_PT, down=TOP)
    return found


def picture_layout(name: str, file: str) -> Element:
    """Write a layout that is one picture, as large as its page of A3.

    Parameters
    ----------
    name : str
        Name of the layout.
    file : str
        Path of the picture from the project, with forward slashes.

    Returns
    -------
    Element
        The ``Layout`` of a project.
    """
    found, items = _blank(name, Paper())
    items.picture(Box(0, 0, items.paper.width_mm, items.paper.height_mm), "section", file)
    return found


def _blank(name: str, paper: Paper) -> tuple[Element, "_Items"]:
    """Begin a layout of one page."""
    own = {"name": writable(name), "units": "mm", "printResolution": "300", "worldFileMap": ""}
    found = Element("Layout", own)
    items = _Items(found, paper)
    pages = SubElement(found, "PageCollection")
    items.add(pages, PAGE, Box(0, 0, paper.width_mm, paper.height_mm), "page")
    return found, items


def _grid(found: Element, window: Window, unit: float) -> None:
    """Give a map the ticks and coordinates that the print sheet has."""
    from nngis.cartography.neatline import label_every, tick_step_m  # noqa: PLC0415 - as above

    step = tick_step_m(window)
    every = step * label_every(window, step, unit)
    sides = ("left", "right", "top", "bottom")
    upright = {f"{side}AnnotationDirection": str(int(side in sides[:2])) for side in sides}
    outside = {f"{side}AnnotationPosition": "1" for side in sides}
    shown = {f"{side}AnnotationDisplay": "0" for side in sides}
    plain = {f"{side}FrameDivisions": "0" for side in sides}
    grid = SubElement(
        found,
        "ComposerMapGrid",
        {
            "name": "grid", "uuid": _uuid("grid"), "show": "1", "unit": "0", "gridStyle": CROSSES,
            "crossLength": "1.5", "intervalX": f"{every:g}", "intervalY": f"{every:g}",
            "offsetX": "0", "offsetY": "0", "gridFrameStyle": TICKS, "gridFrameWidth": "1.8",
            "gridFrameSideFlags": "15", "gridFramePenThickness": "0.2", "gridFrameMargin": "0",
            "gridFramePenColor": "0,0,0,255", "showAnnotation": "1", "annotationFormat": "0",
            "annotationPrecision": "0", "frameAnnotationDistance": "1",
            "annotationFontColor": "0,0,0,255",
            **upright, **outside, **shown, **plain,
        },
    )  # fmt: skip
    size = f"{SMALL_PT * unit:g}"
    own = {"fontFamily": FONT, "fontSize": size, "fontSizeUnit": "Point", "textColor": "0,0,0,255"}
    SubElement(grid, "text-style", {**own, "textOpacity": "1", "fontWeight": "50"})


def _overview(found: Element) -> None:
    """Frame on a small map what the large one shows."""
    own = {"name": "overview", "uuid": _uuid("shown"), "show": "1", "frameMap": _uuid("map")}
    view = SubElement(found, "ComposerMapOverview", {**own, "inverted": "0", "centered": "0"})
    symbol = SubElement(view, "symbol", {"type": "fill", "alpha": "1", "name": ""})
    layer = SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "pass": "0"})
    options = SubElement(layer, "Option", {"type": "Map"})
    look = {"style": "no", "outline_style": "solid", "outline_color": "163,38,42,255"}
    for name, value in (look | {"outline_width": "0.4"}).items():
        SubElement(options, "Option", {"name": name, "type": "QString", "value": value})


def _head(items: "_Items", box: Box, window: Window) -> None:
    from nngis.cartography.furniture import bar_step_m  # noqa: PLC0415 - matplotlib comes late

    half = box.height / 2
    wide = box.width - half
    items.label(Box(box.left, box.bottom + half, wide, half), SCALE, "scale", points=HEAD_PT)
    part_m = bar_step_m(wide * BAR_SHARE, window.m_per_mm)
    items.scale_bar(Box(box.left, box.bottom, wide, half), part_m, window.m_per_mm)
    arrow = {"mapUuid": _uuid("map"), "northMode": "0"}
    items.picture(Box(box.left + wide, box.bottom, half, box.height), "north arrow", ARROW, **arrow)


def _strip(sheet: QgisSheet, lang: Lang) -> str:
    from nngis.cartography.furniture import DISCLAIMER  # noqa: PLC0415 - as above

    shown = badge(sheet.evidence)
    evidence = f"{fields.get('evidence').title.say(lang)} · {shown.title.say(lang)}"
    named = Text("资料来源：", "Sources: ").say(lang) + Text("；", "; ").say(lang).join(
        sheet.sources
    )
    first = f"{evidence}  {shown.sentence.say(lang)}  {DISCLAIMER.say(lang)}"
    return f"{first}\n{named}" if sheet.sources else first


def _title_block(
    items: "_Items",
    box: Box,
    title: str,
    rows: Sequence[Sequence[tuple[Text, Text]]],
    lang: Lang,
) -> None:
    head = box.height * HEAD_SHARE
    top = Box(box.left, box.top - head, box.width, head)
    items.label(top, title, "stamp title", points=HEAD_PT, across=CENTRED, framed=True)
    high = (box.height - head) / len(rows)
    for number, cells in enumerate(rows):
        low = box.top - head - (number + 1) * high
        wide = box.width / len(cells)
        for at, (name, value) in enumerate(cells):
            left, split = box.left + at * wide, CELL_NAME_MM * items.paper.unit
            id_ = name.en.lower()
            items.label(
                Box(left, low, split, high), name.say(lang), f"{id_} name", across=CENTRED,
                framed=True,
            )  # fmt: skip
            items.label(
                Box(left + split, low, wide - split, high), value.say(lang), id_, framed=True
            )


class _Items:
    """Items of one layout: places from the lower left corner, as the sheet has them."""

    def __init__(self, layout: Element, paper: Paper) -> None:
        self.layout, self.paper = layout, paper

    def add(self, parent: Element, kind: int, box: Box, id_: str, **own: str) -> Element:
        """Add an item of a kind at a place."""
        place = f"{box.left:.3f},{self.paper.height_mm - box.top:.3f},mm"
        known_as = _uuid(id_)
        found = SubElement(
            parent,
            "LayoutItem",
            {
                "type": str(kind),
                "id": id_,
                "uuid": known_as,
                "templateUuid": known_as,
                "position": place,
                "positionOnPage": place,
                "size": f"{box.width:.3f},{box.height:.3f},mm",
                "referencePoint": "0",
                "zValue": str(len(self.layout)),
                "frame": "false",
                "background": "false",
                "outlineWidthM": f"{OUTLINE_MM},mm",
                "visibility": "1",
                "opacity": "1",
                **own,
            },
        )
        SubElement(found, "FrameColor", _colour(0))
        SubElement(found, "BackgroundColor", _colour(255))
        return found

    def shape(self, box: Box, id_: str) -> None:
        """Add a rectangle without a filling."""
        found = self.add(self.layout, SHAPE, box, id_, shapeType="1", frame="true")
        symbol = SubElement(found, "symbol", {"type": "fill", "alpha": "1", "name": ""})
        layer = SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "pass": "0"})
        options = SubElement(layer, "Option", {"type": "Map"})
        for name, value in (("style", "no"), ("outline_style", "no")):
            SubElement(options, "Option", {"name": name, "type": "QString", "value": value})

    def map(
        self, box: Box, window: Window, id_: str = "map", layers: Sequence[str] = ()
    ) -> Element:
        """Add a map, open on a window: of all layers, or of some alone."""
        found = self.add(
            self.layout, MAP, box, id_, frame="true", background="true",
            keepLayerSet=str(bool(layers)).lower(),
            followPreset="false", drawCanvasItems="true", mapRotation="0", labelMargin="0,mm",
        )  # fmt: skip
        names = ("xmin", "ymin", "xmax", "ymax")
        edges = {name: f"{value:.3f}" for name, value in zip(names, window.bounds, strict=True)}
        SubElement(found, "Extent", edges)
        held = SubElement(found, "LayerSet")
        for layer in layers:
            SubElement(held, "Layer").text = layer
        return found

    def label(
        self,
        box: Box,
        text: str,
        id_: str,
        *,
        points: float = PLAIN_PT,
        across: str = LEFT,
        down: str = MIDDLE,
        framed: bool = False,
    ) -> None:
        """Add a line or more of text."""
        found = self.add(
            self.layout, LABEL, box, id_, labelText=writable(text), htmlState="0", halign=across,
            valign=down, marginX="1", marginY="0.5", frame=str(framed).lower(),
        )  # fmt: skip
        SubElement(found, "LabelFont", {"description": self.font(points), "style": ""})
        SubElement(found, "FontColor", _colour(0))

    def legend(self, box: Box, title: str, rows: int) -> None:
        """Add the legend of what lies within the map."""
        needed = (LEGEND_HEAD_MM + LEGEND_ROW_MM * rows) * self.paper.unit
        part = min(1.0, box.height / needed)
        found = self.add(
            self.layout, LEGEND, box, "legend", title=title, map_uuid=_uuid("map"),
            legendFilterByMap="1", resizeToContents="1", columnCount="1", symbolWidth="6",
            symbolHeight=f"{3.5 * part:.3g}", boxSpace="1", columnSpace="2", lineSpacing="0.6",
            fontColor="#000000", splitLayer="0", equalColumnWidth="0", wrapChar="",
            titleAlignment="1",
        )  # fmt: skip
        styles = SubElement(found, "styles")
        for name, points, space in (
            ("title", HEAD_PT, 2.0),
            ("group", PLAIN_PT, 2.0),
            ("subgroup", PLAIN_PT, 1.0),
            ("symbol", PLAIN_PT, 0.5),
            ("symbolLabel", PLAIN_PT, 1.0),
        ):
            own = {"name": name, "alignment": "1", "indent": "0"}
            own |= (
                {"marginBottom": "2"} if name == "title" else {"marginTop": f"{space * part:.3g}"}
            )
            own |= {"marginLeft": "1.5"} if name == "symbolLabel" else {}
            style = SubElement(styles, "style", own)
            SubElement(style, "styleFont", {"description": self.font(points * part), "style": ""})

    def scale_bar(self, box: Box, part_m: float, m_per_mm: float) -> None:
        """Add a bar of four parts."""
        found = self.add(
            self.layout, SCALE_BAR, box, "scale bar", mapUuid=_uuid("map"), style="Single Box",
            unitType="km", unitLabel="km", numMapUnitsPerScaleBarUnit="1",
            numUnitsPerSegment=f"{part_m / M_PER_KM:.6g}",
            segmentMillimeters=f"{part_m / m_per_mm:.4f}", numSegments="4", numSegmentsLeft="0",
            segmentSizeMode="0", height="2", labelBarSpace="1.5", boxContentSpace="1",
            alignment="0", outlineWidth=str(OUTLINE_MM),
        )  # fmt: skip
        style = {"fontFamily": FONT, "fontSize": f"{PLAIN_PT * self.paper.unit:g}"}
        style |= {"fontSizeUnit": "Point", "textColor": "0,0,0,255", "textOpacity": "1"}
        SubElement(found, "text-style", {**style, "fontWeight": "50"})
        for name, grey in (("fillColor", 0), ("fillColor2", 255), ("strokeColor", 0)):
            SubElement(found, name, _colour(grey))

    def picture(self, box: Box, id_: str, file: str, **own: str) -> None:
        """Add a picture, as large as its box lets it be."""
        self.add(
            self.layout, PICTURE, box, id_, file=file, resizeMode="0", anchorPoint="4",
            svgFillColor="0,0,0,255", svgBorderColor="0,0,0,255", svgBorderWidth="0.2",
            pictureRotation="0", **own,
        )  # fmt: skip

    def font(self, points: float) -> str:
        """Describe a font as Qt writes it, larger on larger paper."""
        return f"{FONT},{points * self.paper.unit:g},-1,5,50,0,0,0,0,0"


def _uuid(id_: str) -> str:
    """Name an item the same in each run."""
    return f"{{{uuid.uuid5(uuid.NAMESPACE_URL, f'nngis/layout/{id_}')}}}"


def _colour(grey: int) -> dict[str, str]:
    return {"red": str(grey), "green": str(grey), "blue": str(grey), "alpha": "255"}
