"""What a roof's building is: by what its ledger says, by what lies in it, by land, by size."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Bools, Floats, Objects
from nngis.decide.counties import first_zone
from nngis.network.geodesic_links import inside
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.solvers.links import nearest

GOVERNMENT, PUBLIC = "government", "public"
INDUSTRIAL, RURAL, URBAN = "industrial_commercial", "rural_residential", "urban_residential"
UNKNOWN = "unknown"
CLASSES = (GOVERNMENT, PUBLIC, INDUSTRIAL, RURAL, URBAN, UNKNOWN)

# Words of ledgers, and values of OpenStreetMap's building, amenity and landuse.
WORDS = {
    **dict.fromkeys((GOVERNMENT, "townhall", "town_hall", "civic"), GOVERNMENT),
    **dict.fromkeys(("courthouse", "police", "fire_station", "public_administration"), GOVERNMENT),
    **dict.fromkeys((PUBLIC, "school", "kindergarten", "college", "university"), PUBLIC),
    **dict.fromkeys(("hospital", "clinic", "doctors", "library", "museum"), PUBLIC),
    **dict.fromkeys(("community_centre", "arts_centre", "theatre", "sports_centre"), PUBLIC),
    **dict.fromkeys(("stadium", "train_station", "transportation", "education"), PUBLIC),
    **dict.fromkeys((INDUSTRIAL, "commercial", "industrial", "warehouse", "factory"), INDUSTRIAL),
    **dict.fromkeys(("retail", "supermarket", "mall", "department_store", "hotel"), INDUSTRIAL),
    **dict.fromkeys(("market_place", "bank", "office", "manufacture", "hangar"), INDUSTRIAL),
    **dict.fromkeys((RURAL, "rural", "farm", "farmhouse", "village"), RURAL),
    **dict.fromkeys((URBAN, "urban", "apartments", "dormitory"), URBAN),
}
# Words that say housing, but not whether in town or in the country.
HOUSING = ("residential", "house", "detached", "terrace")
# Parts of Chinese names, the more telling first.
NAMES = (
    ("小学|中学|学校|幼儿园|学院|大学|医院|卫生院|卫生室|村委会|村民委员会|图书馆|文化馆", PUBLIC),
    ("政府|党委|人大|政协|法院|检察院|公安|派出所|税务局|管理局|机关", GOVERNMENT),
    ("公司|厂|商场|超市|酒店|市场|仓库|物流|园区|银行", INDUSTRIAL),
)
TAG_COLUMNS = ("roof_class", "building", "amenity", "landuse")
BASES = ("tag", "name", "point", "land_use", "size", "none")
# How sure a class is, by what it rests on; that of a tag is the roof's own.
EVIDENCE = {
    "name": "derived",
    "point": "derived",
    "land_use": "derived",
    "size": "approximate",
    "none": "approximate",
}


def classify(
    roofs: gpd.GeoDataFrame,
    parameters: RooftopParameters,
    *,
    places: gpd.GeoDataFrame | None = None,
    land_use: gpd.GeoDataFrame | None = None,
    built_up: gpd.GeoDataFrame | None = None,
    spots: gpd.GeoSeries | None = None,
) -> pd.DataFrame:
    """Give every roof a class, and say what it rests on.

    Examples
    --------
    >>> from shapely import box
    >>> roofs = gpd.GeoDataFrame(
    ...     {"roof_class": ["rural", None], "name_zh": [None, "甲村小学"],
    ...      "area_m2": [90.0, 900.0]}, index=["a", "b"],
    ...     geometry=[box(0, 0, 9, 10), box(50, 0, 80, 30)], crs="EPSG:4547")
    >>> classify(roofs, RooftopParameters())
                   class class_basis
    a  rural_residential         tag
    b             public        name
    """
    found = np.full(len(roofs), "", dtype=object)
    basis = np.full(len(roofs), "none", dtype=object)
    middles = roofs.geometry.centroid if spots is None else spots
    points = np.asarray(middles.array, dtype=object)
    town = _in_town(points, built_up)

    def settle(guess: Objects, why: str) -> None:
        new = (found == "") & (guess != "")
        found[new], basis[new] = guess[new], why

    for column in TAG_COLUMNS:
        if column in roofs:
            settle(_by_word(roofs[column], town), "tag")
    if "name_zh" in roofs:
        settle(_by_name(roofs["name_zh"]), "name")
    if places is not None and len(places):
        named = places.assign(said=_said(places)).dropna(subset=["said"])
        settle(_by_point(roofs, named, "said", town), "point")
    if land_use is not None and len(land_use):
        at = first_zone(points, land_use.geometry)
        word = pd.Series(np.where(at >= 0, land_use["land_class"].to_numpy()[at], None))
        settle(_by_word(word, town), "land_use")
    if town is not None:
        settle(_by_size(roofs["area_m2"].to_numpy(float), town, parameters), "size")
    found[found == ""] = UNKNOWN
    return pd.DataFrame({"class": found, "class_basis": basis}, index=roofs.index)


def class_of_words(column: pd.Series) -> pd.Series:
    """Read classes of roofs from the words of a ledger.

    Examples
    --------
    >>> class_of_words(pd.Series(["school", "house", None])).tolist()
    ['public', None, None]
    """
    found = _by_word(column, None)
    return pd.Series([word or None for word in found], column.index, dtype=object)


def _in_town(spots: Objects, built_up: gpd.GeoDataFrame | None) -> Bools | None:
    if built_up is None or built_up.empty:
        return None
    return first_zone(spots, built_up.geometry) >= 0


def _by_word(column: pd.Series, town: Bools | None) -> Objects:
    # Few words occur: each is looked up once.
    codes, words = pd.factorize(column)
    if not len(words):
        return np.full(len(column), "", dtype=object)
    plain = [str(word).strip().lower() for word in words]
    found = np.array([*(WORDS.get(word, "") for word in plain), ""], dtype=object)[codes]
    if town is not None:
        housing = np.array([*(word in HOUSING for word in plain), False])[codes]
        found = np.where(housing, np.where(town, URBAN, RURAL), found)
    return np.asarray(found, dtype=object)


def _by_name(column: pd.Series) -> Objects:
    out = np.full(len(column), "", dtype=object)
    named = np.flatnonzero(column.notna())
    text = column.iloc[named].astype(str)
    for pattern, kind in NAMES:
        hit = text.str.contains(pattern, regex=True).to_numpy(bool)
        rows = named[hit]
        out[rows] = np.where(out[rows] == "", kind, out[rows])
    return out


def _said(places: gpd.GeoDataFrame) -> pd.Series:
    """Class of each place: as a ledger states it, else as the open map does."""
    none = pd.Series(None, index=places.index, dtype=object)
    return places.get("place_class", none).fillna(places.get("class", none))


def _by_point(
    roofs: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    column: str,
    town: Bools | None,
) -> Objects:
    known = places[_by_word(places[column], np.ones(len(places), dtype=bool)) != ""]
    word = pd.Series(None, index=roofs.index, dtype=object)
    if len(known):
        held = nearest(inside(known, roofs[["geometry"]]))["facility_id"]
        first = held[~held.duplicated()]
        word.loc[first] = known.loc[first.index, column].to_numpy()
    return _by_word(word, town)


def _by_size(area: Floats, town: Bools, parameters: RooftopParameters) -> Objects:
    large = area >= parameters.large_building_m2
    house = ~town & (area <= parameters.house_max_m2)
    return np.where(large, INDUSTRIAL, np.where(house, RURAL, "")).astype(object)
