"""What is known of a roof before any share, phase or price: size, place, class, form, sun."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Bools, Floats, Objects, Positions
from nngis.decide.counties import county_of
from nngis.evidence import ORDER
from nngis.plans.rooftop import classes
from nngis.plans.rooftop.classes import classify
from nngis.plans.rooftop.horizon import Sky, heights_of, horizons, shaded_share
from nngis.plans.rooftop.outlines import take_outlines
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.whereabouts import cell_of, township_of
from nngis.plans.rooftop.yields import RACKS

FORMS = ("flat", "metal", "tile")
# The form that a class has where nobody says, an assumption.
USUAL_FORM = {
    classes.GOVERNMENT: "flat",
    classes.PUBLIC: "flat",
    classes.INDUSTRIAL: "metal",
    classes.RURAL: "flat",
    classes.URBAN: "flat",
}
# What the owner of outlines may state of a roof.
WORDS = (*classes.TAG_COLUMNS, "name_zh", "township", "roof_form")
NUMBERS = ("height_m", "storeys_count", "roof_azimuth_deg")
STATED = (*WORDS, *NUMBERS, "protected")
WINDS, WIND_DEG = 8, 45.0
SHARE_DECIMALS = 4


@dataclass(frozen=True)
class Surroundings:
    """Everything but the roofs that a roof is judged by.

    Parameters
    ----------
    counties : GeoDataFrame
        Polygons with `name_zh`.
    climate : GeoDataFrame
        Climate cells.
    yields : DataFrame
        Specific yield by cell and facing, see `yield_table`.
    sky : Sky, optional
        Where the light comes from, by cell and facing; without it nothing is shaded.
    townships, places, land_use, built_up : GeoDataFrame, optional
        What tells the township and the class.
    """

    counties: gpd.GeoDataFrame
    climate: gpd.GeoDataFrame
    yields: pd.DataFrame
    sky: Sky | None = None
    townships: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    land_use: gpd.GeoDataFrame | None = None
    built_up: gpd.GeoDataFrame | None = None


@dataclass(frozen=True, eq=False)
class Measured:
    """Roofs that count, and what hangs on no share, phase, usable share or price.

    Parameters
    ----------
    table : GeoDataFrame
        By `roof_id`: `area_m2`, `mended`, `overlap_m2`, `county`, `township`, `class`,
        `class_basis`, `roof_form`, `protected`, `shading_share`, `evidence`, outlines.
    form_at : (n,) int array
        Each roof's place in `FORMS`; a form that is none of them counts as flat.
    yields : (n, 3) float array
        What a kWp gives, low, central and high [kWh/a].
    dropped : DataFrame
        Roofs that are not counted, and why.
    """

    table: gpd.GeoDataFrame
    form_at: Positions
    yields: Floats
    dropped: pd.DataFrame


def measure_roofs(
    roofs: gpd.GeoDataFrame, around: Surroundings, parameters: RooftopParameters
) -> Measured:
    """Measure, place and classify roofs, and find their sun.

    Parameters
    ----------
    roofs : GeoDataFrame
        Outlines in the work CRS, indexed by `roof_id`, with `evidence`.
    around : Surroundings
        Counties, climate, and what tells the class.
    parameters : RooftopParameters
        The plan's parameters.

    Returns
    -------
    Measured
        The roofs that count.
    """
    outlines = take_outlines(roofs, parameters)
    taken = outlines.roofs
    spots = taken.geometry.centroid
    table = pd.DataFrame(taken[["area_m2", "mended", "overlap_m2"]])
    table["county"] = county_of(spots, around.counties)
    stated = taken.get("township")
    placed = township_of(spots, around.townships)
    table["township"] = placed if stated is None else stated.where(stated.notna(), placed)
    kinds = classify(
        taken,
        parameters,
        places=around.places,
        land_use=around.land_use,
        built_up=around.built_up,
        spots=spots,
    )
    table = table.join(kinds)
    form, assumed = _form(taken, table["class"])
    table["roof_form"] = form
    protected = taken.get("protected", default=False)
    protected = pd.Series(protected, index=taken.index, dtype="boolean")
    table["protected"] = protected.fillna(value=False)
    cell = cell_of(spots, around.climate, parameters.climate_reach_m)
    known = form.where(form.isin(FORMS), "flat")
    yields, table["shading_share"] = _sun(taken, known, cell, around, parameters)
    table["evidence"] = _evidence(taken, table, around, assumed)
    at = pd.Categorical(known, categories=list(FORMS)).codes.astype(np.intp)
    placed_table = gpd.GeoDataFrame(table, geometry=taken.geometry, crs=roofs.crs)
    return Measured(placed_table.rename_axis("roof_id"), at, yields, outlines.dropped)


def _sun(
    taken: gpd.GeoDataFrame,
    form: pd.Series,
    cell: pd.Series,
    around: Surroundings,
    parameters: RooftopParameters,
) -> tuple[Floats, Floats]:
    """Say what a kWp gives on each roof, and how much neighbours take of it."""
    facing = _facing(taken, form, _racks(cell, around.yields))
    pairs = pd.MultiIndex.from_arrays([cell.to_numpy(), facing])
    yields = around.yields.to_numpy()[around.yields.index.get_indexer(pairs)]
    shaded = np.full(len(taken), np.nan)
    if around.sky is not None:
        height = heights_of(taken, parameters.storey_height_m)
        horizon = horizons(taken.geometry, height, parameters.shade_reach_m)
        shaded = np.where(np.isfinite(height), shaded_share(horizon, around.sky, pairs), np.nan)
    shaded = np.round(shaded, SHARE_DECIMALS)
    kept = 1.0 - np.nan_to_num(shaded)
    return yields * (kept * _brighter(taken, cell, around.climate))[:, None], shaded


def _form(taken: gpd.GeoDataFrame, kind: pd.Series) -> tuple[pd.Series, Bools]:
    """Take the form that the ledger states, else the one usual for the class."""
    usual = kind.map(USUAL_FORM)
    if "roof_form" not in taken:
        return usual, np.ones(len(taken), dtype=bool)
    stated = taken["roof_form"]
    return stated.where(stated.notna(), usual), stated.isna().to_numpy(bool)


def _brighter(taken: gpd.GeoDataFrame, cell: pd.Series, climate: gpd.GeoDataFrame) -> Floats:
    """Say how much more sun a roof has than its cell, where a raster tells its own.

    The yield is taken to follow the irradiation, within a cell.
    """
    if "ghi_kwh_m2_d" not in taken:
        return np.ones(len(taken))
    mean = climate["ghi_kwh_m2_d"].reindex(cell.to_numpy()).to_numpy(float)
    own = pd.to_numeric(taken["ghi_kwh_m2_d"]).to_numpy(float)
    return np.where(np.isfinite(own), own / mean, 1.0)


def _racks(cell: pd.Series, yields: pd.DataFrame) -> Objects:
    """Say which way the racks of each roof's cell face: the one that the cell has a yield for."""
    first, *others = RACKS
    racks = np.full(len(cell), first, dtype=object)
    for name in others:
        keys = pd.MultiIndex.from_arrays([cell.to_numpy(), [name] * len(cell)])
        racks[yields.index.get_indexer(keys) >= 0] = name
    return racks


