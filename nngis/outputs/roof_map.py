"""The map of roofs that were judged partition by partition."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nngis.cartography.webmap import MapPanel, draw_map
from nngis.evidence import weakest
from nngis.files import write_whole
from nngis.inputs.store import LayerStore
from nngis.outputs.pages import backdrop
from nngis.plans.rooftop.view import VIEW
from nngis.text import Lang

FILE = "map.html"
NOT_THERE = ("substations",)


def write_roof_map(
    out: Path,
    roofs: gpd.GeoDataFrame,
    tables: Mapping[str, pd.DataFrame],
    store: LayerStore,
    lang: Lang,
) -> str:
    """Write the map of all finished partitions into their folder.

    Parameters
    ----------
    out : Path
        Where the partitions lie.
    roofs : GeoDataFrame
        Outlines with what was judged, from `judged_roofs`.
    tables : mapping of str to DataFrame
        What `add_up` returned.
    store : LayerStore
        Where the backdrop comes from.
    lang : {"zh", "en"}
        Language in which the map opens.

    Returns
    -------
    str
        Name of the file.
    """
    roofs = roofs.join(tables["order"])
    layers = tuple(
        replace(one, popup=tuple(p for p in one.popup if p in roofs or f"{p}_zh" in roofs))
        if one.table == "roofs"
        else one
        for one in VIEW.layers
        if one.table not in NOT_THERE
    )
    under = backdrop(store, named=True)
    page = draw_map(
        [MapPanel(replace(VIEW, layers=layers), {**tables, "roofs": roofs})],
        lang=lang,
        backdrop={name: layer.frame for name, layer in under.items()},
        evidence=weakest(roofs["evidence"].unique()),
        attributions=[layer.attribution for layer in under.values() if layer.attribution],
    )
    write_whole(out / FILE, page)
    return FILE
