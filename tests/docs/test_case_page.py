"""What the page on cases shows is what a reader gets who types it into an empty folder."""

import doctest
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from nngis.case_file import parse_case
from nngis.cli.app import main

PAGE = Path(__file__).parents[2] / "docs" / "case.md"
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAME = doctest.OutputChecker()
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(kind):
    text = PAGE.read_text(encoding="utf-8")
    return [(m[2], m[3]) for m in BLOCK.finditer(text) if m[1] == kind]


def test_ten_commands_lead_from_nothing_to_maps(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, text in blocks("text"):
        Path(name).write_text(text, encoding="utf-8")
    ((_, console),) = blocks("console")
    parts = [part.partition("\n") for part in console.split("$ ")[1:]]
    assert len(parts) == 10
    for command, _, shown in parts:
        monkeypatch.setattr("sys.argv", shlex.split(command))
        with pytest.raises(SystemExit) as end:
            main()
        told = capsys.readouterr()
        assert end.value.code in (0, None), told.err
        assert SAME.check_output(shown, told.out, FLAGS), f"{command}\n{told.out}"
    assert Path("maps/liuzhou/heat/map.html").is_file()
    assert Path("carried/case.toml").read_bytes() == Path("liuzhou/case.toml").read_bytes()


def test_the_case_file_that_the_page_shows_is_one():
    ((_, text),) = blocks("toml")
    assert parse_case(tomllib.loads(text), where="docs/case.md").name.en == "Liuzhou"
