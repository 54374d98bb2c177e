"""Roles run on what the schema requires: required columns alone, some optional ones, none, one."""

from collections.abc import Iterable, Iterator
from itertools import combinations
from math import comb

import geopandas as gpd
import pytest
from shapely import LineString, Point, box

from nngis import fields
from nngis.errors import NngisError
from nngis.inputs.place import empty_layer
from nngis.ledger.part import Options
from nngis.ledger.read import read_frame
from nngis.parameter_values import build
from nngis.roles import Role, role
from nngis.run.plans import PLAN_IDS, load_plan

CRS = "EPSG:4546"  # the made town lies by its central meridian, 111 E
EAST, NORTH, KM = 500_000.0, 3_365_000.0, 1_000.0
WORDS = {
    "name_zh": "甲",
    "county": "东区",
    "fuel": "coal",
    "status": "operating",
    "adcode": "999901",
}
NUMBERS = {
    "capacity_mw": 350.0, "capacity_t_h": 8.0, "fuel_use_t_a": 900.0, "year": 2020.0,
    "commissioned": 2010.0, "population": 500.0, "ghi_kwh_m2_d": 3.6, "air_mean_c": 16.0,
    "plan_year": 2023.0, "lon": 111.0, "lat": 30.4,
}  # fmt: skip
CASES = [
    pytest.param(plan, name, id=f"{plan}-{name}")
    for plan in PLAN_IDS
    for name in (*load_plan(plan).roles, *load_plan(plan).optional_roles)
]


def at(east_km, north_km):
    return EAST + east_km * KM, NORTH + north_km * KM


def shapes(wanted: Role, count: int):
    spots = [at(1 + 2 * i, 1 + i) for i in range(count)]
    if wanted.name == "counties":
        return [box(*at(10 * i, 0), *at(10 * i + 10, 10)) for i in range(count)]
    if wanted.shape == "line":
        return [LineString([(x, y), (x + 900, y), (x + 900, y + 900)]) for x, y in spots]
    if wanted.shape == "polygon":
        return [box(x, y, x + 40, y + 40) for x, y in spots]
    return [Point(x, y) if wanted.shape == "point" else None for x, y in spots]


def value(name: str, row: int) -> object:
    """Give a value that a column may hold."""
    field = fields.get(name)
    if name in NUMBERS:
        return NUMBERS[name] + row
    if name in WORDS:
        return WORDS[name]
    if field.values:
        return next(iter(field.values))
    if field.type == "boolean":
        return "是"
    if field.type in ("number", "integer"):
        return 0.5 if field.is_share else 5.0 + row
    return 2015.0 if field.type == "year" else f"甲{row}"


def made(wanted: Role, columns, count: int) -> gpd.GeoDataFrame:
    """Make a frame of a role as somebody sends it, and read it as its ledger."""
    data = {name: [value(name, row) for row in range(count)] for name in columns}
    data[wanted.key] = [f"{wanted.key}-{row}" for row in range(count)]
    if wanted.key == "adcode":
        data["adcode"] = [f"9999{row:02d}" for row in range(count)]
    frame = gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(shapes(wanted, count), crs=CRS))
    return read_frame(frame, wanted, Options(evidence="surveyed")).in_crs(CRS)


def apart(columns: Iterable[str]) -> Iterator[list[str]]:
    """Give few sets of columns, one of which has the first and not the second of any two."""
    named = list(columns)
    sets = next(n for n in range(1, 32) if comb(n, n // 2) >= len(named))
    chosen = dict(zip(named, combinations(range(sets), sets // 2 or 1), strict=False))
    for at in range(sets if named else 0):
        yield [name for name in named if at in chosen[name]]


def test_of_any_two_columns_each_is_given_once_without_the_other():
    for size in range(32):
        named = [f"c{n}" for n in range(size)]
        sets = [set(one) for one in apart(named)]
        assert len(sets) <= min(size, 7)
        assert set().union(*sets) == set(named)
        pairs = [(a, b) for a in named for b in named if a != b]
        assert all(any(a in one and b not in one for one in sets) for a, b in pairs)


def variants(
    wanted: Role, given: Iterable[Iterable[str]]
) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    yield "required columns alone", made(wanted, wanted.required, 2)
    for columns in given:
        yield f"and {', '.join(columns)}", made(wanted, [*wanted.required, *columns], 2)
    yield "one row", made(wanted, wanted.required, 1)
    yield "no rows", empty_layer(wanted.name).in_crs(CRS)


@pytest.fixture(scope="module")
def bases():
    """Make the least that each plan runs on: a layer of required columns for what it needs."""
    needed = {
        "heat": (),
        "sewer": ("demand",),
        "rooftop": (),
        "charging": ("demand",),
    }
    found = {}
    for plan in PLAN_IDS:
        built = load_plan(plan)
        roles = (*built.roles, *needed[plan])
        found[plan] = {name: made(role(name), columns_of(name), 2) for name in roles}
    return found


def columns_of(name: str) -> list[str]:
    wanted = role(name)
    more = {"demand": ["population"], "solar_climate": ["ghi_kwh_m2_d", "air_mean_c"]}
    return list(dict.fromkeys([*wanted.required, *more.get(name, [])]))


SETTINGS = {
    "charging": {"time_limit_s": 1.0, "alternatives_count": 1, "new_stations": 1},
    "sewer": {},
    "heat": {},
    "rooftop": {},
}


@pytest.mark.parametrize(("plan", "name"), CASES)
def test_a_role_runs_on_what_it_requires(plan, name, bases):
    assert_runs(plan, bases, name, apart(role(name).optional))


@pytest.mark.slow
@pytest.mark.parametrize(("plan", "name"), CASES)
def test_a_role_runs_with_any_one_column_more(plan, name, bases):
    assert_runs(plan, bases, name, ([one] for one in role(name).optional))


def assert_runs(plan, bases, name, given):
    built = load_plan(plan)
    parameters, _ = build(built.parameters, {}, SETTINGS[plan], scenario_name="x")
    failed = []
    for what, frame in variants(role(name), given):
        frames = {**bases[plan], name: frame}
        try:
            built.analyse(built.layers(**frames), parameters)
        except NngisError as error:
            if not error.problems[0].zh:
                failed.append(f"{what}: says nothing")
        except Exception as error:  # noqa: BLE001 - every one of them is a fault
            failed.append(f"{what}: {type(error).__name__} {error}")
    assert not failed, "\n".join(failed)
