"""Values as a reader wants them: words for codes, per cent for shares, nothing for no value."""

import pandas as pd

from nngis import fields
from nngis.result.result import Sheet
from nngis.result.sheets import shown_values
from nngis.text import Text


def test_yes_and_no_are_words_and_neither_is_nothing() -> None:
    column = pd.Series([True, None, False], dtype="boolean")
    assert shown_values(column, fields.get("in_built_up"), "zh") == ["是", None, "否"]
    assert shown_values(column, fields.get("in_built_up"), "en") == ["yes", None, "no"]


def test_codes_are_words_and_none_is_nothing() -> None:
    field = fields.get("decision")
    found = shown_values(pd.Series(["keep", None, "retire"]), field, "zh")
    assert found == [field.values["keep"].zh, None, "淘汰"]


def test_shares_are_in_per_cent_and_an_unknown_one_is_nothing() -> None:
    field = next(
        one for one in map(fields.get, ("utilisation_share", "steam_dual")) if one.is_share
    )
    assert shown_values(pd.Series([0.125, None, 1.0]), field, "en") == [12.5, None, 100.0]


def test_other_values_stay_as_they_are() -> None:
    field = fields.get("capacity_t_h")
    assert shown_values(pd.Series([3.5, None]), field, "zh") == [3.5, None]


def test_a_sheet_may_head_a_column_more_exactly_than_the_glossary():
    years = Text("关停年份", "Year of closing")
    sheet = Sheet(Text("清单", "List"), "boilers", heads=(("year", years),))
    assert sheet.field("year").heading("zh") == "关停年份"
    assert sheet.field("capacity_t_h").heading("en") == "Rated capacity (t/h)"
