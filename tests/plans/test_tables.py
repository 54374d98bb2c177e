"""What holds in every table of every plan, column by column: signs, shares, ranges, lengths."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from nngis import fields

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


PARTS = {
    # tables that part the same whole, each with the rows that do
    "heat": [("by_county", "1"), ("boilers", "decision in ('retire', 'close_integrate')")],
    "sewer": [("by_county", "1"), ("progress", "1")],
    "rooftop": [
        ("by_county", "1"),
        ("by_class", "1"),
        ("by_township", "1"),
        ("by_county_class", "1"),
    ],
    "charging": [("by_county", "1"), ("demand", "1")],
}
ALSO = {
    "heat": [("by_year", "phase_year <> 'waiting_steam'"), ("phases", "phase <> 'waiting_steam'")],
    "sewer": [("by_county", "1"), ("projects", "1")],
    "rooftop": [("by_phase", "1"), ("roofs", "decision in ('pilot', 'phase_2')")],
    "charging": [("by_county", "1"), ("phases", "1"), ("stations", "decision = 'build'")],
}
OF_ALL = {"capacity_t_h", "load_t_h"}  # of every boiler of a county, not of those that close


@pytest.mark.parametrize("parts", [PARTS, ALSO])
@pytest.mark.parametrize("plan", PLANS)
def test_parts_add_up_to_the_same_whole_however_it_is_parted(default_run, plan, parts) -> None:
    sums: dict[str, dict[str, float]] = {}
    with sqlite3.connect(default_run.out / plan / "layers.gpkg") as base:
        for name, rows in parts[plan]:
            asked = f'select * from "{name}" where {rows}'  # noqa: S608 -- of the table above
            table = pd.read_sql_query(asked, base)
            for column in table.select_dtypes("number"):
                field = fields.glossary().get(column)
                if field is not None and field.sum and column not in OF_ALL:
                    sums.setdefault(column, {})[name] = float(table[column].sum())
    shared = {column: found for column, found in sums.items() if len(found) > 1}
    assert shared
    for column, found in shared.items():
        one, *others = found.values()
        # Each row is rounded to a thousandth at least.
        assert others == pytest.approx([one] * len(others), rel=1e-6, abs=0.1), (column, found)
