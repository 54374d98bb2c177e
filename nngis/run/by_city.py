"""A province's results by city: what its counties add up to, where they lie in several cities."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from nngis import fields
from nngis.catalog.namesakes import CITY_FIGURES, city_names
from nngis.result.result import Result, Sheet
from nngis.text import Text

SHEET = Sheet(Text("按市汇总", "By city"), "by_city")
COUNTY_TABLE = "by_county"


def with_cities(result: Result, counties: pd.DataFrame | None) -> Result:
    """Add the sums by city to a result by county, and their sheet.

    Parameters
    ----------
    result : Result
        With a table ``by_county``, or without one.
    counties : DataFrame or None
        The counties by code, with `name_zh`, no two alike.

    Returns
    -------
    Result
        The same where there is one city, or nothing is told by county.
    """
    table = result.analysis.tables.get(COUNTY_TABLE)
    if counties is None or table is None or "county" not in table.reset_index():
        return result
    codes = pd.Series(counties.index.astype(str), index=counties["name_zh"]).str[:CITY_FIGURES]
    if codes.nunique() < 2:  # noqa: PLR2004 - one city has no parts of this kind
        return result
    summed = sum_by_city(table.reset_index(), codes, city_names(codes))
    analysis = replace(result.analysis, tables={**result.analysis.tables, SHEET.table: summed})
    return replace(result, analysis=analysis, sheets=(*result.sheets, SHEET))


def sum_by_city(table: pd.DataFrame, codes: pd.Series, names: Mapping[str, str]) -> pd.DataFrame:
    """Add up what adds up; what is not known of a county that has objects is not of its city.

    Parameters
    ----------
    table : DataFrame
        A row a county, `county` among its columns.
    codes : Series of str
        First figures of the city's code by name of the county.
    names : mapping of str to str
        The city's name by these.

    Returns
    -------
    DataFrame
        Indexed by `city_code`: `city` and the sums, in the order of the codes.

    Examples
    --------
    >>> counties = pd.DataFrame({"county": ["a", "b", "c", "d"], "boilers_count": [2, 3, 4, 0],
    ...                          "co2_avoided_t_a": [1.0, 2.0, None, None]})
    >>> codes = pd.Series({"a": "3201", "b": "3201", "c": "3202", "d": "3201"})
    >>> sum_by_city(counties, codes, {"3201": "甲市"}).values.tolist()
    [['甲市', 5, 3.0], ['3202', 4, nan]]
    """
    counted = [name for name in table if str(name).endswith("_count")]
    here = table[table["county"].isin(codes.index)]
    if counted:
        here = here[here[counted].sum(axis=1) > 0]
    adds = [
        name
        for name in here.select_dtypes("number")
        if name in fields.glossary() and fields.get(str(name)).sum
    ]
    city = here["county"].map(codes).rename("city_code")
    out = here[adds].groupby(city).agg(lambda column: column.sum(skipna=False))
    out.insert(0, "city", [names.get(str(code), str(code)) for code in out.index])
    return out
