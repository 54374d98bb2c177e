"""What a plan is fed with: its layers and rasters in one work CRS."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from nngis.catalog.layer import Layer
from nngis.crs import choose_work_crs
from nngis.crs.stretch import REFUSED_SHARE, SAID_SHARE, stretch_share
from nngis.errors import LayerError
from nngis.grid import Grid
from nngis.inputs.choices import LayerChoice
from nngis.inputs.place import lies_outside
from nngis.inputs.rasters import find_raster, read_grid_around
from nngis.inputs.sewer_levels import check_levels
from nngis.inputs.station_datum import mend_datum
from nngis.inputs.store import LayerStore, notes, record
from nngis.result.plan import Plan
from nngis.result.result import InputRecord
from nngis.text import Text

STATIONS = "charging_stations"
MARGIN_M = 2_000.0  # rasters reach so far beyond the layer that leads, or a quarter of its extent
MARGIN_SHARE = 0.25


@dataclass(frozen=True)
class Feed:
    """Everything that a plan's analysis is given, and the record of it.

    Parameters
    ----------
    crs : CRS
        The work CRS.
    frames : mapping of str to GeoDataFrame
        Layers by role, in the work CRS.
    grids : mapping of str to Grid
        Rasters by role, in the work CRS.
    layers : tuple of Layer
        The layers used.
    inputs : tuple of InputRecord
        What a result keeps of layers and rasters.
    notes : tuple of Text
        What is to be known of them.
    """

    crs: CRS
    frames: Mapping[str, gpd.GeoDataFrame]
    grids: Mapping[str, Grid]
    layers: tuple[Layer, ...]
    inputs: tuple[InputRecord, ...]
    notes: tuple[Text, ...]


def plan_inputs(
    plan: Plan, layers: Mapping[str, Layer], store: LayerStore, choices: Mapping[str, LayerChoice]
) -> Feed:
    """Bring a plan's layers into one work CRS, and read its rasters around them.

    Parameters
    ----------
    plan : Plan
        The plan.
    layers : mapping of str to Layer
        Layers by role, as opened.
    store : LayerStore
        The layers folder.
    choices : mapping of str to LayerChoice
        Files by role.

    Returns
    -------
    Feed
        What the plan is given. Where the layer that leads lies outside the case, the case's own
        layers play none of the optional roles; its made-up ones do not either, once a layer is
        given.

    Raises
    ------
    LayerError
        If the plan has nothing to lead it, or a raster cannot be read.
    """
    roles = [role for role in (*plan.roles, *plan.optional_roles) if role in layers]
    own = any(role in choices for role in (*roles, *plan.raster_roles))
    idle = {name for role in roles for name in plan.stand_ins.get(role, ())}
    idle |= {role for role in roles if own and layers[role].evidence == "synthetic"}
    kept = {role for role in roles if role in plan.roles or role in choices}
    # What stands aside leads nothing: it goes before the place is decided.
    roles = [role for role in roles if role in kept or role not in idle]
    leading = _leading(plan, roles, layers, choices)
    xy = layers[leading].frame.geometry.get_coordinates()
    away = leading in choices and lies_outside(layers[leading], store)
    crs = None if away else store.stated_crs
    crs = crs or choose_work_crs(xy["x"].to_numpy(), xy["y"].to_numpy())
    stretched = _stretched(crs, xy)
    roles = [role for role in roles if role in kept or not away]
    frames = {role: layers[role].in_crs(crs) for role in roles}
    if {STATIONS, "roads"} <= set(frames):
        frames[STATIONS] = mend_datum(frames[STATIONS], frames["roads"])
    known = [role for role in roles if layers[role].id]
    grids, inputs = (
        {},
        [record(role, layers[role], store.vintage(layers[role].id)) for role in known],
    )
    said = [*stretched, *(note for role in roles for note in notes(layers[role]))]
    for role in plan.raster_roles:
        found = find_raster(role, store, choices) if role in choices or not away else None
        if found is None:
            continue
        around = _around(frames[leading])
        grids[role], mended = read_grid_around(
            found.path, crs, around, role=role, band=found.band, fill=found.fill
        )
        inputs.append(found.record)
        title = found.record.title
        said += [*found.notes]
        said += [note.under(title) for note in mended]
    if "sewers" in frames and "elevation" in grids:
        frames["sewers"], found_odd = check_levels(frames["sewers"], grids["elevation"])
        said += found_odd
    used = tuple(layers[role] for role in roles)
    return Feed(crs, frames, grids, used, tuple(inputs), tuple(said))


def _stretched(crs: CRS, xy: pd.DataFrame) -> tuple[Text, ...]:
    """Say how far the plane is off where the data span zones; refuse what no plane holds."""
    share = stretch_share(crs, xy["x"], xy["y"])
    name, most = f"EPSG:{crs.to_epsg()}", 1000.0 * share
    if share > REFUSED_SHARE:
        raise LayerError(
            f"数据太宽，一个平面容不下：在 {name} 上每公里最多差 {most:.0f} m；请分成几个案例运行，"
            "或在 case.toml 写明 work_crs。",
            f"The data are too wide for one plane: in {name} a kilometre is {most:.0f} m off; "
            "run them as several cases, or state work_crs in case.toml.",
            where="work_crs",
        )
    if share <= SAID_SHARE:
        return ()
    return (
        Text(
            f"数据跨出一个投影带：在工作坐标系 {name} 上，长度每公里最多差 {most:.1f} m，"
            f"面积最多差 {2 * share:.2%}；两点之间的距离按椭球计算，不受影响。",
            f"The data span more than one zone: in the work CRS {name} a kilometre is up to "
            f"{most:.1f} m off, an area up to {2 * share:.2%}; distances between points are "
            "measured on the ellipsoid and are not.",
        ),
    )


def _leading(
    plan: Plan,
    roles: list[str],
    layers: Mapping[str, Layer],
    choices: Mapping[str, LayerChoice],
) -> str:
    """Name the role whose place decides the work CRS: a plan's first, or the first given."""
    if plan.roles:
        return plan.roles[0]
    placed = [role for role in roles if np.isfinite(layers[role].frame.total_bounds).all()]
    named = [role for role in placed if role in choices] or placed
    if named:
        return named[0]
    words = ", ".join(plan.optional_roles)
    raise LayerError(
        f"“{plan.title.zh}”没有任何可用的图层；请用 --layer 角色=文件 给出其中之一：{words}。",
        f"The plan {plan.title.en!r} has no layer to work on; give one of these with --layer "
        f"ROLE=FILE: {words}.",
        where=str(plan.id),
    )


def _around(frame: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    west, south, east, north = frame.total_bounds
    margin = max(MARGIN_M, MARGIN_SHARE * max(east - west, north - south))
    return west - margin, south - margin, east + margin, north + margin
