"""What lies in an area that somebody drew: counts and sums of what adds up, by class."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from nngis import fields
from nngis.desk.picture import words_of
from nngis.errors import NngisError
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.sums import cube, totals
from nngis.run.results import Result

# By plan the tables that are asked, and by what each is grouped.
ASKED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "heat": (("boilers", "decision"),),
    "rooftop": (("roofs", "class"),),
    "charging": (("demand", "decision"), ("stations", "decision"), ("candidates", "decision")),
    "sewer": (("gaps", "decision"),),
}
ROOFS = ("roofs_count", "installed_area_m2", "capacity_kwp", "energy_mwh_a", "co2_avoided_t_a")
MOST_VERTICES = 5_000
MOST_SUMS = 8


def area_totals(result: Result, ring: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Add up what lies in an area.

    Parameters
    ----------
    result : Result
        The plan's result.
    ring : sequence of (lon, lat)
        The area's corners, WGS84 [degrees].

    Returns
    -------
    dict
        `tables`: of each table `table, by, columns, rows` (a row a class, the last the whole) and
        `fields`. A row counts where its point, or a point in it, lies in the area.

    Raises
    ------
    NngisError
        If the ring is no area.
    """
    if not 3 <= len(ring) <= MOST_VERTICES:  # noqa: PLR2004 - a triangle is the least
        raise NngisError("范围至少要三个点。", "An area needs three corners or more.")
    corners = [(float(lon), float(lat)) for lon, lat in ring]
    drawn = gpd.GeoSeries([shapely.make_valid(shapely.Polygon(corners))], crs=4326)
    area = drawn.to_crs(result.work_crs).iloc[0]
    found = []
    for name, by in ASKED[result.plan]:
        table = result.analysis.tables.get(name)
        if isinstance(table, gpd.GeoDataFrame) and by in table:
            found.append(_table(result, name, by, _within(table, area)))
    return {"area_km2": area.area / 1e6, "tables": found}


def _within(table: gpd.GeoDataFrame, area: shapely.Geometry) -> gpd.GeoDataFrame:
    at = table.geometry.representative_point()
    return table[at.notna().to_numpy() & at.within(area).to_numpy()]


def _table(result: Result, name: str, by: str, rows: gpd.GeoDataFrame) -> dict[str, Any]:
    if name == "roofs":
        sums = _roofs(result, by, rows)
    else:
        plain = pd.DataFrame(rows.drop(columns="geometry"))
        summed = [c for c in plain if fields.get(c).sum and pd.api.types.is_numeric_dtype(plain[c])]
        groups = plain.groupby(plain[by].astype("string").fillna("—"))
        sums = groups[summed[:MOST_SUMS]].sum().astype(float)
        sums.insert(0, "count", groups.size())
    whole = sums.sum()
    listed = [
        [str(key), *map(float, row)] for key, row in zip(sums.index, sums.to_numpy(), strict=True)
    ]
    return {
        "table": name,
        "by": by,
        "columns": list(sums.columns),
        "rows": [*listed, [None, *map(float, whole)]],
        "fields": words_of([by, *sums.columns]),
    }


def _roofs(result: Result, by: str, rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Add roofs up as the plan itself does, with the CO2 that their energy avoids."""
    if rows.empty:
        return pd.DataFrame(columns=list(ROOFS), index=pd.Index([], name=by), dtype=float)
    held: dict[str, Any] = {one.name: one.value for one in result.parameters}
    return totals(cube(rows), [by], RooftopParameters(**held))[list(ROOFS)]
