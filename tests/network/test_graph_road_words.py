"""Words of road layers, in every spelling that is seen."""

import numpy as np
import pandas as pd
import pytest

from nngis.network.graph.road_words import flags, levels, oneway_signs, speeds, words_in


def signs(*cells, **options):
    """Read signs, 9 for those that are not understood."""
    return oneway_signs(pd.Series(cells, dtype=object), **options).fillna(9).tolist()


@pytest.mark.parametrize(
    "cell", ["yes", "YES", " true ", True, np.True_, "True", 1, 1.0, "1", "1.0", "是", "单行", "FT"]
)
def test_a_street_open_along_its_line_alone_is_spelled_in_many_ways(cell):
    assert signs(cell) == [1]


@pytest.mark.parametrize("cell", ["-1", -1, -1.0, "-1.0", "reverse", "TF", "逆向"])
def test_a_street_open_against_its_line_alone_is_spelled_in_many_ways(cell):
    assert signs(cell) == [-1]


@pytest.mark.parametrize("cell", ["no", False, "False", 0, "0", 0.0, "否", "双向", "B"])
def test_a_street_open_both_ways_is_spelled_in_many_ways(cell):
    assert signs(cell) == [0]


def test_letters_are_directions_beside_a_b_and_answers_without_one():
    assert signs("F", "T", "B") == [1, -1, 0]
    assert signs("F", "T", None) == [0, 1, 9]
    assert signs("F", "T", None, letters_are_directions=True) == [1, -1, 9]


def test_lists_count_where_their_words_agree():
    assert signs("[True, True]", [True, True], "['yes', 'no']", ["-1", -1]) == [1, 1, 9, -1]


def test_words_that_mean_nothing_are_unknown_not_no():
    assert signs("maybe", None, np.nan, "") == [9, 9, 9, 9]


def test_a_text_that_looks_like_code_is_only_text():
    assert words_in("[__import__('os')]") == ["[__import__('os')]"]
    assert words_in("[" * 9000) == ["[" * 9000]


def test_bridges_are_marked_by_anything_but_no():
    cells = ["yes", "viaduct", 1, "T", True, "no", "F", 0, False, None, "['no', 'yes']"]
    assert flags(pd.Series(cells, dtype=object)).tolist() == [True] * 5 + [False] * 5 + [True]


def test_levels_are_numbers_and_of_a_list_the_one_farthest_from_the_ground():
    read = levels(pd.Series(["1", -2.0, "[0, -1]", None, "roof"], dtype=object))
    assert np.array_equal(read, [1, -2, -1, np.nan, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("cell", "km_h"),
    [
        (50, 50),
        ("50", 50),
        ("50 km/h", 50),
        ("50kph", 50),
        ("30 mph", 48.28032),
        ("['40', '60']", 40),
        (["60", "30 mph"], 48.28032),
        ("60公里/小时", 60),
        ("walk", 5),
    ],
)
def test_speeds_are_read_in_every_spelling(cell, km_h):
    assert speeds(pd.Series([cell], dtype=object))[0] == pytest.approx(km_h)


@pytest.mark.parametrize("cell", [0, "0", "none", "signals", "CN:urban", None, np.nan, -5])
def test_a_speed_that_says_nothing_is_unknown(cell):
    assert np.isnan(speeds(pd.Series([cell], dtype=object))[0])
