"""PV that stands: where it is, on what class of roof, and how much roof it takes."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.decide.counties import county_of, first_zone
from nngis.plans.rooftop.classes import UNKNOWN, class_of_words
from nngis.plans.rooftop.parameters import RooftopParameters

COLUMNS = ("name_zh", "county", "class", "capacity_kwp", "pv_area_m2", "roof_id")


def built_pv(
    registered: gpd.GeoDataFrame | None,
    roofs: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame,
    parameters: RooftopParameters,
) -> gpd.GeoDataFrame:
    """List the PV that stands, with county, class of roof and area."""
    if registered is None:
        index = pd.Index([], name="pv_id", dtype=object)
        return gpd.GeoDataFrame(columns=[*COLUMNS], index=index, geometry=[], crs=roofs.crs)
    stated = registered.get("status", pd.Series(None, registered.index, dtype=object))
    here = registered[stated.isna() | stated.isin(("operating", "in_use", "completed"))]
    spots = here.geometry.representative_point()
    at = first_zone(np.asarray(spots.array, dtype=object), roofs.geometry)
    on = np.array([*roofs.index, None], dtype=object)[at]
    kind = np.array([*roofs["class"], None], dtype=object)[at]
    nothing = pd.Series(None, here.index, dtype=object)
    said = class_of_words(here.get("roof_class", nothing))
    own = pd.to_numeric(here.get("pv_area_m2", nothing)).astype(float)
    power = pd.to_numeric(here["capacity_kwp"]).astype(float)
    county = county_of(spots, counties)
    out = gpd.GeoDataFrame(
        {
            "name_zh": here.get("name_zh", nothing),
            "county": county.where(county.notna(), here.get("county", nothing)),
            "class": said.where(said.notna(), pd.Series(kind, here.index)),
            "capacity_kwp": power,
            "pv_area_m2": own.fillna(power / parameters.flat_density_kwp_m2[1]),
            "roof_id": on,
        },
        geometry=here.geometry,
        crs=here.crs,
    ).rename_axis("pv_id")
    out["class"] = out["class"].mask(out["class"].eq(UNKNOWN), None)
    return out
