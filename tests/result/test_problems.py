"""Rows behind warnings, as a table."""

import pandas as pd

from nngis.result.problems import problems_table
from nngis.result.result import Sheet
from nngis.text import Text, Warned

TABLES = {"boilers": pd.DataFrame({"name_zh": ["甲", "乙"]}, index=["a", "b"])}
SHEETS = (Sheet(Text("清单", "List"), "boilers"), Sheet(Text("全部", "All"), "boilers"))


def test_every_row_of_every_warning_is_listed_with_its_sheet_and_name():
    told = [
        Warned("2 台", "2 boilers", table="boilers", ids=["b", "a"]),
        Text("其他", "other"),
        Warned("1 台", "1 boiler", table="boilers", ids=["a"]),
    ]
    found = problems_table(told, TABLES, SHEETS)
    assert found["problem_row"].tolist() == ["b", "a", "a"]
    assert found["name_zh"].tolist() == ["乙", "甲", "甲"]
    assert set(found["problem_sheet"]) == {"清单"}
    assert found.index.is_unique


def test_without_warnings_about_rows_the_table_is_there_and_empty():
    found = problems_table([Text("其他", "other")], TABLES, SHEETS)
    assert found.empty
    assert "problem_row" in found


def test_a_warning_with_rows_is_said_and_compared_as_any_sentence():
    one = Warned("2 台", "2 boilers", table="boilers", ids=["a"])
    assert one == Text("2 台", "2 boilers")
    assert one.say("en") == "2 boilers"
    assert list(dict.fromkeys([one, Text("2 台", "2 boilers")])) == [one]
