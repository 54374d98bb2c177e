"""The pages of a run: one map a plan, and the index."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd

from nngis.cartography.webmap import MapPanel, draw_map
from nngis.catalog.layer import Layer
from nngis.result.result import Result
from nngis.run.inputs import Shelf
from nngis.text import Lang

# Layers of the catalog drawn under the map, by the part they play there.
BACKDROP = {"river": "rivers", "railway": "railways", "road": "roads", "place": "towns"}


def write_map(
    folder: Path, result: Result, shelf: Shelf, layers: Mapping[str, Layer], lang: Lang
) -> str:
    """Write a result's map.

    Parameters
    ----------
    folder : Path
        The plan's folder.
    result : Result
        The result.
    shelf : Shelf
        Where the backdrop comes from; a layer that it lacks is left out.
    layers : mapping of str to Layer
        Layers of the run by role.
    lang : {"zh", "en"}
        Language in which the map opens.

    Returns
    -------
    str
        Name of the file.
    """
    under = [shelf.open(name) for name in BACKDROP.values() if name in shelf.specs]
    frames: dict[str, gpd.GeoDataFrame] = {
        part: layer.frame for part, name in BACKDROP.items() for layer in under if layer.id == name
    }
    frames["county"] = layers["counties"].frame
    tables = {
        name: frame.reset_index()
        for name, frame in result.analysis.tables.items()
        if isinstance(frame, gpd.GeoDataFrame)
    }
    sources = [record.attribution for record in result.inputs]
    sources += [layer.attribution for layer in under]
    page = draw_map(
        [MapPanel(result.view, tables)],
        lang=lang,
        backdrop=frames,
        evidence=result.evidence,
        attributions=list(dict.fromkeys(filter(None, sources))),
    )
    (folder / "map.html").write_text(page, encoding="utf-8", newline="\n")
    return "map.html"


def write_index(*_args: object) -> str:
    return "index.html"
