"""The climate that somebody gives instead of the one that ships: typical years, or a raster."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nngis.budgets import time_budget
from nngis.catalog.layer import Layer
from nngis.crs.place import with_place
from nngis.errors import LayerError
from nngis.evidence import weakest
from nngis.inputs.choices import LayerChoice, refuse_raster_options
from nngis.inputs.clock import note_of_clock
from nngis.inputs.irradiation import cells_under, is_raster, read_irradiation
from nngis.inputs.store import LayerStore, open_role
from nngis.inputs.weather_files import read_weather, weather_files
from nngis.inputs.zonal import Field, zonal_means
from nngis.ledger.sources import sha256_of_source
from nngis.plans.rooftop.weather import SHIFT
from nngis.text import Text, Warned, counted

ROLE, KEY, GHI = "solar_climate", "cell_id", "ghi_kwh_m2_d"


@dataclass(frozen=True)
class GivenClimate:
    """A climate from somebody's file.

    Parameters
    ----------
    layer : Layer
        What plays the role of the solar climate.
    field : Field or None
        Irradiation that roofs are laid upon one by one; None where there is no raster.
    """

    layer: Layer
    field: Field | None = None


def open_climate(store: LayerStore, choices: Mapping[str, LayerChoice]) -> GivenClimate:
    """Open the climate, from whatever plays its role.

    Parameters
    ----------
    store : LayerStore
        The layers folder.
    choices : mapping of str to LayerChoice
        Files by role: an EPW, TMY3 or PVGIS file, a folder of them, a GeoTIFF of global
        horizontal irradiation, or a table of cells.

    Returns
    -------
    GivenClimate
        The climate.

    Raises
    ------
    LayerError
        If the file cannot be used.
    """
    choice = choices.get(ROLE)
    if choice is not None and is_raster(choice.path):
        return _from_raster(choice, store)
    files = weather_files(Path(choice.path)) if choice is not None else []
    if choice is not None and files:
        refuse_raster_options(choice, ROLE)
        return GivenClimate(_from_years(choice, files))
    return GivenClimate(_placed(open_role(ROLE, store, choices)))


def _placed(layer: Layer) -> Layer:
    """Write the place of each cell beside its shape; what has none is left out and said."""
    frame = with_place(layer.frame)
    if frame.empty:
        raise LayerError(
            "没有一个气候格网有位置；请填写经度、纬度。",
            "No cell of the climate has a place; give longitude and latitude.",
            where=str(layer.path or ROLE),
        )
    notes = layer.notes
    if len(frame) < len(layer.frame):
        lost = layer.frame.index.difference(frame.index)
        said = Text(
            f"{len(lost)} 个气候格网没有位置，未采用。",
            f"{counted(len(lost), 'cell of the climate', 'have')} no place: left out.",
        )
        notes = (*notes, Warned(said.zh, said.en, table=ROLE, ids=lost, names=lost))
    if not {"lon", "lat"} <= set(frame.columns):
        frame = frame.assign(lon=frame.geometry.x, lat=frame.geometry.y)
    return replace(layer, frame=frame, notes=notes)


def irradiated(roofs: Layer, field: Field) -> Layer:
    """Give each roof the raster's mean over its own area."""
    means = zonal_means(field, roofs.frame.geometry)["mean"].round(4)
    lost = means.index[means.isna()]
    note = Warned(
        f"{len(lost)} 个屋顶处辐照栅格没有值，用所在气候格网的值。",
        f"{counted(len(lost), 'roof', 'lie')} where the irradiation raster has no value, and each "
        "takes its cell's.",
        table="roofs",
        ids=lost,
    )
    notes = (*roofs.notes, note) if len(lost) else roofs.notes
    return replace(roofs, frame=roofs.frame.assign(**{GHI: means}), notes=notes)


def _from_years(choice: LayerChoice, files: list[Path]) -> Layer:
    with time_budget(choice.path, LayerError):
        years = pd.concat([read_weather(path) for path in files])
    years.index = pd.Index([path.stem for path in files], name=KEY)
    points = gpd.points_from_xy(years["lon"], years["lat"], crs="EPSG:4326")
    notes = [
        Text(
            f"{name}：典型年逐时气象，北纬 {row['lat']:.3f}°、东经 {row['lon']:.3f}°，"
            f"水平面总辐照 {row[GHI] * 365:,.0f} kWh/m²·a。",
            f"{name}: hours of a typical year at {row['lat']:.3f}° N {row['lon']:.3f}° E, "
            f"{row[GHI] * 365:,.0f} kWh/m² a year.",
        )
        for name, row in years.iterrows()
    ]
    for known_as, row in years.iterrows():
        place = float(row["lon"]), float(row["lat"])
        notes += note_of_clock(row["ghi_w_m2"], place, float(row[SHIFT]), str(known_as))
    name = Path(choice.path).name
    return _layer(choice, gpd.GeoDataFrame(years, geometry=points), Text(name, name), tuple(notes))


def _from_raster(choice: LayerChoice, store: LayerStore) -> GivenClimate:
    base = open_role(ROLE, store, {})
    counties = store.open("counties").frame
    expected = float(base.frame[GHI].median())
    refuse_raster_options(choice, ROLE, fill_alone=True)
    found = read_irradiation(Path(choice.path), counties, expected, choice.band)
    name = Path(choice.path).name
    title = Text(f"{name} + {base.title.zh}", f"{name} + {base.title.en}")
    layer = _layer(choice, cells_under(base.frame, found.field), title, (*base.notes, *found.notes))
    known_as = replace(
        layer,
        evidence=weakest([layer.evidence, base.evidence]),
        attribution=base.attribution,
        licence=base.licence,
    )
    return GivenClimate(known_as, found.field)


def _layer(
    choice: LayerChoice, frame: gpd.GeoDataFrame, title: Text, notes: tuple[Text, ...]
) -> Layer:
    return Layer(
        id=Path(choice.path).name,
        title=title,
        frame=frame,
        evidence=choice.evidence,
        path=Path(choice.path),
        sha256=sha256_of_source(choice.path),
        rows=len(frame),
        notes=notes,
    )
