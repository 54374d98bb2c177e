"""A made-up small town: layers for all four plans, quick to run, of nobody and nowhere."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

WEST_DEG, SOUTH_DEG = 101.80, 30.40
KM_EAST_DEG, KM_NORTH_DEG = 1 / 96.0, 1 / 110.9  # about, at this latitude
WIDTH_KM, HEIGHT_KM, MIDDLE_KM = 20, 12, 10
DISTRICT, COUNTY = ("999901", "东河区", "Donghe"), ("999921", "西山县", "Xishan")
TERRAIN_M = 30.0
WGS84 = "EPSG:4326"

Rows = Sequence[Mapping[str, Any]]


def made_town() -> dict[str, gpd.GeoDataFrame]:
    """Make the layers of the town.

    Returns
    -------
    dict of str to GeoDataFrame
        By role, in WGS84, indexed by the role's key; the same at each call.

    Examples
    --------
    >>> sorted(made_town())[:3]
    ['boilers', 'built_up', 'car_parks']
    """
    return {
        "counties": _counties(),
        "built_up": _polygons(
            "area_id", [{"area_id": "B1", "name_zh": "样例城区"}], [(13, 4, 17, 8)]
        ),
        "roads": _roads(),
        "boilers": _boilers(),
        "heat_sources": _heat_sources(),
        "parks": _polygons(
            "park_id",
            [{"park_id": "P1", "name_zh": "样例工业园", "has_heat": "是"}],
            [(11.2, 1.2, 12.8, 2.8)],
        ),
        "townships": _townships(),
        "population": _population(),
        "places": _places(),
        "demand": _demand(),
        "charging_stations": _stations(),
        "car_parks": _car_parks(),
        "substations": _substations(),
        "roofs": _roofs(),
        "pv_registered": _pv(),
        "solar_climate": _climate(),
        "sewers": _sewers(),
        "sewer_projects": _projects(),
        "treatment_plants": _plants(),
    }


def made_terrain() -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """Make the terrain: a slope down to the south-east, a metre in 250.

    Returns
    -------
    heights_m : (n, m) float32 array
        From the north-west corner on.
    bounds : tuple of float
        West, south, east, north [degrees].
    """
    rows, columns = (int(1000 * km / TERRAIN_M) for km in (HEIGHT_KM, WIDTH_KM))
    north, east = np.mgrid[rows:0:-1, 0:columns] * TERRAIN_M
    heights = 120.0 + north / 250.0 - east / 500.0
    west, south = _place(0, 0)
    right, top = _place(WIDTH_KM, HEIGHT_KM)
    return heights.astype(np.float32), (west, south, right, top)


def _place(east_km: float, north_km: float) -> tuple[float, float]:
    return (
        round(WEST_DEG + east_km * KM_EAST_DEG, 7),
        round(SOUTH_DEG + north_km * KM_NORTH_DEG, 7),
    )


def _box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(*_place(west, south), *_place(east, north))


def _frame(key: str, rows: Rows, shapes: Sequence[Any]) -> gpd.GeoDataFrame:
    table = pd.DataFrame(list(rows))
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=WGS84).set_index(key)


def _polygons(
    key: str, rows: Rows, boxes: Sequence[tuple[float, float, float, float]]
) -> gpd.GeoDataFrame:
    return _frame(key, rows, [_box(*one) for one in boxes])


def _points(key: str, rows: Rows, spots: Sequence[tuple[float, float]]) -> gpd.GeoDataFrame:
    return _frame(key, rows, [shapely.Point(_place(*one)) for one in spots])


def _lines(key: str, rows: Rows, ways: Sequence[Sequence[tuple[float, float]]]) -> gpd.GeoDataFrame:
    return _frame(key, rows, [shapely.LineString([_place(*at) for at in way]) for way in ways])


def _numbered(letter: str, count: int, make: Callable[[int], Mapping[str, Any]], key: str) -> Rows:
    return [{key: f"{letter}{at + 1:03d}", **make(at)} for at in range(count)]


def _counties() -> gpd.GeoDataFrame:
    names = [{"adcode": code, "name_zh": zh, "name_en": en} for code, zh, en in (DISTRICT, COUNTY)]
    east = (MIDDLE_KM, 0, WIDTH_KM, HEIGHT_KM)
    return _polygons("adcode", names, [east, (0, 0, MIDDLE_KM, HEIGHT_KM)])


def _roads() -> gpd.GeoDataFrame:
    ways = [[(x, y), (x + 1, y)] for y in range(HEIGHT_KM + 1) for x in range(WIDTH_KM)]
    ways += [[(x, y), (x, y + 1)] for x in range(WIDTH_KM + 1) for y in range(HEIGHT_KM)]
    rows = _numbered("R", len(ways), lambda _: {"highway": "secondary"}, "road_id")
    return _lines("road_id", rows, ways)


def _boilers() -> gpd.GeoDataFrame:
    sizes = [4, 6, 10, 10, 20, 35, 15, 10, 6, 20, 75, 4, 10, 8, 20]
    fuels = ["coal"] * 11 + ["gas", "biomass", "coal", "coal"]
    spots = [(13.5 + 0.4 * at, 4.5 + 0.3 * (at % 5)) for at in range(8)]
    spots += [(11.5 + 0.3 * at, 1.5 + 0.2 * at) for at in range(4)] + [(4, 4), (5, 8), (2, 10)]
    rows = _numbered(
        "GL-",
        len(sizes),
        lambda at: {
            "name_zh": f"样例企业{at + 1}",
            "county": COUNTY[1] if at >= len(sizes) - 3 else DISTRICT[1],
            "capacity_t_h": float(sizes[at]),
            "fuel": fuels[at],
            "fuel_use_t_a": 270.0 * sizes[at],
            "commissioned": str(2004 + at),
            "status": "operating",
        },
        "boiler_id",
    )
    return _points("boiler_id", rows, spots)


def _heat_sources() -> gpd.GeoDataFrame:
    rows = _numbered(
        "U",
        2,
        lambda _: {
            "plant_id": "CHP",
            "name_zh": "样例热电厂",
            "fuel": "coal",
            "capacity_mw": 350.0,
            "status": "operating",
            "is_chp": "yes",
            "steam_capacity_t_h": 200.0,
            "existing_load_t_h": 60.0,
        },
        "unit_id",
    )
    return _points("unit_id", rows, [(12, 2), (12, 2)])


def _townships() -> gpd.GeoDataFrame:
    spots = [(14, 5), (16, 7), (18, 10), (12, 10), (3, 3), (5, 9)]
    names = ["城东街道", "城南街道", "河口镇", "北桥镇", "西山镇", "云岭乡"]
    codes = [*("999901001", "999901002", "999901101", "999901102"), "999921100", "999921200"]
    rows = [
        {"township_code": code, "name_zh": name, "adcode": code[:6]}
        for code, name in zip(codes, names, strict=True)
    ]
    return _points("township_code", rows, spots)


def _population() -> gpd.GeoDataFrame:
    rows = [
        {"row_id": f"{code}-2020", "adcode": code, "name_zh": name, "year": 2020, "population": n}
        for (code, name, _), n in ((DISTRICT, 60_000), (COUNTY, 20_000))
    ]
    return _frame("row_id", rows, [None, None])


def _places() -> gpd.GeoDataFrame:
    kinds = ["小学", "医院", "商场", "客运站", "公园", "小区", "加油站", "政务中心", "工业园区"]
    classes = ["school", "hospital", "mall", "bus_station", "park", "residential", "fuel"]
    classes += ["government", "industrial"]
    spots = [(13.2 + 0.8 * (at % 5), 4.2 + 0.8 * (at // 5)) for at in range(25)]
    spots += [(2 + at, 3.5) for at in range(5)]
    rows = _numbered(
        "PL",
        len(spots),
        lambda at: {"name_zh": f"样例{kinds[at % 9]}{at + 1}", "class": classes[at % 9]},
        "place_id",
    )
    return _points("place_id", rows, spots)


def _demand() -> gpd.GeoDataFrame:
    spots = [(13.3 + at % 4, 4.3 + at // 4) for at in range(16)] + [(3, 3), (5, 9), (18, 10)]
    rows = _numbered(
        "D",
        len(spots),
        lambda at: {"name_zh": f"样例社区{at + 1}", "population": 2_000.0 + 250.0 * (at % 7)},
        "demand_id",
    )
    return _points("demand_id", rows, spots)


def _stations() -> gpd.GeoDataFrame:
    spots = [(13.6, 4.6), (15.4, 6.3), (3.2, 3.1)]
    rows = _numbered(
        "CS",
        len(spots),
        lambda at: {
            "name_zh": f"样例充电站{at + 1}",
            "piles_count": 8.0 + 2 * at,
            "fast_piles_count": 4.0,
            "slow_piles_count": 4.0 + 2 * at,
            "status": "operating",
        },
        "station_id",
    )
    return _points("station_id", rows, spots)


def _car_parks() -> gpd.GeoDataFrame:
    spots = [(14.2, 5.2), (16.2, 4.8), (15.1, 7.4), (5.2, 8.8)]
    rows = _numbered(
        "CP",
        len(spots),
        lambda at: {"name_zh": f"样例停车场{at + 1}", "spaces_count": 120.0 + 60 * at},
        "car_park_id",
    )
    return _points("car_park_id", rows, spots)


def _substations() -> gpd.GeoDataFrame:
    rows = _numbered(
        "SS",
        2,
        lambda at: {
            "name_zh": f"样例变电站{at + 1}",
            "capacity_mva": 100.0,
            "voltage_kv": 110.0,
            "peak_load_mw": 40.0 + 10 * at,
        },
        "substation_id",
    )
    return _points("substation_id", rows, [(15, 5.5), (4, 6)])


def _roofs() -> gpd.GeoDataFrame:
    kinds = ["government", "public", "industrial_commercial", "rural_residential"]
    spots = [(13.4 + 0.3 * (at % 10), 4.4 + 0.3 * (at // 10)) for at in range(60)]
    spots += [(2.5 + 0.2 * (at % 10), 2.5 + 0.2 * (at // 10)) for at in range(30)]
    rows = _numbered(
        "RF",
        len(spots),
        lambda at: {
            "roof_class": kinds[at % 4],
            "name_zh": f"样例屋顶{at + 1}",
            "storeys_count": 2.0 + at % 5,
            "roof_form": "flat",
        },
        "roof_id",
    )
    side = [0.015 + 0.005 * (at % 4) for at in range(len(spots))]
    return _polygons(
        "roof_id",
        rows,
        [(x, y, x + s, y + s) for (x, y), s in zip(spots, side, strict=True)],
    )


def _pv() -> gpd.GeoDataFrame:
    rows = _numbered(
        "PV",
        3,
        lambda at: {
            "name_zh": f"样例光伏{at + 1}",
            "capacity_kwp": 60.0 + 20 * at,
            "roof_class": "industrial_commercial",
            "county": DISTRICT[1],
            "status": "operating",
        },
        "pv_id",
    )
    return _points("pv_id", rows, [(14.0, 4.4), (14.6, 4.7), (15.2, 5.0)])


def _climate() -> gpd.GeoDataFrame:
    spots = [(x, y) for x in (5, 15) for y in (3, 9)]
    rows = _numbered(
        "C",
        len(spots),
        lambda at: {
            "ghi_kwh_m2_d": 3.6 + 0.05 * at,
            "air_mean_c": 16.0,
            "air_min_c": -2.0,
            "air_max_c": 36.0,
            "wind_rms_m_s": 2.0,
            "wind_max_m_s": 12.0,
        },
        "cell_id",
    )
    frame = _points("cell_id", rows, spots)
    return frame.assign(lon=frame.geometry.x, lat=frame.geometry.y)


def _sewers() -> gpd.GeoDataFrame:
    ways = [[(x, 4), (x + 1, 4)] for x in range(14, 19)]
    rows = _numbered(
        "SW",
        len(ways),
        lambda at: {
            "sewer_kind": "sewage",
            "diameter_mm": 600.0,
            "built_year": 2012 + at,
            "status": "operating",
            "county": DISTRICT[1],
        },
        "sewer_id",
    )
    return _lines("sewer_id", rows, ways)


def _projects() -> gpd.GeoDataFrame:
    ways = [[(13, y), (15, y)] for y in (5, 6, 7)] + [[(3, 3), (5, 3)]]
    rows = _numbered(
        "S",
        len(ways),
        lambda at: {
            "name_zh": f"样例管网项目{at + 1}",
            "project_kind": "新建",
            "sewer_kind": "污水",
            "sewer_length_km": 2.0,
            "plan_year": 2022 + at,
            "status": "已完工" if at < 2 else "在建",  # noqa: PLR2004 - the first two
        },
        "project_id",
    )
    return _lines("project_id", rows, ways)


def _plants() -> gpd.GeoDataFrame:
    rows = _numbered(
        "W",
        2,
        lambda at: {
            "name_zh": f"样例污水处理厂{at + 1}",
            "capacity_m3_d": 20_000.0 - 15_000 * at,
            "status": "operating",
        },
        "wwtp_id",
    )
    return _points("wwtp_id", rows, [(19, 4), (4, 2)])
