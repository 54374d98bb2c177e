"""The map of roofs that were judged partition by partition."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from nngis.cartography.webmap import MapPanel, draw_map
from nngis.catalog.roof_partitions import Partition
from nngis.errors import OutputError
from nngis.evidence import weakest
from nngis.plans.rooftop.view import VIEW
from nngis.run.inputs import Shelf
from nngis.run.pages import backdrop
from nngis.run.roof_stream import Stream, read_roofs
from nngis.text import Lang

FILE = "map.html"
MOST = 2_000_000  # roofs that one page holds: some 70 MB
NOT_THERE = ("substations",)


def write_roof_map(
    parts: Sequence[Partition],
    stream: Stream,
    tables: Mapping[str, pd.DataFrame],
    shelf: Shelf,
    lang: Lang,
) -> str:
    """Write the map of all finished partitions into their folder.

    Parameters
    ----------
    parts : sequence of Partition
        Where the outlines are.
    stream : Stream
        What they were judged with.
    tables : mapping of str to DataFrame
        What `add_up` returned.
    shelf : Shelf
        Where the backdrop comes from.
    lang : {"zh", "en"}
        Language in which the map opens.

    Returns
    -------
    str
        Name of the file.

    Raises
    ------
    OutputError
        If there are more roofs than one page holds.
    """
    count = sum(part.rows for part in parts)
    if count > MOST:
        raise OutputError(
            f"{count:,} 个屋顶放不进一页地图（至多 {MOST:,}）；请分县制图。",
            f"{count:,} roofs are too many for one page ({MOST:,} at most); map a county at a "
            "time.",
            where=FILE,
        )
    roofs = gpd.GeoDataFrame(pd.concat([_drawn(part, stream) for part in parts]), crs=stream.crs)
    roofs = roofs.join(tables["order"])
    layers = tuple(
        replace(one, popup=tuple(p for p in one.popup if p in roofs or f"{p}_zh" in roofs))
        if one.table == "roofs"
        else one
        for one in VIEW.layers
        if one.table not in NOT_THERE
    )
    under = backdrop(shelf)
    page = draw_map(
        [MapPanel(replace(VIEW, layers=layers), {**tables, "roofs": roofs})],
        lang=lang,
        backdrop={name: layer.frame for name, layer in under.items()},
        evidence=weakest(roofs["evidence"].unique()),
        attributions=[layer.attribution for layer in under.values() if layer.attribution],
    )
    (stream.out / FILE).write_text(page, encoding="utf-8", newline="\n")
    return FILE


def _drawn(part: Partition, stream: Stream) -> gpd.GeoDataFrame:
    judged = pd.read_parquet(stream.out / f"{part.name}.parquet")
    judged = judged.astype(
        {name: object for name, kind in judged.dtypes.items() if kind == "category"}
    )
    outlines = read_roofs(part, stream)[["geometry"]]
    return outlines.join(judged, how="inner")
