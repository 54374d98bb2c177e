"""A column's cells by code: each distinct cell once, blank ones by -1."""

import numpy as np

from nngis.ledger.coded import code_cells


def listed(coded):
    return [None if code < 0 else coded.distinct[code] for code in coded.codes]


def test_each_distinct_cell_stands_once_and_blank_ones_not_at_all():
    coded = code_cells(["煤", " ", "气", None, "煤", ""])
    assert list(coded.distinct) == ["煤", "气"]
    assert listed(coded) == ["煤", None, "气", None, "煤", None]


def test_lists_of_a_geojson_are_their_text_and_what_stands_beside_them_stays():
    coded = code_cells([1, [1, 2], "x", None, [1, 2], {"a": 1}])
    assert listed(coded) == [1, "[1, 2]", "x", None, "[1, 2]", "{'a': 1}"]
    assert len(coded.distinct) == 4


def test_rows_that_are_taken_keep_their_cells():
    coded = code_cells(["a", "b", None, "c", "a", "d", "e", "f", "g", "h"])
    for rows in ([0], [4, 2, 1], list(range(10)), [9, 9], np.arange(10)[::-1]):
        assert listed(coded.take(rows)) == [listed(coded)[at] for at in rows]
    few = coded.take([9, 3])  # two of eight: the others' cells are let go
    assert sorted(few.distinct) == ["c", "h"]
