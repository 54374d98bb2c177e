"""A small result to report on."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image

from nngis.decide.indicators import Indicator
from nngis.parameter_values import ParameterRecord
from nngis.result.mapview import MapView
from nngis.result.moves import Move
from nngis.result.result import Analysis, InputRecord, Result, Sheet
from nngis.text import Text

NASTY = ["<script>alert(1)</script>", "=1+1", "\x07bell", "锅炉🔥", "شركة", "长" * 500]


@pytest.fixture
def result():
    """Six boilers with hostile names in two counties."""
    count = len(NASTY)
    boilers = gpd.GeoDataFrame(
        {
            "name_zh": NASTY,
            "county": ["甲县"] * 4 + ["乙县"] * 2,
            "capacity_t_h": np.arange(count) + 0.5,
            "fuel": ["coal"] * count,
            "decision": ["retire"] * 2 + ["keep"] * 4,
            "rule": ["A57"] * 2 + [None] * 4,
            "reason_zh": ["位于建成区。"] * count,
            "reason_en": ["In the built-up area."] * count,
        },
        geometry=[shapely.Point(500_000 + at, 2_500_000) for at in range(count)],
        crs=4545,
        index=pd.Index([f"b{at}" for at in range(count)], name="boiler_id"),
    )
    by_county = pd.DataFrame(
        {"capacity_t_h": [8.0, 10.0]}, index=pd.Index(["甲县", "乙县"], name="county")
    )
    indicators = (
        Indicator(
            "a_t_a",
            Text("减排", "Avoided"),
            None,
            "t/a",
            "二（一）",
            10.0,
            "at_least",
            basis="achieved",
        ),
        Indicator(
            "b_km", Text("长度", "Length"), 592.0, "km", "三", 280.0, "at_least", basis="achieved"
        ),
    )
    listed = ("boiler_id", "name_zh", "county", "capacity_t_h", "fuel", "decision", "reason")
    sheets = (
        Sheet(Text("淘汰清单", "Retire"), "boilers", listed, where=("decision", ("retire",))),
        Sheet(Text("分县", "By county"), "by_county"),
        Sheet(Text("途径", "Ways"), "by_county", adds=False),
    )
    parameters = (
        ParameterRecord("r_m", Text("半径", "Radius"), 15000.0, "m", "三（八）", "default"),
        ParameterRecord("pipe_or", Text("热源", "Heat"), "gas", "", "假定", "default"),
        ParameterRecord("target_year", Text("年份", "Year"), 2025, "", "二", "my.toml", "yes"),
    )
    source = InputRecord(
        "boilers", "b", Text("台账", "Ledger"), "b.xlsx", "0" * 64, "synthetic", 8, 2, "CC0", "自编"
    )
    assumed = (Text("假定供汽。", "Steam is assumed."),)
    return Result(
        "heat",
        Text("供热", "Heat"),
        Analysis({"boilers": boilers, "by_county": by_county}, indicators, assumed, ()),
        "boilers",
        parameters,
        (source,),
        MapView("heat", Text("供热", "Heat"), ()),
        sheets,
        "EPSG:4545",
        {"nngis": "0.1.0"},
        notes=(Text("台账有 2 行未采用。", "Two rows of the ledger are not used."),),
        headlines=("b_km", "a_t_a"),
        brief=sheets,
        moves=(Move("pipe_or", "biomass", "b_km", 0.5), Move("r_m", "18000", "a_t_a", 0.001)),
    )


@pytest.fixture
def picture(tmp_path):
    """A small PNG."""
    Image.new("RGB", (420, 297), "white").save(tmp_path / "p.png")
    return (tmp_path / "p.png").read_bytes()
