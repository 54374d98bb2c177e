"""Rows behind warnings, as a table."""

import pickle

import pandas as pd

from nngis.result.problems import problems_table, titles_of
from nngis.result.result import Sheet
from nngis.text import Text, Warned

TABLES = {"boilers": pd.DataFrame({"name_zh": ["甲", "乙"]}, index=["a", "b"])}
SHEETS = (Sheet(Text("清单", "List"), "boilers"), Sheet(Text("全部", "All"), "boilers"))
TITLES = titles_of(SHEETS)


def test_every_row_of_every_warning_is_listed_with_its_sheet_and_name():
    told = [
        Warned("2 台", "2 boilers", table="boilers", ids=["b", "a"]),
        Text("其他", "other"),
        Warned("1 台", "1 boiler", table="boilers", ids=["a"]),
    ]
    found = problems_table(told, TABLES, TITLES)
    assert found["problem_row"].tolist() == ["b", "a", "a"]
    assert found["name_zh"].tolist() == ["乙", "甲", "甲"]
    assert set(found["problem_sheet"]) == {"清单"}
    assert found.index.is_unique


def test_without_warnings_about_rows_the_table_is_there_and_empty():
    found = problems_table([Text("其他", "other")], TABLES, TITLES)
    assert found.empty
    assert "problem_row" in found


def test_a_warning_with_rows_is_said_and_compared_as_any_sentence():
    one = Warned("2 台", "2 boilers", table="boilers", ids=["a"])
    assert one == Text("2 台", "2 boilers")
    assert one.say("en") == "2 boilers"
    assert list(dict.fromkeys([one, Text("2 台", "2 boilers")])) == [one]


def test_rows_of_a_file_go_by_its_name_and_those_of_a_layer_by_the_title_of_its_role():
    told = [
        Warned("1 行", "1 row", table="a.xlsx 锅炉", ids=[7], names=["甲厂"]),
        Warned("1 条", "1 road", table="roads", ids=["r1"]),
    ]
    found = problems_table(told, TABLES, TITLES)
    assert found["problem_sheet"].tolist() == ["a.xlsx 锅炉", titles_of(())["roads"].zh]
    assert found["problem_row"].tolist() == ["7", "r1"]
    assert found["name_zh"].tolist() == ["甲厂", None]


def test_a_sentence_keeps_its_rows_under_a_head_and_on_the_way_to_another_process():
    one = Warned("2 台", "2 boilers", table="boilers", ids=["a", "b"], names=["甲", "乙"])
    again = pickle.loads(pickle.dumps(one.under(Text("锅炉", "Boilers"))))  # noqa: S301
    assert (again.en, again.table, again.ids, again.names) == (
        "Boilers: 2 boilers",
        "boilers",
        ("a", "b"),
        ["甲", "乙"],
    )
