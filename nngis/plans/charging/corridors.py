"""Corridors: the longest stretch of each route without a charger, and where to fill it."""

from dataclasses import dataclass
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nngis.arrays import Floats, Objects, Positions
from nngis.crs import INCLUSION_TOLERANCE_M, ground_distance_m
from nngis.errors import LayerError, Problem, require
from nngis.plans.charging.corridor_parameters import CorridorParameters
from nngis.plans.charging.corridor_stops import fewest_stops
from nngis.plans.charging.rules import decide_routes
from nngis.units import M_PER_KM

KEPT = ("name_zh", "name_en", "from_id", "to_id")
FOUND = (
    "corridor_km",
    "sites_count",
    "largest_gap_km",
    "gap_from_km",
    "gap_to_km",
    "over_limit",
    "new_sites_count",
    "gap_after_km",
    "shared_count",
)
STOP_COLUMNS = ("corridor_id", "site_id", "corridor_site_kind", "along_km", "gap_before_km")


class Corridors(NamedTuple):
    """What is known of the routes, and every stop on them.

    Parameters
    ----------
    corridors : GeoDataFrame
        One row a route.
    stops : GeoDataFrame
        One row a charging site on a route, existing ones and new ones.
    """

    corridors: gpd.GeoDataFrame
    stops: gpd.GeoDataFrame


@dataclass(frozen=True)
class _Measured:
    """A route with its true length from the start to each of its vertices."""

    line: shapely.LineString
    plane_m: Floats
    ground_m: Floats

    def ground(self, plane_m: Floats) -> Floats:
        """Turn distances along the drawn line into distances on the ground."""
        return np.asarray(np.interp(plane_m, self.plane_m, self.ground_m))

    def point(self, ground_m: Floats) -> Objects:
        """Give the point so far along the route on the ground."""
        along = np.interp(ground_m, self.ground_m, self.plane_m)
        return np.asarray(shapely.line_interpolate_point(self.line, along), dtype=object)


def check_corridors(
    routes: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    parameters: CorridorParameters,
) -> Corridors:
    """Find the longest gap of each route, and fill what is too long with the fewest new sites.

    A site belongs to a route if it lies near it, and stands at the nearest point of the route.
    The ends of a route count as the beginning and end of gaps, not as sites. New sites stand at
    candidates; only a stretch without site or candidate that is itself too long gets sites in the
    open. Routes are filled in their order, and what one got counts for those after it: each gets
    the fewest that are still wanting, which need not be the fewest for all together.

    Examples
    --------
    120 km with a charger at 10 km and a service area at 55 km; the gap is the 110 km behind it:

    >>> from shapely import LineString, Point
    >>> crs = "EPSG:4547"
    >>> routes = gpd.GeoDataFrame(
    ...     geometry=[LineString([(500_000, 0), (500_000, 120_000)])], index=["r"], crs=crs)
    >>> sites = gpd.GeoDataFrame(geometry=[Point(500_200, 10_000)], index=["s"], crs=crs)
    >>> areas = gpd.GeoDataFrame(geometry=[Point(500_100, 55_000)], index=["x"], crs=crs)
    >>> found = check_corridors(routes, sites, areas, CorridorParameters())
    >>> found.corridors[["largest_gap_km", "over_limit", "new_sites_count"]]
                 largest_gap_km  over_limit  new_sites_count
    corridor_id
    r                     110.0        True                2
    >>> found.stops[["site_id", "corridor_site_kind", "along_km"]].values.tolist()
    [['s', 'existing', 10.0], ['x', 'candidate', 55.0], ['r+1', 'open_road', 87.5]]
    """
    _check(routes, sites, candidates)
    known = _sites(sites.index, "existing", sites.geometry)
    rows: list[dict[str, object]] = []
    stops = []
    for corridor_id, line in zip(routes.index, routes.geometry, strict=True):
        if line is None or line.is_empty:
            rows.append({})
            continue
        way = _measure(line, routes)
        row, on_route = _one(str(corridor_id), way, known, candidates, parameters)
        rows.append(row)
        stops.append(on_route)
        new = on_route[on_route["corridor_site_kind"].isin(["candidate", "open_road"])]
        known = pd.concat([known, _sites(new["site_id"], "shared", new.geometry)])
    table = _corridor_table(routes, rows, parameters.corridor_gap_km)
    return Corridors(table, _stop_table(stops, routes))


def _check(routes: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, candidates: gpd.GeoDataFrame) -> None:
    problems = []
    kinds = shapely.get_type_id(routes.geometry.to_numpy())
    others = int(((kinds >= 0) & (kinds != shapely.GeometryType.LINESTRING)).sum())
    if others:
        problems.append(
            Problem(
                f"{len(routes)} 条线路中有 {others} 条不是单线；请先合并或拆分（line_merge）。",
                f"{others} of {len(routes)} routes are not single lines; join or split them "
                "first (line_merge).",
                where="routes",
            )
        )
    for name, layer in (("sites", sites), ("candidates", candidates)):
        if len(layer) and layer.crs != routes.crs:
            problems.append(
                Problem(
                    "坐标系与线路不同；请先统一坐标系（to_crs）。",
                    "The layer is not in the CRS of the routes; bring them to one (to_crs).",
                    where=name,
                )
            )
    require(problems, LayerError)


def _sites(ids: pd.Index | pd.Series, kind: str, points: gpd.GeoSeries) -> pd.DataFrame:
    shape = points.to_numpy(dtype=object)
    return pd.DataFrame(
        {"site_id": ids.to_numpy(dtype=object), "corridor_site_kind": kind, "point": shape}
    )


