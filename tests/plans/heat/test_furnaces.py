"""The furnace is read from the model, whoever made the boiler."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.plans.heat.furnaces import BURNS, built_year, furnace_of


@pytest.mark.parametrize(
    ("model", "furnace"),
    [
        ("DZL10-1.25-AⅡ", "grate_automatic"),
        ("SZL20-1.25-AⅡ", "grate_automatic"),
        ("szw 6-1.25-T", "grate_automatic"),
        ("ＳＺＬ１０－１．２５", "grate_automatic"),
        ("SHX20-2.5-A", "fluidised_bed"),
        ("SHF20-2.5-A", "fluidised_bed"),
        ("DHX35-1.6-M", "fluidised_bed"),
        ("QXX29-1.6/130/70-M", "fluidised_bed"),
        ("QXF29-1.25/130/70-M", "fluidised_bed"),
        ("DHF15-1.25", "fluidised_bed"),
        ("UG-75/3.82-M 循环流化床", "fluidised_bed"),
        ("UG-75/3.82-M", "fluidised_bed"),
        ("DG75/3.82-11", "fluidised_bed"),
        ("XG-75/3.82-M", "fluidised_bed"),
        ("XG－35/3.82－M", "fluidised_bed"),
        ("YG-75/5.29-M1", "fluidised_bed"),
        ("TG-130/9.8-M", "fluidised_bed"),
        ("CFB-75", "fluidised_bed"),
        ("DZG4-0.8", "grate_manual"),
        ("DZG2-0.7/95/70-A", "grate_manual"),  # a hot-water grate, no maker's letters
        ("LSG0.5-0.4-AⅢ 手烧", "grate_manual"),
        ("煤粉炉 20t", "pulverised"),
        ("SHS20-2.5-A", "pulverised"),
        ("DG1025/18.2-Ⅱ", "unknown"),  # of a power station; the letters do not say
        ("XG-20/1.25", "unknown"),  # too small for the power series
        ("卧式", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_the_model_says_how_it_burns(model, furnace):
    assert furnace_of(pd.Series([model], dtype=object)).tolist() == [furnace]


@given(
    st.sampled_from(["DZ", "SZ", "SH", "DH", "QX"]), st.sampled_from(sorted(BURNS)),
    st.integers(1, 75), st.sampled_from(["", "-1.25-A", "-2.5/400-M", "-1.6/130/70-AⅡ"]),
)  # fmt: skip
def test_the_third_letter_of_an_industrial_model_decides_whatever_follows(body, burns, size, rest):
    model = f"{body}{burns}{size}{rest}"
    assert furnace_of(pd.Series([model])).tolist() == [BURNS[burns]]


@given(
    st.sampled_from(list("DXYUTSHWBJN")), st.integers(35, 219), st.sampled_from(["", "-", " "]),
    st.sampled_from(["3.82", "5.29", "9.8"]), st.sampled_from(["", "-M", "-11", "-M1"]),
)  # fmt: skip
def test_a_makers_model_of_an_industrial_size_is_a_fluidised_bed(maker, size, dash, p_mpa, rest):
    model = f"{maker}G{dash}{size}/{p_mpa}{rest}"
    assert furnace_of(pd.Series([model])).tolist() == ["fluidised_bed"]


def test_the_year_is_read_however_it_is_written():
    written = ["2007年7月", "2012", "2009.3", "2015-09", "建于1998年", None, "不详"]
    found = built_year(pd.DataFrame({"commissioned": written})).tolist()
    assert found[:5] == [2007, 2012, 2009, 2015, 1998]
    assert pd.isna(found[5])
    assert pd.isna(found[6])
    assert built_year(pd.DataFrame(index=["a"])).isna().all()
