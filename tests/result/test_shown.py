"""What a plan shows and no ledger had is there, empty."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from nngis.result.mapview import MapLayer, MapView
from nngis.result.result import Analysis, Result, Sheet
from nngis.result.shown import with_shown_columns
from nngis.text import Text


@pytest.fixture
def result() -> Result:
    sources = gpd.GeoDataFrame(
        {"capacity_mw": [350.0], "reason_zh": ["中"], "reason_en": ["en"]},
        index=pd.Index(["P1"], name="unit_id"),
        geometry=[Point(0, 0)],
        crs="EPSG:4545",
    )
    shown = MapLayer(
        "heat_sources", Text("", ""), "point", "heat_source", popup=("start_year", "reason")
    )
    return Result(
        "heat",
        Text("供热", "Heat"),
        Analysis({"heat_sources": sources}),
        "heat_sources",
        (),
        (),
        MapView("heat", Text("", ""), (shown,)),
        (Sheet(Text("热源", "Sources"), "heat_sources", ("unit_id", "steam_capacity_t_h")),),
        "EPSG:4545",
    )


def test_a_column_that_may_be_left_out_is_there_and_empty(result: Result) -> None:
    table = with_shown_columns(
        result, {"start_year", "steam_capacity_t_h", "township"}
    ).analysis.tables["heat_sources"]
    assert isinstance(table, gpd.GeoDataFrame)
    assert table["start_year"].isna().all()
    assert table["steam_capacity_t_h"].isna().all()
    assert "township" not in table


def test_a_column_that_no_ledger_can_have_is_not_made_up(result: Result) -> None:
    wrong = replace(result, sheets=(Sheet(Text("", ""), "heat_sources", ("decided",)),))
    table = with_shown_columns(wrong, {"start_year"}).analysis.tables["heat_sources"]
    assert "decided" not in table