def _measure(line: shapely.LineString, routes: gpd.GeoDataFrame) -> _Measured:
    x, y = shapely.get_coordinates(line).T
    ground_m = ground_distance_m(x[:-1], y[:-1], x[1:], y[1:], routes.crs)
    plane_m = np.hypot(np.diff(x), np.diff(y))
    both = (np.concatenate([[0.0], np.cumsum(part)]) for part in (plane_m, ground_m))
    return _Measured(line, *both)


def _beside(way: _Measured, points: npt.ArrayLike, beside_m: float) -> tuple[Positions, Floats]:
    """Find which points lie near a route, and how far along it [km]."""
    shapes = np.asarray(points, dtype=object)
    shapely.prepare(way.line)
    near = np.flatnonzero(shapely.dwithin(shapes, way.line, beside_m))
    along_m = way.ground(shapely.line_locate_point(way.line, shapes[near]))
    return near, along_m / M_PER_KM


def _one(
    corridor_id: str,
    way: _Measured,
    known: pd.DataFrame,
    candidates: gpd.GeoDataFrame,
    parameters: CorridorParameters,
) -> tuple[dict[str, object], pd.DataFrame]:
    """Measure and fill one route."""
    beside_m, limit_km = parameters.corridor_beside_m, parameters.corridor_gap_km
    length_km = float(way.ground_m[-1]) / M_PER_KM
    at, along_km = _beside(way, known["point"], beside_m)
    here = known.iloc[at].drop(columns="point").assign(along_km=along_km)
    existing_km = np.sort(along_km[(here["corridor_site_kind"] == "existing").to_numpy()])
    new = _fill(corridor_id, way, np.sort(along_km), candidates, parameters)
    stops = pd.concat([here, new]).sort_values(["along_km", "site_id"], kind="stable")
    marks = stops["along_km"].to_numpy(float)
    gaps = np.diff(np.concatenate([[0.0], existing_km, [length_km]]))
    longest = int(np.argmax(gaps))
    gap_from = float(np.concatenate([[0.0], existing_km])[longest])
    over = bool(gaps[longest] > limit_km + INCLUSION_TOLERANCE_M / M_PER_KM)
    after = np.diff(np.concatenate([[0.0], marks, [length_km]])).max()
    row = {
        "corridor_km": length_km,
        "sites_count": existing_km.size,
        "largest_gap_km": gaps[longest],
        "gap_from_km": gap_from,
        "gap_to_km": gap_from + gaps[longest],
        "over_limit": over,
        "new_sites_count": len(new),
        "gap_after_km": after,
        "shared_count": int((stops["corridor_site_kind"] == "shared").sum()),
    }
    stops = stops.assign(
        corridor_id=corridor_id,
        gap_before_km=np.diff(marks, prepend=0.0),
        geometry=way.point(marks * M_PER_KM),
    )
    return row, stops.reset_index(drop=True)


def _fill(
    corridor_id: str,
    way: _Measured,
    known_km: Floats,
    candidates: gpd.GeoDataFrame,
    parameters: CorridorParameters,
) -> pd.DataFrame:
    """Choose new sites for each gap that is too long."""
    at, along_km = _beside(way, candidates.geometry, parameters.corridor_beside_m)
    ids = candidates.index.to_numpy(dtype=object)[at]
    marks = np.concatenate([[0.0], known_km, [float(way.ground_m[-1]) / M_PER_KM]])
    too_long = np.flatnonzero(np.diff(marks) > parameters.corridor_gap_km)
    found = [
        fewest_stops(marks[k], marks[k + 1], along_km, parameters.corridor_gap_km) for k in too_long
    ]
    new_km = np.concatenate([np.array([]), *(stops.at for stops in found)])
    place = np.concatenate([np.array([], np.intp), *(stops.place for stops in found)])
    in_open = place < 0
    names = np.array([f"{corridor_id}+{n}" for n in np.cumsum(in_open)], dtype=object)
    names[~in_open] = ids[place[~in_open]]
    kind = np.where(in_open, "open_road", "candidate")
    return pd.DataFrame({"site_id": names, "corridor_site_kind": kind, "along_km": new_km})


def _corridor_table(
    routes: gpd.GeoDataFrame, rows: list[dict[str, object]], limit_km: float
) -> gpd.GeoDataFrame:
    kept = [name for name in KEPT if name in routes]
    found = pd.DataFrame(rows, index=routes.index, columns=list(FOUND))
    km = [name for name in FOUND if name.endswith("_km")]
    counts = ("sites_count", "new_sites_count", "shared_count")
    types = dict.fromkeys(km, "float64") | dict.fromkeys(counts, "Int64")
    found = found.astype(types | {"over_limit": "boolean"})
    found[km] = found[km].round(3)
    found = found.join(decide_routes(found, limit_km)).drop(columns="shared_count")
    index = routes.index.rename("corridor_id")
    return gpd.GeoDataFrame(
        pd.concat([routes[kept], found], axis="columns").set_axis(index, axis="index"),
        geometry=routes.geometry.to_numpy(),
        crs=routes.crs,
    )


def _stop_table(stops: list[pd.DataFrame], routes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    none = pd.DataFrame(columns=[*STOP_COLUMNS, "geometry"], dtype=object)
    table = pd.concat([one.astype(object) for one in stops if len(one)] or [none])
    number = (table.groupby("corridor_id").cumcount() + 1).astype(str)
    index = pd.Index(table["corridor_id"] + "/" + number, dtype=object, name="corridor_site_id")
    km = table[["along_km", "gap_before_km"]].astype(float).round(3)
    table = table.assign(**km)[list(STOP_COLUMNS)].set_axis(index, axis="index")
    return gpd.GeoDataFrame(
        table,
        geometry=np.concatenate([np.array([], object), *(s["geometry"] for s in stops)]),
        crs=routes.crs,
    )
