"""The pages of a run: one map a plan, and the index."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from nngis.cartography.index_page import IndexPage, PageLink, PlanCard, draw_index
from nngis.cartography.webmap import MapPanel, draw_map
from nngis.evidence import weakest
from nngis.result.result import Result
from nngis.run.inputs import Shelf
from nngis.run.plans import PLAN_TITLES
from nngis.text import Lang, Text

# Layers of the catalog drawn under the map, by the part they play there.
BACKDROP = {
    "county": "counties",
    "river": "rivers",
    "railway": "railways",
    "road": "roads",
    "place": "towns",
}


def write_map(folder: Path, result: Result, shelf: Shelf, lang: Lang) -> str:
    """Write a result's map.

    Parameters
    ----------
    folder : Path
        The plan's folder.
    result : Result
        The result.
    shelf : Shelf
        Where the backdrop comes from; a layer that it lacks is left out.
    lang : {"zh", "en"}
        Language in which the map opens.

    Returns
    -------
    str
        Name of the file.
    """
    under = {part: shelf.open(name) for part, name in BACKDROP.items() if name in shelf.specs}
    tables = {
        name: frame
        for name, frame in result.analysis.tables.items()
        if isinstance(frame, gpd.GeoDataFrame)
    }
    said = (*result.view.notes, *result.analysis.assumptions, *result.analysis.warnings)
    sources = [one.attribution for one in (*result.inputs, *under.values())]
    page = draw_map(
        [MapPanel(replace(result.view, notes=said), tables)],
        lang=lang,
        backdrop={part: layer.frame for part, layer in under.items()},
        evidence=result.evidence,
        attributions=_sources(sources),
    )
    (folder / "map.html").write_text(page, encoding="utf-8", newline="\n")
    return "map.html"


def _sources(attributions: Sequence[str]) -> list[str]:
    """Name each source once; several may stand in one attribution, parted by semicolons."""
    parts = [part.strip() for text in attributions for part in text.split(";")]
    return list(dict.fromkeys(filter(None, parts)))


PLAN_FILES = {
    "map.html": Text("地图", "Map"),
    "tables.xlsx": Text("清单（Excel）", "Lists (Excel)"),
    "layers.gpkg": Text("图层（GeoPackage）", "Layers (GeoPackage)"),
    "result.json": Text("结果与依据（JSON）", "Result and provenance (JSON)"),
}


def write_index(
    folder: Path, title: Text, results: Sequence[Result], not_built: Sequence[str], lang: Lang
) -> str:
    """Write the index page of a run.

    Parameters
    ----------
    folder : Path
        The run's folder.
    title : Text
        The scenario's title.
    results : sequence of Result
        What was run.
    not_built : sequence of str
        Plans asked for that do not exist yet.
    lang : {"zh", "en"}
        Language of the page.

    Returns
    -------
    str
        Name of the file.
    """
    cards = [
        PlanCard(
            result.plan,
            result.title,
            tuple(PageLink(text, f"{result.plan}/{name}") for name, text in PLAN_FILES.items()),
            result.analysis.indicators,
            result.analysis.assumptions,
            result.warnings,
            result.evidence,
        )
        for result in results
    ]
    cards += [PlanCard(name, PLAN_TITLES[name]) for name in not_built]
    inputs = {record.role: record for result in results for record in result.inputs}
    page = IndexPage(
        title,
        weakest(result.evidence for result in results) if results else "official",
        tuple(cards),
        tuple(inputs.values()),
        (PageLink(Text("运行记录", "Record of the run"), "run.json"),),
    )
    (folder / "index.html").write_text(draw_index(page, lang=lang), encoding="utf-8", newline="\n")
    return "index.html"
