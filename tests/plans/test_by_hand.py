"""Every column of amounts that a plan writes has a test that works it out: the list names it."""

import ast
import re
import sqlite3
import tomllib
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.grid import Grid
from nngis.plans.sewer.analyse import analyse
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters
from nngis.roles import roles

HERE = Path(__file__).parent
PLANS = ("heat", "sewer", "rooftop", "charging")
NUMBERS = ("REAL", "INTEGER", "MEDIUMINT", "INT", "SMALLINT", "DOUBLE")
NO_AMOUNT = {"fid", "geom", "id", "pipe_id", "clause", "quote_zh"}  # and what is empty here
FEWEST_LETTERS = 5  # of a name put together, for it to be one


def listed(plan: str) -> dict[str, list[str]]:
    """Return the columns by the test that works them out."""
    found = tomllib.loads((HERE / "by_hand.toml").read_text(encoding="utf-8"))[plan]
    return {str(test): [str(one) for one in columns] for test, columns in found.items()}


def own(columns: set[str]) -> set[str]:
    """Leave out what ledgers state: that is not the plan's."""
    stated = {name for role in roles().values() for name in (*role.required, *role.optional)}
    return columns - stated - NO_AMOUNT


def written(folder: Path) -> set[str]:
    """Return the columns of amounts in a plan's tables."""
    found = set()
    with sqlite3.connect(folder / "layers.gpkg") as base:
        tables = base.execute(
            "select table_name from gpkg_contents where table_name <> 'layer_styles'"
        ).fetchall()
        for (table,) in tables:
            for _, name, kind, *_ in base.execute(f'pragma table_info("{table}")'):
                if kind.split("(")[0] in NUMBERS:
                    found.add(name)
    return own(found)


def designed() -> set[str]:
    """Return those of a sewer design, which the shipped case is too coarse for."""

    def frame(key: str, rows: dict[str, dict[str, object]]) -> gpd.GeoDataFrame:
        table = gpd.GeoDataFrame.from_dict(rows, orient="index", crs="EPSG:4545")
        return table.assign(evidence="surveyed").rename_axis(key)

    # A street of 4 km that rises 4 m in 100 m to the plant.
    x, y = 500_000.0, 2_500_000.0
    rising = np.tile(100.0 + np.arange(60) * 4.0, (30, 1))
    houses = {"a": {"population": 900.0, "geometry": Point(x + 3_000, y + 20)},
              "b": {"population": 300.0, "geometry": Point(x, y + 20)}}  # fmt: skip
    street = {"r": {"geometry": LineString([(x, y), (x + 4_000, y)])}}
    plant = {"w": {"name_zh": "甲厂", "geometry": Point(x + 4_000, y)}}
    found = analyse(
        SewerLayers(
            demand=frame("demand_id", houses), roads=frame("road_id", street),
            elevation=Grid(rising, west=x - 1_000, north=y + 2_000, cell_m=100.0),
            treatment_plants=frame("wwtp_id", plant),
        ),
        SewerParameters(),
    )  # fmt: skip
    return own(
        {
            name
            for table in found.tables.values()
            for name in table
            if pd.api.types.is_numeric_dtype(table[name].dtype)
            and not pd.api.types.is_bool_dtype(table[name].dtype)
        }
    )


@cache
def words_of(file: Path) -> dict[str, tuple[str, ...]]:
    """Return, by test, patterns of the names it says itself or by a table of its module."""
    module = ast.parse(file.read_text(encoding="utf-8"))
    tables: dict[str, ast.AST] = {}
    for node in module.body:
        if isinstance(node, ast.Assign):
            tables |= {one.id: node for one in node.targets if isinstance(one, ast.Name)}
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            tables[node.target.id] = node
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_"):
            tables[node.name] = node
    return {
        node.name: tuple(_patterns(node, tables, set()))
        for node in module.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def _patterns(node: ast.AST, tables: dict[str, ast.AST], seen: set[str]) -> list[str]:
    found = []
    for one in ast.walk(node):
        if isinstance(one, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else None for p in one.values]
            letters = sum(len(str(part)) for part in parts if part is not None)
            if letters >= FEWEST_LETTERS:
                found.append("".join(r"\w*" if p is None else re.escape(str(p)) for p in parts))
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            found.append(re.escape(one.value))
        elif isinstance(one, ast.Attribute):
            found.append(re.escape(one.attr))
        elif isinstance(one, ast.Name) and one.id in tables and one.id not in seen:
            found += _patterns(tables[one.id], tables, seen | {one.id})
    return found


@pytest.mark.parametrize("plan", PLANS)
def test_every_column_of_amounts_is_worked_out_by_a_test(default_run, plan: str) -> None:
    known = {name for columns in listed(plan).values() for name in columns}
    new = written(default_run.out / plan) - known
    if plan == "sewer":
        new |= designed() - known
    assert not new, f"no test works these out (tests/plans/by_hand.toml): {sorted(new)}"


@pytest.mark.parametrize("plan", PLANS)
def test_the_list_names_tests_that_name_the_columns(plan: str) -> None:
    for test, columns in listed(plan).items():
        file, _, name = test.partition("::")
        said = words_of(HERE / plan / file)
        assert name in said, test
        for column in columns:
            assert any(re.fullmatch(one, column) for one in said[name]), (test, column)


def test_a_column_that_nobody_works_out_is_found(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "layers.gpkg") as base:
        base.execute("create table gpkg_contents (table_name text)")
        base.execute("insert into gpkg_contents values ('pipes'), ('layer_styles')")
        base.execute("create table pipes (fid integer, new_cost_10k_cny real, name_zh text)")
        base.execute("create table layer_styles (id integer, other real)")
    assert written(tmp_path) == {"new_cost_10k_cny"}
