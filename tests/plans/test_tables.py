"""What holds in every table of every plan, column by column: signs, shares, ranges, lengths."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

PLANS = ("heat", "sewer", "rooftop", "charging")
NEVER_BELOW = (
    *("_count", "_km", "_m", "_m2", "_km2", "_people", "_cny", "_cny_a", "_yuan", "_kwp", "_mwh_a"),
    *("_mw", "_kva", "_mva", "_kw", "_t_h", "_m3_d", "_min", "_mg_m3", "_l_s", "_mpa", "_mm"),
)
MAY_BE_BELOW = {
    "fuel_10k_cny_a",  # a plant burns less coal than the boilers did
    "cost_10k_cny_a",  # of a year, with the fuel
}
SIGNED = {"difference_share"}  # of what is declared against what is drawn


def tables(folder: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the tables of a plan, without their shapes."""
    with sqlite3.connect(folder / "layers.gpkg") as base:
        names = base.execute(
            "select table_name from gpkg_contents where table_name <> 'layer_styles'"
        ).fetchall()
        for (name,) in names:
            table = pd.read_sql_query(f'select * from "{name}"', base)  # noqa: S608 -- a table's name
            yield name, table.drop(columns=["fid", "geom"], errors="ignore").select_dtypes("number")


@pytest.mark.parametrize("plan", PLANS)
def test_nothing_is_below_zero_that_cannot_be(default_run, plan: str) -> None:
    for name, table in tables(default_run.out / plan):
        for column in table:
            if column.endswith(NEVER_BELOW) and column not in MAY_BE_BELOW:
                assert not (table[column] < 0).any(), (name, column)


@pytest.mark.parametrize("plan", PLANS)
def test_a_share_lies_between_nothing_and_the_whole(default_run, plan: str) -> None:
    for name, table in tables(default_run.out / plan):
        for column in table:
            if column.endswith("_share") and column not in SIGNED:
                assert table[column].dropna().between(0.0, 1.0).all(), (name, column)


@pytest.mark.parametrize("plan", PLANS)
def test_a_central_value_lies_in_its_range_and_is_missing_with_it(default_run, plan: str) -> None:
    for name, table in tables(default_run.out / plan):
        for low in table:
            high, central = low.replace("_low", "_high"), low.replace("_low", "")
            if "_low" not in low or high not in table:
                continue
            ends = table[[low, high]]
            slack = 1e-6 * ends.abs().max(axis=1)
            assert (ends[low] <= ends[high] + slack)[ends.notna().all(axis=1)].all(), (name, low)
            if central in table:
                known = table[central].notna()
                assert (known == ends.notna().all(axis=1)).all(), (name, central)
                inside = (table[central] >= ends[low] - slack) & (
                    table[central] <= ends[high] + slack
                )
                assert inside[known].all(), (name, central)
