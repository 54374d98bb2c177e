"""A toy city: two counties of 10 km side by side, and a way to ask one rule."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from nngis.register.asking import ask
from nngis.register.data import Data
from nngis.register.finding import Finding
from nngis.register.rules import register
from nngis.result.result import Analysis
from nngis.run.plans import load_plan

CRS = "EPSG:4545"
X, Y = 500_000.0, 2_500_000.0


def _at(x_km: float, y_km: float) -> Point:
    """Return a point by its kilometres from the city's south-west corner."""
    return Point(X + 1000 * x_km, Y + 1000 * y_km)


def _layer(rows: dict[str, dict[str, object]], evidence: str = "surveyed") -> gpd.GeoDataFrame:
    """Return a layer from rows by id; a row without geometry has no place."""
    frame = pd.DataFrame.from_dict(rows, orient="index")
    shape = frame.pop("geometry") if "geometry" in frame else [None] * len(frame)
    return gpd.GeoDataFrame(frame, geometry=list(shape), crs=CRS).assign(evidence=evidence)


def _table(rows: list[tuple[object, ...]], *more: str) -> gpd.GeoDataFrame:
    """Return a table of counties: county, indicator, year, value, and further columns."""
    names = ["county", "indicator", "year", "indicator_value", *more]
    return _layer({f"r{i}": dict(zip(names, row, strict=True)) for i, row in enumerate(rows)})


@pytest.fixture
def counties() -> gpd.GeoDataFrame:
    west, east = box(X, Y, X + 10_000, Y + 10_000), box(X + 10_000, Y, X + 20_000, Y + 10_000)
    rows = {"1": ("兴宁区", west), "2": ("横州市", east)}
    return _layer({k: {"name_zh": n, "geometry": g} for k, (n, g) in rows.items()})


Ask = Callable[..., Finding]
# What a plan needs and a test does not care for.
EMPTY = {"heat_sources": ("capacity_mw", "fuel"), "boilers": ("capacity_t_h", "fuel")}


def _analysed(plan: str, frames: dict[str, Any], counties: gpd.GeoDataFrame) -> Analysis:
    """Run a plan on the layers that a test gives, the way a run would."""
    built = load_plan(plan)
    known = {*built.roles, *built.optional_roles}
    given = {"counties": counties} | {role: one for role, one in frames.items() if role in known}
    for role in built.roles:
        if role not in given:
            columns = [*EMPTY.get(role, ()), "evidence"]
            given[role] = gpd.GeoDataFrame(columns=columns, geometry=[], crs=CRS)
    return built.analyse(built.layers(**given), built.parameters())


@pytest.fixture
def asked(counties: gpd.GeoDataFrame) -> Ask:
    """Return a function that asks a rule of the register with layers by role."""

    def run(id_: str, *, data: dict[str, object] | None = None, **frames: Any) -> Finding:
        rule, more = register()[id_], dict(data or {})
        plan = rule.options.get("plan")
        if plan and "plans" not in more and set(frames) & set(rule.uses):
            more["plans"] = {plan: _analysed(plan, frames, counties)}
        return ask(rule, Data(frames, counties, **more))  # type: ignore[arg-type]

    return run


# Tests cannot import a conftest, so its makers are handed to them as fixtures.
@pytest.fixture
def at() -> Callable[[float, float], Point]:
    return _at


@pytest.fixture
def layer() -> Callable[..., gpd.GeoDataFrame]:
    return _layer


@pytest.fixture
def table() -> Callable[..., gpd.GeoDataFrame]:
    return _table
