"""Ids are what is seen, and every row has one."""

import numpy as np
import pandas as pd
import pytest

from nngis.catalog.ids import read_ids
from nngis.errors import LayerError


def test_ids_are_text_as_it_is_seen():
    ids = read_ids(pd.Series(["007", " G\u200b1 ", "甲"], name="a"), "x")
    assert ids.tolist() == ["007", "G1", "甲"]
    assert read_ids(pd.Series([7, 8], name="a"), "x").tolist() == ["7", "8"]
    assert read_ids(pd.Series([], dtype=object, name="a"), "x").empty


@pytest.mark.parametrize("none", [None, np.nan, pd.NA, "", " \u200b"])
def test_a_row_without_an_id_is_named(none):
    with pytest.raises(LayerError, match=r"1 row has no id \(a\), the first is row 2"):
        read_ids(pd.Series(["b", none, "c"], name="a", dtype=object), "x")


def test_a_number_that_is_missing_is_no_id():
    with pytest.raises(LayerError, match="2 rows have no id"):
        read_ids(pd.Series([1.0, np.nan, np.nan], name="a"), "x")
