"""People from a population raster: one point a square, with those whom the raster puts there."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from nngis.catalog.layer import Layer
from nngis.crs import choose_work_crs
from nngis.errors import LayerError
from nngis.inputs.choices import LayerChoice, refuse_raster_options
from nngis.inputs.irradiation import is_raster, read_window
from nngis.inputs.store import LayerStore, open_role
from nngis.inputs.zonal import Field, zonal_means
from nngis.ledger.sources import sha256_of_source
from nngis.text import Text, counted

ROLE, KEY = "demand", "demand_id"
SQUARE_M = 1_000.0


def people_from_raster(choice: LayerChoice, store: LayerStore) -> Layer:
    """Make demand from a raster of people a cell.

    The counties are laid out in squares of 1 km in the work CRS; each takes the people of the
    cells under it by exact shares of area, within its county, and stands by its middle.
    """
    path = Path(choice.path)
    counties = open_role("counties", store, {}).frame
    west, south, east, north = counties.total_bounds
    crs = choose_work_crs([(west + east) / 2], [(south + north) / 2])
    refuse_raster_options(choice, ROLE, fill_alone=True)
    values, corner, raster_crs, _, said = read_window(path, counties, choice.band)
    fill = np.isfinite(values) & (values < 0)
    field = Field(np.where(fill, np.nan, values), *corner, raster_crs)
    squares = _squares(counties.to_crs(crs), crs)
    people = _people(field, squares)
    squares = squares[people > 0].assign(population=people[people > 0])
    if squares.empty:
        raise LayerError(
            "栅格在各县（市、区）范围内没有人口；请给出每个像元人数的栅格。",
            "The raster counts nobody within the counties; give one of people a cell.",
            where=str(path),
        )
    total = float(squares["population"].sum())
    notes = [
        *said,
        Text(
            f"人口栅格在各县（市、区）内合计 {total:,.0f} 人，"
            f"按 {SQUARE_M / 1000:g} km 方格 {len(squares)} 个计。",
            f"The raster counts {total:,.0f} people within the counties, in {len(squares)} "
            f"squares of {SQUARE_M / 1000:g} km.",
        ),
    ]
    if fill.any():
        notes.append(
            Text(
                f"{int(fill.sum())} 个像元为负值，按缺值处理。",
                f"{counted(int(fill.sum()), 'cell', 'are')} negative: taken as missing.",
            )
        )
    spots = gpd.GeoDataFrame(
        {"population": squares["population"]},
        geometry=squares.geometry.representative_point(),
        crs=crs,
    )
    return Layer(
        id=path.name,
        title=Text(path.name, path.name),
        frame=spots.to_crs("EPSG:4326"),
        evidence=choice.evidence,
        path=path,
        sha256=sha256_of_source(choice.path),
        rows=len(spots),
        notes=tuple(notes),
    )


def wants_people(choice: LayerChoice | None) -> bool:
    """Tell whether somebody gave a raster for the demand."""
    return choice is not None and is_raster(choice.path)


def _squares(counties: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """Lay squares over the counties and cut them at the borders."""
    west, south, east, north = counties.total_bounds
    x, y = np.meshgrid(
        np.arange(np.floor(west / SQUARE_M), np.ceil(east / SQUARE_M)),
        np.arange(np.floor(south / SQUARE_M), np.ceil(north / SQUARE_M)),
    )
    column, row = x.ravel(), y.ravel()
    names = np.char.mod("%d", column) + np.char.mod("_%d", row)
    boxes = shapely.box(
        column * SQUARE_M, row * SQUARE_M, (column + 1) * SQUARE_M, (row + 1) * SQUARE_M
    )
    grid = gpd.GeoDataFrame({"name": names}, geometry=boxes, crs=crs)
    cut = gpd.overlay(
        grid, counties.reset_index()[["adcode", "geometry"]], keep_geom_type=True
    ).sort_values(["adcode", "name"], kind="stable")
    cut.index = pd.Index(cut["adcode"] + "_" + cut["name"], name=KEY)
    return cut[["geometry"]]


def _people(field: Field, squares: gpd.GeoDataFrame) -> pd.Series:
    """Add up the people of the cells under each square, by shares of area."""
    found = zonal_means(field, squares.geometry)
    own = np.asarray(squares.geometry.to_crs(field.crs).array, dtype=object)
    cells = shapely.area(own) / (field.step_x * field.step_y)
    return (found["mean"] * found["covered_share"] * cells).fillna(0.0)
