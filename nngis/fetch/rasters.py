"""Provider: rasters read through a window, so that only the blocks of the area are moved."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nngis.fetch.order import Fetched, Order, Parcel, joined_notes
from nngis.fetch.place import is_local, place_of
from nngis.fetch.solar_units import SUMS, solar_unit
from nngis.fetch.tiles import addresses
from nngis.fetch.windows import joined_window, opened_gdal, sides_of, window_request
from nngis.text import Text


@dataclass(frozen=True)
class Grid:
    """What a raster layer is.

    Parameters
    ----------
    title : Text
        What people call it.
    roles : tuple of str
        Roles it plays.
    note : Text
        What it is not good for.
    """

    title: Text
    roles: tuple[str, ...]
    note: Text


GRIDS = {
    "elevation": Grid(
        Text("高程（30 米表面模型）", "Elevation (30 m surface model)"),
        ("elevation",),
        Text(
            "表面模型，含树冠和屋顶；不能直接定管道坡度。",
            "A surface with trees and roofs on it; not for pipe slopes as it is.",
        ),
    ),
    "population_grid": Grid(
        Text("人口格网（WorldPop）", "Population grid (WorldPop)"),
        (),
        Text(
            "模型推算，每格为人数；总数以普查为准。",
            "Modelled, people a cell; totals belong to the census.",
        ),
    ),
    "population_grid_ghs": Grid(
        Text("人口格网（GHS-POP）", "Population grid (GHS-POP)"),
        (),
        Text(
            "模型推算，每格为人数；总数以普查为准。",
            "Modelled, people a cell; totals belong to the census.",
        ),
    ),
    "ghi": Grid(
        Text("水平面总辐照", "Global horizontal irradiation"),
        (),
        Text("多年平均，不是逐时数据。", "Long-term means, no hours."),
    ),
    "pvout": Grid(
        Text("光伏出力", "PV output"),
        (),
        Text("最佳倾角的参考系统，不是屋顶实况。", "A reference system at the best tilt."),
    ),
}


def parcels(order: Order) -> list[Parcel]:
    """Tell what would be opened."""
    found = []
    for url in addresses(order):
        kept = order.cache.find(window_request(url, order.area.box))
        what = Text("只读范围内的窗口", "the window over the area only")
        size = kept.size if kept else None
        found.append(Parcel(url, what, size, kept=kept is not None or is_local(url)))
    return found


def fetch(order: Order) -> list[Fetched]:
    """Read the window over the area out of every file and join the windows."""
    (name,) = order.layers
    grid = GRIDS[name]
    urls = addresses(order)
    content, crs = joined_window(order, urls)
    if name in SUMS:
        _name_unit(order, content, urls[0])
    return [
        Fetched(
            id=name,
            title=grid.title,
            geometry="raster",
            content=content,
            key="",
            roles=grid.roles,
            vintage=order.endpoint.vintage,
            licence=order.endpoint.licence,
            attribution=order.endpoint.attribution,
            evidence=order.endpoint.evidence,
            sources=(order.endpoint.title.en, *(place_of(url) for url in urls)),
            query=f"window {sides_of(order.area.box)}",
            note=joined_notes(grid.note, order.endpoint.terms),
            crs=crs,
        )
    ]


def _name_unit(order: Order, content: Path, url: str) -> None:
    """Write the unit of a solar map into it, found from the name and the values."""
    (name,) = order.layers
    with opened_gdal(order.network) as rasterio, rasterio.open(content, "r+") as made:
        values = made.read(1, masked=True).astype("float32").filled(np.nan)
        known = values[np.isfinite(values) & (values > 0)]
        median = float(np.median(known)) if known.size else np.nan
        stated = order.endpoint.unit
        made.units = (solar_unit(name, place_of(url), median, stated=stated),)
