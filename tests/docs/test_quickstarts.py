"""What the quickstarts show is what a reader gets, who types it in order into an empty folder."""

import doctest
import re
import shlex
from pathlib import Path

import openpyxl
import pytest

from nngis.cli.app import main

START = Path(__file__).parents[2] / "docs" / "start"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$|((?:^\|.*\|\n)+)", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SAME = doctest.OutputChecker()
FORM = "锅炉台账.xlsx"


def blocks(page):
    """Return kind and text of each block of code and each table, in order."""
    text = (START / page).read_text(encoding="utf-8")
    return [(m[1] or "table", m[2] or m[3]) for m in BLOCK.finditer(text)]


def commands(text):
    """Return each command of a console with the output that stands under it."""
    for part in text.split("$ ")[1:]:
        command, _, shown = part.partition("\n")
        yield shlex.split(command), shown


def fill(table):
    """Enter a table of the page into the form, as Excel would; columns by their headers."""
    header, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()
    ]
    book = openpyxl.load_workbook(FORM)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.delete_rows(2)
    for at, row in enumerate(rows, start=2):
        for name, value in zip(header, row, strict=True):
            sheet.cell(at, columns[name]).value = value or None
    book.save(FORM)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["excel.md", "excel_zh.md", "command_line.md"])
def test_every_command_prints_what_the_page_shows(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    ran = 0
    for kind, text in blocks(page):
        if kind == "text":
            Path("boilers.csv").write_text(text, encoding="utf-8")
        elif kind == "table":
            fill(text)
        for command, shown in commands(text) if kind == "console" else ():
            monkeypatch.setattr("sys.argv", command)
            with pytest.raises(SystemExit) as end:
                main()
            assert not end.value.code, command
            out = capsys.readouterr().out
            assert SAME.check_output(shown, out, FLAGS), f"{command}:\n{out}"
            ran += 1
    assert ran >= 4
    (book,) = [openpyxl.load_workbook(one) for one in [*tmp_path.glob("*/heat/tables.xlsx")][:1]]
    listed = book.worksheets[0]
    assert (listed.page_setup.orientation, listed.print_title_rows) == ("landscape", "$1:$1")