def _facing(taken: gpd.GeoDataFrame, form: pd.Series, racks: Objects) -> Objects:
    """Name the class of orientation: a flat roof's racks, of others one of eight winds."""
    if "roof_azimuth_deg" in taken:
        azimuth = pd.to_numeric(taken["roof_azimuth_deg"], errors="coerce").to_numpy(float)
    else:
        azimuth = np.full(len(taken), np.nan)
    known = np.isfinite(azimuth)
    wind = np.where(known, np.round(np.where(known, azimuth, 0.0) / WIND_DEG) % WINDS, WINDS)
    winds = [*(f"{at * WIND_DEG:03.0f}" for at in range(WINDS)), "any"]
    names = np.array(
        [[""] * len(winds), *([f"{f}-{w}" for w in winds] for f in FORMS[1:])],
        dtype=object,
    )
    found = names[pd.Categorical(form, categories=list(FORMS)).codes, wind.astype(int)]
    return np.asarray(np.where(form == "flat", racks, found), dtype=object)


def _evidence(
    taken: gpd.GeoDataFrame,
    table: pd.DataFrame,
    around: Surroundings,
    assumed: Bools,
) -> pd.Series:
    """Take the weakest of the roof, its class, its form, the county and the climate."""
    rank = {word: at for at, word in enumerate(ORDER)}
    own = taken["evidence"].map(rank).to_numpy(float)
    basis = table["class_basis"].map(classes.EVIDENCE).map(rank).fillna(0).to_numpy(float)
    weak = max(
        rank[word]
        for layer in (around.counties, around.climate)
        for word in layer["evidence"].unique()
    )
    form = np.where(assumed, rank["approximate"], 0)
    found = np.maximum.reduce([own, basis, form, np.full(len(table), float(weak))])
    return pd.Series(np.array(ORDER, dtype=object)[found.astype(int)], index=table.index)
