"""A legend's classes: each filter selects just the features that its line counts."""

import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.cartography.classes import classify
from nngis.result.mapview import MapLayer
from nngis.text import Text


def looked_at(values, column):
    """Classify a column."""
    layer = MapLayer("t", Text("层", "Layer"), "point", "boiler", colour_by=column)
    return classify(layer, pd.DataFrame({column: values}))


def selected(values, look, column):
    """Ask SQL which rows the filter of each class selects, as whoever opens the file does."""
    told = [None if pd.isna(v) else v.item() if hasattr(v, "item") else v for v in values]
    name = column.replace('"', '""')
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute(f'CREATE TABLE t (row INTEGER, "{name}")')
        base.executemany("INSERT INTO t VALUES (?, ?)", enumerate(told))
        asked = ["SELECT row FROM t WHERE " + one.where for one in look.classes]  # noqa: S608
        return [sorted(row for (row,) in base.execute(one)) for one in asked]


def agrees(values, column):
    values = pd.Series(values)
    look = looked_at(values, column)
    rows = selected(values, look, column)
    assert [one.count for one in look.classes] == [len(found) for found in rows]
    for at, found in enumerate(rows):
        assert np.flatnonzero(look.codes == at).tolist() == found
    assert sum(one.count for one in look.classes) == len(values)
    return look


def test_one_value_for_all_is_said_with_its_unit():
    (look,) = agrees([0.0, 0.0], "capacity_t_h").classes
    assert (look.title.zh, look.title.en) == ("0 t/h", "0 t/h")
    (share,) = agrees([0.5, 0.5], "covered_share").classes
    assert share.title.en == "50 %"


def test_a_value_at_a_break_belongs_to_the_class_that_begins_with_it():
    # Fifteen values of five: every break lies on one of them.
    values = [10.0, 20.0, 30.0, 40.0, 50.0] * 3
    look = agrees(values, "capacity_t_h")
    for one in look.classes:
        words = one.title.en.removesuffix(" t/h")
        if words.startswith("≥"):
            assert one.where == f'"capacity_t_h" >= {float(words[2:])!r}'
        elif words.startswith("<"):
            assert one.where == f'"capacity_t_h" < {float(words[2:])!r}'
        else:
            low, high = (float(word) for word in words.split(" – "))
            assert one.where == f'"capacity_t_h" >= {low!r} AND "capacity_t_h" < {high!r}'
    assert look.sized


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ([1.0, None, 3.0, 3.0, 900.0, 2.5], "capacity_kwp"),
        ([0.1, 0.25, 0.5, 0.5, 1.0, None, 0.123456], "covered_share"),
        (list(range(40)), "capacity_t_h"),
        ([1, 2, 2, 3], "made_up_count"),
        (["keep", "retire", None, "it's", 'say "x"', "a;--"], "decision"),
        (["keep", "it's"], 'odd "name"'),
        (pd.Series([True, False, None, True], dtype="boolean"), "in_built_up"),
        ([123_456.7, 123_456.8, 123_499.9, 1e-9], "capacity_kwp"),
    ],
)
def test_every_filter_selects_what_its_class_counts(values, column):
    agrees(values, column)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.none(),
            st.sampled_from([0.0, 5.0, 10.0, 12.3, 123.0, 1_230.0]),
            st.floats(-1e5, 1e5, allow_nan=False),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_filters_and_counts_agree_whatever_the_numbers(values):
    agrees(pd.Series(values, dtype="float64"), "capacity_t_h")


def test_up_to_twelve_values_are_cut_as_values_and_more_by_how_many_share_them():
    """A thousand boilers of 1 t/h would otherwise be all that the classes tell."""
    for distinct, few in ((12, True), (13, False)):
        values = [*range(1, distinct + 1), *[1] * 1_000]
        look = looked_at([float(one) for one in values], "capacity_t_h")
        shown = sum(one.count > 0 for one in look.classes)
        assert (shown > 3) == few
        assert sum(one.count for one in look.classes) == len(values)
