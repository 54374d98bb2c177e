"""Cards of the sites to build, one page each, as one PDF."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis import fields
from nngis.cartography.card import Card, CardText
from nngis.crs.place import has_place
from nngis.evidence import weakest
from nngis.inputs.store import LayerStore
from nngis.outputs.drawing import Drawing
from nngis.outputs.sheets import sheet_subject
from nngis.outputs.workbook_lists import heading, list_values
from nngis.report.lists import column_texts
from nngis.result.imprint import imprint
from nngis.result.mapview import CardBlock, SiteCards
from nngis.result.result import Result
from nngis.text import Lang, Text

FILE = "site_cards.pdf"
NEIGHBOURS = 5
LEAST_M, MOST_M, AROUND = 600.0, 20_000.0, 1.15  # how far a map shows, beyond what is served
PLACE = Text("位置", "Place")
NEIGHBOUR = Text("邻近站点", "Neighbours")
LONGITUDE, LATITUDE = Text("经度（WGS84）", "Longitude (WGS84)"), Text("纬度", "Latitude")
EASTING, NORTHING = Text("东坐标（m）", "Easting (m)"), Text("北坐标（m）", "Northing (m)")
DISTANCE = Text("直线距离（m）", "Straight distance (m)")
SERVED = Text("服务的需求点（图上连线）", "Demands served (lines on the map)")
SERVED_COUNT = Text("个数", "Count")
FARTHEST = Text("最远（m）", "Farthest (m)")
MEAN = Text("平均距离（m）", "Mean distance (m)")
ASSUMED, NOTED = Text("假定：", "Assumed: "), Text("提醒：", "Note: ")


def write_site_cards(
    folder: Path, result: Result, store: LayerStore, drawing: Drawing, lang: Lang
) -> list[str]:
    """Write the cards of a result that has them.

    Parameters
    ----------
    folder : Path
        The plan's folder.
    result : Result
        The result.
    store : LayerStore
        Where the backdrop comes from.
    drawing : Drawing
        The title block, whose maker, date and number stand at the foot.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    list of str
        The file; none where no site is to be built.
    """
    cards = list(site_cards(result, drawing, lang))
    if not cards:
        return []
    from nngis.cartography import write_sheet  # noqa: PLC0415 - matplotlib takes a while
    from nngis.cartography.site_card import draw_cards  # noqa: PLC0415

    subject, _ = sheet_subject(result, store)
    figures = draw_cards(cards, subject, lang=lang)
    about = result.view.cards
    title = result.title if about is None else about.title
    write_sheet.write_pdf(figures, folder / FILE, title.say(lang), imprint([result], lang))
    return [FILE]


def site_cards(result: Result, drawing: Drawing, lang: Lang) -> Iterator[Card]:
    """Say what stands on the card of every site to be built."""
    about = result.view.cards
    if about is None:
        return
    sites = gpd.GeoDataFrame(result.analysis.tables[about.table]).to_crs(result.work_crs)
    chosen = sites["decision"].isin(about.decisions) & has_place(sites)
    degrees = sites.geometry.to_crs(4326)
    demand = gpd.GeoDataFrame(result.analysis.tables[about.demand]).to_crs(result.work_crs)
    placed = demand[has_place(demand)]
    texts = [(ASSUMED, result.analysis.assumptions), (NOTED, result.warnings)]
    said = tuple(f"{head.say(lang)}{one.say(lang)}" for head, some in texts for one in some)
    for id_ in sites.index[chosen]:
        at, row = sites.geometry[id_], sites.loc[id_]
        served = placed[placed[about.served_by].eq(id_)]
        near = sites[has_place(sites)].drop(index=id_).geometry.distance(at).nsmallest(NEIGHBOURS)
        reach = [*served.geometry.distance(at), *near.iloc[:1]]
        name = row.get("name_zh")
        both = Text(f"{name}（{id_}）", f"{name} ({id_})").say(lang)
        name = str(id_) if name is None or pd.isna(name) else both
        numbers = [degrees[id_].x, degrees[id_].y, at.x, at.y]
        place = [
            (title.say(lang), f"{value:.6f}" if k < 2 else f"{value:,.1f}")  # noqa: PLR2004
            for k, (title, value) in enumerate(
                zip((LONGITUDE, LATITUDE, EASTING, NORTHING), numbers, strict=True)
            )
        ]
        blocks = [
            CardText(PLACE.say(lang), tuple(place)),
            _served(served, about, lang),
            *_blocks(result, about, id_, lang),
            *_lists(result, about, id_, lang),
            _neighbours(sites, near, lang),
        ]
        yield Card(
            f"{about.title.say(lang)} {name}",
            _subtitle(row, lang),
            (at.x, at.y),
            float(np.clip(max(reach, default=LEAST_M) * AROUND, LEAST_M, MOST_M)),
            served,
            tuple(one for one in blocks if one.rows),
            weakest([result.evidence, *filter(None, [row.get("evidence")])]),
            said,
            _foot(result, drawing, lang),
        )


def _subtitle(row: pd.Series, lang: Lang) -> str:
    shown = [name for name in ("county", "decision", "phase_year", "site_phase") if name in row]
    words = (_value(name, row[name], lang) for name in shown)
    return " · ".join(word for word in words if word)


def _value(name: str, value: object, lang: Lang) -> str:
    """Write one value as lists do; nothing where it is unknown."""
    field = fields.get(name)
    (shown,) = list_values(pd.Series([value]), field, lang)
    (text,) = column_texts([shown], field)
    return text


def _blocks(result: Result, about: SiteCards, id_: object, lang: Lang) -> Iterator[CardText]:
    for block in about.blocks:
        table = result.analysis.tables.get(block.table, pd.DataFrame())
        if id_ in table.index:
            yield CardText(block.title.say(lang), tuple(_lines(table.loc[id_], block, lang)))


def _lines(row: pd.Series, block: CardBlock, lang: Lang) -> Iterator[tuple[str, str]]:
    for column in block.columns:
        name = f"{column}_{lang}" if f"{column}_{lang}" in row else column
        if name in row:
            yield heading(fields.get(column), lang), _value(name, row[name], lang)


def _served(served: gpd.GeoDataFrame, about: SiteCards, lang: Lang) -> CardText:
    """Add up those who are served."""
    metres = served[about.served_m].astype(float)
    rows = [(SERVED_COUNT.say(lang), f"{len(served)}")]
    if "weight" in served:
        weight = served["weight"].astype(float)
        rows.append((fields.get("weight").heading(lang), f"{weight.sum():,.1f}"))
    if metres.notna().any():
        rows += [
            (MEAN.say(lang), f"{metres.mean():,.0f}"),
            (FARTHEST.say(lang), f"{metres.max():,.0f}"),
        ]
    return CardText(SERVED.say(lang), tuple(rows))


def _lists(result: Result, about: SiteCards, id_: object, lang: Lang) -> Iterator[CardText]:
    for one in about.lists:
        table = result.analysis.tables.get(one.table, pd.DataFrame())
        if one.key in table and table[one.key].eq(id_).any():
            mine = table[table[one.key].eq(id_)]
            shown = [fields.get(name) for name in one.columns if name in mine]
            columns = [column_texts(list_values(mine[f.name], f, lang), f) for f in shown]
            heads = tuple(heading(field, lang) for field in shown)
            yield CardText(one.title.say(lang), (heads, *zip(*columns, strict=True)), is_list=True)


def _neighbours(sites: gpd.GeoDataFrame, near: pd.Series, lang: Lang) -> CardText:
    shown = [name for name in ("name_zh", "decision", "phase_year") if name in sites]
    heads = (
        fields.get(str(sites.index.name)).heading(lang),
        *(fields.get(name).heading(lang) for name in shown),
        DISTANCE.say(lang),
    )
    rows = [
        (str(id_), *(_value(name, sites.loc[id_, name], lang) for name in shown), f"{metres:,.0f}")
        for id_, metres in near.items()
    ]
    return CardText(NEIGHBOUR.say(lang), (heads, *rows) if rows else (), is_list=True)


def _foot(result: Result, drawing: Drawing, lang: Lang) -> str:
    stamp = drawing.stamp
    made = [stamp.unit, stamp.date, stamp.number]
    return " · ".join([*filter(None, made), imprint([result], lang)])
