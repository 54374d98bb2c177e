"""Counties of one name in several cities, told apart by their cities' names."""

from dataclasses import replace

import pandas as pd

from nngis.catalog.counties import COUNTRY
from nngis.catalog.layer import Layer
from nngis.catalog.prefectures import read_prefectures

CITY_FIGURES = 4  # of a county's code
PROVINCE_FIGURES = 2


def tell_apart(counties: Layer) -> Layer:
    """Put its city's name before the name of every county that has a namesake.

    Parameters
    ----------
    counties : Layer
        Counties with `name_zh` and `adcode`, which may be the index.

    Returns
    -------
    Layer
        The same where no name repeats or is missing. Where the city has no known name the code
        follows; a county without a name is called by its code.
    """
    frame = counties.frame
    coded = frame.reset_index() if frame.index.name == "adcode" else frame
    if not {"name_zh", "adcode"} <= set(coded.columns):
        return counties
    codes = pd.Series(coded["adcode"].astype(str).to_numpy(), index=frame.index)
    if frame["name_zh"].isna().any():  # what has no name goes by its code
        frame = frame.assign(
            name_zh=frame["name_zh"].astype(object).where(frame["name_zh"].notna(), codes)
        )
        counties = replace(counties, frame=frame)
    twice = frame["name_zh"].duplicated(keep=False)
    if not twice.any():
        return counties
    cities = codes.str[:CITY_FIGURES].map(city_names(codes))
    names = frame["name_zh"].astype(object)
    with_code = names + "（" + codes + "）"
    long = (cities + names).where(cities.notna(), with_code)
    again = twice & long.duplicated(keep=False)  # of one name in one city
    long = long.mask(again, with_code)
    told = frame.assign(name_zh=names.mask(twice, long))
    if "name_en" in frame:
        alike = twice & frame["name_en"].duplicated(keep=False)
        told["name_en"] = frame["name_en"].mask(alike, told["name_zh"])
    return replace(counties, frame=told)


def city_names(codes: pd.Series) -> dict[str, str]:
    """Name the cities of counties, as far as the installed boundaries know them.

    Parameters
    ----------
    codes : Series of str
        Codes of counties, or their first four figures.

    Returns
    -------
    dict of str to str
        The city's name by the first four figures of its code.
    """
    provinces = sorted(codes.str[:PROVINCE_FIGURES].unique())
    found = [read_prefectures(one, {}) for one in provinces]
    return {
        str(code).removeprefix(COUNTRY)[:CITY_FIGURES]: name
        for frame in found
        if frame is not None
        for code, name in frame["name_zh"].items()
    }
