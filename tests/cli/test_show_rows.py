"""``--show-rows``: every warning about rows is printed with the sheet and the ids behind it."""

import pandas as pd

from nngis.cli.run_command import _print_rows
from nngis.result.mapview import MapView
from nngis.result.problems import problems_table
from nngis.result.result import Analysis, Result, Sheet
from nngis.text import Text, Warned


def test_the_rows_behind_each_warning_are_printed_under_it(capsys):
    boilers = pd.DataFrame({"name_zh": ["甲", "乙", "丙"]}, index=["a", "b", "c"])
    sheets = (Sheet(Text("锅炉", "Boilers"), "boilers"),)
    warnings = (
        Warned("2 台在县外。", "2 lie outside.", table="boilers", ids=["a", "c"]),
        Warned("1 台重复。", "1 is listed twice.", table="boilers", ids=["b"]),
        Text("没有行。", "Of no row."),
    )
    tables = {"boilers": boilers}
    tables = {**tables, "problems": problems_table(warnings, tables, sheets)}
    result = Result(
        "heat",
        Text("供热", "Heat"),
        Analysis(tables, warnings=warnings),
        "boilers",
        (),
        (),
        MapView("heat", Text("", ""), ()),
        sheets,
        "EPSG:4545",
    )
    _print_rows(result, "en")
    printed = capsys.readouterr().out.splitlines()
    assert [line.split() for line in printed] == [
        "2 lie outside.".split(),
        ["Boilers:", "a", "c"],
        "1 is listed twice.".split(),
        ["Boilers:", "b"],
    ]
