"""The pages of a run: one map a plan, and the index."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from nngis.cartography.index_page import IndexPage, PageLink, PlanCard, Scoreboard, draw_index
from nngis.cartography.tiles import Tiles
from nngis.catalog.layer import Layer
from nngis.evidence import weakest
from nngis.inputs.store import GIVEN, LayerStore
from nngis.result.imprint import imprint, made_with
from nngis.result.mapview import MapView
from nngis.result.result import Result
from nngis.text import Lang, Text

# Layers of the catalog drawn under the map, by the part they play there.
BACKDROP = {
    "county": "counties",
    "river": "rivers",
    "railway": "railways",
    "road": "roads",
    "place": "towns",
}
# Found and named on pages alone: the middle of an extent is no place to draw on a sheet.
NAMED = {"township": "townships"}


def write_map(
    folder: Path, result: Result, store: LayerStore, lang: Lang, tiles: Sequence[Tiles] = ()
) -> list[str]:
    """Write a result's map.

    Parameters
    ----------
    folder : Path
        The plan's folder.
    result : Result
        The result.
    store : LayerStore
        Where the backdrop comes from; a layer that it lacks is left out.
    lang : {"zh", "en"}
        Language in which the map opens.
    tiles : sequence of Tiles
        Tiles to fetch under it.

    Returns
    -------
    list of str
        Name of the file.
    """
    from nngis.cartography.webmap import MapPanel, draw_map  # noqa: PLC0415 - folium takes a while

    under = backdrop(store, named=True)
    tables = {
        name: frame
        for name, frame in result.analysis.tables.items()
        if isinstance(frame, gpd.GeoDataFrame)
    }
    page = draw_map(
        [MapPanel(spoken_view(result), tables)],
        lang=lang,
        backdrop={part: layer.frame for part, layer in under.items()},
        evidence=result.evidence,
        attributions=[made_with([result]), *sources(result, under)],
        tiles=tiles,
    )
    (folder / "map.html").write_text(page, encoding="utf-8", newline="\n")
    return ["map.html"]


def backdrop(store: LayerStore, *, named: bool = False) -> dict[str, Layer]:
    """Open the layers that lie under a map.

    Parameters
    ----------
    store : LayerStore
        Where they come from; a layer that it lacks is left out, and what was given for a role
        goes before the case's own.
    named : bool
        Whether the townships, which a page finds by name and draws no point for, are there.

    Returns
    -------
    dict of str to Layer
        Layers by the part they play.
    """
    parts = BACKDROP | NAMED if named else BACKDROP
    wanted = {part: (GIVEN + name, name) for part, name in parts.items()}
    found = {part: [name for name in own if name in store.specs] for part, own in wanted.items()}
    return {part: store.open(own[0]) for part, own in found.items() if own}


def with_backdrop_alone(store: LayerStore) -> LayerStore:
    """Return a store that is light to send: of the opened layers it keeps the backdrop's."""
    names = {name for role in (BACKDROP | NAMED).values() for name in (role, GIVEN + role)}
    kept = {name: one for name, one in store._opened.items() if name in names}  # noqa: SLF001
    return replace(store, _opened=kept)


def spoken_view(result: Result) -> MapView:
    """Return a result's view with everything that must stand on its maps."""
    said = (*result.view.notes, *result.analysis.assumptions, *result.analysis.warnings)
    return replace(result.view, notes=said)


def sources(result: Result, under: Mapping[str, Layer]) -> list[str]:
    """Name each source of a map once; several may stand in one attribution, parted by semicolons.

    Parameters
    ----------
    result : Result
        The result.
    under : mapping of str to Layer
        The backdrop.

    Returns
    -------
    list of str
        The sources, those of the result first.
    """
    attributions = [one.attribution for one in result.inputs]
    attributions += [one.attribution for one in under.values()]
    parts = [part.strip() for text in attributions for part in text.split(";")]
    return list(dict.fromkeys(filter(None, parts)))


RUN_FILES = {
    "report.docx": Text("报告（Word）", "Report (Word)"),
    "report.html": Text("报告（网页）", "Report (HTML)"),
}
PLAN_FILES = {
    "map.html": Text("地图", "Map"),
    "sheet.pdf": Text("图纸（PDF）", "Sheet (PDF)"),
    "sheet.png": Text("图纸（PNG）", "Sheet (PNG)"),
    "site_cards.pdf": Text("站点图文卡（PDF）", "Site cards (PDF)"),
    "shp/fields.csv": Text("shapefile 字段对照表（CSV）", "Key to the shapefiles' fields (CSV)"),
    "sections.pdf": Text("纵断面图（PDF）", "Long sections (PDF)"),
    "sections.dxf": Text("纵断面图（DXF）", "Long sections (DXF)"),
    "steam_sections.pdf": Text("蒸汽管线纵断面图（PDF）", "Steam long sections (PDF)"),
    "steam_sections.dxf": Text("蒸汽管线纵断面图（DXF）", "Steam long sections (DXF)"),
    "network.dxf": Text("管网图（DXF）", "Network (DXF)"),
    "network.inp": Text("水力模型（SWMM）", "Hydraulic model (SWMM)"),
    "tables.xlsx": Text("清单（Excel）", "Lists (Excel)"),
    "layers.gpkg": Text("图层（GeoPackage）", "Layers (GeoPackage)"),
    "project.qgz": Text("QGIS 工程", "QGIS project"),
    "result.json": Text("结果与依据（JSON）", "Result and provenance (JSON)"),
}


def write_index(
    folder: Path,
    title: Text,
    results: Sequence[Result],
    lang: Lang,
    *,
    scoreboard: Scoreboard | None = None,
) -> str:
    """Write the index page of a run."""
    cards = [
        PlanCard(
            result.plan,
            result.title,
            tuple(
                PageLink(text, f"{result.plan}/{name}")
                for name, text in PLAN_FILES.items()
                if (folder / result.plan / name).is_file()
            ),
            result.analysis.indicators,
            result.analysis.assumptions,
            result.warnings,
            result.evidence,
        )
        for result in results
    ]
    inputs = {record.role: record for result in results for record in result.inputs}
    page = IndexPage(
        title,
        weakest(result.evidence for result in results) if results else "official",
        tuple(cards),
        tuple(inputs.values()),
        (
            *(PageLink(text, name) for name, text in RUN_FILES.items() if results),
            PageLink(Text("运行记录", "Record of the run"), "run.json"),
        ),
        scoreboard,
        imprint(results, lang) if results else "",
    )
    (folder / "index.html").write_text(draw_index(page, lang=lang), encoding="utf-8", newline="\n")
    return "index.html"
